/* Betting on the signs of paired differences, and the interval of what no bet rejects. Knows no clock and no verdict.
 */
#include "stats/sequence.h"

#include "base/vector.h"
#include "stats/order.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BETS 7 /* lambda in .15, .3, .5, .8, 1.2, 1.8, 2.7 */
#define CLIP 2.5
#define SIGN_SCORE 0.67
#define SIGMA_OF_MAD 1.4826
#define TINY_SCALE 1e-300 /* of blocks that were all equal: whatever differs from them scores the most */
#define TOLERANCE 1e-9
#define LN_2 0.6931471805599453

void assay_sequence_init(struct assay_sequence *sequence, double confidence)
{
    assert(confidence > 0 && confidence < 1);
    *sequence = (struct assay_sequence){ .confidence = confidence };
}

void assay_sequence_release(struct assay_sequence *sequence)
{
    free(sequence->values);
    free(sequence->scales);
    free(sequence->sorted);
    *sequence = (struct assay_sequence){ .confidence = sequence->confidence };
}

/* Room for one more in all three columns. After a failure some are larger than `capacity` says, which harms nothing. */
static bool reserve_one(struct assay_sequence *sequence)
{
    double **columns[] = { &sequence->values, &sequence->scales, &sequence->sorted };
    size_t capacity = sequence->capacity;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        void *items = *columns[i];
        capacity = sequence->capacity;
        if (!assay_reserve(&items, &capacity, sequence->count + 1, sizeof(double))) {
            return false;
        }
        *columns[i] = items;
    }
    sequence->capacity = capacity;
    return true;
}

static void insert_sorted(double *sorted, size_t count, double value)
{
    size_t low = 0;
    for (size_t high = count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle] > value) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    memmove(sorted + low + 1, sorted + low, (count - low) * sizeof *sorted);
    sorted[low] = value;
}

int assay_sequence_add(struct assay_sequence *sequence, double log_ratio)
{
    if (!isfinite(log_ratio) || !reserve_one(sequence)) {
        return -1;
    }
    size_t count = sequence->count;
    sequence->scales[count] = NAN;
    if (count >= ASSAY_SEQUENCE_LEARN) { /* of the blocks before this one alone: a block must not set its own stake */
        double scale = SIGMA_OF_MAD * assay_sorted_mad(sequence->sorted, count);
        sequence->scales[count] = fmax(scale, TINY_SCALE);
    }
    sequence->values[count] = log_ratio;
    insert_sorted(sequence->sorted, count, log_ratio);
    sequence->count++;
    return 0;
}

/* The score of a block against `theta`; from -CLIP to CLIP. */
static double score(const struct assay_sequence *sequence, size_t block, double theta)
{
    double distance = sequence->values[block] - theta;
    if (block < ASSAY_SEQUENCE_LEARN) {
        return SIGN_SCORE * ((distance > 0) - (distance < 0));
    }
    double psi = distance / sequence->scales[block];
    if (psi > CLIP) {
        return CLIP;
    }
    return psi < -CLIP ? -CLIP : psi;
}

/* Multiplies each bet's product by 1 + exp(-2 lambda psi). All are powers of exp(-psi / 10). */
static void multiply_bets(double products[BETS], double psi)
{
    double p1 = exp(-0.1 * psi);
    double p2 = p1 * p1;
    double p3 = p2 * p1;
    double p6 = p3 * p3;
    double p10 = p6 * p2 * p2;
    double p16 = p10 * p6;
    double p24 = p10 * p10 * p2 * p2;
    double p36 = p16 * p16 * p2 * p2;
    const double powers[BETS] = { p3, p6, p10, p16, p24, p36, p36 * p16 * p2 };
    for (size_t i = 0; i < BETS; i++) {
        products[i] *= 1 + powers[i];
    }
}

/* ln of the mean of exp(values). */
static double log_mean_exp(const double values[BETS])
{
    double most = values[0];
    for (size_t i = 1; i < BETS; i++) {
        most = fmax(most, values[i]);
    }
    double sum = 0;
    for (size_t i = 0; i < BETS; i++) {
        sum += exp(values[i] - most);
    }
    return most + log(sum / BETS);
}

double assay_sequence_log_evidence(const struct assay_sequence *sequence, double theta, bool up)
{
    enum { CHUNK = 32 }; /* a factor is at most 1 + exp(13.5), so 32 of them fit a double */
    double logs[BETS] = { 0 };
    for (size_t start = 0; start < sequence->count; start += CHUNK) {
        size_t end = sequence->count - start < CHUNK ? sequence->count : start + CHUNK;
        double products[BETS] = { 1, 1, 1, 1, 1, 1, 1 };
        for (size_t block = start; block < end; block++) {
            double psi = score(sequence, block, theta);
            multiply_bets(products, up ? psi : -psi);
        }
        for (size_t i = 0; i < BETS; i++) {
            logs[i] += (double)(end - start) * LN_2 - log(products[i]);
        }
    }
    return log_mean_exp(logs);
}

/* One end of the set, seen from inside: `side` is -1 for the lower end, 1 for the upper, distances are `side` x theta.
 */
