/* A chain of work that no processor can shorten: each multiplication waits for the one before. Its time is the
 * machine's pulse, and the floor beneath which an answer is too fast to be true. */
#include "machine/machine.h"

#include "base/clock.h"

/* Odd, so that the value never dies out; Knuth's multiplier of MMIX. */
#define FACTOR UINT64_C(6364136223846793005)

#if defined(__x86_64__)
#define MULTIPLICATION_CYCLES 3 /* 64-bit imul, Intel since 2008 and AMD since 2017 */
#else
#define MULTIPLICATION_CYCLES 4
#endif

#define FLOOR_CHAIN 10000
#define FLOOR_ROUNDS 300 /* of 10 us each, more or less */

/* Compilers may not unroll by squaring the factor: each value is hidden from them once. */
static uint64_t __attribute__((noinline)) multiply(uint64_t value, uint64_t factor, uint64_t multiplications)
{
    for (uint64_t i = 0; i < multiplications; i++) {
        value *= factor;
        __asm__ volatile("" : "+r"(value));
    }
    return value;
}

int64_t assay_machine_chain_ns(uint64_t multiplications)
{
    int64_t start_ns = assay_clock_ns();
    (void)multiply(FACTOR, FACTOR, multiplications);
    return assay_clock_ns() - start_ns;
}

double assay_machine_cycle_ns(void)
{
    int64_t best_ns = INT64_MAX;
    for (int i = 0; i < FLOOR_ROUNDS; i++) {
        int64_t elapsed_ns = assay_machine_chain_ns(FLOOR_CHAIN);
        if (elapsed_ns > 0 && elapsed_ns < best_ns) {
            best_ns = elapsed_ns;
        }
    }
    return (double)best_ns / ((double)FLOOR_CHAIN * MULTIPLICATION_CYCLES);
}
