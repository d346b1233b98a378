/* The clock of the hooks. On x86 rdtscp, which waits for the instructions before it: a plain rdtsc runs ahead of what
 * it should time and puts up to 150 ticks into the caller (measured). Elsewhere CLOCK_MONOTONIC, a tick being 1 ns. */
#ifndef ASSAY_HOOKS_CLOCK_H
#define ASSAY_HOOKS_CLOCK_H

#include "tree.h"

#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <x86intrin.h>
#endif

static inline uint64_t assay_clock_system(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static inline uint64_t assay_clock_tsc(uint32_t *processor)
{
#if defined(__x86_64__)
    unsigned aux;
    uint64_t now = __rdtscp(&aux);
    *processor = aux;
    return now;
#else
    *processor = 0;
    return assay_clock_system();
#endif
}

/* CLOCK_TSC where it runs at one rate and rdtscp is there (Intel SDM volume 2, CPUID 80000001h and 80000007h). */
static inline enum clock assay_clock_best(void)
{
#if defined(__x86_64__)
    unsigned a, b, c, d, power;
    if (__get_cpuid(0x80000001u, &a, &b, &c, &d) != 0 && (d & (1u << 27)) != 0 &&
        __get_cpuid(0x80000007u, &a, &b, &c, &power) != 0 && (power & (1u << 8)) != 0) {
        return CLOCK_TSC;
    }
#endif
    return CLOCK_SYSTEM;
}

#endif
