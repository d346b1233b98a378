/* A benchmark's statistics from its samples, with the process as the unit of replication. Knows no clock, no
 * file and no JSON; docs/statistics.md explains the choices. */
#include "stats/stats.h"

#include "stats/levels.h"
#include "stats/order.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes the MAD of normal values their standard deviation: 1 / quantile(0.75). */
#define MAD_TO_SIGMA 1.4826

/* What all samples together say, whatever process they came from. -1: no memory. */
static int describe_samples(struct assay_statistics *statistics, const double *values, size_t count)
{
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    double mean = 0;
    for (size_t i = 0; i < count; i++) {
        mean += (sorted[i] - mean) / (double)(i + 1);
    }
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        squares += (sorted[i] - mean) * (sorted[i] - mean);
    }
    statistics->samples = count;
    statistics->mean = mean;
    statistics->stddev = count > 1 ? sqrt(squares / (double)(count - 1)) : 0;
    statistics->min = sorted[0];
    statistics->max = sorted[count - 1];
    statistics->p05 = assay_sorted_quantile(sorted, count, 0.05);
    statistics->p95 = assay_sorted_quantile(sorted, count, 0.95);
    statistics->mad = assay_mad_in_place(sorted, count, assay_sorted_median(sorted, count));
    free(sorted);
    return 0;
}

/* Median and interval over the outermost level with enough members; `units` holds a median a member. */
static int estimate(struct assay_statistics *statistics, const double *units, uint32_t count)
{
    if (assay_stats_median(&statistics->median, units, count) != 0) {
        return -1;
    }
    if (assay_stats_median_interval(&statistics->ci95, units, count, 0.95) != 0) {
        return -1;
    }
    if (!statistics->ci95.known) {
        snprintf(statistics->ci95_reason, sizeof statistics->ci95_reason,
                 "only %u process%s gave samples: a 95 %% interval wants %d", count, count == 1 ? "" : "es",
                 ASSAY_STATS_LEAST_PROCESSES);
    }
    return 0;
}

/* Sessions are the units when there are enough for an interval, else the processes of all of them. */
static int estimate_by_level(struct assay_statistics *statistics, const struct assay_levels *levels)
{
    double *units = calloc(levels->process_count, sizeof *units);
    if (!units) {
        return -1;
    }
    int code;
    if (levels->session_count >= ASSAY_STATS_LEAST_PROCESSES) {
        code = assay_levels_session_medians(units, levels);
        if (code == 0) {
            code = estimate(statistics, units, levels->session_count);
        }
    } else {
        assay_levels_process_medians(units, levels);
        code = estimate(statistics, units, levels->process_count);
    }
    free(units);
    return code;
}

/* Robust spreads as fractions of the median; 0 where the median is no time (0 or less). */
static int measure_spreads(struct assay_statistics *statistics, const struct assay_levels *levels)
{
    if (!(statistics->median > 0)) {
        return 0;
    }
    double *deviations = calloc(levels->value_count, sizeof *deviations);
    if (!deviations) {
        return -1;
    }
    for (uint32_t i = 0; i < levels->process_count; i++) {
        const struct assay_level_process *process = &levels->processes[i];
        for (size_t j = process->first; j < process->first + process->count; j++) {
            deviations[j] = levels->values[j] - process->median;
        }
    }
    double within = assay_mad_in_place(deviations, levels->value_count, 0);
    assay_levels_process_medians(deviations, levels);
    assay_sort(deviations, levels->process_count);
    double center = assay_sorted_median(deviations, levels->process_count);
    double between = assay_mad_in_place(deviations, levels->process_count, center);
    statistics->spread_within = MAD_TO_SIGMA * within / statistics->median;
    statistics->spread_between = MAD_TO_SIGMA * between / statistics->median;
    free(deviations);
    return 0;
}

int assay_stats_compute(struct assay_statistics *statistics, const struct assay_stats_input *input)
{
    assert(input->count > 0);
    if (!assay_all_finite(input->values_ns, input->count)) {
        return -1;
    }
    struct assay_levels levels = { 0 };
    if (assay_levels_init(&levels, input) != 0) {
        return -1;
    }
    struct assay_statistics made = { .processes = levels.process_count, .sessions = levels.session_count };
    int code = -1;
    if (describe_samples(&made, input->values_ns, input->count) != 0) {
        goto done;
    }
    if (estimate_by_level(&made, &levels) != 0) {
        goto done;
    }
    if (measure_spreads(&made, &levels) != 0) {
        goto done;
    }
    *statistics = made;
    code = 0;
done:
    assay_levels_release(&levels);
    return code;
}
