/* Profiles that were added up by hand, for the tests of the document and of the formats; the readers in
 * tests/readers have the same sums, written down apart. Of one iteration, in ns:
 *
 *     run                     1 call      1000
 *       is_prime     3000000000 calls     6000000000
 *         step               12 calls     40.25     inlined
 *         memcpy                          250.5     of libc.so.6, not counted
 *       fib                   1 call      100
 *         fib                 2 calls     200
 *           fib               2 calls     300
 *       [kernel]                          75.25
 *       0x11d0                7 calls     42        no name
 *       is_prime              1 call      0         another one, of another file
 */
#ifndef ASSAY_TESTS_KNOWN_PROFILES_H
#define ASSAY_TESTS_KNOWN_PROFILES_H

#include "sample_document.h"

enum known_function { RUN, IS_PRIME, STEP, MEMCPY, FIB, KERNEL, NAMELESS, OTHER_PRIME, KNOWN_FUNCTIONS };
static const struct known_row {
    const char *name, *file;
    uint32_t line;
    enum assay_function_kind kind;
    double calls, primitive_calls, own, total, samples;
} known_rows[KNOWN_FUNCTIONS] = {
    { "run", "/src/trial.c", 10, ASSAY_FUNCTION_PLAIN, 1, 1, 1000, 6000002008, 1 },
    { "is_prime", "/src/trial.c", 30, ASSAY_FUNCTION_PLAIN, 3e9, 3e9, 6e9, 6000000290.75, 5000 },
    { "step", "/src/trial.c", 50, ASSAY_FUNCTION_INLINED, 12, 12, 40.25, 40.25, 2 },
    { "memcpy", "/lib/x86_64-linux-gnu/libc.so.6", 0, ASSAY_FUNCTION_LIBRARY, NAN, NAN, 250.5, 250.5, 3 },
    { "fib", "/src/fib.c", 5, ASSAY_FUNCTION_PLAIN, 5, 1, 600, 600, 6 },
    { "[kernel]", NULL, 0, ASSAY_FUNCTION_OUTSIDE, NAN, NAN, 75.25, 75.25, 1 },
    { "0x11d0", NULL, 0, ASSAY_FUNCTION_UNNAMED, 7, 7, 42, 42, 0 },
    { "is_prime", "/src/other;odd name.c", 3, ASSAY_FUNCTION_PLAIN, 1, 1, 0, 0, 0 },
};

static const struct known_node {
    enum known_function function;
    double parent, calls, own, samples;
} known_nodes[] = {
    { RUN, -1, 1, 1000, 1 },    { IS_PRIME, 0, 3e9, 6e9, 5000 }, { STEP, 1, 12, 40.25, 2 },
    { MEMCPY, 1, NAN, 250.5, 3 }, { FIB, 0, 1, 100, 1 },         { FIB, 4, 2, 200, 2 },
    { FIB, 5, 2, 300, 3 },      { KERNEL, 0, NAN, 75.25, 1 },    { NAMELESS, 0, 7, 42, 0 },
    { OTHER_PRIME, 0, 1, 0, 0 },
};
#define KNOWN_NODES (sizeof known_nodes / sizeof known_nodes[0])

static const struct known_edge {
    enum known_function caller, callee;
    double calls, primitive_calls, own, total;
} known_edges[] = {
    { RUN, IS_PRIME, 3e9, 3e9, 6e9, 6000000290.75 }, { IS_PRIME, STEP, 12, 12, 40.25, 40.25 },
    { IS_PRIME, MEMCPY, NAN, NAN, 250.5, 250.5 },    { RUN, FIB, 1, 1, 100, 600 },
    { FIB, FIB, 4, 2, 500, 500 },                    { RUN, KERNEL, NAN, NAN, 75.25, 75.25 },
    { RUN, NAMELESS, 7, 7, 42, 42 },                 { RUN, OTHER_PRIME, 1, 1, 0, 0 },
};
#define KNOWN_EDGES (sizeof known_edges / sizeof known_edges[0])

static inline void known_copy(char **to, const char *text)
{
    free(*to);
    *to = text ? sample_copy(text) : NULL;
}

