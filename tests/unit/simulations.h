/* Simulated comparisons with fixed seeds: what the sequential test promises, counted. For tests and tests/trust alone.
 */
#ifndef ASSAY_TESTS_SIMULATIONS_H
#define ASSAY_TESTS_SIMULATIONS_H

#include "stats/distributions.h"
#include "stats/paired.h"
#include "stats/sequence.h"
#include "stats/verdict.h"

#include "variates.h"

#include <stdbool.h>
#include <stdlib.h>

#define SIMULATED_SPREAD 0.009 /* of blocks, as a log ratio, on a quiet machine */
#define SIMULATED_BLOCK_S 0.026

/* Ten per cent of the blocks are ten times as noisy. */
static inline double simulated_spikes(struct assay_random *random)
{
    double z = variate_normal(random);
    return variate_open(random) < 0.1 ? 10 * z : z;
}

/* The sides fall into one of two modes each, so that blocks lie at -1, 0 or 1, with a spread of a quarter. */
static inline double simulated_modes(struct assay_random *random)
{
    double mode = (double)assay_random_below(random, 2) - (double)assay_random_below(random, 2);
    return mode + 0.25 * variate_normal(random);
}

/* Student's t with 4 degrees of freedom, scaled to a MAD of 1 / 1.4826. */
static inline double simulated_tails(struct assay_random *random)
{
    double chi_square = -2 * log(variate_open(random)) - 2 * log(variate_open(random));
    return variate_normal(random) / sqrt(chi_square / 4) / (1.4826 * 0.7406971);
}

struct simulated_noise {
    const char *name;
    double (*draw)(struct assay_random *random);
};
static const struct simulated_noise simulated_noises[] = {
    { "normal", variate_normal },
    { "spikes", simulated_spikes },
    { "two modes", simulated_modes },
    { "heavy tails", simulated_tails },
};
#define SIMULATED_NOISES (sizeof simulated_noises / sizeof *simulated_noises)

/* ASSAY_SIMULATIONS in the environment multiplies the trials of unit tests; 1 to 1000. */
static inline size_t simulated_scale(void)
{
    const char *text = getenv("ASSAY_SIMULATIONS");
    long scale = text ? strtol(text, NULL, 10) : 1;
    return scale >= 1 && scale <= 1000 ? (size_t)scale : 1;
}

/* How many blocks to draw and what of. */
struct simulation {
    const struct simulated_noise *noise;
    size_t trials, blocks;
    double effect; /* true log ratio */
    double confidence;
    uint64_t seed;
    double drift; /* whichever side runs second takes that many spreads longer; which side that is, a coin says */
    bool no_coin; /* the broken twin: head always runs second */
};

/* One block's log ratio. */
static inline double simulated_block(const struct simulation *simulation, struct assay_random *random)
{
    double difference = simulation->noise->draw(random) + simulation->drift;
    bool swapped = !simulation->no_coin && assay_random_below(random, 2) == 1;
    return simulation->effect + SIMULATED_SPREAD * (swapped ? -difference : difference);
}

static inline void simulated_stream(struct assay_random *random, const struct simulation *simulation, size_t trial)
{
    assay_random_init(random, assay_random_derive(simulation->seed, trial));
}

/* Whether either bet rejects `theta`. Both cannot gain at once, which saves the second most of the time. */
static inline bool simulated_rejects(const struct assay_sequence *sequence, double theta)
{
    double bound = log(2 / (1 - sequence->confidence));
    double up = assay_sequence_log_evidence(sequence, theta, true);
    return up >= bound || (up < 0 && assay_sequence_log_evidence(sequence, theta, false) >= bound);
}

/* Trials in which the true effect itself is rejected at any look, a look after every block: false alarms where the
 * effect is 0, misses of the confidence sequence elsewhere. Without the floor. */
static inline size_t simulated_misses(const struct simulation *simulation)
{
    size_t misses = 0;
    for (size_t trial = 0; trial < simulation->trials; trial++) {
        struct assay_random random;
        simulated_stream(&random, simulation, trial);
        struct assay_sequence sequence;
        assay_sequence_init(&sequence, simulation->confidence);
        bool missed = false;
        for (size_t block = 0; block < simulation->blocks && !missed; block++) {
            if (assay_sequence_add(&sequence, simulated_block(simulation, &random)) != 0) {
                abort();
            }
            missed = simulated_rejects(&sequence, simulation->effect);
        }
        misses += missed;
        assay_sequence_release(&sequence);
    }
    return misses;
}

/* The naive way on the same streams: a t test after every block from the third on. */
static inline size_t simulated_naive_misses(const struct simulation *simulation)
{
    double *critical = calloc(simulation->blocks + 1, sizeof *critical);
    if (!critical) {
        abort();
    }
    for (size_t n = 3; n <= simulation->blocks; n++) {
        critical[n] = assay_student_quantile(0.5 + simulation->confidence / 2, (double)n - 1);
    }
    size_t misses = 0;
    for (size_t trial = 0; trial < simulation->trials; trial++) {
        struct assay_random random;
        simulated_stream(&random, simulation, trial);
        double mean = 0;
        double squares = 0;
        bool missed = false;
        for (size_t n = 1; n <= simulation->blocks && !missed; n++) {
            double value = simulated_block(simulation, &random) - simulation->effect;
            double before = value - mean; /* Welford (1962) */
            mean += before / (double)n;
            squares += before * (value - mean);
            double error = n < 2 ? INFINITY : sqrt(squares / (double)(n - 1) / (double)n);
            missed = n >= 3 && fabs(mean) > critical[n] * error;
        }
        misses += missed;
    }
    free(critical);
    return misses;
}

