/* What the files of the merge share: functions by name, one tree of calling contexts for all passes. Internal. */
#ifndef ASSAY_PROFILE_MERGE_PARTS_H
#define ASSAY_PROFILE_MERGE_PARTS_H

#include "profile/merge.h"
#include "profile/pairs.h"

#define ROOT 0u /* the context that no function has */

/* A calling context: a function, and the context that called it. Parents come before children. */
struct context {
    uint32_t parent, function; /* ASSAY_NONE of the root */
    uint32_t edge;             /* index into out->edges; ASSAY_NONE: called by no function */
    bool first, first_edge;    /* no ancestor is of the same function; of the same edge */
    bool exact;                /* the tree of one iteration has it */
    double calls;              /* by that tree; 0 */
    double samples, weight;    /* that ended here, all rounds */
    double inlined, standing;  /* weight of stacks through here where the code was inlined, and where it was not */
    double raw, hooked;        /* by the trees with times, ns an iteration: as recorded; corrected */
    double first_cost, second_cost; /* allocations and bytes */
};

/* Beside each row of out->functions. */
struct about {
    double counts, again, single; /* calls of an iteration by each pass; 0 */
    bool library, seen;           /* seen: by the hooks, in whatever pass */
    double hooked_calls;          /* of an iteration, by the trees with times */
    double called;                /* calls that it made of functions with hooks, likewise */
    double *own, *total, *near;   /* by round: weight of samples in it; whose stack holds it; own and that of the
                                     libraries that it calls */
    double total_samples;
    double *hooked; /* by tree: corrected ns an iteration */
};

/* Where a node of a pass is in the tree of contexts. */
struct spot {
    uint32_t context;
    uint32_t outermost; /* of the library that the stack is in: node whose function stands for it; ASSAY_NONE: in none */
    bool kernel;        /* a function of the plug-in is above */
    bool restored, unresolved;
};

struct merge {
    struct assay_profile *out;
    const struct assay_passes *passes;
    struct assay_symbols *symbols;
    struct assay_error *error;
    struct assay_pairs names; /* hash of name and file -> function */
    struct about *about;
    size_t about_capacity;
    struct context *contexts;
    size_t context_count, context_capacity;
    struct assay_pairs children; /* context and function -> context */
    struct assay_pairs edges;    /* caller and callee -> edge */
    struct assay_pairs exact;    /* the same of the exact tree; the caller ASSAY_NONE: a root -> 0 */
    struct assay_pairs bridges;  /* edges that it lacks -> what fits between; BRIDGE_NONE: nothing, or more than one */
    uint32_t *exact_edges;       /* caller, callee, caller, callee, ... */
    size_t exact_count, exact_capacity;
    bool checked;                /* the exact tree is whole: sampled edges can be checked */
    uint32_t **context_of;       /* by round, of each node: its context */
    double stolen;               /* of all rounds, in their wall time */
    double wall, whole;          /* of all rounds: of the main thread; with the other threads' processor time */
    double sampled_iterations;
    double to_ns;                /* weight -> ns of an iteration of the plain build */
    double restored, unresolved; /* weights */
};
#define BRIDGE_NONE (UINT32_MAX - 1)

/* All return 0 or ASSAY_ENOMEM with the words in merge->error. */
static inline int merge_no_memory(const struct merge *merge)
{
    return assay_fail(merge->error, ASSAY_ENOMEM, "out of memory for a profile");
}

/* ---- contexts.c ---- */
/* A function by its name and file; made where there is none. ASSAY_NONE: no memory. */
uint32_t merge_function(struct merge *merge, const char *name, const char *file, uint32_t line,
                        enum assay_function_kind kind);
/* The one that a frame of the plug-in's names. */
uint32_t merge_function_of_frame(struct merge *merge, const struct assay_frame *frame, const char *path);
/* The child of a context; made where there is none. ASSAY_NONE: no memory. */
uint32_t merge_child(struct merge *merge, uint32_t context, uint32_t function);
/* Once no context is added any more: edges, and what is first. */
int merge_finish_contexts(struct merge *merge);
/* Whether each object of a pass is the kernel's: a heap array. NULL: no memory. */
bool *merge_ours(const struct merge *merge, const struct assay_message_profile *recorded);
/* The context of each node of a pass with hooks; heap. Each is made. */
int merge_hooked_contexts(uint32_t **contexts, struct merge *merge, const struct assay_message_profile *recorded);
/* The function that a node with hooks entered; ASSAY_NONE: no memory. */
uint32_t merge_entered(struct merge *merge, const struct assay_message_profile *recorded, size_t node);

/* ---- exact.c ---- */
int merge_counts(struct merge *merge);      /* before contexts are finished */
int merge_single(struct merge *merge);      /* likewise */
int merge_allocations(struct merge *merge); /* likewise */
int merge_exact_rows(struct merge *merge);  /* after */
int merge_allocation_rows(struct merge *merge);

/* ---- samples.c ---- */
int merge_samples(struct merge *merge);
int merge_sample_lines(struct merge *merge);
/* ---- shares.c ---- */
int merge_outside(struct merge *merge);
int merge_sample_rows(struct merge *merge);

/* ---- hooked.c ---- */
int merge_trees(struct merge *merge);
int merge_hooked_rows(struct merge *merge);
/* ---- agreement.c ---- */
void merge_agreement(struct merge *merge);
/* ---- notes.c ---- */
int merge_notes(struct merge *merge);

/* ---- share.c ---- */
/* Samples below which a share has an upper bound instead of an interval by rounds. */
#define ASSAY_SHARE_LEAST_SAMPLES 30
/* The 95 % interval of a proportion by Clopper and Pearson (1934): `hits` of `n`. */
struct assay_share assay_share_of_few(double hits, double n);

#endif
