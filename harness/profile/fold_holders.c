/* Which functions hold the inlined ones: by the tree, and where it is silent by the callers. Knows no cost but as a
 * measure of parts. */
#include "profile/fold.h"

#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

enum { PASSES = 64 }; /* levels of inlining; what goes in circles for longer stays where it is */

static bool is_inlined(const struct assay_profile *profile, uint32_t function)
{
    return profile->functions[function].kind == ASSAY_FUNCTION_INLINED;
}

static double known(double value)
{
    return isfinite(value) && value > 0 ? value : 0;
}

static bool add_part(struct assay_parts *parts, const struct assay_part *more)
{
    uint64_t key = assay_pair_key(more->from, more->to);
    uint32_t at = assay_pairs_get(&parts->index, key);
    if (at == ASSAY_NONE) {
        void *items = parts->items;
        bool ok = assay_reserve(&items, &parts->capacity, parts->count + 1, sizeof *parts->items);
        parts->items = items;
        if (!ok || !assay_pairs_put(&parts->index, key, (uint32_t)parts->count)) {
            return false;
        }
        parts->items[parts->count++] = *more;
        return true;
    }
    parts->items[at].samples += more->samples;
    parts->items[at].own += more->own;
    parts->items[at].calls += more->calls;
    parts->items[at].nodes += more->nodes;
    return true;
}

/* Every inlined node is its holder's part, and every node below one is the edge's that leads to it. */
static bool read_tree(struct assay_holders *holders, const struct assay_profile *profile,
                      const struct assay_pairs *edges)
{
    const struct assay_profile_tree *tree = &profile->tree;
    uint32_t *held_by = calloc(tree->count + 1, sizeof *held_by);
    bool ok = held_by != NULL;
    for (size_t i = 0; ok && i < tree->count; i++) {
        uint32_t function = (uint32_t)tree->function[i];
        bool root = tree->parent[i] < 0, inlined = is_inlined(profile, function);
        size_t parent = root ? 0 : (size_t)tree->parent[i];
        held_by[i] = root || !inlined ? function : held_by[parent];
        struct assay_part part = { .to = held_by[i],
                                   .samples = known(tree->samples[i]),
                                   .own = known(tree->own[i]),
                                   .calls = known(tree->calls[i]),
                                   .nodes = 1 };
        if (inlined) {
            part.from = function;
            ok = add_part(&holders->functions, &part);
        } else if (!root && is_inlined(profile, (uint32_t)tree->function[parent])) {
            part.from = assay_pairs_get(edges, assay_pair_key((uint32_t)tree->function[parent], function));
            part.to = held_by[parent];
            ok = part.from == ASSAY_NONE || add_part(&holders->edges, &part);
        }
    }
    free(held_by);
    return ok;
}

/* ---- by callers ---- */

static double weight_of(const struct assay_profile_edge *edge, int measure)
{
    return measure == 0 ? known(edge->calls) : measure == 1 ? known(edge->total) : 1;
}

/* The mass at `function` goes to its callers in proportion of their calls. False: it has no caller. */
static bool push_up(double *mass, const struct assay_profile *profile, uint32_t function)
{
    double whole = 0;
    int measure = -1;
    while (whole <= 0 && ++measure < 3) {
        for (size_t i = 0; i < profile->edge_count; i++) {
            const struct assay_profile_edge *edge = &profile->edges[i];
            whole += edge->callee == function && edge->caller != function ? weight_of(edge, measure) : 0;
        }
    }
    if (whole <= 0) {
        return false;
    }
    double moved = mass[function];
    mass[function] = 0;
    for (size_t i = 0; i < profile->edge_count; i++) {
        const struct assay_profile_edge *edge = &profile->edges[i];
        if (edge->callee == function && edge->caller != function) {
            mass[edge->caller] += moved * weight_of(edge, measure) / whole;
        }
    }
    return true;
}

