/* The experiment: which comparison gets the next block, until all are decided or time is up. Statistics are judge.c's,
 * processes side.c's. */
#include "compare/experiment.h"

#include "base/clock.h"
#include "base/text.h"
#include "machine/machine.h"
#include "measure/awake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Kept of a budget for judging and writing. */
static const double RESERVE_S = 0.05;

/* ---- which comparison is next ---- */

static double spent_s(const struct experiment *experiment)
{
    return (double)(assay_clock_ns() - experiment->run.options->program_start_ns) * 1e-9;
}

static bool time_is_up(const struct experiment *experiment)
{
    double budget_s = experiment->options->budget_s;
    return assay_run_stopped(&experiment->run) || (budget_s >= 0 && spent_s(experiment) + RESERVE_S >= budget_s);
}

/* Whether its next block would end after the time that there is for it. */
static bool is_out_of_time(const struct experiment *experiment, const struct contest *contest)
{
    const struct assay_compare_options *options = experiment->options;
    if (options->budget_s >= 0) {
        return spent_s(experiment) + RESERVE_S + contest->block_s >= options->budget_s;
    }
    return options->pairs == 0 && contest->blocks >= ASSAY_SEQUENCE_LEARN &&
           contest->spent_s + contest->block_s >= options->each_s;
}

/* Those with the fewest blocks until each has the first six; then the one that is nearest to a decision. */
static struct contest *choose(struct experiment *experiment)
{
    struct contest *best = NULL;
    double best_s = INFINITY;
    for (size_t i = 0; i < experiment->count; i++) {
        struct contest *contest = &experiment->contests[i];
        if (!contest->over && is_out_of_time(experiment, contest)) {
            contest->over = true;
        }
        if (contest->over) {
            continue;
        }
        double needs_s = contest->blocks < ASSAY_SEQUENCE_LEARN ? -(double)(ASSAY_SEQUENCE_LEARN - contest->blocks)
                                                                : assay_contest_needs_s(experiment, contest);
        if (best == NULL || needs_s < best_s) { /* the first also where it needs for ever */
            best_s = needs_s;
            best = contest;
        }
    }
    return best;
}

static void tell(const struct experiment *experiment, const struct contest *contest)
{
    const struct assay_compare_options *options = experiment->options;
    if (options->progress == NULL) {
        return;
    }
    struct assay_compare_progress progress = { .pairs = experiment->count, .ratio = NAN, .low = NAN, .high = NAN };
    for (size_t i = 0; i < experiment->count; i++) {
        progress.decided += experiment->contests[i].over;
    }
    if (contest != NULL) {
        double median = 0;
        progress.id = experiment->run.document->comparisons[contest->index].id;
        progress.seconds = contest->spent_s;
        progress.blocks = contest->blocks;
        if (contest->sequence.count > 0 &&
            assay_stats_median(&median, contest->sequence.values, contest->sequence.count) == 0) {
            progress.ratio = exp(median);
            progress.low = isfinite(contest->interval.low) ? exp(contest->interval.low) : NAN;
            progress.high = isfinite(contest->interval.high) ? exp(contest->interval.high) : NAN;
        }
    }
    options->progress(options->context, &progress);
}

static void measure(struct experiment *experiment)
{
    struct contest *contest;
    while (experiment->error->code == 0 && !time_is_up(experiment) && (contest = choose(experiment)) != NULL) {
        tell(experiment, contest);
        if (!contest->tried) {
            assay_contest_try(experiment, contest);
        } else {
            assay_contest_block(experiment, contest);
            assay_contest_look(experiment, contest);
        }
    }
}

/* ---- begin and end ---- */

/* What cannot run is not compared. */
static void look_at_sides(struct experiment *experiment, struct contest *contest)
{
    static const char *const names[] = { "base", "head" };
    for (int side = BASE; side < SIDES; side++) {
        const struct assay_planned *planned = &experiment->run.plan->items[contest->bench[side]];
        const struct assay_failure *failure = &experiment->run.benches[contest->bench[side]].failure;
        if (planned->unavailable != NULL) {
            assay_contest_end(contest, "%s cannot run: %s", names[side], planned->unavailable);
        } else if (failure->status != ASSAY_STATUS_OK) {
            assay_contest_end(contest, "%s %s: %s", names[side], assay_status_word(failure->status), failure->message);
        }
    }
}

static char *name_of(const struct assay_plan *plan, const struct assay_compare_pair *pair)
{
    const char *base = plan->items[pair->base].id, *head = plan->items[pair->head].id;
    char *name = strcmp(base, head) == 0 ? assay_copy(base) : assay_formatted("%s against %s", head, base);
    char *clean = name != NULL ? assay_utf8_clean(name, strlen(name), NULL) : NULL;
    free(name);
    return clean;
}

static int add_contests(struct experiment *experiment, const struct assay_compare_pair *pairs,
                        struct assay_error *error)
{
    const struct assay_plan *plan = experiment->run.plan;
    for (size_t i = 0; i < experiment->count; i++) {
        struct contest *contest = &experiment->contests[i];
        struct assay_comparison *row = assay_document_add_comparison(experiment->run.document);
        char *id = row != NULL ? name_of(plan, &pairs[i]) : NULL;
        if (id == NULL) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
        row->id = id;
        row->base = pairs[i].base;
        row->head = pairs[i].head;
        *contest = (struct contest){ .index = experiment->run.document->comparison_count - 1,
                                     .bench = { pairs[i].base, pairs[i].head },
                                     .items = { 1, 1 },
                                     .quartets = QUARTETS_LEAST,
                                     .interval = { -INFINITY, INFINITY, false } };
        assay_random_init(&contest->random, assay_random_derive(plan->seed, i));
        assay_sequence_init(&contest->sequence, experiment->options->confidence);
    }
    return 0;
}

