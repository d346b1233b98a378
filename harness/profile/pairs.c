/* A hash table with open addressing. Knows no meaning of its keys. */
#include "profile/pairs.h"

#include <stdlib.h>

void assay_pairs_release(struct assay_pairs *pairs)
{
    free(pairs->keys);
    free(pairs->values);
    *pairs = (struct assay_pairs){ .keys = NULL };
}

/* The finalizer of splitmix64 (Steele, Lea and Flood, 2014): keys are indexes and addresses, whose low bits repeat. */
static size_t slot_of(const struct assay_pairs *pairs, uint64_t key)
{
    key = (key ^ key >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    key = (key ^ key >> 27) * UINT64_C(0x94d049bb133111eb);
    return (size_t)(key ^ key >> 31) & (pairs->capacity - 1);
}

uint32_t assay_pairs_get(const struct assay_pairs *pairs, uint64_t key)
{
    if (pairs->count == 0) {
        return ASSAY_NONE;
    }
    size_t slot = slot_of(pairs, key);
    while (pairs->values[slot] != ASSAY_NONE && pairs->keys[slot] != key) {
        slot = (slot + 1) & (pairs->capacity - 1);
    }
    return pairs->values[slot];
}

static void place(struct assay_pairs *pairs, uint64_t key, uint32_t value)
{
    size_t slot = slot_of(pairs, key);
    while (pairs->values[slot] != ASSAY_NONE) {
        slot = (slot + 1) & (pairs->capacity - 1);
    }
    pairs->keys[slot] = key;
    pairs->values[slot] = value;
}

static bool grow(struct assay_pairs *pairs)
{
    struct assay_pairs grown = { .capacity = pairs->capacity == 0 ? 64 : pairs->capacity * 2, .count = pairs->count };
    grown.keys = calloc(grown.capacity, sizeof *grown.keys);
    grown.values = calloc(grown.capacity, sizeof *grown.values);
    if (grown.keys == NULL || grown.values == NULL) {
        free(grown.keys);
        free(grown.values);
        return false;
    }
    for (size_t i = 0; i < grown.capacity; i++) {
        grown.values[i] = ASSAY_NONE;
    }
    for (size_t i = 0; i < pairs->capacity; i++) {
        if (pairs->values[i] != ASSAY_NONE) {
            place(&grown, pairs->keys[i], pairs->values[i]);
        }
    }
    struct assay_pairs old = *pairs;
    *pairs = grown;
    assay_pairs_release(&old);
    return true;
}

bool assay_pairs_put(struct assay_pairs *pairs, uint64_t key, uint32_t value)
{
    if (pairs->count * 3 >= pairs->capacity * 2 && !grow(pairs)) {
        return false;
    }
    place(pairs, key, value);
    pairs->count++;
    return true;
}

uint64_t assay_pairs_hash(uint64_t hash, const char *text)
{
    hash = (hash ^ (text == NULL ? 1 : 2)) * UINT64_C(0x100000001b3);
    for (; text != NULL && *text != '\0'; text++) {
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    }
    return hash;
}
