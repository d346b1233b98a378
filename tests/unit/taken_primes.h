/* What a sieve handed over, and whether it is the primes: by the oracle, and up to 300,000 by the definition. Knows no
 * sieve. */
#ifndef ASSAY_TESTS_TAKEN_PRIMES_H
#define ASSAY_TESTS_TAKEN_PRIMES_H

#include "built_plugin.h"

#include "oracle/prime_oracle.h"

#include <stdbool.h>

struct taken {
    uint64_t *values;
    size_t count;
    size_t capacity;
};

static inline void take_one(void *context, uint64_t value)
{
    struct taken *taken = context;
    if (taken->count == taken->capacity) {
        taken->capacity = 2 * taken->capacity + 64;
        taken->values = realloc(taken->values, taken->capacity * sizeof *taken->values);
        assert_non_null(taken->values);
    }
    taken->values[taken->count++] = value;
}

static inline void take_many(void *context, const uint64_t *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        take_one(context, values[i]);
    }
}

/* One batch of `iterations`, with parameters `limit` and `buffer` (NULL: the kernel has none). False: a call failed,
 * see last_reason. */
static inline bool take_batch(struct taken *taken, const struct assay_kernel *kernel, uint64_t limit,
                              const char *buffer, uint64_t iterations)
{
    struct assay_host host = { sizeof host, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, NULL, keep_reason, 0, 1 };
    struct assay_sink sink = { sizeof sink, ASSAY_ABI_MAJOR, ASSAY_ABI_MINOR, taken, take_one, take_many, NULL, NULL,
                               NULL };
    struct call call;
    char text[24];
    void *state = NULL;
    snprintf(text, sizeof text, "%llu", (unsigned long long)limit);
    call_init(&call, "limit", text, buffer != NULL ? "buffer" : NULL, buffer);
    if (kernel->setup(&host, &call.arguments, 1, &state) != 0) {
        return false;
    }
    bool well = kernel->run(state, iterations) == 0 && kernel->answer(state, &sink) == 0;
    kernel->teardown(state);
    return well;
}

enum { BY_DEFINITION = 300000 };

/* Whether each number is prime, by the definition; made at the first call. */
static inline const bool *primes_by_definition(void)
{
    static bool is_prime[BY_DEFINITION];
    for (uint32_t n = 2; n < BY_DEFINITION && !is_prime[BY_DEFINITION - 7]; n++) { /* 299,993 is prime */
        uint32_t i = 2;
        while (i * i <= n && n % i != 0) {
            i++;
        }
        is_prime[n] = i * i > n;
    }
    return is_prime;
}

/* NULL: `taken` is exactly the primes from `first` on that are below `limit`, ascending; else what is wrong. */
static inline const char *what_is_wrong(const struct taken *taken, uint64_t first, uint64_t limit)
{
    struct prime_oracle oracle = { 0, 0 }, all = { 0, 0 };
    if (prime_oracle_below(&oracle, limit) != 0) {
        return "the oracle does not know";
    }
    for (size_t i = 0; i < taken->count; i++) {
        if (taken->values[i] < first || taken->values[i] >= limit) {
            return "a value out of bounds";
        }
        if (i > 0 && taken->values[i] <= taken->values[i - 1]) {
            return "not ascending";
        }
        if (taken->values[i] < BY_DEFINITION && !primes_by_definition()[taken->values[i]]) {
            return "a composite";
        }
        all.count++;
        all.sum += taken->values[i];
    }
    if (first > 2 && limit > 2) {
        all.count++;
        all.sum += 2;
    }
    return all.count != oracle.count ? "another count" : all.sum != oracle.sum ? "another sum" : NULL;
}

#endif
