/* Two sides against each other: fresh pairs of processes run alternating batches until a verdict stands. Prints nothing;
 * progress goes through a callback between blocks. The experiment is described in docs/comparisons.md, its statistics in
 * docs/statistics.md. */
#ifndef ASSAY_COMPARE_COMPARE_H
#define ASSAY_COMPARE_COMPARE_H

#include "base/error.h"
#include "measure/measure.h"
#include "plan/plan.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Indexes into the plan's items. Both may name one item: a benchmark against itself. */
struct assay_compare_pair {
    size_t base, head;
};

/* What the command line's progress shows. */
struct assay_compare_progress {
    const char *id;          /* of the comparison under way; NULL: preparing (linking layouts, asking oracles) */
    size_t decided, pairs;
    double ratio, low, high; /* so far; NaN: not yet */
    double seconds;          /* spent on this comparison */
    uint64_t blocks;
};
typedef void (*assay_compare_progress_fn)(void *context, const struct assay_compare_progress *progress);

struct assay_compare_options {
    const struct assay_measure_options *measure; /* places, command, program_start_ns, stop; journal, output and progress
                                                    are not used */
    assay_compare_progress_fn progress;          /* may be NULL */
    void *context;
    double margin;       /* a fraction: 0.01 */
    double confidence;   /* 0.999 */
    double budget_s;     /* ceiling for all pairs, from program start; below 0: `each_s` a pair */
    double each_s;       /* ceiling for a pair without a budget: 10 s */
    uint64_t pairs;      /* pairs of batches of each comparison, fixed; 0: until decided */
    bool direction_only; /* a pair is over as soon as it is proven which side is faster, however little */
    bool duet;           /* both sides at once, on two processors that share nothing */
    bool instructions;   /* count them too */
    double injected;     /* extra work of head's batches, a fraction: to test the test */
    bool no_layouts;
};
#define ASSAY_COMPARE_OPTIONS_INIT                                                                                     \
    {                                                                                                                  \
        .margin = 0.01, .confidence = 0.999, .budget_s = -1, .each_s = 10                                              \
    }

/* Compares every pair; the document has the plan's items as benchmarks, in order, and a comparison a pair, in order. It is
 * complete whatever happens to a worker: a side that fails has its status, and its comparison is inconclusive with the
 * reason. ASSAY_EUSAGE: what cannot be compared at all (a duet without two free processors, ...). `*interrupted` says that
 * the user ended it. */
int assay_compare_run(struct assay_document **out, bool *interrupted, const struct assay_plan *plan,
                      const struct assay_compare_pair *pairs, size_t count, const struct assay_compare_options *options,
                      struct assay_error *error);

/* Two stored documents: benchmarks are paired by id, mode and threads. Never stronger than the documents' independence
 * allows: no verdict but `inconclusive` below 6 processes on a side; never `same` or `slower` at more than the 95 %
 * that the fixed-size interval of a ratio of medians over processes gives, with each session one unit where there are several;
 * `reason` says so. Unlike environments (a blocking difference) are ASSAY_EINPUT in words unless `force`; then each
 * comparison's note names them. `base` and `head` stay the caller's. The new document holds copies of both sides'
 * benchmarks without samples' columns but iterations, elapsed_ns and process. */
int assay_compare_stored(struct assay_document **out, const struct assay_document *base, const struct assay_document *head,
                         double margin, bool force, const char *command, struct assay_error *error);

/* The exit status' question: whether a comparison proves a regression that may fail a build: verdict slower, and evidence
 * at or above its gate. Stored comparisons never do. */
bool assay_compare_is_regression(const struct assay_comparison *comparison);

/* witness.c: exact instructions of one iteration of a planned benchmark, by callgrind (counters where they exist), with
 * `plugin` in place of its plug-in's path; NaN with *source (heap) saying why not. -1: out of memory. */
int assay_witness_instructions(double *instructions, char **source, const struct assay_planned *planned, const char *plugin,
                               uint64_t seed, double timeout_s);
/* code.c: whether two plug-ins hold the same machine code, relocations masked: 1, 0, or -1 (not known). Compares the timed.o
 * beside both (NAME.builds/timed.o), section by section, by name; else the shared objects' own .text if of equal
 * size. Of one and the same file: 1. */
int assay_code_is_same(const char *base_plugin, const char *head_plugin);

/* builds.c: a grid of builds of one source, for --toolchain and --cflags. Each is a plug-in like those of assay_add_kernel
 * (NAME.so, NAME.builds/timed.o, link.json), kept in the cache under a hash of source, compiler, its version and flags. */
struct assay_build {
    char *name;   /* "gcc-12 -O2" */
    char *plugin; /* path of NAME.so */
};
/* toolchains x cflags, in order; *builds heap, *count entries. A compiler that is missing is ASSAY_EUNAVAILABLE; one that
 * fails is ASSAY_EINPUT with its first line of error. `include` is the directory that holds assay/kernel.h. */
int assay_builds_make(struct assay_build **builds, size_t *count, const char *source, const char *const *toolchains,
                      const char *const *cflags, const char *include, struct assay_error *error);
void assay_builds_free(struct assay_build *builds, size_t count);

#endif
