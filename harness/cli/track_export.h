/* A point of a history as a line: docs/history.md has the fields. For track_export*.c. */
#ifndef ASSAY_CLI_TRACK_EXPORT_H
#define ASSAY_CLI_TRACK_EXPORT_H

#include "base/text.h"
#include "result/history.h"

#include <stdbool.h>
#include <stddef.h>

struct assay_track_exported {
    const struct assay_history_series *series;
    const struct assay_history_point *point;
    bool with_samples;
    const double *samples;
    size_t sample_count;
};
void assay_track_export_json(struct assay_text *line, const struct assay_track_exported *point);
void assay_track_export_csv(struct assay_text *line, const struct assay_track_exported *point); /* RFC 4180 */
void assay_track_export_head(struct assay_text *line, bool with_samples);                       /* names of the CSV's columns */

#endif