struct search {
    const struct assay_sequence *sequence;
    double side, bound;
};
struct probe {
    double distance;
    double excess; /* ln E above the bound: not below 0 where theta is rejected. Grows with the distance */
};

/* The lower end is where the bet that the truth lies above gets too good. */
static struct probe probe_at(const struct search *search, double distance)
{
    double evidence = assay_sequence_log_evidence(search->sequence, search->side * distance, search->side < 0);
    return (struct probe){ distance, evidence - search->bound };
}

/* The distance at which a rejection was found nearest to `inner`, which is not rejected; `outer` is. Illinois steps
 * (Dowell and Jarratt, 1971), then halves, for the steps that the signs of the first blocks make. */
static double close_in(const struct search *search, struct probe inner, struct probe outer)
{
    enum { ILLINOIS_STEPS = 16, MOST_STEPS = 200 };
    int last = 0;
    for (int step = 0; step < MOST_STEPS && outer.distance - inner.distance > TOLERANCE; step++) {
        double width = outer.distance - inner.distance;
        double next = inner.distance + width / 2;
        if (step < ILLINOIS_STEPS) {
            double secant = inner.distance + width * inner.excess / (inner.excess - outer.excess);
            secant +=
                last > 0 ? -TOLERANCE / 2 : TOLERANCE / 2; /* to the far side of the root, which closes the bracket */
            next = secant > inner.distance && secant < outer.distance ? secant : next;
        }
        struct probe found = probe_at(search, next);
        if (found.excess >= 0) {
            outer = found;
            inner.excess = last > 0 ? inner.excess / 2 : inner.excess;
            last = 1;
        } else {
            inner = found;
            outer.excess = last < 0 ? outer.excess / 2 : outer.excess;
            last = -1;
        }
    }
    return outer.distance;
}

/* `side` x the end of the set on that side; infinite while nothing bounds it. */
static double find_end(const struct assay_sequence *sequence, double side, double bound)
{
    struct search search = { sequence, side, bound };
    if (sequence->count == 0 || probe_at(&search, INFINITY).excess < 0) {
        return INFINITY;
    }
    double step = TOLERANCE;
    if (sequence->count > ASSAY_SEQUENCE_LEARN) {
        step = fmax(step, sequence->scales[sequence->count - 1] * 4 / sqrt((double)sequence->count));
    }
    struct probe inner = probe_at(&search, side * assay_sorted_median(sequence->sorted, sequence->count));
    while (inner.excess >= 0) { /* the median itself is rejected: rare, but it may be */
        inner = probe_at(&search, inner.distance - step);
        step *= 2;
    }
    struct probe outer = probe_at(&search, inner.distance + step);
    while (outer.excess < 0) {
        inner = outer;
        step *= 2;
        outer = probe_at(&search, inner.distance + step);
    }
    return close_in(&search, inner, outer);
}

void assay_sequence_interval(struct assay_interval *interval, const struct assay_sequence *sequence, double floor)
{
    double bound = log(2 / (1 - sequence->confidence));
    interval->low = -find_end(sequence, -1, bound) - floor;
    interval->high = find_end(sequence, 1, bound) + floor;
    interval->known = isfinite(interval->low) && isfinite(interval->high);
}

/* Of simulated runs at 0.999, blocks that prove an effect at 1/r spreads with probability 0.9: LEARN_COST + RATE r^2,
 * and more where the effect is so small against the spread that even the smallest bet is too high. Between what normal
 * blocks need and what heavy tails do, so that the power at either is 0.8 to 0.97. */
#define LEARN_COST 13
#define RATE 37
#define SMALL_EFFECT_RATE 0.125
#define LEAST_BLOCKS 17 /* fewer prove large effects, but how surely depends on the tails */

/* Blocks at `confidence` over blocks at 0.999. */
static double confidence_factor(double confidence)
{
    const double beyond = 2.4; /* what the power takes, whatever the confidence */
    return (log(2 / (1 - confidence)) + beyond) / (log(2 / 0.001) + beyond);
}

double assay_sequence_blocks_for(double effect, double spread, double confidence)
{
    double beyond_floor = fabs(effect) - ASSAY_SEQUENCE_FLOOR;
    if (!(beyond_floor > 0) || !(spread >= 0)) {
        return INFINITY;
    }
    double square = spread / beyond_floor * (spread / beyond_floor);
    double blocks = LEARN_COST + RATE * square + SMALL_EFFECT_RATE * square * square;
    return ceil(confidence_factor(confidence) * fmax(blocks, LEAST_BLOCKS));
}

double assay_sequence_detectable(double blocks, double spread, double confidence)
{
    double scaled = blocks / confidence_factor(confidence);
    if (!(scaled >= LEAST_BLOCKS) || !(spread >= 0)) {
        return INFINITY;
    }
    double half = RATE / (2 * SMALL_EFFECT_RATE); /* the quadratic in r^2, solved */
    double square = sqrt(half * half + (scaled - LEARN_COST) / SMALL_EFFECT_RATE) - half;
    return ASSAY_SEQUENCE_FLOOR + spread / sqrt(square);
}
