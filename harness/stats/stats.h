/* Statistics of samples: numbers in, numbers out. Knows no clock, no file, no JSON.
 * docs/statistics.md explains each method and names its source. */
#ifndef ASSAY_STATS_STATS_H
#define ASSAY_STATS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of finite values, any order; `count` above 0 (asserted). Do not change the array. -1 when out of memory, 0 else. */
int assay_stats_median(double *median, const double *values, size_t count);
/* Quantile by linear interpolation of order statistics, Hyndman and Fan (1996) type 7; `p` in [0, 1]. */
int assay_stats_quantile(double *quantile, const double *values, size_t count, double p);
/* Median absolute deviation from the median, unscaled. */
int assay_stats_mad(double *mad, const double *values, size_t count);

/* The mean of what is left of `count` values without the `dropped` smallest and the `dropped` largest (a trimmed mean;
 * Tukey, 1962). 2 x `dropped` below `count` (asserted). Sorts `values`. */
double assay_stats_trimmed_mean(double *values, size_t count, size_t dropped);

/* Confidence interval of the median by interpolated order statistics (Hettmansperger and Sheather, 1986;
 * Nyblom, 1992). Fewer than 6 values have no 95 % interval: *known is false then. */
struct assay_interval {
    double low;
    double high;
    bool known;
};
#define ASSAY_STATS_LEAST_PROCESSES 6
int assay_stats_median_interval(struct assay_interval *interval, const double *values, size_t count, double confidence);

/* What a benchmark's samples say. The process is the unit of replication: `median` is the median of the
 * processes' medians and `ci95` its interval, over processes. With `session` not NULL and more than one
 * session, sessions are the outermost level: see docs/statistics.md. */
struct assay_stats_input {
    const double *values_ns; /* nanoseconds per iteration, in the order of time */
    const uint32_t *process; /* which process each value came from: 0 to processes-1 */
    size_t count;
    uint32_t processes;
    const uint32_t *session; /* NULL, or the session of each *process*: `processes` entries */
};
struct assay_statistics {
    size_t samples;
    uint32_t processes; /* that gave a sample */
    uint32_t sessions;
    double min, median, mean, stddev, mad, p05, p95, max; /* stddev: of all samples, n-1; 0 for one sample */
    struct assay_interval ci95;
    char ci95_reason[96];  /* why ci95 is not known; else empty */
    double spread_within;  /* 1.4826 * MAD of samples about their process's median, over the median: a fraction */
    double spread_between; /* 1.4826 * MAD of process medians, over the median: a fraction; 0 for one process */
};
/* 0, or -1 when out of memory, when a value is not finite, or when a process number is not below `processes`.
 * `count` above 0 (asserted). The spreads are 0 where the median is not above 0. */
int assay_stats_compute(struct assay_statistics *statistics, const struct assay_stats_input *input);

/* What a careful reader would be warned of, from the samples alone. A bit each. */
/* The samples move with time: Mann-Kendall on process medians within sessions at 0.01, and by over 2 % from their
 * first third to their last. */
#define ASSAY_FLAG_DRIFT 1u
/* Process medians, or samples within processes, fall into two clusters over 2 % apart. */
#define ASSAY_FLAG_TWO_MODES 2u
/* Fewer than 6 processes, or an interval wider than 20 % of the median in all. */
#define ASSAY_FLAG_FEW_SAMPLES 4u
/* Over 5 % of batches were disturbed: stolen time (over 1 % of the batch) or involuntary switches, with a time over
 * 1.2 times their process's median. */
#define ASSAY_FLAG_NOISY 8u
/* Within processes, the later half of the samples differs from the earlier by over 2 %, proven by a signed-rank test
 * over processes at 0.01 (8 processes or more). */
#define ASSAY_FLAG_NOT_STEADY 16u
struct assay_flags_input {
    const struct assay_stats_input *samples;
    const struct assay_statistics *statistics;
    const double *involuntary_switches; /* NULL: not known; NaN: not known of that sample */
    const double *steal_ns;             /* NULL: not known; NaN likewise */
    const double *elapsed_ns;
};
/* `statistics` are those of the same samples. Codes as for assay_stats_compute. */
int assay_stats_flags(unsigned *flags, const struct assay_flags_input *input);
/* The flag's word in documents and tables: "drift", "two-modes", "few-samples", "noisy-neighbour",
 * "not-steady". `flag` is one bit; NULL for any other. */
const char *assay_stats_flag_word(unsigned flag);

/* A histogram of `count` values in `bins` equal bins from the 1st to the 99th percentile (what lies outside
 * goes into the end bins). `bins` at most 64. */
int assay_stats_histogram(uint32_t *bins_out, size_t bins, const double *values, size_t count);

/* Ranks of medians with intervals: sorted by median, rank 1 for the fastest, and after a tie of two comes rank 3; an
 * entry ties with the one before it (gets the same rank) when its interval overlaps the interval of the first entry of
 * that rank. An entry without a known interval ties with what is within 5 % of the first's median. `ranks` gets `count`
 * ranks from 1. -1: no memory. */
int assay_stats_ranks(uint32_t *ranks, const double *medians, const struct assay_interval *intervals, size_t count);

#endif
