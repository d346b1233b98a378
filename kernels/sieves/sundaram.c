/* sieve.sundaram: odd composites by a formula, without ever asking for a prime.
 *
 * Idea    an odd number 2k + 1 is composite just if it is (2i + 1)(2j + 1) with 1 <= i <= j, which is
 *         k = i + j + 2ij. Strike all such k; what is left are the odd primes.
 * Time    O(n log n): it is the sieve of Eratosthenes with every odd number in place of every odd prime.
 * Memory  n / 2 bytes: a byte for every k.
 * Source  Aiyar, "Sundaram's sieve for prime numbers", The Mathematics Student 2, 1934. */
#include "sieve.h"

/* k is below this. */
static uint64_t end_of(uint64_t limit)
{
    return limit / 2;
}

static size_t sundaram_size(uint64_t limit)
{
    return (size_t)end_of(limit) + 1;
}

static APART void sundaram_sieve(void *block, uint64_t limit)
{
    uint8_t *is_left = block;
    uint64_t end = end_of(limit);
    memset(is_left, 1, sundaram_size(limit));
    for (uint64_t i = 1; i + i + 2 * i * i < end; i++) {
        for (uint64_t k = i + i + 2 * i * i; k < end; k += 2 * i + 1) { /* j + 1: k grows by 1 + 2i */
            is_left[k] = 0;
            ASSAY_COUNT(1);
        }
    }
}

static void sundaram_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    const uint8_t *is_left = block;
    take(context, 2);
    for (uint64_t k = 1; k < end_of(limit); k++) {
        if (is_left[k]) {
            take(context, 2 * k + 1);
        }
    }
}

/* For every i the j from i on with i + j + 2ij below the end. */
static uint64_t sundaram_crossings(uint64_t limit)
{
    uint64_t crossings = 0, end = end_of(limit);
    for (uint64_t i = 1; i + i + 2 * i * i < end; i++) {
        crossings += (end - 1 - i) / (2 * i + 1) - i + 1;
    }
    return crossings;
}

const struct sieve_design sieve_sundaram = {
    .name = "sieve.sundaram",
    .summary = "odd composites by the formula i + j + 2ij (Sundaram)",
    .most = "1000000000",
    /* Other, and not faithful: the rules want a sieve of Eratosthenes, and this never looks for the next prime. */
    .tags = { "primes", "sieve", "algorithm=other", "faithful=no", "bits=8", NULL },
    .size = sundaram_size,
    .sieve = sundaram_sieve,
    .primes = sundaram_primes,
    .crossings = sundaram_crossings,
};
