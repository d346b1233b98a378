/* Before the first block: how many iterations a batch has, and whether both sides compute the same. Knows no
 * statistics. */
#include "compare/experiment.h"

#include "base/clock.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* A block shall cost 26 ms, both starts included: this is for its slots. */
static const double BLOCK_NS = 1.85e7;
/* A batch: shorter than what usually lies between two interrupts, so that most batches have none, and than what a
 * neighbour does at a time, so that two batches next to each other meet the same. */
static const double BATCH_NS = 2e5;
/* Below that google-benchmark's own readings show. */
static const double LEAST_BATCH_NS = 1e5;
/* What a slot costs beside its batch: the turn, reading usage, the answer. */
static const double BESIDE_NS = 4e4;
/* Without a relay each slot costs a message to another processor: it is longer, and there are fewer. */
static const double LONG_SLOT_NS = 2.2e6;
/* After the other side: caches and predictors; after the start: the heap, pages, dynamic links too. */
static const double LEAD_IN_NS = 6e4, LONG_LEAD_IN_NS = 2e5, FIRST_LEAD_IN_NS = 5e5;
/* An iteration that takes longer warms itself up. */
static const double LONG_ITERATION_NS = 1e7;
/* What a just-in-time compiler gets at the start of each process. */
static const double INTERPRETER_LEAD_IN_NS = 5e7;

enum { TRIAL_BATCHES = 3 };

/* Nanoseconds of an iteration on one side; 0: the contest is over. */
static double measure_iteration(struct experiment *experiment, struct contest *contest, struct block *block, int side)
{
    struct assay_run *run = &experiment->run;
    struct assay_slot *slot = &block->slots[side];
    struct assay_request request = { .kind = ASSAY_REQUEST_CALIBRATE, .batch_ns = 10 * BATCH_NS };
    struct assay_reply reply = { 0 };
    struct assay_failure failure = { 0 };
    bool ok = assay_channel_call(slot->channel, &request, &reply, &run->limits, &failure);
    uint64_t iterations = reply.iterations;
    if (failure.status == ASSAY_STATUS_WRONG_ANSWER) {
        assay_benchmark_keep_answer(&run->document->benchmarks[slot->bench], &reply);
    }
    assay_reply_release(&reply);
    if (ok && iterations == 0) {
        assay_failure_set(&failure, ASSAY_STATUS_PROTOCOL_ERROR, "calibrated to no iterations");
        ok = false;
    }
    request = (struct assay_request){ .kind = ASSAY_REQUEST_RUN, .iterations = iterations, .batches = TRIAL_BATCHES };
    reply = (struct assay_reply){ 0 };
    ok = ok && assay_channel_call(slot->channel, &request, &reply, &run->limits, &failure);
    double elapsed_ns = INFINITY; /* the least: what disturbs a trial only makes it longer, and its batches too short */
    for (size_t i = 0; ok && i < reply.batch_count; i++) {
        elapsed_ns = fmin(elapsed_ns, reply.batches[i].elapsed_ns);
    }
    assay_reply_release(&reply);
    if (!ok) {
        assay_contest_fail(experiment, contest, side, &failure);
        return 0;
    }
    return elapsed_ns > 1 ? elapsed_ns / (double)iterations : 1.0 / (double)iterations;
}

static bool is_one_iteration(const struct experiment *experiment, const struct contest *contest, int side)
{
    return experiment->run.plan->items[contest->bench[side]].kernel->one_iteration;
}

static uint64_t iterations_for(double wanted_ns, double iteration_ns)
{
    double count = floor(wanted_ns / iteration_ns);
    return count < 1 ? 1 : count > 0x1p50 ? (uint64_t)1 << 50 : (uint64_t)count;
}

static uint32_t clamp(double value, uint32_t least, uint32_t most)
{
    return value < least ? least : value > most ? most : (uint32_t)value;
}

/* Both sides do the same number, so that the slower one's batch has the wanted length and the faster one's can be
 * timed. */