/* Both sides take turns on one processor, and the coordinator stays on another if there is one. */
static int place(struct experiment *experiment, struct assay_error *error)
{
    struct assay_run *run = &experiment->run;
    experiment->processors[BASE] = experiment->processors[HEAD] = run->pinned ? run->lane_processors[0] : -1;
    experiment->own_processor = -1;
    for (int i = 0; run->pinned && i < ASSAY_PROCESSORS_MAX; i++) {
        if (run->own[i] && experiment->own_processor < 0) {
            experiment->own_processor = i;
        }
    }
    return experiment->options->duet ? assay_duet_place(experiment, error) : 0;
}

/* What cannot be had costs precision, not the comparison. */
static void keep_awake(struct experiment *experiment)
{
    for (int side = BASE; side < SIDES; side++) {
        int processor = experiment->processors[side];
        if (processor >= 0 && !(side == HEAD && processor == experiment->processors[BASE])) {
            (void)assay_awake_begin(&experiment->awake[side], processor, NULL);
        }
    }
}

static int begin(struct experiment *experiment, const struct assay_compare_pair *pairs, struct assay_error *error)
{
    struct assay_run *run = &experiment->run;
    assay_machine_collect(&run->session->environment);
    assay_machine_collect_load(&run->session->environment, "before");
    tell(experiment, NULL);
    int result = assay_run_begin(run, error);
    if (result == 0) {
        result = place(experiment, error);
    }
    if (result == 0) {
        result = add_contests(experiment, pairs, error);
    }
    if (result == 0) {
        result = assay_run_reference(run, error);
    }
    for (size_t i = 0; i < experiment->count && result == 0; i++) {
        look_at_sides(experiment, &experiment->contests[i]);
    }
    if (result == 0) {
        keep_awake(experiment);
    }
    return result;
}

/* A side that was not measured because of the other one, or because both do not fit, has not failed itself; but it has
 * no time either. Not before the end: another comparison may have measured it. Its own failure goes before this one. */
static void mark_unmeasured(struct experiment *experiment, const struct contest *contest)
{
    if (contest->reason[0] == '\0' || contest->cut_short) {
        return;
    }
    for (int side = BASE; side < SIDES; side++) {
        struct assay_failure failure = { 0 };
        if (experiment->run.document->benchmarks[contest->bench[side]].samples.count == 0) {
            assay_failure_set(&failure, ASSAY_STATUS_FAILED, "not measured: %s", contest->reason);
            (void)assay_bench_fail(&experiment->run, contest->bench[side], &failure, experiment->error);
        }
    }
}

static int finish(struct experiment *experiment, struct assay_error *error)
{
    struct assay_run *run = &experiment->run;
    int result = assay_run_reference(run, error);
    run->limits.budget_end_ns = 0;
    for (size_t i = 0; i < experiment->count && result == 0; i++) {
        mark_unmeasured(experiment, &experiment->contests[i]);
        result = assay_contest_finish(experiment, &experiment->contests[i], error);
        if (result == 0) {
            result = assay_contest_describe(experiment, &experiment->contests[i], error);
        }
    }
    if (result == 0) {
        result = assay_comparisons_judge(run->document, experiment->options->margin, error);
    }
    run->interrupted = run->interrupted || assay_run_stopped(run);
    assay_machine_collect_load(&run->session->environment, "after");
    run->session->duration_s = (double)(assay_clock_ns() - run->start_ns) * 1e-9;
    return result == 0 ? assay_run_finish(run, error) : result;
}

static void release(struct experiment *experiment)
{
    for (size_t i = 0; i < experiment->count; i++) {
        struct contest *contest = &experiment->contests[i];
        assay_contest_release_layouts(contest);
        assay_sequence_release(&contest->sequence);
        free(contest->carry_overs);
        free(contest->means);
        free(contest->pauses);
    }
    free(experiment->contests);
    assay_run_release(&experiment->run);
}

int assay_compare_run(struct assay_document **out, bool *interrupted, const struct assay_plan *plan,
                      const struct assay_compare_pair *pairs, size_t count, const struct assay_compare_options *options,
                      struct assay_error *error)
{
    struct assay_error own = { 0 };
    struct experiment experiment = { .options = options, .error = &own };
    bool allowed[ASSAY_PROCESSORS_MAX] = { false }; /* for the caller, who may compare again */
    unsigned processors = assay_machine_processors(allowed, ASSAY_PROCESSORS_MAX);
    int result = assay_run_new(&experiment.run, plan, options->measure, &own);
    experiment.contests = result == 0 ? calloc(count + 1, sizeof *experiment.contests) : NULL;
    if (result == 0 && experiment.contests == NULL) {
        result = assay_fail(&own, ASSAY_ENOMEM, "out of memory");
    }
    experiment.count = result == 0 ? count : 0;
    if (result == 0) {
        result = begin(&experiment, pairs, &own);
    }
    if (result == 0) {
        measure(&experiment);
        result = own.code;
    }
    for (int side = BASE; side < SIDES; side++) {
        assay_awake_end(experiment.awake[side]);
    }
    if (result == 0) {
        result = finish(&experiment, &own);
    }
    if (result == 0) {
        *interrupted = experiment.run.interrupted;
        *out = experiment.run.document;
        experiment.run.document = NULL;
    } else {
        result = assay_fail(error, own.code, "%s", own.text);
    }
    release(&experiment);
    if (processors > 0) {
        (void)assay_machine_pin(0, allowed, ASSAY_PROCESSORS_MAX, NULL);
    }
    return result;
}
