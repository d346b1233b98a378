/* A lead-in takes the way of a batch, through google-benchmark, whose times are thrown away: so exceptions are met, all
 * threads run, and what a batch needs of google-benchmark is warm too. */
#include "worker/lead_in.h"

#include "worker/gbench_shim.h"
#include "worker/observations.h"

#include <errno.h>
#include <stdlib.h>

struct turn {
    int code;
    int errno_value;
};

struct lead {
    const struct assay_instance *instance;
    uint64_t iterations;
    struct turn *turns; /* one a thread */
};

static int run(void *context, uint32_t thread)
{
    struct lead *lead = context;
    struct turn *turn = &lead->turns[thread];
    errno = 0;
    turn->code = lead->instance->kernel->run(lead->instance->shares[thread].state, lead->iterations);
    turn->errno_value = errno;
    return turn->code;
}

static int run_all(struct lead *lead, struct assay_instance *instance, struct assay_refusal *failure)
{
    struct assay_gbench_job job = { .context = lead, .run = run, .threads = instance->threads };
    struct assay_gbench_time time;
    struct assay_error error = { 0 };
    for (uint32_t i = 0; i < instance->threads; i++) {
        instance->shares[i].reason[0] = '\0';
    }
    if (assay_gbench_run(&time, &job, &error) == 0) {
        return 0;
    }
    for (uint32_t i = 0; i < instance->threads; i++) {
        const struct turn *turn = &lead->turns[i];
        if (turn->code != 0) {
            return assay_instance_failed(instance, &instance->shares[i], "run", turn->code, turn->errno_value, failure);
        }
    }
    return assay_refuse(failure, "failed", "kernel '%s': %s", instance->description->name, error.text);
}

/* Kernels are promised that they are asked for an answer after each run, also where nobody wants it. */
static int drop_answers(struct assay_instance *instance, struct assay_refusal *failure)
{
    struct assay_sink sink = assay_observations_nowhere();
    for (uint32_t i = 0; instance->kernel->answer != NULL && i < instance->threads; i++) {
        struct assay_share *share = &instance->shares[i];
        share->reason[0] = '\0';
        errno = 0;
        int code = instance->kernel->answer(share->state, &sink);
        if (code != 0) {
            return assay_instance_failed(instance, share, "answer", code, errno, failure);
        }
    }
    return 0;
}

int assay_lead_in(struct assay_instance *instance, uint64_t iterations, struct assay_refusal *failure)
{
    struct lead lead = { .instance = instance, .iterations = iterations };
    int result = -1;
    lead.turns = calloc(instance->threads, sizeof *lead.turns);
    if (lead.turns == NULL) {
        return assay_refuse(failure, "out-of-memory", "out of memory for %u threads", instance->threads);
    }
    if (assay_instance_prepare(instance, iterations, failure) == 0 && run_all(&lead, instance, failure) == 0) {
        result = drop_answers(instance, failure);
    }
    free(lead.turns);
    return result;
}
