/* Arithmetic about sieves that no sieve does: roots, bounds and how often odd multiples are crossed off. Must not run a
 * sieve: what it says of crossings is held against what sieves do. */
#include "sieve.h"

#include "../oracle/prime_oracle.h"

uint64_t sieve_root(uint64_t n)
{
    uint64_t root = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit > 0; bit /= 2) {
        if ((root + bit) * (root + bit) <= n) {
            root += bit;
        }
    }
    return root;
}

bool sieve_is_prime(uint64_t n)
{
    if (n % 2 == 0) {
        return n == 2;
    }
    for (uint64_t i = 3; i * i <= n; i += 2) {
        if (n % i == 0) {
            return false;
        }
    }
    return n > 1;
}

uint64_t sieve_count_primes(uint64_t limit)
{
    struct prime_oracle oracle = { 0, 0 };
    return prime_oracle_below(&oracle, limit) == 0 ? oracle.count : 0;
}

uint64_t sieve_most_primes(uint64_t limit)
{
    if (limit < 2) {
        return 0;
    }
    uint64_t bits = 63 - (uint64_t)__builtin_clzll(limit); /* floor of the binary logarithm; 1.25506 / ln 2 < 1.811 */
    return limit * 1811 / 1000 / bits + 1;
}

uint64_t sieve_odd_crossings(uint64_t limit)
{
    uint64_t crossings = 0;
    for (uint64_t p = 3; p * p < limit; p += 2) {
        if (sieve_is_prime(p)) {
            crossings += (limit - 1 - p * p) / (2 * p) + 1;
        }
    }
    return crossings;
}
