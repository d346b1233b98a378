/* sieve.byte1981: the sieve by which BYTE compared languages, one pass of it.
 *
 * Idea    8191 flags, 0 to 8190, for the odd numbers 3 to 16383. For every flag that is still set, its multiples are
 *         cleared, from three times the prime on, and the primes are counted. No square, no root: it was written to be
 *         the same in every language, not to be fast.
 * Time    14,999 crossings, as O(n log log n) is for one n.
 * Memory  8191 bytes.
 * Source  Gilbreath, "A High-Level Language Benchmark", BYTE 6(9), September 1981, page 180; Gilbreath and Gilbreath,
 *         "Eratosthenes Revisited: Once More through the Sieve", BYTE 8(1), January 1983, page 283. Both end with "1899
 * PRIMES".
 *
 * What differs: the article times ten passes and the printing of the count, here an iteration is one pass and nothing
 * is printed; its flags are a static array, here a buffer (buffer=kept comes nearest); its integers have the machine's
 * word, 16 bits on most, here 64; and what is checked afterwards is every prime, not their number alone. */
#include "sieve.h"

enum { SIZE = 8190 };

/* As the article's globals. */
struct byte1981 {
    uint64_t count;
    uint8_t flags[SIZE + 1];
};

static size_t byte1981_size(uint64_t limit)
{
    (void)limit;
    return sizeof(struct byte1981);
}

static APART void byte1981_sieve(void *block, uint64_t limit)
{
    struct byte1981 *self = block;
    uint64_t count = 0;
    (void)limit;
    for (uint64_t i = 0; i <= SIZE; i++) {
        self->flags[i] = true;
    }
    for (uint64_t i = 0; i <= SIZE; i++) {
        if (self->flags[i]) {
            uint64_t prime = i + i + 3;
            for (uint64_t k = i + prime; k <= SIZE; k += prime) {
                self->flags[k] = false;
                ASSAY_COUNT(1);
            }
            count++;
        }
    }
    self->count = count;
}

static void byte1981_primes(const void *block, uint64_t limit, sieve_take take, void *context)
{
    const struct byte1981 *self = block;
    uint64_t left = self->count; /* what the pass counted is part of its answer: no more are handed over */
    (void)limit;
    for (uint64_t i = 0; i <= SIZE && left > 0; i++) {
        if (self->flags[i]) {
            take(context, i + i + 3);
            left--;
        }
    }
}

static uint64_t byte1981_crossings(uint64_t limit)
{
    uint64_t crossings = 0;
    (void)limit;
    for (uint64_t i = 0; i <= SIZE; i++) {
        if (sieve_is_prime(i + i + 3)) {
            crossings += (SIZE - i) / (i + i + 3);
        }
    }
    return crossings;
}

const struct sieve_design sieve_byte1981 = {
    .name = "sieve.byte1981",
    .summary = "the sieve of BYTE, September 1981: 8190 flags, 1899 primes, one pass",
    .most = "16384",
    .fixed = 16384,
    .without_two = true,
    /* The drag race's base algorithm is this one, clearing from 3p on in steps of 2p. Not faithful: the size is fixed,
     * and is not 1,000,000. */
    .tags = { "primes", "sieve", "algorithm=base", "faithful=no", "bits=8", NULL },
    .size = byte1981_size,
    .sieve = byte1981_sieve,
    .primes = byte1981_primes,
    .crossings = byte1981_crossings,
};
