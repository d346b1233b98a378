/* Seeded random numbers: xoshiro256++ (Blackman and Vigna, 2019), seeded by splitmix64 (Steele, Lea and
 * Flood, 2014). Not for secrets. The same seed gives the same sequence on every machine and version. */
#ifndef ASSAY_BASE_RANDOM_H
#define ASSAY_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct assay_random {
    uint64_t state[4];
};

void assay_random_init(struct assay_random *random, uint64_t seed);
uint64_t assay_random_next(struct assay_random *random);
/* Uniform in 0 to bound-1, without bias (Lemire, 2019); bound above 0. */
uint64_t assay_random_below(struct assay_random *random, uint64_t bound);
/* Uniform in [0, 1). */
double assay_random_real(struct assay_random *random);
/* Shuffles `indexes` in place (Fisher and Yates). */
void assay_random_shuffle(struct assay_random *random, uint32_t *indexes, size_t count);
/* A seed derived from another and a stream number: independent streams from one recorded seed. */
uint64_t assay_random_derive(uint64_t seed, uint64_t stream);
/* A seed from the system (getrandom). */
uint64_t assay_random_fresh(void);

#endif
