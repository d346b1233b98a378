/* A document from a stream: yajl's events into the reader's stack, in bounded pieces, and the last checks. The one file
 * that includes yajl. */
#include "result/reader.h"

#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yajl/yajl_parse.h>

#define PIECE_BYTES 65536
#define QUIET_BYTES (16u << 20) /* the longest text, and the longest run of blanks */

static int scalar(void *context, const struct assay_value *value)
{
    struct assay_reader *reader = context;
    reader->events++;
    return assay_reader_scalar(reader, value);
}

static int on_null(void *context)
{
    return scalar(context, &(struct assay_value){ .type = ASSAY_VALUE_NULL });
}

static int on_truth(void *context, int truth)
{
    return scalar(context, &(struct assay_value){ .type = ASSAY_VALUE_TRUTH, .truth = truth != 0 });
}

static int on_number(void *context, const char *bytes, size_t length)
{
    return scalar(context, &(struct assay_value){ .type = ASSAY_VALUE_NUMBER, .bytes = bytes, .length = length });
}

/* A text of many megabytes is no name and no message, and every reader of it would choke. */
static int refuse_long(struct assay_reader *reader)
{
    assay_reader_fail(reader, ASSAY_EINPUT, "a text of over %u bytes", ASSAY_MOST_TEXT);
    return 0;
}

static int on_text(void *context, const unsigned char *bytes, size_t length)
{
    if (length > ASSAY_MOST_TEXT) {
        return refuse_long(context);
    }
    return scalar(context,
                  &(struct assay_value){ .type = ASSAY_VALUE_TEXT, .bytes = (const char *)bytes, .length = length });
}

static int on_key(void *context, const unsigned char *bytes, size_t length)
{
    ((struct assay_reader *)context)->events++;
    if (length > ASSAY_MOST_TEXT) {
        return refuse_long(context);
    }
    return assay_reader_key(context, (const char *)bytes, length);
}

static int on_object(void *context)
{
    ((struct assay_reader *)context)->events++;
    return assay_reader_open(context, true);
}

static int on_array(void *context)
{
    ((struct assay_reader *)context)->events++;
    return assay_reader_open(context, false);
}

static int on_close(void *context)
{
    ((struct assay_reader *)context)->events++;
    return assay_reader_close(context);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_truth,
    .yajl_number = on_number,
    .yajl_string = on_text,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_close,
    .yajl_start_array = on_array,
    .yajl_end_array = on_close,
};

static size_t lines(const char *bytes, size_t length)
{
    size_t count = 0;
    for (const char *at = bytes; (at = memchr(at, '\n', length - (size_t)(at - bytes))); at++) {
        count++;
    }
    return count;
}

/* yajl's own words, without their line feed. */
static int fail_syntax(yajl_handle parser, size_t line, struct assay_error *error)
{
    unsigned char *words = yajl_get_error(parser, 0, NULL, 0);
    size_t length = words ? strcspn((const char *)words, "\n") : 0;
    assay_fail(error, ASSAY_EINPUT, "line %zu: not JSON: %.*s", line, (int)length, words ? (const char *)words : "");
    if (words) {
        yajl_free_error(parser, words);
    }
    return ASSAY_EINPUT;
}

/* All of `from` through the parser. */
static int feed(struct assay_reader *reader, yajl_handle parser, FILE *from)
{
    static const size_t most = QUIET_BYTES / PIECE_BYTES;
    unsigned char piece[PIECE_BYTES];
    size_t length;
    size_t line = 1;
    size_t quiet = 0;
    yajl_status status = yajl_status_ok;
    while (status == yajl_status_ok && (length = fread(piece, 1, sizeof piece, from)) > 0) {
        uint64_t before = reader->events;
        status = yajl_parse(parser, piece, length);
        quiet = reader->events == before ? quiet + 1 : 0;
        if (quiet > most) {
            return assay_fail(reader->error, ASSAY_EINPUT, "line %zu: a text is longer than 16 MiB", line);
        }
        line += lines((const char *)piece, status == yajl_status_ok ? length : yajl_get_bytes_consumed(parser));
    }
    if (ferror(from)) {
        return assay_fail_errno(reader->error, errno, "cannot read");
    }
    if (status == yajl_status_ok) {
        status = yajl_complete_parse(parser);
    }
    if (reader->error->code) {
        return reader->error->code;
    }
    return status == yajl_status_ok ? 0 : fail_syntax(parser, line, reader->error);
}

