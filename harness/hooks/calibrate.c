/* What the hooks themselves cost, in the caller and in the called function, measured with the hooks as they are.
 *
 * A caller does 50 multiply-adds, each waiting for the one before, and calls a leaf that goes on with 50 more. Nothing
 * can overlap, so the plain loop's time is the sum of two equal halves: what the hooks show above a half is their own.
 * An empty function would not do: its time overlaps with the hooks', and constants from it take too much away
 * (measured: 54 % of a body of 17 ticks). Links: 50 is about 200 ticks, as long as a clock read's shadow needs.
 *
 * An interval takes one reading of the clock and the longer of two: the body, and the hooks' work between the readings,
 * which waits for nothing of the body. So a second caller and leaf that do nothing show how long that work is. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "calibrate.h"
#include "clock.h"
#include "threads.h"

#include <stdlib.h>

enum { LINKS = 50, CALLS = 1000, REPEATS = 21 };

struct sample {
    double inside, outside, untimed, inside_most, outside_most;
};

void __cyg_profile_func_enter(void *function, void *call_site);
void __cyg_profile_func_exit(void *function, void *call_site);

/* The barrier keeps a compiler from making one multiply-add of fifty. */
static inline __attribute__((always_inline)) uint64_t chain(uint64_t x)
{
    for (int i = 0; i < LINKS; i++) {
        x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        __asm__ volatile("" : "+r"(x));
    }
    return x;
}

static __attribute__((noinline)) uint64_t plain_leaf(uint64_t x)
{
    return chain(x);
}

static __attribute__((noinline)) uint64_t plain_caller(uint64_t x)
{
    for (int i = 0; i < CALLS; i++) {
        x = plain_leaf(chain(x));
    }
    return x;
}

/* As -finstrument-functions writes them. */
static __attribute__((noinline)) uint64_t hooked_leaf(uint64_t x)
{
    __cyg_profile_func_enter((void *)(uintptr_t)hooked_leaf, __builtin_return_address(0));
    x = chain(x);
    __cyg_profile_func_exit((void *)(uintptr_t)hooked_leaf, __builtin_return_address(0));
    return x;
}

static __attribute__((noinline)) uint64_t hooked_caller(uint64_t x)
{
    __cyg_profile_func_enter((void *)(uintptr_t)hooked_caller, __builtin_return_address(0));
    for (int i = 0; i < CALLS; i++) {
        x = hooked_leaf(chain(x));
    }
    __cyg_profile_func_exit((void *)(uintptr_t)hooked_caller, __builtin_return_address(0));
    return x;
}

static __attribute__((noinline)) uint64_t idle_leaf(uint64_t x)
{
    __cyg_profile_func_enter((void *)(uintptr_t)idle_leaf, __builtin_return_address(0));
    __asm__ volatile("" : "+r"(x));
    __cyg_profile_func_exit((void *)(uintptr_t)idle_leaf, __builtin_return_address(0));
    return x;
}

static __attribute__((noinline)) uint64_t idle_caller(uint64_t x)
{
    __cyg_profile_func_enter((void *)(uintptr_t)idle_caller, __builtin_return_address(0));
    for (int i = 0; i < CALLS; i++) {
        x = idle_leaf(x);
    }
    __cyg_profile_func_exit((void *)(uintptr_t)idle_caller, __builtin_return_address(0));
    return x;
}

static uint64_t now(enum clock clock)
{
    uint32_t processor;
    return clock == CLOCK_TSC ? assay_clock_tsc(&processor) : assay_clock_system();
}

static double ticks_of(uint64_t (*work)(uint64_t), enum clock clock)
{
    uint64_t before = now(clock);
    uint64_t x = work(before);
    __asm__ volatile("" : : "r"(x));
    return (double)(now(clock) - before) / CALLS;
}

