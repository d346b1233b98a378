/* YAML mappings by tables of keys, and the readers of single values. */
#include "catalog/keys.h"

#include "base/number.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_MAX = 16 };

static int no_memory(const struct assay_yaml *node, struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
}

/* The unknown key with the nearest there is, or all there are. */
static int fail_unknown(const char *what, const struct assay_yaml *mapping, const struct assay_yaml_item *item,
                        const struct assay_key *fields, struct assay_error *error)
{
    const char *names[KEYS_MAX + 1] = { NULL };
    struct assay_text all = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < KEYS_MAX && fields[i].key != NULL; i++) {
        names[i] = fields[i].key;
        assay_text_format(&all, "%s%s", i > 0 ? ", " : "", fields[i].key);
    }
    const char *nearest = assay_nearest(item->key, names);
    int code;
    if (nearest != NULL) {
        code = assay_yaml_fail_key(error, mapping, item, "unknown key '%s' in %s: did you mean '%s'?", item->key, what,
                                   nearest);
    } else {
        code = assay_yaml_fail_key(error, mapping, item, "unknown key '%s' in %s: want one of %s", item->key, what,
                                   all.bytes);
    }
    assay_text_release(&all);
    return code;
}

static const struct assay_yaml_item *find_item(const struct assay_yaml *mapping, const char *key)
{
    for (size_t i = 0; i < mapping->count; i++) {
        if (strcmp(mapping->items[i].key, key) == 0) {
            return &mapping->items[i];
        }
    }
    return NULL;
}

int assay_keys_read(void *object, const char *what, const struct assay_yaml *mapping, const struct assay_key *fields,
                      struct assay_error *error)
{
    if (mapping->kind != ASSAY_YAML_MAPPING) {
        return assay_yaml_fail(error, mapping, "%s is a mapping of keys such as '%s: ...', this is %s", what,
                               fields[0].key, assay_yaml_word(mapping));
    }
    for (size_t i = 0; i < mapping->count; i++) {
        const struct assay_yaml_item *item = &mapping->items[i];
        const struct assay_key *field = fields;
        while (field->key != NULL && strcmp(field->key, item->key) != 0) {
            field++;
        }
        if (field->key == NULL) {
            return fail_unknown(what, mapping, item, fields, error);
        }
        int code = field->read((char *)object + field->offset, field->key, item->value, error);
        if (code != 0) {
            return code;
        }
    }
    for (const struct assay_key *field = fields; field->key != NULL; field++) {
        if (field->required && find_item(mapping, field->key) == NULL) {
            return assay_yaml_fail(error, mapping, "%s needs the key '%s'", what, field->key);
        }
    }
    return 0;
}

/* The text of a scalar that is there; NULL with the error otherwise. */
static const char *scalar_text(const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    if (node->kind != ASSAY_YAML_SCALAR) {
        assay_yaml_fail(error, node, "'%s' is a single value, this is %s", key, assay_yaml_word(node));
        return NULL;
    }
    if (node->text[0] == '\0' && !node->quoted) {
        assay_yaml_fail(error, node, "'%s' has no value", key);
        return NULL;
    }
    return node->text;
}

int assay_key_format(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    (void)into;
    const char *text = scalar_text(key, node, error);
    if (text == NULL) {
        return ASSAY_EINPUT;
    }
    return strcmp(text, "1") == 0 ? 0 : assay_yaml_fail(error, node, "format %s is unknown: want 1", text);
}

int assay_key_node(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    (void)key;
    (void)error;
    *(const struct assay_yaml **)into = node;
    return 0;
}

int assay_key_text(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    const char *text = scalar_text(key, node, error);
    if (text == NULL) {
        return ASSAY_EINPUT;
    }
    for (const char *p = text; *p != '\0'; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f) {
            return assay_yaml_fail(error, node, "'%s' is one line of text without control characters", key);
        }
    }
    if (text[0] == '\0') {
        return assay_yaml_fail(error, node, "'%s' is empty", key);
    }
    char *copy = assay_copy(text);
    if (copy == NULL) {
        return no_memory(node, error);
    }
    *(char **)into = copy;
    return 0;
}

void assay_texts_free(char **texts)
{
    for (size_t i = 0; texts != NULL && texts[i] != NULL; i++) {
        free(texts[i]);
    }
    free(texts);
}

