/* Where the level of a series changed, online: a new level that is proven begins a segment, one that also passes the
 * margin is a change. Knows no commit and no store. */
#include "stats/changes_parts.h"

#include "base/vector.h"
#include "stats/distributions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CREEP_LEAST 8   /* points that say where the level is now */
#define CREEP_SHARE 0.1 /* of the rate: creep is looked for beside steps */
#define STEP (-1)
#define WAITED 16 /* points after which a small shift is taken for what it seems to be */

static const struct assay_level *level_now(const struct assay_changes *changes)
{
    return &changes->levels[changes->count % ASSAY_CHANGES_LEVELS];
}

static void remember_point(struct assay_changes *changes, double value, double half)
{
    if (changes->ring_count == ASSAY_CHANGES_RING) {
        size_t kept = ASSAY_CHANGES_RING - 1;
        memmove(changes->values, changes->values + 1, kept * sizeof *changes->values);
        memmove(changes->halves, changes->halves + 1, kept * sizeof *changes->halves);
        memmove(changes->indexes, changes->indexes + 1, kept * sizeof *changes->indexes);
        changes->ring_count--;
    }
    changes->values[changes->ring_count] = value;
    changes->halves[changes->ring_count] = half;
    changes->indexes[changes->ring_count++] = changes->points - 1;
}

/* The first ASSAY_CHANGES_RING points of a segment are learnt anew with each of them: before, nobody knows what a spike
 * is. */
static void learn_level(struct assay_changes *changes, size_t count)
{
    changes->count = count;
    struct assay_level *level = &changes->levels[count % ASSAY_CHANGES_LEVELS];
    if (count > ASSAY_CHANGES_RING) {
        *level = changes->levels[(count - 1) % ASSAY_CHANGES_LEVELS];
        assay_level_add(level, &changes->sums, &changes->prior, changes->values[changes->ring_count - 1],
                        changes->halves[changes->ring_count - 1]);
    } else {
        size_t from = changes->ring_count - count;
        assay_level_learn(level, &changes->sums, &changes->prior, changes->values + from, changes->halves + from,
                          count);
    }
    struct assay_origin *origin = &changes->origin;
    if (origin->open) {
        origin->level = *level;
        origin->last = changes->indexes[changes->ring_count - 1];
        origin->open = count < ASSAY_CHANGES_ORIGIN;
    }
}

/* Creep is measured from the segment, which has few points yet. */
static void begin_origin(struct assay_changes *changes)
{
    changes->origin = (struct assay_origin){ *level_now(changes), changes->first, changes->points - 1, true };
}

/* The last `length` points are a segment of their own. The origin of creep stays where it was, and learns no more. */
static void begin_segment(struct assay_changes *changes, size_t length)
{
    size_t from = changes->ring_count - length;
    const struct assay_level *before = level_now(changes);
    if (length < changes->count) {
        before = &changes->levels[(changes->count - length) % ASSAY_CHANGES_LEVELS];
        if (changes->origin.open) {
            changes->origin.level = *before;
            changes->origin.last = changes->indexes[from] - 1;
        }
    }
    changes->origin.open = false;
    changes->prior = assay_level_leave(before);
    changes->first = changes->indexes[from];
    for (size_t count = 1; count <= length; count++) { /* as if they had come after a change that was known */
        changes->ring_count = (uint32_t)(from + count);
        learn_level(changes, count);
    }
}

static double creep_of(const struct assay_changes *changes)
{
    return changes->options.creep > 0 ? changes->options.creep : log1p(changes->options.margin);
}

