/* Recording by the hooks of an instrumented build (assay/profile.h): calls, a tree with times, a tree with allocations,
 * lines. Knows no message but its columns. */
#ifndef ASSAY_WORKER_PROFILE_HOOKS_H
#define ASSAY_WORKER_PROFILE_HOOKS_H

#include "protocol/message.h"
#include "worker/allocations.h"
#include "worker/objects.h"
#include "worker/profile_tree.h"
#include "worker/recorder.h"
#include "worker/refusal.h"

#include <assay/profile.h>

#include <stdbool.h>
#include <stdint.h>

/* What the build can of ASSAY_RECORD_...: a record of samples or functions is never one of its. */
bool assay_hooks_can(const struct assay_profile *profile, enum assay_record record, const struct assay_allocations *allocations);

struct assay_hooks {
    const struct assay_profile *profile;
    enum assay_record record;
    uint32_t wish; /* ASSAY_PROFILE_... */
    const struct assay_profile_cost *cost; /* TREE */
    double ticks_per_ns;
    int code; /* of the last start */
    struct assay_profile_tree tree;
    struct assay_objects objects;
    struct assay_profile_losses losses; /* of all batches */
};

/* Readies the hooks for one request; `cost` is the calibration's where `record` is a tree. 0, or -1 with `failure`. */
int assay_hooks_open(struct assay_hooks *hooks, const struct assay_profile *profile, enum assay_record record,
                     const struct assay_profile_cost *cost, struct assay_refusal *failure);
void assay_hooks_close(struct assay_hooks *hooks);
/* Fills the callbacks of a recorder. */
void assay_hooks_attach(struct assay_hooks *hooks, struct assay_recorder *recorder);
/* Adds what the last batch left. 0, or -1 with `failure`. */
int assay_hooks_collect(struct assay_hooks *hooks, struct assay_refusal *failure);
/* Fills the nodes, the hooks' cost and the losses. 0, or -1 with `failure`. */
int assay_hooks_write(struct assay_message_profile *out, const struct assay_hooks *hooks, struct assay_refusal *failure);

#endif
