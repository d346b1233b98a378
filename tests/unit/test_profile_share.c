/* Intervals of shares against numpy and scipy (tests/unit/known/share.py), and how often they hold the truth. */
// links: profile protocol result stats base
#include "profile/merge_parts.h"

#include "variates.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

static void assert_near(double found, double want)
{
    if (!(fabs(found - want) <= 1e-9 * fabs(want))) {
        fail_msg("%.17g, want %.17g", found, want);
    }
}

static void the_ratio_estimator_is_that_of_numpy(void **state)
{
    (void)state;
    static const double part[] = { 30, 42, 35, 28, 40, 33 }, whole[] = { 200, 210, 190, 205, 195, 200 };
    struct assay_share share = assay_share_of(part, whole, 6);
    assert_near(share.value, 0.17333333333333334);
    assert_near(share.low, 0.14408270063257722);
    assert_near(share.high, 0.20258396603408946);
    share = assay_share_of(part, whole, 1);
    assert_near(share.value, 0.15);
    assert_true(isnan(share.low) && isnan(share.high));
    share = assay_share_of(part, whole, 0);
    assert_true(isnan(share.value));
    static const double little[] = { 1, 0, 3, 0, 0, 0 }, all[] = { 100, 100, 100, 0, 0, 0 },
                        of[] = { 100, 100, 101, 1, 1, 9 };
    assert_true(assay_share_of(little, whole, 6).low == 0);
    assert_true(assay_share_of(all, of, 6).high <= 1);
}

static void few_samples_have_clopper_and_pearsons_bounds(void **state)
{
    (void)state;
    static const double known[][4] = { { 0, 1000, 0, 0.003682083896865671 },
                                       { 7, 1000, 0.002818858759620525, 0.014369194978918632 },
                                       { 29, 4800, 0.004049822398497138, 0.008665402294227785 },
                                       { 5, 5, 0.4781762498950185, 1 } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct assay_share share = assay_share_of_few(known[i][0], known[i][1]);
        assert_near(share.low, known[i][2]);
        assert_near(share.high, known[i][3]);
    }
    assert_true(isnan(assay_share_of_few(3, 0).high));
    assert_true(isnan(assay_share_of_few(3, 2).high));
}

/* A profile: rounds of some 200 samples, a period of 1 within a quarter drawn anew for every batch of ten, a process
 * whose share of time in the function differs by `spread` from the next one's. */
static struct assay_share simulate(struct assay_random *random, double truth, double spread, size_t rounds)
{
    double part[64], whole[64];
    for (size_t r = 0; r < rounds; r++) {
        double share = fmin(1, fmax(0, truth * (1 + spread * variate_normal(random))));
        part[r] = whole[r] = 0;
        for (int batch = 0; batch < 20; batch++) {
            double period = 0.75 + 0.5 * assay_random_real(random), length = 10;
            whole[r] += length;
            for (double at = period * assay_random_real(random); at < length; at += period) {
                part[r] += assay_random_real(random) < share ? period : 0;
            }
        }
    }
    return assay_share_of(part, whole, rounds);
}

/* 92 to 98 of 100 intervals hold the truth: from 30 samples on, with 8 rounds as with 24, where processes are alike and
 * where they are not. */
static void intervals_hold_the_truth(void **state)
{
    (void)state;
    static const struct {
        double truth, spread;
        size_t rounds;
    } cases[] = { { 0.5, 0, 8 }, { 0.5, 0.05, 8 }, { 0.02, 0, 8 }, { 0.1, 0.1, 24 }, { 0.9, 0, 12 }, { 0.99, 0, 8 } };
    struct assay_random random;
    assay_random_init(&random, 4711);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t covered = 0, trials = 2000;
        for (size_t t = 0; t < trials; t++) {
            struct assay_share share = simulate(&random, cases[i].truth, cases[i].spread, cases[i].rounds);
            covered += share.low <= cases[i].truth && cases[i].truth <= share.high;
        }
        double percent = 100 * (double)covered / (double)trials;
        print_message("share %g, spread %g, %zu rounds: %.2f %%\n", cases[i].truth, cases[i].spread, cases[i].rounds,
                      percent);
        assert_true(percent >= 92 && percent <= 98);
    }
}

/* The broken twin of the unit: samples as units, as if they were drawn one by one from all processes alike. */
static void the_square_root_of_the_samples_misses_the_truth(void **state)
{
    (void)state;
    struct assay_random random;
    size_t covered = 0, trials = 1000;
    assay_random_init(&random, 4712);
    for (size_t t = 0; t < trials; t++) {
        struct assay_share share = simulate(&random, 0.5, 0.1, 8);
        double half = 1.96 * sqrt(share.value * (1 - share.value) / 1600);
        covered += fabs(share.value - 0.5) <= half;
    }
    assert_true(covered < trials * 9 / 10);
}

/* Bounds of few samples hold at least as often as they say. */
static void upper_bounds_hold(void **state)
{
    (void)state;
    struct assay_random random;
    size_t held = 0, trials = 3000;
    assay_random_init(&random, 4713);
    for (size_t t = 0; t < trials; t++) {
        double hits = 0;
        for (int i = 0; i < 1600; i++) {
            hits += assay_random_real(&random) < 0.005;
        }
        held += assay_share_of_few(hits, 1600).high >= 0.005;
    }
    assert_true((double)held >= 0.97 * (double)trials);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ratio_estimator_is_that_of_numpy),
        cmocka_unit_test(few_samples_have_clopper_and_pearsons_bounds),
        cmocka_unit_test(intervals_hold_the_truth),
        cmocka_unit_test(the_square_root_of_the_samples_misses_the_truth),
        cmocka_unit_test(upper_bounds_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
