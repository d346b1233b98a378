/* Two sides in one plan: which benchmark of the one is compared with which of the other. Knows no statistics. */
#include "plan/pairs.h"

#include "plan/items.h"

#include <stdlib.h>
#include <string.h>

int assay_plan_join_take(struct assay_plan *plan, struct assay_plan **other, struct assay_error *error)
{
    struct assay_plan *taken = *other;
    size_t count = plan->count + taken->count;
    struct assay_planned *items = realloc(plan->items, (count ? count : 1) * sizeof *items);
    *other = NULL;
    if (items == NULL) {
        assay_plan_free(taken);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    plan->items = items;
    if (taken->count > 0) {
        memcpy(items + plan->count, taken->items, taken->count * sizeof *items);
    }
    plan->count = count;
    taken->count = 0;
    assay_plan_free(taken);
    return 0;
}

void assay_plan_pairs_release(struct assay_plan_pairs *pairs)
{
    free(pairs->items);
    free(pairs->paired);
    *pairs = (struct assay_plan_pairs){ NULL, 0, NULL };
}

void assay_plan_keep(struct assay_plan *plan, const bool *kept)
{
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        if (kept[i]) {
            plan->items[count++] = plan->items[i];
        } else {
            assay_planned_release(&plan->items[i]);
        }
    }
    plan->count = count;
}

static bool same_shared_parameters(const struct assay_planned *a, const struct assay_planned *b)
{
    for (size_t i = 0; i < a->argument_count; i++) {
        for (size_t k = 0; k < b->argument_count; k++) {
            if (strcmp(a->arguments[i].name, b->arguments[k].name) == 0 &&
                strcmp(a->arguments[i].text, b->arguments[k].text) != 0) {
                return false;
            }
        }
    }
    return true;
}

static bool fit(const struct assay_planned *a, const struct assay_planned *b, bool one, enum assay_pairing pairing)
{
    if (strcmp(a->mode, b->mode) != 0 || a->threads != b->threads || a->jobs != b->jobs) {
        return false;
    }
    return one || (pairing == ASSAY_PAIR_BY_ID ? strcmp(a->id, b->id) == 0 : same_shared_parameters(a, b));
}

/* The item of `side` that fits `item`, one that is in no pair first; SIZE_MAX: none, or by id none that is free. */
static size_t find(const struct assay_plan_pairs *pairs, const struct assay_plan *plan,
                   const struct assay_planned *item, const struct assay_plan_side *side, bool one,
                   enum assay_pairing pairing)
{
    size_t taken = SIZE_MAX;
    for (size_t i = side->first; i < side->first + side->count; i++) {
        if (!fit(item, &plan->items[i], one, pairing)) {
            continue;
        }
        if (!pairs->paired[i]) {
            return i;
        }
        taken = taken == SIZE_MAX ? i : taken;
    }
    return pairing == ASSAY_PAIR_BY_ID ? SIZE_MAX : taken;
}

static void add(struct assay_plan_pairs *pairs, size_t base, size_t head)
{
    pairs->items[pairs->count++] = (struct assay_plan_pair){ base, head };
    pairs->paired[base] = pairs->paired[head] = true;
}

int assay_plan_pair(struct assay_plan_pairs *out, const struct assay_plan *plan, const struct assay_plan_side *base,
                    const struct assay_plan_side *head, enum assay_pairing pairing, struct assay_error *error)
{
    struct assay_plan_pairs pairs = { NULL, 0, NULL };
    bool one = pairing == ASSAY_PAIR_BY_PARAMETERS && base->count == 1 && head->count == 1;
    pairs.items = calloc(base->count + head->count + 1, sizeof *pairs.items);
    pairs.paired = calloc(plan->count + 1, sizeof *pairs.paired);
    if (pairs.items == NULL || pairs.paired == NULL) {
        assay_plan_pairs_release(&pairs);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    for (size_t i = head->first; i < head->first + head->count; i++) {
        size_t found = find(&pairs, plan, &plan->items[i], base, one, pairing);
        if (found != SIZE_MAX) {
            add(&pairs, found, i);
        }
    }
    for (size_t i = base->first; i < base->first + base->count; i++) {
        size_t found = pairs.paired[i] ? SIZE_MAX : find(&pairs, plan, &plan->items[i], head, one, pairing);
        if (found != SIZE_MAX) {
            add(&pairs, i, found);
        }
    }
    *out = pairs;
    return 0;
}
