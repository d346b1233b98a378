/* Histories and events for a terminal: what `assay track log` prints. For track_log.c. */
#ifndef ASSAY_CLI_TRACK_LOG_TEXT_H
#define ASSAY_CLI_TRACK_LOG_TEXT_H

#include "base/text.h"
#include "history/judge.h"
#include "history/store.h"
#include "reports/report.h"

#include <stddef.h>

/* A series: its head, a plot, a row a result with the newest last, then what happened and who accepted it. */
void assay_track_log_series(struct assay_text *out, const struct assay_history_series *series,
                            const struct assay_report_options *options);
/* A row a series of the store. */
void assay_track_log_list(struct assay_text *out, const struct assay_store_listed *items, size_t count,
                          const struct assay_report_options *options);
/* The last events, the newest last. */
void assay_track_log_events(struct assay_text *out, const struct assay_event *events, size_t count,
                            const struct assay_history_series *series, const struct assay_report_options *options);

#endif
