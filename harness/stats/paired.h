/* Descriptions of paired differences with a fixed number of them, and what they are made of. Pure. Codes: 0, or -1 when
 * out of memory. `count` above 0 (asserted), values finite. */
#ifndef ASSAY_STATS_PAIRED_H
#define ASSAY_STATS_PAIRED_H

#include "stats/stats.h"

#include <stddef.h>

/* The median of all Walsh averages (Hodges and Lehmann, 1963), with the interval that inverts Wilcoxon's signed-rank
 * test (Tukey, 1949): from the k-th smallest to the k-th largest average, exact up to 60 values, beyond by the normal
 * approximation. `known` is false, and the ends infinite, where even the whole range does not reach `confidence`.
 * Time n log n, memory n. */
int assay_hodges_lehmann(double *estimate, struct assay_interval *interval, const double *values, size_t count,
                         double confidence);

/* The interval of a mean over `count` layouts, each the unit of replication: mean +- t(count-1) s / sqrt(count), and
 * from 11 on the signed-rank interval of the Hodges-Lehmann estimate. `known` is false, and the ends infinite, below 2.
 */
#define ASSAY_LEAST_LAYOUTS 11
int assay_layouts_interval(double *estimate, struct assay_interval *interval, const double *layout_means, size_t count,
                           double confidence);

/* Lag-1 autocorrelation of ranks (Wald and Wolfowitz, 1943; ties share their mean rank), over their variance; NaN below
 * 8 values or where all are equal. */
int assay_rank_autocorrelation(double *value, const double *values, size_t count);
/* Two-sided p that values drift with time (Mann and Kendall). */
int assay_drift_p(double *p, const double *values, size_t count);
/* One-way components of variance over `count` blocks of two halves each (`halves`: 2 x count values): which share of
 * the variance of a half lies between blocks, 0 to 1; NaN below 4 blocks or without any variance. The halves of a block
 * are neighbours. Moments, a negative component counts as 0. */
double assay_between_share(const double *halves, size_t count);
/* 1.4826 x MAD. */
int assay_spread(double *spread, const double *values, size_t count);
/* Bounds of a proportion (Wilson, 1927), two-sided. `n` above 0 (asserted). */
void assay_wilson(struct assay_interval *interval, size_t hits, size_t n, double confidence);

#endif
