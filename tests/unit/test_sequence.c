/* The sequential test: known answers from tests/unit/known/sequence.py, and its promises by simulation with fixed
 * seeds. The same streams show that what it replaces, and what its broken twin does, does not keep them. */
// links: stats base
#include "stats/sequence.h"

#include "simulations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("got %.12g, want %.12g", got, want);
}

static const double blocks[] = { 31,  -12, 57, 8,  110, 23, -41, 76, 12,   964, 38, 5,  49,
                                 -27, 83,  31, 66, -9,  44, 120, 17, -702, 52,  29, 71, 36 }; /* x 1e-4 */
#define BLOCKS (sizeof blocks / sizeof *blocks)

static void fill(struct assay_sequence *sequence, double confidence, size_t count)
{
    assay_sequence_init(sequence, confidence);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(assay_sequence_add(sequence, blocks[i] / 1e4), 0);
}

static void scales_come_from_earlier_blocks_alone(void **state)
{
    (void)state;
    struct assay_sequence sequence;
    fill(&sequence, 0.999, BLOCKS);
    for (size_t i = 0; i < ASSAY_SEQUENCE_LEARN; i++)
        assert_true(isnan(sequence.scales[i]));
    near(sequence.scales[6], 0.00363237, 1e-9);
    near(sequence.scales[7], 0.00504084, 1e-9);
    near(sequence.scales[8], 0.00511497, 1e-9);
    near(sequence.scales[BLOCKS - 1], 0.00385476, 1e-9);
    assay_sequence_release(&sequence);
}

static void evidence_is_the_mean_of_the_products_of_the_bets(void **state)
{
    (void)state;
    static const double known[][3] = { { 0, 3.0382022800, -5.0622557050 },
                                       { 0.002, -0.1293357804, -3.4606810470 },
                                       { 0.0049, -3.3065982194, -0.3909767995 },
                                       { 0.008, -5.6258612553, 4.2565001201 } };
    struct assay_sequence sequence;
    fill(&sequence, 0.999, BLOCKS);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        near(assay_sequence_log_evidence(&sequence, known[i][0], true), known[i][1], 1e-9);
        near(assay_sequence_log_evidence(&sequence, known[i][0], false), known[i][2], 1e-9);
    }
    assay_sequence_release(&sequence);
    near(assay_sequence_log_evidence(&sequence, 0, true), 0, 0);
}

/* The script searches a grid of 1e-6. */
static void the_interval_holds_what_neither_bet_rejects(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        double confidence, low, high;
    } known[] = { { 13, 0.9, -0.001199, 0.085768 },   { 13, 0.99, -0.002081, 0.092795 },
                  { 13, 0.999, -0.006126, 0.098896 }, { 20, 0.9, 0.000421, 0.009358 },
                  { 20, 0.99, -0.001075, 0.011602 },  { 20, 0.999, -0.001473, 0.086451 },
                  { 26, 0.9, 0.000030, 0.007110 },    { 26, 0.99, -0.001199, 0.008799 },
                  { 26, 0.999, -0.002737, 0.010999 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct assay_sequence sequence;
        struct assay_interval interval;
        fill(&sequence, known[i].confidence, known[i].count);
        assay_sequence_interval(&interval, &sequence, 0);
        assert_true(interval.known);
        near(interval.low, known[i].low, 2.1e-6);
        near(interval.high, known[i].high, 2.1e-6);
        struct assay_interval wider;
        assay_sequence_interval(&wider, &sequence, 0.0002);
        near(interval.low - wider.low, 0.0002, 1e-15);
        near(wider.high - interval.high, 0.0002, 1e-15);
        assay_sequence_release(&sequence);
    }
}

