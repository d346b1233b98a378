/* Charts: small ones against golden files, and what must hold of any: well-formed, small, nothing hidden. */
// links: reports stats base
#include "reports/svg/charts.h"

#include "base/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "report_golden.h"
#include "well_formed.h"

static const struct assay_svg_text text = { "c0", "primes.below: a chart", "What is to be seen." };

/* The chart (heap), after what holds of any. */
static char *taken(struct assay_text *out)
{
    assert_false(out->failed);
    char *chart = assay_text_take(out);
    const char *problem = well_formed_problem(chart);
    if (problem) {
        fail_msg("not well-formed at: %.200s", problem);
    }
    assert_true(strncmp(chart, "<svg ", 5) == 0);
    assert_non_null(strstr(chart, "viewBox=\"0 0 480 "));
    assert_non_null(strstr(chart, "<title id=\"c0-title\">"));
    assert_non_null(strstr(chart, "<desc id=\"c0-desc\">"));
    assert_null(strstr(chart, "nan"));
    assert_null(strstr(chart, "inf"));
    assert_null(strstr(chart, " width=\""));
    return chart;
}

static char *distribution(const struct assay_svg_series *series, size_t count)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_distribution(&out, &text, series, count);
    return taken(&out);
}

static char *order(const struct assay_svg_series *series, size_t count, const double *breaks, size_t break_count)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_order(&out, &text, series, count, breaks, break_count);
    return taken(&out);
}

static char *forest(const struct assay_svg_ratio *rows, size_t count, double margin)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_forest(&out, &text, rows, count, margin);
    return taken(&out);
}

