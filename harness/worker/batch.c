/* Between the two clock readings stands one call of the kernel's run. What else is read of the system is read outside
 * them; only with several threads, which google-benchmark lets start and end each on its own, are the clock readings
 * ours: the wall time of such a batch is from the first thread's start to the last one's end. */
#include "worker/batch.h"

#include "base/clock.h"
#include "machine/machine.h"
#include "worker/callgrind.h"
#include "worker/gbench_shim.h"
#include "worker/lead_in.h"
#include "worker/observations.h"
#include "worker/usage.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One thread's run. */
struct turn {
    void *state;
    int code;
    int errno_value;
    int64_t start_ns, end_ns; /* with several threads */
    struct assay_usage before, after;
};

/* The context of a round. */
struct round {
    int (*run)(void *state, uint64_t iterations);
    uint64_t iterations;
    const struct assay_batch_options *options;
    unsigned scope; /* enum assay_usage_scope */
    struct turn *turns;
    struct turn alone; /* `turns` of a single thread */
    struct assay_counter_values counted;
    uint64_t operations, calls, bytes; /* before the batch; then of the batch */
};

static void read_before(struct round *round)
{
    const struct assay_batch_options *options = round->options;
    if (options->counts != NULL) {
        round->operations = options->counts->operations;
    }
    if (options->allocations != NULL) {
        round->calls = __atomic_load_n(&options->allocations->calls, __ATOMIC_RELAXED);
        round->bytes = __atomic_load_n(&options->allocations->bytes, __ATOMIC_RELAXED);
    }
}

static void read_after(struct round *round)
{
    const struct assay_batch_options *options = round->options;
    if (options->counts != NULL) {
        round->operations = options->counts->operations - round->operations;
    }
    if (options->allocations != NULL) {
        round->calls = __atomic_load_n(&options->allocations->calls, __ATOMIC_RELAXED) - round->calls;
        round->bytes = __atomic_load_n(&options->allocations->bytes, __ATOMIC_RELAXED) - round->bytes;
    }
}

static void record_before(const struct round *round)
{
    const struct assay_recorder *recorder = round->options->recorder;
    if (recorder != NULL && recorder->before != NULL) {
        recorder->before(recorder->context);
    }
}

static void record_after(const struct round *round)
{
    const struct assay_recorder *recorder = round->options->recorder;
    if (recorder != NULL && recorder->after != NULL) {
        int kept = errno; /* the kernel's */
        recorder->after(recorder->context);
        errno = kept;
    }
}

/* ---- a single thread --------------------------------------------------------------------------------- */

static void alone_before(void *context)
{
    struct round *round = context;
    read_before(round);
    assay_usage_read(&round->alone.before, round->scope);
    if (round->options->counters != NULL) {
        assay_counters_start(round->options->counters);
    }
    record_before(round);
    errno = 0;
}

static int alone_run(void *context, uint32_t thread)
{
    struct round *round = context;
    (void)thread;
    return round->alone.code = round->run(round->alone.state, round->iterations);
}

/* In the place of alone_run under callgrind, where nobody asks for times. */
static int alone_counted(void *context, uint32_t thread)
{
    struct round *round = context;
    (void)thread;
    return round->alone.code = assay_callgrind_run(round->run, round->alone.state, round->iterations);
}

/* In the place of alone_run when a slowdown of known size is asked for. */
static int alone_with_work(void *context, uint32_t thread)
{
    struct round *round = context;
    (void)thread;
    round->alone.code = round->run(round->alone.state, round->iterations);
    (void)assay_machine_chain_ns(round->options->extra_work);
    return round->alone.code;
}

/* In the place of alone_run where a profile is recorded. */
static int alone_recorded(void *context, uint32_t thread)
{
    struct round *round = context;
    round->alone.code =
        assay_recorder_run(round->options->recorder, thread, round->run, round->alone.state, round->iterations);
    return round->alone.code;
}

static void alone_after(void *context)
{
    struct round *round = context;
    record_after(round);
    if (round->options->counters != NULL) {
        assay_counters_stop(&round->counted, round->options->counters);
    }
    round->alone.errno_value = errno;
    assay_usage_read(&round->alone.after, round->scope);
    read_after(round);
}

/* ---- several threads --------------------------------------------------------------------------------- */

static void among_before(void *context)
{
    read_before(context);
    record_before(context);
}

static int among_run(void *context, uint32_t thread)
{
    struct round *round = context;
    struct turn *turn = &round->turns[thread];
    assay_usage_read(&turn->before, round->scope);
    errno = 0;
    turn->start_ns = assay_clock_ns();
    int code = round->run(turn->state, round->iterations);
    turn->end_ns = assay_clock_ns();
    turn->errno_value = errno;
    assay_usage_read(&turn->after, round->scope);
    turn->code = code;
    return code;
}

