/* The only file that touches libyaml: its events into a tree. libyaml's own loader accepts endless aliases and
 * duplicate keys; the events carry line and column. Knows no key by name. */
#include "catalog/yaml.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    const char *file;
    const char *bytes;
    size_t length;
    struct assay_error *error;
};

static void node_free(struct assay_yaml *node)
{
    if (node == NULL) {
        return;
    }
    for (size_t i = 0; i < node->count; i++) {
        free(node->items[i].key);
        node_free(node->items[i].value);
    }
    free(node->items);
    free(node->text);
    free(node);
}

void assay_yaml_release(struct assay_yaml_document *document)
{
    node_free(document->root);
    free(document->file);
    *document = (struct assay_yaml_document){ NULL, NULL };
}

static int fail_at(struct assay_error *error, const char *file, unsigned line, unsigned column, const char *format,
                   va_list arguments)
{
    char text[400];
    vsnprintf(text, sizeof text, format, arguments);
    return assay_fail(error, ASSAY_EINPUT, "%s:%u:%u: %s", file, line, column, text);
}

int assay_yaml_fail(struct assay_error *error, const struct assay_yaml *node, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_at(error, node->file, node->line, node->column, format, arguments);
    va_end(arguments);
    return ASSAY_EINPUT;
}

int assay_yaml_fail_key(struct assay_error *error, const struct assay_yaml *mapping, const struct assay_yaml_item *item,
                        const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_at(error, mapping->file, item->line, item->column, format, arguments);
    va_end(arguments);
    return ASSAY_EINPUT;
}

const char *assay_yaml_word(const struct assay_yaml *node)
{
    static const char *const words[] = { "a value", "a list", "a mapping" };
    return node->kind == ASSAY_YAML_SCALAR && !node->quoted && node->text[0] == '\0' ? "nothing" : words[node->kind];
}

/* A position where only libyaml's mark is known. */
static int fail_mark(struct reader *reader, yaml_mark_t mark, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fail_at(reader->error, reader->file, (unsigned)mark.line + 1, (unsigned)mark.column + 1, format, arguments);
    va_end(arguments);
    return ASSAY_EINPUT;
}

/* libyaml's reader knows the byte where the encoding breaks, but no line. */
static yaml_mark_t mark_of_offset(const struct reader *reader, size_t offset)
{
    yaml_mark_t mark = { 0, 0, 0 };
    for (size_t i = 0; i < offset && i < reader->length; i++) {
        unsigned char byte = (unsigned char)reader->bytes[i];
        if (byte == '\n') {
            mark.line++;
            mark.column = 0;
        } else if ((byte & 0xC0u) != 0x80u) {
            mark.column++;
        }
    }
    return mark;
}

static int fail_syntax(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *problem = parser->problem ? parser->problem : "it cannot be read";
    if (parser->error == YAML_MEMORY_ERROR) {
        return assay_fail(reader->error, ASSAY_ENOMEM, "%s: out of memory", reader->file);
    }
    if (parser->error == YAML_READER_ERROR) {
        return fail_mark(reader, mark_of_offset(reader, parser->problem_offset), "not YAML: %s", problem);
    }
    const char *context = parser->context ? parser->context : "";
    /* What people mean by `threads: >=4`. */
    bool block = strstr(context, "block scalar") != NULL;
    return fail_mark(reader, parser->problem_mark, "not YAML: %s%s%s%s", problem, context[0] ? " " : "", context,
                     block ? ": a text that begins with > or | stands in quotes" : "");
}

static int next_event(struct reader *reader, yaml_event_t *event)
{
    return yaml_parser_parse(&reader->parser, event) ? 0 : fail_syntax(reader);
}

static int copy_scalar(char **out, struct reader *reader, const yaml_event_t *event)
{
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    if (memchr(value, '\0', length) != NULL) {
        return fail_mark(reader, event->start_mark, "a text holds a NUL byte");
    }
    char *copy = assay_copy_bytes(value, length);
    if (copy == NULL) {
        return assay_fail(reader->error, ASSAY_ENOMEM, "%s: out of memory", reader->file);
    }
    *out = copy;
    return 0;
}

