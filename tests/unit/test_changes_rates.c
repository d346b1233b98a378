/* How often the search for changes errs, and how much it finds, by simulation with fixed seeds; and what its thresholds
 * rest on. With more series: tests/replay. */
// links: stats base
#include "stats/changes_parts.h"

#include "../replay/noise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MOST = 1000 };

static void draw(double *values, uint32_t *kinds, size_t length, const struct noise *noise, uint64_t seed,
                 uint64_t number)
{
    struct stream stream;
    stream_init(&stream, noise, seed, number);
    for (size_t i = 0; i < length; i++) {
        values[i] = stream_next(&stream);
        kinds[i] = stream.kind;
    }
}

/* The variance of a mean of an AR(1), term by term. */
static void the_variance_of_a_mean_is_the_sum_of_its_covariances(void **state)
{
    (void)state;
    for (int i = 0; i < 9; i++) {
        double correlation = 0.1 * i;
        for (int count = 1; count <= 40; count += 13) {
            double sum = 0;
            for (int a = 0; a < count; a++) {
                for (int b = 0; b < count; b++) {
                    sum += pow(correlation, abs(a - b));
                }
            }
            double direct = sum / count / count;
            assert_true(fabs(assay_mean_variance(count, correlation) - direct) < 1e-12);
        }
    }
}

/* The mean of what `count` series of 40 points seem to have. */
static void estimate(double *correlation, double *variance, const struct noise *noise, size_t count)
{
    enum { LENGTH = 40 };
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    options.rate = 1e-12; /* no change */
    *correlation = *variance = 0;
    for (uint64_t number = 0; number < count; number++) {
        double values[LENGTH];
        uint32_t kinds[LENGTH];
        draw(values, kinds, LENGTH, noise, 31, number);
        struct assay_changes *changes;
        assert_int_equal(assay_changes_new(&changes, &options), 0);
        for (size_t i = 0; i < LENGTH; i++) {
            bool found;
            struct assay_change change;
            assay_changes_add(changes, &found, &change, values[i], NAN, 0);
        }
        struct assay_changes_now now;
        assay_changes_now(&now, changes);
        *correlation += now.autocorrelation / (double)count;
        *variance += now.spread * now.spread / (double)count;
        assay_changes_free(changes);
    }
}

/* Uncorrected, 40 points show 0.42 of 0.5 and 0.6 of 0.7, and of the variance of the latter 0.89. */
static void autocorrelation_and_spread_are_estimated_without_bias(void **state)
{
    (void)state;
    static const size_t correlated[] = { 2, 7 };
    for (size_t i = 0; i < 2; i++) {
        const struct noise *noise = &noises[correlated[i]];
        double correlation;
        double variance;
        estimate(&correlation, &variance, noise, 1000);
        print_message("%g seen as %.3f, a variance of 1 as %.3f\n", noise->correlation, correlation, variance);
        assert_true(fabs(correlation - noise->correlation) < 0.03);
        assert_true(variance > 0.95 && variance < 1.15); /* rather too much than too little */
    }
}

static void thresholds_grow_with_doubt_and_rates_are_their_inverse(void **state)
{
    (void)state;
    for (double correlation = 0; correlation < 0.6; correlation += 0.07) {
        for (double degrees = 8; degrees < 2000; degrees *= 1.5) {
            double often = assay_changes_threshold(degrees, correlation, 0.002);
            double seldom = assay_changes_threshold(degrees, correlation, 0.0002);
            assert_true(often >= 3 && often < seldom && seldom < 30);
            assert_true(fabs(assay_changes_rate(degrees, correlation, seldom) / 0.0002 - 1) < 1e-9);
            assert_true(assay_changes_rate(degrees, correlation, often) > 0.0019);
            assert_true(assay_changes_rate(degrees, correlation, 1e9) > 0);
        }
    }
    assert_true(assay_changes_threshold(20, 0, 0.0006) > assay_changes_threshold(300, 0, 0.0006) + 1);
}

/* Changes a point in series in which nothing changes but the machine. */
static double false_rate(const struct noise *noise, double rate, size_t count)
{
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    options.margin = 0;
    options.rate = rate;
    size_t changes = 0;
    for (uint64_t number = 0; number < count; number++) {
        double values[MOST];
        uint32_t kinds[MOST];
        draw(values, kinds, MOST, noise, 23, number);
        struct assay_change *found;
        size_t count_found;
        assert_int_equal(assay_changes_search(&found, &count_found, values, NULL, kinds, MOST, &options), 0);
        free(found);
        changes += count_found;
    }
    double found = (double)changes / (double)(count * MOST);
    print_message("%s, aimed at %g: %.5f false changes a point\n", noise->name, rate, found);
    return found;
}

static void the_table_keeps_its_promise_for_each_kind_of_noise(void **state)
{
    (void)state;
    for (size_t i = 0; i < NOISES; i++) {
        if (noises[i].correlation <= 0.5) {
            assert_true(false_rate(&noises[i], 0.0006, 200) <= 0.0011); /* 200,000 points: 0.0001 is chance */
        }
    }
    assert_true(false_rate(&noises[0], 0.003, 100) > 0.0015); /* the twin: with other thresholds it would not */
}

static void steps_are_found_within_five_points(void **state)
{
    (void)state;
    static const struct {
        size_t noise, history;
        double step, share;
    } cells[] = { { 0, 50, 3, 0.9 },     { 1, 50, 3, 0.9 }, { 2, 50, 3, 0.9 },
                  { 0, 200, 2.2, 0.82 }, { 3, 50, 4, 0.9 }, { 4, 50, 4, 0.9 } };
    enum { TRIALS = 400 };
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    options.margin = 0;
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        size_t found = 0;
        for (uint64_t number = 0; number < TRIALS; number++) {
            const struct noise *noise = &noises[cells[i].noise];
            double values[MOST];
            uint32_t kinds[MOST];
            size_t length = cells[i].history + 5;
            draw(values, kinds, length, noise, 25, number);
            for (size_t k = cells[i].history; k < length; k++) {
                values[k] += cells[i].step * noise_long_run(noise);
            }
            struct assay_change *changes;
            size_t count;
            assert_int_equal(assay_changes_search(&changes, &count, values, NULL, kinds, length, &options), 0);
            found += count > 0 && changes[count - 1].found_at >= cells[i].history && changes[count - 1].shift > 0;
            free(changes);
        }
        print_message("%s, %g from %zu on: %zu of %d\n", noises[cells[i].noise].name, cells[i].step, cells[i].history,
                      found, TRIALS);
        assert_true((double)found >= cells[i].share * TRIALS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_variance_of_a_mean_is_the_sum_of_its_covariances),
        cmocka_unit_test(autocorrelation_and_spread_are_estimated_without_bias),
        cmocka_unit_test(thresholds_grow_with_doubt_and_rates_are_their_inverse),
        cmocka_unit_test(the_table_keeps_its_promise_for_each_kind_of_noise),
        cmocka_unit_test(steps_are_found_within_five_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
