/* The hooks' times: as recorded, less what the hooks cost, with a plus-minus. Knows no sample. */
#include "profile/merge_parts.h"

#include "stats/distributions.h"

#include <math.h>
#include <stdlib.h>

static double number(double value)
{
    return isfinite(value) ? value : 0;
}

static double column(const double *values, size_t i)
{
    return values == NULL ? 0 : values[i];
}

/* ---- One tree ----------------------------------------------------------------------------------------------- */

/* What a function's intervals take on the average, for contexts of which none was timed. */
struct timed {
    double cost, count;
};

static void sum_timed(struct timed *by_function, const struct merge *merge,
                      const struct assay_message_profile *recorded, const uint32_t *contexts)
{
    for (size_t i = 0; i < recorded->node_count; i++) {
        if (contexts[i] != ROOT) {
            struct timed *timed = &by_function[merge->contexts[contexts[i]].function];
            timed->cost += column(recorded->cost_ns, i);
            timed->count += column(recorded->timed, i);
        }
    }
}

/* Of a node, all its intervals as if all had been timed. */
static double raw_of(const struct assay_message_profile *recorded, size_t i, const struct timed *timed)
{
    double intervals = column(recorded->intervals, i), count = column(recorded->timed, i);
    if (count > 0) {
        return column(recorded->cost_ns, i) * fmax(1, intervals / count);
    }
    return timed->count > 0 ? timed->cost / timed->count * intervals : 0;
}

/* The hooks' own cost a call. Their work between two readings of the clock runs beside a body whose instructions wait for each other,
 * and cannot hide beside one that does nothing: real bodies lie between. Taken off is the middle; half the distance is in the
 * plus-minus. */
struct own_cost {
    double inside, inside_error, outside, outside_error;
};

static void middle_of(double *cost, double *error, double least, double most, double spread)
{
    double hidden = isfinite(most) && most > number(least) ? most - number(least) : 0;
    *cost = number(least) + hidden / 2;
    *error = number(spread) + hidden / 2;
}

static struct own_cost own_cost_of(const struct assay_message_profile *recorded)
{
    struct own_cost cost;
    middle_of(&cost.inside, &cost.inside_error, recorded->inside_ns, recorded->inside_most_ns, recorded->inside_spread_ns);
    middle_of(&cost.outside, &cost.outside_error, recorded->outside_ns, recorded->outside_most_ns, recorded->outside_spread_ns);
    return cost;
}

/* A node's corrected time. A timed interval holds no event that was not timed: what those cost is in none of them. */
static double corrected_of(const struct assay_message_profile *recorded, size_t i, double raw, double called)
{
    struct own_cost cost = own_cost_of(recorded);
    return raw - column(recorded->calls, i) * cost.inside - called * cost.outside;
}

struct adding {
    struct merge *merge;
    const struct assay_pass *pass;
    uint32_t *contexts;
    struct timed *by_function;
    double *called; /* of each node: entries of its children */
    size_t which;
};

static void add_node(const struct adding *adding, size_t i)
{
    struct merge *merge = adding->merge;
    const struct assay_message_profile *recorded = &adding->pass->recorded;
    struct context *context = &merge->contexts[adding->contexts[i]];
    struct about *about = &merge->about[context->function];
    double trees = (double)merge->passes->tree_count, iterations = adding->pass->iterations;
    double raw = raw_of(recorded, i, &adding->by_function[context->function]);
    double corrected = corrected_of(recorded, i, raw, adding->called[i]);
    double calls = column(recorded->calls, i);
    context->raw += raw / iterations / trees;
    context->hooked += corrected / iterations / trees;
    about->hooked[adding->which] += corrected / iterations;
    about->hooked_calls += calls / iterations / trees;
    about->called += adding->called[i] / iterations / trees;
}

