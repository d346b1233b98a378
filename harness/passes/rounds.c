/* Rounds: a fresh process of every benchmark, plain batches in random order, then batches under the sampler, side by
 * side. Knows no share and no function. */
#include "passes/engine.h"

#include "base/clock.h"
#include "base/text.h"
#include "machine/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PLAIN_BATCHES_MOST = 4, SAMPLED_BATCHES_MOST = 10000 };
/* Plain batches, a round: one at the least. */
static const double PLAIN_NS = 6e7;
/* Batches under the sampler, likewise. */
static const double SAMPLED_NS = 2e8;
/* What lies between batches (answers, inputs) may take so much longer than them, and no more. */
static const double OUTER_MOST_NS = 1e9;

/* ---- plain ---- */

/* What this round's plain batches took in all, beside their own time: for how many more there is time. */
static void learn(struct engine *engine, struct subject *subject, const struct assay_slot *slot)
{
    const struct assay_samples *samples = &engine->run.document->benchmarks[subject->bench].samples;
    if (samples->count == 0 || slot->channel == NULL) {
        return;
    }
    subject->iteration_ns = assay_samples_ns(samples, samples->count - 1) * engine->plan.items[subject->bench].threads;
    subject->outer_ns = (double)(slot->channel->received_ns - slot->channel->sent_ns);
    subject->functions_offered = assay_hello_can(&slot->channel->hello, "profile-functions");
}

static int run_plain(struct engine *engine, struct assay_error *error)
{
    struct assay_run *run = &engine->run;
    uint32_t batches[SUBJECTS_MOST] = { 0 };
    for (size_t i = 0; i < run->slot_count; i++) {
        const struct assay_bench *bench = &run->benches[run->slots[i].bench];
        double ran = (double)bench->iterations * engine->plan.items[run->slots[i].bench].threads;
        double batch_ns = fmax(1, bench->estimate_ns * ran);
        batches[i] = (uint32_t)fmax(1, fmin(PLAIN_BATCHES_MOST, PLAIN_NS / batch_ns));
    }
    int result = assay_batches_run(run, batches, true, error);
    for (size_t i = 0; i < run->slot_count && result == 0; i++) {
        learn(engine, &engine->subjects[run->slots[i].bench], &run->slots[i]);
    }
    return result;
}

/* ---- sampled ---- */

static uint32_t sampled_batches(const struct engine *engine, const struct subject *subject)
{
    double batch_ns = subject->iteration_ns * (double)engine->run.benches[subject->bench].iterations;
    if (!(batch_ns > 0)) {
        return 1;
    }
    double wanted = SAMPLED_NS * engine->scale / batch_ns;
    double most = fmin(SAMPLED_BATCHES_MOST, OUTER_MOST_NS / fmax(subject->outer_ns, batch_ns));
    return (uint32_t)fmax(1, fmin(wanted, most));
}

/* A worker that says no is as good as before; one that died, or whose reply is not what was asked for, is not. */
static void stop_sampling(struct engine *engine, struct subject *subject, struct assay_slot *slot, bool answered,
                          const struct assay_failure *failure)
{
    if (failure->status == ASSAY_STATUS_INTERRUPTED) {
        engine->run.interrupted = true;
    } else if (!failure->at_budget_end) {
        subject->sampling = false;
        subject->no_samples = assay_utf8_clean(failure->message, strlen(failure->message), NULL);
        if (failure->status == ASSAY_STATUS_UNAVAILABLE) {
            subject_note(subject, "no samples: %s", failure->message);
        } else {
            subject_note(subject, "pass samples: %s: %s", assay_status_word(failure->status), failure->message);
        }
    }
    if (!answered) {
        assay_channel_close(slot->channel);
        slot->channel = NULL;
    }
}

/* What came back becomes this round's pass. */
static bool take(struct engine *engine, struct subject *subject, struct assay_reply *reply, uint32_t batches,
                 double steal_ns, struct assay_failure *failure)
{
    const struct assay_bench *bench = &engine->run.benches[subject->bench];
    double wanted = (double)bench->iterations * engine->plan.items[subject->bench].threads * batches;
    struct assay_pass pass = { .batches = (double)reply->batch_count, .steal_ns = steal_ns };
    for (size_t i = 0; i < reply->batch_count; i++) {
        pass.iterations += (double)reply->batches[i].iterations;
        pass.elapsed_ns += reply->batches[i].elapsed_ns;
    }
    if (!reply->has_profile || reply->batch_count != batches || pass.iterations != wanted) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR,
                          "replied with %zu batches, %.0f iterations and %s profile, want %u, %.0f and one",
                          reply->batch_count, pass.iterations, reply->has_profile ? "a" : "no", batches, wanted);
        return false;
    }
    pass.recorded = reply->profile;
    reply->has_profile = false;
    assay_message_profile_init(&reply->profile);
    subject->fresh = pass;
    subject->has_fresh = true;
    return true;
}