static size_t occurrences(const char *chart, const char *what)
{
    size_t count = 0;
    for (const char *at = strstr(chart, what); at; at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

static void fill_normal(double *values, size_t count, double center, double spread, uint64_t seed)
{
    struct assay_random random;
    assay_random_init(&random, seed);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (int k = 0; k < 12; k++) {
            sum += assay_random_real(&random);
        }
        values[i] = center * (1 + spread * (sum - 6));
    }
}

/* ---- golden ---- */

static double linear_fit(double x, const void *context)
{
    return x * *(const double *)context;
}

static const struct assay_svg_ratio rows[] = {
    { "segmented", "#c0-0", "1.12 [1.09, 1.15]", "slower", 1.12, 1.09, 1.15, ASSAY_TONE_BAD },
    { "wheel30", "#c0-1", "0.81 [0.80, 0.82]", "faster", 0.81, 0.80, 0.82, ASSAY_TONE_GOOD },
    { "trial", "#c0-2", "1.001 [0.999, 1.003]", "same", 1.001, 0.999, 1.003, ASSAY_TONE_PLAIN },
    { "atkin", "#c0-3", "1.02 [?, 1.08]", "inconclusive", 1.02, NAN, 1.08, ASSAY_TONE_WARN },
    { "bitwise", NULL, "crashed", NULL, NAN, NAN, NAN, ASSAY_TONE_MUTED },
};
#define ROWS (sizeof rows / sizeof rows[0])

static void a_forest(void **state)
{
    (void)state;
    assert_golden_file_take("forest.svg", forest(rows, ROWS, 0.01));
}

static void samples_of_two_series(void **state)
{
    (void)state;
    const double head[] = { 100.5, 101, 100.2, 104, 101.5, 100.9, 102, 103.1 },
                 head_starts[] = { 0, 2e9, 4e9, 6e9, 8e9, 1e10, 1.2e10, 1.4e10 };
    const double base[] = { 110, 111, 109.5, 110.2, 112 }, base_starts[] = { 1e9, 3e9, 5e9, 7e9, 9e9 };
    const struct assay_svg_series series[] = { { "head", head, head_starts, 8, 101.25, 100.5, 103.1, 0 },
                                               { "base", base, base_starts, 5, 110.2, NAN, NAN, 0 } };
    const double breaks[] = { 5.5e9 };
    assert_golden_file_take("distribution.svg", distribution(series, 2));
    assert_golden_file_take("order.svg", order(series, 2, breaks, 1));
}

static void a_scaling_with_fit_and_caches(void **state)
{
    (void)state;
    const double x[] = { 1e3, 1e4, 1e5, 1e6 }, y[] = { 2.1e3, 1.9e4, 2.2e5, 2e6 }, low[] = { 2e3, 1.8e4, NAN, 1.9e6 },
                 high[] = { 2.2e3, 2e4, NAN, NAN }, plain[] = { 5e3, 4e4, 6e5, 5e6 }, factor = 2;
    const struct assay_svg_curve curves[] = { { "segmented", x, y, low, high, 4, linear_fit, &factor, "n" },
                                              { "trial", x, plain, NULL, NULL, 4, NULL, NULL, NULL } };
    const struct assay_svg_mark marks[] = { { 32768, "L1d" }, { 40000, "L2" }, { 9e5, "L3" }, { 1e9, "off the axis" } };
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_scaling(&out, &text, "limit", "time per iteration", curves, 2, marks, 4);
    char *chart = taken(&out);
    assert_null(strstr(chart, "off the axis"));
    assert_non_null(
        strstr(chart, "data-tip=\"segmented, limit = 1000: 2.100 \xc2\xb5s [2.000 \xc2\xb5s, 2.200 \xc2\xb5s]\""));
    assert_golden_file_take("scaling.svg", chart);
}

static void a_crossover(void **state)
{
    (void)state;
    const double x[] = { 10, 100, 1000 }, ratio[] = { 1.6, 1.1, 0.8 }, low[] = { 1.5, 1.05, NAN },
                 high[] = { NAN, 1.15, 0.82 };
    const double change_low[] = { 200 }, change_high[] = { 280 }, change_at[] = { 235 };
    const struct assay_svg_crossing crossing = { x, ratio, low, high, 3, change_low, change_high, change_at, 1, 0.02 };
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_crossover(&out, &text, "n", &crossing);
    assert_golden_file_take("crossover.svg", taken(&out));
    /* Whatever a parameter is called, it is no time. */
    assay_svg_crossover(&out, &text, "timers", &crossing);
    char *chart = taken(&out);
    assert_null(strstr(chart, " ns"));
    free(chart);
}

static void a_history(void **state)
{
    (void)state;
    const struct assay_svg_point points[] = {
        { 1000, 990, 1010, "1a2b3c4 begin, 2025-01-01", false, false },
        { 1002, NAN, NAN, "2b3c4d5 refactor", false, false },
        { 1100, 1090, 1110, "3c4d5e6 slower", true, false },
        { NAN, NAN, NAN, "4d5e6f7 did not build", false, false },
        { 900, 890, NAN, "5e6f7a8 faster", true, true },
    };
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_history(&out, &text, "time", points, 5, false);
    assert_golden_file_take("history.svg", taken(&out));
}

/* ---- ends ---- */

static void one_sample_and_equal_samples_have_no_density(void **state)
{
    (void)state;
    const double one = 1234, equal[] = { 88.25, 88.25, 88.25, 88.25, 88.25, 88.25, 88.25, 88.25, 88.25, 88.25 };
    const struct assay_svg_series single = { "", &one, NULL, 1, 1234, NAN, NAN, 0 };
    const struct assay_svg_series flat = { "", equal, NULL, 10, 88.25, 88.25, 88.25, 0 };
    const struct assay_svg_series none = { "", &one, NULL, 0, NAN, NAN, NAN, 0 };
    const struct assay_svg_series *all[] = { &single, &flat };
    for (size_t i = 0; i < 2; i++) {
        char *chart = distribution(all[i], 1);
        assert_null(strstr(chart, "class=\"density"));
        assert_non_null(strstr(chart, "class=\"median\""));
        free(chart);
        chart = order(all[i], 1, NULL, 0);
        assert_int_equal(occurrences(chart, "h0"), all[i]->count);
        free(chart);
    }
    char *chart = distribution(&none, 1);
    assert_non_null(strstr(chart, "no samples"));
    free(chart);
    free(order(&none, 1, NULL, 0));
    free(order(NULL, 0, NULL, 0));
}

static void ten_orders_of_magnitude_get_a_logarithmic_axis(void **state)
{
    (void)state;
    double values[101];
    for (int i = 0; i <= 100; i++) {
        values[i] = pow(10, i / 10.0);
    }
    const struct assay_svg_series series = { "", values, NULL, 101, 1e5, 3e4, 3e5, 0 };
    char *chart = distribution(&series, 1);
    assert_non_null(strstr(chart, ">1 ns<"));
    assert_non_null(strstr(chart, ">100 \xc2\xb5s<") ? strstr(chart, ">100 \xc2\xb5s<")
                                                     : strstr(chart, ">10 \xc2\xb5s<"));
    assert_non_null(strstr(chart, ">10 s<"));
    assert_int_equal(occurrences(chart, "h0"), 101);
    free(chart);
}

static void unknown_and_distant_ends_are_arrows(void **state)
{
    (void)state;
    struct assay_svg_ratio row = { "k", NULL, "1.02", "slower", 1.02, 1.01, 1.03, ASSAY_TONE_BAD };
    struct assay_svg_ratio together[] = { row, row, row, row, row, row };
    char *known = forest(together, 6, 0.01);
    together[5].high = NAN;
    char *unknown = forest(together, 6, 0.01);
    together[5] = (struct assay_svg_ratio){ "far", NULL, "49.0", "slower", 49, 48, 50, ASSAY_TONE_BAD };
    char *far = forest(together, 6, 0.01);
    /* An arrow to the right: back and up, to the tip, back and down. */
    assert_int_equal(occurrences(known, "l4 3.5-4 3.5"), 0);
    assert_int_equal(occurrences(unknown, "l4 3.5-4 3.5"), 1);
    assert_true(occurrences(far, "l4 3.5-4 3.5") >= 1);
    assert_int_equal(occurrences(far, "class=\"point\""), 5);
    assert_null(strstr(far, ">49<"));
    free(known);
    free(unknown);
    free(far);
}

static void series_of_two_clocks_stand_by_their_indexes(void **state)
{
    (void)state;
    const double values[] = { 100, 101, 102, 101 }, starts[] = { 1e9, 2e9, 3e9, 4e9 };
    const struct assay_svg_series series[] = { { "base", values, NULL, 4, 101, NAN, NAN, 0 },
                                               { "head", values, starts, 4, 101, NAN, NAN, 0 } };
    char *chart = order(series, 2, NULL, 0);
    assert_non_null(strstr(chart, "sample, in the order of time"));
    assert_non_null(strstr(chart, ">3</text>"));
    assert_null(strstr(chart, "G</text>"));
    free(chart);
}

static void an_interval_beyond_all_samples_is_an_arrow(void **state)
{
    (void)state;
    const double values[] = { 100, 101, 102, 103 };
    struct assay_svg_series series = { "k", values, NULL, 4, 101.5, 100.5, 102.5, 0 };
    char *within = distribution(&series, 1);
    series.high = 150;
    char *beyond = distribution(&series, 1);
    assert_int_equal(occurrences(within, "l4 3.5-4 3.5"), 0);
    assert_int_equal(occurrences(beyond, "l4 3.5-4 3.5"), 1);
    free(within);
    free(beyond);
}

static void a_long_value_leaves_its_label_the_other_half(void **state)
{
    (void)state;
    const struct assay_svg_ratio row = { "primes.below.segmented.limit31", NULL, "inconclusive (base: wrong answer, head: crashed)",
                                         "failed", NAN, NAN, NAN, ASSAY_TONE_WARN };
    char *chart = forest(&row, 1, 0.01);
    assert_non_null(strstr(chart, ">primes.below.segmented.limit31</text>"));
    free(chart);
}

/* ---- sizes ---- */

static void a_hundred_thousand_samples_stay_small_and_show_both_extremes(void **state)
{
    (void)state;
    size_t count = 100000;
    double *values = malloc(count * sizeof *values), *starts = malloc(count * sizeof *starts);
    assert_non_null(values);
    assert_non_null(starts);
    fill_normal(values, count, 1e6, 0.02, 5);
    for (size_t i = 0; i < count; i++) {
        starts[i] = (double)i * 1.1e6;
    }
    values[77777] = 2e8; /* not one of every 51 */
    values[33332] = 5e5;
    const struct assay_svg_series series = { "", values, starts, count, 1e6, 999e3, 1001e3, 0 };
    char *charts[] = { distribution(&series, 1), order(&series, 1, NULL, 0) };
    for (size_t i = 0; i < 2; i++) {
        assert_true(strlen(charts[i]) <= 60000);
        assert_true(occurrences(charts[i], "h0") > 1500 && occurrences(charts[i], "h0") <= 2000);
        assert_non_null(strstr(charts[i], "down to 500.0 \xc2\xb5s; 1 above the axis, up to 200.0 ms"));
        assert_non_null(strstr(charts[i], "1 in 51 of 100000 samples"));
        free(charts[i]);
    }
    values[77777] = 1.12e6; /* near enough to be a point */
    values[33332] = 0.88e6;
    char *chart = distribution(&series, 1);
    assert_null(strstr(chart, "the axis"));
    free(chart);
    free(values);
    free(starts);
}

static void three_hundred_samples_are_nine_kilobytes(void **state)
{
    (void)state;
    double values[300], starts[300], breaks[9];
    fill_normal(values, 300, 257600, 0.004, 9);
    for (size_t i = 0; i < 300; i++) {
        starts[i] = (double)i * 2e7;
    }
    for (size_t i = 0; i < 9; i++) {
        breaks[i] = (double)(i + 1) * 6e8 - 1e6;
    }
    values[40] *= 1.6;
    struct assay_svg_series series = { "", values, starts, 300, 257600, 257300, 257900, 0 };
    char *charts[] = { distribution(&series, 1), order(&series, 1, breaks, 9) };
    assert_in_range(strlen(charts[0]) + strlen(charts[1]), 5000, 9000);
    assert_int_equal(occurrences(charts[0], "h0"), 299);
    /* With fewer points the cloud and its axis stay as they are. */
    series.points = 30;
    char *few = distribution(&series, 1);
    assert_in_range(occurrences(few, "h0"), 20, 30);
    assert_non_null(strstr(few, "1 above the axis"));
    assert_non_null(strstr(few, "drawn: 1 in 11 of 300 samples, and the extremes"));
    const char *cloud = strstr(few, "class=\"density");
    assert_non_null(cloud);
    assert_memory_equal(cloud, strstr(charts[0], "class=\"density"), (size_t)(strstr(cloud, "/>") - cloud));
    free(few);
    free(charts[0]);
    free(charts[1]);
}

static void a_forest_draws_two_hundred_rows_and_says_the_rest(void **state)
{
    (void)state;
    struct assay_svg_ratio *many = calloc(5000, sizeof *many);
    assert_non_null(many);
    for (size_t i = 0; i < 5000; i++) {
        many[i] = rows[i % ROWS];
    }
    char *chart = forest(many, 5000, 0.01);
    assert_int_equal(occurrences(chart, "class=\"row "), 200);
    assert_non_null(strstr(chart, "and 4800 more"));
    free(chart);
    free(many);
}

/* ---- hostile ---- */

static const char hostile[] =
    "</svg><script>alert(1)</script>\" onload='x' & ]]> \x01\x1b[31m \xff\xfe\xc0\xaf \xef\xbf\xbf "
    "\xe2\x80\xae"
    "gnp.exe \xc2\x85 \x7f -->";

static void assert_harmless(struct assay_text *out)
{
    char *chart = taken(out);
    assert_null(strstr(chart, "<script"));
    assert_int_equal(occurrences(chart, "</svg>"), 1);
    assert_null(strchr(chart, '\x1b'));
    assert_null(strchr(chart, '\x7f'));
    assert_null(strstr(chart, "\xe2\x80\xae")); /* turns around what follows */
    free(chart);
}

static void hostile_texts_stay_text(void **state)
{
    (void)state;
    struct assay_text out = ASSAY_TEXT_INIT;
    const struct assay_svg_text plain = { "c0", "a title", "" };
    const struct assay_svg_ratio row = { hostile, hostile, hostile, hostile, 1.1, 1, 1.2, ASSAY_TONE_BAD };
    assay_svg_forest(&out, &plain, &row, 1, 0.01);
    /* A link's address is only escaped. */
    char *chart = taken(&out);
    assert_null(strstr(chart, "<script"));
    free(chart);
    struct assay_svg_ratio unlinked = row;
    unlinked.link = NULL;
    assay_svg_forest(&out, &plain, &unlinked, 1, 0.01);
    assert_harmless(&out);
    const double values[] = { 1, 2, 3 };
    const struct assay_svg_series series[] = { { hostile, values, NULL, 3, 2, 1, 3, 0 },
                                               { hostile, values, NULL, 3, 2, 1, 3, 0 } };
    assay_svg_distribution(&out, &plain, series, 2);
    assert_harmless(&out);
    assay_svg_order(&out, &plain, series, 2, NULL, 0);
    assert_harmless(&out);
    const struct assay_svg_curve curve = { hostile, values, values, NULL, NULL, 3, NULL, NULL, hostile };
    const struct assay_svg_mark mark = { 2, hostile };
    assay_svg_scaling(&out, &plain, hostile, hostile, &curve, 1, &mark, 1);
    assert_harmless(&out);
    const struct assay_svg_point point = { 1, NAN, NAN, hostile, true, true };
    assay_svg_history(&out, &plain, hostile, &point, 1, true);
    assert_harmless(&out);
    const struct assay_svg_text all = { "c0", hostile, hostile };
    assay_svg_history(&out, &all, "time", &point, 1, true);
    chart = taken(&out);
    assert_null(strstr(chart, "<script"));
    free(chart);
}

static void escaping_keeps_what_xml_may_hold(void **state)
{
    (void)state;
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_svg_escape(&out, "a<b>&\"'\n\t\xc2\xb5\xc2\xa0\xe2\x96\xb2\x01\xc2\x80\xed\xa0\x80\xef\xbf\xbe");
    char *escaped = assay_text_take(&out);
    assert_string_equal(escaped, "a&lt;b&gt;&amp;&quot;&#39;\n\t\xc2\xb5\xc2\xa0\xe2\x96\xb2"
                                 "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    free(escaped);
}

/* The checker itself, without which the tests above could not fail. */
static void broken_xml_is_seen(void **state)
{
    (void)state;
    assert_null(well_formed_problem("<a b=\"1\"><c/>x&amp;</a>\n"));
    assert_non_null(well_formed_problem("<a><b></a></b>"));
    assert_non_null(well_formed_problem("<a b=1/>"));
    assert_non_null(well_formed_problem("<a b=\"1\" b=\"2\"/>"));
    assert_non_null(well_formed_problem("<a>&nbsp;</a>"));
    assert_non_null(well_formed_problem("<a>\x01</a>"));
    assert_non_null(well_formed_problem("<a>"));
    assert_non_null(well_formed_problem("<a/><b/>"));
    assert_non_null(well_formed_problem("<a/>x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_forest),
        cmocka_unit_test(samples_of_two_series),
        cmocka_unit_test(a_scaling_with_fit_and_caches),
        cmocka_unit_test(a_crossover),
        cmocka_unit_test(a_history),
        cmocka_unit_test(one_sample_and_equal_samples_have_no_density),
        cmocka_unit_test(ten_orders_of_magnitude_get_a_logarithmic_axis),
        cmocka_unit_test(unknown_and_distant_ends_are_arrows),
        cmocka_unit_test(series_of_two_clocks_stand_by_their_indexes),
        cmocka_unit_test(an_interval_beyond_all_samples_is_an_arrow),
        cmocka_unit_test(a_long_value_leaves_its_label_the_other_half),
        cmocka_unit_test(a_hundred_thousand_samples_stay_small_and_show_both_extremes),
        cmocka_unit_test(three_hundred_samples_are_nine_kilobytes),
        cmocka_unit_test(a_forest_draws_two_hundred_rows_and_says_the_rest),
        cmocka_unit_test(hostile_texts_stay_text),
        cmocka_unit_test(escaping_keeps_what_xml_may_hold),
        cmocka_unit_test(broken_xml_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