/* What a file must not have, whatever the node: it hides from a reader what the file says. */
static int check_plain(struct reader *reader, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;
    switch (event->type) {
    case YAML_ALIAS_EVENT:
        return fail_mark(reader, event->start_mark, "aliases (*name) are not taken: write the value out");
    case YAML_SCALAR_EVENT:
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
        break;
    case YAML_SEQUENCE_START_EVENT:
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
        break;
    case YAML_MAPPING_START_EVENT:
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
        break;
    default:
        return fail_mark(reader, event->start_mark, "not YAML: a value is missing");
    }
    if (anchor != NULL) {
        return fail_mark(reader, event->start_mark, "anchors (&name) are not taken: write the value out");
    }
    if (tag != NULL) {
        return fail_mark(reader, event->start_mark, "tags (!type) are not taken: a text that begins with ! stands in quotes");
    }
    return 0;
}

static int compare_keys(const void *a, const void *b)
{
    const struct assay_yaml_item *left = *(const struct assay_yaml_item *const *)a;
    const struct assay_yaml_item *right = *(const struct assay_yaml_item *const *)b;
    int order = strcmp(left->key, right->key);
    return order != 0 ? order : (left > right) - (left < right);
}

/* By sorting: a megabyte holds more keys than could be compared each with each. */
static int check_duplicates(struct reader *reader, const struct assay_yaml *mapping)
{
    if (mapping->count < 2) {
        return 0;
    }
    const struct assay_yaml_item **sorted = calloc(mapping->count, sizeof *sorted);
    if (sorted == NULL) {
        return assay_fail(reader->error, ASSAY_ENOMEM, "%s: out of memory", reader->file);
    }
    int code = 0;
    for (size_t i = 0; i < mapping->count; i++) {
        sorted[i] = &mapping->items[i];
    }
    qsort(sorted, mapping->count, sizeof *sorted, compare_keys);
    for (size_t i = 1; i < mapping->count && code == 0; i++) {
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0) {
            code = assay_yaml_fail_key(reader->error, mapping, sorted[i], "'%s' stands here twice, first in line %u",
                                       sorted[i]->key, sorted[i - 1]->line);
        }
    }
    free(sorted);
    return code;
}

static int read_node(struct assay_yaml **out, struct reader *reader, const yaml_event_t *event, unsigned depth);

/* The next item of a sequence or mapping, whose first event is `event`; appended to `node`. */
static int read_item(struct assay_yaml *node, struct reader *reader, const yaml_event_t *event, unsigned depth)
{
    struct assay_yaml_item item = { NULL, (unsigned)event->start_mark.line + 1, (unsigned)event->start_mark.column + 1,
                                    NULL };
    void *items = node->items;
    if (!assay_reserve(&items, &node->capacity, node->count + 1, sizeof item)) {
        return assay_fail(reader->error, ASSAY_ENOMEM, "%s: out of memory", reader->file);
    }
    node->items = items;
    if (node->kind == ASSAY_YAML_SEQUENCE) {
        int code = read_node(&item.value, reader, event, depth + 1);
        if (code == 0) {
            node->items[node->count++] = item;
        }
        return code;
    }
    int code = check_plain(reader, event);
    if (code == 0 && event->type != YAML_SCALAR_EVENT) {
        code = fail_mark(reader, event->start_mark, "a key must be a plain word");
    }
    if (code == 0) {
        code = copy_scalar(&item.key, reader, event);
    }
    if (code != 0) {
        return code;
    }
    yaml_event_t value;
    code = next_event(reader, &value);
    if (code == 0) {
        code = read_node(&item.value, reader, &value, depth + 1);
        yaml_event_delete(&value);
    }
    if (code != 0) {
        free(item.key);
        return code;
    }
    node->items[node->count++] = item;
    return 0;
}

static int read_items(struct assay_yaml *node, struct reader *reader, unsigned depth)
{
    yaml_event_type_t last = node->kind == ASSAY_YAML_SEQUENCE ? YAML_SEQUENCE_END_EVENT : YAML_MAPPING_END_EVENT;
    for (;;) {
        yaml_event_t event;
        int code = next_event(reader, &event);
        if (code != 0) {
            return code;
        }
        bool ended = event.type == last;
        code = ended ? 0 : read_item(node, reader, &event, depth);
        yaml_event_delete(&event);
        if (code != 0) {
            return code;
        }
        if (ended) {
            return node->kind == ASSAY_YAML_MAPPING ? check_duplicates(reader, node) : 0;
        }
    }
}

