/* The confidence interval of a median by interpolated order statistics. Assumes independent values of one
 * distribution and nothing of its shape. */
#include "stats/stats.h"

#include "stats/distributions.h"
#include "stats/order.h"
#include "stats/tests.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#define VALLEY 1.0 /* a gap wider than all that is not gap */

/* P(the median lies between the k-th smallest and the k-th largest of n), k from 1. Below 0 where they have
 * passed each other, which the interpolation wants. */
static double coverage(unsigned k, unsigned n)
{
    return 1 - 2 * assay_binomial_cdf(k - 1, n, 0.5);
}

/* The largest k with coverage(k, n) >= confidence, or 0 if there is none; coverage falls as k grows. */
static unsigned widest_depth(unsigned n, double confidence)
{
    unsigned good = 0;
    unsigned bad = n / 2 + 1;
    while (bad - good > 1) {
        unsigned middle = good + (bad - good) / 2;
        if (coverage(middle, n) >= confidence) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    return good;
}

/* Hettmansperger and Sheather (1986): between the depths k and k+1 the weight of the inner one is not the
 * linear share I of the coverage but (n-k) I / (k + (n-2k) I), exact for the Laplace distribution. */
static void interpolate(struct assay_interval *interval, const double *sorted, unsigned n, unsigned k,
                        double confidence)
{
    double outer = coverage(k, n);
    double inner = coverage(k + 1, n);
    double share = (outer - confidence) / (outer - inner);
    double weight = (n - k) * share / (k + ((double)n - 2.0 * k) * share);
    interval->low = (1 - weight) * sorted[k - 1] + weight * sorted[k];
    interval->high = (1 - weight) * sorted[n - k] + weight * sorted[n - k - 1];
    interval->known = true;
}

/* Between two clusters lies a valley where interpolation promises what is not there: an end that is drawn into
 * the valley misses the median for all samples of its kind (for n = 10 and two equal modes coverage falls to 89 %). */
static bool has_valley(const double *sorted, size_t count)
{
    size_t below;
    return assay_cluster_gap(&below, sorted, count, 2) > VALLEY;
}

int assay_stats_median_interval(struct assay_interval *interval, const double *values, size_t count, double confidence)
{
    assert(count > 0 && confidence > 0 && confidence < 1);
    if (count > INT_MAX) {
        return -1;
    }
    unsigned n = (unsigned)count;
    unsigned k = widest_depth(n, confidence);
    if (k == 0) {
        *interval = (struct assay_interval){ .known = false };
        return 0;
    }
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    if (has_valley(sorted, count)) {
        *interval = (struct assay_interval){ sorted[k - 1], sorted[n - k], true };
    } else {
        interpolate(interval, sorted, n, k, confidence);
    }
    free(sorted);
    return 0;
}