/* One value or a list of at least one, each read by `read` into a char *. */
static int read_texts(char ***into, const char *key, const struct assay_yaml *node, assay_key_fn read,
                      struct assay_error *error)
{
    bool list = node->kind == ASSAY_YAML_SEQUENCE;
    size_t count = list ? node->count : 1;
    if (count == 0) {
        return assay_yaml_fail(error, node, "'%s' is an empty list", key);
    }
    char **texts = calloc(count + 1, sizeof *texts);
    if (texts == NULL) {
        return no_memory(node, error);
    }
    for (size_t i = 0; i < count; i++) {
        int code = read(&texts[i], key, list ? node->items[i].value : node, error);
        if (code != 0) {
            assay_texts_free(texts);
            return code;
        }
    }
    *into = texts;
    return 0;
}

int assay_key_texts(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    return read_texts(into, key, node, assay_key_text, error);
}

/* A parameter's value: any text that is there; '' in quotes is one. What it may be is the kernel's to say. */
static int read_value(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    const char *text = scalar_text(key, node, error);
    if (text == NULL) {
        return ASSAY_EINPUT;
    }
    char *copy = assay_copy(text);
    if (copy == NULL) {
        return no_memory(node, error);
    }
    *(char **)into = copy;
    return 0;
}

void assay_parameter_list_release(struct assay_parameter_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].name);
        assay_texts_free(list->items[i].values);
    }
    free(list->items);
    *list = (struct assay_parameter_list){ NULL, 0 };
}

int assay_key_parameters(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    if (node->kind != ASSAY_YAML_MAPPING) {
        return assay_yaml_fail(error, node, "'%s' is a mapping such as {limit: 1000}, this is %s", key,
                               assay_yaml_word(node));
    }
    if (node->count == 0) {
        return 0;
    }
    struct assay_parameter_list list = { calloc(node->count, sizeof *list.items), 0 };
    if (list.items == NULL) {
        return no_memory(node, error);
    }
    int code = 0;
    for (size_t i = 0; i < node->count && code == 0; i++) {
        const struct assay_yaml_item *item = &node->items[i];
        struct assay_suite_parameter *parameter = &list.items[list.count++];
        if (!assay_name_valid(item->key, false)) {
            code = assay_yaml_fail_key(error, node, item, "'%s' is not a parameter's name: want [a-z][a-z0-9_]*",
                                       item->key);
        } else if ((parameter->name = assay_copy(item->key)) == NULL) {
            code = no_memory(node, error);
        } else {
            code = read_texts(&parameter->values, item->key, item->value, read_value, error);
        }
    }
    if (code != 0) {
        assay_parameter_list_release(&list);
        return code;
    }
    *(struct assay_parameter_list *)into = list;
    return 0;
}

int assay_key_bounded(uint64_t *value, const char *key, const struct assay_yaml *node, uint64_t least, uint64_t most,
                        struct assay_error *error)
{
    const char *text = scalar_text(key, node, error);
    uint64_t number = 0;
    if (text == NULL) {
        return ASSAY_EINPUT;
    }
    if (!assay_parse_integer(text, &number) || number < least || number > most) {
        return assay_yaml_fail(error, node, "bad %s '%s': want %llu to %llu", key, text, (unsigned long long)least,
                               (unsigned long long)most);
    }
    *value = number;
    return 0;
}

int assay_key_count(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    struct assay_message_answer *answer = into;
    /* A count crosses the protocol as a JSON number, exact up to 2^53. */
    int code = assay_key_bounded(&answer->count, key, node, 0, (uint64_t)1 << 53, error);
    answer->count_known = code == 0;
    return code;
}

int assay_key_sum(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    struct assay_message_answer *answer = into;
    int code = assay_key_bounded(&answer->sum, key, node, 0, UINT64_MAX, error);
    answer->sum_known = code == 0;
    return code;
}

int assay_key_sha256(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    struct assay_message_answer *answer = into;
    const char *text = scalar_text(key, node, error);
    if (text == NULL) {
        return ASSAY_EINPUT;
    }
    if (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64) {
        return assay_yaml_fail(error, node, "bad %s '%s': want 64 lower-case hexadecimal digits", key, text);
    }
    memcpy(answer->sha256, text, 65);
    answer->sha256_known = true;
    return 0;
}

int assay_key_source(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    return assay_key_text(&((struct assay_message_answer *)into)->source, key, node, error);
}

int assay_key_answer_check(const struct assay_message_answer *answer, const struct assay_yaml *mapping,
                             struct assay_error *error)
{
    if (answer->count_known || answer->sum_known || answer->sha256_known) {
        return 0;
    }
    return assay_yaml_fail(error, mapping, "the answer is not said: want count, sum or sha256");
}
