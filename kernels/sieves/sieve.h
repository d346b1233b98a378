/* What a design of a sieve is to sieves.c: its words, and functions over one block of memory. A design knows no ABI but
 * ASSAY_COUNT, allocates nothing and remembers nothing outside its block: so sieves.c can give it the same block again
 * or a fresh one, and everything that a design does is in its one file. */
#ifndef ASSAY_KERNELS_SIEVE_H
#define ASSAY_KERNELS_SIEVE_H

#include <assay/kernel.h>

#include <stdbool.h>

/* A function that the compiler neither inlines nor clones: profiles and layouts find it under its name. */
#if defined(__GNUC__) && !defined(__clang__)
#define APART __attribute__((noipa))
#else
#define APART __attribute__((noinline))
#endif

/* Takes one prime of an answer. */
typedef void (*sieve_take)(void *context, uint64_t prime);

/* Texts are arrays, so that a kernel, which is a constant, can point at them. */
struct sieve_design {
    char name[20];       /* of the kernel */
    char summary[84];    /* one line */
    char most[12];       /* the largest limit: what memory of an ordinary machine holds, and what its integers reach */
    const char *tags[6]; /* as the public drag race would label it, NULL behind the last; see below */
    uint64_t fixed;      /* the only limit that the design knows; 0: the parameter `limit` */
    bool without_two;    /* the answer begins with 3 */

    /* Constants that do not depend on the limit, kept outside the block; untimed, before all else; may be called again.
     * NULL: none. */
    void (*ready)(void);
    /* Bytes of the block for primes below `limit`. */
    size_t (*size)(uint64_t limit);
    /* One iteration, timed: finds the primes below `limit`. What is in the block before does not matter; it is aligned
     * as malloc's. Each crossing is an ASSAY_COUNT. */
    void (*sieve)(void *block, uint64_t limit);
    /* Hands over what sieve() found, ascending; may go on beyond the limit, which the taker drops. */
    void (*primes)(const void *block, uint64_t limit, sieve_take take, void *context);
    /* How many crossings sieve() does, exactly, by arithmetic: writes, bits flipped or list members taken out that
     * belong to one composite (or, in a wheel's rounds, place) each. What is written many numbers at a time (the first
     * filling of a table, a pattern) is not among them, so that the number is a floor that no vector unit undercuts.
     * 0: none, or no memory to find out. */
    uint64_t (*crossings)(uint64_t limit);
};

/* The tags follow the rules of the public drag race of prime sieves (CONTRIBUTING.md of PlummersSoftwareLLC/Primes on
 * GitHub), read strictly:
 *   algorithm  base: checks the odd numbers from 3 up and clears each one's odd multiples one by one, in steps of 2p;
 *              wheel: projects a calculated set of small primes onto the sieve; other: the rest.
 *   faithful   yes: no external code, all state in one object that every pass makes anew, a buffer made at run time
 *              whose size is that of the sieve, and a sieve of Eratosthenes. It holds for buffer=fresh only.
 *   bits       bits of the flag of one number; left out where there are no flags. */

extern const struct sieve_design sieve_bytes, sieve_odd_bits, sieve_linear, sieve_atkin, sieve_sundaram,
    sieve_pritchard, sieve_incremental, sieve_segmented, sieve_wheel30, sieve_byte1981;

/* ---- arithmetic.c: untimed, for sizes and crossings ------------------------------------------------------ */

/* The largest r with r * r <= n. */
uint64_t sieve_root(uint64_t n);
/* By trial division: meant for numbers up to the root of a limit. */
bool sieve_is_prime(uint64_t n);
/* How many primes there are below `limit`, by the oracle; 0 also without memory. */
uint64_t sieve_count_primes(uint64_t limit);
/* How many primes there are below `limit` at most: 1.25506 x / ln x (Rosser and Schoenfeld, "Approximate formulas for
 * some functions of prime numbers", Illinois J. Math. 6, 1962, (3.6)). */
uint64_t sieve_most_primes(uint64_t limit);
/* Pairs of an odd prime p and an odd multiple of it from p * p on that is below `limit`. */
uint64_t sieve_odd_crossings(uint64_t limit);

#endif
