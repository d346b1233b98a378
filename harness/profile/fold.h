/* Which functions hold the inlined ones. Internal to profile/. */
#ifndef ASSAY_PROFILE_FOLD_H
#define ASSAY_PROFILE_FOLD_H

#include "profile/pairs.h"
#include "result/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much of `from` is in `to`, by each measure that may tell. */
struct assay_part {
    uint32_t from, to; /* from: a function, or an edge; to: the function that holds it */
    double samples, own, calls, nodes;
};
struct assay_parts {
    struct assay_part *items;
    size_t count, capacity;
    struct assay_pairs index; /* from and to -> item */
};
struct assay_holders {
    struct assay_parts functions; /* inlined ones; sorted by `from` */
    struct assay_parts edges; /* from inlined functions to others; sorted by `from`. What the tree does not tell is as
                                 the caller's */
};
/* False: no memory. An inlined function that nothing holds holds itself. */
bool assay_holders_find(struct assay_holders *holders, const struct assay_profile *profile);
void assay_holders_release(struct assay_holders *holders);
/* The parts of one `from`, and by which measure they add up: *measure is an offset of a double in a part. */
const struct assay_part *assay_parts_of(const struct assay_parts *parts, uint32_t from, bool by_calls, size_t *count,
                                        size_t *measure, double *whole);
double assay_part_value(const struct assay_part *part, size_t measure);

#endif
