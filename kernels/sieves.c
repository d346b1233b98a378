/* Sieves of Eratosthenes: the answers of primes.* by other means, written to be fast. One iteration clears the table of
 * flags and crosses off all composites; the values are read from the table after the clock has stopped (as in the
 * usual comparisons of sieves). The table is allocated in setup; in between nothing is remembered.
 * Must not know how the expected answer is found: that is oracle/prime_oracle.h. */
#include <assay/kernel.h>

#include "oracle/prime_oracle.h"

#include <stdbool.h>

/* A function that keeps its name in profiles and layouts. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

struct state;
/* How one kernel keeps its flags. */
struct design {
    uint64_t numbers_per_byte;
    void (*sieve)(struct state *);
    const struct wheel *wheel; /* of the segmented ones; else NULL */
};

struct state {
    const struct design *design;
    uint64_t limit;
    uint8_t *table;
    size_t size;      /* bytes that stand for numbers below the limit */
    size_t allocated; /* with room for what rounds spill */
    size_t segment;
    uint8_t *pattern; /* the table of the first few primes, one period; a constant of the kernel */
    struct sieving_prime *primes;
};

/* ---- sieve.bytes: a byte for every number ------------------------------------------------------------- */

static APART void bytes_sieve(struct state *self)
{
    uint8_t *is_prime = self->table;
    uint64_t limit = self->limit;
    memset(is_prime, 1, self->size);
    for (uint64_t p = 2; p * p < limit; p++) {
        if (is_prime[p]) {
            for (uint64_t i = p * p; i < limit; i += p) {
                is_prime[i] = 0;
                ASSAY_COUNT(1);
            }
        }
    }
}

/* ---- sieve.odd_bits: a bit for every odd number, set when it is composite ------------------------------- */

static APART void odd_bits_sieve(struct state *self)
{
    uint64_t *composite = (uint64_t *)(void *)self->table; /* calloc's: aligned */
    uint64_t end = self->limit / 2;                        /* bit i stands for 2i + 1; below the limit */
    memset(composite, 0, self->size);
    for (uint64_t i = 1; 2 * i * (i + 1) < end; i++) {
        if ((composite[i / 64] >> (i % 64) & 1) == 0) {
            for (uint64_t j = 2 * i * (i + 1); j < end; j += 2 * i + 1) {
                composite[j / 64] |= UINT64_C(1) << (j % 64);
                ASSAY_COUNT(1);
            }
        }
    }
}

/* ---- Segmented sieves on a wheel: eight flags a byte ----------------------------------------------------- */

/* A byte stands for `modulus` numbers; its bits for the eight residues prime to the wheel's primes. For a prime
 * p = modulus * k + r, the multiples p * w, w running through the residues, fall on eight bits whose place and
 * mask depend on r alone, plus k * w bytes; the next eight lie p bytes on. So one residue class r is one loop of
 * eight constant masks: a round. A round may reach up to p bytes past the segment: the table is whole and cleared
 * ahead, so nothing but the start of the next round has to be remembered. */
struct sieving_prime {
    uint32_t k;
    uint32_t residue; /* index of r */
    size_t next;      /* byte at which the next round begins */
};

struct wheel {
    uint32_t modulus;
    uint8_t residues[8];
    uint8_t first;        /* the byte of the numbers below the modulus, as it must be in the end */
    uint8_t skipped[4];   /* primes that have no flag, then 0 */
    uint8_t patterned[5]; /* primes that the pattern crosses off, then 0; all below the modulus */
    size_t period;        /* of the pattern, in bytes: their product */
    void (*cross)(uint8_t *table, struct sieving_prime *prime, size_t end);
};

/* The bit of a residue: a constant wherever w is one. */
#define BIT16(w) ((w) / 2)
#define BIT30(w)                                                                                                       \
    ((w) == 1 ? 0 : (w) == 7 ? 1 : (w) == 11 ? 2 : (w) == 13 ? 3 : (w) == 17 ? 4 : (w) == 19 ? 5 : (w) == 23 ? 6 : 7)

