/* Whether a batch that came back can be believed: what was asked for, by a clock that is possible and steady, and no faster
 * than the work could be done. Knows no schedule. */
#include "measure/run.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

/* Operations that a processor can finish in one clock cycle, at the very most. */
static const double OPERATIONS_A_CYCLE = 8;
/* Clocks are read a moment apart. */
static const double CLOCK_SLACK_NS = 1000;
/* What a slow clock did not see of the time that the coordinator waited, and in how many batches. */
static const double SLOW_SHARE = 0.2;
static const double SLOW_NS = 1e6;
enum { SLOW_BATCHES = 8 };

/* What the system's book says of a process: how long it ran so far, and how long it was ready to run and did not. */
static bool look_up(struct assay_turns *turns, pid_t pid)
{
    char path[64];
    char line[96];
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    if (got <= 0) {
        return false;
    }
    line[got] = '\0';
    return sscanf(line, "%lf %lf", &turns->ran_ns, &turns->waited_ns) == 2;
}

/* The worker's, with our own waits added: a message waits at both ends. Where the kernel keeps no such book: not known. */
static struct assay_turns turns_of(const struct assay_slot *slot)
{
    struct assay_turns worker = { 0 }, own = { 0 };
    worker.known = look_up(&worker, slot->channel->process.pid) && look_up(&own, getpid());
    worker.waited_ns += own.waited_ns;
    return worker;
}

/* Costs some ten microseconds: only after a batch that raised a doubt. */
void assay_batch_watch(struct assay_run *run, struct assay_slot *slot)
{
    slot->turns = run->benches[slot->bench].slow_batches > 0 ? turns_of(slot) : (struct assay_turns){ 0 };
}

static double outer_ns(const struct assay_slot *slot)
{
    return (double)(slot->channel->received_ns - slot->channel->sent_ns);
}

static bool is_as_asked(const struct assay_run *run, const struct assay_slot *slot, const struct assay_batch *batch,
                        struct assay_failure *failure)
{
    uint64_t wanted = run->benches[slot->bench].iterations * run->plan->items[slot->bench].threads;
    if (batch->iterations == wanted) {
        return true;
    }
    assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR, "ran %" PRIu64 " iterations, want %" PRIu64, batch->iterations, wanted);
    return false;
}

/* A batch, and what was done beside it, cannot have taken longer than the coordinator waited for it. */
static bool clock_is_possible(const struct assay_slot *slot, double elapsed_ns, double untimed_ns, struct assay_failure *failure)
{
    const char *beside = elapsed_ns <= outer_ns(slot) + CLOCK_SLACK_NS ? " and what it did beside it" : "";
    if (elapsed_ns + untimed_ns <= outer_ns(slot) + CLOCK_SLACK_NS) {
        return true;
    }
    assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR,
                      "its clock lies: a batch%s of %.0f ns by its own clock took %.0f ns by the coordinator's", beside,
                      beside[0] != '\0' ? elapsed_ns + untimed_ns : elapsed_ns, outer_ns(slot));
    return false;
}

static bool is_too_much(const struct assay_slot *slot, double unseen_ns)
{
    return unseen_ns > SLOW_NS && unseen_ns > SLOW_SHARE * outer_ns(slot);
}

/* Whether the scheduler's book explains what the worker's clock did not see: on a busy machine both ends wait for a
 * processor. But it should have seen at least what the worker ran. */
static bool is_explained(const struct assay_slot *slot, double missing_ns)
{
    if (!slot->turns.known) {
        return false;
    }
    struct assay_turns now = turns_of(slot);
    double unwaited_ns = missing_ns - (now.waited_ns - slot->turns.waited_ns);
    double ran_ns = now.ran_ns - slot->turns.ran_ns - (outer_ns(slot) - missing_ns);
    return now.known && !is_too_much(slot, unwaited_ns) && !is_too_much(slot, ran_ns);
}

/* A clock that runs slow does not see a part of any batch, although nothing but the batch, its preparation and its answer
 * (untimed_ns, by the same clock) lay between; a stall hits only some. It takes several batches, with no good one between
 * them; one that had to wait for a processor proves nothing, neither way. */
static bool clock_is_steady(struct assay_run *run, struct assay_slot *slot, double elapsed_ns, double untimed_ns,
                            struct assay_failure *failure)
{
    struct assay_bench *state = &run->benches[slot->bench];
    double missing_ns = outer_ns(slot) - elapsed_ns - untimed_ns;
    if (!is_too_much(slot, missing_ns)) {
        state->slow_batches = 0;
    } else if (!is_explained(slot, missing_ns)) {
        state->slow_batches++;
    }
    if (state->slow_batches < SLOW_BATCHES) {
        return true;
    }
    assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR,
                      "its clock runs slow: in %d batches, none good between, it did not see over %.0f %% of the time that the coordinator waited",
                      SLOW_BATCHES, SLOW_SHARE * 100);
    return false;
}

/* The floor of plausibility: faster than the work could be done is an answer that was not worked for. */
static bool is_plausible(const struct assay_run *run, const struct assay_slot *slot, const struct assay_batch *batch,
                         struct assay_failure *failure)
{
    const struct assay_benchmark *benchmark = &run->document->benchmarks[slot->bench];
    double floor_ns = benchmark->least_operations * run->cycle_ns / OPERATIONS_A_CYCLE / benchmark->threads;
    double each_ns = batch->elapsed_ns / (double)batch->iterations;
    if (each_ns >= floor_ns) {
        return true;
    }
    assay_failure_set(failure, ASSAY_STATUS_IMPLAUSIBLE,
                      "%.3g ns an iteration, but its %.0f operations need at least %.3g ns at %.0f a cycle of %.2f ns", each_ns,
                      benchmark->least_operations, floor_ns, OPERATIONS_A_CYCLE, run->cycle_ns);
    return false;
}

/* The coordinator waited once for all batches of a request: their clock is judged together. */
bool assay_batch_believe(struct assay_run *run, struct assay_slot *slot, const struct assay_batch *batches, size_t count,
                         struct assay_failure *failure)
{
    double elapsed_ns = 0, untimed_ns = 0;
    for (size_t i = 0; i < count; i++) {
        elapsed_ns += batches[i].elapsed_ns;
        untimed_ns += isfinite(batches[i].untimed_ns) ? batches[i].untimed_ns : 0;
        if (!is_as_asked(run, slot, &batches[i], failure)) {
            return false;
        }
    }
    if (!clock_is_possible(slot, elapsed_ns, untimed_ns, failure) ||
        !clock_is_steady(run, slot, elapsed_ns, untimed_ns, failure)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_plausible(run, slot, &batches[i], failure)) {
            return false;
        }
    }
    return true;
}
