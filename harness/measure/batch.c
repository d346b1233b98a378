/* The timed part: which batch runs now, and what becomes of its reply. */
#include "measure/run.h"

#include "base/clock.h"
#include "machine/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Reading the system's books costs about 30 us: only around batches that do not feel it. */
static const double STEAL_FROM_S = 1e-3;

bool assay_batch_send(struct assay_run *run, struct assay_slot *slot, const struct assay_batch_wish *wish,
                      struct assay_failure *failure)
{
    const struct assay_bench *state = &run->benches[slot->bench];
    struct assay_request request = { .kind = ASSAY_REQUEST_RUN, .iterations = state->iterations,
                                     .batches = wish->batches,
                                     .turns = (char *)(uintptr_t)wish->turns, /* only written */
                                     .lead_in = wish->lead_in,
                                     .extra_work = wish->extra_work };
    request.flush = strcmp(run->plan->items[slot->bench].mode, "flushed") == 0;
    if (state->want.batch_s >= STEAL_FROM_S && slot->steal_ns < 0) {
        slot->steal_ns = assay_machine_steal_ns(slot->processor);
    }
    assay_batch_watch(run, slot);
    return assay_channel_send(slot->channel, &request, &run->limits, failure);
}

/* Time stolen since the batch was sent; NaN when it was not looked at. */
static double stolen_ns(const struct assay_run *run, struct assay_slot *slot)
{
    if (run->benches[slot->bench].want.batch_s < STEAL_FROM_S || slot->steal_ns < 0) {
        return NAN;
    }
    int64_t now_ns = assay_machine_steal_ns(slot->processor);
    double stolen = now_ns >= slot->steal_ns ? (double)(now_ns - slot->steal_ns) : NAN;
    slot->steal_ns = -1;
    return stolen;
}

/* The batch's own measures and distributions go into the document's lists. */
static bool keep_values(struct assay_benchmark *benchmark, const struct assay_kernel_description *kernel,
                        const struct assay_batch *batch)
{
    bool ok = true;
    for (size_t i = 0; ok && kernel != NULL && i < kernel->measure_count; i++) {
        const struct assay_measure_description *wanted = &kernel->measures[i];
        struct assay_measure_values *list = assay_measure_get(&benchmark->measures, &benchmark->measure_count, wanted->name,
                                                              wanted->unit, wanted->higher_is_better);
        double value = NAN;
        for (size_t k = 0; k < batch->measure_count; k++) {
            value = strcmp(batch->measures[k].name, wanted->name) == 0 ? batch->measures[k].value : value;
        }
        ok = list != NULL && assay_measure_append(list, value);
    }
    for (size_t i = 0; ok && kernel != NULL && i < kernel->distribution_count; i++) {
        const struct assay_measure_description *wanted = &kernel->distributions[i];
        struct assay_measure_values *list =
            assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, wanted->name, wanted->unit,
                              wanted->higher_is_better);
        const struct assay_named_values *values = NULL;
        for (size_t k = 0; k < batch->observed_count; k++) {
            values = strcmp(batch->observed[k].name, wanted->name) == 0 ? &batch->observed[k] : values;
        }
        ok = list != NULL && assay_measure_append_counted(list, values != NULL ? values->values : NULL,
                                                          values != NULL ? values->count : 0);
    }
    return ok;
}

static bool keep_counters(struct assay_run *run, struct assay_benchmark *benchmark, const struct assay_batch *batch)
{
    const struct {
        const char *name;
        double value;
    } counters[] = { { "cycles", batch->cycles },
                     { "instructions", batch->instructions },
                     { "branch_misses", batch->branch_misses },
                     { "cache_misses", batch->cache_misses } };
    for (size_t i = 0; run->plan->want_counters && i < sizeof counters / sizeof counters[0]; i++) {
        struct assay_measure_values *list =
            assay_measure_get(&benchmark->counters, &benchmark->counter_count, counters[i].name, "1", false);
        if (list == NULL || !assay_measure_append(list, counters[i].value / (double)batch->iterations)) {
            return false;
        }
    }
    return true;
}

