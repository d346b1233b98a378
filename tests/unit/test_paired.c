/* Descriptions of paired differences against scipy 1.10 (tests/unit/known/paired.py prints the numbers), and the
 * coverage of their interval by simulation. */
// links: stats base
#include "stats/paired.h"

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

static const double twelve[] = { 0.0031,  -0.0012, 0.0057, 0.0008, 0.0110, 0.0023,
                                 -0.0041, 0.0076,  0.0012, 0.0964, 0.0038, 0.0005 };

static void assert_interval(const struct assay_interval *interval, double low, double high, double tolerance)
{
    assert_true(interval->known);
    near(interval->low, low, tolerance);
    near(interval->high, high, tolerance);
}

/* The estimate: numpy.median of all Walsh averages. The intervals: those averages that
 * scipy.stats.wilcoxon(x - average, mode="exact") does not reject. */
static void hodges_lehmann_inverts_the_exact_signed_rank_test(void **state)
{
    (void)state;
    static const double known[][3] = {
        { 0.9, 0.00085, 0.00705 }, { 0.95, 0.00055, 0.0093 }, { 0.99, -0.0005, 0.0488 }, { 0.999, -0.00265, 0.0537 }
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        double estimate;
        struct assay_interval interval;
        assert_int_equal(assay_hodges_lehmann(&estimate, &interval, twelve, 12, known[i][0]), 0);
        near(estimate, 0.003225, 1e-15);
        assert_interval(&interval, known[i][1], known[i][2], 1e-15);
    }
}

/* numpy.sort of the 5050 averages at k = floor(2525 + scipy.stats.norm.ppf(.025) * sqrt(100 * 101 * 201 / 24) + .5). */
static void hodges_lehmann_of_many_values_takes_the_normal_approximation(void **state)
{
    (void)state;
    double values[100];
    for (int i = 0; i < 100; i++)
        values[i] = 1e-3 * sin((double)i * i);
    double estimate;
    struct assay_interval interval;
    assert_int_equal(assay_hodges_lehmann(&estimate, &interval, values, 100, 0.95), 0);
    near(estimate, 1.673138361e-05, 1e-14);
    assert_interval(&interval, -0.0001097549475, 0.0001531104488, 1e-13);
}

/* The least two-sided level of n values is 2^(1 - n): 6 for 95 %, 11 for 99.9 %. */
static void too_few_values_have_no_interval(void **state)
{
    (void)state;
    static const struct {
        size_t count;
        double confidence;
        bool known;
        double low, high;
    } cases[] = { { 1, 0.5, false, 0, 0 },
                  { 5, 0.95, false, 0, 0 },
                  { 6, 0.95, true, -0.0012, 0.0110 },
                  { 10, 0.999, false, 0, 0 },
                  { 11, 0.999, true, -0.0041, 0.0964 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double estimate;
        struct assay_interval interval;
        assert_int_equal(assay_hodges_lehmann(&estimate, &interval, twelve, cases[i].count, cases[i].confidence), 0);
        assert_int_equal(interval.known, cases[i].known);
        if (!cases[i].known)
            assert_true(isinf(interval.low) && isinf(interval.high));
        else
            assert_interval(&interval, cases[i].low, cases[i].high, 0); /* the whole range */
    }
}

static void equal_values_and_zeros_are_their_own_estimate(void **state)
{
    (void)state;
    const double values[] = { 0.0, -0.0, 0.0, -0.0, 0.0, 0.0, -0.0 };
    double estimate;
    struct assay_interval interval;
    assert_int_equal(assay_hodges_lehmann(&estimate, &interval, values, 7, 0.95), 0);
    assert_interval(&interval, 0, 0, 0);
    near(estimate, 0, 0);
    assert_int_equal(assay_hodges_lehmann(&estimate, &interval, twelve, 1, 0.95), 0);
    near(estimate, 0.0031, 0);
}

/* z.mean() +- t * z.std(ddof=1) / sqrt(7) of the first seven, t the root of scipy.stats.t.cdf(t, 6) = .975. */
static void few_layouts_have_the_interval_of_their_mean(void **state)
{
    (void)state;
    double estimate;
    struct assay_interval interval;
    assert_int_equal(assay_layouts_interval(&estimate, &interval, twelve, 7, 0.95), 0);
    near(estimate, 0.002514285714, 1e-12);
    assert_interval(&interval, -0.002001206311, 0.007029777740, 1e-12);
    assert_int_equal(assay_layouts_interval(&estimate, &interval, twelve, 1, 0.95), 0);
    assert_false(interval.known);
    near(estimate, 0.0031, 0);
}

static void eleven_layouts_have_the_signed_rank_interval(void **state)
{
    (void)state;
    double estimate;
    double expected;
    struct assay_interval interval;
    struct assay_interval want;
    assert_int_equal(assay_hodges_lehmann(&expected, &want, twelve, ASSAY_LEAST_LAYOUTS, 0.999), 0);
    assert_int_equal(assay_layouts_interval(&estimate, &interval, twelve, ASSAY_LEAST_LAYOUTS, 0.999), 0);
    near(estimate, expected, 0);
    assert_interval(&interval, want.low, want.high, 0);
}

/* r = scipy.stats.rankdata(x) less its mean; sum(r[1:] * r[:-1]) / sum(r * r). */
static void neighbours_ranks_correlate(void **state)
{
    (void)state;
    const double tied[] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8 };
    const double equal[] = { 2, 2, 2, 2, 2, 2, 2, 2 };
    const double rising[] = { 1, 2, 3, 4, 5, 6, 7, 80 };
    double value;
    assert_int_equal(assay_rank_autocorrelation(&value, tied, 12), 0);
    near(value, -0.06964285714, 1e-11);
    assert_int_equal(assay_rank_autocorrelation(&value, rising, 8), 0);
    near(value, 26.25 / 42, 1e-15); /* by hand: ranks -3.5 to 3.5 */
    assert_int_equal(assay_rank_autocorrelation(&value, equal, 8), 0);
    assert_true(isnan(value));
    assert_int_equal(assay_rank_autocorrelation(&value, tied, 7), 0);
    assert_true(isnan(value));
}

