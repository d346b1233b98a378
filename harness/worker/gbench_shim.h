/* Google-benchmark for C: one round of a function under its timer. It registers, runs one batch, reports into a plain
 * struct and clears, so that nothing of its scheduling, statistics or printing is used. Beside the batch a round costs
 * 2.5 microseconds and two readings of the CPU clock (the first round 0.4 ms); an empty batch shows one of these
 * readings, because it stands between the two of the wall clock: 0.3 to 0.8 microseconds on virtual machines. */
#ifndef ASSAY_WORKER_GBENCH_SHIM_H
#define ASSAY_WORKER_GBENCH_SHIM_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "base/error.h"

struct assay_gbench_job {
    void *context;
    /* The timed call: once on each thread, from 0; at the same time. Non-zero ends the round as failed. */
    int (*run)(void *context, uint32_t thread);
    /* On thread 0, just outside the clock readings and outside the barriers between which the threads run; may be NULL.
     */
    void (*before)(void *context);
    void (*after)(void *context);
    uint32_t threads;
    bool process_cpu; /* CPU time of the whole process, not of the threads that run */
};

struct assay_gbench_time {
    double elapsed_ns; /* with threads: the mean of theirs, as google-benchmark 1.7 has it */
    double cpu_ns;     /* with threads: their sum; with process_cpu the mean of what each saw of the process */
};

/* 0; or ASSAY_EINPUT when `run` failed or threw, ASSAY_EIO when google-benchmark did not run it. Not reentrant. */
int assay_gbench_run(struct assay_gbench_time *out, const struct assay_gbench_job *job, struct assay_error *error);

#ifdef __cplusplus
}
#endif
#endif
