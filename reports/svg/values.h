/* What charts of samples share: which samples are drawn, and how far their axis reaches. Internal to this folder. Pure.
 */
#ifndef ASSAY_REPORTS_SVG_VALUES_H
#define ASSAY_REPORTS_SVG_VALUES_H

#include "reports/svg/charts.h"

#include <stdbool.h>
#include <stddef.h>

#define ASSAY_SVG_MOST_POINTS 2000
#define ASSAY_SVG_MOST_SERIES 16

/* Every `every`th of `count` values and those of the extremes: ascending indexes. */
struct assay_svg_picks {
    size_t *indexes; /* heap */
    size_t count, every;
};
/* At most `most` (4 or more). -1: no memory. */
int assay_svg_pick(struct assay_svg_picks *picks, const double *values, size_t count, size_t most);
void assay_svg_picks_release(struct assay_svg_picks *picks);

/* The ends of an axis of samples. The fences (Tukey's idea, wide) are two spreads beyond the 5th and 95th percentile of
 * each series, and leave out at most 1 sample in 100: without them one hiccup flattens all that is to be seen. */
struct assay_svg_range {
    double low, high;
    bool logarithmic;
    size_t below, above; /* samples outside */
    double least, most;  /* of all samples */
    size_t drawn_of;     /* samples in all */
    size_t every;        /* the largest of all picks: 1: all are drawn */
};
/* `picks` gets one entry a series, which the caller releases even on failure. False: no samples. */
bool assay_svg_range(struct assay_svg_range *range, struct assay_svg_picks *picks,
                     const struct assay_svg_series *series, size_t count, bool *failed);
/* What is said below such a chart: samples beyond the edges, and those not drawn, in lines. Heap, "": nothing; NULL: no
 * memory. */
char *assay_svg_range_note(const struct assay_svg_range *range, size_t series_left_out);

#endif
