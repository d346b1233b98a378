/* The counts build's hooks, force-included into a plug-in's sources (-include), in C and C++: gcc inlines them into
 * every function that -finstrument-functions asks it to instrument, so that a call costs nine instructions and no call.
 * clang inserts the calls too late to inline them; it calls the same code in counting.c.
 *
 * A function's counter is found by where it starts: (address - start of the object) / 16. Rotated, not shifted: an
 * address that is not a multiple of 16 then lies behind every limit, as one of another object does, and as every one
 * does before the thread's first call. One comparison sends all three to assay_count_slowly(). */
#ifndef ASSAY_HOOKS_COUNTING_H
#define ASSAY_HOOKS_COUNTING_H

#ifdef __cplusplus
extern "C" {
#endif

#define ASSAY_HOOKS_HIDDEN __attribute__((visibility("hidden"), no_instrument_function))

struct assay_counting {
    unsigned long long *counters; /* of the present thread */
    __UINTPTR_TYPE__ limit;       /* how many; 0 until its first call */
};
extern __thread struct assay_counting assay_counting __attribute__((visibility("hidden"), tls_model("initial-exec")));
extern const char __ehdr_start[] __attribute__((visibility("hidden"))); /* the linker's: where the object begins */

ASSAY_HOOKS_HIDDEN void assay_count_slowly(void *function);

/* Which counter. */
#define ASSAY_HOOKS_AT(function)                                                                                       \
    ((((__UINTPTR_TYPE__)(function) - (__UINTPTR_TYPE__)__ehdr_start) >> 4) |                                          \
     (((__UINTPTR_TYPE__)(function) - (__UINTPTR_TYPE__)__ehdr_start) << (8 * sizeof(__UINTPTR_TYPE__) - 4)))

#define ASSAY_HOOKS_COUNT(function)                                                                                    \
    if (__builtin_expect(ASSAY_HOOKS_AT(function) >= assay_counting.limit, 0)) {                                       \
        assay_count_slowly(function);                                                                                  \
    } else {                                                                                                           \
        assay_counting.counters[ASSAY_HOOKS_AT(function)]++;                                                           \
    }

#if defined(__GNUC__) && !defined(__clang__) && !defined(ASSAY_HOOKS_OUT_OF_LINE)
#define ASSAY_HOOKS_INLINE extern __inline__ __attribute__((always_inline, gnu_inline, no_instrument_function))
ASSAY_HOOKS_INLINE void __cyg_profile_func_enter(void *function, void *call_site);
ASSAY_HOOKS_INLINE void __cyg_profile_func_exit(void *function, void *call_site);
ASSAY_HOOKS_INLINE void __cyg_profile_func_enter(void *function, void *call_site)
{
    (void)call_site;
    ASSAY_HOOKS_COUNT(function)
}
ASSAY_HOOKS_INLINE void __cyg_profile_func_exit(void *function, void *call_site)
{
    (void)function;
    (void)call_site;
}
#endif

#ifdef __cplusplus
}
#endif
#endif
