/* Seeded random numbers. Knows no clock; assay_random_fresh alone asks the system. */
#include "base/random.h"

#include <assert.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

void assay_random_init(struct assay_random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++) {
        random->state[i] = splitmix64(&seed);
    }
}

uint64_t assay_random_next(struct assay_random *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate_left(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t assay_random_below(struct assay_random *random, uint64_t bound)
{
    assert(bound > 0);
    /* The high half of a 128-bit product; low halves under 2^64 mod bound would be drawn too often. */
    uint64_t threshold = (0 - bound) % bound;
    for (;;) {
        __extension__ unsigned __int128 product = (unsigned __int128)assay_random_next(random) * bound;
        if ((uint64_t)product >= threshold) {
            return (uint64_t)(product >> 64);
        }
    }
}

double assay_random_real(struct assay_random *random)
{
    return (double)(assay_random_next(random) >> 11) * 0x1p-53;
}

void assay_random_shuffle(struct assay_random *random, uint32_t *indexes, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)assay_random_below(random, i);
        uint32_t kept = indexes[i - 1];
        indexes[i - 1] = indexes[j];
        indexes[j] = kept;
    }
}

uint64_t assay_random_derive(uint64_t seed, uint64_t stream)
{
    uint64_t state = seed ^ (stream * 0xd1342543de82ef95u + 0x632be59bd9b4e019u);
    (void)splitmix64(&state);
    return splitmix64(&state);
}

uint64_t assay_random_fresh(void)
{
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) == (ssize_t)sizeof seed) {
        return seed;
    }
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return assay_random_derive((uint64_t)now.tv_nsec ^ ((uint64_t)now.tv_sec << 20), (uint64_t)getpid());
}
