/* The parts of the text report, for its own files. */
#ifndef ASSAY_REPORTS_TEXT_H
#define ASSAY_REPORTS_TEXT_H

#include "base/text.h"
#include "reports/model.h"
#include "reports/report.h"

/* The line above the table: what ran, where, when. */
void assay_text_append_headline(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options);
/* What stands below the table: failures, flags, what was not counted, warnings, hints. */
void assay_text_append_notes(struct assay_text *out, const struct assay_report_model *model,
                             const struct assay_report_options *options);

#endif
