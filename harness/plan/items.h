/* From what somebody asked for to planned benchmarks: one wish is a kernel, some parameters with one or more values
 * each, an implementation. For plan/ alone. */
#ifndef ASSAY_PLAN_ITEMS_H
#define ASSAY_PLAN_ITEMS_H

#include "base/error.h"
#include "plan/plan.h"
#include "plan/values.h"

#include <stdbool.h>
#include <stddef.h>

/* More than this is a mistake in a grid, and would run for hours. */
#define ASSAY_PLAN_ITEMS_MAX 10000u

struct assay_wish {
    const char *kernel;
    const char *implementation;       /* NULL: "c" */
    const struct assay_source *only;  /* NULL: any source */
    const struct assay_message_argument *arguments; /* of a name on the command line: stronger than -p */
    size_t argument_count;
    const struct assay_suite_entry *entry; /* of a suite: weaker than -p; NULL: none */
    bool by_user;
};

/* What planning gathers. */
struct assay_items {
    struct assay_planned *items;
    size_t count;
    size_t capacity;
};
struct assay_planning {
    struct assay_catalog *catalog;
    const struct assay_references *references; /* may be NULL */
    struct assay_grid *grid;
    uint32_t threads;  /* 0: the suite's, or 1 */
    uint32_t jobs;     /* likewise */
    bool cold;
    struct assay_items *items;
};
/* Appends every combination of the wish's values. A second baseline in a group (of one mode and number of jobs) is refused. */
int assay_items_add(struct assay_planning *planning, const struct assay_wish *wish, struct assay_error *error);
void assay_items_release(struct assay_items *items);
void assay_planned_release(struct assay_planned *item);
/* Sets `oracle` of every item that will run. */
void assay_plan_find_oracles(struct assay_plan *plan, const struct assay_catalog *catalog);

/* A deep copy of an answer; false when out of memory. */
bool assay_answer_copy(struct assay_message_answer *out, const struct assay_message_answer *answer);

#endif
