/* A level and its noise, robustly, a point at a time. Knows no change. */
#include "stats/changes_parts.h"

#include "stats/order.h"

#include <assert.h>
#include <math.h>

#define SIGMA_OF_MAD 1.4826
#define CLIP 3.0             /* spreads: a spike counts as a point so far away */
#define MOST_CORRELATION 0.9 /* beyond it a series wanders, and no number of points says where its level is */
#define LEAST_SHARE 0.25     /* of the variance, that the correction for autocorrelation leaves */
#define PRIOR_DEGREES 30.0   /* what levels before may count for: enough to test soon, little enough to learn anew */
#define PRIOR_SPREAD 8.0     /* degrees from which the prior's spread clips */
#define QUARTER 0.25         /* of a point's own half width: no spread is less, however equal few points are */

void assay_insert_sorted(double *sorted, size_t count, double value)
{
    size_t at = count;
    for (; at > 0 && sorted[at - 1] > value; at--) {
        sorted[at] = sorted[at - 1];
    }
    sorted[at] = value;
}

double assay_mean_variance(double count, double correlation)
{
    double rest = 1 - correlation;
    double tail = 2 * correlation * (1 - pow(correlation, count)) / (count * rest * rest);
    return ((1 + correlation) / rest - tail) / count;
}

double assay_clipped_mean(const double *sorted, size_t count, double clip)
{
    double median = assay_sorted_median(sorted, count);
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += fmax(-clip, fmin(clip, sorted[i] - median));
    }
    return median + sum / (double)count;
}

static void add_sums(struct assay_level_sums *sums, double value, double half)
{
    double distance = value - sums->anchor;
    sums->sum += distance;
    sums->squares += distance * distance;
    if (sums->count > 0) {
        sums->products += distance * sums->last;
    } else {
        sums->first = distance;
    }
    sums->last = distance;
    sums->count++;
    if (isfinite(half)) {
        sums->halves += half;
        sums->half_count++;
    }
}

static void derive(struct assay_level *level, const struct assay_level_sums *sums,
                   const struct assay_level_prior *prior)
{
    double count = (double)sums->count;
    double mean = sums->sum / count;
    double squares = fmax(0, sums->squares - count * mean * mean) + prior->squares;
    double products = sums->products - mean * (2 * sums->sum - sums->first - sums->last) + (count - 1) * mean * mean +
                      prior->products;
    level->mean = sums->anchor + mean;
    level->count = sums->count;
    level->degrees = count - 1 + prior->degrees;
    level->half = sums->half_count > 0 ? sums->halves / (double)sums->half_count : 0;
    level->spread = NAN;
    level->correlation = NAN;
    if (level->degrees < 1) {
        return;
    }
    /* Few points show autocorrelation too small (Kendall, 1954), and with it their spread. */
    double seen = squares > 0 ? products / squares : 0;
    double correlation = fmax(0, fmin(MOST_CORRELATION, seen + (1 + 4 * seen) / (level->degrees + 1)));
    double lost = 2 * correlation / ((1 - correlation) * (level->degrees + 1));
    level->correlation = correlation;
    level->spread = fmax(sqrt(squares / level->degrees / fmax(LEAST_SHARE, 1 - lost)), QUARTER * level->half);
}

/* Values that are mostly equal have no spread by their median deviation: then nothing is clipped. */
static double reach_of(double spread)
{
    return spread > 0 ? CLIP * spread : INFINITY;
}

static double first_spread(const struct assay_level_prior *prior, const double *sorted, size_t count)
{
    if (prior->degrees >= PRIOR_SPREAD) {
        return sqrt(prior->squares / prior->degrees);
    }
    return SIGMA_OF_MAD * assay_sorted_mad(sorted, count);
}

void assay_level_learn(struct assay_level *level, struct assay_level_sums *sums, const struct assay_level_prior *prior,
                       const double *values, const double *halves, size_t count)
{
    assert(count > 0 && count <= ASSAY_CHANGES_RING);
    double sorted[ASSAY_CHANGES_RING];
    for (size_t i = 0; i < count; i++) {
        assay_insert_sorted(sorted, i, values[i]);
    }
    double median = assay_sorted_median(sorted, count);
    double reach = reach_of(first_spread(prior, sorted, count)) * (1 + 6 / (double)count);
    *sums = (struct assay_level_sums){ .anchor = median };
    for (size_t i = 0; i < count; i++) {
        add_sums(sums, fmax(median - reach, fmin(median + reach, values[i])), halves[i]);
    }
    derive(level, sums, prior);
}

void assay_level_add(struct assay_level *level, struct assay_level_sums *sums, const struct assay_level_prior *prior,
                     double value, double half)
{
    double reach = reach_of(level->spread);
    add_sums(sums, fmax(level->mean - reach, fmin(level->mean + reach, value)), half);
    derive(level, sums, prior);
}

struct assay_level_prior assay_level_leave(const struct assay_level *level)
{
    if (!(level->degrees >= 1)) {
        return (struct assay_level_prior){ 0 };
    }
    double degrees = fmin(PRIOR_DEGREES, level->degrees);
    double squares = level->spread * level->spread * degrees;
    return (struct assay_level_prior){ squares, level->correlation * squares, degrees };
}
