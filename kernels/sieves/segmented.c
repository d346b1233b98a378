/* sieve.segmented: a bit for every odd number, sieved by segments that stay in the first-level cache.
 *
 * Idea    sieve.odd_bits writes all over its table once for every prime. Here the table is cut into segments, and all
 *         primes cross off in one segment before the next is begun; each prime remembers where it goes on. The
 * multiples of 3, 5, 7 and 11, which are most, repeat every 1155 bytes: they come with a pattern that fills the table.
 * Time    O(n log log n), almost all of it in the first-level cache.
 * Memory  n / 16 bytes, and 16 bytes for each prime up to the root. (The table is kept whole, because it is the answer;
 * a count alone would do with one segment.) Source  Bays and Hudson, BIT 17, 1977 (see wheel.c). */
#include "wheel.h"

/* The wheel of 2: a byte stands for 16 numbers, its bits for 1, 3, ..., 15. */
#define WHEEL_BIT16(w) ((w) / 2)
WHEEL_CROSS(segmented_cross, 16, 1, 3, 5, 7, 9, 11, 13, 15)

static uint8_t pattern[3 * 5 * 7 * 11];

/* The first byte: 3, 5, 7, 11, 13. */
static const struct wheel wheel = {
    16, { 1, 3, 5, 7, 9, 11, 13, 15 }, 0x6e, { 2, 0 }, { 3, 5, 7, 11, 0 }, sizeof pattern, pattern, segmented_cross
};

static void segmented_ready(void)
{
    wheel_ready(&wheel);
}

static size_t segmented_size(uint64_t limit)
{
    return wheel_size(&wheel, limit);
}

static APART void segmented_sieve(void *block, uint64_t limit)
{
    wheel_sieve(&wheel, block, limit);
}

static void segmented_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    wheel_primes(&wheel, block, limit, take, context);
}

static uint64_t segmented_crossings(uint64_t limit)
{
    return wheel_crossings(&wheel, limit);
}

const struct sieve_design sieve_segmented = {
    .name = "sieve.segmented",
    .summary = "a bit for every odd number, by segments that stay in the first-level cache",
    .most = "10000000000",
    /* Wheel: the pattern is a calculated set of primes projected onto the sieve. Faithful: a bit for every odd number,
     * as in the original; the pattern is a constant, the same for every size, as tables in other wheels' source are. */
    .tags = { "primes", "sieve", "algorithm=wheel", "faithful=yes", "bits=1", NULL },
    .ready = segmented_ready,
    .size = segmented_size,
    .sieve = segmented_sieve,
    .primes = segmented_primes,
    .crossings = segmented_crossings,
};
