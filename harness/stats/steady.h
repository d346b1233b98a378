/* Whether a process has settled: for implementations that compile while they run. Numbers in, an answer out. */
#ifndef ASSAY_STATS_STEADY_H
#define ASSAY_STATS_STEADY_H

#include <stdbool.h>
#include <stddef.h>

/* No answer before so many values. */
#define ASSAY_STEADY_LEAST 32

/* Whether the times of `count` warm-up batches, in order, have settled. The second half of them is looked at: a process
 * must have been steady for as long as it was not. The medians of that half's two halves may differ by 1 %, or by what
 * their own scatter explains (two standard errors of a difference of medians, by the MAD), and by no more than 5 % in
 * any case; and no trend may be proven in the half (Mann and Kendall, two-sided at 0.01) unless it is below 1 %.
 * Asked again only when `count` is half as large again (the caller's business), so that looking often finds no lucky
 * moment. False below ASSAY_STEADY_LEAST, for values that are not finite or not above 0, and when memory runs out.
 * After Barrett and others, "Virtual machine warmup blows hot and cold" (2017), who look for the last change point of a
 * finished run; while one goes on, a half that stays level is what can be asked. docs/scheduling.md. */
bool assay_stats_settled(const double *values, size_t count);

#endif
