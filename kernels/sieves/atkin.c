/* sieve.atkin: primes by how often quadratic forms represent them.
 *
 * Idea    a number n prime to 6 and without a square factor is prime just if
 *             4x^2 + y^2 = n  has an odd number of solutions x, y > 0,       for n = 1 mod 4,
 *             3x^2 + y^2 = n                                                 for n = 7 mod 12,
 *             3x^2 - y^2 = n  with x > y                                     for n = 11 mod 12.
 *         So flip the flag of n at each solution; then clear the multiples of the squares of primes.
 * Time    O(n) as it stands here, with forms modulo 12; O(n / log log n) with a wheel that grows with n.
 * Memory  n / 16 bytes: a bit for every odd number.
 * Source  Atkin and Bernstein, "Prime sieves using binary quadratic forms", Mathematics of Computation 73, 2004.
 *
 * No n is computed to be thrown away for its residue: squares have few residues, so x and y that lead elsewhere are
 * stepped over. n = 1 mod 4: y odd, and not both divisible by 3. 7 mod 12: x odd, y even, y not divisible by 3.
 * 11 mod 12: x + y odd, y not divisible by 3. */
#include "sieve.h"

static size_t atkin_size(uint64_t limit)
{
    return (size_t)(limit / 128 + 1) * sizeof(uint64_t);
}

static inline void flip(uint64_t *is_prime, uint64_t n)
{
    is_prime[n / 128] ^= UINT64_C(1) << (n / 2 % 64);
    ASSAY_COUNT(1);
}

static inline bool is_set(const uint64_t *is_prime, uint64_t n)
{
    return is_prime[n / 128] >> (n / 2 % 64) & 1;
}

/* Flips base + y^2 below the limit for y, y + step, y + turn, y + turn + step, y + 2 turn, ... */
static inline void flip_sums(uint64_t *is_prime, uint64_t limit, uint64_t base, uint64_t y, uint64_t step,
                             uint64_t turn)
{
    for (; base + y * y < limit; y += step, step = turn - step) {
        flip(is_prime, base + y * y);
    }
}

static APART void atkin_first_form(uint64_t *is_prime, uint64_t limit)
{
    for (uint64_t x = 1; 4 * x * x < limit; x++) {
        if (x % 3 == 0) {
            flip_sums(is_prime, limit, 4 * x * x, 1, 4, 6); /* y = 1, 5, 7, 11, 13, ... */
        } else {
            flip_sums(is_prime, limit, 4 * x * x, 1, 2, 4); /* y = 1, 3, 5, ... */
        }
    }
}

static APART void atkin_second_form(uint64_t *is_prime, uint64_t limit)
{
    for (uint64_t x = 1; 3 * x * x < limit; x += 2) {
        flip_sums(is_prime, limit, 3 * x * x, 2, 2, 6); /* y = 2, 4, 8, 10, 14, ... */
    }
}

/* The largest y below x that form 3 takes: of the other parity, not divisible by 3. x of 2 and up; 0: none. */
static uint64_t below(uint64_t x)
{
    return (x - 1) % 3 != 0 ? x - 1 : x > 3 ? x - 3 : 0;
}

static APART void atkin_third_form(uint64_t *is_prime, uint64_t limit)
{
    for (uint64_t x = 2; 2 * x * x + 2 * x - 1 < limit; x++) { /* the least value is that of y = x - 1 */
        uint64_t y = below(x), step = y % 3 == 2 ? 4 : 2;
        for (; y > 0 && 3 * x * x - y * y<limit; y = y> step ? y - step : 0, step = 6 - step) {
            flip(is_prime, 3 * x * x - y * y);
        }
    }
}

/* Clears odd multiples of the squares of primes; ascending, so that a flag says prime when its turn comes. */
static APART void atkin_squares(uint64_t *is_prime, uint64_t limit)
{
    for (uint64_t p = 5; p * p < limit; p += 2) {
        for (uint64_t n = p * p; is_set(is_prime, p) && n < limit; n += 2 * p * p) {
            is_prime[n / 128] &= ~(UINT64_C(1) << (n / 2 % 64));
            ASSAY_COUNT(1);
        }
    }
}

static APART void atkin_sieve(void *block, uint64_t limit)
{
    uint64_t *is_prime = block;
    memset(is_prime, 0, atkin_size(limit));
    atkin_first_form(is_prime, limit);
    atkin_second_form(is_prime, limit);
    atkin_third_form(is_prime, limit);
    atkin_squares(is_prime, limit);
}

static void atkin_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    take(context, 2);
    take(context, 3);
    for (uint64_t n = 5; n < limit; n += 2) {
        if (is_set(block, n)) {
            take(context, n);
        }
    }
}

/* Numbers 1 to y that are odd (or even), all or those not divisible by 3. */
static uint64_t odd(uint64_t y)
{
    return (y + 1) / 2;
}
static uint64_t odd_by_3(uint64_t y)
{
    return (y + 3) / 6;
}
static uint64_t of_parity_not_by_3(uint64_t y, bool is_odd)
{
    return is_odd ? odd(y) - odd_by_3(y) : y / 2 - y / 6;
}

/* The lattice points of the three forms, a row of them at a time; then the multiples of squares. */
static uint64_t atkin_crossings(uint64_t limit)
{
    uint64_t crossings = 0;
    for (uint64_t x = 1; 4 * x * x < limit; x++) {
        uint64_t y = sieve_root(limit - 1 - 4 * x * x);
        crossings += odd(y) - (x % 3 == 0 ? odd_by_3(y) : 0);
    }
    for (uint64_t x = 1; 3 * x * x < limit; x += 2) {
        crossings += of_parity_not_by_3(sieve_root(limit - 1 - 3 * x * x), false);
    }
    for (uint64_t x = 2; 2 * x * x + 2 * x - 1 < limit; x++) {
        /* y^2 > 3x^2 - limit: those up to the root of that are too small */
        uint64_t small = 3 * x * x >= limit ? sieve_root(3 * x * x - limit) : 0;
        bool is_odd = x % 2 == 0;
        crossings += of_parity_not_by_3(x - 1, is_odd) - of_parity_not_by_3(small, is_odd);
    }
    for (uint64_t p = 5; p * p < limit; p += 2) {
        crossings += sieve_is_prime(p) ? ((limit - 1) / (p * p) + 1) / 2 : 0;
    }
    return crossings;
}

const struct sieve_design sieve_atkin = {
    .name = "sieve.atkin",
    .summary = "flips bits at the values of three quadratic forms (Atkin and Bernstein)",
    .most = "10000000000",
    /* Other, and not faithful: the rules want a sieve of Eratosthenes, and this is none. */
    .tags = { "primes", "sieve", "algorithm=other", "faithful=no", "bits=1", NULL },
    .size = atkin_size,
    .sieve = atkin_sieve,
    .primes = atkin_primes,
    .crossings = atkin_crossings,
};
