/* Where the last points may have left their level: the best split of what the ring holds. Knows no alarm and no margin.
 */
#include "stats/changes_parts.h"

#include <math.h>

#define LEAST_BEYOND 3   /* points that must lie beyond: two spikes together are no level */
#define BEYOND_SHARE 0.5 /* of the shift */
#define BEYOND_SPREADS 1.0
#define SPIKE 3.0 /* spreads */

/* Lengths that every point is looked at with: all up to 6, then by about 1.4, which costs little power between. */
static bool is_looked_at(size_t length)
{
    return length <= 6 || length == 8 || length == 11 || length == 16 || length == 23 || length == 32;
}

static bool enough_beyond(const double *values, size_t count, double mean, double shift, double spread)
{
    double distance = fmax(BEYOND_SHARE * fabs(shift), BEYOND_SPREADS * spread);
    size_t beyond = 0;
    for (size_t i = 0; i < count; i++) {
        beyond += copysign(1, shift) * (values[i] - mean) > distance;
    }
    return beyond >= LEAST_BEYOND;
}

/* How much less is known of the new points than of the old by their own intervals; 1: no less. Middle ones: one odd run
 * says nothing. */
static double halves_ratio(const double *halves, size_t count, double typical)
{
    double sorted[ASSAY_CHANGES_RING];
    size_t known = 0;
    for (size_t i = 0; i < count; i++) {
        if (isfinite(halves[i])) {
            assay_insert_sorted(sorted, known++, halves[i]);
        }
    }
    return known == 0 || !(typical > 0) ? 1 : fmax(1, sorted[known / 2] / typical);
}

/* False where nothing can be said, or too little to be looked at any further, which saves most of the time: no
 * threshold lies so low. */
static bool split_at(struct assay_split *split, const struct assay_changes *changes, const double *sorted,
                     size_t length)
{
    const struct assay_level *before = &changes->levels[(changes->count - length) % ASSAY_CHANGES_LEVELS];
    if (before->degrees < ASSAY_CHANGES_LEAST_DEGREES || before->count < length) {
        return false;
    }
    *split = (struct assay_split){ .length = length, .degrees = before->degrees, .correlation = before->correlation };
    split->shift = assay_clipped_mean(sorted, length, ASSAY_CHANGES_CLIP * before->spread) - before->mean;
    if (split->shift * split->shift * (double)length <
        ASSAY_CHANGES_LEAST_SCORE * ASSAY_CHANGES_LEAST_SCORE * before->spread * before->spread) {
        return false;
    }
    const double *values = changes->values + changes->ring_count - length;
    if (!enough_beyond(values, length, before->mean, split->shift, before->spread)) {
        return false;
    }
    double ratio = halves_ratio(changes->halves + changes->ring_count - length, length, before->half);
    double variance = ratio * ratio * assay_mean_variance((double)length, before->correlation) +
                      assay_mean_variance((double)before->count, before->correlation);
    split->error = fmax(ASSAY_CHANGES_LEAST_ERROR, before->spread * sqrt(variance));
    split->score = fabs(split->shift) / split->error;
    return split->score > ASSAY_CHANGES_LEAST_SCORE;
}

/* What the points of the segment that the ring holds are off from the two levels, squares as large as a spike's not
 * counted in full. */
static double loss_of(const struct assay_changes *changes, const struct assay_split *split)
{
    const struct assay_level *before = &changes->levels[(changes->count - split->length) % ASSAY_CHANGES_LEVELS];
    size_t count = changes->count < changes->ring_count ? changes->count : changes->ring_count;
    const double *values = changes->values + changes->ring_count - count;
    double most = SPIKE * before->spread;
    double loss = 0;
    for (size_t i = 0; i < count; i++) {
        double level = before->mean + (i + split->length >= count ? split->shift : 0);
        double off = fmin(most, fabs(values[i] - level));
        loss += off * off;
    }
    return loss;
}

static double share_of(const struct assay_split *split, const struct assay_changes *changes)
{
    return split->score / assay_changes_threshold(split->degrees, split->correlation, changes->options.rate);
}

void assay_changes_split(struct assay_split *best, const struct assay_changes *changes)
{
    double sorted[ASSAY_CHANGES_RING];
    size_t least = changes->options.least;
    double best_share = 1;
    *best = (struct assay_split){ 0 };
    for (size_t length = 1; length <= changes->ring_count && length + least <= changes->count; length++) {
        assay_insert_sorted(sorted, length - 1, changes->values[changes->ring_count - length]);
        struct assay_split split;
        if (length < least || !is_looked_at(length) || !split_at(&split, changes, sorted, length)) {
            continue;
        }
        double share = share_of(&split, changes);
        if (share >= best_share) {
            best_share = share;
            *best = split;
        }
    }
}

void assay_changes_date(struct assay_split *best, const struct assay_changes *changes)
{
    double sorted[ASSAY_CHANGES_RING];
    size_t least = changes->options.least;
    double best_loss = loss_of(changes, best);
    for (size_t length = 1; length <= changes->ring_count && length + least <= changes->count; length++) {
        assay_insert_sorted(sorted, length - 1, changes->values[changes->ring_count - length]);
        struct assay_split split;
        if (length < least || !split_at(&split, changes, sorted, length) || share_of(&split, changes) < 1) {
            continue;
        }
        double loss = loss_of(changes, &split);
        if (loss < best_loss) {
            best_loss = loss;
            *best = split;
        }
    }
}
