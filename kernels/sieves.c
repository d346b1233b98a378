/* Sieves: the answers of primes.* by other means. One iteration finds all primes below a limit in one block of memory;
 * the values are read from it after the clock has stopped (as in the usual comparisons of sieves). The block is
 * allocated in setup, or, with buffer=fresh, by every iteration (as the public drag race wants it); nothing else is
 * remembered. Here is what all have in common: parameters, life, answer. A design is one file of sieves/, behind
 * sieves/sieve.h. Must not know how any of them sieves, nor how the expected answer is found: that is
 * oracle/prime_oracle.h. */
#include <assay/kernel.h>

#include "oracle/prime_oracle.h"
#include "sieves/sieve.h"

#include <stdio.h>

struct state {
    const struct sieve_design *design;
    const struct assay_host *host;
    uint64_t limit;
    size_t size;
    bool fresh;  /* every iteration allocates its block */
    void *block; /* NULL: none yet */
};

static uint64_t limit_of(const struct sieve_design *design, const struct assay_arguments *arguments)
{
    return design->fixed != 0 ? design->fixed : assay_argument_integer(arguments, "limit");
}

/* ---- A state and its life ---------------------------------------------------------------------------- */

/* A block in place of the one before, which goes first: there is never more than one. */
static int renew(struct state *self)
{
    char reason[100];
    free(self->block);
    self->block = malloc(self->size);
    if (self->block == NULL) {
        snprintf(reason, sizeof reason, "out of memory for a buffer of %zu bytes", self->size);
        self->host->fail(self->host->context, reason);
        return 1;
    }
    return 0;
}

static void sieve_teardown(void *state)
{
    struct state *self = state;
    free(self->block);
    free(self);
}

static int setup(const struct assay_host *host, const struct assay_arguments *arguments,
                 const struct sieve_design *design, void **state)
{
    struct state *self = calloc(1, sizeof *self);
    if (self == NULL) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    self->design = design;
    self->host = host;
    self->limit = limit_of(design, arguments);
    self->size = design->size(self->limit);
    self->fresh = assay_argument_is(arguments, "buffer", "fresh");
    if (design->ready != NULL) {
        design->ready();
    }
    if (!self->fresh && renew(self) != 0) {
        free(self);
        return 1;
    }
    *state = self;
    return 0;
}

static int sieve_run(void *state, uint64_t iterations)
{
    struct state *self = state;
    for (uint64_t i = 0; i < iterations; i++) {
        if (self->fresh && renew(self) != 0) {
            return 1;
        }
        self->design->sieve(self->block, self->limit);
        assay_use(self->block);
    }
    return 0;
}

/* ---- What it must be and what it costs --------------------------------------------------------------- */

/* Hands primes over in pieces. */
struct handing {
    const struct assay_sink *sink;
    uint64_t limit;
    uint64_t values[512];
    size_t count;
};

static void hand_rest(struct handing *handing)
{
    handing->sink->integers(handing->sink->context, handing->values, handing->count);
    handing->count = 0;
}

static void hand(void *context, uint64_t prime)
{
    struct handing *handing = context;
    if (prime < handing->limit) {
        handing->values[handing->count++] = prime;
    }
    if (handing->count == sizeof handing->values / sizeof handing->values[0]) {
        hand_rest(handing);
    }
}

static int sieve_answer(void *state, const struct assay_sink *sink)
{
    const struct state *self = state;
    struct handing handing = { .sink = sink, .limit = self->limit };
    self->design->primes(self->block, self->limit, hand, &handing);
    hand_rest(&handing);
    return 0;
}

static int expect(const struct assay_arguments *arguments, struct assay_expected *expected,
                  const struct sieve_design *design)
{
    struct prime_oracle oracle;
    if (prime_oracle_below(&oracle, limit_of(design, arguments)) != 0) {
        return 1;
    }
    expected->known = ASSAY_KNOWS_COUNT | ASSAY_KNOWS_SUM;
    expected->count = oracle.count - (design->without_two ? 1 : 0);
    expected->sum = oracle.sum - (design->without_two ? 2 : 0);
    expected->source = prime_oracle_source;
    return 0;
}

