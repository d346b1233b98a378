/* JSON as a stream. Memory stays within a buffer, however long the lists. */
#include "result/writer.h"

#include "result/number.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FLUSH_BYTES 65536
#define WRAP_BYTES 110 /* of a line of numbers */

void assay_writer_init(struct assay_writer *writer, FILE *to)
{
    *writer = (struct assay_writer){ .to = to };
}

static void flush(struct assay_writer *writer)
{
    if (writer->text.failed || writer->text.length == 0) {
        return;
    }
    errno = 0;
    if (!writer->io_errno && fwrite(writer->text.bytes, 1, writer->text.length, writer->to) != writer->text.length) {
        writer->io_errno = errno ? errno : EIO;
    }
    assay_text_clear(&writer->text);
}

int assay_writer_finish(struct assay_writer *writer, struct assay_error *error)
{
    int result = 0;
    flush(writer);
    errno = 0;
    if (!writer->io_errno && fflush(writer->to)) {
        writer->io_errno = errno ? errno : EIO;
    }
    if (writer->text.failed) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (writer->io_errno) {
        result = assay_fail_errno(error, writer->io_errno, "cannot write the document");
    }
    assay_text_release(&writer->text);
    return result;
}

static void indent(struct assay_writer *writer)
{
    assay_text_append_char(&writer->text, '\n');
    for (unsigned i = 0; i < writer->depth; i++) {
        assay_text_append(&writer->text, "  ");
    }
}

static void append_json(struct assay_writer *writer, const char *text)
{
    size_t length = strlen(text);
    bool changed = false;
    char *clean = assay_utf8_clean(text, length, &changed);
    free(clean);
    writer->dirty = writer->dirty || changed;
    assay_text_append_json(&writer->text, text, length);
}

/* What stands before a value: comma, line, key. */
static void lead(struct assay_writer *writer, const char *key)
{
    if (writer->text.length > FLUSH_BYTES) {
        flush(writer);
    }
    if (writer->depth > 0) {
        bool tight = writer->tight[writer->depth];
        if (writer->begun[writer->depth]) {
            assay_text_append(&writer->text, tight ? ", " : ",");
        }
        writer->begun[writer->depth] = true;
        if (!tight) {
            indent(writer);
        }
    }
    if (key) {
        append_json(writer, key);
        assay_text_append(&writer->text, ": ");
    }
}

void assay_writer_open(struct assay_writer *writer, const char *key, char bracket, bool tight)
{
    lead(writer, key);
    assay_text_append_char(&writer->text, bracket);
    writer->depth++;
    assert(writer->depth < ASSAY_WRITER_DEPTH);
    writer->begun[writer->depth] = false;
    writer->tight[writer->depth] = tight || writer->tight[writer->depth - 1];
}

void assay_writer_close(struct assay_writer *writer, char bracket)
{
    bool line = writer->begun[writer->depth] && !writer->tight[writer->depth];
    writer->depth--;
    if (line) {
        indent(writer);
    }
    assay_text_append_char(&writer->text, bracket);
    if (writer->depth == 0) {
        assay_text_append_char(&writer->text, '\n');
    }
}

void assay_writer_raw(struct assay_writer *writer, const char *key, const char *json)
{
    lead(writer, key);
    assay_text_append(&writer->text, json);
}

void assay_writer_text(struct assay_writer *writer, const char *key, const char *text)
{
    lead(writer, key);
    if (text) {
        append_json(writer, text);
    } else {
        assay_text_append(&writer->text, "null");
    }
}

void assay_writer_real(struct assay_writer *writer, const char *key, double value)
{
    lead(writer, key);
    assay_number_append(&writer->text, value);
}

void assay_writer_decimal(struct assay_writer *writer, const char *key, uint64_t value)
{
    lead(writer, key);
    assay_text_format(&writer->text, "\"%llu\"", (unsigned long long)value);
}

void assay_writer_u64(struct assay_writer *writer, const char *key, uint64_t value)
{
    lead(writer, key);
    bool exact = value <= (uint64_t)ASSAY_NUMBER_EXACT;
    assay_text_format(&writer->text, exact ? "%llu" : "\"%llu\"", (unsigned long long)value);
}

void assay_writer_i64(struct assay_writer *writer, const char *key, int64_t value)
{
    lead(writer, key);
    bool exact = value <= (int64_t)ASSAY_NUMBER_EXACT && value >= -(int64_t)ASSAY_NUMBER_EXACT;
    assay_text_format(&writer->text, exact ? "%lld" : "\"%lld\"", (long long)value);
}

void assay_writer_truth(struct assay_writer *writer, const char *key, int truth)
{
    assay_writer_raw(writer, key, truth < 0 ? "null" : truth ? "true" : "false");
}

void assay_writer_reals(struct assay_writer *writer, const char *key, const double *values, size_t count)
{
    lead(writer, key);
    assay_text_append_char(&writer->text, '[');
    size_t line = writer->text.length;
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            assay_text_append(&writer->text, ", ");
        }
        if (writer->text.length > FLUSH_BYTES) {
            flush(writer);
            line = 0;
        }
        if (writer->text.length - line > WRAP_BYTES) {
            writer->text.length -= 1; /* the blank before the line end */
            indent(writer);
            assay_text_append(&writer->text, "  ");
            line = writer->text.length;
        }
        assay_number_append(&writer->text, values[i]);
    }
    assay_text_append_char(&writer->text, ']');
}
