/* Whether a batch that came back can be believed: what was asked for, by a clock that is possible and steady, and no faster
 * than the work could be done. Knows no schedule. */
#include "measure/run.h"

#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Operations that a processor can finish in one clock cycle, at the very most. */
static const double OPERATIONS_A_CYCLE = 8;
/* Clocks are read a moment apart. */
static const double CLOCK_SLACK_NS = 1000;
/* What a slow clock must not have seen, of what the coordinator waited. */
static const double SLOW_SHARE = 0.2;
static const double SLOW_NS = 1e6;

/* How long a process was ready to run and did not, so far; negative where the kernel keeps no such book. */
static int64_t queued_ns(pid_t pid)
{
    char path[64];
    char line[96];
    uint64_t ran = 0, queued = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/schedstat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, line, sizeof line - 1) : -1;
    if (fd >= 0) {
        close(fd);
    }
    if (got <= 0) {
        return -1;
    }
    line[got] = '\0';
    return sscanf(line, "%" SCNu64 " %" SCNu64, &ran, &queued) == 2 && queued < INT64_MAX ? (int64_t)queued : -1;
}

/* Both ends of the channel together. */
static int64_t queued_both_ns(const struct assay_slot *slot)
{
    int64_t worker_ns = queued_ns(slot->channel->process.pid);
    int64_t own_ns = worker_ns >= 0 ? queued_ns(getpid()) : -1;
    return own_ns >= 0 ? worker_ns + own_ns : -1;
}

void assay_batch_watch(struct assay_run *run, struct assay_slot *slot)
{
    slot->queued_ns = run->benches[slot->bench].clock.doubted ? queued_both_ns(slot) : -1;
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
static bool clock_is_possible(const struct assay_slot *slot, const struct assay_batch *batch, struct assay_failure *failure)
{
    double untimed_ns = isfinite(batch->untimed_ns) ? batch->untimed_ns : 0;
    const char *beside = batch->elapsed_ns <= outer_ns(slot) + CLOCK_SLACK_NS ? " and what it did beside it" : "";
    if (batch->elapsed_ns + untimed_ns <= outer_ns(slot) + CLOCK_SLACK_NS) {
        return true;
    }
    assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR,
                      "its clock lies: a batch%s of %.0f ns by its own clock took %.0f ns by the coordinator's", beside,
                      beside[0] != '\0' ? batch->elapsed_ns + untimed_ns : batch->elapsed_ns, outer_ns(slot));
    return false;
}

static int compare_reals(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The share of the coordinator's time that the worker's clock did not see, although nothing but the batch, its
 * preparation and its answer lay between. On a busy machine both ends wait for a processor: that time is taken off, once
 * there is doubt. */
static double missing_share(const struct assay_slot *slot, const struct assay_batch *batch)
{
    double untimed_ns = isfinite(batch->untimed_ns) ? batch->untimed_ns : 0;
    double missing_ns = outer_ns(slot) - batch->elapsed_ns - untimed_ns;
    if (missing_ns > SLOW_NS && slot->queued_ns >= 0) {
        int64_t now_ns = queued_both_ns(slot);
        missing_ns -= now_ns > slot->queued_ns ? (double)(now_ns - slot->queued_ns) : 0;
    }
    return missing_ns > SLOW_NS ? missing_ns / outer_ns(slot) : 0;
}

/* A clock that runs slow shows in the median of several batches, which no single stall moves. Such a median is a doubt
 * first; then the waits for a processor are looked up too, and the same again is proof. Where the kernel keeps no book of
 * them, only the least disturbed batch is. */
static bool clock_is_steady(struct assay_run *run, struct assay_slot *slot, const struct assay_batch *batch,
                            struct assay_failure *failure)
{
    struct assay_clock_watch *clock = &run->benches[slot->bench].clock;
    double sorted[ASSAY_CLOCK_WINDOW];
    clock->missing[clock->count++] = missing_share(slot, batch);
    clock->blind = clock->blind || slot->queued_ns < 0;
    if (clock->count < ASSAY_CLOCK_WINDOW) {
        return true;
    }
    memcpy(sorted, clock->missing, sizeof sorted);
    qsort(sorted, ASSAY_CLOCK_WINDOW, sizeof sorted[0], compare_reals);
    double median = (sorted[ASSAY_CLOCK_WINDOW / 2 - 1] + sorted[ASSAY_CLOCK_WINDOW / 2]) / 2;
    double told = clock->doubted && clock->blind ? sorted[0] : median;
    bool proven = clock->doubted && told >= SLOW_SHARE;
    *clock = (struct assay_clock_watch){ .doubted = median >= SLOW_SHARE };
    if (proven) {
        assay_failure_set(failure, ASSAY_STATUS_PROTOCOL_ERROR,
                          "its clock runs slow: it did not see %.0f %% of the time that the coordinator waited", told * 100);
    }
    return !proven;
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

bool assay_batch_believe(struct assay_run *run, struct assay_slot *slot, const struct assay_batch *batch,
                         struct assay_failure *failure)
{
    return is_as_asked(run, slot, batch, failure) && clock_is_possible(slot, batch, failure) &&
           clock_is_steady(run, slot, batch, failure) && is_plausible(run, slot, batch, failure);
}
