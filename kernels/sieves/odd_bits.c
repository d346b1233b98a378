/* sieve.odd_bits: a bit for every odd number, set when it is composite.
 *
 * Idea    even numbers but 2 need no flag and no crossing; a bit is enough for a flag. Bit i stands for 2i + 1; from
 * one odd multiple of p to the next is 2p, which is p bits. Time    O(n log log n), with well under half of the
 * crossings of a byte for every number; each reads and writes a word. Memory  n / 16 bytes: at 10^6 the table stays in
 * a second-level cache, nearly in a first-level one. Source  the base algorithm of the drag race of prime sieves
 * (Plummer, "Software Drag Race", 2021); to leave out even numbers is as old as printed tables of factors. */
#include "sieve.h"

/* Bits that stand for numbers below the limit: the last is 2i + 1 < limit. */
static uint64_t end_of(uint64_t limit)
{
    return limit / 2;
}

static size_t odd_bits_size(uint64_t limit)
{
    return (size_t)(end_of(limit) / 64 + 1) * sizeof(uint64_t);
}

static APART void odd_bits_sieve(void *block, uint64_t limit)
{
    uint64_t *composite = block;
    uint64_t end = end_of(limit);
    memset(composite, 0, odd_bits_size(limit));
    for (uint64_t i = 1; 2 * i * (i + 1) < end; i++) { /* (2i + 1)^2 = 2 (2i (i + 1)) + 1 */
        if ((composite[i / 64] >> (i % 64) & 1) == 0) {
            for (uint64_t j = 2 * i * (i + 1); j < end; j += 2 * i + 1) {
                composite[j / 64] |= UINT64_C(1) << (j % 64);
                ASSAY_COUNT(1);
            }
        }
    }
}

static void odd_bits_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    const uint64_t *composite = block;
    take(context, 2);
    for (uint64_t i = 1; i < end_of(limit); i++) {
        if ((composite[i / 64] >> (i % 64) & 1) == 0) {
            take(context, 2 * i + 1);
        }
    }
}

const struct sieve_design sieve_odd_bits = {
    .name = "sieve.odd_bits",
    .summary = "a bit for every odd number",
    .most = "10000000000",
    /* Base to the letter: checks 3, 5, 7, ..., sets single bits in steps of 2p; from p * p on, up to the root and with
     * inverted flags, all three of which the rules permit. */
    .tags = { "primes", "sieve", "algorithm=base", "faithful=yes", "bits=1", NULL },
    .size = odd_bits_size,
    .sieve = odd_bits_sieve,
    .primes = odd_bits_primes,
    .crossings = sieve_odd_crossings,
};