#define CROSS(m, r, w) at[k * (w) + (r) * (w) / (m)] &= (uint8_t) ~(1u << BIT##m((r) * (w) % (m)))
#define ROUNDS(m, index, r, a, b, c, d, e, f, g, h)                                                                    \
    case index:                                                                                                        \
        for (; at < stop; at += (m)*k + (r)) {                                                                         \
            CROSS(m, r, a), CROSS(m, r, b), CROSS(m, r, c), CROSS(m, r, d);                                            \
            CROSS(m, r, e), CROSS(m, r, f), CROSS(m, r, g), CROSS(m, r, h);                                            \
            ASSAY_COUNT(8);                                                                                            \
        }                                                                                                              \
        break;
#define DEFINE_CROSS(name, m, a, b, c, d, e, f, g, h)                                                                  \
    static APART void name(uint8_t *table, struct sieving_prime *prime, size_t end)                                    \
    {                                                                                                                  \
        uint8_t *at = table + prime->next, *stop = table + end;                                                        \
        size_t k = prime->k;                                                                                           \
        switch (prime->residue) {                                                                                      \
            ROUNDS(m, 0, a, a, b, c, d, e, f, g, h)                                                                    \
            ROUNDS(m, 1, b, a, b, c, d, e, f, g, h)                                                                    \
            ROUNDS(m, 2, c, a, b, c, d, e, f, g, h)                                                                    \
            ROUNDS(m, 3, d, a, b, c, d, e, f, g, h)                                                                    \
            ROUNDS(m, 4, e, a, b, c, d, e, f, g, h)                                                                    \
            ROUNDS(m, 5, f, a, b, c, d, e, f, g, h)                                                                    \
            ROUNDS(m, 6, g, a, b, c, d, e, f, g, h)                                                                    \
            ROUNDS(m, 7, h, a, b, c, d, e, f, g, h)                                                                    \
        }                                                                                                              \
        prime->next = (size_t)(at - table);                                                                            \
    }
DEFINE_CROSS(cross_odd, 16, 1, 3, 5, 7, 9, 11, 13, 15)
DEFINE_CROSS(cross_wheel30, 30, 1, 7, 11, 13, 17, 19, 23, 29)

/* 3, 5, 7, 11, 13 of 1, 3, ..., 15; and 7, 11, ..., 29 of 1, 7, ..., 29: all but the first bit, and 9, 15. */
static const struct wheel odd_wheel = {
    16, { 1, 3, 5, 7, 9, 11, 13, 15 }, 0x6e, { 2, 0 }, { 3, 5, 7, 11, 0 }, 3 * 5 * 7 * 11, cross_odd
};
static const struct wheel wheel30 = {
    30, { 1, 7, 11, 13, 17, 19, 23, 29 }, 0xfe, { 2, 3, 5, 0 }, { 7, 11, 13, 0 }, 7 * 11 * 13, cross_wheel30
};

/* Small enough for a first-level cache of 32 KiB and up, beside what else is in use. Where the largest sieving prime
 * is larger, a segment of its size: else most rounds would span several and every segment visit every prime. */
enum { LEAST_SEGMENT = 24 * 1024 };