/* Also where the first blocks' signs make a step, an end is a rejected value right beside one that is not. */
static void ends_lie_on_the_outer_side(void **state)
{
    (void)state;
    for (size_t count = 6; count <= BLOCKS; count++) {
        struct assay_sequence sequence;
        struct assay_interval interval;
        fill(&sequence, 0.9, count);
        assay_sequence_interval(&interval, &sequence, 0);
        double bound = log(20);
        if (isfinite(interval.low)) {
            assert_true(assay_sequence_log_evidence(&sequence, interval.low, true) >= bound);
            assert_true(assay_sequence_log_evidence(&sequence, interval.low + 2e-9, true) < bound);
        }
        if (isfinite(interval.high)) {
            assert_true(assay_sequence_log_evidence(&sequence, interval.high, false) >= bound);
            assert_true(assay_sequence_log_evidence(&sequence, interval.high - 2e-9, false) < bound);
        }
        assert_int_equal(interval.known, isfinite(interval.low) && isfinite(interval.high));
        assay_sequence_release(&sequence);
    }
}

/* 12 equal signs could pass 2000 only if all bets were the largest. */
static void nothing_is_bounded_before_thirteen_blocks(void **state)
{
    (void)state;
    struct assay_sequence sequence;
    struct assay_interval interval;
    assay_sequence_init(&sequence, 0.999);
    for (int i = 0; i <= 13; i++) {
        assay_sequence_interval(&interval, &sequence, 0);
        assert_int_equal(interval.known, i == 13);
        assert_true(i == 13 || (isinf(interval.low) && interval.low < 0 && isinf(interval.high) && interval.high > 0));
        assert_int_equal(assay_sequence_add(&sequence, 0.01), 0);
    }
    assay_sequence_release(&sequence);
}

static void blocks_that_are_all_equal_are_their_own_interval(void **state)
{
    (void)state;
    struct assay_sequence sequence;
    struct assay_interval interval;
    assay_sequence_init(&sequence, 0.999);
    for (int i = 0; i < 40; i++)
        assert_int_equal(assay_sequence_add(&sequence, 0.003), 0);
    assay_sequence_interval(&interval, &sequence, 0);
    near(interval.low, 0.003, 2e-9);
    near(interval.high, 0.003, 2e-9);
    assert_true(interval.low < 0.003 && interval.high > 0.003);
    near(assay_sequence_log_evidence(&sequence, 0.003, true), 0, 1e-12);
    assay_sequence_release(&sequence);
}

static void a_value_that_is_not_finite_changes_nothing(void **state)
{
    (void)state;
    struct assay_sequence sequence;
    fill(&sequence, 0.999, 7);
    assert_int_equal(assay_sequence_add(&sequence, NAN), -1);
    assert_int_equal(assay_sequence_add(&sequence, INFINITY), -1);
    assert_int_equal(sequence.count, 7);
    assay_sequence_release(&sequence);
}

static void a_wild_block_bets_no_more_than_a_large_one(void **state)
{
    (void)state;
    double evidence[2];
    for (int wild = 0; wild < 2; wild++) {
        struct assay_sequence sequence;
        fill(&sequence, 0.999, 12);
        assert_int_equal(assay_sequence_add(&sequence, wild ? 1e6 : 0.02), 0);
        evidence[wild] = assay_sequence_log_evidence(&sequence, 0, true);
        assay_sequence_release(&sequence);
    }
    near(evidence[0], evidence[1], 0);
}

/* The self-normalised normal mixture (de la Pena and others, 2004; Howard and others, 2021), with the same scores:
 * rejects where |S| >= sqrt((V + rho) (ln(1 + V / rho) + 2 ln(1 / alpha))). */
static bool mixture_rejects(const struct assay_sequence *sequence, double theta)
{
    double alpha = 1 - sequence->confidence;
    double sum = 0;
    double squares = 0;
    for (size_t i = 0; i < sequence->count; i++) {
        double psi = (sequence->values[i] - theta) / sequence->scales[i];
        psi = psi > 2.5 ? 2.5 : psi < -2.5 ? -2.5 : psi;
        if (i < 6)
            psi = 0.67 * ((sequence->values[i] > theta) - (sequence->values[i] < theta));
        sum += psi;
        squares += psi * psi;
    }
    double rho = 40 / (2 * log(1 / alpha) + log(1 + 2 * log(1 / alpha)));
    return fabs(sum) >= sqrt((squares + rho) * (log(1 + squares / rho) + 2 * log(1 / alpha)));
}

