/* How time grows with a parameter, in words: what reports say of a document's scalings. */
#ifndef ASSAY_REPORTS_SCALINGS_H
#define ASSAY_REPORTS_SCALINGS_H

#include "base/text.h"
#include "reports/report.h"
#include "result/document.h"

#include <stdbool.h>

/* What the benchmarks of a scaling share, as far as it is needed: "sieve.segmented:segment=32768@cpython (first)". Heap. */
char *assay_words_scaling_name(const struct assay_document *document, const struct assay_scaling *scaling);
/* "time grows as limit^1.38 [1.35, 1.42]; n log n fits best (off by 3 %), n fits as well". Heap; its spaces inside forms are
 * no-break ones. */
char *assay_words_scaling(const struct assay_scaling *scaling, bool unicode);
/* A section "scaling" with a sentence a scaling; nothing where there are none. */
void assay_text_append_scalings(struct assay_text *out, const struct assay_document *document,
                                const struct assay_report_options *options);

#endif
