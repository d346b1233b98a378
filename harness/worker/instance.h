/* One kernel, set up: its arguments, and a state for each thread. Knows no clock. */
#ifndef ASSAY_WORKER_INSTANCE_H
#define ASSAY_WORKER_INSTANCE_H

#include "protocol/description.h"
#include "protocol/message.h"
#include "worker/answer.h"
#include "worker/refusal.h"

#include <assay/kernel.h>

#include <stdbool.h>
#include <stdint.h>

/* Arguments as a kernel gets them: every declared parameter, in declared order, canonical. */
struct assay_argument_list {
    struct assay_arguments arguments;
    struct assay_argument *items;
    const struct assay_argument **pointers;
    char **texts;
    size_t count;
};
/* Checks what came in a request against the declaration. */
int assay_argument_list_make(struct assay_argument_list *out, const struct assay_kernel_description *kernel,
                             const struct assay_message_argument *sent, size_t count, struct assay_refusal *failure);
void assay_argument_list_release(struct assay_argument_list *list);

/* One thread's share. */
struct assay_share {
    struct assay_host host;
    char reason[320]; /* what the kernel last said through host.fail */
    void *state;
    bool made; /* setup returned 0: teardown is due */
    struct assay_answer *answer;
    struct assay_message_answer last;  /* of the last batch */
    struct assay_message_answer first; /* of the first batch of `first_iterations`; deterministic kernels */
    uint64_t first_iterations;         /* 0: none yet */
};

struct assay_instance {
    const struct assay_kernel *kernel;
    const struct assay_kernel_description *description;
    struct assay_argument_list list;
    struct assay_share *shares;
    uint32_t threads;
    struct assay_message_answer expected[2]; /* the coordinator's and the plug-in's own; their sources are heap */
    unsigned expected_count;
};

struct assay_instance_options {
    const struct assay_message_argument *arguments;
    size_t argument_count;
    uint64_t seed;
    uint32_t threads;
    const struct assay_message_answer *expected; /* the coordinator's; NULL: none */
};

/* Sets the kernel up on every thread's behalf, on the calling thread. */
int assay_instance_new(struct assay_instance **out, const struct assay_kernel *kernel,
                       const struct assay_kernel_description *description, const struct assay_instance_options *options,
                       struct assay_refusal *failure);
/* Readies a run of `iterations` on every thread's behalf. */
int assay_instance_prepare(struct assay_instance *instance, uint64_t iterations, struct assay_refusal *failure);
/* Tears down what was set up; -1 if a kernel gave a reason for a failure. The last of several calls does nothing. */
int assay_instance_tear_down(struct assay_instance *instance, struct assay_refusal *failure);
/* Tears down what still is set up. */
void assay_instance_free(struct assay_instance *instance);

/* Why a callback of a kernel returned `code`: its own reason, or that it gave none. Always -1. Call it with the errno
 * that the callback left (0 before the call): a kernel that met ENOMEM is "out-of-memory". */
int assay_instance_failed(const struct assay_instance *instance, const struct assay_share *share, const char *callback,
                          int code, int errno_value, struct assay_refusal *failure);

/* The plug-in's own oracle: *known is false where it does not know. `out->source` is heap. */
int assay_kernel_expect(struct assay_message_answer *out, bool *known, const struct assay_kernel *kernel,
                        const struct assay_argument_list *list, struct assay_refusal *failure);

#endif
