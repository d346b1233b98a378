/* rand(): whatever the C library has, behind a call and, in most, a lock. Its state is the process's and not a
 * generator's own, so that its struct holds no more than a place for the seed, and two threads cannot have one each.
 *
 * ISO C, 7.22.2.1, which promises no quality. glibc: the additive feedback r[i] = r[i-3] + r[i-31] of 31 words with the
 * lowest bit dropped (random(3), type 3): 31 bits a call, state 992 bits, period about 16 * (2^31 - 1). */
#ifndef GENERATORS_LIBC_RAND_H
#define GENERATORS_LIBC_RAND_H

#include "unit.h"

#include <stdlib.h>

/* glibc, musl, the BSDs. Where there are fewer bits, more calls would be needed for a number. */
_Static_assert(RAND_MAX == 0x7FFFFFFF, "rand() is taken to give 31 bits");

struct libc_rand {
    unsigned seed;
};

/* Takes the seed's lower 32 bits: srand has no more. */
static inline void libc_rand_seed(struct libc_rand *self, uint64_t seed)
{
    self->seed = (unsigned)seed;
    srand(self->seed);
}

/* Three calls: 31 bits of the first above 31 of the second above the upper 2 of the third. */
static inline uint64_t libc_rand_uint64(struct libc_rand *self)
{
    (void)self;
    uint64_t first = (uint64_t)rand();
    uint64_t second = (uint64_t)rand();
    return first << 33 | second << 2 | (uint64_t)rand() >> 29;
}

static inline double libc_rand_double(struct libc_rand *self)
{
    return unit_double(libc_rand_uint64(self));
}

#endif
