/* The least time of a pass of the drag race: counts of operations over what a processor can do at the very best. */
#include "import/least.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Trial division: 5 * 10^5 candidates at the most, once a file. */
static bool is_odd_prime(uint64_t number)
{
    for (uint64_t factor = 3; factor * factor <= number; factor += 2) {
        if (number % factor == 0) {
            return false;
        }
    }
    return number > 2;
}

/* Pairs of an odd prime p and an odd multiple of it from p * p to the limit. */
static uint64_t clearings(uint64_t limit)
{
    uint64_t sum = 0;
    for (uint64_t prime = 3; prime * prime <= limit; prime += 2) {
        if (is_odd_prime(prime)) {
            sum += (limit / prime - prime) / 2 + 1; /* odd cofactors from p on */
        }
    }
    return sum;
}

/* The share of all numbers that no prime of the longest wheel within the limit divides: 8 of 30, 92160 of 510510, ...
 */
static double share_of_wheel(uint64_t limit)
{
    double share = 1;
    uint64_t length = 1;
    for (uint64_t prime = 2; length <= limit / prime; prime += prime == 2 ? 1 : 2) {
        if (prime == 2 || is_odd_prime(prime)) {
            length *= prime;
            share *= 1 - 1 / (double)prime;
        }
    }
    return share;
}

void assay_least_limit_init(struct assay_least_limit *counted, uint64_t limit)
{
    *counted = (struct assay_least_limit){ limit, (double)clearings(limit), share_of_wheel(limit) };
}

void assay_least_pass(struct assay_least *least, const struct assay_least_limit *counted, const char *algorithm,
                      unsigned bits)
{
    double cycles;
    *least = (struct assay_least){ 0 };
    if (algorithm && strcmp(algorithm, "base") == 0) {
        least->operations = counted->clearings;
        cycles = least->operations / ASSAY_LEAST_OPERATIONS_A_CYCLE;
    } else {
        double bytes = ceil((double)counted->limit * counted->share * (bits ? bits : 1) / 8);
        least->bytes = (uint64_t)bytes;
        least->operations = ceil(bytes / ASSAY_LEAST_BYTES_A_CYCLE);
        cycles = least->operations;
    }
    least->ns = cycles / ASSAY_LEAST_CLOCK_GHZ;
}
