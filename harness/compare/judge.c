/* The look after each block, and at the end the comparison's row: from blocks to a verdict. Measures nothing. */
#include "compare/experiment.h"

#include "base/text.h"
#include "stats/many.h"
#include "stats/paired.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LEVEL = 0.95; /* of descriptions */
/* When the mean of all time is said to differ: proven, and by so much. */
static const double MEANS_LEVEL = 0.999, MEANS_APART = 0.002;

static struct assay_comparison *row_of(const struct experiment *experiment, const struct contest *contest)
{
    return &experiment->run.document->comparisons[contest->index];
}

static double evidence(const struct contest *contest)
{
    double up = assay_sequence_log_evidence(&contest->sequence, ASSAY_SEQUENCE_FLOOR, true);
    double down = assay_sequence_log_evidence(&contest->sequence, -ASSAY_SEQUENCE_FLOOR, false);
    return fmax(up, down);
}

static double spread_of(const struct contest *contest)
{
    double spread = NAN;
    if (contest->sequence.count == 0 || assay_spread(&spread, contest->sequence.values, contest->sequence.count) != 0) {
        return NAN;
    }
    return spread;
}

/* Pairs of neighbouring slots in a block. */
static uint64_t pairs_a_block(const struct contest *contest)
{
    return 2 * (uint64_t)contest->quartets;
}

static uint64_t fixed_blocks(const struct experiment *experiment, const struct contest *contest)
{
    return (experiment->options->pairs + pairs_a_block(contest) - 1) / pairs_a_block(contest);
}

void assay_contest_look(struct experiment *experiment, struct contest *contest)
{
    const struct assay_compare_options *options = experiment->options;
    if (contest->over || contest->sequence.count == 0) {
        return;
    }
    assay_sequence_interval(&contest->interval, &contest->sequence, ASSAY_SEQUENCE_FLOOR);
    if (options->pairs > 0) { /* the size was fixed beforehand: the interval is looked at, and stops nothing */
        contest->over = contest->sequence.count >= fixed_blocks(experiment, contest);
    }
    if (contest->layouts.foreign_count > 0) {
        return; /* its unit is the layout: one look, at the end */
    }
    assay_judgement_look(&contest->judgement, &contest->interval, options->margin, contest->spent_s);
    if (options->direction_only) {
        contest->over = contest->over || contest->judgement.direction != 0;
        return;
    }
    /* A regression that is proven, but not yet so that it may fail a suite, is measured on. */
    bool gated = contest->judgement.verdict == ASSAY_VERDICT_SLOWER &&
                 evidence(contest) < assay_gate_log_evidence(experiment->count);
    if (options->pairs == 0 && contest->judgement.final && !gated) {
        contest->over = true;
    }
}

/* The blocks that are likely to be wanted in all, from what was seen so far. */
static double blocks_wanted(const struct experiment *experiment, const struct contest *contest)
{
    const struct assay_compare_options *options = experiment->options;
    double estimate = 0;
    double spread = spread_of(contest);
    if (contest->sequence.count < ASSAY_SEQUENCE_LEARN || !isfinite(spread) ||
        assay_stats_median(&estimate, contest->sequence.values, contest->sequence.count) != 0) {
        return ASSAY_SEQUENCE_LEARN;
    }
    double half_width =
        options->direction_only ? fabs(estimate) : assay_judgement_half_width(estimate, options->margin);
    /* A point between two verdicts is never reached exactly: the next look may see it elsewhere. */
    half_width = fmax(half_width, log1p(options->margin) / 8);
    return assay_sequence_blocks_for(half_width, spread, options->confidence);
}

double assay_contest_needs_s(const struct experiment *experiment, const struct contest *contest)
{
    double left = blocks_wanted(experiment, contest) - (double)contest->sequence.count;
    return fmax(left, 1) * (contest->block_s > 0 ? contest->block_s : 0.026);
}

/* ---- the row ---- */

static int describe_blocks(struct contest *contest, struct assay_comparison *row)
{
    const double *values = contest->sequence.values;
    size_t count = contest->sequence.count;
    struct assay_interval interval = { 0 };
    double estimate = NAN, value = NAN;
    if (assay_hodges_lehmann(&estimate, &interval, values, count, LEVEL) != 0 ||
        assay_spread(&row->spread, values, count) != 0 || assay_rank_autocorrelation(&value, values, count) != 0 ||
        assay_drift_p(&row->drift_p, values, count) != 0) {
        return -1;
    }
    row->ratio = exp(estimate);
    row->ci95_low = interval.known ? exp(interval.low) : NAN;
    row->ci95_high = interval.known ? exp(interval.high) : NAN;
    row->autocorrelation = value;
    return 0;
}

