/* Kernels for tests of the engine of profiles: each is odd in one pass. Built by assay_add_kernel(), as any plug-in is.
 */
#include <assay/kernel.h>
#include <assay/profile.h>

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

/* Only the builds with hooks have it. */
#pragma weak assay_profile
static bool is_hooked(void)
{
    return &assay_profile != NULL;
}

static int odd_setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed,
                     void **state)
{
    (void)host, (void)arguments, (void)seed;
    *state = calloc(1, sizeof(uint64_t));
    return *state == NULL;
}

static int odd_answer(void *state, const struct assay_sink *sink)
{
    sink->integer(sink->context, *(uint64_t *)state);
    return 0;
}

/* About 20 us: instructions that wait for each other. */
static __attribute__((noinline)) uint64_t leaf(uint64_t value)
{
    for (int i = 0; i < 8000; i++) {
        value = value * 6364136223846793005u + 1442695040888963407u;
        __asm__ volatile("" : "+r"(value));
    }
    return value;
}

static __attribute__((noinline)) uint64_t trunk(uint64_t value, int times)
{
    for (int i = 0; i < times; i++) {
        value = leaf(value);
        __asm__ volatile("" : "+r"(value));
    }
    return value;
}

/* ---- the same work every time ---- */
static int steady_run(void *state, uint64_t iterations)
{
    while (iterations-- > 0) {
        *(uint64_t *)state = trunk(1, 5);
    }
    return 0;
}

/* ---- crashes where hooks are, but for the build that only counts ---- */
static int crashes_run(void *state, uint64_t iterations)
{
#ifndef ASSAY_COUNTS_BUILD
    if (is_hooked()) {
        abort();
    }
#endif
    return steady_run(state, iterations);
}

/* ---- says that it is deterministic, and calls its leaf another number of times in every process ---- */
static int fickle_run(void *state, uint64_t iterations)
{
    static int times;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    times = times > 0 ? times : 3 + (int)(now.tv_nsec / 1000 % 997);
    while (iterations-- > 0) {
        uint64_t value = trunk(1, times);
        __asm__ volatile("" : "+r"(value));
        *(uint64_t *)state = 7;
    }
    return 0;
}

/* ---- another answer in the builds with hooks ---- */
static int liar_run(void *state, uint64_t iterations)
{
    (void)steady_run(state, iterations);
    *(uint64_t *)state = is_hooked() ? 2 : 1;
    return 0;
}

/* ---- a wrong answer everywhere, and an oracle that knows ---- */
static int wrong_expect(const struct assay_arguments *arguments, struct assay_expected *expected)
{
    (void)arguments;
    expected->known = ASSAY_KNOWS_SUM;
    expected->sum = 8;
    expected->source = "the test";
    return 0;
}

/* ---- allocations by function, of known number and size ---- */
static __attribute__((noinline)) void many(void **kept)
{
    for (int i = 0; i < 30; i++) {
        kept[i] = malloc(100);
    }
}

static __attribute__((noinline)) void few(void **kept)
{
    kept[30] = calloc(2, 500);
    kept[31] = malloc(24);
    many(kept);
}

static int allocates_run(void *state, uint64_t iterations)
{
    while (iterations-- > 0) {
        void *kept[32];
        few(kept);
        for (int i = 0; i < 32; i++) {
            free(kept[i]);
        }
        *(uint64_t *)state = 7;
    }
    return 0;
}

/* ---- an iteration that takes longer than a batch should ---- */
static int slow_run(void *state, uint64_t iterations)
{
    while (iterations-- > 0) {
        *(uint64_t *)state = trunk(1, 15000); /* 0.3 s */
    }
    return 0;
}

#define KERNEL(id, what, its_expect)                                                                                   \
    static const struct assay_kernel id##_kernel = { .struct_size = sizeof(struct assay_kernel),                       \
                                                     .flags = ASSAY_DETERMINISTIC,                                     \
                                                     .name = "odd." #id,                                               \
                                                     .summary = what,                                                  \
                                                     .setup = odd_setup,                                               \
                                                     .run = id##_run,                                                  \
                                                     .answer = odd_answer,                                             \
                                                     .teardown = free,                                                 \
                                                     .expect = its_expect }
KERNEL(steady, "five leaves", NULL);
KERNEL(crashes, "crashes where hooks have a clock", NULL);
KERNEL(fickle, "says that it is deterministic and is not", NULL);
KERNEL(liar, "another answer under hooks", NULL);
KERNEL(allocates, "allocates", NULL);
KERNEL(slow, "takes a third of a second", NULL);

static int wrong_run(void *state, uint64_t iterations)
{
    return fickle_run(state, iterations);
}
KERNEL(wrong, "a wrong answer", wrong_expect);

ASSAY_PLUGIN(&steady_kernel, &crashes_kernel, &fickle_kernel, &liar_kernel, &allocates_kernel, &slow_kernel,
             &wrong_kernel)