static bool read_callers(struct assay_holders *holders, const struct assay_profile *profile, uint32_t function)
{
    size_t count = profile->function_count;
    double *mass = calloc(count, sizeof *mass);
    bool ok = mass != NULL, moving = true;
    if (!ok) {
        return false;
    }
    mass[function] = 1;
    for (int pass = 0; pass < PASSES && moving; pass++) {
        moving = false;
        for (uint32_t i = 0; i < count; i++) {
            moving = (mass[i] > 0 && is_inlined(profile, i) && push_up(mass, profile, i)) || moving;
        }
    }
    for (uint32_t i = 0; i < count && ok; i++) {
        const struct assay_part part = { .from = function, .to = i, .nodes = mass[i] };
        ok = mass[i] <= 0 || add_part(&holders->functions, &part);
    }
    free(mass);
    return ok;
}

static bool in_tree(const struct assay_parts *parts, size_t before, uint32_t function)
{
    for (size_t i = 0; i < before; i++) {
        if (parts->items[i].from == function) {
            return true;
        }
    }
    return false;
}

/* ---- sorted ---- */

static int compare_parts(const void *first, const void *second)
{
    const struct assay_part *one = first, *other = second;
    return one->from != other->from ? (one->from < other->from ? -1 : 1)
                                    : (one->to > other->to) - (one->to < other->to);
}

static void sort_parts(struct assay_parts *parts)
{
    if (parts->count > 0) {
        qsort(parts->items, parts->count, sizeof *parts->items, compare_parts);
    }
}

bool assay_holders_find(struct assay_holders *holders, const struct assay_profile *profile)
{
    struct assay_pairs edges = { .keys = NULL };
    bool ok = true;
    *holders = (struct assay_holders){ .functions = { .items = NULL } };
    for (size_t i = 0; i < profile->edge_count && ok; i++) {
        uint64_t key = assay_pair_key(profile->edges[i].caller, profile->edges[i].callee);
        ok = assay_pairs_get(&edges, key) != ASSAY_NONE || assay_pairs_put(&edges, key, (uint32_t)i);
    }
    ok = ok && read_tree(holders, profile, &edges);
    size_t told = holders->functions.count;
    for (uint32_t i = 0; i < profile->function_count && ok; i++) {
        ok = !is_inlined(profile, i) || in_tree(&holders->functions, told, i) || read_callers(holders, profile, i);
    }
    sort_parts(&holders->functions);
    sort_parts(&holders->edges);
    assay_pairs_release(&edges);
    if (!ok) {
        assay_holders_release(holders);
    }
    return ok;
}

static void release_parts(struct assay_parts *parts)
{
    free(parts->items);
    assay_pairs_release(&parts->index);
}

void assay_holders_release(struct assay_holders *holders)
{
    release_parts(&holders->functions);
    release_parts(&holders->edges);
    *holders = (struct assay_holders){ .functions = { .items = NULL } };
}

double assay_part_value(const struct assay_part *part, size_t measure)
{
    return *(const double *)(const void *)((const char *)part + measure);
}

const struct assay_part *assay_parts_of(const struct assay_parts *parts, uint32_t from, bool by_calls, size_t *count,
                                        size_t *measure, double *whole)
{
    static const size_t by_cost[] = { offsetof(struct assay_part, samples), offsetof(struct assay_part, own),
                                      offsetof(struct assay_part, calls), offsetof(struct assay_part, nodes) };
    static const size_t calls_first[] = { offsetof(struct assay_part, calls), offsetof(struct assay_part, own),
                                          offsetof(struct assay_part, samples), offsetof(struct assay_part, nodes) };
    size_t low = 0, high = parts->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (parts->items[middle].from < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (*count = 0; low + *count < parts->count && parts->items[low + *count].from == from;) {
        ++*count;
    }
    *whole = 0;
    for (size_t i = 0; i < 4 && *whole <= 0; i++) {
        *measure = by_calls ? calls_first[i] : by_cost[i];
        for (size_t k = 0; k < *count; k++) {
            *whole += assay_part_value(&parts->items[low + k], *measure);
        }
    }
    return *count > 0 ? &parts->items[low] : NULL;
}
