/* What the search for changes stands beside in the replay: an oracle that knows the noise, and a plain E-divisive. For
 * tests alone. */
#ifndef ASSAY_TESTS_REPLAY_RIVALS_H
#define ASSAY_TESTS_REPLAY_RIVALS_H

#include "base/random.h"

#include <stdbool.h>
#include <stddef.h>

/* Knows the standard deviation of a point (1) and the autocorrelation, and has to learn the level alone: the greatest
 * of |mean of the last w - mean before| over its standard error, w from 1 to 32, against `threshold`. Plain means. */
struct oracle {
    double correlation, threshold;

    double last[32];
    double variances[33]; /* of the mean of w points */
    double long_run;      /* w x variance of the mean of many */
    double sum;
    size_t count, least;
};
/* `least` points of a new level: 1 is what knows no spikes. */
void oracle_init(struct oracle *oracle, double correlation, double threshold, size_t least);
/* Whether this point ends a segment; *shift then is new less old. */
bool oracle_add(struct oracle *oracle, double *shift, double value);

/* E-divisive (Matteson and James, 2014) as it is plainly used: run again over the whole series with every point, a
 * permutation test of the best split, the parts searched again, values permuted as if they were independent. New change
 * points are alarms. */
struct edivisive {
    double *values;
    size_t count, capacity;
    size_t *known; /* change points that were there before */
    size_t known_count;
    double level;        /* of the test: 0.01 */
    size_t permutations; /* 199 */
    struct assay_random random;
};
int edivisive_init(struct edivisive *edivisive, size_t capacity, double level, size_t permutations,
                   uint64_t seed); /* -1: no memory */
void edivisive_release(struct edivisive *edivisive);
/* How many change points are there now that lie 3 or more points from any there ever was; *shift of the last of them.
 */
size_t edivisive_add(struct edivisive *edivisive, double *shift, double value);

#endif