static inline struct assay_profile *known_profile(struct assay_document *document, size_t benchmark, const char *cost,
                                                  const char *source)
{
    struct assay_profile *profile = assay_document_add_profile(document);
    profile->benchmark = benchmark;
    known_copy(&profile->cost, cost);
    known_copy(&profile->unit, strcmp(cost, "time") == 0 ? "ns" : "1");
    known_copy(&profile->source, source);
    known_copy(&profile->object, "kernels/sample.so");
    profile->plain_ns = 6000002008;
    profile->plain_low = 5.9e9;
    profile->plain_high = 6.1e9;
    profile->iterations = 40;
    profile->calls = 3000000026;
    profile->primitive_calls = 3000000022;
    for (size_t i = 0; i < KNOWN_FUNCTIONS; i++) {
        const struct known_row *known = &known_rows[i];
        struct assay_profile_function_row *row = assay_profile_add_function(profile);
        known_copy(&row->name, known->name);
        known_copy(&row->file, known->file);
        row->line = known->line;
        row->kind = known->kind;
        row->calls = known->calls;
        row->primitive_calls = known->primitive_calls;
        row->own = known->own;
        row->total = known->total;
    }
    for (size_t i = 0; i < KNOWN_EDGES; i++) {
        const struct known_edge *known = &known_edges[i];
        *assay_profile_add_edge(profile) = (struct assay_profile_edge){
            known->caller, known->callee, known->calls, known->primitive_calls, known->own, known->total
        };
    }
    return profile;
}

static inline void known_tree(struct assay_profile *profile)
{
    assay_profile_tree_reserve(&profile->tree, KNOWN_NODES);
    for (size_t i = 0; i < KNOWN_NODES; i++) {
        profile->tree.function[i] = known_nodes[i].function;
        profile->tree.parent[i] = known_nodes[i].parent;
        profile->tree.calls[i] = known_nodes[i].calls;
        profile->tree.own[i] = known_nodes[i].own;
        profile->tree.samples[i] = known_nodes[i].samples;
    }
}

/* Every field of a profile has a number. */
static inline void known_samples(struct assay_profile *profile)
{
    profile->items = 1229;
    profile->sample_count = 5013;
    profile->period_ns = 997000;
    profile->precision = 0.0045;
    profile->missing = -0.0015;
    profile->unresolved = 0.001;
    profile->restored = 0.125;
    known_copy(&profile->sampler, "cpu-clock");
    profile->sampled_slowdown = 0.0125;
    profile->inside_ns = 21.5;
    profile->inside_spread_ns = 0.5;
    profile->outside_ns = 19.25;
    profile->outside_spread_ns = 0.75;
    profile->closure = -0.03125;
    profile->dilation = 4.5;
    profile->timed_share = 1;
    profile->threads = 1;
    profile->folded_calls = profile->lost_calls = profile->jumps = 2;
    profile->round_count = 3;
    for (size_t i = 0; i < profile->function_count; i++) {
        struct assay_profile_function_row *row = &profile->functions[i];
        row->samples = known_rows[i].samples;
        row->share = row->samples / 5013;
        row->share_low = row->share * 0.75;
        row->share_high = row->share == 0 ? 0.0009 : fmin(1, row->share * 1.25);
        row->own_low = row->share_low * 6e9;
        row->own_high = row->share_high * 6e9;
        row->total_low = row->total * 0.96875;
        row->total_high = row->total * 1.03125;
        row->at_most = row->samples < 30 ? 0.0018 : NAN;
        row->rounds = row->samples > 2 ? calloc(3, sizeof(double)) : NULL;
        for (size_t k = 0; row->rounds && k < 3; k++) {
            row->rounds[k] = k == 1 && i == MEMCPY ? NAN : row->own * (1 + (double)k / 64);
        }
    }
    static const enum assay_agreement agreements[KNOWN_FUNCTIONS] = {
        ASSAY_TOO_SMALL, ASSAY_AGREES, ASSAY_OVERLAPS, ASSAY_NOT_COMPARED, ASSAY_DISAGREES,
        ASSAY_NOT_COMPARED, ASSAY_NOT_COMPARED, ASSAY_TOO_SMALL,
    };
    for (size_t i = 0; i < profile->function_count; i++) {
        profile->functions[i].agreement = agreements[i];
    }
    profile->functions[IS_PRIME].hooked_own = 6.25e9;
    profile->functions[IS_PRIME].hooked_own_error = 1.5e8;
    profile->functions[IS_PRIME].hooked_total = 6.5e9;
    profile->functions[STEP].range_low = 12.5;
    profile->functions[STEP].range_high = 48;
    profile->functions[NAMELESS].hooked_own = -3.5; /* more was taken off than there was */
    assay_profile_note(profile, "fib: samples say 600 ns, hooks 900 ns");
    assay_profile_note(profile, "30 of 5013 stacks held an edge that the tree lacks");
}

