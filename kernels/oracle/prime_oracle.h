/* How many primes there are below a limit and what they add up to, found without finding the primes: the oracle
 * of the kernels that do find them. Shares no code and no method with any kernel; knows no ABI. */
#ifndef ASSAY_KERNELS_PRIME_ORACLE_H
#define ASSAY_KERNELS_PRIME_ORACLE_H

#include <stdint.h>

/* The largest limit: two arrays of 16 bytes for every number up to its square root stay small. */
#define PRIME_ORACLE_MOST UINT64_C(1000000000000)

struct prime_oracle {
    uint64_t count;
    uint64_t sum; /* modulo 2^64 */
};

/* The primes below `limit`. Legendre's recurrence on S(v, p), the count (or sum) of the numbers in 2..v that
 * remain after removing the multiples of all primes up to p:
 *     S(v, p) = S(v, p-1) - p^k (S(v/p, p-1) - S(p-1, p-1)),   k = 0 for the count, 1 for the sum,
 * for the O(sqrt n) values v = n/i; O(n^(3/4)) steps. Background: Lagarias, Miller, Odlyzko, "Computing pi(x): the
 * Meissel-Lehmer method", Mathematics of Computation 44 (1985). 0, or -1: over PRIME_ORACLE_MOST or no memory. */
int prime_oracle_below(struct prime_oracle *out, uint64_t limit);

/* What the lab's generators 3 and 4 yield below `limit` as they were written: the primes, and what `p < sqrt(n)`
 * lets through where `<=` was meant: 4, 6, 8, the squares of odd primes, and p(p+2) of twin primes. */
int prime_oracle_as_written_below(struct prime_oracle *out, uint64_t limit);

/* The words that name the methods, for `source` of an expectation. */
extern const char prime_oracle_source[];
extern const char prime_oracle_as_written_source[];

#endif
