/* What hooks count exactly: calls of functions, of edges, of contexts, and allocations. Knows no time. */
#include "profile/merge_parts.h"

#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

#define MOST_NAMED 5 /* functions in notes on what does not add up; the others are counted */

static double value_at(const double *column, size_t i)
{
    return column == NULL ? 0 : column[i];
}

static double per_iteration(const struct assay_pass *pass)
{
    return pass->iterations > 0 ? pass->iterations : 1;
}

/* ---- Counts ------------------------------------------------------------------------------------------------- */

static int add_counts(struct merge *merge, const struct assay_pass *pass, bool again)
{
    const struct assay_message_profile *recorded = &pass->recorded;
    for (size_t i = 0; i < recorded->node_count; i++) {
        if (recorded->object[i] < 0 && !(recorded->address[i] > 0)) {
            continue;
        }
        uint32_t function = merge_entered(merge, recorded, i);
        if (function == ASSAY_NONE) {
            return merge_no_memory(merge);
        }
        double calls = value_at(recorded->calls, i) / per_iteration(pass);
        struct about *about = &merge->about[function];
        about->seen = true;
        *(again ? &about->again : &about->counts) += calls;
    }
    return 0;
}

int merge_counts(struct merge *merge)
{
    int code = merge->passes->counts == NULL ? 0 : add_counts(merge, merge->passes->counts, false);
    return code != 0 || merge->passes->again == NULL ? code : add_counts(merge, merge->passes->again, true);
}

/* ---- The tree of one iteration ------------------------------------------------------------------------------ */

static int add_exact_edge(struct merge *merge, uint32_t caller, uint32_t callee)
{
    uint64_t key = assay_pair_key(caller, callee);
    if (assay_pairs_get(&merge->exact, key) != ASSAY_NONE) {
        return 0;
    }
    if (!assay_pairs_put(&merge->exact, key, 0) ||
        !assay_reserve((void **)&merge->exact_edges, &merge->exact_capacity, 2 * merge->exact_count + 2,
                       sizeof *merge->exact_edges)) {
        return merge_no_memory(merge);
    }
    merge->exact_edges[2 * merge->exact_count] = caller;
    merge->exact_edges[2 * merge->exact_count++ + 1] = callee;
    return 0;
}

int merge_single(struct merge *merge)
{
    const struct assay_pass *pass = merge->passes->single;
    if (pass == NULL) {
        return 0;
    }
    const struct assay_message_profile *recorded = &pass->recorded;
    uint32_t *contexts = NULL;
    int code = merge_hooked_contexts(&contexts, merge, recorded);
    for (size_t i = 0; i < recorded->node_count && code == 0; i++) {
        if (contexts[i] == ROOT) {
            continue;
        }
        struct context *context = &merge->contexts[contexts[i]];
        double calls = value_at(recorded->calls, i) / per_iteration(pass);
        context->exact = true;
        context->calls += calls;
        merge->about[context->function].single += calls;
        code = add_exact_edge(merge, merge->contexts[context->parent].function, context->function);
    }
    free(contexts);
    /* What is folded is booked by function: edges of it are missing. So are those of nodes that did not fit. */
    merge->checked = !(recorded->folded_calls > 0) && !(recorded->truncated > 0) && !(recorded->lost_calls > 0);
    return code;
}

/* ---- Rows --------------------------------------------------------------------------------------------------- */

/* One note a function while they are few. */
struct tally {
    size_t count;
    bool failed;
};

static void disagree(struct tally *tally, struct merge *merge, size_t function, const char *how, double one,
                     double other)
{
    if (tally->count++ < MOST_NAMED &&
        !assay_profile_note(merge->out, how, merge->out->functions[function].name, one, other)) {
        tally->failed = true;
    }
}

