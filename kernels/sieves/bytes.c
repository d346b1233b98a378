/* sieve.bytes: a byte for every number, the sieve as it is told.
 *
 * Idea    write down 2, 3, 4, ..., n; the first that is not crossed off is prime; cross off its multiples, from its
 *         square on, since smaller ones have a smaller factor; go on up to the root of n.
 * Time    O(n log log n): a crossing for every prime up to the root and every multiple of it.
 * Memory  n bytes.
 * Source  Eratosthenes, as told by Nicomachus, Introduction to Arithmetic I.13.
 *
 * To be quick it takes no pains; it is what the others are held against. Beyond the second-level cache most crossings
 * of a large prime miss. */
#include "sieve.h"

static size_t bytes_size(uint64_t limit)
{
    return (size_t)limit + 1;
}

static APART void bytes_sieve(void *block, uint64_t limit)
{
    uint8_t *is_prime = block;
    memset(is_prime, 1, (size_t)limit + 1);
    for (uint64_t p = 2; p * p < limit; p++) {
        if (is_prime[p]) {
            for (uint64_t i = p * p; i < limit; i += p) {
                is_prime[i] = 0;
                ASSAY_COUNT(1);
            }
        }
    }
}

static void bytes_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    const uint8_t *is_prime = block;
    for (uint64_t i = 2; i < limit; i++) {
        if (is_prime[i]) {
            take(context, i);
        }
    }
}

static uint64_t bytes_crossings(uint64_t limit)
{
    uint64_t crossings = 0;
    for (uint64_t p = 2; p * p < limit; p++) {
        if (sieve_is_prime(p)) {
            crossings += (limit - 1 - p * p) / p + 1;
        }
    }
    return crossings;
}

const struct sieve_design sieve_bytes = {
    .name = "sieve.bytes",
    .summary = "a byte for every number",
    .most = "1000000000",
    /* Not base: it has flags for even numbers, crosses these off too and steps by p. Else as the rules want it. */
    .tags = { "primes", "sieve", "algorithm=other", "faithful=yes", "bits=8", NULL },
    .size = bytes_size,
    .sieve = bytes_sieve,
    .primes = bytes_primes,
    .crossings = bytes_crossings,
};
