/* splitmix64: a counter that goes up by the golden ratio, and a mixer that hides it. Every state can be reached at
 * once, so that many numbers are independent work; whence its use to seed others.
 *
 * Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014; constants of the mixer:
 * Stafford's variant 13, as in Vigna's splitmix64.c. State 64 bits, period 2^64; each number comes exactly once in it.
 */
#ifndef GENERATORS_SPLITMIX64_H
#define GENERATORS_SPLITMIX64_H

#include "unit.h"

struct splitmix64 {
    uint64_t counter;
};

static inline void splitmix64_seed(struct splitmix64 *self, uint64_t seed)
{
    self->counter = seed;
}

static inline uint64_t splitmix64_uint64(struct splitmix64 *self)
{
    uint64_t z = self->counter += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline double splitmix64_double(struct splitmix64 *self)
{
    return unit_double(splitmix64_uint64(self));
}

#endif