/* In the place of among_run where a profile is recorded. */
static int among_recorded(void *context, uint32_t thread)
{
    struct round *round = context;
    struct turn *turn = &round->turns[thread];
    const struct assay_recorder *recorder = round->options->recorder;
    assay_usage_read(&turn->before, round->scope);
    errno = 0;
    turn->code = assay_recorder_run(recorder, thread, round->run, turn->state, round->iterations);
    turn->errno_value = errno;
    turn->start_ns = recorder->windows[thread].start_ns;
    turn->end_ns = recorder->windows[thread].end_ns;
    assay_usage_read(&turn->after, round->scope);
    return turn->code;
}

static void among_after(void *context)
{
    record_after(context);
    read_after(context);
}

static double span_ns(const struct turn *turns, uint32_t threads)
{
    int64_t start = turns[0].start_ns;
    int64_t end = turns[0].end_ns;
    for (uint32_t i = 1; i < threads; i++) {
        start = turns[i].start_ns < start ? turns[i].start_ns : start;
        end = turns[i].end_ns > end ? turns[i].end_ns : end;
    }
    return (double)(end - start);
}

/* ---- the round --------------------------------------------------------------------------------------- */

/* Why the round failed: the first thread whose run said so, else what the shim says. */
static int round_failed(const struct assay_instance *instance, const struct round *round,
                        const struct assay_error *error, struct assay_refusal *failure)
{
    for (uint32_t i = 0; i < instance->threads; i++) {
        const struct turn *turn = &round->turns[i];
        if (turn->code != 0) {
            return assay_instance_failed(instance, &instance->shares[i], "run", turn->code, turn->errno_value, failure);
        }
    }
    return assay_refuse(failure, "failed", "kernel '%s': %s", instance->description->name, error->text);
}

static void fill(struct assay_batch *batch, const struct round *round, const struct assay_instance *instance,
                 const struct assay_gbench_time *time)
{
    struct assay_usage sum = { 0 };
    const struct assay_batch_options *options = round->options;
    bool several = instance->threads > 1;
    for (uint32_t i = 0; i < instance->threads; i++) {
        assay_usage_add(&sum, &round->turns[i].before, &round->turns[i].after);
        if ((round->scope & (ASSAY_USAGE_PROCESS | ASSAY_USAGE_CHILDREN)) != 0) {
            break; /* each saw the whole process: the first one's view of it is enough */
        }
    }
    batch->iterations = round->iterations * instance->threads;
    batch->elapsed_ns = several ? span_ns(round->turns, instance->threads) : time->elapsed_ns;
    batch->cpu_ns = time->cpu_ns + (double)sum.children_cpu_ns;
    batch->voluntary_switches = (double)sum.voluntary_switches;
    batch->involuntary_switches = (double)sum.involuntary_switches;
    batch->migrations = (double)sum.migrations;
    batch->faults = (double)sum.faults;
    if (options->counts != NULL && !several) { /* threads add to one counter without a lock: it means nothing */
        batch->operations = (double)round->operations;
    }
    if (options->allocations != NULL) {
        batch->allocations = (double)round->calls;
        batch->allocated_bytes = (double)round->bytes;
    }
    batch->cycles = round->counted.cycles;
    batch->instructions = round->counted.instructions;
    batch->branch_misses = round->counted.branch_misses;
    batch->cache_misses = round->counted.cache_misses;
}

/* The timed call is chosen here: nothing is left to decide between the clock readings. */
static int time_round(struct assay_batch *batch, struct round *round, struct assay_instance *instance,
                      struct assay_refusal *failure)
{
    bool several = instance->threads > 1;
    bool recorded = round->options->recorder != NULL;
    struct assay_gbench_job job = { .context = round,
                                    .run = several && recorded              ? among_recorded
                                           : several                        ? among_run
                                           : recorded                       ? alone_recorded
                                           : assay_callgrind_is_here()      ? alone_counted
                                           : round->options->extra_work > 0 ? alone_with_work
                                                                            : alone_run,
                                    .before = several ? among_before : alone_before,
                                    .after = several ? among_after : alone_after,
                                    .threads = instance->threads,
                                    .process_cpu = instance->description->makes_threads };
    struct assay_gbench_time time;
    struct assay_error error = { 0 };
    for (uint32_t i = 0; i < instance->threads; i++) {
        round->turns[i].state = instance->shares[i].state;
        instance->shares[i].reason[0] = '\0';
    }
    double start_ns = (double)assay_clock_ns();
    if (assay_gbench_run(&time, &job, &error) != 0) {
        return round_failed(instance, round, &error, failure);
    }
    fill(batch, round, instance, &time);
    batch->start_ns = start_ns;
    return 0;
}

/* ---- the answer -------------------------------------------------------------------------------------- */

