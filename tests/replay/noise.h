/* Synthetic series with fixed seeds, for the replay and the tests of the search for changes. Spread 1, level 0. */
#ifndef ASSAY_TESTS_REPLAY_NOISE_H
#define ASSAY_TESTS_REPLAY_NOISE_H

#include "../unit/variates.h"

#include <stdint.h>
#include <string.h>

struct noise {
    const char *name;
    double correlation; /* lag 1 */
    double spikes;      /* share of points that a spike is added to */
    bool even_spikes;   /* each of 10 spreads; else 10 times the size of a normal variate: many small, some of 30 */
    size_t kind_every;  /* points, on average, until another machine takes over; 0: never */
};

static const struct noise noises[] = {
    { "independent", 0, 0, false, 0 },
    { "autocorrelation 0.3", 0.3, 0, false, 0 },
    { "autocorrelation 0.5", 0.5, 0, false, 0 },
    { "2 % spikes of 10 sd", 0, 0.02, true, 0 },
    { "2 % spikes of 10 |normal| sd", 0, 0.02, false, 0 },
    { "change of machine", 0, 0, false, 100 },
    { "autocorrelation 0.1", 0.1, 0, false, 0 },
    { "autocorrelation 0.7", 0.7, 0, false, 0 },
};
#define NOISES (sizeof noises / sizeof *noises)

/* A series in the making. */
struct stream {
    struct assay_random random;
    const struct noise *noise;
    double state, level, scale;
    uint32_t kind;
};

static inline void stream_init(struct stream *stream, const struct noise *noise, uint64_t seed, uint64_t number)
{
    *stream = (struct stream){ .noise = noise, .scale = 1 };
    assay_random_init(&stream->random, assay_random_derive(seed, number));
    stream->state = variate_normal(&stream->random);
}

/* The next point's noise. Another machine has another level, and up to twice or half the spread. */
static inline double stream_next(struct stream *stream)
{
    const struct noise *noise = stream->noise;
    struct assay_random *random = &stream->random;
    if (noise->kind_every > 0 && assay_random_below(random, noise->kind_every) == 0) {
        stream->kind++;
        stream->level = 10 * variate_normal(random);
        stream->scale = exp2(2 * assay_random_real(random) - 1);
    }
    double fresh = sqrt(1 - noise->correlation * noise->correlation);
    stream->state = noise->correlation * stream->state + fresh * variate_normal(random);
    double value = stream->state;
    if (noise->spikes > 0 && assay_random_real(random) < noise->spikes) {
        value += noise->even_spikes ? 10 : 10 * fabs(variate_normal(random));
    }
    return stream->level + stream->scale * value;
}

/* The standard deviation in the long run, over that of a point: what a mean of many points is known by. */
static inline double noise_long_run(const struct noise *noise)
{
    return sqrt((1 + noise->correlation) / (1 - noise->correlation));
}

#endif