static void the_normal_mixture_agrees_and_is_no_sharper(void **state)
{
    (void)state;
    enum { TRIALS = 60, COUNT = 100 };
    size_t false_alarms = 0;
    double widths[2] = { 0, 0 };
    struct simulation simulation = { .noise = &simulated_noises[1], .effect = 0.004, .seed = 77 };
    for (size_t trial = 0; trial < TRIALS; trial++) {
        struct assay_random random;
        struct assay_sequence sequence;
        simulated_stream(&random, &simulation, trial);
        assay_sequence_init(&sequence, 0.999);
        bool rejected = false;
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal(assay_sequence_add(&sequence, simulated_block(&simulation, &random)), 0);
            rejected = rejected || mixture_rejects(&sequence, simulation.effect);
        }
        false_alarms += rejected;
        struct assay_interval interval;
        assay_sequence_interval(&interval, &sequence, 0);
        double low = simulation.effect;
        double high = simulation.effect;
        for (; low > -0.1 && !mixture_rejects(&sequence, low); low -= 1e-4)
            ;
        for (; high < 0.1 && !mixture_rejects(&sequence, high); high += 1e-4)
            ;
        assert_true(interval.low <= high && low <= interval.high);
        widths[0] += interval.high - interval.low;
        widths[1] += high - low;
        assay_sequence_release(&sequence);
    }
    print_message("mean width: bets %.4f, mixture %.4f\n", widths[0] / TRIALS, widths[1] / TRIALS);
    assert_int_equal(false_alarms, 0);
    assert_true(widths[0] < 1.2 * widths[1] && widths[1] < 2 * widths[0]);
}

static void print_rate(const char *what, size_t hits, size_t n)
{
    struct assay_interval bounds;
    assay_wilson(&bounds, hits, n, 0.90);
    print_message("%s: %zu of %zu, %.2f %% [%.2f, %.2f]\n", what, hits, n, 100.0 * (double)hits / (double)n,
                  100 * bounds.low, 100 * bounds.high);
}

/* Not more than alpha allows: what as many trials exceed by chance once in a thousand suites is too many. */
static void assert_at_most(const char *what, size_t hits, size_t n, double alpha)
{
    print_rate(what, hits, n);
    if (hits > 0 && 1 - assay_binomial_cdf((unsigned)hits - 1, (unsigned)n, alpha) < 0.001)
        fail_msg("%s: %zu of %zu are too many for %g", what, hits, n, alpha);
}

/* At 0.99, where few trials suffice to see it broken. */
static void false_alarms_keep_to_alpha_though_every_block_is_looked_at(void **state)
{
    (void)state;
    for (size_t noise = 0; noise < 3; noise++) {
        struct simulation simulation = { .noise = &simulated_noises[noise],
                                         .trials = 250 * simulated_scale(),
                                         .blocks = 400,
                                         .confidence = 0.99,
                                         .seed = 1 + noise,
                                         .drift = 0.5 };
        assert_at_most(simulation.noise->name, simulated_misses(&simulation), simulation.trials, 0.01);
    }
}

/* The test of the test: were looking at every block harmless by itself, this would be red. */
static void a_naive_t_test_looked_at_so_fails(void **state)
{
    (void)state;
    for (size_t noise = 0; noise < 3; noise++) {
        struct simulation simulation = { .noise = &simulated_noises[noise],
                                         .trials = 4000,
                                         .blocks = 400,
                                         .confidence = 0.95,
                                         .seed = 1 + noise,
                                         .drift = 0.5 };
        size_t at_5 = simulated_naive_misses(&simulation);
        simulation.confidence = 0.999;
        size_t at_01 = simulated_naive_misses(&simulation);
        print_rate("t test at 0.05", at_5, simulation.trials);
        print_rate("t test at 0.001", at_01, simulation.trials);
        assert_true(at_5 > 1000); /* of 4000, where 200 were allowed */
        assert_true(at_01 > 16);  /* and 4 */
    }
}

