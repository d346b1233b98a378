/* The line that says how far a run is: on a terminal only, redrawn at most ten times a second. */
#ifndef ASSAY_CLI_PROGRESS_H
#define ASSAY_CLI_PROGRESS_H

#include "base/text.h"
#include "compare/compare.h"
#include "measure/measure.h"

struct assay_progress_line {
    bool shown; /* standard error is a terminal and --quiet was not given */
    bool drawn; /* something stands on the line now */
    unsigned width;
    int64_t drawn_at_ns;
    size_t round, rounds; /* of many comparisons of the same: which this is; 0: one alone */
    size_t value;         /* of a parameter along which is searched: how many were looked at; 0: no search */
};

void assay_progress_open(struct assay_progress_line *line, bool quiet);
/* An assay_progress_fn; `context` is the line. */
void assay_progress_draw(void *context, const struct assay_progress *progress);
void assay_progress_clear(struct assay_progress_line *line);

/* An assay_compare_progress_fn; `context` is the line. */
void assay_progress_compare(void *context, const struct assay_compare_progress *progress);

/* The line's words in at most `width` columns: what runs gives way to the rest. */
void assay_progress_text(struct assay_text *text, const struct assay_progress *progress, unsigned width);

/* The same of a comparison. */
void assay_progress_compare_text(struct assay_text *text, const struct assay_progress_line *line,
                                 const struct assay_compare_progress *progress, unsigned width);

#endif
