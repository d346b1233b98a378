/* Hand-made passes over a small plug-in that gcc has compiled: nodes are added by the names of its functions. For the
 * tests of the merge. */
#ifndef ASSAY_TESTS_PROFILE_PASSES_H
#define ASSAY_TESTS_PROFILE_PASSES_H

#include "profile/merge.h"

#include "compile_here.h"

#include <math.h>

/* Every function of a plug-in, in the timed build and, at other addresses, in the one with hooks; and a library. */
static const char *const passes_names[] = { "run", "a", "b", "c", "d", "leaf", "compare" };
static const char *const library_names[] = { "sort", "inner_sort" };
enum { KERNEL, HOOKS, LIBRARY, FILES, NAMES = 7, LIBRARY_NAMES = 2 };
static uint64_t passes_addresses[FILES][NAMES];
static char *passes_files[FILES];

static inline uint64_t address_in(const char *file, const char *name)
{
    char *text = shell("nm $1 | awk -v n=$2 '$3 == n { print $1 }'", file, name);
    uint64_t address = strtoull(text, NULL, 16);
    free(text);
    assert_true(address > 0);
    return address;
}

static inline int make_passes(void **state)
{
    static const char make[] =
        "for f in run a b c d leaf compare; do echo \"int $f(int x)\n{\n    return x + 1;\n}\"; done > k.c\n"
        "for f in sort inner_sort; do echo \"int $f(int x)\n{\n    return x + 1;\n}\"; done > l.c\n"
        "(echo 'int before;'; echo 'int shift(int x) { return x * 3; }') > s.c\n"
        "gcc -g -O1 -fno-omit-frame-pointer -shared -fPIC -o kernel.so $PWD/k.c\n"
        "gcc -g -O1 -fno-omit-frame-pointer -shared -fPIC -o hooks.so $PWD/s.c $PWD/k.c\n"
        "gcc -g -O1 -fno-omit-frame-pointer -shared -fPIC -o libsorting.so $PWD/l.c\n";
    static const char *const files[] = { "kernel.so", "hooks.so", "libsorting.so" };
    int failed = make_here(state);
    free(shell(make, "", ""));
    for (size_t f = 0; f < FILES; f++) {
        passes_files[f] = path_here(files[f]);
        for (size_t i = 0; i < (f == LIBRARY ? (size_t)LIBRARY_NAMES : (size_t)NAMES); i++) {
            passes_addresses[f][i] = address_in(files[f], f == LIBRARY ? library_names[i] : passes_names[i]);
        }
    }
    return failed;
}

static inline int remove_passes(void **state)
{
    for (size_t f = 0; f < FILES; f++) {
        free(passes_files[f]);
    }
    return remove_here(state);
}

/* ---- One pass ---- */

enum { MOST_NODES = 4096 };

static inline double *numbers(void)
{
    double *values = calloc(MOST_NODES, sizeof *values);
    assert_non_null(values);
    return values;
}

/* Of samples, or of a tree; `instrumented`: which file its addresses are in. */
static inline struct assay_pass new_pass(bool samples, double iterations)
{
    struct assay_pass pass = { .iterations = iterations, .batches = 1, .steal_ns = NAN, .elapsed_ns = NAN };
    struct assay_message_profile *recorded = &pass.recorded;
    assay_message_profile_init(recorded);
    recorded->objects = calloc(FILES, sizeof *recorded->objects);
    recorded->object_count = FILES;
    for (size_t f = 0; f < FILES; f++) {
        recorded->objects[f].path = assay_copy(passes_files[f]);
    }
    recorded->parent = numbers();
    recorded->object = numbers();
    recorded->address = numbers();
    recorded->thread = numbers();
    if (samples) {
        recorded->samples = numbers();
        recorded->weight_ns = numbers();
        recorded->source = assay_copy("cpu-clock");
        recorded->period_ns = 1e6;
    } else {
        recorded->calls = numbers();
        recorded->intervals = numbers();
        recorded->timed = numbers();
        recorded->cost_ns = numbers();
        recorded->first = numbers();
        recorded->second = numbers();
    }
    return pass;
}

static inline size_t index_of(const char *name, size_t *file)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (strcmp(passes_names[i], name) == 0) {
            return i;
        }
    }
    for (size_t i = 0; i < LIBRARY_NAMES; i++) {
        if (strcmp(library_names[i], name) == 0) {
            *file = LIBRARY;
            return i;
        }
    }
    fail_msg("no function %s", name);
    return 0;
}