/* Spikes do not count in the ratio. Where the mean of all time tells another story, one side has them more often. */
static int compare_means(struct contest *contest, struct assay_comparison *row)
{
    double *means = calloc(row->blocks.count + 1, sizeof *means);
    struct assay_interval interval = { 0 };
    double estimate = NAN;
    size_t count = 0;
    int result = means != NULL ? 0 : -1;
    for (size_t i = 0; result == 0 && i < row->blocks.count; i++) {
        if (row->blocks.set_aside[i] == 0) {
            means[count++] = contest->means[i];
        }
    }
    if (result == 0 && count > 0) {
        result = assay_hodges_lehmann(&estimate, &interval, means, count, MEANS_LEVEL);
    }
    bool apart = interval.known && (log(row->ratio) < interval.low || log(row->ratio) > interval.high) &&
                 fabs(estimate - log(row->ratio)) > MEANS_APART;
    if (result == 0 && apart &&
        !assay_comparison_note(
            row,
            "by the mean of all time the ratio is %.3f [%.3f, %.3f]: one side has rare slow batches, which do not "
            "count in the ratio above",
            exp(estimate), exp(interval.low), exp(interval.high))) {
        result = -1;
    }
    free(means);
    return result;
}

static int describe_halves(struct contest *contest, struct assay_comparison *row)
{
    double *halves = calloc(2 * row->blocks.count + 1, sizeof *halves);
    double *carried = calloc(row->blocks.count + 1, sizeof *carried);
    struct assay_interval interval = { 0 };
    size_t count = 0, carried_count = 0;
    int result = halves != NULL && carried != NULL ? 0 : -1;
    for (size_t i = 0; result == 0 && i < row->blocks.count; i++) {
        if (row->blocks.set_aside[i] > 0) {
            continue;
        }
        halves[2 * count] = row->blocks.first_half[i];
        halves[2 * count + 1] = row->blocks.second_half[i];
        count++;
        if (isfinite(contest->carry_overs[i])) {
            carried[carried_count++] = contest->carry_overs[i];
        }
    }
    if (result == 0) {
        row->between_share = assay_between_share(halves, count);
    }
    if (result == 0 && carried_count > 0) {
        result = assay_hodges_lehmann(&row->carry_over, &interval, carried, carried_count, LEVEL);
        row->carry_over_low = interval.known ? interval.low : NAN;
        row->carry_over_high = interval.known ? interval.high : NAN;
    }
    free(halves);
    free(carried);
    return result;
}

/* Plug-ins that come in a few layouts of their own: the mean of a layout's blocks is one value. */
static int judge_layouts(const struct experiment *experiment, struct contest *contest, struct assay_comparison *row)
{
    size_t layouts = contest->layouts.foreign_count, used = 0;
    double *sums = calloc(layouts, sizeof *sums);
    double *counts = calloc(layouts, sizeof *counts);
    double estimate = NAN;
    int result = sums != NULL && counts != NULL ? 0 : -1;
    for (size_t i = 0; result == 0 && i < row->blocks.count; i++) {
        if (row->blocks.set_aside[i] > 0) {
            continue;
        }
        size_t layout = (size_t)row->blocks.layout[i] - 1;
        sums[layout] += row->blocks.log_ratio[i];
        counts[layout]++;
    }
    for (size_t i = 0; result == 0 && i < layouts; i++) {
        if (counts[i] > 0) {
            sums[used++] = sums[i] / counts[i];
        }
    }
    contest->interval = (struct assay_interval){ -INFINITY, INFINITY, false };
    if (result == 0 && used >= 2) {
        result = assay_layouts_interval(&estimate, &contest->interval, sums, used, experiment->options->confidence);
        if (!contest->interval.known) {
            contest->interval = (struct assay_interval){ -INFINITY, INFINITY, false };
        }
    }
    contest->judgement =
        (struct assay_judgement){ .verdict = assay_verdict_of(&contest->interval, experiment->options->margin) };
    free(sums);
    free(counts);
    return result;
}

/* Whether a new link could move the result and was not drawn: plug-ins in too few layouts. Programs and interpreters
 * are compared as they are. */
static bool is_one_layout(const struct experiment *experiment, const struct contest *contest)
{
    const struct assay_plan *plan = experiment->run.plan;
    bool plugins =
        !plan->items[contest->bench[BASE]].source->is_worker && !plan->items[contest->bench[HEAD]].source->is_worker;
    bool command = strcmp(plan->items[contest->bench[BASE]].kernel_name, "command.run") == 0;
    return plugins && !command && !contest->layouts.any && contest->layouts.foreign_count < ASSAY_LEAST_LAYOUTS;
}

