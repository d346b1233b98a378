/* What a kernel hands over after a batch besides its answer: its measures and distributions. Private to batch and
 * lead_in. */
#ifndef ASSAY_WORKER_OBSERVATIONS_H
#define ASSAY_WORKER_OBSERVATIONS_H

#include "protocol/message.h"
#include "worker/answer.h"
#include "worker/refusal.h"

#include <assay/kernel.h>

#include <stdbool.h>

/* The other end of a sink. With threads each has a turn: a measure becomes the mean of theirs, observed values are
 * joined. */
struct assay_observations {
    const struct assay_kernel_description *kernel;
    struct assay_answer *answer; /* of the thread whose turn it is */
    bool details;
    size_t room; /* how many observed values may still come */
    struct assay_refusal *failure;
    double *sums; /* of each measure */
    uint32_t *sum_counts;
    struct assay_named_values *observed;
    size_t *capacities;
};

int assay_observations_init(struct assay_observations *observations, const struct assay_kernel_description *kernel,
                            bool details, size_t room, struct assay_refusal *failure);
void assay_observations_release(struct assay_observations *observations);
/* A sink whose context is `observations`. */
struct assay_sink assay_observations_sink(struct assay_observations *observations);
/* A sink that keeps nothing, for runs that are not reported. */
struct assay_sink assay_observations_nowhere(void);
/* Moves what came into the batch. */
int assay_observations_take(struct assay_batch *batch, struct assay_observations *observations);

#endif