/* The node that begins with `event`, to its end. The depth is bounded, so recursion is. */
static int read_node(struct assay_yaml **out, struct reader *reader, const yaml_event_t *event, unsigned depth)
{
    int code = check_plain(reader, event);
    if (code != 0) {
        return code;
    }
    if (depth > ASSAY_YAML_DEPTH_MAX) {
        return fail_mark(reader, event->start_mark, "nested deeper than %u levels", ASSAY_YAML_DEPTH_MAX);
    }
    struct assay_yaml *node = calloc(1, sizeof *node);
    if (node == NULL) {
        return assay_fail(reader->error, ASSAY_ENOMEM, "%s: out of memory", reader->file);
    }
    node->file = reader->file;
    node->line = (unsigned)event->start_mark.line + 1;
    node->column = (unsigned)event->start_mark.column + 1;
    if (event->type == YAML_SCALAR_EVENT) {
        node->kind = ASSAY_YAML_SCALAR;
        node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        code = copy_scalar(&node->text, reader, event);
    } else {
        node->kind = event->type == YAML_MAPPING_START_EVENT ? ASSAY_YAML_MAPPING : ASSAY_YAML_SEQUENCE;
        code = read_items(node, reader, depth);
    }
    if (code != 0) {
        node_free(node);
        return code;
    }
    *out = node;
    return 0;
}

/* One event of the frame around the document: must be `wanted`, else `otherwise` says what is wrong. */
static int expect_event(struct reader *reader, yaml_event_type_t wanted, const char *otherwise)
{
    yaml_event_t event;
    int code = next_event(reader, &event);
    if (code != 0) {
        return code;
    }
    if (event.type != wanted) {
        code = fail_mark(reader, event.start_mark, "%s", otherwise);
    }
    yaml_event_delete(&event);
    return code;
}

static int read_document(struct assay_yaml **out, struct reader *reader)
{
    struct assay_yaml *root = NULL;
    int code = expect_event(reader, YAML_STREAM_START_EVENT, "not YAML");
    if (code == 0) {
        code = expect_event(reader, YAML_DOCUMENT_START_EVENT, "the file is empty");
    }
    if (code == 0) {
        yaml_event_t event;
        code = next_event(reader, &event);
        if (code == 0) {
            code = read_node(&root, reader, &event, 1);
            yaml_event_delete(&event);
        }
    }
    if (code == 0) {
        code = expect_event(reader, YAML_DOCUMENT_END_EVENT, "not YAML: the document does not end here");
    }
    if (code == 0) {
        code = expect_event(reader, YAML_STREAM_END_EVENT, "a second document begins here: want one a file");
    }
    if (code != 0) {
        node_free(root);
        return code;
    }
    *out = root;
    return 0;
}

int assay_yaml_parse(struct assay_yaml_document *out, const char *file, const char *bytes, size_t length,
                     struct assay_error *error)
{
    if (length > ASSAY_YAML_BYTES_MAX) {
        return assay_fail(error, ASSAY_EINPUT, "%s: larger than %zu bytes", file, ASSAY_YAML_BYTES_MAX);
    }
    struct assay_yaml_document document = { assay_copy(file), NULL };
    struct reader reader = { .file = document.file, .bytes = bytes, .length = length, .error = error };
    if (document.file == NULL || !yaml_parser_initialize(&reader.parser)) {
        free(document.file);
        return assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", file);
    }
    /* UTF-8 only: libyaml would guess UTF-16 from the first bytes, and offsets would mean something else. */
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, length);
    int code = read_document(&document.root, &reader);
    yaml_parser_delete(&reader.parser);
    if (code != 0) {
        assay_yaml_release(&document);
        return code;
    }
    *out = document;
    return 0;
}

int assay_yaml_read(struct assay_yaml_document *out, const char *path, struct assay_error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    int code = assay_file_read(&bytes, &length, path, ASSAY_YAML_BYTES_MAX, error);
    if (code == 0) {
        code = assay_yaml_parse(out, path, bytes, length, error);
    }
    free(bytes);
    return code;
}
