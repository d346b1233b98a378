/* A document with profiles as every source gives them, for the tests of result/ and reports/. Numbers are made up, but
 * hold a document's rules. */
#ifndef ASSAY_TESTS_SAMPLE_PROFILE_H
#define ASSAY_TESTS_SAMPLE_PROFILE_H

#include "sample_document.h"

#include "result/profile.h"

#define SAMPLE_PLAIN_NS 257600.0

struct sample_function {
    const char *name, *file;
    uint32_t line;
    enum assay_function_kind kind;
    double calls, primitive;
    double own, half; /* microseconds */
    double total;     /* NaN: the same as own */
    double samples;
    double hooked, hooked_half; /* NaN: not timed */
    enum assay_agreement agreement;
};

/* Of one iteration of 257.6 us; samples of 2431. */
static const struct sample_function sample_functions[] = {
    { "trial_run", "/src/kernels/primes/trial.c", 61, ASSAY_FUNCTION_PLAIN, 1, 1, 3.812, 1.1, 257.1, 36, 3.5, 0.4,
      ASSAY_AGREES },
    { "trial_next", "/src/kernels/primes/trial.c", 44, ASSAY_FUNCTION_PLAIN, 1230, 1230, 101.263, 3.9, 249.704, 955,
      118.92, 2.2, ASSAY_DISAGREES },
    { "is_prime", "/src/kernels/primes/trial.c", 21, ASSAY_FUNCTION_INLINED, 9998, 9998, 139.7, 4.1, NAN, 1318, NAN,
      NAN, ASSAY_NOT_COMPARED },
    { "halve", "/src/kernels/primes/trial.c", 12, ASSAY_FUNCTION_PLAIN, 5, 3, 0.36, 0.7, 0.41, 3, NAN, NAN,
      ASSAY_TOO_SMALL },
    { "push_with_a_name_that_is_longer_than_most_terminals_have_room_for", "/src/kernels/primes/primes.h", 7,
      ASSAY_FUNCTION_PLAIN, 1229, 1229, 8.381, 1.6, NAN, 79, 9.1, 1.3, ASSAY_OVERLAPS },
    { "memcpy", "/lib/x86_64-linux-gnu/libc.so.6", 0, ASSAY_FUNCTION_LIBRARY, NAN, NAN, 0.21, 0.4, NAN, 2, NAN, NAN,
      ASSAY_NOT_COMPARED },
    { "[kernel]", NULL, 0, ASSAY_FUNCTION_OUTSIDE, NAN, NAN, 4.015, 1.2, NAN, 38, NAN, NAN, ASSAY_NOT_COMPARED },
};
#define SAMPLE_FUNCTIONS (sizeof sample_functions / sizeof sample_functions[0])

static inline void sample_function_add(struct assay_profile *profile, const struct sample_function *from, double factor)
{
    struct assay_profile_function_row *row = assay_profile_add_function(profile);
    double total = isnan(from->total) ? from->own : from->total;
    row->name = sample_copy(from->name);
    row->file = from->file ? sample_copy(from->file) : NULL;
    row->line = from->line;
    row->kind = from->kind;
    row->calls = from->calls;
    row->primitive_calls = from->primitive;
    row->own = from->own * 1e3 * factor;
    row->own_low = fmax(0, from->own - from->half) * 1e3 * factor;
    row->own_high = (from->own + from->half) * 1e3 * factor;
    row->total = total * 1e3 * factor;
    row->total_low = fmax(0, total - from->half) * 1e3 * factor;
    row->total_high = (total + from->half) * 1e3 * factor;
    row->share = from->own * 1e3 / SAMPLE_PLAIN_NS;
    row->share_low = fmax(0, from->own - from->half) * 1e3 / SAMPLE_PLAIN_NS;
    row->share_high = (from->own + from->half) * 1e3 / SAMPLE_PLAIN_NS;
    row->samples = from->samples;
    row->at_most = from->samples < 30 ? row->share_high : NAN;
    row->hooked_own = from->hooked * 1e3 * factor;
    row->hooked_own_error = from->hooked_half * 1e3 * factor;
    row->hooked_total = from->hooked * 1e3 * factor;
    row->agreement = from->agreement;
    row->rounds = profile->round_count ? calloc(profile->round_count, sizeof(double)) : NULL;
    for (size_t i = 0; i < profile->round_count; i++)
        row->rounds[i] = row->own * (i % 2 ? 1.01 : 0.99);
    if (from->agreement == ASSAY_OVERLAPS) {
        row->range_low = 2.2e3 * factor;
        row->range_high = 9.9e3 * factor;
    }
}

static inline void sample_edge(struct assay_profile *profile, uint32_t caller, uint32_t callee, double calls,
                               double primitive, double own, double total)
{
    struct assay_profile_edge *edge = assay_profile_add_edge(profile);
    *edge = (struct assay_profile_edge){ caller, callee, calls, primitive, own * 1e3, total * 1e3 };
}

