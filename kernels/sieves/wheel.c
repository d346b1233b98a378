/* Segmented sieves on a wheel: filling by the pattern, finding sieving primes, one segment after another. Must not know
 * which wheel it is: that is segmented.c and wheel30.c.
 *
 * Source of segmenting: Bays and Hudson, "The segmented sieve of Eratosthenes and primes in arithmetic progressions to
 * 10^12", BIT 17, 1977. */
#include "wheel.h"

/* Small enough for a first-level cache of 32 KiB and up, beside what else is in use. Where the largest sieving prime
 * is larger, a segment of its size: else most rounds would span several and every segment visit every prime. */
enum { LEAST_SEGMENT = 24 * 1024 };

/* Where things are in the block: the table, then the sieving primes. */
struct plan {
    size_t size;  /* bytes that stand for numbers below the limit */
    size_t spill; /* bytes behind them that rounds may reach: no round is longer */
    size_t segment;
    size_t primes; /* where they begin */
    size_t room;   /* for so many: the last segment may ask for primes up to the root of the number after its end */
};

static struct plan plan_of(const struct wheel *wheel, uint64_t limit)
{
    size_t root = (size_t)sieve_root(limit);
    struct plan plan = {
        .size = (size_t)(limit / wheel->modulus) + 1,
        .spill = root + 64,
        .segment = root > LEAST_SEGMENT ? root : LEAST_SEGMENT,
        .room = root / 2 + 64,
    };
    plan.primes = (plan.size + plan.spill + 15) / 16 * 16;
    return plan;
}

size_t wheel_size(const struct wheel *wheel, uint64_t limit)
{
    struct plan plan = plan_of(wheel, limit);
    return plan.primes + plan.room * sizeof(struct sieving_prime);
}

void wheel_ready(const struct wheel *wheel)
{
    memset(wheel->pattern, 0xff, wheel->period);
    for (const uint8_t *p = wheel->patterned; *p != 0; p++) {
        for (size_t n = 0; n < wheel->period * wheel->modulus; n += *p) {
            for (unsigned bit = 0; bit < 8; bit++) {
                if (wheel->residues[bit] == n % wheel->modulus) {
                    wheel->pattern[n / wheel->modulus] &= (uint8_t) ~(1u << bit);
                }
            }
        }
    }
}

/* Fills [from, to) with the pattern, which repeats every `period` bytes. */
static void fill(uint8_t *table, const struct wheel *wheel, size_t from, size_t to)
{
    while (from < to) {
        size_t phase = from % wheel->period;
        size_t length = wheel->period - phase < to - from ? wheel->period - phase : to - from;
        memcpy(table + from, wheel->pattern + phase, length);
        from += length;
    }
}

static void sieving_prime_init(struct sieving_prime *prime, const struct wheel *wheel, uint32_t p)
{
    uint32_t r = p % wheel->modulus, residue = 0;
    while (wheel->residues[residue] != r) {
        residue++;
    }
    prime->k = p / wheel->modulus;
    prime->residue = residue;
    prime->next = (size_t)prime->k * p; /* the round that holds p * p */
}

/* The first prime in the table after `p`. There always is one before the squares that are asked for end. */
static uint32_t next_prime(const uint8_t *table, const struct wheel *wheel, uint32_t p)
{
    size_t byte = p / wheel->modulus;
    uint32_t bit = 0;
    while (wheel->residues[bit] <= p % wheel->modulus && bit < 7) {
        bit++;
    }
    if (wheel->residues[bit] <= p % wheel->modulus) {
        bit = 0;
        byte++;
    }
    while ((table[byte] >> bit) == 0) {
        byte++;
        bit = 0;
    }
    bit += (uint32_t)__builtin_ctz((unsigned)table[byte] >> bit);
    return (uint32_t)byte * wheel->modulus + wheel->residues[bit];
}

static uint32_t last_patterned(const struct wheel *wheel)
{
    uint32_t p = 0;
    for (const uint8_t *patterned = wheel->patterned; *patterned != 0; patterned++) {
        p = *patterned;
    }
    return p;
}

APART void wheel_sieve(const struct wheel *wheel, void *block, uint64_t limit)
{
    struct plan plan = plan_of(wheel, limit);
    uint8_t *table = block;
    struct sieving_prime *primes = (struct sieving_prime *)(void *)(table + plan.primes);
    size_t count = 0, filled = 0;
    uint32_t p = last_patterned(wheel);
    for (size_t begin = 0; begin < plan.size; begin += plan.segment) {
        size_t end = plan.size - begin < plan.segment ? plan.size : begin + plan.segment;
        fill(table, wheel, filled, end + plan.spill);
        filled = end + plan.spill;
        if (begin == 0) {
            table[0] = wheel->first;
            p = next_prime(table, wheel, p);
        }
        for (size_t i = 0; i < count; i++) {
            wheel->cross(table, &primes[i], end);
        }
        /* New ones, in ascending order: in the first segment each is found because all before it have crossed off. */
        for (; (uint64_t)p * p < (uint64_t)end * wheel->modulus; p = next_prime(table, wheel, p)) {
            sieving_prime_init(&primes[count], wheel, p);
            wheel->cross(table, &primes[count], end);
            count++;
            if (p < wheel->modulus) {
                table[0] = wheel->first; /* its first round crossed off p itself */
            }
        }
    }
}

void wheel_primes(const struct wheel *wheel, const void *block, uint64_t limit, sieve_take take, void *context)
{
    const uint8_t *table = block;
    size_t size = plan_of(wheel, limit).size;
    for (const uint8_t *skipped = wheel->skipped; *skipped != 0; skipped++) {
        take(context, *skipped);
    }
    for (size_t byte = 0; byte < size; byte++) {
        for (unsigned flags = table[byte]; flags != 0; flags &= flags - 1) {
            take(context, (uint64_t)byte * wheel->modulus + wheel->residues[__builtin_ctz(flags)]);
        }
    }
}

/* Of every sieving prime p the rounds from byte k p on, p bytes apart, to the end of the table; eight bits a round. */
uint64_t wheel_crossings(const struct wheel *wheel, uint64_t limit)
{
    uint64_t crossings = 0, size = plan_of(wheel, limit).size;
    for (uint64_t p = last_patterned(wheel) + 1; p * p < size * wheel->modulus; p++) {
        if (sieve_is_prime(p)) {
            crossings += 8 * ((size - 1 - p / wheel->modulus * p) / p + 1);
        }
    }
    return crossings;
}
