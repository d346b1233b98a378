/* rdrand: the processor's own generator, a cipher (AES in counter mode) that noise of the chip seeds anew all the time.
 * One instruction a number; it cannot be seeded, gives no number twice, and is shared by all cores.
 *
 * Intel, "Digital Random Number Generator (DRNG) Software Implementation Guide", revision 2.1, 2018, whose advice
 * (5.2.1) is followed: an instruction that had no number (carry flag clear) is retried ten times at once, no more. NIST
 * SP 800-90A, CTR_DRBG. State 256 bits, no period. x86-64 alone has it; others have instructions of their own, which
 * are not used here. */
#ifndef GENERATORS_RDRAND_H
#define GENERATORS_RDRAND_H

#include "unit.h"

#include <stdbool.h>
#include <stddef.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

enum { RDRAND_RETRIES = 10 };

struct rdrand {
    bool *exhausted; /* set when ten retries gave no number */
};

/* False: there was none. */
static inline bool rdrand_step(uint64_t *number)
{
#if defined(__x86_64__)
    bool there;
    __asm__ volatile("rdrand %0" : "=r"(*number), "=@ccc"(there));
    return there;
#else
    *number = 0;
    return false;
#endif
}

/* False: a first step and ten retries had none. */
static inline bool rdrand_try(uint64_t *number, bool (*step)(uint64_t *number))
{
    for (int i = 0; i < 1 + RDRAND_RETRIES; i++) {
        if (step(number)) {
            return true;
        }
    }
    return false;
}

/* 0, and `exhausted`, where ten retries gave none. */
static inline uint64_t rdrand_uint64(struct rdrand *self)
{
    uint64_t number;
    if (rdrand_try(&number, rdrand_step)) {
        return number;
    }
    *self->exhausted = true;
    return 0;
}

/* It cannot be seeded; all generators are asked to. */
static inline void rdrand_seed(struct rdrand *self, uint64_t seed)
{
    (void)self;
    (void)seed;
}

static inline double rdrand_double(struct rdrand *self)
{
    return unit_double(rdrand_uint64(self));
}

/* NULL, or why it cannot be used. Some processors say that they have it and then give one number for ever (AMD families
 * 15h and 16h after a suspend, early 17h firmware): eight that are equal are no accident. */
static inline const char *rdrand_unavailable(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & bit_RDRND) == 0) {
        return "this processor has no rdrand instruction";
    }
    bool exhausted = false, differ = false;
    struct rdrand self = { &exhausted };
    uint64_t first = rdrand_uint64(&self);
    for (int i = 1; i < 8; i++) {
        differ |= rdrand_uint64(&self) != first;
    }
    return exhausted ? "this processor's rdrand gives no numbers"
           : !differ ? "this processor's rdrand gives the same number for ever"
                     : NULL;
#else
    return "rdrand is an instruction of x86-64 processors";
#endif
}

#endif