static inline void sample_tree(struct assay_profile *profile)
{
    /* run -> next -> is_prime; next -> halve -> halve; run -> push -> memcpy; [kernel] */
    static const double functions[] = { 0, 1, 2, 3, 3, 4, 5, 6 };
    static const double parents[] = { -1, 0, 1, 1, 3, 0, 5, -1 };
    static const double calls[] = { 1, 1230, 9998, 3, 2, 1229, NAN, NAN };
    static const double own[] = { 3812, 101263, 139700, 210, 150, 8381, 210, 4015 };
    static const double samples[] = { 36, 955, 1318, 2, 1, 79, 2, 38 };
    assay_profile_tree_reserve(&profile->tree, 8);
    for (size_t i = 0; i < 8; i++) {
        profile->tree.function[i] = functions[i];
        profile->tree.parent[i] = parents[i];
        profile->tree.calls[i] = calls[i];
        profile->tree.own[i] = own[i];
        profile->tree.samples[i] = samples[i];
    }
}

static inline void sample_line(struct assay_profile *profile, const char *file, uint32_t line, uint32_t function,
                               double samples, double count)
{
    struct assay_profile_line *row = assay_profile_add_line(profile);
    *row = (struct assay_profile_line){ sample_copy(file), line, function, samples, samples / 2431, count };
}

/* What is known of all of it. */
static inline void sample_scalars(struct assay_profile *profile)
{
    profile->cost = sample_copy("time");
    profile->unit = sample_copy("ns");
    profile->source = sample_copy("samples");
    profile->object = sample_copy("kernels/sample.so");
    profile->iterations = 241203;
    profile->plain_ns = SAMPLE_PLAIN_NS;
    profile->plain_low = 257100;
    profile->plain_high = 258900;
    profile->calls = 12463;
    profile->primitive_calls = 12461;
    profile->items = 1229;
    profile->sample_count = 2431;
    profile->period_ns = 1.0021e6;
    profile->precision = 0.0181;
    profile->missing = 0.012;
    profile->unresolved = 0;
    profile->restored = 0.001;
    profile->sampler = sample_copy("cpu-clock");
    profile->sampled_slowdown = 0.019;
    profile->inside_ns = 18.2;
    profile->inside_spread_ns = 0.3;
    profile->outside_ns = 20.1;
    profile->outside_spread_ns = 0.4;
    profile->closure = 0.012;
    profile->dilation = 3.1;
    profile->timed_share = 1;
    profile->threads = 1;
    profile->round_count = 12;
    profile->folded_calls = profile->lost_calls = profile->jumps = 0;
}

/* By samples, with hooks as the witness. `factor` times as slow as the functions say. */
static inline void sample_profile_fill(struct assay_profile *profile, size_t benchmark, double factor)
{
    profile->benchmark = benchmark;
    sample_scalars(profile);
    profile->plain_ns *= factor;
    profile->plain_low *= factor;
    profile->plain_high *= factor;
    for (size_t i = 0; i < SAMPLE_FUNCTIONS; i++)
        sample_function_add(profile, &sample_functions[i], factor);
    sample_edge(profile, 0, 1, 1230, 1230, 101.263, 249.704);
    sample_edge(profile, 1, 2, 9998, 9998, 139.7, 139.7);
    sample_edge(profile, 1, 3, 3, 3, 0.21, 0.41);
    sample_edge(profile, 3, 3, 2, 0, 0.15, 0.15);
    sample_edge(profile, 0, 4, 1229, 1229, 8.381, 8.591);
    sample_edge(profile, 4, 5, NAN, NAN, 0.21, 0.21);
    sample_tree(profile);
    sample_line(profile, "/src/kernels/primes/trial.c", 24, 2, 1201, 117522);
    sample_line(profile, "/src/kernels/primes/trial.c", 47, 1, 955, 9998);
    sample_line(profile, "/src/kernels/primes/trial.c", 25, 2, 117, 9998);
    sample_line(profile, "/src/kernels/primes/trial.c", 48, 1, 0, 1230);
    profile->addresses = NULL;
    struct assay_profile_address *address = assay_profile_add_address(profile);
    *address = (struct assay_profile_address){ 0x1139, 1, 955 };
    address = assay_profile_add_address(profile);
    *address = (struct assay_profile_address){ 0x1145, 1, 1318 };
    assay_profile_note(profile, "pass tree: the calls of halve, 5, are those of pass calls, 6, less 1");
}

/* A document with one profile, of primes.trial. */
static inline struct assay_document *sample_profiled(void)
{
    struct assay_document *document = sample_document(1, 10, 10);
    sample_profile_fill(assay_document_add_profile(document), 0, 1);
    return document;
}

