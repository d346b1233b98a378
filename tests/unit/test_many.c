/* Many comparisons at once: the gate, discoveries and the common cause, against numbers worked out by hand. */
// links: stats base
#include "stats/many.h"

#include "variates.h"

#include <math.h>
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

static void the_gate_grows_with_the_suite(void **state)
{
    (void)state;
    near(assay_gate_log_evidence(1), log(200), 1e-12);
    near(assay_gate_log_evidence(50), log(10000), 1e-12);
}

/* Five pairs at q = 0.05: the k-th largest E needs 200 / k. */
static void discoveries_are_the_longest_run_that_keeps_its_promise(void **state)
{
    (void)state;
    bool found[5];
    const double first_too_small[] = { log(101), log(1), log(102), log(67), log(49) };
    assert_int_equal(assay_discoveries(found, first_too_small, 5, 0.05), 0);
    assert_true(found[0] && found[2] && found[3]); /* 102 < 200, but 67 >= 200 / 3: all three */
    assert_false(found[1] || found[4]);
    const double none[] = { log(199), log(99), log(66), log(49), log(39) };
    assert_int_equal(assay_discoveries(found, none, 5, 0.05), 0);
    assert_false(found[0] || found[1] || found[2] || found[3] || found[4]);
    const double all[] = { log(41), log(41), log(41), log(41), log(41) };
    assert_int_equal(assay_discoveries(found, all, 5, 0.05), 0);
    assert_true(found[0] && found[1] && found[2] && found[3] && found[4]);
}

static void no_evidence_is_no_discovery(void **state)
{
    (void)state;
    bool found[3] = { true, true, true };
    const double evidence[] = { NAN, INFINITY, -INFINITY };
    assert_int_equal(assay_discoveries(found, evidence, 3, 0.05), 0);
    assert_false(found[0] || found[2]);
    assert_true(found[1]);
    assert_int_equal(assay_discoveries(found, evidence, 0, 0.05), 0);
}

/* Evidence that is infinite by chance, with probability as high as its mean of 1 allows: E is 1 / p or 0. The worst
 * there is, and the same coin for all pairs: discoveries that are all false in at most a share q of the suites. */
static void false_discoveries_stay_rare_even_when_all_pairs_fall_together(void **state)
{
    (void)state;
    enum { SUITES = 20000, PAIRS = 20 };
    struct assay_random random;
    assay_random_init(&random, 1);
    size_t false_suites = 0;
    for (int suite = 0; suite < SUITES; suite++) {
        double evidence[PAIRS];
        bool found[PAIRS];
        double u = variate_open(&random);
        for (size_t i = 0; i < PAIRS; i++) {
            evidence[i] = u < 0.025 ? log(40) : -INFINITY; /* 40 = 2 pairs / (q pairs): all pass or none */
        }
        assert_int_equal(assay_discoveries(found, evidence, PAIRS, 0.05), 0);
        false_suites += found[0];
    }
    print_message("%zu of %d suites\n", false_suites, SUITES);
    assert_true(false_suites > SUITES / 50 && false_suites < SUITES / 20);
}

static void a_common_cause_moves_most_pairs_alike(void **state)
{
    (void)state;
    bool common;
    double shift;
    const int directions[] = { 1, 1, 0, 1 };
    const double estimates[] = { 0.030, 0.033, 0.001, 0.029 };
    assert_int_equal(assay_common_cause(&common, &shift, directions, estimates, 4, 0.01), 0);
    assert_true(common);
    near(shift, 0.030, 1e-15);
    const double scattered[] = { 0.030, 0.060, 0.001, 0.029 };
    assert_int_equal(assay_common_cause(&common, &shift, directions, scattered, 4, 0.01), 0);
    assert_false(common);
    near(shift, 0, 0);
}

static void no_common_cause_in_few_or_divided_pairs(void **state)
{
    (void)state;
    bool common = true;
    double shift = 1;
    const int all[] = { -1, -1, -1, -1 };
    const int divided[] = { -1, -1, 1, 1 };
    const double estimates[] = { -0.02, -0.02, -0.02, -0.02 };
    assert_int_equal(assay_common_cause(&common, &shift, all, estimates, 3, 0.01), 0);
    assert_false(common);
    assert_int_equal(assay_common_cause(&common, &shift, divided, estimates, 4, 0.01), 0);
    assert_false(common);
    assert_int_equal(assay_common_cause(&common, &shift, all, estimates, 4, 0.01), 0);
    assert_true(common);
    near(shift, -0.02, 1e-15);
    assert_int_equal(assay_common_cause(&common, &shift, NULL, NULL, 0, 0.01), 0);
    assert_false(common);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_gate_grows_with_the_suite),
        cmocka_unit_test(discoveries_are_the_longest_run_that_keeps_its_promise),
        cmocka_unit_test(no_evidence_is_no_discovery),
        cmocka_unit_test(false_discoveries_stay_rare_even_when_all_pairs_fall_together),
        cmocka_unit_test(a_common_cause_moves_most_pairs_alike),
        cmocka_unit_test(no_common_cause_in_few_or_divided_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