/* Where the level is now, against the origin: the last points, few or many, that lie behind it. */
static bool creep_at(struct assay_split *split, const struct assay_changes *changes, size_t length, double least)
{
    const struct assay_origin *origin = &changes->origin;
    *split = (struct assay_split){ 0 };
    if (length > changes->ring_count || changes->indexes[changes->ring_count - length] <= origin->last) {
        return false;
    }
    const struct assay_level *noise = level_now(changes);
    if (changes->count > length) {
        noise = &changes->levels[(changes->count - length) % ASSAY_CHANGES_LEVELS];
    }
    double sorted[ASSAY_CHANGES_RING];
    for (size_t i = 0; i < length; i++) {
        assay_insert_sorted(sorted, i, changes->values[changes->ring_count - length + i]);
    }
    *split = (struct assay_split){ .length = length, .degrees = noise->degrees, .correlation = noise->correlation };
    split->shift = assay_clipped_mean(sorted, length, ASSAY_CHANGES_CLIP * noise->spread) - origin->level.mean;
    double beyond = fabs(split->shift) - least;
    if (beyond <= 0 || beyond * beyond * (double)length <
                           ASSAY_CHANGES_LEAST_SCORE * ASSAY_CHANGES_LEAST_SCORE * noise->spread * noise->spread) {
        return false;
    }
    double variance = assay_mean_variance((double)length, noise->correlation) +
                      assay_mean_variance((double)origin->level.count, noise->correlation);
    split->error = fmax(ASSAY_CHANGES_LEAST_ERROR, noise->spread * sqrt(variance));
    split->score = beyond / split->error;
    return true;
}

/* How much `split` passes the threshold of creep by; below 1: not. */
static double creep_share(struct assay_split *split, const struct assay_changes *changes, size_t length)
{
    if (!creep_at(split, changes, length, creep_of(changes)) || split->degrees < ASSAY_CHANGES_LEAST_DEGREES) {
        return 0;
    }
    double rate = CREEP_SHARE * changes->options.rate;
    return split->score / assay_changes_threshold(split->degrees, split->correlation, rate);
}

/* By the segment, if that is enough, as it has no point of an older level in it; else by the last points, few or many.
 */
static bool find_creep(struct assay_split *best, const struct assay_changes *changes)
{
    const size_t lengths[] = { CREEP_LEAST, ASSAY_CHANGES_RING / 2, ASSAY_CHANGES_RING };
    if (changes->count >= changes->options.least && creep_share(best, changes, changes->count) >= 1) {
        return true;
    }
    double best_share = 1;
    bool found = false;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct assay_split split;
        double share = creep_share(&split, changes, lengths[i]);
        if (share >= best_share) {
            best_share = share;
            *best = split;
            found = true;
        }
    }
    return found;
}

static double half_of(const struct assay_split *split)
{
    double correlation = split->correlation;
    double degrees = split->degrees * (1 - correlation) / (1 + correlation);
    return split->error * assay_student_quantile(0.975, fmax(1, degrees));
}

static void report(struct assay_change *change, const struct assay_changes *changes, const struct assay_split *split,
                   int32_t since)
{
    double rate = assay_changes_rate(split->degrees, split->correlation, split->score);
    double half = half_of(split);
    *change = (struct assay_change){ .point = changes->indexes[changes->ring_count - split->length],
                                     .since = since,
                                     .shift = split->shift,
                                     .low = split->shift - half,
                                     .high = split->shift + half,
                                     .confidence = 1 - rate,
                                     .found_at = changes->points - 1 };
}

/* A step that several commits made is creep, against the origin, if it passes there too. */
static int32_t took_several(struct assay_split *split, const struct assay_changes *changes)
{
    const struct assay_level *before = &changes->levels[(changes->count - split->length) % ASSAY_CHANGES_LEVELS];
    const struct assay_level *from = changes->origin.open ? before : &changes->origin.level;
    double shift = split->shift + before->mean - from->mean;
    if (shift * copysign(1, split->shift) < creep_of(changes) || !assay_changes_is_ramp(changes, split)) {
        return STEP;
    }
    split->error = before->spread * sqrt(assay_mean_variance((double)split->length, split->correlation) +
                                         assay_mean_variance((double)from->count, split->correlation));
    split->shift = shift;
    return (int32_t)changes->origin.first;
}

