/* A process's way to its first sample: how many iterations a batch takes, and batches that are not kept, until the time
 * for them is used and, where an implementation compiles while it runs, until its times have settled. */
#include "measure/run.h"

#include "stats/steady.h"

#include <string.h>

/* How long a process may take to settle: a hundred times the warm-up that was asked for, within these. */
static const double LEAST_SETTLING_S = 2.0, MOST_SETTLING_S = 20.0;
/* The most batches that are looked at. */
enum { MOST_BATCHES = 4096 };

/* A batch that is not kept. Its answer is checked all the same, by the worker. */
static bool warm_batch(struct assay_run *run, struct assay_slot *slot, uint64_t iterations, double *elapsed_ns,
                       struct assay_failure *failure)
{
    struct assay_request request = { .kind = ASSAY_REQUEST_RUN, .iterations = iterations, .batches = 1 };
    struct assay_reply reply = { 0 };
    bool ok = assay_channel_call(slot->channel, &request, &reply, &run->limits, failure);
    if (failure->status == ASSAY_STATUS_WRONG_ANSWER) {
        assay_benchmark_keep_answer(&run->document->benchmarks[slot->bench], &reply);
    }
    if (ok && reply.batch_count != 1) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "replied with %zu batches, want 1", reply.batch_count);
        ok = false;
    }
    if (ok) {
        *elapsed_ns = reply.batches[0].elapsed_ns;
        struct assay_bench *state = &run->benches[slot->bench];
        state->estimate_ns = *elapsed_ns / (double)reply.batches[0].iterations;
        state->want.batch_s = *elapsed_ns * 1e-9;
    }
    assay_reply_release(&reply);
    return ok;
}

static bool calibrate(struct assay_run *run, struct assay_slot *slot, double *elapsed_ns, struct assay_failure *failure)
{
    struct assay_bench *state = &run->benches[slot->bench];
    struct assay_request request = { .kind = ASSAY_REQUEST_CALIBRATE, .batch_ns = run->plan->protocol.batch_s * 1e9 };
    struct assay_reply reply = { 0 };
    bool ok = assay_channel_call(slot->channel, &request, &reply, &run->limits, failure);
    if (failure->status == ASSAY_STATUS_WRONG_ANSWER) {
        assay_benchmark_keep_answer(&run->document->benchmarks[slot->bench], &reply);
    }
    if (ok && reply.iterations == 0) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "calibrated to no iterations");
        ok = false;
    }
    if (ok) {
        state->iterations = reply.iterations;
        *elapsed_ns = reply.elapsed_ns;
    }
    assay_reply_release(&reply);
    return ok;
}

/* What disturbs a trial only makes it longer, so that its batch comes out too short: a shorter one is believed, and scaled. */
static void believe_shorter(struct assay_bench *state, double elapsed_ns, double wanted_ns)
{
    double scale = wanted_ns / elapsed_ns;
    double scaled = (double)state->iterations * scale;
    if (elapsed_ns > 0 && scale > 1.25 && scaled < 0x1p53) {
        state->iterations = (uint64_t)(scaled + 0.5);
    }
}

/* Of the budget at most this share goes to the settling of one process: the others of its round want theirs. */
static double settling_s(const struct assay_run *run)
{
    double wanted_s = run->plan->protocol.warmup_s * 100;
    double limit_s = wanted_s < LEAST_SETTLING_S ? LEAST_SETTLING_S : wanted_s < MOST_SETTLING_S ? wanted_s : MOST_SETTLING_S;
    double left_s = assay_run_left_s(run);
    double share_s = left_s / (2.0 * (double)(run->slot_count > 0 ? run->slot_count : 1));
    return left_s >= 0 && share_s < limit_s ? share_s : limit_s;
}

bool assay_slot_settle(struct assay_run *run, struct assay_slot *slot, struct assay_process *process, uint64_t iterations,
                       struct assay_failure *failure)
{
    double times[MOST_BATCHES], spent_s = 0, limit_s = settling_s(run);
    size_t count = 0, next = ASSAY_STEADY_LEAST;
    process->steady = 0;
    while (count < MOST_BATCHES && spent_s < limit_s && process->steady != 1 && !assay_run_stopped(run)) {
        double elapsed_ns = 0;
        if (!warm_batch(run, slot, iterations, &elapsed_ns, failure)) {
            return false;
        }
        times[count++] = elapsed_ns;
        spent_s += elapsed_ns * 1e-9;
        if (count == next) { /* not after every batch: who looks often enough finds a lucky moment */
            process->steady = assay_stats_settled(times, count);
            next += next / 2;
        }
    }
    process->warmup_ns = (process->warmup_ns > 0 ? process->warmup_ns : 0) + spent_s * 1e9; /* NaN: nothing yet */
    return true;
}

/* Batches until the warm-up time is used. */
static bool run_warm(struct assay_run *run, struct assay_slot *slot, double *spent_ns, bool first,
                     struct assay_failure *failure)
{
    struct assay_bench *state = &run->benches[slot->bench];
    do {
        double elapsed_ns = 0;
        if (!warm_batch(run, slot, state->iterations, &elapsed_ns, failure)) {
            return false;
        }
        *spent_ns += elapsed_ns;
        if (first) {
            believe_shorter(state, elapsed_ns, run->plan->protocol.batch_s * 1e9);
        }
        /* A kernel that takes no time at all would warm up for ever: the batch counts as its wish. */
        *spent_ns += elapsed_ns < 1e3 ? run->plan->protocol.batch_s * 1e9 : 0;
    } while (*spent_ns < run->plan->protocol.warmup_s * 1e9 && !assay_run_stopped(run));
    return true;
}

bool assay_slot_warm_up(struct assay_run *run, struct assay_slot *slot, struct assay_process *process,
                        struct assay_failure *failure)
{
    struct assay_bench *state = &run->benches[slot->bench];
    const struct assay_planned *planned = &run->plan->items[slot->bench];
    process->warmup_ns = 0;
    if (strcmp(planned->mode, "first") == 0) {
        state->iterations = 1;
        return true;
    }
    if (strcmp(planned->mode, "flushed") == 0) {
        state->iterations = 1;
        return warm_batch(run, slot, 1, &process->warmup_ns, failure);
    }
    bool first = state->iterations == 0;
    if (first && !calibrate(run, slot, &process->warmup_ns, failure)) {
        return false;
    }
    first = first && !planned->kernel->one_iteration;
    if (!run_warm(run, slot, &process->warmup_ns, first, failure)) {
        return false;
    }
    if (!assay_hello_can(&slot->channel->hello, "jit")) {
        return true;
    }
    double cold_ns = state->estimate_ns;
    if (!assay_slot_settle(run, slot, process, state->iterations, failure)) {
        return false;
    }
    /* The batch was sized while the code was still slow. */
    if (first && state->estimate_ns < cold_ns) {
        believe_shorter(state, state->estimate_ns * (double)state->iterations, run->plan->protocol.batch_s * 1e9);
    }
    return true;
}