/* S = 4 by scipy.stats.kendalltau(range(12), x); 2 * norm.sf((4 - 1) / sqrt(12 * 11 * 29 / 18)). */
static void drift_is_mann_and_kendalls_test(void **state)
{
    (void)state;
    double p;
    assert_int_equal(assay_drift_p(&p, twelve, 12), 0);
    near(p, 0.8370114751, 1e-9);
    double rising[30];
    for (int i = 0; i < 30; i++)
        rising[i] = i;
    assert_int_equal(assay_drift_p(&p, rising, 30), 0);
    assert_true(p < 1e-10);
}

/* (F - 1) / (F + 1), F of scipy.stats.f_oneway over the blocks; not below 0. */
static void the_share_between_blocks_comes_from_the_f_ratio(void **state)
{
    (void)state;
    const double ascending[] = { -0.0041, -0.0012, 0.0005, 0.0008, 0.0012, 0.0023, 0.0031, 0.0038, 0.0057, 0.0076 };
    const double equal[] = { 1, 1, 1, 1, 1, 1, 1, 1 };
    const double apart[] = { 1, 1, 2, 2, 3, 3, 4, 4 };
    near(assay_between_share(ascending, 5), 0.8894978996, 1e-9);
    near(assay_between_share(twelve, 6), 0, 0);
    near(assay_between_share(apart, 4), 1, 0);
    assert_true(isnan(assay_between_share(equal, 4)));
    assert_true(isnan(assay_between_share(apart, 3)));
}

/* 1.4826 * scipy.stats.median_abs_deviation(x). */
static void the_spread_is_a_scaled_mad(void **state)
{
    (void)state;
    const double odd[] = { 5, 1, 2, 100, 3 };
    double spread;
    assert_int_equal(assay_spread(&spread, twelve, 12), 0);
    near(spread, 0.00385476, 1e-12);
    assert_int_equal(assay_spread(&spread, odd, 5), 0);
    near(spread, 1.4826 * 2, 1e-15); /* by hand: distances from 3 are 0 1 2 2 97 */
    assert_int_equal(assay_spread(&spread, odd, 1), 0);
    near(spread, 0, 0);
}

/* scipy.stats.binomtest(hits, n).proportion_ci(confidence, method="wilson"). */
static void wilson_bounds_a_proportion(void **state)
{
    (void)state;
    static const struct {
        size_t hits, n;
        double confidence, low, high;
    } known[] = { { 0, 2996, 0.90, 0, 0.0009022371203 },
                  { 1, 4744, 0.90, 4.702758962e-05, 0.0009443006929 },
                  { 42, 60000, 0.95, 0.0005179452932, 0.0009459852934 },
                  { 7, 10, 0.95, 0.3967781475, 0.8922087326 },
                  { 10, 10, 0.95, 0.7224672001, 1 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct assay_interval interval;
        assay_wilson(&interval, known[i].hits, known[i].n, known[i].confidence);
        assert_interval(&interval, known[i].low, known[i].high, 1e-10);
    }
}

static void the_95_percent_interval_of_a_fixed_size_covers_93_to_97(void **state)
{
    (void)state;
    static const size_t sizes[] = { 10, 50, 100 };
    for (size_t noise = 0; noise < SIMULATED_NOISES; noise++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct simulation simulation = { .noise = &simulated_noises[noise],
                                             .trials = 1000 * simulated_scale(),
                                             .blocks = sizes[i],
                                             .effect = 0.013,
                                             .confidence = 0.95,
                                             .seed = 10 + noise };
            double percent = 100.0 * (double)simulated_covered(&simulation) / (double)simulation.trials;
            print_message("%s, n = %zu: %.1f %%\n", simulation.noise->name, sizes[i], percent);
            if (percent < 93 || percent > 97)
                fail_msg("%s, n = %zu covers %.1f %%, want 93 to 97", simulation.noise->name, sizes[i], percent);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hodges_lehmann_inverts_the_exact_signed_rank_test),
        cmocka_unit_test(hodges_lehmann_of_many_values_takes_the_normal_approximation),
        cmocka_unit_test(too_few_values_have_no_interval),
        cmocka_unit_test(equal_values_and_zeros_are_their_own_estimate),
        cmocka_unit_test(few_layouts_have_the_interval_of_their_mean),
        cmocka_unit_test(eleven_layouts_have_the_signed_rank_interval),
        cmocka_unit_test(neighbours_ranks_correlate),
        cmocka_unit_test(drift_is_mann_and_kendalls_test),
        cmocka_unit_test(the_share_between_blocks_comes_from_the_f_ratio),
        cmocka_unit_test(the_spread_is_a_scaled_mad),
        cmocka_unit_test(wilson_bounds_a_proportion),
        cmocka_unit_test(the_95_percent_interval_of_a_fixed_size_covers_93_to_97),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