static inline void known_places(struct assay_profile *profile)
{
    static const struct assay_profile_address addresses[] = { { 0x11d4, NAMELESS, 0 },
                                                              { 0x1200, IS_PRIME, 4000 },
                                                              { 0x11f8, IS_PRIME, 1002 },
                                                              { UINT64_C(0xffffffffff600000), KERNEL, 1 } };
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        *assay_profile_add_address(profile) = addresses[i];
    }
    struct assay_profile_line *line = assay_profile_add_line(profile);
    *line = (struct assay_profile_line){ sample_copy("/src/trial.c"), 33, IS_PRIME, 5000, 0.5, 3e9 };
    line = assay_profile_add_line(profile);
    *line = (struct assay_profile_line){ sample_copy("/src/trial.c"), 51, STEP, 2, 0.000398, NAN };
}

/* From one iteration that allocates. */
static inline void known_allocations(struct assay_profile *profile)
{
    static const double own[KNOWN_FUNCTIONS] = { 1, 30, 0, 0, 6, 0, 0, 0 };
    static const double total[KNOWN_FUNCTIONS] = { 37, 30, 0, 0, 6, 0, 0, 0 };
    static const double nodes[KNOWN_NODES] = { 1, 30, 0, 0, 1, 2, 3, 0, 0, 0 };
    for (size_t i = 0; i < KNOWN_FUNCTIONS; i++) {
        struct assay_profile_function_row *row = &profile->functions[i];
        row->own = own[i];
        row->total = total[i];
        row->second = own[i] * 64;
        row->second_total = total[i] * 64;
    }
    for (size_t i = 0; i < KNOWN_EDGES; i++) {
        struct assay_profile_edge *edge = &profile->edges[i];
        edge->own = edge->callee == IS_PRIME ? 30 : edge->callee != FIB ? 0 : edge->caller == RUN ? 1 : 5;
        edge->total = edge->callee == IS_PRIME ? 30 : edge->callee != FIB ? 0 : edge->caller == RUN ? 6 : 5;
    }
    known_tree(profile);
    for (size_t i = 0; i < KNOWN_NODES; i++) {
        profile->tree.own[i] = nodes[i];
        profile->tree.second[i] = nodes[i] * 64;
        profile->tree.samples[i] = NAN;
    }
}

static inline void known_difference(struct assay_document *document, size_t base, size_t head)
{
    struct assay_profile_difference *difference = assay_document_add_difference(document);
    difference->base = base;
    difference->head = head;
    known_copy(&difference->unit, "item");
    difference->confidence = 0.95;
    difference->rounds = 3;
    difference->paired = true;
    difference->changes = calloc(3, sizeof *difference->changes);
    difference->change_count = 3;
    difference->changes[0] = (struct assay_profile_change){ sample_copy("fib"), sample_copy("/src/fib.c"), FIB, FIB,
                                                            600, 300, -300, -310, -290, 5, 3, true };
    difference->changes[1] = (struct assay_profile_change){ sample_copy("gone"), NULL, RUN, SIZE_MAX, 10, NAN, -10,
                                                            NAN, NAN, 1, NAN, false };
    difference->changes[2] = (struct assay_profile_change){ sample_copy("come"), NULL, SIZE_MAX, STEP, NAN, 7.5, 7.5,
                                                            -1, NAN, NAN, 2, false };
    assay_texts_append_take(&difference->notes, &difference->note_count, sample_copy("3 rounds, want 6"));
}

/* Of one kind: "time", "cProfile" (edges only), "allocations", "instructions". */
static inline struct assay_document *known_document(const char *kind)
{
    struct assay_document *document = sample_document(1, 6, 2);
    bool edges = strcmp(kind, "cProfile") == 0;
    bool time = strcmp(kind, "time") == 0;
    struct assay_profile *profile = known_profile(document, 0, edges ? "time" : kind,
                                                  time ? "samples" : strcmp(kind, "instructions") == 0 ? "callgrind" : kind);
    if (strcmp(kind, "allocations") == 0) {
        known_allocations(profile);
    } else if (!edges) {
        known_tree(profile);
    }
    if (time) {
        known_samples(profile);
        known_places(profile);
    }
    return document;
}

/* All of them, and a difference. */
static inline struct assay_document *known_profiles(void)
{
    struct assay_document *document = sample_document(2, 6, 2);
    struct assay_profile *profile = known_profile(document, 0, "time", "samples");
    known_tree(profile);
    known_samples(profile);
    known_places(profile);
    (void)known_profile(document, 1, "time", "cProfile");
    known_allocations(known_profile(document, 0, "allocations", "allocations"));
    known_tree(known_profile(document, 1, "time", "hooks"));
    known_difference(document, 0, 3);
    return document;
}

#endif
