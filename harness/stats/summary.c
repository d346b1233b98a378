/* Median, quantile, MAD and trimmed mean of an array in any order. Knows nothing of processes. */
#include "stats/stats.h"

#include "stats/order.h"

#include <assert.h>
#include <stdlib.h>

int assay_stats_quantile(double *quantile, const double *values, size_t count, double p)
{
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    *quantile = assay_sorted_quantile(sorted, count, p);
    free(sorted);
    return 0;
}

int assay_stats_median(double *median, const double *values, size_t count)
{
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    *median = assay_sorted_median(sorted, count);
    free(sorted);
    return 0;
}

int assay_stats_mad(double *mad, const double *values, size_t count)
{
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    *mad = assay_mad_in_place(sorted, count, assay_sorted_median(sorted, count));
    free(sorted);
    return 0;
}

double assay_stats_trimmed_mean(double *values, size_t count, size_t dropped)
{
    double sum = 0;
    assert(dropped < count - dropped && dropped < count);
    assay_sort(values, count);
    for (size_t i = dropped; i < count - dropped; i++) {
        sum += values[i];
    }
    return sum / (double)(count - 2 * dropped);
}
