/* Samples sorted into their processes and sessions: the levels of replication. Internal to this folder. */
#ifndef ASSAY_STATS_LEVELS_H
#define ASSAY_STATS_LEVELS_H

#include "stats/stats.h"

#include <stddef.h>
#include <stdint.h>

/* One process that gave samples; those of one process stand together in `values`, in the order of time. */
struct assay_level_process {
    size_t first; /* into assay_levels.values */
    size_t count; /* above 0 */
    double median;
    double position;  /* mean place of its samples in the order of time */
    uint32_t session; /* 0 to sessions-1 */
};

/* Processes are sorted by session, then by position in time. */
struct assay_levels {
    double *values;
    size_t *origin; /* the place of each value in the input */
    size_t value_count;
    struct assay_level_process *processes;
    uint32_t process_count;
    uint32_t session_count;
};

/* 0, or -1 when out of memory or when a process number is not below input->processes. */
int assay_levels_init(struct assay_levels *levels, const struct assay_stats_input *input);
void assay_levels_release(struct assay_levels *levels);
/* The medians of the processes, in their order, into `medians` (process_count entries). */
void assay_levels_process_medians(double *medians, const struct assay_levels *levels);
/* The median of the process medians of each session (session_count entries). -1: no memory. */
int assay_levels_session_medians(double *medians, const struct assay_levels *levels);

#endif