static void refuse_one_layout(const struct experiment *experiment, struct contest *contest)
{
    size_t layouts = contest->layouts.foreign_count > 0 ? contest->layouts.foreign_count : 1;
    if (experiment->options->no_layouts) {
        assay_contest_end(contest,
                          "one layout only, as asked (--no-layouts): a rebuild alone could move the result (%d layouts "
                          "are needed)",
                          ASSAY_LEAST_LAYOUTS);
        return;
    }
    assay_contest_end(contest,
                      "the plug-ins came in %zu layout%s and cannot be linked anew: a rebuild alone could move the "
                      "result (%d layouts are needed)",
                      layouts, layouts == 1 ? "" : "s", ASSAY_LEAST_LAYOUTS);
}

static void set_verdict(const struct experiment *experiment, struct contest *contest, struct assay_comparison *row)
{
    const struct assay_judgement *judgement = &contest->judgement;
    row->verdict = judgement->verdict;
    row->direction = judgement->direction;
    row->beyond_margin = judgement->beyond_margin;
    row->direction_at_s = judgement->direction != 0 ? judgement->direction_at_s : NAN;
    row->low = isfinite(contest->interval.low) ? exp(contest->interval.low) : NAN;
    row->high = isfinite(contest->interval.high) ? exp(contest->interval.high) : NAN;
    if ((row->verdict == ASSAY_VERDICT_SLOWER || row->verdict == ASSAY_VERDICT_FASTER) &&
        is_one_layout(experiment, contest)) {
        refuse_one_layout(experiment, contest);
        row->verdict = ASSAY_VERDICT_INCONCLUSIVE;
    }
}

static void set_needs(const struct experiment *experiment, struct contest *contest, struct assay_comparison *row)
{
    double confidence = experiment->options->confidence;
    double detectable = assay_sequence_detectable((double)contest->sequence.count, row->spread, confidence);
    row->minimum_detectable_effect = isfinite(detectable) ? expm1(detectable) : NAN;
    if (row->verdict == ASSAY_VERDICT_INCONCLUSIVE && contest->reason[0] == '\0') {
        double blocks = blocks_wanted(experiment, contest);
        row->seconds_needed = isfinite(blocks) ? row->seconds / (double)contest->sequence.count * blocks : NAN;
        if (row->seconds_needed < row->seconds) {
            row->seconds_needed = row->seconds * 1.5; /* it was unlucky: half as much again */
        }
    }
}

static const char *design_of(const struct experiment *experiment, const struct contest *contest)
{
    return experiment->options->duet ? "duet" : contest->layouts.foreign_count > 0 ? "layouts" : "blocks";
}

int assay_contest_finish(struct experiment *experiment, struct contest *contest, struct assay_error *error)
{
    struct assay_comparison *row = row_of(experiment, contest);
    int result = 0;
    row->design = assay_copy(design_of(experiment, contest));
    row->unit = assay_copy(contest->items[BASE] != contest->items[HEAD] ? "item" : "iteration");
    row->confidence = experiment->options->confidence;
    row->margin = experiment->options->margin;
    row->injected = contest->injected;
    row->seconds = contest->spent_s;
    row->pairs = (double)(contest->sequence.count * pairs_a_block(contest));
    row->gate_log_evidence = assay_gate_log_evidence(experiment->count);
    row->log_evidence = evidence(contest);
    if (contest->sequence.count > 0) {
        result = describe_blocks(contest, row) != 0 || describe_halves(contest, row) != 0 ||
                 compare_means(contest, row) != 0 ||
                 (contest->layouts.foreign_count > 0 && judge_layouts(experiment, contest, row) != 0);
        set_verdict(experiment, contest, row);
        set_needs(experiment, contest, row);
    }
    if (contest->sequence.count < ASSAY_SEQUENCE_LEARN && contest->reason[0] == '\0') {
        assay_contest_end(contest, "the budget ended after %zu blocks: want at least %d", contest->sequence.count,
                          ASSAY_SEQUENCE_LEARN);
    }
    row->reason = contest->reason[0] != '\0' ? assay_utf8_clean(contest->reason, strlen(contest->reason), NULL) : NULL;
    bool complete = row->design != NULL && row->unit != NULL && (row->reason != NULL || contest->reason[0] == '\0');
    return result != 0 || !complete ? assay_fail(error, ASSAY_ENOMEM, "out of memory judging comparisons") : 0;
}
