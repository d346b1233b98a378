/* From the weights of sampled contexts to shares of the wall time, times and their intervals; and what was not sampled.
 * Knows no stack. */
#include "profile/merge_parts.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const char STOLEN[] = "[stolen]", PROFILER[] = "[profiler]";
/* A sample's interrupt takes 19 us on a small virtual machine, 50 on a bad one. */
#define SAMPLE_MOST_NS 50e3
/* A round that was slower by more of its time was so for another reason. */
#define PROFILER_MOST 0.25
#define LEAST_OUTSIDE 0.0005 /* of the wall time: rows below are left out */

/* ---- The whole ---------------------------------------------------------------------------------------------- */

/* Times of a round. `others`: processor time of threads beside the first; 0 where there are none, or not known. */
struct round {
    double wall, others, whole;
    double waiting, stolen, kernel, profiler, rest; /* parts of `whole` that have no sample; the rest is not explained */
};

static bool has_other_threads(const struct assay_passes *passes)
{
    for (size_t r = 0; r < passes->round_count; r++) {
        const struct assay_message_profile *recorded = &passes->rounds[r].recorded;
        for (size_t i = 0; i < recorded->node_count && recorded->thread != NULL; i++) {
            if (recorded->thread[i] > 0 && recorded->samples != NULL && recorded->samples[i] > 0) {
                return true;
            }
        }
    }
    return false;
}

/* At most what is left. */
static double take(double *left, double wanted)
{
    double taken = wanted > 0 ? fmin(wanted, *left) : 0;
    *left -= taken;
    return taken;
}

static double number_or_0(double value)
{
    return value > 0 ? value : 0;
}

/* The sampling interrupts are in the time of the kernel, or in none of the thread's: as much of both as made the round slower
 * than the plain build is the profiler's, up to what so many samples can cost. */
static void take_profiler(struct round *round, const struct assay_pass *pass, double plain_ns)
{
    double there = round->kernel + round->waiting, samples = 0;
    double slower = round->wall - round->stolen - pass->iterations * plain_ns;
    for (size_t i = 0; i < pass->recorded.node_count && pass->recorded.samples != NULL; i++) {
        samples += pass->recorded.samples[i];
    }
    if (there > 0 && slower > 0 && slower <= PROFILER_MOST * round->wall) {
        round->profiler = fmin(there, fmin(slower, samples * SAMPLE_MOST_NS));
        round->kernel -= round->profiler * round->kernel / there;
        round->waiting -= round->profiler * round->waiting / there;
    }
}

static struct round round_of(const struct assay_pass *pass, bool threads, double plain_ns)
{
    const struct assay_message_profile *recorded = &pass->recorded;
    struct round round = { .wall = recorded->elapsed_ns > 0 ? recorded->elapsed_ns : pass->elapsed_ns };
    double weight = 0, others = recorded->cpu_ns - recorded->main_cpu_ns;
    for (size_t i = 0; i < recorded->node_count && recorded->weight_ns != NULL; i++) {
        weight += recorded->weight_ns[i];
    }
    if (!(round.wall > 0)) {
        round.wall = weight;
    }
    round.others = threads && others > 0 ? others : 0;
    round.whole = round.wall + round.others;
    /* In this order: stolen time may be in the processor time of a system that does not know of it. */
    double left = fmax(0, round.whole - weight), lost = recorded->lost * recorded->period_ns;
    double stolen = number_or_0(pass->steal_ns) + number_or_0(recorded->queued_ns);
    round.stolen = take(&left, stolen);
    round.waiting = take(&left, round.wall - recorded->main_cpu_ns - stolen);
    round.rest = take(&left, lost);
    bool all = threads || isnan(recorded->main_cpu_ns);
    round.kernel = take(&left, (all ? recorded->cpu_ns : recorded->main_cpu_ns) - weight);
    round.rest += left;
    if (!threads) {
        take_profiler(&round, pass, plain_ns);
    }
    return round;
}

