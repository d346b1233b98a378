/* Counts of values in equal bins, for the small picture in a table. Knows no table. */
#include "stats/stats.h"

#include "stats/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t bin_of(double value, double low, double high, size_t bins)
{
    if (!(high > low)) { /* all but the tails are one value: it stands in the middle */
        return value < low ? 0 : value > high ? bins - 1 : bins / 2;
    }
    if (value <= low) {
        return 0;
    }
    double place = (value - low) / (high - low) * (double)bins;
    return place >= (double)bins ? bins - 1 : (size_t)place;
}

int assay_stats_histogram(uint32_t *bins_out, size_t bins, const double *values, size_t count)
{
    assert(bins > 0 && bins <= 64 && count > 0);
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    double low = assay_sorted_quantile(sorted, count, 0.01);
    double high = assay_sorted_quantile(sorted, count, 0.99);
    free(sorted);
    memset(bins_out, 0, bins * sizeof *bins_out);
    for (size_t i = 0; i < count; i++) {
        bins_out[bin_of(values[i], low, high, bins)]++;
    }
    return 0;
}