/* Trials that prove the right direction within simulation->blocks, the floor included. */
static inline size_t simulated_found(const struct simulation *simulation)
{
    double bound = log(2 / (1 - simulation->confidence));
    size_t found = 0;
    for (size_t trial = 0; trial < simulation->trials; trial++) {
        struct assay_random random;
        simulated_stream(&random, simulation, trial);
        struct assay_sequence sequence;
        assay_sequence_init(&sequence, simulation->confidence);
        bool proven = false;
        for (size_t block = 0; block < simulation->blocks && !proven; block++) {
            if (assay_sequence_add(&sequence, simulated_block(simulation, &random)) != 0) {
                abort();
            }
            proven = block + 1 >= ASSAY_SEQUENCE_LEARN &&
                     assay_sequence_log_evidence(&sequence, ASSAY_SEQUENCE_FLOOR, true) >= bound;
        }
        found += proven;
        assay_sequence_release(&sequence);
    }
    return found;
}

/* Trials that prove the effect that an earlier comparison of as many blocks printed as detectable: its spread is
 * estimated, as it is in life. */
static inline size_t simulated_found_at_detectable(const struct simulation *simulation)
{
    size_t found = 0;
    for (size_t trial = 0; trial < simulation->trials; trial++) {
        struct simulation next = *simulation;
        struct assay_random random;
        simulated_stream(&random, simulation, trial);
        double *values = calloc(simulation->blocks, sizeof *values);
        double spread;
        if (!values) {
            abort();
        }
        for (size_t block = 0; block < simulation->blocks; block++) {
            values[block] = simulated_block(simulation, &random);
        }
        if (assay_spread(&spread, values, simulation->blocks) != 0) {
            abort();
        }
        free(values);
        next.effect = assay_sequence_detectable((double)simulation->blocks, spread, simulation->confidence);
        next.seed = assay_random_next(&random);
        next.trials = 1;
        found += simulated_found(&next);
    }
    return found;
}

/* One whole comparison by the stopping rule, at most simulation->blocks long. */
static inline struct assay_judgement simulated_comparison(size_t *blocks, const struct simulation *simulation,
                                                          size_t trial, double margin)
{
    struct assay_judgement judgement = { 0 };
    struct assay_random random;
    simulated_stream(&random, simulation, trial);
    struct assay_sequence sequence;
    assay_sequence_init(&sequence, simulation->confidence);
    while (sequence.count < simulation->blocks && !judgement.final) {
        if (assay_sequence_add(&sequence, simulated_block(simulation, &random)) != 0) {
            abort();
        }
        struct assay_interval interval;
        assay_sequence_interval(&interval, &sequence, ASSAY_SEQUENCE_FLOOR);
        assay_judgement_look(&judgement, &interval, margin, (double)sequence.count * SIMULATED_BLOCK_S);
    }
    *blocks = sequence.count;
    assay_sequence_release(&sequence);
    return judgement;
}

static inline bool simulated_contradict(enum assay_verdict one, enum assay_verdict other)
{
    bool slower = one == ASSAY_VERDICT_SLOWER || other == ASSAY_VERDICT_SLOWER;
    bool faster = one == ASSAY_VERDICT_FASTER || other == ASSAY_VERDICT_FASTER;
    bool same = one == ASSAY_VERDICT_SAME || other == ASSAY_VERDICT_SAME;
    return slower + faster + same > 1;
}

struct simulated_outcomes {
    size_t contradictions;                /* of simulation->trials pairs of runs */
    size_t verdicts[ASSAY_VERDICT_COUNT]; /* of twice as many runs */
    size_t blocks;                        /* of all runs */
    size_t final;                         /* decided before the blocks were used up */
};

/* Pairs of runs of the same comparison. */
static inline struct simulated_outcomes simulated_pairs_of_runs(const struct simulation *simulation, double margin)
{
    struct simulated_outcomes outcomes = { 0 };
    for (size_t trial = 0; trial < simulation->trials; trial++) {
        enum assay_verdict verdicts[2];
        for (size_t run = 0; run < 2; run++) {
            size_t blocks;
            struct assay_judgement judgement = simulated_comparison(&blocks, simulation, 2 * trial + run, margin);
            verdicts[run] = judgement.verdict;
            outcomes.verdicts[judgement.verdict]++;
            outcomes.blocks += blocks;
            outcomes.final += judgement.final;
        }
        outcomes.contradictions += simulated_contradict(verdicts[0], verdicts[1]);
    }
    return outcomes;
}

/* Trials whose Hodges-Lehmann interval of simulation->blocks blocks holds the effect. */
static inline size_t simulated_covered(const struct simulation *simulation)
{
    size_t covered = 0;
    double *values = calloc(simulation->blocks, sizeof *values);
    if (!values) {
        abort();
    }
    for (size_t trial = 0; trial < simulation->trials; trial++) {
        struct assay_random random;
        simulated_stream(&random, simulation, trial);
        for (size_t block = 0; block < simulation->blocks; block++) {
            values[block] = simulated_block(simulation, &random);
        }
        double estimate;
        struct assay_interval interval;
        if (assay_hodges_lehmann(&estimate, &interval, values, simulation->blocks, simulation->confidence) != 0) {
            abort();
        }
        covered += interval.known && interval.low <= simulation->effect && simulation->effect <= interval.high;
    }
    free(values);
    return covered;
}

#endif