static uint32_t outside_row(struct merge *merge, const char *name, double weight)
{
    uint32_t function = merge_function(merge, name, NULL, 0, ASSAY_FUNCTION_OUTSIDE);
    uint32_t context = function == ASSAY_NONE ? ASSAY_NONE : merge_child(merge, ROOT, function);
    if (context == ASSAY_NONE) {
        return ASSAY_NONE;
    }
    merge->contexts[context].weight += weight;
    return function;
}

static bool columns_of(struct about *about, size_t rounds)
{
    if (about->own == NULL) {
        about->own = calloc(rounds + 1, sizeof(double));
        about->total = calloc(rounds + 1, sizeof(double));
        about->near = calloc(rounds + 1, sizeof(double));
    }
    return about->own != NULL && about->total != NULL && about->near != NULL;
}

/* One of the parts that have no sample, as a row of its own. */
static int add_outside(struct merge *merge, const char *name, const struct round *rounds, size_t offset)
{
    size_t count = merge->passes->round_count;
    double sum = 0;
    for (size_t r = 0; r < count; r++) {
        sum += *(const double *)(const void *)((const char *)&rounds[r] + offset);
    }
    if (!(sum >= LEAST_OUTSIDE * merge->whole) || sum == 0) {
        merge->out->missing += sum / merge->whole; /* too little for a row: said all the same */
        return 0;
    }
    uint32_t function = outside_row(merge, name, sum);
    if (function == ASSAY_NONE || !columns_of(&merge->about[function], count)) {
        return merge_no_memory(merge);
    }
    for (size_t r = 0; r < count; r++) {
        double part = *(const double *)(const void *)((const char *)&rounds[r] + offset);
        merge->about[function].own[r] = merge->about[function].total[r] = part;
    }
    return 0;
}

/* Shares of `missing` are of what is nowhere else. */
int merge_outside(struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    struct assay_profile *out = merge->out;
    bool threads = has_other_threads(passes);
    struct round *rounds = calloc(passes->round_count + 1, sizeof *rounds);
    if (rounds == NULL) {
        return merge_no_memory(merge);
    }
    double rest = 0, apart = 0;
    for (size_t r = 0; r < passes->round_count; r++) {
        rounds[r] = round_of(&passes->rounds[r], threads, passes->plain_ns);
        apart += rounds[r].stolen + rounds[r].profiler;
        merge->stolen += rounds[r].stolen;
        merge->wall += rounds[r].wall;
        merge->whole += rounds[r].whole;
        merge->sampled_iterations += passes->rounds[r].iterations;
        rest += rounds[r].rest;
    }
    double plain_ns = passes->plain_ns > 0 ? passes->plain_ns : merge->wall / merge->sampled_iterations;
    /* The plain time is a median of batches, which knows little of what others took, and of samples nothing: nor must what it
     * is divided into. */
    merge->to_ns = plain_ns / fmax(merge->wall - apart, 0.1 * merge->wall);
    out->missing = rest / merge->whole;
    int code = add_outside(merge, "[waiting]", rounds, offsetof(struct round, waiting));
    code = code != 0 ? code : add_outside(merge, STOLEN, rounds, offsetof(struct round, stolen));
    code = code != 0 ? code : add_outside(merge, PROFILER, rounds, offsetof(struct round, profiler));
    code = code != 0 ? code : add_outside(merge, "[kernel]", rounds, offsetof(struct round, kernel));
    free(rounds);
    return code;
}

/* ---- Functions ---------------------------------------------------------------------------------------------- */