static void choose_iterations(struct experiment *experiment, struct contest *contest, const double iteration_ns[SIDES])
{
    double slow_ns = fmax(iteration_ns[BASE], iteration_ns[HEAD]);
    double fast_ns = fmin(iteration_ns[BASE], iteration_ns[HEAD]);
    bool one = is_one_iteration(experiment, contest, BASE) || is_one_iteration(experiment, contest, HEAD);
    bool interpreted = experiment->run.plan->items[contest->bench[BASE]].source->is_worker ||
                       experiment->run.plan->items[contest->bench[HEAD]].source->is_worker;
    uint64_t iterations = iterations_for(BATCH_NS + slow_ns / 2, slow_ns);
    if ((double)iterations * fast_ns < LEAST_BATCH_NS) {
        iterations = iterations_for(LEAST_BATCH_NS + fast_ns, fast_ns);
    }
    iterations = one ? 1 : iterations;
    double batch_ns = (double)iterations * slow_ns;
    contest->iterations[BASE] = contest->iterations[HEAD] = iterations;
    contest->batches = contest->relayed ? 1 : clamp(LONG_SLOT_NS / (batch_ns + BESIDE_NS), 1, SLOT_BATCHES_MOST);
    double lead_in_ns = contest->relayed ? LEAD_IN_NS : LONG_LEAD_IN_NS;
    contest->lead_in = slow_ns > LONG_ITERATION_NS ? 0 : one ? 1 : iterations_for(lead_in_ns, slow_ns);
    contest->first_lead_in = slow_ns > LONG_ITERATION_NS ? 0 : one ? 1 : iterations_for(FIRST_LEAD_IN_NS, slow_ns);
    /* Every second slot or so comes after the other side's. */
    double slot_ns = (batch_ns + BESIDE_NS) * contest->batches + 0.6 * (double)contest->lead_in * slow_ns;
    contest->quartets =
        (int)(contest->relayed ? clamp(BLOCK_NS / (4 * slot_ns), QUARTETS_LEAST, QUARTETS_MOST) : QUARTETS_LEAST);
    if (interpreted && slow_ns <= LONG_ITERATION_NS) {
        contest->first_lead_in = one ? 1 : iterations_for(INTERPRETER_LEAD_IN_NS, slow_ns);
    }
}

/* Injected work: a chain of multiplications after the kernel's own, as long as the reference chain says; a worker that
 * cannot do that runs whole iterations more, and what that is as a share stands in the document. */
static void inject(struct experiment *experiment, struct contest *contest, const struct block *block,
                   double iteration_ns)
{
    const struct assay_session *session = experiment->run.session;
    double share = experiment->options->injected;
    if (share <= 0) {
        return;
    }
    uint64_t iterations = contest->iterations[HEAD];
    if (assay_hello_can(&block->slots[HEAD].channel->hello, "extra-work") && session->reference_count > 0) {
        double operation_ns = session->reference_elapsed_ns[0] / session->reference_operations;
        contest->extra_work = iterations_for(share * (double)iterations * iteration_ns, operation_ns);
        contest->injected = (double)contest->extra_work * operation_ns / ((double)iterations * iteration_ns);
    } else {
        uint64_t extra = (uint64_t)((double)iterations * share + 0.5);
        extra = is_one_iteration(experiment, contest, HEAD) ? 0 : extra > 0 ? extra : 1;
        contest->iterations[HEAD] += extra;
        contest->injected = (double)extra / (double)iterations;
    }
}

