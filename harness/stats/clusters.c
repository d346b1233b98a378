/* Two clusters among sorted values: how far apart, for how wide they are. Decides nothing. */
#include "stats/tests.h"

#include "stats/order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double assay_cluster_gap(size_t *below, const double *sorted, size_t count, size_t least)
{
    size_t best = 0;
    for (size_t i = least; i + least <= count; i++) {
        if (best == 0 || sorted[i] - sorted[i - 1] > sorted[best] - sorted[best - 1]) {
            best = i;
        }
    }
    *below = best;
    if (best == 0) {
        return 0;
    }
    double gap = sorted[best] - sorted[best - 1];
    double spans = sorted[best - 1] - sorted[0] + (sorted[count - 1] - sorted[best]);
    if (!(gap > 0)) {
        return 0;
    }
    return spans > 0 ? gap / spans : INFINITY;
}

/* The split that leaves the least squares about the means of both sides, i.e. with the most between them. */
static size_t split_by_squares(const double *values, size_t count, size_t least)
{
    double total = 0;
    for (size_t i = 0; i < count; i++) {
        total += values[i];
    }
    size_t best = least;
    double most = -1;
    double sum = 0;
    for (size_t i = 1; i < count; i++) {
        sum += values[i - 1];
        if (i < least || i + least > count) {
            continue;
        }
        double n = (double)i;
        double rest = (double)(count - i);
        double distance = (total - sum) / rest - sum / n;
        double between = n * rest * distance * distance;
        if (between > most) {
            most = between;
            best = i;
        }
    }
    return best;
}

static double mad_of_part(double *scratch, const double *sorted, size_t count)
{
    memcpy(scratch, sorted, count * sizeof *scratch);
    return assay_mad_in_place(scratch, count, assay_sorted_median(sorted, count));
}

int assay_cluster_separation(double *separation, size_t *below, const double *sorted, size_t count, size_t least)
{
    if (least == 0 || count < 2 * least) {
        *separation = 0;
        *below = 0;
        return 0;
    }
    double *scratch = malloc(count * sizeof *scratch);
    if (!scratch) {
        return -1;
    }
    double center = assay_sorted_median(sorted, count);
    double reach = 5 * 1.4826 * mad_of_part(scratch, sorted, count);
    for (size_t i = 0; i < count; i++) {
        scratch[i] = fmin(fmax(sorted[i] - center, -reach), reach);
    }
    size_t split = split_by_squares(scratch, count, least);
    double distance = assay_sorted_median(sorted + split, count - split) - assay_sorted_median(sorted, split);
    double width = mad_of_part(scratch, sorted, split) + mad_of_part(scratch, sorted + split, count - split);
    *separation = !(distance > 0) ? 0 : width > 0 ? distance / (1.4826 * width) : INFINITY;
    *below = split;
    free(scratch);
    return 0;
}