/* Compares one thread's answer with everything that is known. */
static int check_share(struct assay_batch *batch, struct assay_instance *instance, uint32_t thread, uint64_t iterations,
                       struct assay_refusal *failure)
{
    struct assay_share *share = &instance->shares[thread];
    char words[400];
    char who[32] = "";
    if (instance->threads > 1) {
        snprintf(who, sizeof who, "thread %u: ", thread);
    }
    for (unsigned i = 0; i < instance->expected_count; i++) {
        if (!assay_answer_agrees(words, sizeof words, &share->last, &instance->expected[i])) {
            batch->verified = 0;
            return assay_refuse(failure, "wrong-answer", "%s%s", who, words);
        }
        batch->verified = 1;
    }
    if (!instance->description->deterministic) {
        return 0;
    }
    /* Deterministic means: the same after as many iterations. */
    if (share->first_iterations != iterations) {
        share->first = share->last;
        share->first.source = (char *)"the first batch of this process";
        share->first_iterations = iterations;
    } else if (!assay_answer_agrees(words, sizeof words, &share->last, &share->first)) {
        batch->verified = 0;
        return assay_refuse(failure, "wrong-answer", "%s%s", who, words);
    }
    return 0;
}

/* Takes all threads' answers and measures, then checks the answers. */
static int answer_all(struct assay_batch *batch, bool *measured, struct assay_instance *instance,
                      const struct assay_batch_options *options, struct assay_refusal *failure)
{
    struct assay_observations observations;
    int result = -1;
    if (assay_observations_init(&observations, instance->description, options->details, options->observed_room,
                                failure) != 0) {
        return -1;
    }
    struct assay_sink sink = assay_observations_sink(&observations);
    for (uint32_t i = 0; i < instance->threads; i++) {
        struct assay_share *share = &instance->shares[i];
        observations.answer = share->answer;
        share->reason[0] = '\0';
        errno = 0;
        assay_answer_begin(share->answer);
        int code = instance->kernel->answer != NULL ? instance->kernel->answer(share->state, &sink) : 0;
        int errno_value = errno;
        assay_answer_end(share->answer, &share->last);
        if (code != 0) {
            assay_instance_failed(instance, share, "answer", code, errno_value, failure);
        }
        if (failure->status != NULL) { /* also what the sink refused */
            goto done;
        }
    }
    if (assay_observations_take(batch, &observations) != 0) {
        goto done;
    }
    *measured = true;
    for (uint32_t i = 0; i < instance->threads; i++) {
        if (check_share(batch, instance, i, options->iterations, failure) != 0) {
            goto done;
        }
    }
    result = 0;
done:
    assay_observations_release(&observations);
    return result;
}

int assay_batch_run(struct assay_batch *out, bool *measured, struct assay_instance *instance,
                    const struct assay_batch_options *options, struct assay_refusal *failure)
{
    const struct assay_kernel_description *description = instance->description;
    struct round round = { .run = instance->kernel->run,
                           .iterations = options->iterations,
                           .options = options,
                           .counted = { NAN, NAN, NAN, NAN } };
    struct assay_batch batch;
    int64_t begun_ns = assay_clock_ns();
    int result = -1;
    assay_batch_init(&batch);
    *measured = false;
    round.scope = (description->makes_threads ? ASSAY_USAGE_PROCESS : ASSAY_USAGE_THREAD) |
                  (description->forks ? ASSAY_USAGE_CHILDREN : 0u);
    round.turns = instance->threads > 1 ? calloc(instance->threads, sizeof *round.turns) : &round.alone;
    if (round.turns == NULL) {
        return assay_refuse(failure, "out-of-memory", "out of memory for %u threads", instance->threads);
    }
    if (options->lead_in > 0 && assay_lead_in(instance, options->lead_in, failure) != 0) {
        goto done;
    }
    if (assay_instance_prepare(instance, options->iterations, failure) != 0) {
        goto done;
    }
    if (options->flush && assay_caches_flush(options->caches) != 0) {
        assay_refuse(failure, "out-of-memory", "out of memory for a buffer that flushes the caches");
        goto done;
    }
    if (options->recorder != NULL && options->recorder->ready != NULL &&
        options->recorder->ready(options->recorder->context, failure) != 0) {
        goto done;
    }
    if (time_round(&batch, &round, instance, failure) == 0) {
        result = answer_all(&batch, measured, instance, options, failure);
        double whole_ns = (double)(assay_clock_ns() - begun_ns);
        batch.untimed_ns = whole_ns > batch.elapsed_ns ? whole_ns - batch.elapsed_ns : 0;
    }
    if (*measured) {
        *out = batch;
    } else {
        assay_batch_free_parts(&batch);
    }
done:
    if (round.turns != &round.alone) {
        free(round.turns);
    }
    return result;
}

void assay_batch_free_parts(struct assay_batch *batch)
{
    for (size_t i = 0; i < batch->measure_count; i++) {
        free(batch->measures[i].name);
    }
    free(batch->measures);
    for (size_t i = 0; i < batch->observed_count; i++) {
        free(batch->observed[i].name);
        free(batch->observed[i].values);
    }
    free(batch->observed);
    batch->measures = NULL;
    batch->observed = NULL;
    batch->measure_count = batch->observed_count = 0;
}
