/* Sampled stacks become calling contexts: inlined frames are added, libraries become one node, lost frames are put back
 * where only one fits. Knows no interval. */
#include "profile/merge_parts.h"

#include "base/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One round while its nodes are placed. */
struct placing {
    struct merge *merge;
    const struct assay_message_profile *recorded;
    bool *ours;
    struct spot *spots;
    double *below; /* of each node: weight that ended in it or under it */
};

/* ---- Lost frames -------------------------------------------------------------------------------------------- */

/* The one function that the exact tree has between two; BRIDGE_NONE: none, or several. ASSAY_NONE: no memory. */
static uint32_t bridge(struct merge *merge, uint32_t caller, uint32_t callee)
{
    uint64_t key = assay_pair_key(caller, callee);
    uint32_t found = assay_pairs_get(&merge->bridges, key);
    if (found != ASSAY_NONE) {
        return found;
    }
    found = BRIDGE_NONE;
    for (size_t i = 0; i < merge->exact_count; i++) {
        uint32_t between = merge->exact_edges[2 * i + 1];
        if (merge->exact_edges[2 * i] != caller ||
            assay_pairs_get(&merge->exact, assay_pair_key(between, callee)) == ASSAY_NONE) {
            continue;
        }
        if (found != BRIDGE_NONE) {
            found = BRIDGE_NONE;
            break;
        }
        found = between;
    }
    return assay_pairs_put(&merge->bridges, key, found) ? found : ASSAY_NONE;
}

/* Whether hooks would have seen the call: both functions have hooks, and there is a whole exact tree. */
static bool can_check(const struct merge *merge, uint32_t caller, uint32_t callee)
{
    return merge->checked && merge->about[callee].single > 0 &&
           (caller == ASSAY_NONE || (!merge->about[caller].library && merge->about[caller].single > 0));
}

/* Goes from a spot to a function of the plug-in that it calls. False: no memory. */
static bool step(struct merge *merge, struct spot *spot, uint32_t function)
{
    uint32_t caller = merge->contexts[spot->context].function;
    if (can_check(merge, caller, function) &&
        assay_pairs_get(&merge->exact, assay_pair_key(caller, function)) == ASSAY_NONE) {
        uint32_t between = bridge(merge, caller, function);
        if (between == ASSAY_NONE) {
            return false;
        }
        spot->unresolved = spot->unresolved || between == BRIDGE_NONE;
        spot->restored = spot->restored || between != BRIDGE_NONE;
        if (between != BRIDGE_NONE) {
            spot->context = merge_child(merge, spot->context, between);
        }
    }
    spot->context = spot->context == ASSAY_NONE ? ASSAY_NONE : merge_child(merge, spot->context, function);
    return spot->context != ASSAY_NONE;
}

/* ---- Nodes -------------------------------------------------------------------------------------------------- */

static int frames_of(const struct assay_frame **frames, size_t *count, const struct placing *placing, size_t node)
{
    const struct assay_message_profile *recorded = placing->recorded;
    const char *path = recorded->objects[(size_t)recorded->object[node]].path;
    return assay_symbols_find(frames, count, placing->merge->symbols, path, (uint64_t)recorded->address[node],
                              placing->merge->error);
}

static bool is_root(const struct assay_message_profile *recorded, size_t node)
{
    return recorded->object[node] < 0 && !(recorded->address[node] > 0);
}

static bool is_ours(const struct placing *placing, size_t node)
{
    double object = placing->recorded->object[node];
    return object < 0 || placing->ours[(size_t)object];
}

/* The library's function that the stack entered: all that it calls inside is one node with it. */
static uint32_t library_function(const struct placing *placing, size_t node)
{
    const char *path = placing->recorded->objects[(size_t)placing->recorded->object[node]].path;
    const char *slash = strrchr(path, '/');
    const struct assay_frame *frames;
    size_t count;
    if (frames_of(&frames, &count, placing, node) != 0) {
        return ASSAY_NONE;
    }
    return merge_function(placing->merge, frames[count - 1].name, slash == NULL ? path : slash + 1, 0,
                          ASSAY_FUNCTION_LIBRARY);
}

/* Makes the library that the spot is in a context. False: no memory. */
static bool enter_library(const struct placing *placing, struct spot *spot)
{
    if (spot->outermost == ASSAY_NONE) {
        return true;
    }
    uint32_t function = library_function(placing, spot->outermost);
    spot->context = function == ASSAY_NONE ? ASSAY_NONE : merge_child(placing->merge, spot->context, function);
    spot->outermost = ASSAY_NONE;
    return spot->context != ASSAY_NONE;
}

