/* Flags stay silent on well-behaved noise and speak where something was put in; and the tests beneath them. */
// links: stats base
#include "stats/stats.h"
#include "stats/tests.h"

#include "variates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PROCESSES 10
#define EACH 10
#define SAMPLES (PROCESSES * EACH)
#define TRIALS 4000
#define INJECTED_TRIALS 500

static const unsigned all_flags[] = { ASSAY_FLAG_DRIFT, ASSAY_FLAG_TWO_MODES, ASSAY_FLAG_FEW_SAMPLES, ASSAY_FLAG_NOISY,
                                      ASSAY_FLAG_NOT_STEADY };
#define FLAGS (sizeof all_flags / sizeof *all_flags)

/* Noise within a process and between processes, as factors. */
typedef double noise_of(struct assay_random *random);
/* What is put in: a factor for sample `index` of process `process`. */
typedef double fault_of(struct assay_random *random, unsigned process, unsigned index);

static double normal(struct assay_random *random)
{
    return 1 + 0.02 * variate_normal(random);
}

static double lognormal(struct assay_random *random)
{
    return exp(0.05 * variate_normal(random));
}

/* Most batches at one level, and from there a tail to one side: a machine whose neighbours come and go. */
static double tail(struct assay_random *random)
{
    return 1 - 0.1 * log(variate_open(random));
}

/* Laplace noise, and 2 % of the batches are stalled by a half to three times their time. */
static double stalls(struct assay_random *random)
{
    double factor = 1 + 0.015 * variate_laplace(random);
    if (assay_random_real(random) < 0.02)
        factor *= 1.5 + 1.5 * assay_random_real(random);
    return factor;
}

/* Timer-like: a floor with an exponential tail above it. */
static double skewed(struct assay_random *random)
{
    return 1 - 0.03 * log(variate_open(random));
}

/* Half the samples tie: coarse clocks do that. */
static double coarse(struct assay_random *random)
{
    return floor(100 * (1 + 0.02 * variate_normal(random)) + 0.5) / 100;
}

static double nothing(struct assay_random *random, unsigned process, unsigned index)
{
    (void)random, (void)process, (void)index;
    return 1;
}

static double drift(struct assay_random *random, unsigned process, unsigned index)
{
    (void)random;
    return 1 + 0.10 * (process * EACH + index) / (SAMPLES - 1);
}

static double process_modes(struct assay_random *random, unsigned process, unsigned index)
{
    (void)random, (void)index;
    return process * 7 % 10 < 4 ? 1.15 : 1;
}

static double sample_modes(struct assay_random *random, unsigned process, unsigned index)
{
    (void)process, (void)index;
    return assay_random_below(random, 2) ? 1.15 : 1;
}

static double warming(struct assay_random *random, unsigned process, unsigned index)
{
    (void)random, (void)process;
    return index < EACH / 2 ? 1.05 : 1;
}

struct run {
    double values[SAMPLES];
    double switches[SAMPLES];
    double steal_ns[SAMPLES];
    double elapsed_ns[SAMPLES];
    uint32_t process[SAMPLES];
};

/* Ten processes one after the other, with 1 % between them beside the noise within. */
static void simulate(struct run *run, struct assay_random *random, noise_of *noise, fault_of *fault)
{
    for (unsigned p = 0; p < PROCESSES; p++) {
        double level = 1000 * (1 + 0.01 * variate_normal(random));
        for (unsigned i = 0; i < EACH; i++) {
            unsigned at = p * EACH + i;
            run->values[at] = level * noise(random) * fault(random, p, i);
            run->process[at] = p;
            run->switches[at] = assay_random_real(random) < 0.04;
            run->steal_ns[at] = 0;
            run->elapsed_ns[at] = 1e7;
        }
    }
}

static unsigned flags_of(const struct run *run)
{
    struct assay_stats_input samples = { run->values, run->process, SAMPLES, PROCESSES, NULL };
    struct assay_statistics statistics;
    assert_int_equal(assay_stats_compute(&statistics, &samples), 0);
    struct assay_flags_input input = { &samples, &statistics, run->switches, run->steal_ns, run->elapsed_ns };
    unsigned flags = 0;
    assert_int_equal(assay_stats_flags(&flags, &input), 0);
    return flags;
}

/* How many of `trials` raise each flag. */
static void count_flags(unsigned counts[FLAGS], noise_of *noise, fault_of *fault, int trials)
{
    struct assay_random random;
    assay_random_init(&random, 20260101);
    memset(counts, 0, FLAGS * sizeof *counts);
    for (int trial = 0; trial < trials; trial++) {
        struct run run;
        simulate(&run, &random, noise, fault);
        unsigned flags = flags_of(&run);
        for (size_t i = 0; i < FLAGS; i++)
            counts[i] += (flags & all_flags[i]) != 0;
    }
}