/* Weights of one round by context, then by function: own, with what it calls, with the libraries that it calls. */
static void add_round(struct merge *merge, size_t r, double *weights, double *samples)
{
    const struct assay_message_profile *recorded = &merge->passes->rounds[r].recorded;
    memset(weights, 0, merge->context_count * sizeof *weights);
    memset(samples, 0, merge->context_count * sizeof *samples);
    for (size_t i = 0; i < recorded->node_count; i++) {
        uint32_t context = merge->context_of[r][i];
        if (context != ROOT) {
            weights[context] += recorded->weight_ns == NULL ? 0 : recorded->weight_ns[i];
            samples[context] += recorded->samples == NULL ? 0 : recorded->samples[i];
        }
    }
    for (size_t i = merge->context_count - 1; i > 0; i--) {
        const struct context *context = &merge->contexts[i];
        weights[context->parent] += weights[i];
        samples[context->parent] += samples[i];
        if (context->first) {
            merge->about[context->function].total[r] += weights[i];
            merge->about[context->function].total_samples += samples[i];
        }
        if (context->first_edge) {
            struct assay_profile_edge *edge = &merge->out->edges[context->edge];
            edge->total = (isnan(edge->total) ? 0 : edge->total) + weights[i] * merge->to_ns;
        }
    }
}

static void add_own(struct merge *merge, size_t r)
{
    const struct assay_message_profile *recorded = &merge->passes->rounds[r].recorded;
    for (size_t i = 0; i < recorded->node_count && recorded->weight_ns != NULL; i++) {
        const struct context *context = &merge->contexts[merge->context_of[r][i]];
        if (merge->context_of[r][i] == ROOT) {
            continue;
        }
        struct about *about = &merge->about[context->function];
        uint32_t caller = merge->contexts[context->parent].function;
        about->own[r] += recorded->weight_ns[i];
        about->near[r] += recorded->weight_ns[i];
        if (about->library && caller != ASSAY_NONE) {
            merge->about[caller].near[r] += recorded->weight_ns[i];
        }
    }
}

static void add_edges(struct merge *merge)
{
    for (size_t i = 1; i < merge->context_count; i++) {
        const struct context *context = &merge->contexts[i];
        if (context->edge != ASSAY_NONE) {
            struct assay_profile_edge *edge = &merge->out->edges[context->edge];
            edge->own = (isnan(edge->own) ? 0 : edge->own) + context->weight * merge->to_ns;
            edge->total = isnan(edge->total) ? 0 : edge->total;
        }
    }
}

/* Nanoseconds of a share's end: the share's error and that of the plain time are independent, so squares add up. */
static double distance_of(double share, double end, double plain, double plain_end)
{
    double by_share = (end - share) * plain, by_plain = isnan(plain_end) ? 0 : (plain_end - plain) * share;
    return sqrt(by_share * by_share + by_plain * by_plain);
}

static void set_times(double *own, double *low, double *high, const struct assay_share *share,
                      const struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    double plain = passes->plain_ns > 0 ? passes->plain_ns : merge->to_ns * merge->wall;
    double scale = merge->whole * merge->to_ns / plain;
    *own = share->value * plain * scale;
    *low = fmax(0, *own - scale * distance_of(share->value, share->low, plain, passes->plain_low));
    *high = *own + scale * distance_of(share->value, share->high, plain, passes->plain_high);
    if (isnan(share->low)) {
        *low = *high = NAN;
    }
}

/* By rounds where there are samples enough for it, else by what so few can tell. */
static struct assay_share interval_of(const struct merge *merge, const double *part, const double *whole,
                                      double samples, bool outside)
{
    size_t rounds = merge->passes->round_count;
    struct assay_share share = assay_share_of(part, whole, rounds);
    if (outside || samples >= ASSAY_SHARE_LEAST_SAMPLES) {
        return share;
    }
    struct assay_share few = assay_share_of_few(samples, fmax(samples, round(merge->whole / merge->out->period_ns)));
    share.low = fmin(few.low, share.value);
    share.high = fmax(few.high, share.value);
    return share;
}

