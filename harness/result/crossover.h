/* Crossovers in a result document: `crossovers[]`, where along a parameter the faster of two kernels changes. Each value
 * that was looked at is a comparison of the same document. Owned by the document. docs/comparisons.md says how they are
 * found, docs/result-document.md has the fields. NaN: not known, written as null. */
#ifndef ASSAY_RESULT_CROSSOVER_H
#define ASSAY_RESULT_CROSSOVER_H

#include <stdbool.h>
#include <stddef.h>

struct assay_comparison;

enum assay_crossover_outcome {
    ASSAY_CROSSOVER_UNDECIDED, /* the budget ended, a side failed, or the two cannot be told apart at an end: `reason` */
    ASSAY_CROSSOVER_ONE,
    ASSAY_CROSSOVER_NONE,      /* one is proven faster wherever it was looked at */
    ASSAY_CROSSOVER_SEVERAL
};
#define ASSAY_CROSSOVER_OUTCOMES 4
const char *assay_crossover_outcome_word(enum assay_crossover_outcome outcome); /* "undecided", "one", "none", "several" */

/* A change of the faster one: at `low` one was proven faster, at `high` the other, nothing proven in between. */
struct assay_crossover_change {
    double low, high;
    double estimate; /* where the ratio is 1, by the points around; within [low, high] */
};

struct assay_crossover {
    char *base, *head;     /* their ids, without the parameter */
    char *parameter;
    double from, to;       /* where it was looked for */
    double confidence;     /* of the whole statement: all comparisons together */
    enum assay_crossover_outcome outcome;
    int faster_at_from;    /* -1: base, 1: head, 0: not proven */
    int faster_at_to;
    struct assay_crossover_change *changes; /* by growing value */
    size_t change_count;
    double *values;        /* of the parameter, growing */
    size_t *comparisons;   /* at each of them: index into comparisons[] */
    size_t point_count;
    double seconds;        /* spent on all of it */
    char *reason;          /* NULL: nothing to add */
};
void assay_crossover_release(struct assay_crossover *crossover);
/* Adds a change, or a value that was looked at; both behind those that are there. False: out of memory. */
bool assay_crossover_add_change(struct assay_crossover *crossover, const struct assay_crossover_change *change);
bool assay_crossover_add_point(struct assay_crossover *crossover, double value, size_t comparison);
/* Which way a comparison is proven: 1: head is slower, -1: head is faster, 0: neither. By its interval, unless a reason
 * says that it proves nothing (one layout only, ...). */
int assay_comparison_proven(const struct assay_comparison *comparison);

#endif
