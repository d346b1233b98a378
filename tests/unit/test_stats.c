/* Statistics with known answers. Each number's source stands beside it. */
// links: stats base
#include "stats/distributions.h"
#include "stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void near(double got, double want, double within)
{
    if (!(fabs(got - want) <= within))
        fail_msg("got %.12g, want %.12g", got, want);
}

/* Tables of Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.1 and 26.10; the binomial by hand:
 * (1 + 10 + 45) / 1024. */
static void distributions_agree_with_printed_tables(void **state)
{
    (void)state;
    near(assay_normal_cdf(1.0), 0.841344746068543, 1e-12);
    near(assay_normal_cdf(0), 0.5, 1e-15);
    near(assay_normal_quantile(0.975), 1.959963984540054, 1e-9);
    near(assay_student_quantile(0.975, 9), 2.262, 5e-4);
    near(assay_student_quantile(0.95, 1), 6.314, 5e-4);
    near(assay_binomial_cdf(2, 10, 0.5), 56.0 / 1024, 1e-14);
    near(assay_binomial_cdf(10, 10, 0.5), 1, 0);
    near(assay_binomial_cdf(11, 10, 0.5), 1, 0);
    near(assay_binomial_cdf(0, 4, 0.25), 0.31640625, 1e-14);
}

static void distributions_answer_nan_outside_their_domain(void **state)
{
    (void)state;
    assert_true(isnan(assay_normal_quantile(0)));
    assert_true(isnan(assay_normal_quantile(1.5)));
    assert_true(isnan(assay_normal_quantile(NAN)));
    assert_true(isnan(assay_normal_cdf(NAN)));
    assert_true(isnan(assay_student_quantile(0.5, 0)));
    assert_true(isnan(assay_student_quantile(0.5, NAN)));
    assert_true(isnan(assay_binomial_cdf(1, 4, -0.1)));
    assert_true(isnan(assay_binomial_cdf(1, 4, NAN)));
    near(assay_normal_cdf(INFINITY), 1, 0);
    near(assay_normal_cdf(-INFINITY), 0, 0);
}

static void the_median_is_the_middle_and_leaves_the_array_alone(void **state)
{
    (void)state;
    double odd[] = { 5, 1, 9 };
    double even[] = { 4, 1, 3, 100 };
    double median;
    assert_int_equal(assay_stats_median(&median, odd, COUNT(odd)), 0);
    near(median, 5, 0);
    assert_int_equal(assay_stats_median(&median, even, COUNT(even)), 0);
    near(median, 3.5, 0);
    near(even[0], 4, 0);
    near(even[3], 100, 0);
}

/* Hyndman and Fan (1996), type 7, by hand: position p (n-1). */
static void quantiles_interpolate_order_statistics(void **state)
{
    (void)state;
    double values[] = { 40, 10, 30, 20 };
    double quantile;
    const struct {
        double p, want;
    } cases[] = { { 0, 10 }, { 1, 40 }, { 0.5, 25 }, { 0.25, 17.5 }, { 0.1, 13 }, { 0.95, 38.5 } };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(assay_stats_quantile(&quantile, values, COUNT(values), cases[i].p), 0);
        near(quantile, cases[i].want, 1e-12);
    }
    assert_int_equal(assay_stats_quantile(&quantile, values, 1, 0.3), 0);
    near(quantile, 40, 0);
}

static void mad_is_the_median_distance_from_the_median(void **state)
{
    (void)state;
    double values[] = { 1, 1, 2, 2, 4, 6, 9 }; /* distances 1 1 0 0 2 4 7 */
    double mad;
    assert_int_equal(assay_stats_mad(&mad, values, COUNT(values)), 0);
    near(mad, 1, 0);
}

/* scipy.stats.trim_mean of scipy 1.10: x the twelve values, y = 1e-3 * sin(i * i) for i from 0 to 99. */
static void the_trimmed_mean_is_that_of_what_lies_between(void **state)
{
    static const double x[] = { 31, -12, 57, 8, 110, 23, -41, 76, 12, 964, 38, 5 };
    static const struct {
        size_t count, dropped;
        double want;
    } of_y[] = {
        { 100, 33, 5.2819737195671975e-06 }, /* trim_mean(y, 1/3) */
        { 16, 4, -0.00027967645981017103 },  /* trim_mean(y[:16], .25) */
        { 31, 10, -0.00024121901487331925 }, /* trim_mean(y[:31], 1/3) */
        { 5, 1, 4.140505619223043e-05 },     /* trim_mean(y[:5], .2) */
    };
    double values[100];
    (void)state;
    memcpy(values, x, sizeof x);
    near(assay_stats_trimmed_mean(values, COUNT(x), 4), 26, 1e-12); /* trim_mean(x, 1/3) */
    memcpy(values, x, sizeof x);
    near(assay_stats_trimmed_mean(values, COUNT(x), 0), 105.91666666666667, 1e-12); /* trim_mean(x, 0) */
    for (size_t k = 0; k < COUNT(of_y); k++) {
        for (size_t i = 0; i < of_y[k].count; i++) {
            values[i] = 1e-3 * sin((double)i * (double)i);
        }
        near(assay_stats_trimmed_mean(values, of_y[k].count, of_y[k].dropped), of_y[k].want, 1e-15);
    }
    near(assay_stats_trimmed_mean(values, 1, 0), values[0], 0);
}