/* A node under `parent` (-1: a root); "" is a thread's root. */
static inline int node(struct assay_pass *pass, int parent, const char *name)
{
    struct assay_message_profile *recorded = &pass->recorded;
    size_t i = recorded->node_count++;
    size_t file = recorded->samples == NULL ? HOOKS : KERNEL;
    assert_true(i < MOST_NODES);
    recorded->parent[i] = parent;
    recorded->object[i] = -1;
    if (*name != '\0') {
        size_t which = index_of(name, &file);
        recorded->object[i] = (double)file;
        /* Samples are somewhere inside, entries at the start. */
        recorded->address[i] = (double)(passes_addresses[file][which] + (recorded->samples == NULL ? 0 : 1));
    }
    return (int)i;
}

/* A path of functions, "run>a>b": its nodes, the last one's index. */
static inline int path(struct assay_pass *pass, const char *text)
{
    int at = -1;
    char name[32];
    while (*text != '\0') {
        size_t length = strcspn(text, ">");
        memcpy(name, text, length);
        name[length] = '\0';
        at = node(pass, at, name);
        text += length + (text[length] == '>');
    }
    return at;
}

static inline void sample(struct assay_pass *pass, const char *stack, double samples)
{
    int at = path(pass, stack);
    pass->recorded.samples[at] = samples;
    pass->recorded.weight_ns[at] = samples * 1e6;
}

static inline int entered(struct assay_pass *pass, int parent, const char *name, double calls)
{
    int at = node(pass, parent, name);
    pass->recorded.calls[at] = calls;
    return at;
}

/* ---- The profile that comes out ---- */

struct merged {
    struct assay_profile profile;
    struct assay_symbols *symbols;
};

static inline struct merged merge_passes(const struct assay_passes *given)
{
    struct merged merged;
    struct assay_error error = { 0 };
    struct assay_passes passes = *given;
    passes.plugin = passes_files[KERNEL];
    passes.instrumented = passes.counting = passes_files[HOOKS];
    assay_profile_init(&merged.profile);
    assert_int_equal(assay_symbols_new(&merged.symbols, &error), 0);
    if (assay_profile_merge(&merged.profile, &passes, merged.symbols, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return merged;
}

static inline void merged_release(struct merged *merged)
{
    assay_profile_release(&merged->profile);
    assay_symbols_free(merged->symbols);
}

static inline size_t row_index(const struct assay_profile *profile, const char *name)
{
    for (size_t i = 0; i < profile->function_count; i++) {
        if (strcmp(profile->functions[i].name, name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

static inline const struct assay_profile_function_row *row(const struct assay_profile *profile, const char *name)
{
    size_t i = row_index(profile, name);
    if (i == SIZE_MAX) {
        fail_msg("no row %s", name);
    }
    return &profile->functions[i];
}

static inline const struct assay_profile_edge *edge(const struct assay_profile *profile, const char *caller,
                                                    const char *callee)
{
    size_t from = row_index(profile, caller), to = row_index(profile, callee);
    for (size_t i = 0; i < profile->edge_count; i++) {
        if (profile->edges[i].caller == from && profile->edges[i].callee == to) {
            return &profile->edges[i];
        }
    }
    return NULL;
}

/* Index of the tree's node at a path; -1: none. */
static inline long context(const struct assay_profile *profile, const char *text)
{
    double at = -1;
    char name[32];
    while (*text != '\0') {
        size_t length = strcspn(text, ">"), i = 0;
        memcpy(name, text, length);
        name[length] = '\0';
        size_t function = row_index(profile, name);
        while (i < profile->tree.count &&
               !(profile->tree.parent[i] == at && (size_t)profile->tree.function[i] == function)) {
            i++;
        }
        if (i == profile->tree.count) {
            return -1;
        }
        at = (double)i;
        text += length + (text[length] == '>');
    }
    return (long)at;
}

static inline bool has_note(const struct assay_profile *profile, const char *words)
{
    for (size_t i = 0; i < profile->note_count; i++) {
        if (strstr(profile->notes[i], words) != NULL) {
            return true;
        }
    }
    return false;
}

static inline void assert_near(double found, double want)
{
    if (!(fabs(found - want) <= 1e-9 * fabs(want) + 1e-12)) {
        fail_msg("%.17g, want %.17g", found, want);
    }
}

#endif
