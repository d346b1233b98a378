/* Lines of words for a terminal: broken between words, never inside one. Knows no document. */
#ifndef ASSAY_REPORTS_LINES_H
#define ASSAY_REPORTS_LINES_H

#include "base/text.h"
#include "reports/report.h"

#include <stddef.h>

/* Appends `text` (from outside or ours) where `column` columns of the line are taken, further lines indented by
 * `indent`, and ends the line. A number stays with its "%", an interval in brackets whole, and what has
 * no-break spaces (U+00A0, written as spaces) together. */
void assay_line_append(struct assay_text *out, size_t column, const char *text, size_t indent,
                       const struct assay_report_options *options);
/* The same behind `lead`. */
void assay_line_append_led(struct assay_text *out, const char *lead, const char *text, size_t indent,
                           const struct assay_report_options *options);
/* An empty line, and the title of what follows. */
void assay_line_append_title(struct assay_text *out, const char *title, const struct assay_report_options *options);
/* A part of a line of parts with dots between, on a line of its own where it does not fit; owns `part`. *column is 0 to
 * begin with. */
void assay_line_append_part_take(struct assay_text *out, size_t *column, char *part,
                                 const struct assay_report_options *options);

#endif