/* Minitab's support pages, "Interpret the key results for 1-Sample Sign", %Chromium: n = 12, median 17.7;
 * achieved 96.14 % is (17.4, 19) at positions (3, 10); 85.40 % is (17.5, 18.1) at (4, 9); 95.00 % by (nonlinear)
 * interpolation is (17.4263, 18.7632). The values that are not printed there only keep the order. */
static void the_interval_is_the_one_minitab_prints_for_chromium(void **state)
{
    (void)state;
    double values[] = { 18.1, 17.2, 19.3, 17.4, 17.6, 17.5, 19.0, 17.8, 17.0, 17.7, 20.1, 17.7 };
    struct assay_interval interval;
    double median;
    assert_int_equal(assay_stats_median(&median, values, COUNT(values)), 0);
    near(median, 17.7, 1e-12);
    assert_int_equal(assay_stats_median_interval(&interval, values, COUNT(values), 0.95), 0);
    assert_true(interval.known);
    near(interval.low, 17.4263, 5e-5);
    near(interval.high, 18.7632, 5e-5);
    assert_int_equal(assay_stats_median_interval(&interval, values, COUNT(values), 0.961425), 0);
    near(interval.low, 17.4, 1e-4);
    near(interval.high, 19, 1e-4);
    assert_int_equal(assay_stats_median_interval(&interval, values, COUNT(values), 0.854005), 0);
    near(interval.low, 17.5, 1e-4);
    near(interval.high, 18.1, 1e-4);
}

/* By hand from Hettmansperger and Sheather (1986), n = 6: depths 1 and 2 cover 31/32 and 25/32, so I = 0.1,
 * weight (5 x 0.1) / (1 + 4 x 0.1) = 5/14. */
static void six_values_have_an_interval_and_five_have_none(void **state)
{
    (void)state;
    double values[] = { 60, 10, 20, 50, 30, 40 };
    struct assay_interval interval;
    assert_int_equal(assay_stats_median_interval(&interval, values, 6, 0.95), 0);
    assert_true(interval.known);
    near(interval.low, 10 + 50.0 / 14, 1e-9);
    near(interval.high, 60 - 50.0 / 14, 1e-9);
    assert_int_equal(assay_stats_median_interval(&interval, values, 5, 0.95), 0);
    assert_false(interval.known);
    assert_int_equal(assay_stats_median_interval(&interval, values, 1, 0.95), 0);
    assert_false(interval.known);
}

static void the_process_is_the_unit_of_replication(void **state)
{
    (void)state;
    /* The first process gives most samples and still counts once: medians 10, 20, 30, 40, 50, 60. */
    double values[] = { 9, 20, 10, 11, 30, 10, 10, 40, 50, 60, 10 };
    uint32_t process[] = { 0, 1, 0, 0, 2, 0, 0, 3, 4, 6, 0 };
    struct assay_stats_input input = { values, process, COUNT(values), 7, NULL };
    struct assay_statistics statistics;
    assert_int_equal(assay_stats_compute(&statistics, &input), 0);
    assert_int_equal(statistics.samples, 11);
    assert_int_equal(statistics.processes, 6); /* number 5 gave none */
    assert_int_equal(statistics.sessions, 1);
    near(statistics.median, 35, 1e-12);
    assert_true(statistics.ci95.known);
    near(statistics.ci95.low, 10 + 50.0 / 14, 1e-9);
    assert_string_equal(statistics.ci95_reason, "");
    near(statistics.min, 9, 0);
    near(statistics.max, 60, 0);
    near(statistics.mean, 260.0 / 11, 1e-9);
    near(statistics.mad, 2, 1e-9);            /* of all samples about 11: 0 1 1 1 1 2 9 19 29 39 49 */
    near(statistics.spread_within, 0, 1e-12); /* more than half lie on their process's median */
    near(statistics.spread_between, 1.4826 * 15 / 35, 1e-9);
}

static void too_few_processes_give_a_reason_instead_of_an_interval(void **state)
{
    (void)state;
    double values[] = { 3, 1, 2 };
    uint32_t process[] = { 0, 0, 0 };
    struct assay_stats_input input = { values, process, 3, 1, NULL };
    struct assay_statistics statistics;
    assert_int_equal(assay_stats_compute(&statistics, &input), 0);
    assert_false(statistics.ci95.known);
    assert_string_equal(statistics.ci95_reason, "only 1 process gave samples: a 95 % interval wants 6");
    near(statistics.median, 2, 0);
    near(statistics.stddev, 1, 1e-12);
    near(statistics.spread_between, 0, 0);
    near(statistics.spread_within, 1.4826 / 2, 1e-9);
}