static void say_more(struct tally *tally, struct merge *merge, const char *how)
{
    if (tally->count > MOST_NAMED && !assay_profile_note(merge->out, how, tally->count - MOST_NAMED)) {
        tally->failed = true;
    }
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
/* Two passes over one iteration must count the same. */
static int compare_passes(struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    struct tally repeated = { 0 }, differ = { 0 };
    size_t elsewhere = 0;
    for (size_t i = 0; i < merge->out->function_count; i++) {
        const struct about *about = &merge->about[i];
        if (passes->counts != NULL && passes->again != NULL && about->counts != about->again) {
            disagree(&repeated, merge, i,
                     "%s does not repeat itself: %.15g calls, and %.15g in the same iteration run again", about->counts,
                     about->again);
        }
        if (passes->counts == NULL || passes->single == NULL || about->counts == about->single ||
            passes->single->recorded.truncated > 0) {
            continue;
        }
        if (about->counts == 0 || about->single == 0) {
            elsewhere++;
        } else {
            disagree(&differ, merge, i, "the passes disagree on %s: %.15g calls by the counts build, %.15g by the tree",
                     about->counts, about->single);
        }
    }
    say_more(&repeated, merge, "%zu more functions do not repeat themselves");
    say_more(&differ, merge, "the passes disagree on %zu more functions");
    if (elsewhere > 0 &&
        !assay_profile_note(merge->out, "functions entered in one of the counts and tree builds only: %zu",
                            elsewhere)) {
        differ.failed = true;
    }
    return repeated.failed || differ.failed ? merge_no_memory(merge) : 0;
}
#pragma GCC diagnostic pop

/* By contexts: calls of edges, and those that are not from within the function itself, or the edge. */
static void add_contexts(struct merge *merge)
{
    bool whole = !(merge->passes->single->recorded.truncated > 0);
    for (size_t i = 0; i < merge->out->function_count; i++) {
        if (merge->about[i].single > 0 && whole) {
            merge->out->functions[i].primitive_calls = 0;
        }
    }
    for (size_t i = 1; i < merge->context_count; i++) {
        const struct context *context = &merge->contexts[i];
        if (!context->exact) {
            continue;
        }
        if (context->first && whole) {
            merge->out->functions[context->function].primitive_calls += context->calls;
        }
        if (context->edge != ASSAY_NONE) {
            struct assay_profile_edge *edge = &merge->out->edges[context->edge];
            edge->calls = (isnan(edge->calls) ? 0 : edge->calls) + context->calls;
            edge->primitive_calls =
                (isnan(edge->primitive_calls) ? 0 : edge->primitive_calls) + (context->first_edge ? context->calls : 0);
        }
    }
}

static void add_up(struct assay_profile *out)
{
    for (size_t i = 0; i < out->function_count; i++) {
        struct assay_profile_function_row *row = &out->functions[i];
        if (row->primitive_calls >
            row->calls) { /* of the tree, while calls are the counts': a kernel that does not repeat itself */
            row->primitive_calls = row->calls;
        }
        if (!isnan(row->calls)) {
            out->calls = (isnan(out->calls) ? 0 : out->calls) + row->calls;
        }
        if (!isnan(row->primitive_calls)) {
            out->primitive_calls = (isnan(out->primitive_calls) ? 0 : out->primitive_calls) + row->primitive_calls;
        }
    }
}

int merge_exact_rows(struct merge *merge)
{
    bool counted = merge->passes->counts != NULL, tree = merge->passes->single != NULL;
    for (size_t i = 0; i < merge->out->function_count; i++) {
        const struct about *about = &merge->about[i];
        double calls = counted && about->counts > 0 ? about->counts : about->single;
        if (about->seen && (counted || tree)) {
            merge->out->functions[i].calls = calls;
        }
    }
    if (tree) {
        add_contexts(merge);
    }
    add_up(merge->out);
    return compare_passes(merge);
}

/* ---- Allocations -------------------------------------------------------------------------------------------- */

int merge_allocations(struct merge *merge)
{
    const struct assay_pass *pass = merge->passes->allocations;
    uint32_t *contexts = NULL;
    int code = merge_hooked_contexts(&contexts, merge, &pass->recorded);
    for (size_t i = 0; i < pass->recorded.node_count && code == 0; i++) {
        struct context *context = &merge->contexts[contexts[i]];
        if (contexts[i] == ROOT) {
            continue;
        }
        context->exact = true;
        context->calls += value_at(pass->recorded.calls, i) / per_iteration(pass);
        context->first_cost += value_at(pass->recorded.first, i) / per_iteration(pass);
        context->second_cost += value_at(pass->recorded.second, i) / per_iteration(pass);
    }
    free(contexts);
    return code;
}

static void no_costs(struct assay_profile *out)
{
    for (size_t i = 0; i < out->function_count; i++) {
        struct assay_profile_function_row *row = &out->functions[i];
        row->calls = row->primitive_calls = row->own = row->total = row->second = row->second_total = 0;
    }
    for (size_t i = 0; i < out->edge_count; i++) {
        struct assay_profile_edge *edge = &out->edges[i];
        edge->calls = edge->primitive_calls = edge->own = edge->total = 0;
    }
}

/* From the leaves to the roots: each context hands what it and its children cost to its parent. */
int merge_allocation_rows(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    double *first = calloc(merge->context_count, sizeof *first), *second = calloc(merge->context_count, sizeof *second);
    int code = first == NULL || second == NULL ? merge_no_memory(merge) : 0;
    no_costs(out);
    for (size_t i = merge->context_count - 1; i > 0 && code == 0; i--) {
        const struct context *context = &merge->contexts[i];
        struct assay_profile_function_row *row = &out->functions[context->function];
        first[i] += context->first_cost;
        second[i] += context->second_cost;
        row->calls += context->calls;
        row->primitive_calls += context->first ? context->calls : 0;
        row->own += context->first_cost;
        row->second += context->second_cost;
        row->total += context->first ? first[i] : 0;
        row->second_total += context->first ? second[i] : 0;
        if (context->edge != ASSAY_NONE) {
            struct assay_profile_edge *edge = &out->edges[context->edge];
            edge->calls += context->calls;
            edge->primitive_calls += context->first_edge ? context->calls : 0;
            edge->own += context->first_cost;
            edge->total += context->first_edge ? first[i] : 0;
        }
        first[context->parent] += first[i];
        second[context->parent] += second[i];
    }
    free(first);
    free(second);
    for (size_t i = 0; i < out->function_count && code == 0; i++) { /* counted, not estimated */
        struct assay_profile_function_row *row = &out->functions[i];
        row->own_low = row->own_high = row->own;
        row->total_low = row->total_high = row->total;
    }
    add_up(out);
    return code;
}
