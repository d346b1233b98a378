/* sieve.wheel30: a bit for every number prime to 30, eight to a byte, by segments.
 *
 * Idea    of 30 numbers in a row only 8 have no factor 2, 3 or 5: they are the bits of one byte. So the table is almost
 *         half of one for odd numbers, and so are the crossings. What p crosses off depends on p modulo 30 alone, up to
 *         where it begins: eight loops, one a residue, each with eight constant masks. The multiples of 7, 11 and 13
 * come with a pattern of 1001 bytes. Time    O(n log log n), in the first-level cache. Memory  n / 30 bytes, and 16
 * bytes for each prime up to the root. Source  the byte for 30 numbers and the loops by residue are primesieve's
 * (Walisch, doc/ALGORITHMS.md); segments are Bays and Hudson's, BIT 17, 1977 (see wheel.c). Written anew from the idea.
 */
#include "wheel.h"

/* The wheel of 2, 3 and 5. */
#define WHEEL_BIT30(w)                                                                                                 \
    ((w) == 1 ? 0 : (w) == 7 ? 1 : (w) == 11 ? 2 : (w) == 13 ? 3 : (w) == 17 ? 4 : (w) == 19 ? 5 : (w) == 23 ? 6 : 7)
WHEEL_CROSS(wheel30_cross, 30, 1, 7, 11, 13, 17, 19, 23, 29)

static uint8_t pattern[7 * 11 * 13];

/* The first byte: all but 1. */
static const struct wheel wheel = {
    30, { 1, 7, 11, 13, 17, 19, 23, 29 }, 0xfe, { 2, 3, 5, 0 }, { 7, 11, 13, 0 }, sizeof pattern, pattern, wheel30_cross
};

static void wheel30_ready(void)
{
    wheel_ready(&wheel);
}

static size_t wheel30_size(uint64_t limit)
{
    return wheel_size(&wheel, limit);
}

static APART void wheel30_sieve(void *block, uint64_t limit)
{
    wheel_sieve(&wheel, block, limit);
}

static void wheel30_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    wheel_primes(&wheel, block, limit, take, context);
}

static uint64_t wheel30_crossings(uint64_t limit)
{
    return wheel_crossings(&wheel, limit);
}

const struct sieve_design sieve_wheel30 = {
    .name = "sieve.wheel30",
    .summary = "a bit for every number prime to 30, eight to a byte, by segments",
    .most = "10000000000",
    /* Wheel. Not faithful, read strictly: the rules want a buffer of the sieve's size, and it is open whether one
     * without the multiples of 3 and 5 is; published wheels that call themselves faithful store all odd numbers. */
    .tags = { "primes", "sieve", "algorithm=wheel", "faithful=no", "bits=1", NULL },
    .ready = wheel30_ready,
    .size = wheel30_size,
    .sieve = wheel30_sieve,
    .primes = wheel30_primes,
    .crossings = wheel30_crossings,
};