static void sample(struct engine *engine, struct subject *subject, struct assay_slot *slot)
{
    uint32_t batches = sampled_batches(engine, subject);
    struct assay_request request = { .kind = ASSAY_REQUEST_PROFILE,
                                     .iterations = engine->run.benches[subject->bench].iterations,
                                     .batches = batches,
                                     .record = ASSAY_RECORD_SAMPLES,
                                     .period_ns = engine->wish->period_ns,
                                     .timer = engine->wish->timer };
    struct assay_reply reply = { 0 };
    struct assay_failure failure = { 0 };
    if (!assay_hello_can(&slot->channel->hello, "profile-samples")) {
        assay_failure_set(&failure, ASSAY_STATUS_UNAVAILABLE, "this worker takes none");
        stop_sampling(engine, subject, slot, true, &failure);
        return;
    }
    int64_t before_ns = slot->processor >= 0 ? assay_machine_steal_ns(slot->processor) : -1;
    bool ok = assay_channel_call(slot->channel, &request, &reply, &engine->run.limits, &failure);
    int64_t after_ns = before_ns >= 0 ? assay_machine_steal_ns(slot->processor) : -1;
    double steal_ns = after_ns >= before_ns && before_ns >= 0 ? (double)(after_ns - before_ns) : NAN;
    bool answered = ok || reply.status != NULL;
    if (!ok || !take(engine, subject, &reply, batches, steal_ns, &failure)) {
        stop_sampling(engine, subject, slot, answered, &failure);
    }
    assay_reply_release(&reply);
}

/* Round r of both was measured side by side, or is of neither. */
static void keep_samples(struct engine *engine)
{
    bool all = true;
    for (size_t i = 0; i < engine->count; i++) {
        const struct subject *subject = &engine->subjects[i];
        bool expected = subject->sampling && engine_stands(engine, subject);
        all = all && (!expected || (subject->has_fresh && subject->round_count < ROUNDS_MOST));
    }
    for (size_t i = 0; i < engine->count; i++) {
        struct subject *subject = &engine->subjects[i];
        if (subject->has_fresh && all && engine_stands(engine, subject)) {
            subject->rounds[subject->round_count++] = subject->fresh;
            subject->iterations += subject->fresh.iterations;
        } else if (subject->has_fresh) {
            assay_message_profile_release(&subject->fresh.recorded);
        }
        subject->fresh = (struct assay_pass){ 0 };
        subject->has_fresh = false;
    }
}

/* ---- a round ---- */

static int run_round(struct engine *engine, const uint32_t *benches, size_t count, struct assay_error *error)
{
    struct assay_run *run = &engine->run;
    int result = assay_run_reference(run, error);
    if (result == 0) {
        result = assay_slots_open(run, benches, count, error);
    }
    if (result == 0) {
        result = run_plain(engine, error);
    }
    size_t first = assay_random_below(&run->random, run->slot_count > 0 ? run->slot_count : 1);
    for (size_t i = 0; i < run->slot_count && result == 0 && !assay_run_stopped(run); i++) {
        struct assay_slot *slot = &run->slots[(first + i) % run->slot_count];
        struct subject *subject = &engine->subjects[slot->bench];
        if (slot->channel != NULL && subject->sampling && engine_stands(engine, subject) && subject->iteration_ns > 0) {
            sample(engine, subject, slot);
        }
    }
    int closed = assay_slots_close(run, result == 0 ? error : NULL);
    keep_samples(engine);
    return result != 0 ? result : closed;
}

int engine_rounds(struct engine *engine, size_t wanted, double until_s, struct assay_error *error)
{
    struct assay_run *run = &engine->run;
    int result = 0;
    while (result == 0 && !assay_run_stopped(run)) {
        uint32_t benches[SUBJECTS_MOST];
        size_t count = 0, done = SIZE_MAX;
        for (size_t i = 0; i < engine->count; i++) {
            const struct subject *subject = &engine->subjects[i];
            if (engine_stands(engine, subject) && run->benches[subject->bench].want.active) {
                size_t processes = run->document->benchmarks[subject->bench].process_count;
                done = processes < done ? processes : done;
                benches[count++] = (uint32_t)subject->bench;
            }
        }
        double spent_s = engine->budget_s - engine_left_s(engine);
        if (count == 0 || done >= wanted || (done > 0 && spent_s + engine->round_s > until_s)) {
            break;
        }
        int64_t begun_ns = assay_clock_ns();
        result = run_round(engine, benches, count, error);
        engine->round_s = (double)(assay_clock_ns() - begun_ns) * 1e-9;
    }
    return result;
}
