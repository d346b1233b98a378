/* xoshiro256++: four words under a linear map of shifts, rotations and exclusive ors; the output adds two of them and
 * rotates, which hides that the map is linear.
 *
 * Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47(4), 2021. State 256 bits, not all
 * zero; period 2^256 - 1. Seeded by four numbers of splitmix64, as the authors advise. */
#ifndef GENERATORS_XOSHIRO256PP_H
#define GENERATORS_XOSHIRO256PP_H

#include "splitmix64.h"

struct xoshiro256pp {
    uint64_t words[4];
};

static inline void xoshiro256pp_seed(struct xoshiro256pp *self, uint64_t seed)
{
    struct splitmix64 seeder = { seed };
    for (int i = 0; i < 4; i++) {
        self->words[i] = splitmix64_uint64(&seeder);
    }
}

static inline uint64_t xoshiro256pp_rotate(uint64_t word, int left)
{
    return word << left | word >> (64 - left);
}

static inline uint64_t xoshiro256pp_uint64(struct xoshiro256pp *self)
{
    uint64_t *s = self->words;
    uint64_t result = xoshiro256pp_rotate(s[0] + s[3], 23) + s[0];
    uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = xoshiro256pp_rotate(s[3], 45);
    return result;
}

static inline double xoshiro256pp_double(struct xoshiro256pp *self)
{
    return unit_double(xoshiro256pp_uint64(self));
}

#endif
