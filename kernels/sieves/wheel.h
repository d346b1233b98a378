/* Segmented sieves on a wheel, eight flags a byte: what segmented.c and wheel30.c have in common. A byte stands for
 * `modulus` numbers; its bits for the eight residues prime to the wheel's primes.
 *
 * For a prime p = modulus * k + r, the multiples p * w, w running through the residues, fall on eight bits whose place
 * and mask depend on r alone, plus k * w bytes; the next eight lie p bytes on. So one residue class r is one loop of
 * eight constant masks: a round. A round may reach up to p bytes past the segment: the table is whole and filled ahead,
 * so nothing but the start of the next round has to be remembered. */
#ifndef ASSAY_KERNELS_SIEVES_WHEEL_H
#define ASSAY_KERNELS_SIEVES_WHEEL_H

#include "sieve.h"

struct sieving_prime {
    uint32_t k;
    uint32_t residue; /* index of r */
    size_t next;      /* byte at which the next round begins */
};

struct wheel {
    uint32_t modulus;
    uint8_t residues[8];
    uint8_t first;        /* the byte of the numbers below the modulus, as it must be in the end */
    uint8_t skipped[4];   /* primes that have no flag, then 0 */
    uint8_t patterned[5]; /* primes that the pattern crosses off, then 0; all below the modulus */
    size_t period;        /* of the pattern, in bytes: their product */
    uint8_t *pattern;     /* one period of the table with their multiples crossed off: a constant, see wheel_ready */
    void (*cross)(uint8_t *table, struct sieving_prime *prime, size_t end); /* all rounds that begin before `end` */
};

/* The functions of a struct sieve_design, for a wheel. */
void wheel_ready(const struct wheel *wheel);
size_t wheel_size(const struct wheel *wheel, uint64_t limit);
void wheel_sieve(const struct wheel *wheel, void *block, uint64_t limit);
void wheel_primes(const struct wheel *wheel, const void *block, uint64_t limit, sieve_take take, void *context);
uint64_t wheel_crossings(const struct wheel *wheel, uint64_t limit);

/* WHEEL_CROSS(name, m, the eight residues) defines a `cross`. WHEEL_BIT##m(w) is the bit of residue w: a constant
 * wherever w is one. */
#define WHEEL_ONE(m, r, w) at[k * (w) + (r) * (w) / (m)] &= (uint8_t) ~(1u << WHEEL_BIT##m((r) * (w) % (m)))
#define WHEEL_ROUNDS(m, index, r, a, b, c, d, e, f, g, h)                                                              \
    case index:                                                                                                        \
        for (; at < stop; at += (m)*k + (r)) {                                                                         \
            WHEEL_ONE(m, r, a), WHEEL_ONE(m, r, b), WHEEL_ONE(m, r, c), WHEEL_ONE(m, r, d);                            \
            WHEEL_ONE(m, r, e), WHEEL_ONE(m, r, f), WHEEL_ONE(m, r, g), WHEEL_ONE(m, r, h);                            \
            ASSAY_COUNT(8);                                                                                            \
        }                                                                                                              \
        break;
#define WHEEL_CROSS(name, m, a, b, c, d, e, f, g, h)                                                                   \
    static APART void name(uint8_t *table, struct sieving_prime *prime, size_t end)                                    \
    {                                                                                                                  \
        uint8_t *at = table + prime->next, *stop = table + end;                                                        \
        size_t k = prime->k;                                                                                           \
        switch (prime->residue) {                                                                                      \
            WHEEL_ROUNDS(m, 0, a, a, b, c, d, e, f, g, h)                                                              \
            WHEEL_ROUNDS(m, 1, b, a, b, c, d, e, f, g, h)                                                              \
            WHEEL_ROUNDS(m, 2, c, a, b, c, d, e, f, g, h)                                                              \
            WHEEL_ROUNDS(m, 3, d, a, b, c, d, e, f, g, h)                                                              \
            WHEEL_ROUNDS(m, 4, e, a, b, c, d, e, f, g, h)                                                              \
            WHEEL_ROUNDS(m, 5, f, a, b, c, d, e, f, g, h)                                                              \
            WHEEL_ROUNDS(m, 6, g, a, b, c, d, e, f, g, h)                                                              \
            WHEEL_ROUNDS(m, 7, h, a, b, c, d, e, f, g, h)                                                              \
        }                                                                                                              \
        prime->next = (size_t)(at - table);                                                                            \
    }

#endif
