/* What a report shows of a document's comparisons, computed once, for every renderer to walk: rows in their order,
 * counts, the worst and the best, and what fails a build. Borrows the document. Knows no format. */
#ifndef ASSAY_REPORTS_COMPARISONS_H
#define ASSAY_REPORTS_COMPARISONS_H

#include "base/error.h"
#include "reports/sheet.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>

struct assay_compared {
    const struct assay_comparison *comparison;
    const struct assay_benchmark *base, *head;
    char *name;       /* the id, with mode and threads where they are not the usual */
    char *short_name; /* the same without the parameters that all rows share; what a report that gives those shows */
    size_t blocks;    /* in the verdict */
    size_t set_aside; /* blocks that are not */
    bool failed;      /* a side did not end well, and there is no ratio */
    bool fails_gate;  /* slower, with the evidence that a failed build needs */
};

struct assay_report_comparisons {
    const struct assay_document *document;
    struct assay_compared *rows; /* slower, faster, shifted, inconclusive, same, failed; the largest effects first */
    size_t row_count;
    size_t counts[ASSAY_VERDICT_COUNT]; /* without those that failed */
    size_t failed;
    const struct assay_compared *worst, *best; /* by verdict, then by ratio; NULL: fewer than two ratios */
    size_t gate_failures;
    size_t discoveries;
    double margin, confidence, gate_log_evidence; /* of all; NaN: they differ, or not known */
    bool stored;                                  /* all are of stored documents */
    char *shared;                                 /* parameters that short names leave out: "limit=10000"; "": none */
    char *base_label, *head_label; /* what tells the sides apart (id, plug-in, build), of all rows; "": nothing, or not
                                      the same for all */
    size_t open;                   /* inconclusive, though both sides ended well: more time may decide them */
    double more_s; /* that would decide all that are open, as far as it is known; 0: none, or not known */
};
/* ASSAY_EINPUT where a comparison names a benchmark that is not there. */
int assay_report_comparisons_new(struct assay_report_comparisons **out, const struct assay_document *document,
                                 struct assay_error *error);
/* What a row means: its verdict, or that a side failed. */
enum assay_tone assay_compared_tone(const struct assay_compared *row);
/* Whether `row` is worse than `other` (`way` 1) or better (-1), both with a ratio: a proven direction counts before an
 * estimate. `other` NULL: it is. */
bool assay_compared_goes_further(const struct assay_compared *row, const struct assay_compared *other, int way);
void assay_report_comparisons_free(struct assay_report_comparisons *comparisons);

#endif
