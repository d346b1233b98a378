/* Kernels whose stacks and shares are known by construction: three quarters of the steps in one function, threads that are
 * made and threads that stay, a recursion deeper than a sample, and one that waits. Built with frame pointers, but for
 * what says otherwise. */
#include <assay/kernel.h>

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define APART __attribute__((noinline))
enum { STEPS = 20000, DEPTH = 300, THREAD_STEPS = 4000000 };

static volatile uint64_t sink;

/* Steps that wait for each other: multiplications by a constant of Knuth's MMIX generator. */
APART static uint64_t light(uint64_t value)
{
    for (int i = 0; i < STEPS; i++) {
        value = value * UINT64_C(6364136223846793005) + 1;
    }
    return value;
}

APART static uint64_t heavy(uint64_t value)
{
    for (int i = 0; i < 3 * STEPS; i++) {
        value = value * UINT64_C(6364136223846793005) + 1;
    }
    return value;
}

static int shares_run(void *state, uint64_t iterations)
{
    uint64_t value = 1;
    (void)state;
    for (uint64_t i = 0; i < iterations; i++) {
        value = heavy(light(value));
    }
    sink = value;
    return 0;
}

APART static void *in_thread(void *cookie)
{
    uint64_t value = 1;
    for (int i = 0; i < THREAD_STEPS; i++) {
        value = value * UINT64_C(6364136223846793005) + 1;
    }
    sink = value;
    return cookie;
}

static int threads_run(void *state, uint64_t iterations)
{
    (void)state;
    for (uint64_t i = 0; i < iterations; i++) {
        pthread_t threads[2];
        int made = 0;
        while (made < 2 && pthread_create(&threads[made], NULL, in_thread, NULL) == 0) {
            made++;
        }
        for (int j = 0; j < made; j++) {
            pthread_join(threads[j], NULL);
        }
        if (made < 2) {
            return -1;
        }
    }
    return 0;
}

/* Not a tail call: its value is changed afterwards. */
APART static uint64_t deep(uint64_t value, int depth) /* NOLINT(misc-no-recursion): it is what this kernel is for */
{
    if (depth == 0) {
        return heavy(value);
    }
    value = deep(value, depth - 1);
    __asm__ volatile("" : "+r"(value));
    return value + 1;
}

static int deep_run(void *state, uint64_t iterations)
{
    uint64_t value = 1;
    (void)state;
    for (uint64_t i = 0; i < iterations; i++) {
        value = deep(value, DEPTH);
    }
    sink = value;
    return 0;
}

/* By an absolute time: a signal may come meanwhile. */
static int waits_run(void *state, uint64_t iterations)
{
    struct timespec until;
    (void)state;
    clock_gettime(CLOCK_MONOTONIC, &until);
    for (uint64_t i = 0; i < iterations; i++) {
        until.tv_nsec += 5000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_nsec -= 1000000000;
            until.tv_sec++;
        }
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0) {
        }
    }
    return 0;
}

/* Leaves a register in the place of the frame pointer that points into the stack, but at no frame. */
#if defined(__x86_64__)
#define STRAY_FRAME(value, words) \
    __asm__ volatile("push %%rbp\n\tlea 8(%1), %%rbp\n\tmov $200000, %%ecx\n1:\tdec %%ecx\n\tjnz 1b\n\tpop %%rbp" \
                     : "+r"(value) : "r"(words) : "ecx", "cc", "memory")
#endif

static int stray_run(void *state, uint64_t iterations)
{
    uint64_t value = 1;
    /* What looks like a frame: the next one below it, and a return address that is none. */
    volatile uintptr_t words[4] = { 0, 8, 0x1234, 0 };
    (void)state;
    for (uint64_t i = 0; i < iterations; i++) {
#ifdef STRAY_FRAME
        STRAY_FRAME(value, words);
#else
        value = light(value);
#endif
    }
    sink = value + words[1];
    return 0;
}

static int setup(const struct assay_host *host, const struct assay_arguments *arguments, uint64_t seed, void **state)
{
    (void)host;
    (void)arguments;
    (void)seed;
    *state = NULL;
    return 0;
}

#define KERNEL(word, words, function, flag) \
    { .struct_size = sizeof(struct assay_kernel), .flags = (flag), .name = "sampled." word, .summary = (words), .setup = setup, \
      .run = (function) }
static const struct assay_kernel shares_kernel = KERNEL("shares", "3 of 4 steps in one function", shares_run, 0);
static const struct assay_kernel threads_kernel = KERNEL("threads", "works in two threads", threads_run, ASSAY_MAKES_THREADS);
static const struct assay_kernel deep_kernel = KERNEL("deep", "works at the end of 300 frames", deep_run, 0);
static const struct assay_kernel waits_kernel = KERNEL("waits", "sleeps for 5 ms", waits_run, 0);
static const struct assay_kernel stray_kernel = KERNEL("stray", "has no frame pointer while it works", stray_run, 0);

ASSAY_PLUGIN(&shares_kernel, &threads_kernel, &deep_kernel, &waits_kernel, &stray_kernel)