/* The broken twin: without the coin, what comes second bears the machine's drift. */
static void without_the_coin_drift_is_taken_for_a_difference(void **state)
{
    (void)state;
    struct simulation twin = { .noise = &simulated_noises[0],
                               .trials = 20,
                               .blocks = 400,
                               .confidence = 0.999,
                               .seed = 1,
                               .drift = 0.5,
                               .no_coin = true };
    size_t misses = simulated_misses(&twin);
    print_rate("no coin", misses, twin.trials);
    assert_true(misses >= 19);
}

static void one_percent_is_found_within_40_blocks(void **state)
{
    (void)state;
    struct simulation simulation = { .noise = &simulated_noises[0],
                                     .trials = 500 * simulated_scale(),
                                     .blocks = 40,
                                     .effect = log1p(0.01),
                                     .confidence = 0.999,
                                     .seed = 5 };
    size_t found = simulated_found(&simulation);
    print_rate("+1 %", found, simulation.trials);
    assert_true(found * 10 >= simulation.trials * 9);
}

static void power_at_the_printed_detectable_effect_is_80_to_97_percent(void **state)
{
    (void)state;
    static const size_t sizes[] = { 17, 30, 60, 150 };
    for (size_t noise = 0; noise < SIMULATED_NOISES; noise += SIMULATED_NOISES - 1) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct simulation simulation = { .noise = &simulated_noises[noise],
                                             .trials = 400 * simulated_scale(),
                                             .blocks = sizes[i],
                                             .confidence = 0.999,
                                             .seed = 50 + i };
            size_t found = simulated_found_at_detectable(&simulation);
            print_rate(simulation.noise->name, found, simulation.trials);
            struct assay_interval bounds;
            assay_wilson(&bounds, found, simulation.trials, 0.95);
            assert_true(bounds.high >= 0.80 && bounds.low <= 0.97);
        }
    }
}

static void detectable_effects_and_blocks_are_each_others_inverse(void **state)
{
    (void)state;
    static const double confidences[] = { 0.95, 0.999, 0.9999 };
    for (size_t i = 0; i < sizeof confidences / sizeof *confidences; i++) {
        for (double n = 40; n < 5000; n *= 1.7) {
            double effect = assay_sequence_detectable(n, 0.009, confidences[i]);
            assert_true(fabs(assay_sequence_blocks_for(effect, 0.009, confidences[i]) - n) <= 1);
            assert_true(fabs(assay_sequence_blocks_for(-effect, 0.009, confidences[i]) - n) <= 1);
        }
    }
    assert_true(isinf(assay_sequence_blocks_for(0, 0.009, 0.999)));
    assert_true(isinf(assay_sequence_blocks_for(ASSAY_SEQUENCE_FLOOR, 0.009, 0.999)));
    assert_true(isinf(assay_sequence_blocks_for(0.01, NAN, 0.999)));
    assert_true(isinf(assay_sequence_detectable(16, 0.009, 0.999)));
    assert_true(isinf(assay_sequence_detectable(0, 0.009, 0.999)));
    near(assay_sequence_detectable(100, 0, 0.999), ASSAY_SEQUENCE_FLOOR, 0);
}