static int add_tree(struct merge *merge, size_t which, uint32_t *contexts)
{
    const struct assay_message_profile *recorded = &merge->passes->trees[which].recorded;
    struct adding adding = { merge,
                             &merge->passes->trees[which],
                             contexts,
                             calloc(merge->out->function_count + 1, sizeof(struct timed)),
                             calloc(recorded->node_count + 1, sizeof(double)),
                             which };
    bool ok = adding.by_function != NULL && adding.called != NULL;
    for (size_t i = 0; i < merge->out->function_count && ok; i++) {
        if (merge->about[i].hooked == NULL) {
            merge->about[i].hooked = calloc(merge->passes->tree_count, sizeof(double));
            ok = merge->about[i].hooked != NULL;
        }
    }
    if (ok) {
        sum_timed(adding.by_function, merge, recorded, contexts);
    }
    for (size_t i = 0; i < recorded->node_count && ok; i++) {
        if (recorded->parent[i] >= 0) {
            adding.called[(size_t)recorded->parent[i]] += column(recorded->calls, i);
        }
    }
    for (size_t i = 0; i < recorded->node_count && ok; i++) {
        if (contexts[i] != ROOT) {
            add_node(&adding, i);
        }
    }
    free(adding.by_function);
    free(adding.called);
    return ok ? 0 : merge_no_memory(merge);
}

/* Own costs of all trees: means, and spreads of the calibration (a standard deviation of repeats, which is wider than
 * the error of their median). */
static void sum_costs(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    double trees = (double)merge->passes->tree_count, elapsed = 0, iterations = 0;
    out->inside_ns = out->inside_spread_ns = out->outside_ns = out->outside_spread_ns = 0;
    for (size_t i = 0; i < merge->passes->tree_count; i++) {
        const struct assay_message_profile *recorded = &merge->passes->trees[i].recorded;
        struct own_cost cost = own_cost_of(recorded);
        out->inside_ns += cost.inside / trees;
        out->inside_spread_ns += cost.inside_error / trees;
        out->outside_ns += cost.outside / trees;
        out->outside_spread_ns += cost.outside_error / trees;
        elapsed += recorded->elapsed_ns;
        iterations += merge->passes->trees[i].iterations;
    }
    double raw = 0;
    for (size_t i = 1; i < merge->context_count; i++) {
        raw += merge->contexts[i].raw;
    }
    out->dilation = (isnan(elapsed) ? raw : elapsed / iterations) / merge->passes->plain_ns;
    out->timed_share = merge->passes->timed_share;
}

int merge_trees(struct merge *merge)
{
    int code = 0;
    for (size_t i = 0; i < merge->passes->tree_count && code == 0; i++) {
        uint32_t *contexts = NULL;
        code = merge_hooked_contexts(&contexts, merge, &merge->passes->trees[i].recorded);
        code = code != 0 ? code : add_tree(merge, i, contexts);
        free(contexts);
    }
    if (code == 0 && merge->passes->tree_count > 0) {
        sum_costs(merge);
    }
    return code;
}

/* ---- Rows --------------------------------------------------------------------------------------------------- */

/* Half the 95 % interval of a mean over trees by Student's t; 0 where there is one. */
static double half_of(const double *values, size_t count)
{
    double mean = 0, squares = 0, n = (double)count;
    for (size_t i = 0; i < count; i++) {
        mean += values[i] / n;
    }
    for (size_t i = 0; i < count; i++) {
        squares += (values[i] - mean) * (values[i] - mean);
    }
    return count < 2 ? 0 : assay_student_quantile(0.975, n - 1) * sqrt(squares / (n - 1) / n);
}

static bool add_totals(struct merge *merge)
{
    double *below = calloc(merge->context_count, sizeof *below);
    for (size_t i = merge->context_count - 1; i > 0 && below != NULL; i--) {
        const struct context *context = &merge->contexts[i];
        below[i] += context->hooked;
        below[context->parent] += below[i];
        if (context->first && merge->about[context->function].hooked_calls > 0) {
            double *total = &merge->out->functions[context->function].hooked_total;
            *total = (isnan(*total) ? 0 : *total) + below[i];
        }
    }
    free(below);
    return below != NULL;
}

