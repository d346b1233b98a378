/* One batch: prepare, run under google-benchmark's timer, answer, check. Knows no message and no channel. */
#ifndef ASSAY_WORKER_BATCH_H
#define ASSAY_WORKER_BATCH_H

#include "protocol/message.h"
#include "worker/allocations.h"
#include "worker/caches.h"
#include "worker/counters.h"
#include "worker/recorder.h"
#include "worker/refusal.h"
#include "worker/instance.h"

#include <assay/kernel.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most observed values that batches of one reply may hold together: they must fit a line. */
#define ASSAY_BATCH_OBSERVED_MAX ((size_t)600000)

struct assay_batch_options {
    uint64_t iterations; /* of each thread */
    uint64_t lead_in;    /* of each thread, before the batch, neither timed nor counted; 0: none */
    uint64_t extra_work; /* dependent multiplications in the timed part, after the kernel's run; of one thread alone */
    bool flush;
    bool details;                          /* keep measures and observed values; else they are only checked */
    size_t observed_room;                  /* how many observed values may still be kept */
    struct assay_caches *caches;           /* for flush */
    struct assay_counters *counters;       /* NULL: not asked or not there */
    struct assay_counts *counts;           /* of a counts build; NULL */
    struct assay_allocations *allocations; /* of the preloaded counter; NULL */
    const struct assay_recorder *recorder; /* of a profile; NULL: none */
};

/* Fills *out, which the caller releases with assay_batch_free_parts, whenever the batch was measured: on success, and
 * with a wrong answer (*measured says so). */
int assay_batch_run(struct assay_batch *out, bool *measured, struct assay_instance *instance,
                    const struct assay_batch_options *options, struct assay_refusal *failure);
void assay_batch_free_parts(struct assay_batch *batch);

#endif