static int keep_batch(struct assay_run *run, struct assay_slot *slot, const struct assay_batch *batch, double start_ns,
                      double steal_ns, struct assay_error *error)
{
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    struct assay_bench *state = &run->benches[slot->bench];
    const double row[ASSAY_COLUMN_COUNT] = { (double)batch->iterations,
                                             batch->elapsed_ns,
                                             batch->cpu_ns,
                                             start_ns,
                                             (double)slot->process,
                                             batch->voluntary_switches,
                                             batch->involuntary_switches,
                                             batch->migrations,
                                             steal_ns,
                                             batch->faults };
    if (!assay_samples_append(&benchmark->samples, row) ||
        !keep_values(benchmark, run->plan->items[slot->bench].kernel, batch) || !keep_counters(run, benchmark, batch)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory keeping samples");
    }
    benchmark->verified = batch->verified < benchmark->verified || benchmark->samples.count == 1 ? batch->verified
                                                                                                 : benchmark->verified;
    state->want.samples_done++;
    state->estimate_ns = batch->elapsed_ns / (double)batch->iterations;
    return assay_journal_batch(&run->journal, slot->bench, row, batch->verified, batch, error);
}

void assay_benchmark_keep_answer(struct assay_benchmark *benchmark, const struct assay_reply *reply)
{
    if (reply->has_answer) {
        benchmark->answer = (struct assay_answer){ .known = true, .count = reply->answer.count, .sum = reply->answer.sum };
        memcpy(benchmark->answer.sha256, reply->answer.sha256, sizeof benchmark->answer.sha256);
    }
}

/* The batches of a reply, one after the other since it was asked for. What was stolen is known of all together, and is the
 * first one's. */
static int keep_batches(struct assay_run *run, struct assay_slot *slot, const struct assay_reply *reply, double steal_ns,
                        struct assay_error *error)
{
    double start_ns = (double)(slot->channel->sent_ns - run->start_ns);
    for (size_t i = 0; i < reply->batch_count; i++) {
        const struct assay_batch *batch = &reply->batches[i];
        double untimed_ns = isfinite(batch->untimed_ns) ? batch->untimed_ns : 0;
        double said_ns = batch->start_ns - (double)run->start_ns; /* one clock for all on this machine */
        bool known = said_ns >= start_ns && batch->start_ns <= (double)slot->channel->received_ns;
        start_ns = known ? said_ns : floor(start_ns + (reply->batch_count > 1 ? untimed_ns : 0));
        int result = keep_batch(run, slot, batch, start_ns, i == 0 ? steal_ns : NAN, error);
        if (result != 0) {
            return result;
        }
        start_ns += floor(batch->elapsed_ns);
    }
    return 0;
}

bool assay_batch_take(struct assay_run *run, struct assay_slot *slot, const struct assay_reply *reply, uint32_t batches,
                      struct assay_error *error)
{
    struct assay_failure failure = { 0 };
    struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    double steal_ns = stolen_ns(run, slot);
    bool ok = assay_channel_judge(reply, &failure);
    if (ok && reply->batch_count != batches) {
        assay_failure_set(&failure, ASSAY_STATUS_PROTOCOL_ERROR, "replied with %zu batches, want %u", reply->batch_count, batches);
        ok = false;
    }
    if (failure.status == ASSAY_STATUS_WRONG_ANSWER) {
        assay_benchmark_keep_answer(benchmark, reply);
    }
    if (ok) {
        ok = assay_batch_believe(run, slot, reply->batches, reply->batch_count, &failure);
        if (ok && keep_batches(run, slot, reply, steal_ns, error) != 0) {
            return false;
        }
    }
    if (!ok) {
        (void)assay_bench_fail(run, slot->bench, &failure, error);
    }
    return ok;
}

/* ---- lanes: batches that run at the same time, one a lane; without --jobs there is one ---- */

struct lanes {
    const uint32_t *order; /* slots in the order in which their batches run */
    size_t length;
    size_t next[ASSAY_LANES_MAX];       /* of each lane: how far it has come in `order` */
    size_t busy_slot[ASSAY_LANES_MAX];  /* of each lane */
    bool busy[ASSAY_LANES_MAX];
};

