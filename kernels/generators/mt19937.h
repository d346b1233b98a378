/* mt19937: 624 words under a linear recurrence over bits, made anew all at once when they are used up, and tempered on
 * their way out. Long of period and large of state; linear, which tests of matrix rank find out.
 *
 * Matsumoto and Nishimura, "Mersenne twister", ACM TOMACS 8(1), 1998; seeding and doubles as in their mt19937ar.c of
 * 2002 (init_genrand, genrand_res53). State 19,937 bits in 2.5 kB, period 2^19937 - 1. */
#ifndef GENERATORS_MT19937_H
#define GENERATORS_MT19937_H

#include <stdint.h>

#define MT19937_WORDS 624
#define MT19937_MIDDLE 397

struct mt19937 {
    uint32_t words[MT19937_WORDS];
    uint32_t used;
};

/* Takes the seed's lower 32 bits: it has no more. */
static inline void mt19937_seed(struct mt19937 *self, uint64_t seed)
{
    self->words[0] = (uint32_t)seed;
    for (uint32_t i = 1; i < MT19937_WORDS; i++) {
        uint32_t before = self->words[i - 1];
        self->words[i] = UINT32_C(1812433253) * (before ^ (before >> 30)) + i;
    }
    self->used = MT19937_WORDS;
}

static inline uint32_t mt19937_twist(uint32_t word, uint32_t next, uint32_t far)
{
    uint32_t y = (word & UINT32_C(0x80000000)) | (next & UINT32_C(0x7FFFFFFF));
    return far ^ (y >> 1) ^ ((y & 1) != 0 ? UINT32_C(0x9908B0DF) : 0);
}

/* A function of its own: it runs once in 624 words, and profiles show it. */
static __attribute__((noinline, unused)) void mt19937_refill(struct mt19937 *self)
{
    enum { ROUND = MT19937_WORDS - MT19937_MIDDLE };
    uint32_t *words = self->words;
    for (int i = 0; i < ROUND; i++) {
        words[i] = mt19937_twist(words[i], words[i + 1], words[i + MT19937_MIDDLE]);
    }
    for (int i = ROUND; i < MT19937_WORDS - 1; i++) {
        words[i] = mt19937_twist(words[i], words[i + 1], words[i - ROUND]);
    }
    words[MT19937_WORDS - 1] = mt19937_twist(words[MT19937_WORDS - 1], words[0], words[MT19937_MIDDLE - 1]);
    self->used = 0;
}

static inline uint32_t mt19937_next(struct mt19937 *self)
{
    if (self->used == MT19937_WORDS) {
        mt19937_refill(self);
    }
    uint32_t y = self->words[self->used++];
    y ^= y >> 11;
    y ^= (y << 7) & UINT32_C(0x9D2C5680);
    y ^= (y << 15) & UINT32_C(0xEFC60000);
    return y ^ (y >> 18);
}

/* Two outputs, the first one above, as in numpy and in C++'s independent_bits_engine. */
static inline uint64_t mt19937_uint64(struct mt19937 *self)
{
    uint64_t upper = mt19937_next(self);
    return upper << 32 | mt19937_next(self);
}

/* genrand_res53: 27 bits of one output above 26 of the next. Not the upper 53 bits of mt19937_uint64. */
static inline double mt19937_double(struct mt19937 *self)
{
    uint64_t upper = mt19937_next(self) >> 5;
    uint64_t lower = mt19937_next(self) >> 6;
    return (double)(int64_t)(upper << 26 | lower) * 0x1p-53;
}

#endif
