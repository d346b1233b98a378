/* A hash table from a 64-bit key to a 32-bit index. Internal to profile/. */
#ifndef ASSAY_PROFILE_PAIRS_H
#define ASSAY_PROFILE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_NONE UINT32_MAX

struct assay_pairs {
    uint64_t *keys;
    uint32_t *values; /* ASSAY_NONE: a free slot */
    size_t capacity, count;
};
void assay_pairs_release(struct assay_pairs *pairs);
/* ASSAY_NONE: it is not there. */
uint32_t assay_pairs_get(const struct assay_pairs *pairs, uint64_t key);
/* Adds a key that is not there. `value` below ASSAY_NONE. False: no memory. */
bool assay_pairs_put(struct assay_pairs *pairs, uint64_t key, uint32_t value);

static inline uint64_t assay_pair_key(uint32_t one, uint32_t other)
{
    return (uint64_t)one << 32 | other;
}
/* FNV-1a (Fowler, Noll and Vo, 1991) of a string, going on from `hash`; NULL is another string than "". */
uint64_t assay_pairs_hash(uint64_t hash, const char *text);

#endif
