/* Many comparisons at once: what may fail a build, what may be called a discovery, and whether one cause moved them
 * all. Works on ln E, the larger of assay_sequence_log_evidence up and down (half of it is below the mean of both,
 * which is an e-value: hence the 2 in what follows). These may be looked at any time and depend on each other in any
 * way. Pure. docs/statistics.md, "Many comparisons". */
#ifndef ASSAY_STATS_MANY_H
#define ASSAY_STATS_MANY_H

#include "stats/stats.h"

#include <stdbool.h>
#include <stddef.h>

/* The chance that any unchanged pair of a suite fails the build. */
#define ASSAY_FAMILY_ALPHA 0.01
/* ln E that each of `pairs` comparisons needs to fail a build: E at least 2 pairs / ASSAY_FAMILY_ALPHA (Bonferroni,
 * both directions). */
double assay_gate_log_evidence(size_t pairs);
/* e-BH (Wang and Ramdas, 2022): marks the k largest with E at least 2 pairs / (q k), the largest such k; false
 * discovery rate at most q whatever depends on what. NaN is no evidence. -1: out of memory. */
int assay_discoveries(bool *found, const double *log_evidence, size_t pairs, double q);

/* Whether the pairs moved together: at least 4 pairs, at least three quarters of them proven to one direction, and the
 * estimates of those within `margin` of their own median, *shift (0 where nothing is common). `directions` as in
 * struct assay_judgement; `estimates` are log ratios (of the proven: finite), the margin a fraction. -1: out of memory.
 */
int assay_common_cause(bool *common, double *shift, const int *directions, const double *estimates, size_t pairs,
                       double margin);

#endif