/* The stopping rule as a whole. Between 0.4 and 0.8 % it must decide what the margin alone leaves to chance. */
static void two_runs_do_not_contradict_each_other(void **state)
{
    (void)state;
    static const double effects[] = { 0, 0.0025, 0.005, 0.0065, 0.0075, 0.01, 0.015, 0.02 };
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++) {
        struct simulation simulation = { .noise = &simulated_noises[0],
                                         .trials = 12 * simulated_scale(),
                                         .blocks = 400,
                                         .effect = log1p(effects[i]),
                                         .confidence = 0.999,
                                         .seed = 60 + i };
        struct simulated_outcomes outcomes = simulated_pairs_of_runs(&simulation, 0.01);
        const size_t *verdicts = outcomes.verdicts;
        print_message("%.2f %%: %zu same, %zu shifted, %zu slower, %zu faster, %zu open; %zu blocks a run\n",
                      100 * effects[i], verdicts[ASSAY_VERDICT_SAME], verdicts[ASSAY_VERDICT_SHIFTED],
                      verdicts[ASSAY_VERDICT_SLOWER], verdicts[ASSAY_VERDICT_FASTER],
                      verdicts[ASSAY_VERDICT_INCONCLUSIVE], outcomes.blocks / (2 * simulation.trials));
        assert_at_most("contradictions", outcomes.contradictions, simulation.trials, 0.002);
        if (i == 0) {
            size_t wrong = 2 * simulation.trials - verdicts[ASSAY_VERDICT_SAME] - verdicts[ASSAY_VERDICT_INCONCLUSIVE];
            assert_at_most("slower, faster or shifted", wrong, 2 * simulation.trials, 0.001);
            assert_true(verdicts[ASSAY_VERDICT_SAME] * 100 >= 2 * simulation.trials * 95);
        }
        if (effects[i] >= 0.01)
            assert_int_equal(verdicts[ASSAY_VERDICT_SLOWER], 2 * simulation.trials);
    }
}

/* At any look, by the interval itself. */
static void the_confidence_sequence_misses_the_truth_at_most_as_often_as_it_says(void **state)
{
    (void)state;
    size_t misses = 0;
    enum { TRIALS = 300, COUNT = 60 };
    struct simulation simulation = { .noise = &simulated_noises[3], .effect = 0.013, .seed = 8 };
    for (size_t trial = 0; trial < TRIALS; trial++) {
        struct assay_random random;
        struct assay_sequence sequence;
        simulated_stream(&random, &simulation, trial);
        assay_sequence_init(&sequence, 0.99);
        bool missed = false;
        for (size_t i = 0; i < COUNT; i++) {
            struct assay_interval interval;
            assert_int_equal(assay_sequence_add(&sequence, simulated_block(&simulation, &random)), 0);
            assay_sequence_interval(&interval, &sequence, 0);
            missed = missed || simulation.effect < interval.low || simulation.effect > interval.high;
        }
        misses += missed;
        assay_sequence_release(&sequence);
    }
    assert_at_most("misses", misses, TRIALS, 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scales_come_from_earlier_blocks_alone),
        cmocka_unit_test(evidence_is_the_mean_of_the_products_of_the_bets),
        cmocka_unit_test(the_interval_holds_what_neither_bet_rejects),
        cmocka_unit_test(ends_lie_on_the_outer_side),
        cmocka_unit_test(nothing_is_bounded_before_thirteen_blocks),
        cmocka_unit_test(blocks_that_are_all_equal_are_their_own_interval),
        cmocka_unit_test(a_value_that_is_not_finite_changes_nothing),
        cmocka_unit_test(a_wild_block_bets_no_more_than_a_large_one),
        cmocka_unit_test(the_normal_mixture_agrees_and_is_no_sharper),
        cmocka_unit_test(false_alarms_keep_to_alpha_though_every_block_is_looked_at),
        cmocka_unit_test(a_naive_t_test_looked_at_so_fails),
        cmocka_unit_test(without_the_coin_drift_is_taken_for_a_difference),
        cmocka_unit_test(one_percent_is_found_within_40_blocks),
        cmocka_unit_test(power_at_the_printed_detectable_effect_is_80_to_97_percent),
        cmocka_unit_test(detectable_effects_and_blocks_are_each_others_inverse),
        cmocka_unit_test(two_runs_do_not_contradict_each_other),
        cmocka_unit_test(the_confidence_sequence_misses_the_truth_at_most_as_often_as_it_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
