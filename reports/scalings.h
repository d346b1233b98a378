/* How time grows with a parameter, in words: what the text report says of a document's scalings. */
#ifndef ASSAY_REPORTS_SCALINGS_H
#define ASSAY_REPORTS_SCALINGS_H

#include "base/text.h"
#include "reports/report.h"

/* A section "scaling" with a sentence a scaling; nothing where there are none. */
void assay_text_append_scalings(struct assay_text *out, const struct assay_document *document,
                                const struct assay_report_options *options);

#endif