static void six_sessions_become_the_unit_and_two_do_not(void **state)
{
    (void)state;
    double values[12];
    uint32_t process[12];
    uint32_t session[12];
    for (uint32_t i = 0; i < 12; i++) {
        process[i] = i;
        session[i] = i / 2 * 7 + 3; /* numbers with holes are fine */
        values[i] = 10.0 * (i / 2 + 1) + (i % 2 ? 1 : -1) * (i == 1 ? 5 : 1);
    }
    struct assay_stats_input input = { values, process, 12, 12, session };
    struct assay_statistics statistics;
    assert_int_equal(assay_stats_compute(&statistics, &input), 0);
    assert_int_equal(statistics.sessions, 6);
    assert_int_equal(statistics.processes, 12);
    /* Session medians 12, 20, 30, 40, 50, 60. */
    near(statistics.median, 35, 1e-12);
    near(statistics.ci95.low, 12 + 8 * 5.0 / 14, 1e-9);
    for (uint32_t i = 0; i < 12; i++)
        session[i] = i / 6;
    assert_int_equal(assay_stats_compute(&statistics, &input), 0);
    assert_int_equal(statistics.sessions, 2);
    near(statistics.median, 35, 1e-12); /* of 9 15 19 21 29 31 39 41 49 51 59 61 */
    /* n = 12: between the 3rd and 4th, as in the chromium case: weight 0.26313. */
    near(statistics.ci95.low, 19 + 0.26313 * 2, 1e-4);
}

static void values_that_are_not_finite_are_refused_and_nothing_is_touched(void **state)
{
    (void)state;
    double values[] = { 3, NAN, 2 };
    uint32_t process[] = { 0, 0, 1 };
    struct assay_stats_input input = { values, process, 3, 2, NULL };
    struct assay_statistics statistics = { .samples = 77 };
    assert_int_equal(assay_stats_compute(&statistics, &input), -1);
    values[1] = INFINITY;
    assert_int_equal(assay_stats_compute(&statistics, &input), -1);
    values[1] = 1;
    process[1] = 2;
    assert_int_equal(assay_stats_compute(&statistics, &input), -1);
    assert_int_equal(statistics.samples, 77);
}

static void a_histogram_counts_everything_once(void **state)
{
    (void)state;
    double values[101];
    for (int i = 0; i <= 100; i++)
        values[i] = i;
    uint32_t bins[7];
    assert_int_equal(assay_stats_histogram(bins, 7, values, 101), 0);
    uint32_t total = 0;
    for (int i = 0; i < 7; i++) { /* from 1 to 99: 14 to a bin, and the tails go to the ends */
        assert_in_range(bins[i], 14, 16);
        total += bins[i];
    }
    assert_int_equal(total, 101);
    double same[] = { 4, 4, 4 };
    assert_int_equal(assay_stats_histogram(bins, 7, same, 3), 0);
    assert_int_equal(bins[3], 3);
    values[100] = 1e300; /* one wild value does not squeeze the rest into one bin */
    assert_int_equal(assay_stats_histogram(bins, 7, values, 101), 0);
    assert_in_range(bins[0], 14, 16);
}

static void ranks_tie_where_intervals_overlap(void **state)
{
    (void)state;
    double medians[] = { 30, 10, 11, 12, 31 };
    struct assay_interval intervals[] = {
        { 29, 31, true }, { 9, 11, true }, { 10.5, 12.5, true }, { 11.5, 13, true }, { 0, 0, false },
    };
    uint32_t ranks[5];
    assert_int_equal(assay_stats_ranks(ranks, medians, intervals, 5), 0);
    assert_int_equal(ranks[1], 1);
    assert_int_equal(ranks[2], 1);
    assert_int_equal(ranks[3], 3); /* overlaps the second, but not the first of that rank */
    assert_int_equal(ranks[0], 4);
    assert_int_equal(ranks[4], 4); /* no interval, within 5 % */
    medians[4] = 32;
    assert_int_equal(assay_stats_ranks(ranks, medians, intervals, 5), 0);
    assert_int_equal(ranks[4], 5);
    assert_int_equal(assay_stats_ranks(ranks, medians, intervals, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distributions_agree_with_printed_tables),
        cmocka_unit_test(distributions_answer_nan_outside_their_domain),
        cmocka_unit_test(the_median_is_the_middle_and_leaves_the_array_alone),
        cmocka_unit_test(quantiles_interpolate_order_statistics),
        cmocka_unit_test(mad_is_the_median_distance_from_the_median),
        cmocka_unit_test(the_trimmed_mean_is_that_of_what_lies_between),
        cmocka_unit_test(the_interval_is_the_one_minitab_prints_for_chromium),
        cmocka_unit_test(six_values_have_an_interval_and_five_have_none),
        cmocka_unit_test(the_process_is_the_unit_of_replication),
        cmocka_unit_test(too_few_processes_give_a_reason_instead_of_an_interval),
        cmocka_unit_test(six_sessions_become_the_unit_and_two_do_not),
        cmocka_unit_test(values_that_are_not_finite_are_refused_and_nothing_is_touched),
        cmocka_unit_test(a_histogram_counts_everything_once),
        cmocka_unit_test(ranks_tie_where_intervals_overlap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
