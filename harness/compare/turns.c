/* The timed part of a block: whose slot it is, and what its batches said. Knows no coin and no verdict. */
#include "compare/experiment.h"

#include "base/number.h"

#include <math.h>
#include <unistd.h>

/* A slot of several batches: the mean of the middle half. */
static double middle(double *logs, uint32_t count)
{
    return assay_stats_trimmed_mean(logs, count, (count + 1) / 4);
}

/* A worker that has no lead-ins of its own runs a batch that nobody looks at. */
static bool lead_in_apart(struct experiment *experiment, struct assay_slot *slot, uint64_t iterations,
                          struct assay_failure *failure)
{
    struct assay_request request = { .kind = ASSAY_REQUEST_RUN, .iterations = iterations, .batches = 1 };
    struct assay_reply reply = { 0 };
    bool ok = iterations == 0 || assay_channel_call(slot->channel, &request, &reply, &experiment->run.limits, failure);
    assay_reply_release(&reply);
    return ok;
}

/* Sends what a side is to run: `batches`, or turns. */
static bool send(struct experiment *experiment, struct contest *contest, struct block *block, int side,
                 const char *turns, uint64_t lead_in, struct assay_failure *failure)
{
    struct assay_slot *slot = &block->slots[side];
    bool apart = !assay_hello_can(&slot->channel->hello, "lead-in");
    struct assay_batch_wish wish = { .batches = contest->batches,
                                     .turns = turns,
                                     .lead_in = apart ? 0 : lead_in,
                                     .extra_work = side == HEAD ? contest->extra_work : 0 };
    if (apart && !lead_in_apart(experiment, slot, lead_in, failure)) {
        return false;
    }
    experiment->run.benches[slot->bench].iterations = contest->iterations[side];
    return assay_batch_send(&experiment->run, slot, &wish, failure);
}

/* Judges and keeps a reply of `count` batches; their ln of nanoseconds per item goes into `logs`. Injected work is not
 * counted: it is what the test has to find. */
static bool take(struct experiment *experiment, struct contest *contest, struct block *block, int side,
                 const struct assay_reply *reply, uint32_t count, double *logs, struct assay_failure *failure)
{
    struct assay_run *run = &experiment->run;
    struct assay_slot *slot = &block->slots[side];
    const struct assay_samples *samples = &run->document->benchmarks[slot->bench].samples;
    size_t before = samples->count;
    run->benches[slot->bench].iterations = contest->iterations[side];
    if (!assay_batch_take(run, slot, reply, count, experiment->error) || samples->count != before + count) {
        *failure = run->benches[slot->bench].failure;
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        double ns = samples->elapsed_ns[before + i] / (double)contest->iterations[BASE] / contest->items[side];
        block->sum_ns[side] += ns;
        logs[i] = log(ns > 0 ? ns : 1e-3);
    }
    return true;
}

/* Waits for the replies of both sides, whichever comes first. */
static bool take_both(struct experiment *experiment, struct contest *contest, struct block *block, uint32_t count,
                      double logs[SIDES][SLOTS_MOST], int *side, struct assay_failure *failure)
{
    int waiting[SIDES] = { assay_block_side(block, 0), assay_block_side(block, 1) };
    bool ok = true;
    for (size_t left = SIDES; ok && left > 0; left--) {
        struct assay_channel *channels[SIDES] = { block->slots[waiting[0]].channel, block->slots[waiting[1]].channel };
        struct assay_reply reply = { 0 };
        size_t which = 0;
        ok = assay_channel_wait(&which, &reply, channels, left, &experiment->run.limits, failure);
        *side = waiting[which];
        waiting[which] = waiting[1 - which];
        ok = ok && take(experiment, contest, block, *side, &reply, count, logs[*side], failure);
        assay_reply_release(&reply);
    }
    return ok;
}

/* ---- by messages ---- */

