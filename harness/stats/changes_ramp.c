/* Whether the level went to where it is in one step, or by several commits: the ramp that fits the last points best.
 * Knows no margin. */
#include "stats/changes_parts.h"

#include <math.h>

#define LEAST_RISE 3   /* points that a ramp takes at least: two are a step that one odd point hides */
#define CLIP 3.0       /* spreads beyond both levels: a spike says nothing of the shape */
#define LEAST_NATS 2.0 /* by which a ramp must be more likely (logarithm of the likelihoods' ratio) */

/* Sums of the points before each, so that a ramp costs the same however long it is. */
struct sums {
    size_t count;
    double values[ASSAY_CHANGES_RING + 1],
        products[ASSAY_CHANGES_RING + 1]; /* of the values; of them with their places */
    double squares;
};

static void add_up(struct sums *sums, const double *values, size_t count)
{
    *sums = (struct sums){ .count = count };
    for (size_t i = 0; i < count; i++) {
        sums->values[i + 1] = sums->values[i] + values[i];
        sums->products[i + 1] = sums->products[i] + (double)i * values[i];
        sums->squares += values[i] * values[i];
    }
}

/* Residual squares about a + b g, where g rises from 0 at point `from` to 1 at point `from + rise`. */
static double squares_about(const struct sums *sums, size_t from, size_t rise)
{
    double n = (double)sums->count;
    double steps = (double)rise;
    size_t top = from + rise;
    double above = n - (double)top;
    double g_sum = (steps - 1) / 2 + above;
    double g_squares = (steps - 1) * (2 * steps - 1) / (6 * steps) + above;
    double rising =
        sums->products[top] - sums->products[from] - (double)from * (sums->values[top] - sums->values[from]);
    double sum = sums->values[sums->count];
    double product = rising / steps + sum - sums->values[top] - g_sum * sum / n;
    return sums->squares - sum * sum / n - product * product / (g_squares - g_sum * g_sum / n);
}

bool assay_changes_is_ramp(const struct assay_changes *changes, const struct assay_split *split)
{
    const struct assay_level *before = &changes->levels[(changes->count - split->length) % ASSAY_CHANGES_LEVELS];
    double reach = CLIP * before->spread;
    double low = fmin(0, split->shift) - reach;
    double high = fmax(0, split->shift) + reach;
    double values[ASSAY_CHANGES_RING];
    size_t count = changes->ring_count;
    for (size_t i = 0; i < count; i++) {
        values[i] = fmax(low, fmin(high, changes->values[i] - before->mean));
    }
    struct sums sums;
    add_up(&sums, values, count);
    double step = INFINITY;
    double ramp = INFINITY;
    for (size_t from = 0; from + 1 < count; from++) {
        step = fmin(step, squares_about(&sums, from, 1));
        for (size_t rise = LEAST_RISE; from + rise < count; rise++) {
            ramp = fmin(ramp, squares_about(&sums, from, rise));
        }
    }
    double correlation = split->correlation;
    double variance = before->spread * before->spread * (1 + correlation) / (1 - correlation);
    return step - ramp > 2 * LEAST_NATS * variance;
}