/* Fills [from, to) with the pattern, which repeats every `period` bytes. */
static void fill(uint8_t *table, const uint8_t *pattern, size_t period, size_t from, size_t to)
{
    while (from < to) {
        size_t phase = from % period;
        size_t length = period - phase < to - from ? period - phase : to - from;
        memcpy(table + from, pattern + phase, length);
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

static APART void wheel_sieve(struct state *self)
{
    const struct wheel *wheel = self->design->wheel;
    size_t spill = self->allocated - self->size; /* no round is longer */
    size_t count = 0, filled = 0;
    uint32_t p = 0;
    for (const uint8_t *patterned = wheel->patterned; *patterned != 0; patterned++) {
        p = *patterned;
    }
    for (size_t begin = 0; begin < self->size; begin += self->segment) {
        size_t end = self->size - begin < self->segment ? self->size : begin + self->segment;
        fill(self->table, self->pattern, wheel->period, filled, end + spill);
        filled = end + spill;
        if (begin == 0) {
            self->table[0] = wheel->first;
            p = next_prime(self->table, wheel, p);
        }
        for (size_t i = 0; i < count; i++) {
            wheel->cross(self->table, &self->primes[i], end);
        }
        /* New ones, in ascending order: in the first segment each is found because all before it have crossed off. */
        for (; (uint64_t)p * p < (uint64_t)end * wheel->modulus; p = next_prime(self->table, wheel, p)) {
            sieving_prime_init(&self->primes[count], wheel, p);
            wheel->cross(self->table, &self->primes[count], end);
            count++;
            if (p < wheel->modulus) {
                self->table[0] = wheel->first; /* its first round crossed off p itself */
            }
        }
    }
}

/* ---- A state and its life ---------------------------------------------------------------------------- */

static uint64_t root_of(uint64_t n)
{
    uint64_t root = 0;
    while ((root + 1) * (root + 1) <= n) {
        root++;
    }
    return root;
}

/* One period of the pattern: the flags with the multiples of the patterned primes crossed off. */
static void make_pattern(uint8_t *pattern, const struct wheel *wheel)
{
    memset(pattern, 0xff, wheel->period);
    for (uint64_t n = 0; n < (uint64_t)wheel->period * wheel->modulus; n++) {
        for (const uint8_t *p = wheel->patterned; *p != 0; p++) {
            for (unsigned bit = 0; n % *p == 0 && bit < 8; bit++) {
                if (wheel->residues[bit] == n % wheel->modulus) {
                    pattern[n / wheel->modulus] &= (uint8_t) ~(1u << bit);
                }
            }
        }
    }
}

static bool allocate(struct state *self)
{
    const struct wheel *wheel = self->design->wheel;
    uint64_t root = root_of(self->limit);
    uint64_t size = self->limit / self->design->numbers_per_byte + 1;
    uint64_t spill = wheel != NULL ? root + 64 : 8;
    if (size + spill > SIZE_MAX) {
        return false;
    }
    self->size = (size_t)size;
    self->allocated = (size_t)(size + spill);
    self->segment = root > LEAST_SEGMENT ? (size_t)root : LEAST_SEGMENT;
    self->table = calloc(1, self->allocated + (8 - self->allocated % 8));
    if (wheel == NULL) {
        return self->table != NULL;
    }
    /* The last segment may ask for primes up to the root of the number after its end. */
    self->primes = calloc((size_t)root / 2 + 64, sizeof *self->primes);
    self->pattern = malloc(wheel->period);
    if (self->pattern != NULL) {
        make_pattern(self->pattern, wheel);
    }
    return self->table != NULL && self->primes != NULL && self->pattern != NULL;
}

static void sieve_teardown(void *state)
{
    struct state *self = state;
    free(self->pattern);
    free(self->primes);
    free(self->table);
    free(self);
}

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, const struct design *design,
                 void **state)
{
    struct state *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    self->design = design;
    self->limit = assay_argument_integer(arguments, "limit");
    if (!allocate(self)) {
        host->fail(host->context, "out of memory for the table of flags");
        sieve_teardown(self);
        return 1;
    }
    *state = self;
    return 0;
}

static int sieve_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        self->design->sieve(self);
        assay_use(self->table);
    }
    return 0;
}

/* Hands values over in pieces. */
struct handing {
    const struct assay_sink *sink;
    uint64_t values[512];
    size_t count;
};

static void hand(struct handing *handing, uint64_t value, uint64_t limit)
{
    if (value < limit) {
        handing->values[handing->count++] = value;
    }
    if (handing->count == sizeof handing->values / sizeof handing->values[0]) {
        handing->sink->integers(handing->sink->context, handing->values, handing->count);
        handing->count = 0;
    }
}

static void hand_rest(struct handing *handing)
{
    handing->sink->integers(handing->sink->context, handing->values, handing->count);
}

static int bytes_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    struct handing handing = { .sink = sink };
    for (uint64_t i = 2; i < self->limit; i++) {
        if (self->table[i]) {
            hand(&handing, i, self->limit);
        }
    }
    hand_rest(&handing);
    return 0;
}

static int odd_bits_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    const uint64_t *composite = (const uint64_t *)(const void *)self->table;
    struct handing handing = { .sink = sink };
    hand(&handing, 2, self->limit);
    for (uint64_t i = 1; i < self->limit / 2; i++) {
        if ((composite[i / 64] >> (i % 64) & 1) == 0) {
            hand(&handing, 2 * i + 1, self->limit);
        }
    }
    hand_rest(&handing);
    return 0;
}

