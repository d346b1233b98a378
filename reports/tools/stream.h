/* Text on its way to a file, piece by piece, so that a large report is never in memory whole. Knows no format. */
#ifndef ASSAY_REPORTS_TOOLS_STREAM_H
#define ASSAY_REPORTS_TOOLS_STREAM_H

#include "base/error.h"
#include "base/text.h"

#include <stdio.h>

struct assay_stream {
    struct assay_text text; /* append here; what failed shows at the end */
    FILE *to;
    int io_errno;
};
#define ASSAY_STREAM_INIT(file) { ASSAY_TEXT_INIT, (file), 0 }

/* Writes what is there if it has become much; between two pieces of any size. */
void assay_stream_flush(struct assay_stream *stream);
/* Writes the rest and frees; `code` is what went wrong before, if anything: it wins, and nothing more is written. */
int assay_stream_end(struct assay_stream *stream, int code, struct assay_error *error);

/* The number as JSON has it; 0 if it is not finite, so that no writer makes a file that no reader takes. */
void assay_stream_real(struct assay_stream *stream, double value);
/* `"name":` and the number, after a comma. */
void assay_stream_member(struct assay_stream *stream, const char *name, double value);
/* The text as a JSON string. */
void assay_stream_string(struct assay_stream *stream, const char *text);

#endif