/* A new level that is proven begins a segment; one that differs by the margin is a change. */
static bool find_step(struct assay_changes *changes, struct assay_change *change)
{
    struct assay_split split;
    assay_changes_split(&split, changes);
    if (split.length == 0) {
        return false;
    }
    assay_changes_date(&split, changes);
    double margin = log1p(changes->options.margin);
    if (fabs(split.shift) >= margin) {
        int32_t since = took_several(&split, changes);
        report(change, changes, &split, since);
        begin_segment(changes, split.length);
        begin_origin(changes);
        return true;
    }
    if (split.length >= WAITED || fabs(split.shift) + half_of(&split) < margin) {
        begin_segment(changes, split.length); /* too small to tell anybody of; creep adds such up */
    }
    return false;
}

static void begin_kind(struct assay_changes *changes, uint32_t kind)
{
    changes->kind = kind;
    changes->ring_count = 0;
    changes->count = 0;
    changes->first = changes->points - 1;
    changes->prior = (struct assay_level_prior){ 0 }; /* another machine has another noise */
    changes->origin = (struct assay_origin){ .first = changes->first, .open = true };
}

int assay_changes_add(struct assay_changes *changes, bool *found, struct assay_change *change, double value,
                      double interval_half, uint32_t kind)
{
    *found = false;
    changes->points++;
    if (changes->points == 1 || kind != changes->kind) {
        begin_kind(changes, kind);
    }
    if (!isfinite(value)) {
        return 0;
    }
    remember_point(changes, value, interval_half);
    learn_level(changes, changes->count + 1);
    if (find_step(changes, change)) {
        *found = true;
        return 0;
    }
    struct assay_split creep;
    if (find_creep(&creep, changes)) {
        report(change, changes, &creep, (int32_t)changes->origin.first);
        begin_segment(changes, creep.length);
        begin_origin(changes);
        *found = true;
    }
    return 0;
}

void assay_changes_accept(struct assay_changes *changes)
{
    if (changes->count > ASSAY_CHANGES_RING) {
        /* The level of a long segment may have crept itself: what was accepted is what it is now. */
        begin_segment(changes, ASSAY_CHANGES_RING);
    }
    if (changes->count > 0) {
        begin_origin(changes);
    }
}

void assay_changes_now(struct assay_changes_now *now, const struct assay_changes *changes)
{
    *now = (struct assay_changes_now){ NAN, NAN, NAN, NAN, NAN, changes->first, changes->count };
    if (changes->count == 0) {
        return;
    }
    const struct assay_level *level = level_now(changes);
    now->level = level->mean;
    now->spread = level->spread;
    now->autocorrelation = level->correlation;
    if (level->degrees >= 1) {
        double error = level->spread * sqrt(assay_mean_variance((double)level->count, level->correlation));
        struct assay_split split = { .error = error, .degrees = level->degrees, .correlation = level->correlation };
        double half = half_of(&split);
        now->low = level->mean - half;
        now->high = level->mean + half;
    }
}

int assay_changes_search(struct assay_change **found, size_t *count, const double *values, const double *halves,
                         const uint32_t *kinds, size_t length, const struct assay_changes_options *options)
{
    struct assay_changes *changes;
    if (assay_changes_new(&changes, options) != 0) {
        return -1;
    }
    void *items = NULL;
    size_t number = 0;
    size_t capacity = 0;
    for (size_t i = 0; i < length; i++) {
        bool is_change;
        struct assay_change change;
        assay_changes_add(changes, &is_change, &change, values[i], halves ? halves[i] : NAN, kinds ? kinds[i] : 0);
        if (!is_change) {
            continue;
        }
        if (!assay_reserve(&items, &capacity, number + 1, sizeof change)) {
            free(items);
            assay_changes_free(changes);
            return -1;
        }
        ((struct assay_change *)items)[number++] = change;
    }
    assay_changes_free(changes);
    *found = items;
    *count = number;
    return 0;
}