static void weigh(const struct placing *placing, size_t node, const struct spot *spot, bool inlined)
{
    struct context *context = &placing->merge->contexts[spot->context];
    *(inlined ? &context->inlined : &context->standing) += placing->below[node];
}

/* The functions of one frame of a stack: the symbol, and what is inlined into it there, outermost first. */
static bool push(const struct placing *placing, size_t node, struct spot *spot)
{
    struct merge *merge = placing->merge;
    const struct assay_message_profile *recorded = placing->recorded;
    if (recorded->object[node] < 0) { /* code that was generated */
        char name[32];
        (void)snprintf(name, sizeof name, "0x%" PRIx64, (uint64_t)recorded->address[node]);
        uint32_t function = merge_function(merge, name, NULL, 0, ASSAY_FUNCTION_UNNAMED);
        return function != ASSAY_NONE && step(merge, spot, function);
    }
    const struct assay_frame *frames;
    size_t count;
    if (frames_of(&frames, &count, placing, node) != 0) {
        return false;
    }
    const char *path = recorded->objects[(size_t)recorded->object[node]].path;
    for (size_t i = count; i > 0; i--) {
        uint32_t function = merge_function_of_frame(merge, &frames[i - 1], path);
        if (function == ASSAY_NONE || !step(merge, spot, function)) {
            return false;
        }
        weigh(placing, node, spot, frames[i - 1].inlined);
    }
    return true;
}

static bool place(const struct placing *placing, size_t node)
{
    const struct assay_message_profile *recorded = placing->recorded;
    struct spot spot = { .context = ROOT, .outermost = ASSAY_NONE };
    if (recorded->parent[node] >= 0) {
        spot = placing->spots[(size_t)recorded->parent[node]];
    }
    bool ok = true;
    if (!is_root(recorded, node) && is_ours(placing, node)) {
        /* What lies above the first function of the kernel is the harness's, or the thread's start. */
        if (!spot.kernel) {
            spot.outermost = ASSAY_NONE;
        }
        ok = enter_library(placing, &spot) && push(placing, node, &spot);
        spot.kernel = true;
    } else if (!is_root(recorded, node) && spot.outermost == ASSAY_NONE) {
        spot.outermost = (uint32_t)node;
    }
    placing->spots[node] = spot;
    return ok;
}

/* Where the samples of a node ended. */
static bool finish(const struct placing *placing, size_t node, uint32_t *context)
{
    struct merge *merge = placing->merge;
    struct spot spot = placing->spots[node];
    double weight = placing->recorded->weight_ns == NULL ? 0 : placing->recorded->weight_ns[node];
    double samples = placing->recorded->samples == NULL ? 0 : placing->recorded->samples[node];
    *context = ROOT;
    if (!(samples > 0) && !(weight > 0)) {
        return true;
    }
    if (spot.context == ROOT && spot.outermost == ASSAY_NONE) { /* no frame at all */
        uint32_t function = merge_function(merge, "[unresolved]", NULL, 0, ASSAY_FUNCTION_OUTSIDE);
        spot.context = function == ASSAY_NONE ? ASSAY_NONE : merge_child(merge, ROOT, function);
        spot.unresolved = true;
    }
    if (spot.context == ASSAY_NONE || !enter_library(placing, &spot)) {
        return false;
    }
    *context = spot.context;
    merge->contexts[spot.context].samples += samples;
    merge->contexts[spot.context].weight += weight;
    merge->restored += spot.restored && !spot.unresolved ? weight : 0;
    merge->unresolved += spot.unresolved ? weight : 0;
    return true;
}

static int place_round(struct merge *merge, const struct assay_pass *pass, uint32_t **contexts)
{
    const struct assay_message_profile *recorded = &pass->recorded;
    size_t count = recorded->node_count;
    struct placing placing = { merge, recorded, merge_ours(merge, recorded), calloc(count + 1, sizeof *placing.spots),
                               calloc(count + 1, sizeof *placing.below) };
    *contexts = calloc(count + 1, sizeof **contexts);
    bool ok = placing.ours != NULL && placing.spots != NULL && placing.below != NULL && *contexts != NULL;
    for (size_t i = count; i > 0 && ok; i--) {
        placing.below[i - 1] += recorded->weight_ns == NULL ? 0 : recorded->weight_ns[i - 1];
        if (recorded->parent[i - 1] >= 0) {
            placing.below[(size_t)recorded->parent[i - 1]] += placing.below[i - 1];
        }
    }
    for (size_t i = 0; i < count && ok; i++) {
        /* Branches without samples are callers that the worker cut, or nothing. */
        ok = place(&placing, i) && finish(&placing, i, &(*contexts)[i]);
    }
    free(placing.ours);
    free(placing.spots);
    free(placing.below);
    return ok ? 0 : merge_no_memory(merge);
}

