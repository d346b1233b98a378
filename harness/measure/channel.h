/* One worker process seen from the coordinator: send a request, wait for its reply, learn of its death, end it.
 * A wait is bounded by a deadline, by memory and by the user's wish to stop. Knows no schedule. */
#ifndef ASSAY_MEASURE_CHANNEL_H
#define ASSAY_MEASURE_CHANNEL_H

#include "base/error.h"
#include "base/text.h"
#include "measure/failure.h"
#include "measure/spawn.h"
#include "protocol/line.h"
#include "protocol/message.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct assay_channel {
    struct assay_spawned process;
    struct assay_line_reader reader;
    struct assay_hello hello;
    struct assay_text line;      /* the request being written; kept to spare allocations */
    struct assay_text noise;     /* the last of what it wrote to its standard output and error */
    uint64_t noise_bytes;
    uint64_t id;                 /* of the last request */
    enum assay_request_kind kind;
    bool over;                   /* ended and reaped */
    int64_t sent_ns;             /* the coordinator's clock around the last request */
    int64_t received_ns;
    int64_t deadline_ns;         /* of the request under way */
    int64_t watched_ns;          /* when its memory was last looked at */
    double limit_s;              /* what the deadline came from, for words */
    bool at_budget_end;          /* the deadline is the end of the budget */
    double resident_bytes;       /* largest seen */
};

struct assay_channel_limits {
    double timeout_s;                  /* bounds one request */
    int64_t budget_end_ns;             /* 0: none; a request never passes it */
    uint64_t memory_bytes;             /* of the worker's process group; 0: no limit */
    const volatile sig_atomic_t *stop; /* may be NULL */
};

/* Starts the worker; does not wait for its first line. */
int assay_channel_open(struct assay_channel **out, const struct assay_launch *launch, struct assay_error *error);
/* Waits for the first line. False: `failure` says why. */
bool assay_channel_greet(struct assay_channel *channel, const struct assay_channel_limits *limits,
                         struct assay_failure *failure);
/* Sends a request (its id is set here) and returns at once. */
bool assay_channel_send(struct assay_channel *channel, struct assay_request *request,
                        const struct assay_channel_limits *limits, struct assay_failure *failure);
/* Waits until one of `channels` (with a request under way) has a line or has failed; *which tells. False with `failure` set
 * for that one; with status INTERRUPTED when the user asked to stop. True: `reply` is filled (also when not ok, with
 * `failure` unset: see assay_channel_judge). */
bool assay_channel_wait(size_t *which, struct assay_reply *reply, struct assay_channel *const *channels, size_t count,
                        const struct assay_channel_limits *limits, struct assay_failure *failure);
/* Whether the reply says ok; else puts its status and message into `failure`. */
bool assay_channel_judge(const struct assay_reply *reply, struct assay_failure *failure);
/* send, wait, judge. `reply` is to be released by the caller in any case. */
bool assay_channel_call(struct assay_channel *channel, struct assay_request *request, struct assay_reply *reply,
                        const struct assay_channel_limits *limits, struct assay_failure *failure);
/* Waits until a worker that was asked to quit has ended by itself. False with `failure`: it died of a signal, or left with
 * another status than 0. One that stays is no failure: assay_channel_close ends it. */
bool assay_channel_leave(struct assay_channel *channel, double wait_s, struct assay_failure *failure);
/* Kills what is left of the worker and its group, reaps it, frees. NULL is fine. */
void assay_channel_close(struct assay_channel *channel);

#endif
