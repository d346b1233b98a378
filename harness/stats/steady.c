/* Whether warm-up is over: the later half of its batches, looked at for a change. Knows no process and no clock. */
#include "stats/steady.h"

#include "stats/stats.h"
#include "stats/tests.h"

#include <math.h>

/* A change that is smaller does not matter; one that is larger is never noise enough. */
static const double LITTLE = 0.01, TOO_MUCH = 0.05;
/* A trend as unlikely as this is believed. */
static const double BELIEVED = 0.01;

/* Relative difference of the later median over the earlier one, and its standard error: that of a median is
 * 1.2533 sigma / sqrt(n) under normality (Kenney and Keeping, 1962), sigma by 1.4826 MAD. */
static bool change(double *shift, double *error, const double *values, size_t count)
{
    size_t half = count / 2;
    double early, late, early_mad, late_mad;
    if (assay_stats_median(&early, values, half) != 0 || assay_stats_median(&late, values + half, count - half) != 0 ||
        assay_stats_mad(&early_mad, values, half) != 0 || assay_stats_mad(&late_mad, values + half, count - half) != 0) {
        return false;
    }
    *shift = fabs(late / early - 1);
    double a = early_mad * early_mad / (double)half, b = late_mad * late_mad / (double)(count - half);
    *error = 1.2533 * 1.4826 * sqrt(a + b) / early;
    return true;
}

bool assay_stats_settled(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!(values[i] > 0) || !isfinite(values[i])) {
            return false;
        }
    }
    if (count < ASSAY_STEADY_LEAST) {
        return false;
    }
    const double *later = values + count / 2;
    size_t length = count - count / 2;
    double shift, error, s = 0, variance = 0;
    if (!change(&shift, &error, later, length) || assay_trend_add(&s, &variance, later, length) != 0) {
        return false;
    }
    bool level = shift <= LITTLE || (shift <= 2 * error && shift <= TOO_MUCH);
    return level && (shift <= LITTLE || assay_trend_p(s, variance) > BELIEVED);
}
