/* A history drawn with characters: points over commits, their levels, where they change. For track_log_text.c. */
#ifndef ASSAY_CLI_TRACK_PLOT_H
#define ASSAY_CLI_TRACK_PLOT_H

#include "base/text.h"
#include "result/history.h"

#include <stdbool.h>
#include <stddef.h>

/* At most `width` columns wide; nothing where fewer than two points have a value. Braille where `unicode`, else ASCII. */
void assay_track_plot(struct assay_text *out, const struct assay_history_series *series, size_t width, bool unicode);
/* The sign of what happened at a point: slower, faster, accepted, a change that is not proven; "": nothing. */
const char *assay_track_sign(const struct assay_history_series *series, size_t point, bool unicode);

#endif