static inline struct assay_profile_change *sample_change(struct assay_profile_difference *difference, const char *name,
                                                         size_t base, size_t head, double base_own, double head_own,
                                                         double half, bool proven)
{
    size_t count = difference->change_count + 1;
    difference->changes = realloc(difference->changes, count * sizeof *difference->changes);
    struct assay_profile_change *change = &difference->changes[difference->change_count++];
    double by = head_own - base_own;
    *change = (struct assay_profile_change){ sample_copy(name),
                                             sample_copy("/src/kernels/primes/trial.c"),
                                             base,
                                             head,
                                             base_own,
                                             head_own,
                                             by,
                                             by - half,
                                             by + half,
                                             NAN,
                                             NAN,
                                             proven };
    change->base_calls = base == SIZE_MAX ? NAN : 1;
    change->head_calls = head == SIZE_MAX ? NAN : 1.0008;
    return change;
}

/* Two profiles side by side: head a tenth slower, in is_prime; one function gone, one new. */
static inline struct assay_document *sample_compared_profiles(void)
{
    struct assay_document *document = sample_document(2, 10, 10);
    sample_profile_fill(assay_document_add_profile(document), 0, 1);
    sample_profile_fill(assay_document_add_profile(document), 1, 1.1);
    struct assay_profile_difference *difference = assay_document_add_difference(document);
    difference->base = 0;
    difference->head = 1;
    difference->unit = sample_copy("item");
    difference->confidence = 0.95;
    difference->rounds = 12;
    difference->paired = true;
    sample_change(difference, "trial_run", 0, 0, 3.1, 3.2, 0.5, false);
    sample_change(difference, "is_prime", 2, 2, 113.7, 125.2, 4.4, true);
    sample_change(difference, "trial_next", 1, 1, 92.4, 82.1, 3.1, true);
    sample_change(difference, "halve", 3, SIZE_MAX, 0.3, NAN, NAN, false);
    sample_change(difference, "memcpy", SIZE_MAX, 5, NAN, 0.2, NAN, false);
    assay_texts_append_take(&difference->notes, &difference->note_count,
                            sample_copy("2 rounds of base had no partner and are left out"));
    return document;
}

/* What cProfile gives: no samples, no hooks, edges but no tree. */
static inline struct assay_document *sample_interpreted(void)
{
    struct assay_document *document = sample_document(5, 10, 10);
    struct assay_profile *profile = assay_document_add_profile(document);
    profile->benchmark = 4;
    profile->cost = sample_copy("time");
    profile->unit = sample_copy("ns");
    profile->source = sample_copy("cProfile");
    profile->plain_ns = 18.73e6;
    profile->calls = 9999;
    profile->primitive_calls = 9999;
    profile->closure = 1.1;
    profile->items = 1229;
    const struct sample_function rows[] = {
        { "generate", "/src/kernels/primes.py", 12, ASSAY_FUNCTION_PLAIN, 1, 1, 4100, NAN, 39333, NAN, NAN, NAN,
          ASSAY_NOT_COMPARED },
        { "is_prime", "/src/kernels/primes.py", 3, ASSAY_FUNCTION_PLAIN, 9998, 9998, 35233, NAN, 35233, NAN, NAN, NAN,
          ASSAY_NOT_COMPARED },
    };
    for (size_t i = 0; i < 2; i++) {
        sample_function_add(profile, &rows[i], 1);
        struct assay_profile_function_row *row = &profile->functions[i];
        row->share = row->share_low = row->share_high = row->at_most = NAN;
        row->own_low = row->own_high = row->total_low = row->total_high = NAN;
    }
    sample_edge(profile, 0, 1, 9998, 9998, 35233, 35233);
    return document;
}

/* Allocations: counts and bytes, no times. */
static inline struct assay_document *sample_allocations(void)
{
    struct assay_document *document = sample_document(1, 10, 10);
    struct assay_profile *profile = assay_document_add_profile(document);
    profile->benchmark = 0;
    profile->cost = sample_copy("allocations");
    profile->unit = sample_copy("1");
    profile->source = sample_copy("allocations");
    profile->calls = 1230;
    profile->primitive_calls = 1230;
    profile->plain_ns = SAMPLE_PLAIN_NS;
    static const char *const names[] = { "trial_run", "grow" };
    static const double numbers[][6] = { { 1, 1, 64, 13, 65472, 1 }, { 12, 12, 65408, 12, 65408, 12 } };
    for (size_t i = 0; i < 2; i++) {
        struct assay_profile_function_row *row = assay_profile_add_function(profile);
        row->name = sample_copy(names[i]);
        row->file = sample_copy("/src/kernels/primes/trial.c");
        row->line = 60 + (uint32_t)i * 40;
        row->calls = row->primitive_calls = numbers[i][0];
        row->own = row->own_low = row->own_high = numbers[i][1];
        row->second = numbers[i][2];
        row->total = row->total_low = row->total_high = numbers[i][3];
        row->second_total = numbers[i][4];
    }
    sample_edge(profile, 0, 1, 12, 12, 0.012, 0.012);
    return document;
}

#endif
