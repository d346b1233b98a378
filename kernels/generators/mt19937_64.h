/* mt19937-64: the Mersenne twister on 312 words of 64 bits, with a recurrence and a tempering of its own.
 *
 * Nishimura, "Tables of 64-bit Mersenne twisters", ACM TOMACS 10(4), 2000; seeding as in mt19937-64.c of 2004
 * (init_genrand64). State 19,937 bits in 2.5 kB, period 2^19937 - 1. */
#ifndef GENERATORS_MT19937_64_H
#define GENERATORS_MT19937_64_H

#include "unit.h"

#define MT19937_64_WORDS 312
#define MT19937_64_MIDDLE 156

struct mt19937_64 {
    uint64_t words[MT19937_64_WORDS];
    uint32_t used;
};

static inline void mt19937_64_seed(struct mt19937_64 *self, uint64_t seed)
{
    self->words[0] = seed;
    for (uint32_t i = 1; i < MT19937_64_WORDS; i++) {
        uint64_t before = self->words[i - 1];
        self->words[i] = UINT64_C(6364136223846793005) * (before ^ (before >> 62)) + i;
    }
    self->used = MT19937_64_WORDS;
}

static inline uint64_t mt19937_64_twist(uint64_t word, uint64_t next, uint64_t far)
{
    uint64_t y = (word & UINT64_C(0xFFFFFFFF80000000)) | (next & UINT64_C(0x7FFFFFFF));
    return far ^ (y >> 1) ^ ((y & 1) != 0 ? UINT64_C(0xB5026F5AA96619E9) : 0);
}

/* A function of its own: it runs once in 312 numbers, and profiles show it. */
static __attribute__((noinline, unused)) void mt19937_64_refill(struct mt19937_64 *self)
{
    enum { ROUND = MT19937_64_WORDS - MT19937_64_MIDDLE };
    uint64_t *words = self->words;
    for (int i = 0; i < ROUND; i++) {
        words[i] = mt19937_64_twist(words[i], words[i + 1], words[i + MT19937_64_MIDDLE]);
    }
    for (int i = ROUND; i < MT19937_64_WORDS - 1; i++) {
        words[i] = mt19937_64_twist(words[i], words[i + 1], words[i - ROUND]);
    }
    words[MT19937_64_WORDS - 1] = mt19937_64_twist(words[MT19937_64_WORDS - 1], words[0], words[MT19937_64_MIDDLE - 1]);
    self->used = 0;
}

static inline uint64_t mt19937_64_uint64(struct mt19937_64 *self)
{
    if (self->used == MT19937_64_WORDS) {
        mt19937_64_refill(self);
    }
    uint64_t y = self->words[self->used++];
    y ^= (y >> 29) & UINT64_C(0x5555555555555555);
    y ^= (y << 17) & UINT64_C(0x71D67FFFEDA60000);
    y ^= (y << 37) & UINT64_C(0xFFF7EEE000000000);
    return y ^ (y >> 43);
}

static inline double mt19937_64_double(struct mt19937_64 *self)
{
    return unit_double(mt19937_64_uint64(self));
}

#endif
