/* The processor's counters around a batch, of the calling thread, in user mode. Knows no kernel. */
#ifndef ASSAY_WORKER_COUNTERS_H
#define ASSAY_WORKER_COUNTERS_H

#include <stdbool.h>
#include <stdint.h>

struct assay_counters {
    int fds[4];                      /* the group's leader first; -1: this machine does not count it */
    uint64_t enabled_ns, running_ns; /* of the group, when it was started */
};
struct assay_counter_values { /* NaN: not known, never 0 for "not counted" */
    double cycles, instructions, branch_misses, cache_misses;
};

/* False, with nothing open, where the system grants no counters. */
bool assay_counters_open(struct assay_counters *counters);
void assay_counters_close(struct assay_counters *counters);
/* From zero. */
void assay_counters_start(struct assay_counters *counters);
void assay_counters_stop(struct assay_counter_values *out, const struct assay_counters *counters);

#endif
