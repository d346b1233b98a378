/* For plug-ins whose true counts are known: kernels without parameters, and the table of what one iteration calls, by
 * arithmetic that stands beside the code. tests/unit/test_hooks.c compares. */
#ifndef ASSAY_TESTS_EXACT_H
#define ASSAY_TESTS_EXACT_H

#include <assay/kernel.h>

/* One function in one iteration of one kernel. Every function that a kernel enters is in the table. */
struct exact {
    const char *kernel;
    const char *function;
    void (*address)(void);
    uint64_t calls;
    uint64_t primitive; /* not from within itself */
    uint64_t contexts;  /* different ways to get there; 0: not known */
    const uint64_t *counted; /* the kernel's own count, added to `calls`; NULL: none */
};

#ifdef __cplusplus
#define EXACT_EXTERN extern "C"
#else
#define EXACT_EXTERN extern
#endif
EXACT_EXTERN ASSAY_EXPORT const struct exact exact_calls[]; /* ends with a kernel NULL */

#define EXACT(KERNEL, FUNCTION, CALLS, PRIMITIVE, CONTEXTS) \
    { KERNEL, #FUNCTION, (void (*)(void))FUNCTION, CALLS, PRIMITIVE, CONTEXTS, NULL }
#define EXACT_COUNTED(KERNEL, FUNCTION, CALLS, COUNTED) \
    { KERNEL, #FUNCTION, (void (*)(void))FUNCTION, CALLS, 0, 0, COUNTED }
#define EXACT_END { NULL, NULL, NULL, 0, 0, 0, NULL }

/* Keeps a function a function. */
#if defined(__clang__)
#define KEPT __attribute__((noinline))
#else
#define KEPT __attribute__((noipa))
#endif
#define UNSEEN __attribute__((no_instrument_function))

UNSEEN __attribute__((unused)) static int exact_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                              void **state)
{
    (void)host;
    (void)arguments;
    (void)seed;
    *state = NULL;
    return 0;
}

#ifndef __cplusplus
#define EXACT_KERNEL(IDENTIFIER, NAME, SUMMARY) \
    static const struct assay_kernel IDENTIFIER = { .struct_size = sizeof IDENTIFIER, .flags = ASSAY_DETERMINISTIC, \
                                                    .name = NAME, .summary = SUMMARY, .setup = exact_setup, \
                                                    .run = IDENTIFIER##_run };
#endif
/* run: `iterations` times CALL; itself unseen, so that the table holds for any number of them. */
#define EXACT_RUN(IDENTIFIER, CALL) \
    UNSEEN static int IDENTIFIER##_run(void *state, uint64_t iterations) \
    { \
        (void)state; \
        for (uint64_t i = 0; i < iterations; i++) { \
            CALL; \
        } \
        return 0; \
    }

#endif
