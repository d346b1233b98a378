/* pcg32 (PCG-XSH-RR 64/32): a linear congruential generator of 64 bits, of whose state the upper bits are folded and
 * then rotated by the uppermost five. The increment, any odd number, chooses one of 2^63 streams.
 *
 * O'Neill, "PCG: a family of simple fast space-efficient statistically good algorithms for random number generation",
 * Harvey Mudd College HMC-CS-2014-0905, 2014. State 64 bits and 63 of the stream, period 2^64. The stream is 54, that
 * of the author's own demonstration. */
#ifndef GENERATORS_PCG32_H
#define GENERATORS_PCG32_H

#include "unit.h"

struct pcg32 {
    uint64_t state;
    uint64_t increment; /* odd */
};

static inline uint32_t pcg32_next(struct pcg32 *self)
{
    uint64_t state = self->state;
    self->state = state * UINT64_C(6364136223846793005) + self->increment;
    uint32_t folded = (uint32_t)(((state >> 18) ^ state) >> 27);
    uint32_t right = (uint32_t)(state >> 59);
    return folded >> right | folded << (-right & 31);
}

static inline void pcg32_seed_stream(struct pcg32 *self, uint64_t seed, uint64_t stream)
{
    self->state = 0;
    self->increment = stream << 1 | 1;
    pcg32_next(self);
    self->state += seed;
    pcg32_next(self);
}

static inline void pcg32_seed(struct pcg32 *self, uint64_t seed)
{
    pcg32_seed_stream(self, seed, 54);
}

/* Two outputs, the first one above. */
static inline uint64_t pcg32_uint64(struct pcg32 *self)
{
    uint64_t upper = pcg32_next(self);
    return upper << 32 | pcg32_next(self);
}

static inline double pcg32_double(struct pcg32 *self)
{
    return unit_double(pcg32_uint64(self));
}

#endif
