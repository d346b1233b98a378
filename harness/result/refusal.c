/* What the reader says when it stops: the words, and the place in the document where it stood. Knows frames, and none
 * of those who fill them. */
#include "result/reader.h"

#include "base/text.h"

#include <stdarg.h>

/* Where the reader stands: "benchmarks[3].samples.elapsed_ns[7]". */
static void append_place(struct assay_text *text, const struct assay_reader *reader)
{
    for (unsigned i = 0; i < reader->depth; i++) {
        const struct assay_frame *frame = &reader->frames[i];
        const char *name = frame->key ? frame->key : frame->pending ? frame->pending->name : NULL;
        if (frame->type == ASSAY_OPENS_OBJECTS || frame->type == ASSAY_OPENS_REALS ||
            frame->type == ASSAY_OPENS_TEXTS || frame->type == ASSAY_OPENS_INTERVAL ||
            frame->type == ASSAY_OPENS_ENDS) {
            assay_text_format(text, "[%zu]", frame->count ? frame->count - 1 : 0);
        } else if (name) {
            assay_text_format(text, "%s%.80s", text->length ? "." : "", name);
        }
    }
}

int assay_reader_fail(struct assay_reader *reader, int code, const char *format, ...)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    append_place(&text, reader);
    if (text.length) {
        assay_text_append(&text, ": ");
    }
    va_list arguments;
    va_start(arguments, format);
    assay_text_vformat(&text, format, arguments);
    va_end(arguments);
    assay_fail(reader->error, code, "%s", text.failed ? "out of memory" : text.bytes);
    assay_text_release(&text);
    return code;
}

int assay_reader_refuse(struct assay_reader *reader, const char *want)
{
    assay_reader_fail(reader, ASSAY_EINPUT, "want %s", want);
    return 0;
}

int assay_reader_no_memory(struct assay_reader *reader)
{
    assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory");
    return 0;
}

int assay_reader_too_deep(struct assay_reader *reader)
{
    assay_reader_fail(reader, ASSAY_EINPUT, "nested deeper than %d", ASSAY_READER_DEPTH);
    return 0;
}
