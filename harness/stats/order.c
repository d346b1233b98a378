/* Order statistics of sorted arrays. Knows nothing of processes or times. */
#include "stats/order.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int compare_values(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

void assay_sort(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_values);
}

double *assay_sorted(const double *values, size_t count)
{
    assert(count > 0);
    if (count > SIZE_MAX / sizeof *values) {
        return NULL;
    }
    double *copy = malloc(count * sizeof *copy);
    if (!copy) {
        return NULL;
    }
    memcpy(copy, values, count * sizeof *copy);
    assay_sort(copy, count);
    return copy;
}

bool assay_all_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

double assay_sorted_median(const double *sorted, size_t count)
{
    assert(count > 0);
    size_t half = count / 2;
    if (count % 2 == 1) {
        return sorted[half];
    }
    return sorted[half - 1] + (sorted[half] - sorted[half - 1]) / 2;
}

double assay_sorted_quantile(const double *sorted, size_t count, double p)
{
    assert(count > 0 && p >= 0 && p <= 1);
    double position = p * (double)(count - 1);
    size_t below = (size_t)position;
    if (below + 1 >= count) {
        return sorted[count - 1];
    }
    return sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]);
}

double assay_mad_in_place(double *values, size_t count, double center)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = fabs(values[i] - center);
    }
    assay_sort(values, count);
    return assay_sorted_median(values, count);
}

double assay_sorted_mad(const double *sorted, size_t count)
{
    double center = assay_sorted_median(sorted, count);
    size_t below = count / 2; /* values under it that are not yet counted */
    size_t above = count / 2; /* the first one from it on that is not yet counted */
    double previous = 0;
    double distance = 0;
    for (size_t counted = 0; counted <= count / 2; counted++) {
        previous = distance;
        bool left = below > 0 && (above == count || center - sorted[below - 1] < sorted[above] - center);
        distance = left ? center - sorted[--below] : sorted[above++] - center;
    }
    return count % 2 == 1 ? distance : previous + (distance - previous) / 2;
}
