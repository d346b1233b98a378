/* An oracle and a plain E-divisive, to stand beside the search for changes. Knows neither its code nor its table. */
#include "rivals.h"

#include "stats/changes_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ORACLE_MOST 32
#define EDIVISIVE_LEAST 3

/* ---- The oracle ------------------------------------------------------------------------------------------ */

void oracle_init(struct oracle *oracle, double correlation, double threshold, size_t least)
{
    *oracle = (struct oracle){ .correlation = correlation, .threshold = threshold, .least = least };
    for (size_t w = 1; w <= ORACLE_MOST; w++) {
        oracle->variances[w] = assay_mean_variance((double)w, correlation);
    }
    oracle->long_run = (1 + correlation) / (1 - correlation);
}

/* The segment begins again with its last `length` points. */
static void oracle_restart(struct oracle *oracle, size_t length)
{
    double kept[ORACLE_MOST];
    for (size_t i = 0; i < length; i++) {
        kept[i] = oracle->last[(oracle->count - length + i) % ORACLE_MOST];
    }
    oracle->count = length;
    oracle->sum = 0;
    for (size_t i = 0; i < length; i++) {
        oracle->last[i] = kept[i];
        oracle->sum += kept[i];
    }
}

bool oracle_add(struct oracle *oracle, double *shift, double value)
{
    oracle->last[oracle->count++ % ORACLE_MOST] = value;
    oracle->sum += value;
    double best = 0;
    size_t best_length = 0;
    double window = 0;
    for (size_t w = 1; w <= ORACLE_MOST && w < oracle->count; w++) {
        window += oracle->last[(oracle->count - w) % ORACLE_MOST];
        if (w < oracle->least) {
            continue;
        }
        double before = (double)(oracle->count - w);
        double variance = oracle->variances[w] +
                          (before <= ORACLE_MOST ? oracle->variances[(size_t)before] : oracle->long_run / before);
        double difference = window / (double)w - (oracle->sum - window) / before;
        if (fabs(difference) > best * sqrt(variance)) {
            best = fabs(difference) / sqrt(variance);
            best_length = w;
            *shift = difference;
        }
    }
    if (best < oracle->threshold) {
        return false;
    }
    oracle_restart(oracle, best_length);
    return true;
}

/* ---- E-divisive ---------------------------------------------------------------------------------------- */

int edivisive_init(struct edivisive *edivisive, size_t capacity, double level, size_t permutations, uint64_t seed)
{
    *edivisive = (struct edivisive){ .capacity = capacity, .level = level, .permutations = permutations };
    assay_random_init(&edivisive->random, seed);
    edivisive->values = calloc(capacity, sizeof *edivisive->values);
    edivisive->known = calloc(capacity, sizeof *edivisive->known);
    if (!edivisive->values || !edivisive->known) {
        edivisive_release(edivisive);
        return -1;
    }
    return 0;
}

void edivisive_release(struct edivisive *edivisive)
{
    free(edivisive->values);
    free(edivisive->known);
    edivisive->values = NULL;
    edivisive->known = NULL;
}

/* The greatest energy statistic over splits of values in the order of `order`, with exponent 1; *split points lie
 * before it. */
static double energy(size_t *split, const double *values, const uint32_t *order, size_t count)
{
    double within_all = 0;
    double *from_left = calloc(2 * count, sizeof *from_left); /* sums of distances to points before; to points behind */
    if (!from_left) {
        abort();
    }
    double *from_right = from_left + count;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < i; j++) {
            double distance = fabs(values[order[i]] - values[order[j]]);
            from_left[i] += distance;
            from_right[j] += distance;
            within_all += distance;
        }
    }
    double best = -INFINITY;
    double left = 0;
    double right = within_all;
    for (size_t n = 1; n < count; n++) { /* n points before the split */
        left += from_left[n - 1];
        right -= from_right[n - 1];
        size_t m = count - n;
        if (n < EDIVISIVE_LEAST || m < EDIVISIVE_LEAST) {
            continue;
        }
        double a = (double)n;
        double b = (double)m;
        double between = within_all - left - right;
        double e = 2 * between / (a * b) - 2 * left / (a * (a - 1)) - 2 * right / (b * (b - 1));
        if (e * a * b / (a + b) > best) {
            best = e * a * b / (a + b);
            *split = n;
        }
    }
    free(from_left);
    return best;
}

/* Whether the best split of the part is significant; stops permuting when it cannot be any more. */
static bool significant(size_t *split, struct edivisive *edivisive, size_t begin, size_t end)
{
    size_t count = end - begin;
    uint32_t *order = calloc(count, sizeof *order);
    if (!order) {
        abort();
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    const double *values = edivisive->values + begin;
    double seen = energy(split, values, order, count);
    double most = edivisive->level * (double)(edivisive->permutations + 1) - 1;
    double greater = 0;
    for (size_t i = 0; i < edivisive->permutations && greater <= most; i++) {
        size_t ignored;
        assay_random_shuffle(&edivisive->random, order, count);
        greater += energy(&ignored, values, order, count) >= seen;
    }
    free(order);
    return greater <= most;
}

static bool is_known(const struct edivisive *edivisive, size_t point)
{
    for (size_t i = 0; i < edivisive->known_count; i++) {
        size_t known = edivisive->known[i];
        if ((known > point ? known - point : point - known) < EDIVISIVE_LEAST) {
            return true;
        }
    }
    return false;
}

static double mean(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / (double)count;
}

static size_t search_part(struct edivisive *edivisive, double *shift, size_t begin, size_t end)
{
    size_t split = 0;
    if (end - begin < 2 * EDIVISIVE_LEAST || !significant(&split, edivisive, begin, end)) {
        return 0;
    }
    size_t found = 0;
    size_t point = begin + split;
    if (!is_known(edivisive, point)) {
        edivisive->known[edivisive->known_count++] = point;
        *shift = mean(edivisive->values + point, end - point) - mean(edivisive->values + begin, split);
        found = 1;
    }
    return found + search_part(edivisive, shift, begin, point) + search_part(edivisive, shift, point, end);
}

size_t edivisive_add(struct edivisive *edivisive, double *shift, double value)
{
    if (edivisive->count == edivisive->capacity) {
        abort();
    }
    edivisive->values[edivisive->count++] = value;
    return search_part(edivisive, shift, 0, edivisive->count);
}