static bool run_slot(struct experiment *experiment, struct contest *contest, struct block *block, int side,
                     uint64_t lead_in, double *log_ns)
{
    struct assay_failure failure = { 0 };
    struct assay_reply reply = { 0 };
    double logs[SLOT_BATCHES_MOST];
    size_t which = 0;
    bool ok = send(experiment, contest, block, side, NULL, lead_in, &failure) &&
              assay_channel_wait(&which, &reply, &block->slots[side].channel, 1, &experiment->run.limits, &failure) &&
              take(experiment, contest, block, side, &reply, contest->batches, logs, &failure);
    assay_reply_release(&reply);
    if (ok) {
        *log_ns = middle(logs, contest->batches);
    } else {
        assay_contest_fail(experiment, contest, side, &failure);
    }
    return ok;
}

static bool run_by_messages(struct experiment *experiment, struct contest *contest, struct block *block)
{
    for (int i = 0; i < 4 * block->quartets; i++) {
        int side = block->order[i];
        uint64_t lead_in = i == 0 || block->order[i - 1] != side ? contest->lead_in : 0;
        if (!run_slot(experiment, contest, block, side, lead_in, &block->log_ns[i])) {
            return false;
        }
    }
    return true;
}

bool assay_turns_together(struct experiment *experiment, struct contest *contest, struct block *block, uint64_t lead_in,
                          double log_ns[SIDES])
{
    struct assay_failure failure = { 0 };
    double logs[SIDES][SLOTS_MOST];
    int side = BASE;
    bool ok = true;
    for (int i = 0; i < SIDES && ok; i++) {
        side = assay_block_side(block, i);
        ok = send(experiment, contest, block, side, NULL, lead_in, &failure);
    }
    ok = ok && take_both(experiment, contest, block, contest->batches, logs, &side, &failure);
    for (int i = BASE; i < SIDES && ok; i++) {
        log_ns[i] = middle(logs[i], contest->batches);
    }
    if (!ok) {
        assay_contest_fail(experiment, contest, side, &failure);
    }
    return ok;
}

/* ---- relayed: the workers pass the turn to each other ---- */

/* The turns of each side as the protocol writes them: a digit a turn, how many slots it has. Who does not have the last
 * turn waits for its end with a turn of none, so that no reply is written while the other one is timed. */
static void write_turns(char turns[SIDES][SLOTS_MOST + 2], const struct block *block)
{
    int lengths[SIDES] = { 0, 0 };
    int count = 4 * block->quartets;
    for (int i = 0; i < count; i++) {
        int side = block->order[i];
        if (i > 0 && block->order[i - 1] == side) {
            turns[side][lengths[side] - 1]++;
        } else {
            turns[side][lengths[side]++] = '1';
        }
    }
    int waits = 1 - block->order[count - 1];
    turns[waits][lengths[waits]++] = '0';
    turns[BASE][lengths[BASE]] = turns[HEAD][lengths[HEAD]] = '\0';
}

static bool run_relayed(struct experiment *experiment, struct contest *contest, struct block *block)
{
    struct assay_failure failure = { 0 };
    char turns[SIDES][SLOTS_MOST + 2];
    double logs[SIDES][SLOTS_MOST];
    int used[SIDES] = { 0, 0 };
    int side = BASE;
    bool ok = true;
    write_turns(turns, block);
    /* Who waits gets its request first: on the processor that both share, reading it shall not fall into the other
     * one's first slot, and not always into the same side's. */
    for (int i = 0; i < SIDES && ok; i++) {
        side = i == 0 ? 1 - block->order[0] : block->order[0];
        ok = send(experiment, contest, block, side, turns[side], contest->lead_in, &failure);
    }
    ok = ok && write(block->relay[block->order[0]][1], "t", 1) == 1;
    ok = ok && take_both(experiment, contest, block, (uint32_t)(2 * block->quartets), logs, &side, &failure);
    if (!ok) {
        assay_contest_fail(experiment, contest, side, &failure);
        return false;
    }
    for (int i = 0; i < 4 * block->quartets; i++) {
        int whose = block->order[i];
        block->log_ns[i] = logs[whose][used[whose]++];
    }
    return true;
}

bool assay_turns_run(struct experiment *experiment, struct contest *contest, struct block *block)
{
    return contest->relayed ? run_relayed(experiment, contest, block) : run_by_messages(experiment, contest, block);
}
