/* The parts of the text report, for its own files. */
#ifndef ASSAY_REPORTS_TEXT_H
#define ASSAY_REPORTS_TEXT_H

#include "base/text.h"
#include "reports/comparisons.h"
#include "reports/model.h"
#include "reports/report.h"

/* The line above the table: what ran, where, when. */
void assay_text_append_headline(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options);
/* The end of such a line: processor, time, seed. *column: as in assay_line_append_part_take. */
void assay_text_append_session(struct assay_text *out, size_t *column, const struct assay_document *document,
                               const struct assay_report_options *options);
/* What stands below the table: failures, flags, what was not counted, warnings, hints. */
void assay_text_append_notes(struct assay_text *out, const struct assay_report_model *model,
                             const struct assay_report_options *options);

/* The kernels' own distributions, such as the times of single round trips: their quantiles, a row each. */
void assay_text_append_distributions(struct assay_text *out, const struct assay_report_model *model,
                                     const struct assay_report_options *options);
/* What measuring at once did to the benchmarks that were measured alone too. */
void assay_text_append_together(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options);
/* What became of benchmarks that did not end well. */
void assay_text_append_failures(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options);
/* A machine that changed its speed, and the document's warnings. */
void assay_text_append_warnings(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options);
/* The document's series over commits: their last changes, what was accepted, a small plot; nothing where there are none. */
void assay_text_append_history(struct assay_text *out, const struct assay_document *document,
                               const struct assay_report_options *options);
/* The report's first lines: sentence, counts, worst and best, trust with its reasons. */
void assay_text_append_verdict(struct assay_text *out, const struct assay_report *report,
                               const struct assay_report_options *options);
/* How the environments of the report's documents and sessions differ; nothing where there is one. */
void assay_text_append_environments(struct assay_text *out, const struct assay_report *report,
                                    const struct assay_report_options *options);
/* All of the report of a document with profiles. ASSAY_EUSAGE: what assay_profile_select refuses. */
int assay_text_append_profiles(struct assay_text *out, const struct assay_report_model *model,
                               const struct assay_report_options *options, struct assay_error *error);
/* All of the report of a document with comparisons but the benchmarks' table. */
int assay_text_append_comparisons(struct assay_text *out, const struct assay_report_model *model,
                                  const struct assay_report_options *options, struct assay_error *error);
/* What stands below the comparisons' table: failed sides, what must be known of each, warnings, hints. */
void assay_text_append_compared(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                                const struct assay_report_model *model, const struct assay_report_options *options);

#endif
