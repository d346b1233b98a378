/* Samples of the kernel's stacks at random moments of a batch: one interface, two ways to take them. The kernel's sampling
 * clock (sampler_perf.c) samples processor time; a timer's signal (sampler_timer.c), where that is refused, wall time.
 * Every moment of a batch has the same chance: the period is drawn within a quarter around what is asked for, and the
 * phase uniformly, both anew for each batch (of threads that the kernel makes itself, see docs/profiles.md). */
#ifndef ASSAY_WORKER_SAMPLER_H
#define ASSAY_WORKER_SAMPLER_H

#include "base/random.h"
#include "base/text.h"
#include "protocol/message.h"
#include "worker/objects.h"
#include "worker/profile_tree.h"
#include "worker/recorder.h"
#include "worker/refusal.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Deeper stacks have lost their roots. Of perf_event_open the system's default, kernel.perf_event_max_stack. */
#define ASSAY_STACK_MAX 127

/* One stack as it was taken. */
struct assay_stack {
    pid_t thread;
    int64_t time_ns;  /* CLOCK_MONOTONIC */
    double weight_ns; /* what it stands for */
    size_t depth;
    const uint64_t *addresses; /* the instruction, then return addresses towards the root, by frame pointers */
    const uint64_t *top;       /* the words at the top of the stack */
    size_t top_count;
};

struct assay_samples; /* what they become */
/* Takes one, if it lies in the batch. Only outside batches. */
void assay_samples_add(struct assay_samples *samples, const struct assay_stack *stack);

/* One way to sample. Each has its own state, made by `open`. */
struct assay_sampler_kind {
    /* NULL with the reason in `why` (one line): the system refuses. */
    void *(*open)(const struct assay_recorder *recorder, bool others, const double *period_ns, struct assay_random *random,
                  struct assay_text *why);
    /* *period_ns of `open` was drawn anew for the batch to come. 0, or -1 with `failure`. */
    int (*ready)(void *state, struct assay_refusal *failure);
    void (*before)(void *state);
    void (*enter)(void *state, uint32_t thread);
    void (*leave)(void *state, uint32_t thread);
    void (*after)(void *state);
    /* Hands over what the batch left, and forgets it. How many were lost. */
    double (*collect)(void *state, struct assay_samples *samples);
    void (*close)(void *state);
    const char *(*source)(const void *state);
    const char *note; /* what a reader must know of it; NULL */
};
extern const struct assay_sampler_kind assay_sampler_perf, assay_sampler_timer;

struct assay_sampler;
struct assay_sampler_options {
    double period_ns; /* in the mean; 0: 1 ms */
    bool timer;       /* not the kernel's clock */
    bool others;      /* the kernel makes threads, or the batch has several */
    uint64_t seed;
};
/* Fills the callbacks of a recorder whose windows and threads are there. 0, or -1 with `failure`. */
int assay_sampler_open(struct assay_sampler **out, struct assay_recorder *recorder,
                       const struct assay_sampler_options *options, struct assay_refusal *failure);
void assay_sampler_close(struct assay_sampler *sampler);
/* Adds what the last batch left. 0, or -1 with `failure`. */
int assay_sampler_collect(struct assay_sampler *sampler, struct assay_refusal *failure);
/* Fills nodes, period, lost, source and note. 0, or -1 with `failure`. */
int assay_sampler_write(struct assay_message_profile *out, struct assay_sampler *sampler, struct assay_refusal *failure);

#endif
