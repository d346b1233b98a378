/* What each request does. Private to the session, which has checked that it comes in order. */
#ifndef ASSAY_WORKER_REQUESTS_H
#define ASSAY_WORKER_REQUESTS_H

#include "protocol/message.h"
#include "worker/batch.h"
#include "worker/refusal.h"
#include "worker/instance.h"
#include "worker/loader.h"
#include "worker/recorder.h"
#include "worker/relay.h"

#include <stdbool.h>

struct assay_session {
    struct assay_loaded *loaded;
    const char *refusal;
    const char *version;
    int replies;
    struct assay_instance *instance; /* NULL: nothing is set up */
    bool ran;                        /* a batch was run since setup */
    int verified;                    /* of the last batch */
    struct assay_counters counters;  /* open while `counting` */
    bool counting;
    bool can_count;
    struct assay_caches caches;
    struct assay_allocations *allocations;
    struct assay_relay relay;
    bool quit;
    uint64_t seed;                   /* of the setup */
    uint64_t profiles;               /* how many requests to profile came since */
    struct assay_profile_cost cost;  /* of the hooks; measured once, when `cost.ticks_per_ns` is 0 */
};

/* Each fills the parts of its reply; 0, or -1 with `failure` set. A reply's parts are heap or the session's own, and
 * are given back with assay_act_forget. */
typedef int assay_act(struct assay_reply *reply, struct assay_session *session, const struct assay_request *request,
                      struct assay_refusal *failure);
assay_act assay_act_unknown, assay_act_describe, assay_act_expect, assay_act_setup, assay_act_calibrate, assay_act_run,
    assay_act_answer, assay_act_profile, assay_act_teardown, assay_act_quit;

/* Checks how many iterations a request wants, and makes room in the reply for `batches`. */
int assay_session_ready(struct assay_reply *reply, const struct assay_session *session, const struct assay_request *request,
                        uint32_t batches, struct assay_refusal *failure);
/* One batch more at the end of the reply; a wrong answer is shown. `room`: for observed values. `recorder`: NULL, or of a
 * profile. */
int assay_session_batch(struct assay_reply *reply, struct assay_session *session, const struct assay_request *wish,
                        const struct assay_recorder *recorder, size_t *room, struct assay_refusal *failure);
void assay_act_forget(struct assay_reply *reply);

void assay_session_tear_down(struct assay_session *session);

#endif
