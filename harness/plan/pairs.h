/* Two sides in one plan: which benchmark of the one is compared with which of the other. Starts nothing. */
#ifndef ASSAY_PLAN_PAIRS_H
#define ASSAY_PLAN_PAIRS_H

#include "base/error.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the items of `*other` behind those of `plan`, whose settings hold; frees `*other` and makes it NULL, also on
 * failure. Nothing is dropped: an item may stand on both sides. */
int assay_plan_join_take(struct assay_plan *plan, struct assay_plan **other, struct assay_error *error);

struct assay_plan_side { /* items first to first + count - 1 of a plan */
    size_t first, count;
};
enum assay_pairing {
    ASSAY_PAIR_BY_ID,         /* the same id */
    ASSAY_PAIR_BY_PARAMETERS, /* one against one whatever they are; else every parameter that both have is the same: a
                                 kernel against another over a grid */
};
struct assay_plan_pair { /* indexes into the plan's items */
    size_t base, head;
};
struct assay_plan_pairs {
    struct assay_plan_pair *items; /* by head's order, then those bases that only an already taken head fits */
    size_t count;
    bool *paired; /* one for each of the plan's items: whether it stands in a pair */
};
/* Mode, number of threads and number of jobs are always the same in a pair. By parameters, one item may stand in several pairs. Items
 * outside the two sides are not looked at. *out is the caller's to release. */
int assay_plan_pair(struct assay_plan_pairs *out, const struct assay_plan *plan, const struct assay_plan_side *base,
                    const struct assay_plan_side *head, enum assay_pairing pairing, struct assay_error *error);
void assay_plan_pairs_release(struct assay_plan_pairs *pairs);
/* Drops the items of which `kept` says no (an entry an item); those that stay keep their order. */
void assay_plan_keep(struct assay_plan *plan, const bool *kept);

#endif