static void flags_stay_silent_on_well_behaved_noise(void **state)
{
    (void)state;
    const struct {
        const char *name;
        noise_of *noise;
    } kinds[] = { { "tail", tail }, { "normal", normal },
                  { "lognormal", lognormal },
                  { "stalls", stalls },
                  { "skewed", skewed },
                  { "coarse", coarse } };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        unsigned counts[FLAGS];
        count_flags(counts, kinds[k].noise, nothing, TRIALS);
        for (size_t i = 0; i < FLAGS; i++) {
            print_message("%s: %s in %.2f %%\n", kinds[k].name, assay_stats_flag_word(all_flags[i]),
                          100.0 * counts[i] / TRIALS);
            assert_true(counts[i] < TRIALS * 2 / 100);
        }
    }
}

/* At least 90 of 100 runs with the fault raise `flag`, with normal noise and with stalls. */
static void raises(unsigned flag, fault_of *fault)
{
    noise_of *const kinds[] = { normal, stalls };
    for (size_t k = 0; k < 2; k++) {
        unsigned counts[FLAGS];
        count_flags(counts, kinds[k], fault, INJECTED_TRIALS);
        for (size_t i = 0; i < FLAGS; i++)
            if (all_flags[i] == flag) {
                print_message("%s raised in %.1f %%\n", assay_stats_flag_word(flag),
                              100.0 * counts[i] / INJECTED_TRIALS);
                assert_true(counts[i] >= INJECTED_TRIALS * 90 / 100);
            }
    }
}

static void a_drift_of_ten_percent_is_flagged(void **state)
{
    (void)state;
    raises(ASSAY_FLAG_DRIFT, drift);
}

static void modes_of_processes_are_flagged(void **state)
{
    (void)state;
    raises(ASSAY_FLAG_TWO_MODES, process_modes);
}

static void modes_of_samples_are_flagged(void **state)
{
    (void)state;
    raises(ASSAY_FLAG_TWO_MODES, sample_modes);
}

static void processes_that_warm_up_are_flagged(void **state)
{
    (void)state;
    raises(ASSAY_FLAG_NOT_STEADY, warming);
}

static struct run quiet_run(void)
{
    struct run run;
    struct assay_random random;
    assay_random_init(&random, 5);
    simulate(&run, &random, normal, nothing);
    memset(run.switches, 0, sizeof run.switches);
    return run;
}

static void a_noisy_neighbour_is_flagged_when_the_time_was_lost_too(void **state)
{
    (void)state;
    struct run run = quiet_run();
    for (unsigned i = 0; i < 6; i++)
        run.switches[i * 16] = 2;
    assert_false(flags_of(&run) & ASSAY_FLAG_NOISY);
    for (unsigned i = 0; i < 6; i++)
        run.values[i * 16] *= 1.5;
    assert_true(flags_of(&run) & ASSAY_FLAG_NOISY);
    memset(run.switches, 0, sizeof run.switches);
    assert_false(flags_of(&run) & ASSAY_FLAG_NOISY);
    for (unsigned i = 0; i < 6; i++)
        run.steal_ns[i * 16] = 1e7;
    assert_true(flags_of(&run) & ASSAY_FLAG_NOISY);
    for (unsigned i = 0; i < 6; i++)
        run.elapsed_ns[i * 16] = 1e10; /* a tick of 10 s is nothing */
    assert_false(flags_of(&run) & ASSAY_FLAG_NOISY);
    for (unsigned i = 0; i < SAMPLES; i++)
        run.steal_ns[i] = run.switches[i] = NAN;
    assert_false(flags_of(&run) & ASSAY_FLAG_NOISY);
}

static void few_processes_and_wide_intervals_are_flagged(void **state)
{
    (void)state;
    struct run run = quiet_run();
    assert_false(flags_of(&run) & ASSAY_FLAG_FEW_SAMPLES);
    for (unsigned i = 0; i < SAMPLES; i++)
        run.values[i] *= 1 + 0.1 * run.process[i];
    assert_true(flags_of(&run) & ASSAY_FLAG_FEW_SAMPLES);
    run = quiet_run();
    for (unsigned i = 0; i < SAMPLES; i++)
        run.process[i] %= 5;
    assert_true(flags_of(&run) & ASSAY_FLAG_FEW_SAMPLES);
}

/* Another day that is slower is no drift: two sessions, a step between them. */
static void a_step_between_sessions_is_no_drift(void **state)
{
    (void)state;
    double values[20];
    uint32_t process[20];
    uint32_t session[20];
    struct assay_random random;
    assay_random_init(&random, 9);
    for (uint32_t i = 0; i < 20; i++) {
        process[i] = i;
        session[i] = i / 10;
        values[i] = (i < 10 ? 100 : 120) * normal(&random);
    }
    struct assay_stats_input samples = { values, process, 20, 20, NULL };
    struct assay_statistics statistics;
    struct assay_flags_input input = { &samples, &statistics, NULL, NULL, NULL };
    unsigned flags;
    assert_int_equal(assay_stats_compute(&statistics, &samples), 0);
    assert_int_equal(assay_stats_flags(&flags, &input), 0);
    assert_true(flags & ASSAY_FLAG_DRIFT);
    samples.session = session;
    assert_int_equal(assay_stats_flags(&flags, &input), 0);
    assert_false(flags & ASSAY_FLAG_DRIFT);
}

