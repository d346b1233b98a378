/* The passes over one kernel become one profile: the order of the work, and the tree of the document. */
#include "profile/merge_parts.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- The tree of the document ------------------------------------------------------------------------------- */

/* Contexts that have something, or are on the way to one that has. */
static void mark_needed(bool *needed, const struct merge *merge)
{
    for (size_t i = merge->context_count - 1; i > 0; i--) {
        const struct context *context = &merge->contexts[i];
        needed[i] = needed[i] || context->exact || context->samples > 0 || context->weight > 0 || context->raw > 0;
        needed[context->parent] = needed[context->parent] || needed[i];
    }
}

static void fill_node(struct merge *merge, size_t node, const struct context *context, double parent)
{
    struct assay_profile_tree *tree = &merge->out->tree;
    const struct assay_passes *passes = merge->passes;
    tree->function[node] = context->function;
    tree->parent[node] = parent;
    tree->calls[node] = context->exact ? context->calls : NAN;
    if (passes->allocations != NULL) {
        tree->own[node] = context->first_cost;
        tree->second[node] = context->second_cost;
    } else if (passes->round_count > 0) {
        tree->own[node] = context->weight * merge->to_ns;
        tree->samples[node] = context->samples;
    } else if (passes->tree_count > 0) {
        tree->own[node] = fmax(0, context->hooked);
    }
}

static int make_tree(struct merge *merge)
{
    bool *needed = calloc(merge->context_count, sizeof *needed);
    double *node_of = calloc(merge->context_count, sizeof *node_of);
    size_t count = 0;
    int code = needed == NULL || node_of == NULL ? merge_no_memory(merge) : 0;
    if (code == 0) {
        mark_needed(needed, merge);
        node_of[ROOT] = -1;
    }
    for (size_t i = 1; i < merge->context_count && code == 0; i++) {
        if (needed[i]) {
            node_of[i] = (double)count++;
        }
    }
    if (code == 0 && !assay_profile_tree_reserve(&merge->out->tree, count)) {
        code = merge_no_memory(merge);
    }
    for (size_t i = 1; i < merge->context_count && code == 0; i++) {
        if (needed[i]) {
            fill_node(merge, (size_t)node_of[i], &merge->contexts[i], node_of[merge->contexts[i].parent]);
        }
    }
    free(needed);
    free(node_of);
    return code;
}

/* ---- The whole ---------------------------------------------------------------------------------------------- */

static int set_words(struct merge *merge)
{
    struct assay_profile *out = merge->out;
    const struct assay_passes *passes = merge->passes;
    bool allocations = passes->allocations != NULL;
    const char *source = allocations ? "allocations" : passes->round_count > 0 ? "samples" : "hooks";
    free(out->cost);
    free(out->unit);
    free(out->source);
    out->cost = assay_copy(allocations ? "allocations" : "time");
    out->unit = assay_copy(allocations ? "1" : "ns");
    out->source = assay_copy(source);
    out->plain_ns = passes->plain_ns;
    out->plain_low = passes->plain_low;
    out->plain_high = passes->plain_high;
    out->items = passes->items;
    const char *sampler = !allocations && passes->round_count > 0 ? passes->rounds[0].recorded.source : NULL;
    if (sampler != NULL) {
        free(out->sampler);
        out->sampler = assay_copy(sampler);
    }
    bool ok =
        out->cost != NULL && out->unit != NULL && out->source != NULL && (out->sampler != NULL || sampler == NULL);
    return ok ? 0 : merge_no_memory(merge);
}

static int merge_allocations_alone(struct merge *merge)
{
    int code = merge_allocations(merge);
    code = code != 0 ? code : merge_finish_contexts(merge);
    return code != 0 ? code : merge_allocation_rows(merge);
}

static int merge_times(struct merge *merge)
{
    bool sampled = merge->passes->round_count > 0;
    int code = merge_counts(merge);
    code = code != 0 ? code : merge_single(merge);
    code = code != 0 || !sampled ? code : merge_samples(merge);
    code = code != 0 || !sampled ? code : merge_outside(merge);
    code = code != 0 || !sampled ? code : merge_sample_lines(merge);
    code = code != 0 ? code : merge_trees(merge);
    code = code != 0 ? code : merge_finish_contexts(merge);
    code = code != 0 ? code : merge_exact_rows(merge);
    code = code != 0 || !sampled ? code : merge_sample_rows(merge);
    code = code != 0 ? code : merge_hooked_rows(merge);
    if (code == 0) {
        merge_agreement(merge);
    }
    return code;
}

static void merge_release(struct merge *merge)
{
    for (size_t i = 0; i < merge->out->function_count && merge->about != NULL; i++) {
        free(merge->about[i].own);
        free(merge->about[i].total);
        free(merge->about[i].near);
        free(merge->about[i].hooked);
    }
    for (size_t r = 0; merge->context_of != NULL && r < merge->passes->round_count; r++) {
        free(merge->context_of[r]);
    }
    free(merge->context_of);
    free(merge->about);
    free(merge->contexts);
    free(merge->exact_edges);
    assay_pairs_release(&merge->names);
    assay_pairs_release(&merge->children);
    assay_pairs_release(&merge->edges);
    assay_pairs_release(&merge->exact);
    assay_pairs_release(&merge->bridges);
}

int assay_profile_merge(struct assay_profile *out, const struct assay_passes *passes, struct assay_symbols *symbols,
                        struct assay_error *error)
{
    struct merge merge = { .out = out, .passes = passes, .symbols = symbols, .error = error };
    merge.contexts = calloc(1, sizeof *merge.contexts);
    int code = merge.contexts == NULL ? merge_no_memory(&merge) : set_words(&merge);
    if (code == 0) {
        merge.contexts[ROOT].function = merge.contexts[ROOT].edge = ASSAY_NONE;
        merge.context_count = merge.context_capacity = 1;
        code = passes->allocations != NULL ? merge_allocations_alone(&merge) : merge_times(&merge);
    }
    code = code != 0 ? code : make_tree(&merge);
    code = code != 0 ? code : merge_notes(&merge);
    merge_release(&merge);
    return code;
}
