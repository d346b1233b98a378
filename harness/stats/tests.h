/* Tests of hypotheses that the flags rest on. Pure; internal to this folder. */
#ifndef ASSAY_STATS_TESTS_H
#define ASSAY_STATS_TESTS_H

#include <stddef.h>
#include <stdint.h>

/* Mann (1945) and Kendall (1975): S, the pairs that rise less the pairs that fall, and the variance of S where
 * there is no trend, with the correction for ties. Sums over groups are the seasonal test of Hirsch, Slack and
 * Smith (1982). Adds to both. -1: no memory. */
int assay_trend_add(double *s, double *variance, const double *values, size_t count);
/* Two-sided p of S by the normal approximation with continuity correction; 1 where the variance is 0. */
double assay_trend_p(double s, double variance);

/* Two-sided p of Wilcoxon's signed-rank test (1945) that `differences` are symmetric about 0. Zeros are left out,
 * ties share their mean rank; exact up to 60 differences, beyond by the normal approximation with both
 * corrections. -1: no memory. */
int assay_signed_rank_p(double *p, const double *differences, size_t count);

/* Two clusters among ascending values. `gap`: the widest empty stretch between neighbours with at least `least` values
 * on each side, over what the values on both sides span together; *below says how many lie under it. 0 if none. */
double assay_cluster_gap(size_t *below, const double *sorted, size_t count, size_t least);
/* The best split by squares (values beyond 5 sigmas, by MAD, drawn in), at least `least` on each side: the distance of
 * the two medians over 1.4826 times the sum of the two MADs. *below as above. -1: no memory. */
int assay_cluster_separation(double *separation, size_t *below, const double *sorted, size_t count, size_t least);

#endif
