/* Where along a parameter the faster of two benchmarks changes: one comparison a value, each within its share of the
 * budget, until the search is over; all of them in one document with the crossover. Prints nothing.
 * docs/comparisons.md, "Where two kernels cross". */
#ifndef ASSAY_COMPARE_CROSSOVER_H
#define ASSAY_COMPARE_CROSSOVER_H

#include "base/error.h"
#include "compare/compare.h"
#include "plan/plan.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>

/* Ceiling where no budget is asked for. */
#define ASSAY_CROSSOVER_BUDGET_S 60.0

/* Plans both sides with the parameter at a value, whose text is canonical. The plan is borrowed until the next call. */
typedef int (*assay_crossover_plan_fn)(void *context, const struct assay_plan **plan, struct assay_compare_pair *pair,
                                       const char *text, struct assay_error *error);

struct assay_crossover_request {
    const char *base, *head; /* their ids, without the parameter */
    const char *parameter;
    const char *hint;        /* what would give the same answer, if the sides' answers differ: "variant=fixed"; NULL */
    double from, to;         /* 0 < from < to */
    bool whole;              /* the parameter takes whole numbers */
    double budget_s;         /* for all of it, from program start */
    const struct assay_compare_options *compare; /* `confidence` is that of the whole statement; budgets, pairs and
                                                    direction_only are set for each value */
    assay_crossover_plan_fn plan;
    void *context;
};

/* How sure each comparison must be: what may go wrong in all is shared evenly among as many as there may be. */
double assay_crossover_confidence(double whole, size_t most);

/* The document has a comparison for each value that was looked at, in the order of looking, and one crossover. It is
 * complete whatever happens: a side that fails, answers that differ, the end of the budget and an interrupt end the
 * search, and `reason` says so. An error only if nothing could be measured at all. */
int assay_crossover_run(struct assay_document **out, bool *interrupted, const struct assay_crossover_request *request,
                        struct assay_error *error);

#endif
