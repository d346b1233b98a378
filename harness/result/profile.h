/* Profiles in a result document: `profiles[]`. docs/result-document.md has the fields, data/schema/result-1.json the
 * schema. Owned by the document. All costs and counts are of ONE iteration. NaN: not known, written as null. */
#ifndef ASSAY_RESULT_PROFILE_H
#define ASSAY_RESULT_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a function is. */
enum assay_function_kind {
    ASSAY_FUNCTION_PLAIN,    /* of the plug-in, by its symbol */
    ASSAY_FUNCTION_INLINED,  /* has no code of its own where it was sampled: named by the line table */
    ASSAY_FUNCTION_LIBRARY,  /* of another object (libc): one node, what it calls inside included */
    ASSAY_FUNCTION_UNNAMED,  /* an address: stripped */
    ASSAY_FUNCTION_OUTSIDE   /* no function: [kernel], [waiting], [stolen], [profiler], [unresolved] */
};
#define ASSAY_FUNCTION_KINDS 5
const char *assay_function_kind_word(enum assay_function_kind kind); /* "function", "inlined", "library", "unnamed", "outside" */

/* Whether two ways of timing a function say the same. */
enum assay_agreement {
    ASSAY_AGREES,
    ASSAY_DISAGREES,
    ASSAY_TOO_SMALL,     /* to be timed by hooks: their cost is larger than the body */
    ASSAY_OVERLAPS,      /* body and caller run at the same time: `range` says between what its time lies */
    ASSAY_NOT_COMPARED   /* one of the two is missing */
};
#define ASSAY_AGREEMENTS 5
const char *assay_agreement_word(enum assay_agreement agreement); /* "agrees", "disagrees", "too-small", "overlaps", "not-compared" */

struct assay_profile_function_row {
    char *name;    /* "trial_next"; library: "memcpy"; outside: "[kernel]" */
    char *file;    /* source file as the debug information has it; library: the object's name; NULL: not known */
    uint32_t line; /* of its declaration; 0: not known */
    enum assay_function_kind kind;
    double calls;            /* entries, recursive ones too: exact; NaN: not counted (library, outside) */
    double primitive_calls;  /* not from within itself */
    /* The cost that the table shows. Unit by profile->cost: ns, instructions, allocations. */
    double own, own_low, own_high;    /* tottime and its 95 % interval */
    double total, total_low, total_high; /* cumtime: with all that it calls */
    double second;                    /* allocations: bytes, own; NaN */
    double second_total;
    /* Sampling. */
    double share, share_low, share_high; /* of the wall time, own; NaN: not sampled */
    double samples;                      /* that ended in it */
    double at_most;                      /* share: with fewer than 30 samples, its upper bound; NaN: enough samples */
    /* Hooks. */
    double hooked_own, hooked_own_error;  /* corrected, with its plus-minus; NaN: not timed */
    double hooked_total;
    double range_low, range_high;         /* OVERLAPS: what removing it would save, to the time retired in it; NaN */
    enum assay_agreement agreement;
    double *rounds; /* own cost an iteration in each round, `round_count` of the profile; NULL: none */
};

struct assay_profile_edge { /* caller -> callee */
    uint32_t caller, callee;
    double calls, primitive_calls; /* exact; NaN: not counted */
    double own, total;             /* of the callee when called from there; NaN */
};

/* The calling-context tree: columns of equal length, parents before children. Empty where only edges are known. */
struct assay_profile_tree {
    size_t count;
    double *function; /* index into functions */
    double *parent;   /* -1: a root */
    double *calls;    /* NaN: only sampled */
    double *own;      /* the profile's cost, by samples where they were taken; NaN: not known */
    double *samples;  /* that ended here; NaN: not sampled */
    double *second;   /* allocations: bytes; else NaN */
};

struct assay_profile_line { /* a source line */
    char *file;
    uint32_t line;
    uint32_t function; /* index into functions: the one the line's code belongs to, inlined or not */
    double samples, share;
    double count; /* how often it was executed, exact, by the coverage build; NaN: not known */
};

struct assay_profile_address { /* an instruction that was sampled */
    uint64_t address; /* in the object's file */
    uint32_t symbol;  /* index into functions: of the symbol, never of what is inlined into it */
    double samples;
};

