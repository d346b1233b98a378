/* pcg64-dxsm (PCG-CM-DXSM 128/64): a linear congruential generator of 128 bits with a multiplier of 64, and the output
 * "double xorshift multiply" of the state before the step, which is why both can go on at the same time.
 *
 * O'Neill, HMC-CS-2014-0905, 2014, and the DXSM output that she added to pcg-cpp in 2019; numpy's PCG64DXSM. State 128
 * bits and 127 of the stream, period 2^128. The stream is 54, as for pcg32. */
#ifndef GENERATORS_PCG64_DXSM_H
#define GENERATORS_PCG64_DXSM_H

#include "unit.h"
#include "wide.h"

struct pcg64_dxsm {
    uint128 state;
    uint128 increment; /* odd */
};

#define PCG64_DXSM_MULTIPLIER UINT64_C(0xDA942042E4DD58B5)

static inline uint64_t pcg64_dxsm_uint64(struct pcg64_dxsm *self)
{
    uint64_t upper = (uint64_t)(self->state >> 64), lower = (uint64_t)self->state | 1;
    self->state = self->state * PCG64_DXSM_MULTIPLIER + self->increment;
    upper ^= upper >> 32;
    upper *= PCG64_DXSM_MULTIPLIER;
    upper ^= upper >> 48;
    return upper * lower;
}

static inline void pcg64_dxsm_seed(struct pcg64_dxsm *self, uint64_t seed)
{
    self->state = 0;
    self->increment = 54 << 1 | 1;
    pcg64_dxsm_uint64(self);
    self->state += seed;
    pcg64_dxsm_uint64(self);
}

static inline double pcg64_dxsm_double(struct pcg64_dxsm *self)
{
    return unit_double(pcg64_dxsm_uint64(self));
}

#endif
