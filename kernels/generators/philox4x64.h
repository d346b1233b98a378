/* philox4x64-10: a cipher without secrecy. A counter of four words goes through ten rounds of two multiplications,
 * under a key; the block that comes out is four numbers. Any place of the sequence is reached at once.
 *
 * Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011. State 256 bits of counter and
 * 128 of key, period 2^258 numbers. The counter begins at 0 and the seed is the key's first word, as in C++26's
 * std::philox4x64; the numbers of a block come in its order. (numpy counts up before each block: its first counter
 * is 1.) */
#ifndef GENERATORS_PHILOX4X64_H
#define GENERATORS_PHILOX4X64_H

#include "unit.h"
#include "wide.h"

struct philox4x64 {
    uint64_t counter[4];
    uint64_t key[2];
    uint64_t block[4];
    uint32_t used; /* of the block */
};

static inline void philox4x64_seed(struct philox4x64 *self, uint64_t seed)
{
    *self = (struct philox4x64){ .key = { seed, 0 }, .used = 4 };
}

/* The block of a counter under a key. */
static inline void philox4x64_cipher(uint64_t block[4], const uint64_t counter[4], const uint64_t key[2])
{
    uint64_t a = counter[0], b = counter[1], c = counter[2], d = counter[3], k = key[0], l = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t upper_a, upper_c;
        uint64_t lower_a = wide_product(&upper_a, a, UINT64_C(0xD2E7470EE14C6C93));
        uint64_t lower_c = wide_product(&upper_c, c, UINT64_C(0xCA5A826395121157));
        a = upper_c ^ b ^ k;
        b = lower_c;
        c = upper_a ^ d ^ l;
        d = lower_a;
        k += UINT64_C(0x9E3779B97F4A7C15);
        l += UINT64_C(0xBB67AE8584CAA73B);
    }
    block[0] = a;
    block[1] = b;
    block[2] = c;
    block[3] = d;
}

static inline void philox4x64_refill(struct philox4x64 *self)
{
    philox4x64_cipher(self->block, self->counter, self->key);
    for (int i = 0; i < 4 && ++self->counter[i] == 0; i++) {
    }
    self->used = 0;
}

static inline uint64_t philox4x64_uint64(struct philox4x64 *self)
{
    if (self->used == 4) {
        philox4x64_refill(self);
    }
    return self->block[self->used++];
}

static inline double philox4x64_double(struct philox4x64 *self)
{
    return unit_double(philox4x64_uint64(self));
}

#endif
