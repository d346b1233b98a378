/* Text on its way to a file, in pieces. */
#include "reports/tools/stream.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define MUCH 65536

static void write_out(struct assay_stream *stream)
{
    struct assay_text *text = &stream->text;
    errno = 0;
    if (text->length > 0 && !text->failed && !stream->io_errno &&
        fwrite(text->bytes, 1, text->length, stream->to) != text->length) {
        stream->io_errno = errno ? errno : EIO;
    }
    if (!text->failed) {
        assay_text_clear(text);
    }
}

void assay_stream_flush(struct assay_stream *stream)
{
    if (stream->text.length > MUCH) {
        write_out(stream);
    }
}

int assay_stream_end(struct assay_stream *stream, int code, struct assay_error *error)
{
    if (!code && stream->text.failed) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!code) {
        write_out(stream);
        errno = 0;
        if (!stream->io_errno && fflush(stream->to)) {
            stream->io_errno = errno ? errno : EIO;
        }
    }
    if (!code && stream->io_errno) {
        code = assay_fail_errno(error, stream->io_errno, "cannot write the report");
    }
    assay_text_release(&stream->text);
    return code;
}

void assay_stream_real(struct assay_stream *stream, double value)
{
    assay_text_append_real(&stream->text, isfinite(value) ? value : 0);
}

void assay_stream_member(struct assay_stream *stream, const char *name, double value)
{
    assay_text_format(&stream->text, ",\"%s\":", name);
    assay_stream_real(stream, value);
}

void assay_stream_string(struct assay_stream *stream, const char *text)
{
    assay_text_append_json(&stream->text, text ? text : "", text ? strlen(text) : 0);
}