/* Ticks a call of a function in the tree. */
static double booked(const struct tree *tree, uint64_t (*function)(uint64_t))
{
    for (uint32_t i = FIRST; i < tree->used; i++) {
        const struct node *node = &tree->nodes[i];
        if (node->function == (uintptr_t)function && node->timed > 0) {
            double intervals = function == hooked_leaf || function == idle_leaf ? CALLS : CALLS + 1;
            return (double)node->ticks / (double)node->timed * intervals / CALLS;
        }
    }
    return 0.0;
}

static void take_sample(struct sample *sample, struct thread *thread, enum clock clock)
{
    double plain = ticks_of(plain_caller, clock);
    assay_hooks_recording.clock = clock;
    assay_thread_reset(thread);
    ticks_of(hooked_caller, clock);
    sample->inside = booked(&thread->tree, hooked_leaf) - plain / 2.0;
    sample->outside = booked(&thread->tree, hooked_caller) - plain / 2.0;
    assay_thread_reset(thread);
    ticks_of(idle_caller, clock);
    sample->inside_most = booked(&thread->tree, idle_leaf);
    sample->outside_most = booked(&thread->tree, idle_caller);
    assay_hooks_recording.clock = CLOCK_NONE;
    assay_thread_reset(thread);
    sample->untimed = ticks_of(hooked_caller, clock) - plain;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The median, and the standard deviation that the median deviation from it stands for (1.4826 of it, in a normal
 * distribution): one repeat that the system interrupted must not tell how sure the others are. */
static void summarize(double *median, double *spread, const struct sample *samples, size_t offset)
{
    double values[REPEATS];
    for (size_t i = 0; i < REPEATS; i++) {
        values[i] = *(const double *)((const char *)&samples[i] + offset);
    }
    qsort(values, REPEATS, sizeof *values, ascending);
    *median = values[REPEATS / 2];
    for (size_t i = 0; i < REPEATS; i++) {
        values[i] = values[i] > *median ? values[i] - *median : *median - values[i];
    }
    qsort(values, REPEATS, sizeof *values, ascending);
    *spread = 1.4826 * values[REPEATS / 2];
}

int assay_hooks_calibrate(struct assay_profile_cost *cost)
{
    struct sample samples[REPEATS];
    struct recording before = assay_hooks_recording;
    struct thread *mine = assay_hooks_mine, *thread = before.records == 0 ? assay_thread_new() : NULL;
    uint32_t contexts = atomic_load(&assay_hooks_contexts);
    if (thread == NULL) {
        return -1;
    }
    enum clock clock = assay_clock_best();
    assay_hooks_recording = (struct recording){ ASSAY_PROFILE_TREE, clock, 1.0, 0, NULL };
    assay_thread_reset(thread);
    assay_hooks_mine = thread;
    take_sample(&samples[0], thread, clock); /* not kept: it warms up */
    uint64_t system = assay_clock_system(), ticks = now(clock);
    for (int i = 0; i < REPEATS; i++) {
        take_sample(&samples[i], thread, clock);
    }
    uint64_t system_end = assay_clock_system(), ticks_end = now(clock);
    assay_hooks_mine = mine;
    assay_hooks_recording = before;
    assay_thread_free(thread);
    atomic_store(&assay_hooks_contexts, contexts);

    struct assay_profile_cost result = { .struct_size = (uint32_t)sizeof result };
    result.ticks_per_ns = clock == CLOCK_TSC ? (double)(ticks_end - ticks) / (double)(system_end - system) : 1.0;
    summarize(&result.inside, &result.inside_spread, samples, offsetof(struct sample, inside));
    summarize(&result.outside, &result.outside_spread, samples, offsetof(struct sample, outside));
    summarize(&result.untimed, &result.untimed_spread, samples, offsetof(struct sample, untimed));
    double ignored;
    summarize(&result.inside_most, &ignored, samples, offsetof(struct sample, inside_most));
    summarize(&result.outside_most, &ignored, samples, offsetof(struct sample, outside_most));
    *cost = result;
    return 0;
}
