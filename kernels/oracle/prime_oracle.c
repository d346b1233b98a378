/* Counts and sums primes without finding them, so that what finds them can be checked. Must not be fast: must be right. */
#include "prime_oracle.h"

#include <stdlib.h>

const char prime_oracle_source[] =
    "Legendre's recurrence over n/i (cf. Lagarias, Miller, Odlyzko, Math. Comp. 44, 1985)";
const char prime_oracle_as_written_source[] = "Legendre's recurrence over n/i (cf. Lagarias, Miller, Odlyzko, Math. "
                                              "Comp. 44, 1985), plus 4, 6, 8, squares of odd "
                                              "primes and products of twin primes";

/* What is left of 2..v: of 2..i in low[i], of 2..n/i in high[i]. */
struct left {
    uint64_t count;
    uint64_t sum;
};

static uint64_t square_root(uint64_t n)
{
    uint64_t low = 0, high = UINT64_C(1) << 20; /* PRIME_ORACLE_MOST is below 2^40 */
    while (low < high) {
        uint64_t middle = (low + high + 1) / 2;
        if (middle * middle <= n) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* 2 + 3 + ... + v modulo 2^64, for v of 1 and up. */
static uint64_t sum_from_two(uint64_t v)
{
    return (v % 2 == 0 ? v / 2 * (v + 1) : (v + 1) / 2 * v) - 1;
}

static void remove_multiples(struct left *low, struct left *high, uint64_t n, uint64_t root, uint64_t p)
{
    struct left before = low[p - 1];
    uint64_t last = n / (p * p) < root ? n / (p * p) : root;
    for (uint64_t i = 1; i <= last; i++) {
        const struct left *of = i * p <= root ? &high[i * p] : &low[n / (i * p)];
        high[i].count -= of->count - before.count;
        high[i].sum -= p * (of->sum - before.sum);
    }
    for (uint64_t i = root; i >= p * p; i--) {
        low[i].count -= low[i / p].count - before.count;
        low[i].sum -= p * (low[i / p].sum - before.sum);
    }
}

int prime_oracle_below(struct prime_oracle *out, uint64_t limit)
{
    if (limit > PRIME_ORACLE_MOST) {
        return -1;
    }
    if (limit <= 2) {
        out->count = out->sum = 0;
        return 0;
    }
    uint64_t n = limit - 1, root = square_root(n);
    struct left *low = calloc(2 * ((size_t)root + 1), sizeof *low);
    struct left *high = low == NULL ? NULL : low + root + 1;
    if (low == NULL) {
        return -1;
    }
    for (uint64_t i = 1; i <= root; i++) {
        low[i].count = i - 1;
        low[i].sum = sum_from_two(i);
        high[i].count = n / i - 1;
        high[i].sum = sum_from_two(n / i);
    }
    for (uint64_t p = 2; p <= root; p++) {
        if (low[p].count > low[p - 1].count) { /* p is prime: something new remains at p */
            remove_multiples(low, high, n, root, p);
        }
    }
    out->count = high[1].count;
    out->sum = high[1].sum;
    free(low);
    return 0;
}

static int is_odd_prime(uint64_t n)
{
    if (n < 3 || n % 2 == 0) {
        return 0;
    }
    for (uint64_t i = 3; i * i <= n; i += 2) {
        if (n % i == 0) {
            return 0;
        }
    }
    return 1;
}

static void add(struct prime_oracle *all, uint64_t value, uint64_t limit)
{
    if (value < limit) {
        all->count++;
        all->sum += value;
    }
}

int prime_oracle_as_written_below(struct prime_oracle *out, uint64_t limit)
{
    struct prime_oracle all;
    if (prime_oracle_below(&all, limit) != 0) {
        return -1;
    }
    add(&all, 4, limit);
    add(&all, 6, limit);
    add(&all, 8, limit);
    for (uint64_t p = 3; p * p < limit; p += 2) {
        if (is_odd_prime(p)) {
            add(&all, p * p, limit);
            if (is_odd_prime(p + 2)) {
                add(&all, p * (p + 2), limit);
            }
        }
    }
    *out = all;
    return 0;
}
