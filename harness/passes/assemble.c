/* What the passes of one benchmark recorded becomes its profile. Knows no process. */
#include "passes/engine.h"

#include "base/file.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct plain {
    double ns, low, high;
};

/* Median over processes of an iteration's time, and its interval: what `run` prints. */
static int plain_of(struct plain *plain, const struct assay_benchmark *benchmark, struct assay_error *error)
{
    const struct assay_samples *samples = &benchmark->samples;
    *plain = (struct plain){ NAN, NAN, NAN };
    if (samples->count == 0) {
        return 0;
    }
    double *values = calloc(samples->count, sizeof *values);
    uint32_t *process = calloc(samples->count, sizeof *process);
    struct assay_stats_input input = { .values_ns = values,
                                       .process = process,
                                       .count = samples->count,
                                       .processes = (uint32_t)benchmark->process_count };
    struct assay_statistics statistics;
    int result = values != NULL && process != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; result == 0 && i < samples->count; i++) {
        values[i] = assay_samples_ns(samples, i);
        process[i] = (uint32_t)samples->process[i];
    }
    if (result == 0 && assay_stats_compute(&statistics, &input) != 0) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (result == 0) {
        *plain = (struct plain){ statistics.median, statistics.ci95.known ? statistics.ci95.low : NAN,
                                 statistics.ci95.known ? statistics.ci95.high : NAN };
    }
    free(values);
    free(process);
    return result;
}

static const struct assay_pass *there(const struct assay_pass *pass)
{
    return pass->iterations > 0 ? pass : NULL;
}

static int merge(struct assay_profile *out, struct engine *engine, const struct subject *subject,
                 const struct plain *plain, struct assay_error *error)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    struct assay_passes passes = { .plugin = planned->source->path,
                                   .instrumented = subject->instrumented,
                                   .counting = subject->counting,
                                   .deterministic = planned->kernel->deterministic,
                                   .plain_ns = plain->ns,
                                   .plain_low = plain->low,
                                   .plain_high = plain->high,
                                   .counts = there(&subject->counts),
                                   .again = there(&subject->again),
                                   .single = there(&subject->single),
                                   .trees = subject->trees,
                                   .tree_count = subject->tree_count,
                                   .rounds = subject->rounds,
                                   .round_count = subject->round_count,
                                   .allocations = there(&subject->allocations),
                                   .timed_share = subject->timed_share,
                                   .lines = engine->wish->lines,
                                   .items = engine->run.document->benchmarks[subject->bench].items };
    return assay_profile_merge(out, &passes, engine->symbols, error);
}

static int read_callgrind(struct assay_profile *out, const struct engine *engine, const struct subject *subject,
                          struct assay_error *error)
{
    char *one = assay_path_join(subject->callgrind, "one"), *two = assay_path_join(subject->callgrind, "two");
    int result = one != NULL && two != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    if (result == 0) {
        result = assay_profile_from_callgrind(out, one, two, engine->plan.items[subject->bench].source->path, error);
    }
    free(one);
    free(two);
    return result;
}

/* The profile by the kind of passes that there are. */
static int fill(struct assay_profile *out, struct engine *engine, const struct subject *subject,
                const struct plain *plain, struct assay_error *error)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    if (engine->wish->cost == ASSAY_COST_INSTRUCTIONS) {
        return subject->callgrind != NULL ? read_callgrind(out, engine, subject, error) : 0;
    }
    if (planned->source->is_worker) {
        return there(&subject->functions) != NULL
                   ? assay_profile_from_functions(out, &subject->functions, plain->ns, error)
                   : 0;
    }
    int result = 0;
    if (engine->wish->cost == ASSAY_COST_TIME || there(&subject->allocations) != NULL) {
        result = merge(out, engine, subject, plain, error);
    }
    if (result == 0 && subject->lines != NULL) {
        result = assay_profile_count_lines(out, subject->lines, subject->lines_length, error);
    }
    return result;
}

static bool keep_text(char **text, const char *otherwise)
{
    if (*text == NULL && otherwise != NULL) {
        *text = assay_utf8_clean(otherwise, strlen(otherwise), NULL);
        return *text != NULL;
    }
    return true;
}

static bool keep_notes(struct assay_profile *out, const struct subject *subject)
{
    bool ok = true;
    for (size_t i = 0; i < subject->note_count && ok; i++) {
        ok = assay_profile_note(out, "%s", subject->notes[i]);
    }
    return ok;
}

/* What every profile says, wherever its functions come from. */
static int describe(struct assay_profile *out, const struct engine *engine, const struct subject *subject,
                    const struct plain *plain, struct assay_error *error)
{
    static const char *const costs[] = { "time", "instructions", "allocations" };
    static const char *const units[] = { "ns", "1", "1" };
    enum assay_cost cost = engine->wish->cost;
    const struct assay_benchmark *benchmark = &engine->run.document->benchmarks[subject->bench];
    bool worker = engine->plan.items[subject->bench].source->is_worker;
    const char *sampler = subject->no_samples != NULL ? subject->no_samples
                          : engine->wish->no_samples  ? "left out"
                          : cost != ASSAY_COST_TIME   ? "the cost is not time"
                          : worker                    ? "not a C plug-in"
                          : subject->round_count == 0 ? "no round of samples came to its end"
                                                      : "samples";
    const char *source = out->function_count == 0          ? "none"
                         : cost == ASSAY_COST_INSTRUCTIONS ? "callgrind"
                         : worker                          ? "functions"
                         : cost == ASSAY_COST_ALLOCATIONS  ? "allocations"
                         : subject->round_count > 0        ? "samples"
                                                           : "hooks";
    out->benchmark = subject->bench;
    out->plain_ns = plain->ns;
    out->plain_low = plain->low;
    out->plain_high = plain->high;
    out->items = benchmark->items;
    out->iterations = subject->iterations;
    for (size_t i = 0; i < benchmark->samples.count; i++) {
        out->iterations += benchmark->samples.iterations[i];
    }
    bool ok = keep_text(&out->cost, costs[cost]) && keep_text(&out->unit, units[cost]) &&
              keep_text(&out->source, source) && keep_text(&out->object, benchmark->plugin) &&
              keep_text(&out->sampler, sampler) && keep_notes(out, subject);
    return ok ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

int engine_assemble(struct engine *engine, const struct subject *subject, struct assay_profile *out,
                    struct assay_error *error)
{
    struct plain plain;
    assay_profile_init(out);
    int result = plain_of(&plain, &engine->run.document->benchmarks[subject->bench], error);
    if (result == 0) {
        result = fill(out, engine, subject, &plain, error);
    }
    return result == 0 ? describe(out, engine, subject, &plain, error) : result;
}

int engine_precision(double *precision, struct engine *engine, const struct subject *subject, struct assay_error *error)
{
    struct assay_profile made;
    struct plain plain;
    assay_profile_init(&made);
    int result = plain_of(&plain, &engine->run.document->benchmarks[subject->bench], error);
    if (result == 0) {
        result = merge(&made, engine, subject, &plain, error);
    }
    *precision = made.precision;
    assay_profile_release(&made);
    return result;
}