int merge_samples(struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    merge->context_of = calloc(passes->round_count + 1, sizeof *merge->context_of);
    int code = merge->context_of == NULL ? merge_no_memory(merge) : 0;
    for (size_t r = 0; r < passes->round_count && code == 0; r++) {
        code = place_round(merge, &passes->rounds[r], &merge->context_of[r]);
    }
    return code;
}

/* ---- Lines and addresses ------------------------------------------------------------------------------------ */

struct places {
    struct assay_pairs lines, addresses;
};

static bool add_line(struct merge *merge, struct places *places, const struct assay_frame *frame, uint32_t function,
                     double samples, double weight)
{
    uint64_t key = assay_pairs_hash(assay_pair_key(function, frame->at_line), frame->at_file);
    uint32_t at = assay_pairs_get(&places->lines, key);
    if (frame->at_file == NULL || frame->at_line == 0) {
        return true;
    }
    if (at == ASSAY_NONE) {
        at = (uint32_t)merge->out->line_count;
        struct assay_profile_line *line = assay_profile_add_line(merge->out);
        if (line == NULL || !assay_pairs_put(&places->lines, key, at)) {
            return false;
        }
        *line = (struct assay_profile_line){ .line = frame->at_line, .function = function, .count = NAN };
        line->file = assay_copy(frame->at_file);
        if (line->file == NULL) {
            return false;
        }
    }
    merge->out->lines[at].samples += samples;
    merge->out->lines[at].share = fmin(1, merge->out->lines[at].share + weight / merge->whole);
    return true;
}

static bool add_address(struct merge *merge, struct places *places, uint64_t address, uint32_t symbol, double samples)
{
    uint32_t at = assay_pairs_get(&places->addresses, address);
    if (at == ASSAY_NONE) {
        at = (uint32_t)merge->out->address_count;
        struct assay_profile_address *one = assay_profile_add_address(merge->out);
        if (one == NULL || !assay_pairs_put(&places->addresses, address, at)) {
            return false;
        }
        *one = (struct assay_profile_address){ .address = address, .symbol = symbol };
    }
    merge->out->addresses[at].samples += samples;
    return true;
}

static bool add_places(struct merge *merge, struct places *places, const struct assay_message_profile *recorded,
                       const bool *ours)
{
    for (size_t i = 0; i < recorded->node_count; i++) {
        double samples = recorded->samples == NULL ? 0 : recorded->samples[i];
        if (!(samples > 0) || recorded->object[i] < 0 || !ours[(size_t)recorded->object[i]]) {
            continue;
        }
        const char *path = recorded->objects[(size_t)recorded->object[i]].path;
        uint64_t address = (uint64_t)recorded->address[i];
        const struct assay_frame *frames;
        size_t count;
        if (assay_symbols_find(&frames, &count, merge->symbols, path, address, merge->error) != 0) {
            return false;
        }
        uint32_t innermost = merge_function_of_frame(merge, &frames[0], path);
        uint32_t symbol = merge_function_of_frame(merge, &frames[count - 1], path);
        if (innermost == ASSAY_NONE || symbol == ASSAY_NONE ||
            !add_line(merge, places, &frames[0], innermost, samples,
                      recorded->weight_ns == NULL ? 0 : recorded->weight_ns[i]) ||
            !add_address(merge, places, address, symbol, samples)) {
            return false;
        }
    }
    return true;
}

int merge_sample_lines(struct merge *merge)
{
    struct places places = { .lines = { .keys = NULL } };
    bool ok = true;
    for (size_t r = 0; r < merge->passes->round_count && ok && merge->passes->lines; r++) {
        const struct assay_message_profile *recorded = &merge->passes->rounds[r].recorded;
        bool *ours = merge_ours(merge, recorded);
        ok = ours != NULL && add_places(merge, &places, recorded, ours);
        free(ours);
    }
    assay_pairs_release(&places.lines);
    assay_pairs_release(&places.addresses);
    return ok ? 0 : merge_no_memory(merge);
}
