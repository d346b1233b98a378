/* The passes over one kernel become one profile. docs/profiles.md says how. Pure, but for the symbols it asks. */
#ifndef ASSAY_PROFILE_MERGE_H
#define ASSAY_PROFILE_MERGE_H

#include "base/error.h"
#include "profile/symbols.h"
#include "protocol/profile.h"
#include "result/profile.h"

#include <stdbool.h>
#include <stddef.h>

/* One pass: what the worker recorded in so many iterations. */
struct assay_pass {
    struct assay_message_profile recorded;
    double iterations; /* of all threads together */
    double batches;
    double steal_ns;   /* samples: of the processor while it ran; NaN: not known */
    double elapsed_ns; /* samples: of the batches, as the harness timed them */
};

struct assay_passes {
    const char *plugin;         /* path of the timed plug-in: its functions are the kernel's, others are libraries' */
    const char *instrumented;   /* path of the profile build; NULL: there is none */
    const char *counting;       /* path of the counts build; NULL */
    bool deterministic;
    double plain_ns, plain_low, plain_high; /* of an iteration; low and high NaN: not known */
    const struct assay_pass *counts; /* one iteration, from the counts build; NULL: none */
    const struct assay_pass *again;  /* the same once more, to see whether it repeats itself; NULL */
    const struct assay_pass *single; /* tree of one iteration: exact counts by context; NULL */
    const struct assay_pass *trees;  /* with times, of many iterations, one a round */
    size_t tree_count;
    const struct assay_pass *rounds; /* samples, one a fresh process */
    size_t round_count;
    const struct assay_pass *allocations; /* instead of all: one iteration; NULL */
    double timed_share;              /* of the calls that were timed; 1 */
    bool lines;                      /* fill lines[] and addresses[] */
    double items;
};

/* Fills functions, edges, tree, lines, addresses and all numbers of *out (initialised; benchmark and object are the
 * caller's). What does not add up becomes a note that names the function and both numbers. Errors: memory. */
int assay_profile_merge(struct assay_profile *out, const struct assay_passes *passes, struct assay_symbols *symbols,
                        struct assay_error *error);
/* From an interpreter's own profiler, one pass. `plain_ns` of passes is used to say how far its sum is from it. */
int assay_profile_from_functions(struct assay_profile *out, const struct assay_pass *pass, double plain_ns,
                                 struct assay_error *error);
/* From callgrind's output files of one and of two iterations: the second less the first is one iteration, exactly. */
int assay_profile_from_callgrind(struct assay_profile *out, const char *one, const char *two, const char *plugin,
                                 struct assay_error *error);
/* Line counts of one iteration from gcov's JSON (`gcov --json-format --stdout`) or llvm-cov's text into profile->lines, adding lines that were
 * executed and never sampled. */
int assay_profile_count_lines(struct assay_profile *profile, const char *gcov, size_t length, struct assay_error *error);

/* The 95 % interval of a share from rounds: part[r] of whole[r]; rounds are the units (ratio estimator with Student's t;
 * Cochran, Sampling Techniques, 1977, chapter 6). low and high within 0 and 1. At least 2 rounds, else NaN. */
struct assay_share {
    double value, low, high;
};
struct assay_share assay_share_of(const double *part, const double *whole, size_t rounds);

/* Base against head, functions aligned by name and file; numbers per item where both say how many, else per iteration.
 * `paired`: round r of both was measured side by side. At most 5 % of comparisons of a profile with itself mark any row:
 * Bonferroni's intervals over the rows in which either spent time. Instructions and allocations are exact: any change is
 * proven. ASSAY_EINPUT: unlike costs. */
int assay_profile_difference_make(struct assay_profile_difference *out, const struct assay_profile *base,
                                  const struct assay_profile *head, bool paired, struct assay_error *error);

#endif