static int wheel_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    const struct wheel *wheel = self->design->wheel;
    struct handing handing = { .sink = sink };
    for (const uint8_t *skipped = wheel->skipped; *skipped != 0; skipped++) {
        hand(&handing, *skipped, self->limit);
    }
    for (size_t byte = 0; byte < self->size; byte++) {
        for (unsigned flags = self->table[byte]; flags != 0; flags &= flags - 1) {
            hand(&handing, (uint64_t)byte * wheel->modulus + wheel->residues[__builtin_ctz(flags)], self->limit);
        }
    }
    hand_rest(&handing);
    return 0;
}

static int sieve_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    struct prime_oracle oracle;
    if (prime_oracle_below(&oracle, assay_argument_integer(arguments, "limit")) != 0) {
        return 1;
    }
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = oracle.count;
    expected->sum = oracle.sum;
    expected->source = prime_oracle_source;
    return 0;
}

/* Items are the numbers sieved. Least: what a table of flags costs to write at all, a word of it an operation. */
static int work(const struct assay_arguments *arguments, struct assay_work *work, double numbers_per_byte)
{
    double limit = (double)assay_argument_integer(arguments, "limit");
    work->items = limit;
    work->bytes = limit / numbers_per_byte;
    work->least_operations = work->bytes / 8.0;
    return 0;
}

/* ---- The kernels ------------------------------------------------------------------------------------- */

#define SIZE(type) ((uint32_t)sizeof(struct type))

static const char *const tags[] = { "primes", "sieve", NULL };

/* A kernel: its name, flags' density, limit, functions and words. */
#define SIEVE(id, density, most, do_sieve, of_wheel, do_answer, text)                                                  \
    static const struct design id##_design = { density, do_sieve, of_wheel };                                          \
    static int id##_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,       \
                          void **state)                                                                                \
    {                                                                                                                  \
        (void)seed; /* the input is the limit alone */                                                                 \
        return setup(host, arguments, &id##_design, state);                                                            \
    }                                                                                                                  \
    static int id##_work(const struct assay_arguments *arguments, struct assay_work *of)                               \
    {                                                                                                                  \
        return work(arguments, of, density);                                                                           \
    }                                                                                                                  \
    static const struct assay_parameter id##_limit = {                                                                 \
        SIZE(assay_parameter), ASSAY_INTEGER, "limit", "primes below this", "100000", "0", most, NULL                  \
    };                                                                                                                 \
    static const struct assay_parameter *const id##_parameters[] = { &id##_limit, NULL };                              \
    static const struct assay_kernel id##_kernel = {                                                                   \
        .struct_size = SIZE(assay_kernel),                                                                             \
        .flags = ASSAY_DETERMINISTIC,                                                                                  \
        .name = "sieve." #id,                                                                                          \
        .summary = text,                                                                                               \
        .version = "1.0.0",                                                                                            \
        .tags = tags,                                                                                                  \
        .parameters = id##_parameters,                                                                                 \
        .setup = id##_setup,                                                                                           \
        .run = sieve_run,                                                                                              \
        .answer = do_answer,                                                                                           \
        .teardown = sieve_teardown,                                                                                    \
        .expect = sieve_expect,                                                                                        \
        .work = id##_work,                                                                                             \
    };

SIEVE(bytes, 1, "1000000000", bytes_sieve, NULL, bytes_answer, "a byte for every number")
SIEVE(odd_bits, 16, "10000000000", odd_bits_sieve, NULL, odd_bits_answer, "a bit for every odd number")
SIEVE(segmented, 16, "10000000000", wheel_sieve, &odd_wheel, wheel_answer,
      "a bit for every odd number, by segments that stay in the first-level cache")
SIEVE(wheel30, 30, "10000000000", wheel_sieve, &wheel30, wheel_answer,
      "a bit for every number prime to 30, eight to a byte, by segments")

ASSAY_PLUGIN(&bytes_kernel, &odd_bits_kernel, &segmented_kernel, &wheel30_kernel)