static int own_by_hooks(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    size_t trees = merge->passes->tree_count;
    out->round_count = trees;
    for (size_t i = 0; i < out->function_count; i++) {
        struct assay_profile_function_row *row = &out->functions[i];
        row->total = row->hooked_total;
        if (isnan(row->hooked_own)) {
            continue;
        }
        row->own = row->hooked_own;
        row->own_low = fmax(0, row->own - row->hooked_own_error);
        row->own_high = row->own + row->hooked_own_error;
        row->rounds = calloc(trees + 1, sizeof *row->rounds);
        if (row->rounds == NULL) {
            return merge_no_memory(merge);
        }
        for (size_t r = 0; r < trees; r++) {
            row->rounds[r] = merge->about[i].hooked[r];
        }
    }
    for (size_t i = 1; i < merge->context_count; i++) {
        const struct context *context = &merge->contexts[i];
        if (context->edge != ASSAY_NONE) {
            struct assay_profile_edge *edge = &out->edges[context->edge];
            edge->own = (isnan(edge->own) ? 0 : edge->own) + fmax(0, context->hooked);
        }
    }
    return 0;
}

static bool add_edge_totals(struct merge *merge)
{
    double *below = calloc(merge->context_count, sizeof *below);
    for (size_t i = merge->context_count - 1; i > 0 && below != NULL; i--) {
        const struct context *context = &merge->contexts[i];
        below[i] += fmax(0, context->hooked);
        below[context->parent] += below[i];
        if (context->first_edge) {
            struct assay_profile_edge *edge = &merge->out->edges[context->edge];
            edge->total = (isnan(edge->total) ? 0 : edge->total) + below[i];
        }
    }
    free(below);
    return below != NULL;
}

/* The clock's steps below which a body is too small to be timed: measured on an empty one, whose corrected time is not
 * 0. */
#define LEAST_TICKS 9

static double tick_ns(const struct merge *merge)
{
    return number(merge->passes->trees[0].recorded.tick_ns);
}

static bool is_too_small(const struct merge *merge, const struct about *about, double own, double calibration)
{
    return own < fmax(LEAST_TICKS * tick_ns(merge) * about->hooked_calls, calibration);
}

int merge_hooked_rows(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    size_t trees = merge->passes->tree_count;
    double sum = 0;
    for (size_t i = 0; i < out->function_count && trees > 0; i++) {
        struct assay_profile_function_row *row = &out->functions[i];
        const struct about *about = &merge->about[i];
        if (about->hooked == NULL || !(about->hooked_calls > 0)) {
            continue;
        }
        double own = 0, by_inside = about->hooked_calls * number(out->inside_spread_ns);
        double by_outside = about->called * number(out->outside_spread_ns), by_trees = half_of(about->hooked, trees);
        for (size_t r = 0; r < trees; r++) {
            own += about->hooked[r] / (double)trees;
        }
        row->hooked_own_error = sqrt(by_inside * by_inside + by_outside * by_outside + by_trees * by_trees);
        row->hooked_own = own;
        if (is_too_small(merge, about, own, sqrt(by_inside * by_inside + by_outside * by_outside))) {
            row->hooked_own = row->hooked_own_error = NAN; /* never negative, never invented */
            row->agreement = ASSAY_TOO_SMALL;
            own = fmin(fmax(0, own), number(row->own)); /* what the samples say of it, where there are any */
        }
        sum += own;
    }
    if (trees == 0) {
        return 0;
    }
    /* With other threads the hooks see all their time, as the samples do. */
    double whole = merge->wall > 0 ? merge->whole / merge->wall : 1;
    out->closure = sum / (merge->passes->plain_ns * whole) - 1;
    if (!add_totals(merge)) {
        return merge_no_memory(merge);
    }
    if (merge->passes->round_count > 0) {
        return 0;
    }
    int code = own_by_hooks(merge);
    return code == 0 && !add_edge_totals(merge) ? merge_no_memory(merge) : code;
}
