/* The least time that a pass of the prime-sieve drag race can take on any processor there is: what is faster did not do
 * the work. Pure: a model, no measurement. */
#ifndef ASSAY_IMPORT_LEAST_H
#define ASSAY_IMPORT_LEAST_H

#include <stdint.h>

/* Bounds that no processor on sale passes, so that no honest line is ever marked:
 * - a clock of 6.2 GHz, the highest that one is sold with (Intel's data sheet of the Core i9-14900KS);
 * - 8 operations a cycle, the bound that assay has for its own measurements (measure/believe.c);
 * - 64 bytes written a cycle: one store of 512 bits, the widest there is (AMD's optimization guide of Zen 5, Intel's
 *   optimization manual, Golden Cove: one store of 512 bits a cycle, or two of 256). */
#define ASSAY_LEAST_CLOCK_GHZ 6.2
#define ASSAY_LEAST_OPERATIONS_A_CYCLE 8.0
#define ASSAY_LEAST_BYTES_A_CYCLE 64.0

#define ASSAY_LEAST_BITS_MOST 4096u

/* What is counted once for all lines of one limit. */
struct assay_least_limit {
    uint64_t limit;
    double clearings; /* odd multiples of odd primes, each from the prime's square on, up to the limit */
    double share;     /* of all numbers, that the longest wheel within the limit leaves */
};
/* `limit`: 1 to 10^12. */
void assay_least_limit_init(struct assay_least_limit *counted, uint64_t limit);

struct assay_least {
    double operations; /* flags cleared one by one, or stores of 64 bytes; whole */
    double ns;         /* that one thread needs for them, at least */
    uint64_t bytes;    /* of the smallest table, where its writing is the bound; 0: clearing is */
};

/* Of a pass, by the drag race's own classes (its CONTRIBUTING.md, "Characteristics"):
 * - algorithm "base": "clears all non-primes individually, increasing the number with 2 * factor": an operation for
 * each odd multiple of each odd prime from its square on;
 * - any other, or NULL: patterns that were calculated before may stand for any prime, so that nothing is sure but that
 * the table is written: a flag of `bits` (up to ASSAY_LEAST_BITS_MOST; 0: 1) for every number that the longest wheel
 * within the limit leaves. */
void assay_least_pass(struct assay_least *least, const struct assay_least_limit *counted, const char *algorithm,
                      unsigned bits);

#endif