/* What the document says of its first session stands at the top; what both say, the session says. */
static int settle_sessions(struct assay_reader *reader)
{
    struct assay_document *document = reader->document;
    if (document->session_count == 0) {
        struct assay_session *made = assay_document_add_session(document);
        char *created = assay_copy(document->created);
        if (!made || !created) {
            free(created);
            return assay_fail(reader->error, ASSAY_ENOMEM, "out of memory");
        }
        free(made->created);
        made->created = created;
        made->seed = reader->top.seed;
    }
    struct assay_session *first = &document->sessions[0];
    if (!first->command) {
        first->command = reader->top.command;
        reader->top.command = NULL;
    }
    if (first->environment.count == 0) {
        assay_facts_release(&first->environment);
        first->environment = reader->top.environment;
        reader->top.environment = (struct assay_facts)ASSAY_FACTS_INIT;
    }
    return 0;
}

static void release(struct assay_reader *reader)
{
    for (unsigned i = 0; i < reader->depth; i++) {
        free(reader->frames[i].key);
    }
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        free(reader->columns[i].values);
    }
    for (size_t i = 0; i < ASSAY_BLOCK_COLUMN_COUNT; i++) {
        free(reader->blocks[i].values);
    }
    for (size_t i = 0; i < ASSAY_TREE_COLUMN_COUNT; i++) {
        free(reader->nodes[i].values);
    }
    free(reader->rounds.values);
    free(reader->scaling_benchmarks.values);
    free(reader->scaling_values.values);
    free(reader->reference.start_ns.values);
    free(reader->reference.elapsed_ns.values);
    free(reader->fact.text);
    free(reader->fact.origin);
    free(reader->top.command);
    assay_facts_release(&reader->top.environment);
    free(reader->rest_key);
    assay_document_free(reader->document);
    free(reader);
}

static int read_document(struct assay_reader *reader, FILE *from)
{
    int result = assay_document_new(&reader->document, reader->error);
    if (result) {
        return result;
    }
    yajl_handle parser = yajl_alloc(&callbacks, NULL, reader);
    if (!parser) {
        return assay_fail(reader->error, ASSAY_ENOMEM, "out of memory");
    }
    result = feed(reader, parser, from);
    yajl_free(parser);
    if (!result) {
        result = settle_sessions(reader);
    }
    return result ? result : assay_document_check(reader->document, reader->error);
}

int assay_document_read(struct assay_document **out, FILE *from, const char *name, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    struct assay_reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    reader->error = &inner;
    int result = read_document(reader, from);
    if (result) {
        assay_fail(error, result, "%s: %s", name, inner.text);
    } else {
        *out = reader->document;
        reader->document = NULL;
    }
    release(reader);
    return result;
}

int assay_document_load(struct assay_document **out, const char *path, struct assay_error *error)
{
    if (strcmp(path, "-") == 0) {
        return assay_document_read(out, stdin, "standard input", error);
    }
    struct stat status;
    FILE *from = fopen(path, "re");
    if (!from) {
        return assay_fail_errno(error, errno, "cannot read '%s'", path);
    }
    int result = fstat(fileno(from), &status) == 0 && S_ISDIR(status.st_mode)
                     ? assay_fail(error, ASSAY_EINPUT, "'%s' is a directory, want a document", path)
                     : assay_document_read(out, from, path, error);
    (void)fclose(from);
    return result;
}