static void every_flag_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(assay_stats_flag_word(ASSAY_FLAG_DRIFT), "drift");
    assert_string_equal(assay_stats_flag_word(ASSAY_FLAG_TWO_MODES), "two-modes");
    assert_string_equal(assay_stats_flag_word(ASSAY_FLAG_FEW_SAMPLES), "few-samples");
    assert_string_equal(assay_stats_flag_word(ASSAY_FLAG_NOISY), "noisy-neighbour");
    assert_string_equal(assay_stats_flag_word(ASSAY_FLAG_NOT_STEADY), "not-steady");
    assert_null(assay_stats_flag_word(3));
    assert_null(assay_stats_flag_word(1u << 30));
}

/* Exact values by counting sign patterns: of 10 all positive, 2 / 1024; of ranks 1..5 with only the 1 negative,
 * sums up to 1 arise in 2 of 32 ways; four equal sizes, one negative, sums up to 2.5 arise in 1 + 4 of 16 ways. */
static void the_signed_rank_test_counts_sign_patterns(void **state)
{
    (void)state;
    double p;
    double rising[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    assert_int_equal(assay_signed_rank_p(&p, rising, 10), 0);
    assert_float_equal(p, 2.0 / 1024, 1e-12);
    double one[] = { 5, -1, 3, 2, 4, 0 };
    assert_int_equal(assay_signed_rank_p(&p, one, 6), 0);
    assert_float_equal(p, 4.0 / 32, 1e-12);
    double ties[] = { 3, 3, -3, 3 };
    assert_int_equal(assay_signed_rank_p(&p, ties, 4), 0);
    assert_float_equal(p, 10.0 / 16, 1e-12);
    double middle[] = { 1, 2, 2, -3 }; /* ranks 1, 2.5, 2.5, 4: sums up to 4 arise in 7 of 16 ways */
    assert_int_equal(assay_signed_rank_p(&p, middle, 4), 0);
    assert_float_equal(p, 14.0 / 16, 1e-12);
    double zeros[] = { 0, 0 };
    assert_int_equal(assay_signed_rank_p(&p, zeros, 2), 0);
    assert_float_equal(p, 1, 0);
    double many[100]; /* normal: mean 2525, variance 84587.5; nothing positive: z = -2524.5 / 290.84 */
    for (int i = 0; i < 100; i++)
        many[i] = -1 - i;
    assert_int_equal(assay_signed_rank_p(&p, many, 100), 0);
    assert_true(p > 1e-18 && p < 1e-17); /* 2 x Phi(-8.680) */
}

/* Kendall's variance n (n-1) (2n+5) / 18 by hand: n = 10: 125; n = 4 with a pair tied: (156 - 18) / 18. */
static void the_trend_test_counts_pairs(void **state)
{
    (void)state;
    double s = 0;
    double variance = 0;
    double values[] = { 1, 2, 3, 4, 5, 6, 7, 8, 10, 9 };
    assert_int_equal(assay_trend_add(&s, &variance, values, 10), 0);
    assert_float_equal(s, 43, 0);
    assert_float_equal(variance, 125, 1e-9);
    assert_float_equal(assay_trend_p(s, variance), 0.000172, 1e-5); /* 2 x Phi(-42 / 11.1803) */
    double tied[] = { 1, 2, 2, 3 };
    s = variance = 0;
    assert_int_equal(assay_trend_add(&s, &variance, tied, 4), 0);
    assert_float_equal(s, 5, 0);
    assert_float_equal(variance, 138.0 / 18, 1e-9);
    assert_float_equal(assay_trend_p(0, 0), 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_stay_silent_on_well_behaved_noise),
        cmocka_unit_test(a_drift_of_ten_percent_is_flagged),
        cmocka_unit_test(modes_of_processes_are_flagged),
        cmocka_unit_test(modes_of_samples_are_flagged),
        cmocka_unit_test(processes_that_warm_up_are_flagged),
        cmocka_unit_test(a_noisy_neighbour_is_flagged_when_the_time_was_lost_too),
        cmocka_unit_test(few_processes_and_wide_intervals_are_flagged),
        cmocka_unit_test(a_step_between_sessions_is_no_drift),
        cmocka_unit_test(every_flag_has_its_word),
        cmocka_unit_test(the_signed_rank_test_counts_sign_patterns),
        cmocka_unit_test(the_trend_test_counts_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
