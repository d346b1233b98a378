/* sieve.linear: every composite is taken out exactly once.
 *
 * Idea    a composite is p^k q in one way only, if p is its least prime factor, k > 0, and q >= p has none below p. So
 * go through the primes p; for each through the numbers q >= p that are still there; and take p q, p^2 q, p^3 q, ...
 *         out. The numbers that are still there are a list with two links each, so that nothing that is gone is
 * visited. Time    O(n): but with two links to mend for each number taken out, anywhere in memory, it is slower than
 * the sieves that cross off some numbers twice. That is its lesson: operations are not time. Memory  4 n bytes: two
 * links of four bytes for every odd number. Even numbers never enter the list. Source  Gries and Misra, "A linear sieve
 * algorithm for finding prime numbers", Communications of the ACM 21, 1978.
 *
 * That taking out x = p^k q never skips a q which is still wanted is the theorem of the paper: x > q, and the number
 * behind q in the list, after x is gone, is the next that has no factor below p and was not reached from a smaller q.
 */
#include "sieve.h"

/* Of the odd number 2i + 1; links are such i. */
struct link {
    uint32_t next, previous;
};

/* Numbers with a link that are below the limit: 2i + 1 for i below this. One more stands behind the last. */
static uint64_t end_of(uint64_t limit)
{
    return limit / 2;
}

static size_t linear_size(uint64_t limit)
{
    return (size_t)(end_of(limit) + 2) * sizeof(struct link);
}

static inline void take_out(struct link *links, uint64_t i)
{
    struct link link = links[i];
    links[link.previous].next = link.next;
    links[link.next].previous = link.previous;
    ASSAY_COUNT(1);
}

static inline uint64_t next_of(const struct link *links, uint64_t number)
{
    return 2 * (uint64_t)links[number / 2].next + 1;
}

static APART void linear_sieve(void *block, uint64_t limit)
{
    struct link *links = block;
    uint64_t end = end_of(limit);
    for (uint64_t i = 1; i <= end; i++) {
        links[i] = (struct link){ (uint32_t)(i + 1), (uint32_t)(i - 1) };
    }
    links[0] = (struct link){ 1, 0 };
    for (uint64_t p = 3; p * p < limit; p = next_of(links, p)) {
        for (uint64_t q = p; p * q < limit; q = next_of(links, q)) {
            for (uint64_t x = p * q; x < limit; x *= p) {
                take_out(links, x / 2);
            }
        }
    }
}

static void linear_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    take(context, 2);
    for (uint64_t p = 3; p < limit; p = next_of(block, p)) {
        take(context, p);
    }
}

/* The odd composites: odd numbers from 3 on, less the odd primes. */
static uint64_t linear_crossings(uint64_t limit)
{
    uint64_t primes = sieve_count_primes(limit);
    return primes < 2 ? 0 : end_of(limit) - 1 - (primes - 1);
}

const struct sieve_design sieve_linear = {
    .name = "sieve.linear",
    .summary = "every composite once, out of a linked list (Gries and Misra)",
    .most = "1000000000",
    /* Other: it goes through what is left, not through steps of 2p. What says that an odd number is still there are its
     * two links of 32 bits. Faithful: it does cross off multiples of primes, and all its state is the list. */
    .tags = { "primes", "sieve", "algorithm=other", "faithful=yes", "bits=64", NULL },
    .size = linear_size,
    .sieve = linear_sieve,
    .primes = linear_primes,
    .crossings = linear_crossings,
};
