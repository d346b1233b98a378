/* From samples to a finished document: statuses, groups, statistics, flags, warnings. */
#include "measure/run.h"

#include "machine/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Measured to the end of what was wanted. */
static bool is_done(const struct assay_run *run, size_t bench)
{
    const struct assay_want *want = &run->benches[bench].want;
    return want->samples > 0 ? want->samples_done >= want->samples : want->processes_done >= want->processes;
}

static bool set_status(struct assay_benchmark *benchmark, enum assay_status status, const char *message)
{
    benchmark->status = status;
    free(benchmark->message);
    benchmark->message = assay_utf8_clean(message, strlen(message), NULL);
    return benchmark->message != NULL;
}

static bool judge(struct assay_run *run, size_t bench)
{
    struct assay_benchmark *benchmark = &run->document->benchmarks[bench];
    const struct assay_failure *failure = &run->benches[bench].failure;
    const char *unavailable = run->plan->items[bench].unavailable;
    if (unavailable != NULL) {
        return set_status(benchmark, ASSAY_STATUS_UNAVAILABLE, unavailable);
    }
    if (failure->status != ASSAY_STATUS_OK) {
        return set_status(benchmark, failure->status, failure->message);
    }
    if (run->interrupted && !is_done(run, bench)) {
        return set_status(benchmark, ASSAY_STATUS_INTERRUPTED, "the run was interrupted");
    }
    if (benchmark->samples.count == 0) {
        return set_status(benchmark, ASSAY_STATUS_TIMED_OUT, "the budget ended before its first batch");
    }
    benchmark->status = ASSAY_STATUS_OK;
    return true;
}

/* ---- groups: those that give the same answer do the same job ---- */

static bool same_answer(const struct assay_benchmark *a, const struct assay_benchmark *b)
{
    if (a->answer.known && b->answer.known && a->verified == 1 && b->verified == 1) {
        return a->answer.count == b->answer.count && a->answer.sum == b->answer.sum &&
               strcmp(a->answer.sha256, b->answer.sha256) == 0;
    }
    const struct assay_oracle *x = &a->oracle, *y = &b->oracle;
    return x->count_known && y->count_known && x->sum_known && y->sum_known && x->count == y->count && x->sum == y->sum;
}

/* A group is named after its first benchmark, without the implementation. */
static char *group_name(const struct assay_benchmark *benchmark)
{
    const char *at = strrchr(benchmark->id, '@');
    bool implementation = at != NULL && strcmp(at + 1, benchmark->implementation) == 0;
    return assay_copy_bytes(benchmark->id, implementation ? (size_t)(at - benchmark->id) : strlen(benchmark->id));
}

static bool group(struct assay_document *document, size_t bench)
{
    struct assay_benchmark *benchmark = &document->benchmarks[bench];
    if (benchmark->group != NULL) {
        return true;
    }
    for (size_t i = 0; i < bench; i++) {
        const struct assay_benchmark *other = &document->benchmarks[i];
        if (other->group != NULL && strcmp(other->mode, benchmark->mode) == 0 && same_answer(other, benchmark)) {
            benchmark->group = assay_copy(other->group);
            return benchmark->group != NULL;
        }
    }
    benchmark->group = group_name(benchmark);
    return benchmark->group != NULL;
}

/* ---- what the run should say of itself ---- */

static bool explain_counters(struct assay_run *run, struct assay_benchmark *benchmark)
{
    static const char *const names[] = { "cycles", "instructions", "branch_misses", "cache_misses" };
    char reason[160] = "the worker did not report them";
    bool here = assay_machine_has_counters(reason, sizeof reason);
    for (size_t i = 0; run->plan->want_counters && i < sizeof names / sizeof names[0]; i++) {
        struct assay_measure_values *list =
            assay_measure_get(&benchmark->counters, &benchmark->counter_count, names[i], "1", false);
        if (list == NULL) {
            return false;
        }
        bool any = false;
        for (size_t k = 0; k < list->count; k++) {
            any = any || isfinite(list->values[k]);
        }
        if (!any) {
            free(list->reason);
            list->reason = assay_copy(here ? "the worker did not report them" : reason);
            list->count = 0;
        }
    }
    return true;
}

/* With a budget: which benchmarks it left with a wide interval. */
static void warn_wide(struct assay_run *run)
{
    for (size_t i = 0; i < run->plan->count && run->budget_s > 0; i++) {
        const struct assay_benchmark *benchmark = &run->document->benchmarks[i];
        const struct assay_statistics *statistics = &benchmark->statistics;
        if (benchmark->status != ASSAY_STATUS_OK || !benchmark->has_statistics) {
            continue;
        }
        double width = (statistics->ci95.high - statistics->ci95.low) / statistics->median;
        if (!statistics->ci95.known) {
            (void)assay_document_warn(run->document, "%s is still wide: no interval, %s", benchmark->id, statistics->ci95_reason);
        } else if (width > 0.05) {
            (void)assay_document_warn(run->document, "%s is still wide: its interval spans %.0f %% of its median", benchmark->id,
                                      width * 100);
        }
    }
}

/* Whether the item is the first of its plug-in that ran. */
static bool first_of_source(const struct assay_plan *plan, size_t item)
{
    for (size_t i = 0; i < item; i++) {
        if (plan->items[i].source == plan->items[item].source && plan->items[i].unavailable == NULL) {
            return false;
        }
    }
    return plan->items[item].unavailable == NULL;
}

static void warn_layouts(struct assay_run *run)
{
    for (size_t i = 0; i < run->plan->count && run->plan->layouts; i++) {
        const struct assay_source *source = run->plan->items[i].source;
        if (source == NULL || source->is_worker || run->benches[i].layouts > 0 || !first_of_source(run->plan, i)) {
            continue;
        }
        const char *slash = strrchr(source->path, '/');
        (void)assay_document_warn(run->document, "kernels of %s were measured in one layout only: it came without what a new link needs",
                                  slash != NULL ? slash + 1 : source->path);
    }
}

int assay_run_finish(struct assay_run *run, struct assay_error *error)
{
    bool ok = true;
    for (size_t i = 0; i < run->plan->count && ok; i++) {
        ok = judge(run, i) && explain_counters(run, &run->document->benchmarks[i]);
    }
    for (size_t i = 0; i < run->plan->count && ok; i++) {
        ok = group(run->document, i);
    }
    if (!ok || run->session->environment.failed) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int result = assay_document_compute(run->document, error);
    if (result == 0) {
        warn_wide(run);
        warn_layouts(run);
    }
    return result;
}
