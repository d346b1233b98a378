/* What a batch is wrapped in while it is recorded: who records fills the callbacks, the batch calls them, and each
 * thread's call of the kernel's run is timed apart. Knows no hook and no sample. */
#ifndef ASSAY_WORKER_RECORDER_H
#define ASSAY_WORKER_RECORDER_H

#include "worker/refusal.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* One thread's call of run. */
struct assay_window {
    pid_t thread;              /* as the system numbers it */
    int64_t start_ns, end_ns;  /* CLOCK_MONOTONIC */
    int64_t cpu_ns;            /* of this thread between them */
    int64_t process_cpu_ns;    /* of all threads */
    int64_t queued_ns;         /* this thread was ready to run, and others had its processor; negative: not known */
};

/* Callbacks may be NULL. */
struct assay_recorder {
    void *context;
    /* Before the batch, when its threads do not exist yet. 0, or -1 with `failure` set. */
    int (*ready)(void *context, struct assay_refusal *failure);
    /* On the first thread, outside the batch's timer, while no thread is inside the kernel. */
    void (*before)(void *context);
    void (*after)(void *context);
    /* On each thread right around run; of a batch on one thread inside its timer. */
    void (*enter)(void *context, uint32_t thread);
    void (*leave)(void *context, uint32_t thread);
    struct assay_window *windows; /* one a thread of the batch */
    uint32_t threads;
};

/* Calls run on that thread of the batch. */
int assay_recorder_run(const struct assay_recorder *recorder, uint32_t thread, int (*run)(void *state, uint64_t iterations),
                       void *state, uint64_t iterations);
/* Whether the address lies in the function that calls run: a stack is the kernel's up to there. */
bool assay_recorder_calls_run(uint64_t address);

#endif