/* The answer after the same number of iterations on both sides, with the same seed. */
static bool ask_answer(struct experiment *experiment, struct contest *contest, struct block *block, int side,
                       struct assay_answer *answer)
{
    struct assay_run *run = &experiment->run;
    struct assay_slot *slot = &block->slots[side];
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    struct assay_request batch = { .kind = ASSAY_REQUEST_RUN, .iterations = contest->iterations[BASE], .batches = 1 };
    struct assay_request ask = { .kind = ASSAY_REQUEST_ANSWER };
    struct assay_reply reply = { 0 };
    struct assay_failure failure = { 0 };
    bool ok = assay_channel_call(slot->channel, &batch, &reply, &run->limits, &failure);
    if (failure.status == ASSAY_STATUS_WRONG_ANSWER) {
        assay_benchmark_keep_answer(benchmark, &reply);
    }
    assay_reply_release(&reply);
    reply = (struct assay_reply){ 0 };
    ok = ok && assay_channel_call(slot->channel, &ask, &reply, &run->limits, &failure);
    if (ok) {
        assay_benchmark_keep_answer(benchmark, &reply);
        benchmark->verified = reply.verified;
        *answer = benchmark->answer;
    }
    assay_reply_release(&reply);
    if (!ok) {
        assay_contest_fail(experiment, contest, side, &failure);
    }
    return ok;
}

/* Different answers are compared only where an oracle says that both are right and that the work differs; then per
 * item. */
static void compare_answers(struct experiment *experiment, struct contest *contest,
                            const struct assay_answer answers[SIDES])
{
    const struct assay_benchmark *base = &experiment->run.document->benchmarks[contest->bench[BASE]];
    const struct assay_benchmark *head = &experiment->run.document->benchmarks[contest->bench[HEAD]];
    bool by_item = base->items > 0 && head->items > 0 && base->items != head->items;
    contest->items[BASE] = by_item ? base->items : 1;
    contest->items[HEAD] = by_item ? head->items : 1;
    if (!answers[BASE].known || !answers[HEAD].known || strcmp(answers[BASE].sha256, answers[HEAD].sha256) == 0 ||
        (by_item && base->verified == 1 && head->verified == 1)) {
        return;
    }
    assay_contest_end(contest,
                      "refused: the sides compute different answers (base count %" PRIu64 ", sum %" PRIu64
                      "; head count %" PRIu64 ", sum %" PRIu64 "): a wrong answer is not faster",
                      answers[BASE].count, answers[BASE].sum, answers[HEAD].count, answers[HEAD].sum);
}

static bool can_relay(const struct experiment *experiment, const struct block *block, int side)
{
    const struct assay_slot *slot = &block->slots[side];
    return assay_hello_can(&slot->channel->hello, "turns") && assay_hello_can(&slot->channel->hello, "lead-in") &&
           !assay_run_uses_many(&experiment->run.plan->items[slot->bench]);
}

void assay_contest_try(struct experiment *experiment, struct contest *contest)
{
    struct block block = { .number = 0 };
    double iteration_ns[SIDES];
    struct assay_answer answers[SIDES];
    int64_t begun_ns = assay_clock_ns();
    memset(answers, 0, sizeof answers);
    contest->tried = true;
    if (assay_contest_find_layouts(experiment, contest) != 0) {
        assay_contest_end(contest, "out of memory");
        return;
    }
    assay_contest_next_layout(experiment, contest, &block);
    bool ok = assay_sides_open(experiment, contest, &block);
    for (int side = BASE; side < SIDES && ok; side++) {
        iteration_ns[side] = measure_iteration(experiment, contest, &block, side);
        ok = iteration_ns[side] > 0;
    }
    if (ok) {
        contest->relayed =
            !experiment->options->duet && can_relay(experiment, &block, BASE) && can_relay(experiment, &block, HEAD);
        choose_iterations(experiment, contest, iteration_ns);
        inject(experiment, contest, &block, iteration_ns[HEAD]);
    }
    for (int side = BASE; side < SIDES && ok; side++) {
        ok = ask_answer(experiment, contest, &block, side, &answers[side]);
    }
    if (ok) {
        compare_answers(experiment, contest, answers);
    }
    assay_sides_close(experiment, contest, &block, true);
    contest->spent_s += (double)(assay_clock_ns() - begun_ns) * 1e-9;
}
