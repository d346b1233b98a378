/* An interval of a ratio on a logarithmic axis, in characters, with the margin's band about 1. Knows no document. */
#ifndef ASSAY_REPORTS_BAR_H
#define ASSAY_REPORTS_BAR_H

#include <stdbool.h>
#include <stddef.h>

#define ASSAY_BAR_CELLS 21 /* odd: 1 is in the middle */

struct assay_bar_axis {
    double reach; /* the log ratio at the right end; the left end is its mirror */
    double limit; /* the ratio there */
};
/* The axis that holds every end of `lows` and `highs` (ratios; infinite or NaN: not known), 2 to 8 times as wide as the
 * margin's band. False: nothing would be seen on it. */
bool assay_bar_axis(struct assay_bar_axis *axis, const double *lows, const double *highs, size_t count, double margin);
/* The axis' ends and middle, as wide as a bar: "0.980     1     1.020". Heap; NULL: no memory. */
char *assay_bar_title(const struct assay_bar_axis *axis);
/* An interval that leaves the axis ends in '<' or '>'. An interval without 1 does not touch the middle. Heap; "" where
 * an end is not known; NULL: no memory. */
char *assay_bar(const struct assay_bar_axis *axis, double ratio, double low, double high, double margin, bool unicode);

#endif
