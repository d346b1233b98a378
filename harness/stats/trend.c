/* Mann and Kendall's test of a trend. Knows no time but the order of its values. */
#include "stats/tests.h"

#include "stats/distributions.h"
#include "stats/order.h"

#include <math.h>
#include <stdlib.h>

int assay_trend_add(double *s, double *variance, const double *values, size_t count)
{
    if (count < 2) {
        return 0;
    }
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            *s += (values[j] > values[i]) - (values[j] < values[i]);
        }
    }
    double n = (double)count;
    double total = n * (n - 1) * (2 * n + 5);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && !(sorted[end] > sorted[i]); end++) {
            ;
        }
        double tied = (double)(end - i);
        total -= tied * (tied - 1) * (2 * tied + 5);
    }
    *variance += total / 18;
    free(sorted);
    return 0;
}

double assay_trend_p(double s, double variance)
{
    if (!(variance > 0) || !(fabs(s) > 1)) {
        return 1;
    }
    return 2 * assay_normal_cdf(-(fabs(s) - 1) / sqrt(variance));
}