static bool fill_row(struct merge *merge, size_t i, const double *whole)
{
    struct assay_profile_function_row *row = &merge->out->functions[i];
    const struct about *about = &merge->about[i];
    size_t rounds = merge->passes->round_count;
    bool outside = row->kind == ASSAY_FUNCTION_OUTSIDE && !(row->samples > 0);
    struct assay_share own = interval_of(merge, about->own, whole, row->samples, outside);
    struct assay_share total = interval_of(merge, about->total, whole, about->total_samples, outside);
    row->share = own.value;
    row->share_low = own.low;
    row->share_high = own.high;
    row->at_most = !outside && row->samples < ASSAY_SHARE_LEAST_SAMPLES ? own.high : NAN;
    set_times(&row->own, &row->own_low, &row->own_high, &own, merge);
    set_times(&row->total, &row->total_low, &row->total_high, &total, merge);
    if (outside && (strcmp(row->name, STOLEN) == 0 || strcmp(row->name, PROFILER) == 0)) { /* no part of an iteration, however long it lasted */
        row->own = row->own_low = row->own_high = row->total = row->total_low = row->total_high = row->samples = NAN;
        return true;
    }
    row->rounds = calloc(rounds + 1, sizeof *row->rounds);
    /* As sampled: a factor to the plain time would be one for all rounds, and its error in none of them. */
    for (size_t r = 0; row->rounds != NULL && r < rounds; r++) {
        row->rounds[r] = about->own[r] / merge->passes->rounds[r].iterations;
    }
    if (outside) {
        row->samples = NAN;
    } else if (row->samples >= ASSAY_SHARE_LEAST_SAMPLES && !isnan(own.low)) {
        merge->out->precision = fmax(merge->out->precision, (own.high - own.low) / 2); /* fmax leaves NaN out */
    }
    return row->rounds != NULL;
}

static void sum_contexts(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    double *inlined = calloc(out->function_count + 1, sizeof *inlined);
    for (size_t i = 0; i < out->function_count; i++) {
        out->functions[i].samples = 0;
    }
    for (size_t i = 1; i < merge->context_count; i++) {
        const struct context *context = &merge->contexts[i];
        out->functions[context->function].samples += context->samples;
        if (inlined != NULL) {
            inlined[context->function] += context->inlined - context->standing;
        }
    }
    for (size_t i = 0; i < out->function_count && inlined != NULL; i++) {
        if (inlined[i] > 0 && out->functions[i].kind == ASSAY_FUNCTION_PLAIN) {
            out->functions[i].kind = ASSAY_FUNCTION_INLINED;
        }
    }
    free(inlined);
}

static void sum_rounds(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    double weight = 0, samples = 0;
    out->sample_count = 0;
    for (size_t i = 1; i < merge->context_count; i++) {
        out->sample_count += merge->contexts[i].samples;
        weight += merge->contexts[i].samples > 0 ? merge->contexts[i].weight : 0;
        samples += merge->contexts[i].samples;
    }
    double asked = merge->passes->rounds[0].recorded.period_ns;
    out->period_ns = samples > 0 ? weight / samples : asked;
    out->restored = fmin(1, merge->restored / merge->whole);
    out->unresolved = fmin(1, merge->unresolved / merge->whole);
    out->sampled_slowdown = (merge->wall - merge->stolen) / merge->sampled_iterations / merge->passes->plain_ns - 1;
    out->round_count = merge->passes->round_count;
}

int merge_sample_rows(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    size_t rounds = merge->passes->round_count;
    bool threads = has_other_threads(merge->passes);
    double *weights = calloc(merge->context_count, sizeof *weights);
    double *samples = calloc(merge->context_count, sizeof *samples);
    double *whole = calloc(rounds + 1, sizeof *whole);
    bool ok = weights != NULL && samples != NULL && whole != NULL;
    for (size_t i = 0; i < out->function_count && ok; i++) {
        ok = columns_of(&merge->about[i], rounds);
    }
    for (size_t r = 0; r < rounds && ok; r++) {
        whole[r] = round_of(&merge->passes->rounds[r], threads, merge->passes->plain_ns).whole;
        add_round(merge, r, weights, samples);
        add_own(merge, r);
    }
    if (ok) {
        sum_contexts(merge);
        sum_rounds(merge);
        add_edges(merge);
    }
    for (size_t i = 0; i < out->function_count && ok; i++) {
        ok = fill_row(merge, i, whole);
    }
    free(weights);
    free(samples);
    free(whole);
    return ok ? 0 : merge_no_memory(merge);
}
