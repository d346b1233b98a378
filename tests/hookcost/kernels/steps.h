/* Work of known length: steps of a linear congruential generator, each of which waits for the one before, so that the
 * time of two such chains after each other is the sum of their times, whatever the processor does at the same time. And
 * where such a chain must end, in closed form. */
#ifndef HOOKCOST_STEPS_H
#define HOOKCOST_STEPS_H

#include <assay/kernel.h>

#include <stdbool.h>

/* A function that the compiler neither inlines nor clones: it is called as often as it is written. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

/* Knuth's multiplier for 64 bits, The Art of Computer Programming 2, 3.3.4, table 1, line 26; any odd addend. */
#define STEP_FACTOR UINT64_C(6364136223846793005)
#define STEP_ADDEND UINT64_C(1442695040888963407)

/* What the compiler knows nothing about, so that it neither removes, merges nor reorders what makes it. */
#define KEEP(x) __asm__ volatile("" : "+r"(x))

/* So many steps, from x to x. A macro, like the next: an inlined function would have a row of its own in a profile. */
#define STEP_ON(x, steps)                                                                                              \
    do {                                                                                                               \
        uint64_t step_count = (steps);                                                                                 \
        for (uint64_t step = 0; step < step_count; step++) {                                                           \
            (x) = (x)*STEP_FACTOR + STEP_ADDEND;                                                                       \
            KEEP(x);                                                                                                   \
        }                                                                                                              \
    } while (0)

/* Declares x as `start`, but not before `before` is there: iterations do not overlap, and every one begins alike. */
#define START_AFTER(x, before, start)                                                                                  \
    uint64_t x = 0;                                                                                                    \
    KEEP(x);                                                                                                           \
    x = (start) + ((before)&x)

/* Where `steps` steps from x end: the step as an affine map, taken to that power by squaring (Brown, "Random number
 * generation with arbitrary strides", 1994). No loop over steps. */
static inline uint64_t jump(uint64_t x, uint64_t steps)
{
    uint64_t factor = 1, addend = 0, power = STEP_FACTOR, more = STEP_ADDEND;
    for (; steps > 0; steps >>= 1) {
        if ((steps & 1) != 0) {
            factor *= power;
            addend = addend * power + more;
        }
        more *= power + 1;
        power *= power;
    }
    return x * factor + addend;
}

/* An answer of one number. */
static inline int expect_one(struct assay_expected *expected, uint64_t value, const char *source)
{
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = 1;
    expected->sum = value;
    expected->source = source;
    return 0;
}

#define STEPS_SOURCE "the generator's jump by all steps at once"

#define INTEGER_PARAMETER(id, text, value, high)                                                                       \
    static const struct assay_parameter id##_parameter = { .struct_size = (uint32_t)sizeof(struct assay_parameter),    \
                                                           .type = ASSAY_INTEGER,                                      \
                                                           .name = #id,                                                \
                                                           .summary = text,                                            \
                                                           .fallback = value,                                          \
                                                           .least = "0",                                               \
                                                           .most = high };
#endif
