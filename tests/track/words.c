/* A plug-in whose work is known: ROUNDS dependent multiplications an iteration. For repositories that tests make; ROUNDS and the names come
 * from a header that each commit has its own of. */
#include <assay/kernel.h>

#include "rounds.h"

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    uint64_t *value = (uint64_t *)malloc(sizeof *value);
    (void)arguments;
    if (!value) {
        host->fail(host->context, "out of memory");
        return 1;
    }
    *value = seed | 1;
    *state = value;
    return 0;
}

static void teardown(void *state)
{
    free(state);
}

static int run(void *state, uint64_t iterations)
{
    uint64_t value = *(uint64_t *)state;
    for (uint64_t i = 0; i < iterations; i++) {
        for (int k = 0; k < ROUNDS; k++) {
            value = value * UINT64_C(6364136223846793005) + 1;
        }
    }
    *(uint64_t *)state = value;
    assay_use(state);
    return 0;
}

static int answer(void *state, const struct assay_sink *sink)
{
    (void)state;
    sink->integer(sink->context, ANSWER);
    return 0;
}

#define KERNEL(id, name)                                                                                               \
    static const struct assay_kernel id = {                                                                            \
        (uint32_t)sizeof(struct assay_kernel), ASSAY_DETERMINISTIC, name, NULL, "multiplications", "1.0.0", NULL, NULL, NULL, \
        NULL, NULL, setup, NULL, run, answer, teardown, NULL, NULL                                                     \
    }
KERNEL(first, FIRST);
#ifdef SECOND
KERNEL(second, SECOND);
ASSAY_PLUGIN(&first, &second)
#else
ASSAY_PLUGIN(&first)
#endif