/* Something that does not add up, or that a reader must know. One line. */
struct assay_profile {
    size_t benchmark; /* index into benchmarks[]: id, plain samples, statistics */
    char *cost;       /* "time", "instructions", "allocations" */
    char *unit;       /* of the cost: "ns", "1", "1" */
    char *source;     /* what own and total come from: "samples", "hooks", "callgrind", "cProfile", "allocations" */
    char *object;     /* path of the timed plug-in, for addresses; NULL */
    double iterations; /* that were run for it, all passes together */
    double plain_ns, plain_low, plain_high; /* of an iteration of the plain build, uninstrumented: median and its 95 % interval */
    double calls, primitive_calls;          /* of all functions */
    double items;                           /* that an iteration processes; 0: not said */
    /* Sampling. Shares of the wall time. NaN: not sampled. */
    double sample_count, period_ns, precision; /* precision: half the widest interval of an own share that has 30 samples or more */
    double missing, unresolved, restored;      /* shares: neither sampled nor explained; stacks with an edge that the
                                                  tree lacks; stacks in which a lost frame was put back */
    char *sampler;    /* "cpu-clock", "timer"; or why there was none */
    double sampled_slowdown; /* wall time an iteration while sampling, over plain, less one */
    /* Hooks. */
    double inside_ns, inside_spread_ns, outside_ns, outside_spread_ns; /* own cost, subtracted; a call */
    double closure;    /* how far the corrected sum of the hooks is from the plain time: sum / plain - 1; NaN: no hooks */
    double dilation;   /* raw time with hooks over plain time */
    double timed_share; /* of the calls that were timed; 1: all */
    double threads;    /* that entered a function; NaN */
    double folded_calls, lost_calls, jumps; /* see assay/profile.h */
    size_t round_count; /* columns `rounds` of the functions */

    struct assay_profile_function_row *functions;
    size_t function_count, function_capacity;
    struct assay_profile_edge *edges;
    size_t edge_count, edge_capacity;
    struct assay_profile_tree tree;
    struct assay_profile_line *lines;
    size_t line_count, line_capacity;
    struct assay_profile_address *addresses;
    size_t address_count, address_capacity;
    char **notes; /* what a reader must know, one line each */
    size_t note_count;
};

/* One function of two profiles. */
struct assay_profile_change {
    char *name, *file;
    size_t base, head;   /* indexes into the functions of either; SIZE_MAX: not there */
    double base_own, head_own; /* per unit of work */
    double change, change_low, change_high; /* head less base, per unit of work; interval at `confidence` */
    double base_calls, head_calls; /* per unit of work */
    bool proven;         /* the interval, widened for the number of rows, leaves 0 out */
};
struct assay_profile_difference {
    size_t base, head; /* indexes into profiles[] */
    char *unit;        /* "iteration" or "item" */
    double confidence; /* of all rows together */
    size_t rounds;
    bool paired;       /* rounds were measured side by side */
    struct assay_profile_change *changes;
    size_t change_count;
    char **notes;
    size_t note_count;
};

/* All numbers NaN, indexes 0. Each adder returns NULL when memory is out; borrowed until the next addition. */
void assay_profile_init(struct assay_profile *profile);
void assay_profile_release(struct assay_profile *profile);
void assay_profile_difference_release(struct assay_profile_difference *difference);
struct assay_profile_function_row *assay_profile_add_function(struct assay_profile *profile); /* numbers NaN, NOT_COMPARED */
struct assay_profile_edge *assay_profile_add_edge(struct assay_profile *profile);
struct assay_profile_line *assay_profile_add_line(struct assay_profile *profile);
struct assay_profile_address *assay_profile_add_address(struct assay_profile *profile);
bool assay_profile_note(struct assay_profile *profile, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The columns of the tree as a table, for writer, reader and check. */
struct assay_tree_column {
    const char *name;
    size_t offset; /* of the double* in struct assay_profile_tree */
    bool whole, nullable;
};
#define ASSAY_TREE_COLUMN_COUNT 6
extern const struct assay_tree_column assay_tree_columns[ASSAY_TREE_COLUMN_COUNT];
bool assay_profile_tree_reserve(struct assay_profile_tree *tree, size_t count); /* sets count, columns all NaN */

#endif
