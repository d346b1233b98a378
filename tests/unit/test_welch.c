/* Welch's interval against scipy 1.10. */
// links: stats base
#include "stats/welch.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_near(double found, double want)
{
    if (!(fabs(found - want) <= 1e-9 * fabs(want)))
        fail_msg("%.17g, want %.17g", found, want);
}

/* numpy.log of both; scipy.stats.ttest_ind(head, base, equal_var=False).statistic for difference / error, its pvalue by
 * 2 * scipy.stats.t.sf(statistic, degrees); the interval with scipy.stats.t.ppf(0.975, degrees). */
static void the_interval_is_that_of_scipy(void **state)
{
    (void)state;
    static const double base_ns[] = { 100, 101.5, 99.25, 100.75, 102, 98.5, 100.25, 101 };
    static const double head_ns[] = { 103, 104.5, 102.25, 103.75, 106, 102.5, 103.5, 104, 103.25 };
    double base[8], head[9];
    for (size_t i = 0; i < 9; i++) {
        head[i] = log(head_ns[i]);
        if (i < 8)
            base[i] = log(base_ns[i]);
    }
    struct assay_welch welch;
    struct assay_interval interval;
    assay_welch(&welch, base, 8, head, 9);
    assay_welch_interval(&interval, &welch, 0.95);
    assert_near(welch.difference, 0.03169359383590198);
    assert_near(welch.difference / welch.error, 5.8052520105584735);
    assert_near(welch.degrees, 14.508202836681594);
    assert_near(exp(interval.low), 1.0202243567226503);
    assert_near(exp(interval.high), 1.0443186121902348);
    assert_true(interval.known);
}

/* (t.ppf(0.975) + t.ppf(0.9)) * error of the same; scipy.stats.nct gives 90.02 % for it. */
static void the_detectable_difference_has_the_power_asked_for(void **state)
{
    (void)state;
    const struct assay_welch welch = { 0, 0.005459469077011355, 14.508202836681594 };
    assert_near(expm1(assay_welch_detectable(&welch, 0.95, 0.9)), 0.01918314968812671);
}

static void values_that_do_not_vary_have_an_interval_without_width(void **state)
{
    (void)state;
    const double base[] = { 2, 2, 2 }, head[] = { 5, 5 };
    struct assay_welch welch;
    struct assay_interval interval;
    assay_welch(&welch, base, 3, head, 2);
    assay_welch_interval(&interval, &welch, 0.95);
    assert_true(welch.error == 0 && isinf(welch.degrees));
    assert_true(interval.low == 3 && interval.high == 3);
    assert_true(assay_welch_detectable(&welch, 0.95, 0.9) == 0);
}

static void a_side_that_does_not_vary_leaves_the_degrees_to_the_other(void **state)
{
    (void)state;
    const double base[] = { 1, 2, 3, 4 }, head[] = { 5, 5, 5 };
    struct assay_welch welch;
    assay_welch(&welch, base, 4, head, 3);
    assert_near(welch.degrees, 3);
    assert_near(welch.error, sqrt(5.0 / 3 / 4));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_that_of_scipy),
        cmocka_unit_test(the_detectable_difference_has_the_power_asked_for),
        cmocka_unit_test(values_that_do_not_vary_have_an_interval_without_width),
        cmocka_unit_test(a_side_that_does_not_vary_leaves_the_degrees_to_the_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
