/* What is counted, not timed, in a process of its own: allocations (by a preloaded counter) and operations (by the counts
 * build). A timed process carries neither. */
#include "measure/run.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One iteration in a fresh process; true with its batch in `reply`. */
static bool one_iteration(struct assay_run *run, size_t bench, const char *plugin, const char *const *environment,
                          struct assay_reply *reply, struct assay_failure *failure)
{
    struct assay_request batch = { .kind = ASSAY_REQUEST_RUN, .iterations = 1, .batches = 1 };
    struct assay_alone alone = { .bench = bench,
                                 .plugin = plugin,
                                 .environment = environment,
                                 .seed = assay_random_derive(run->plan->seed, (uint64_t)bench << 20),
                                 .request = &batch };
    return assay_run_alone(run, &alone, reply, NULL, failure) && reply->batch_count == 1;
}

/* Adds a counter of one value, or the reason why there is none. */
static void put_counter(struct assay_benchmark *benchmark, const char *name, const char *unit, double value, const char *reason)
{
    struct assay_measure_values *list = assay_measure_get(&benchmark->counters, &benchmark->counter_count, name, unit, false);
    if (list == NULL) {
        return;
    }
    if (isfinite(value)) {
        (void)assay_measure_append(list, value);
    } else if (list->reason == NULL) {
        list->reason = assay_utf8_clean(reason, strlen(reason), NULL);
    }
}

static void count_allocations(struct assay_run *run, size_t bench)
{
    struct assay_benchmark *benchmark = &run->document->benchmarks[bench];
    const struct assay_source *source = run->plan->items[bench].source;
    struct assay_failure failure = { 0 };
    struct assay_reply reply = { 0 };
    double allocations = NAN, bytes = NAN;
    const char *reason = "this implementation's worker does not count allocations";
    char *preload = source->is_worker ? NULL : assay_run_preload(run, &reason);
    if (preload != NULL) {
        const char *environment[] = { preload, NULL };
        if (one_iteration(run, bench, source->path, environment, &reply, &failure)) {
            allocations = reply.batches[0].allocations;
            bytes = reply.batches[0].allocated_bytes;
        }
        reason = failure.message[0] != '\0' ? failure.message : "the worker did not report allocations";
    }
    put_counter(benchmark, "allocations", "1", allocations, reason);
    put_counter(benchmark, "allocated_bytes", "bytes", bytes, reason);
    assay_reply_release(&reply);
    free(preload);
}

static void count_operations(struct assay_run *run, size_t bench)
{
    struct assay_benchmark *benchmark = &run->document->benchmarks[bench];
    const struct assay_source *source = run->plan->items[bench].source;
    char *counts = source->is_worker ? NULL : assay_run_build(source->path, "counts.so");
    struct assay_failure failure = { 0 };
    struct assay_reply reply = { 0 };
    if (counts != NULL && one_iteration(run, bench, counts, NULL, &reply, &failure)) {
        benchmark->operations = reply.batches[0].operations;
    }
    if (isnan(benchmark->operations)) {
        const char *why = counts == NULL ? "it has no counts build" : failure.message[0] != '\0' ? failure.message : "its counts build counts none";
        (void)assay_document_warn(run->document, "operations of %s are not known: %s", benchmark->id, why);
    }
    assay_reply_release(&reply);
    free(counts);
}

void assay_passes_run(struct assay_run *run)
{
    for (size_t i = 0; i < run->plan->count && !assay_run_stopped(run); i++) {
        bool measured = run->plan->items[i].unavailable == NULL && run->benches[i].failure.status == ASSAY_STATUS_OK;
        if (measured && run->plan->want_allocations) {
            count_allocations(run, i);
        }
        if (measured && run->plan->want_operations) {
            count_operations(run, i);
        }
    }
}