void assay_run_tell(const struct assay_run *run, size_t bench)
{
    if (run->options->progress == NULL) {
        return;
    }
    double spent_s = (double)(assay_clock_ns() - run->start_ns) * 1e-9;
    double all_s = run->expected_s > spent_s ? run->expected_s : spent_s * 1.01;
    struct assay_progress progress = { .what = run->plan->items[bench].id,
                                       .estimate_ns = run->benches[bench].estimate_ns,
                                       .share = spent_s / all_s,
                                       .left_s = all_s - spent_s };
    run->options->progress(run->options->context, &progress);
}

/* Whether the batch can still end within the budget. */
static bool fits(const struct assay_run *run, const struct assay_slot *slot)
{
    double left_s = assay_run_left_s(run);
    return left_s < 0 || run->benches[slot->bench].want.batch_s < left_s;
}

static int lose(struct assay_run *run, struct assay_slot *slot, const struct assay_failure *failure, struct assay_error *error)
{
    int result = assay_bench_fail(run, slot->bench, failure, error);
    assay_channel_close(slot->channel);
    slot->channel = NULL;
    return result;
}

/* Starts the next batch of an idle lane, if one is left for it. */
static int start_next(struct assay_run *run, struct lanes *lanes, uint32_t lane, struct assay_error *error)
{
    while (lanes->next[lane] < lanes->length) {
        uint32_t index = lanes->order[lanes->next[lane]++];
        struct assay_slot *slot = &run->slots[index];
        if (index % run->lanes != lane || slot->channel == NULL || !run->benches[slot->bench].want.active ||
            !fits(run, slot)) {
            continue;
        }
        struct assay_failure failure = { 0 };
        assay_run_tell(run, slot->bench);
        if (!assay_batch_send(run, slot, &(struct assay_batch_wish){ .batches = 1 }, &failure)) {
            return lose(run, slot, &failure, error);
        }
        lanes->busy[lane] = true;
        lanes->busy_slot[lane] = index;
        return 0;
    }
    return 0;
}

/* Waits for one of the busy lanes and takes its reply. */
static int take_next(struct assay_run *run, struct lanes *lanes, struct assay_error *error)
{
    struct assay_channel *channels[ASSAY_LANES_MAX];
    uint32_t lane_of[ASSAY_LANES_MAX];
    size_t count = 0, which = 0;
    for (uint32_t lane = 0; lane < run->lanes; lane++) {
        if (lanes->busy[lane]) {
            lane_of[count] = lane;
            channels[count++] = run->slots[lanes->busy_slot[lane]].channel;
        }
    }
    struct assay_reply reply = { 0 };
    struct assay_failure failure = { 0 };
    bool came = assay_channel_wait(&which, &reply, channels, count, &run->limits, &failure);
    uint32_t lane = lane_of[which];
    struct assay_slot *slot = &run->slots[lanes->busy_slot[lane]];
    lanes->busy[lane] = false;
    int result = 0;
    if (!came) {
        result = lose(run, slot, &failure, error);
    } else if (!assay_batch_take(run, slot, &reply, 1, error)) {
        assay_channel_close(slot->channel);
        slot->channel = NULL;
    }
    assay_reply_release(&reply);
    return error != NULL && error->code != 0 ? error->code : result;
}

static bool any_busy(const struct assay_run *run, const struct lanes *lanes)
{
    for (uint32_t lane = 0; lane < run->lanes; lane++) {
        if (lanes->busy[lane]) {
            return true;
        }
    }
    return false;
}

int assay_batches_run(struct assay_run *run, const uint32_t *batches, bool shuffle, struct assay_error *error)
{
    struct lanes lanes = { 0 };
    uint32_t *order = assay_schedule_order(&lanes.length, batches, run->slot_count, shuffle, &run->random);
    lanes.order = order;
    int result = order != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    while (result == 0 && !assay_run_stopped(run)) {
        for (uint32_t lane = 0; lane < run->lanes && result == 0; lane++) {
            result = lanes.busy[lane] ? 0 : start_next(run, &lanes, lane, error);
        }
        if (result != 0 || !any_busy(run, &lanes)) {
            break;
        }
        result = take_next(run, &lanes, error);
    }
    free(order);
    return result;
}