/* Items are the numbers sieved, bytes the block. */
static int work(const struct assay_arguments *arguments, struct assay_work *work, const struct sieve_design *design)
{
    uint64_t limit = limit_of(design, arguments);
    work->items = (double)limit;
    work->bytes = (double)design->size(limit);
    work->least_operations = (double)design->crossings(limit);
    return 0;
}

/* ---- The kernels ------------------------------------------------------------------------------------- */

#define SIZE(type) ((uint32_t)sizeof(struct type))

static const char *const buffers[] = { "kept", "fresh", NULL };
static const struct assay_parameter buffer = { SIZE(assay_parameter),
                                               ASSAY_CHOICE,
                                               "buffer",
                                               "one for all iterations, or a fresh one each",
                                               "kept",
                                               NULL,
                                               NULL,
                                               buffers };

/* The functions and parameters of a kernel, bound to its design; then the kernel. */
#define BIND(id)                                                                                                       \
    static int id##_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,       \
                          void **state)                                                                                \
    {                                                                                                                  \
        (void)seed; /* the input is the limit alone */                                                                 \
        return setup(host, arguments, &sieve_##id, state);                                                             \
    }                                                                                                                  \
    static int id##_expect(const struct assay_arguments *arguments, struct assay_expected *expected)                   \
    {                                                                                                                  \
        return expect(arguments, expected, &sieve_##id);                                                               \
    }                                                                                                                  \
    static int id##_work(const struct assay_arguments *arguments, struct assay_work *of)                               \
    {                                                                                                                  \
        return work(arguments, of, &sieve_##id);                                                                       \
    }                                                                                                                  \
    static const struct assay_kernel id##_kernel = {                                                                   \
        .struct_size = SIZE(assay_kernel),                                                                             \
        .flags = ASSAY_DETERMINISTIC,                                                                                  \
        .name = sieve_##id.name,                                                                                       \
        .summary = sieve_##id.summary,                                                                                 \
        .version = "1.0.0",                                                                                            \
        .tags = sieve_##id.tags,                                                                                       \
        .parameters = id##_parameters,                                                                                 \
        .setup = id##_setup,                                                                                           \
        .run = sieve_run,                                                                                              \
        .answer = sieve_answer,                                                                                        \
        .teardown = sieve_teardown,                                                                                    \
        .expect = id##_expect,                                                                                         \
        .work = id##_work,                                                                                             \
    };

#define SIEVE(id)                                                                                                      \
    static const struct assay_parameter id##_limit = { SIZE(assay_parameter), ASSAY_INTEGER, "limit",                  \
                                                       "primes below this",   "100000",      "0",                      \
                                                       sieve_##id.most,       NULL };                                  \
    static const struct assay_parameter *const id##_parameters[] = { &id##_limit, &buffer, NULL };                     \
    BIND(id)

#define SIEVE_OF_ONE_SIZE(id)                                                                                          \
    static const struct assay_parameter *const id##_parameters[] = { &buffer, NULL };                                  \
    BIND(id)

SIEVE(bytes)
SIEVE(odd_bits)
SIEVE(linear)
SIEVE(atkin)
SIEVE(sundaram)
SIEVE(pritchard)
SIEVE(incremental)
SIEVE(segmented)
SIEVE(wheel30)
SIEVE_OF_ONE_SIZE(byte1981)

ASSAY_PLUGIN(&bytes_kernel, &odd_bits_kernel, &linear_kernel, &atkin_kernel, &sundaram_kernel, &pritchard_kernel,
             &incremental_kernel, &segmented_kernel, &wheel30_kernel, &byte1981_kernel)
