/* The search for changes: what it must find and what it must not, case by case. How often it errs:
 * test_changes_rates.c. */
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
#define SPREAD 0.003

/* A series and what is known of its points. */
struct series {
    double values[MOST], halves[MOST];
    uint32_t kinds[MOST];
    size_t length;
};

static void make_quiet(struct series *series, size_t length, uint64_t seed)
{
    struct stream stream;
    stream_init(&stream, &noises[0], seed, 0);
    series->length = length;
    for (size_t i = 0; i < length; i++) {
        series->values[i] = SPREAD * stream_next(&stream);
        series->halves[i] = 0.004;
        series->kinds[i] = 1;
    }
}

static void shift_from(struct series *series, size_t point, double by)
{
    for (size_t i = point; i < series->length; i++) {
        series->values[i] += by;
    }
}

static size_t search(struct assay_change **found, const struct series *series,
                     const struct assay_changes_options *options)
{
    static const struct assay_changes_options plain = ASSAY_CHANGES_OPTIONS_INIT;
    size_t count;
    assert_int_equal(assay_changes_search(found, &count, series->values, series->halves, series->kinds, series->length,
                                          options ? options : &plain),
                     0);
    return count;
}

static size_t count_changes(const struct series *series, const struct assay_changes_options *options)
{
    struct assay_change *found;
    size_t count = search(&found, series, options);
    free(found);
    return count;
}

static void a_step_is_found_once_dated_and_measured(void **state)
{
    (void)state;
    size_t covered = 0;
    size_t dated = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct series series;
        double by = seed % 2 ? 0.03 : -0.03;
        make_quiet(&series, 150, seed);
        shift_from(&series, 100, by);
        struct assay_change *found;
        assert_int_equal(search(&found, &series, NULL), 1);
        assert_int_equal(found->since, -1);
        assert_true(found->found_at >= 102 && found->found_at <= 104);
        assert_true(found->low < found->shift && found->shift < found->high && found->shift * by > 0);
        assert_true(found->confidence > 0.9994 && found->confidence < 1);
        dated += found->point == 100;
        covered += found->low <= by && by <= found->high;
        free(found);
    }
    print_message("of 40 steps of 10 spreads %zu are dated exactly, %zu intervals hold the truth\n", dated, covered);
    assert_true(dated >= 38 && covered >= 33);
}

static void two_spikes_are_no_level_and_three_points_are(void **state)
{
    (void)state;
    for (size_t spikes = 1; spikes <= 3; spikes++) {
        struct series series;
        make_quiet(&series, 103, 3);
        for (size_t i = 0; i < spikes; i++) {
            series.values[102 - i] += 0.03;
        }
        assert_int_equal(count_changes(&series, NULL), spikes == 3);
    }
}

static void a_spike_in_the_first_points_hides_no_step(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 70, 5);
    series.values[4] += 0.5;
    series.values[20] += 0.5;
    shift_from(&series, 60, 0.03);
    assert_int_equal(count_changes(&series, NULL), 1);
}

static void another_machine_is_no_change(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 200, 7);
    shift_from(&series, 100, 0.2);
    assert_int_equal(count_changes(&series, NULL), 1); /* the twin: nobody says that it is another */
    for (size_t i = 100; i < series.length; i++) {
        series.kinds[i] = 2;
    }
    assert_int_equal(count_changes(&series, NULL), 0);
    shift_from(&series, 160, 0.03); /* on the new one */
    struct assay_change *found;
    assert_int_equal(search(&found, &series, NULL), 1);
    assert_true(found->point >= 159 && found->point <= 161);
    free(found);
}

static void what_is_within_the_margin_is_not_told(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 200, 9);
    for (size_t i = 0; i < series.length; i++) {
        series.values[i] /= 10; /* so that 0.5 % is beyond doubt */
    }
    shift_from(&series, 100, 0.005);
    assert_int_equal(count_changes(&series, NULL), 0);
    struct assay_changes_options any = ASSAY_CHANGES_OPTIONS_INIT;
    any.margin = 0;
    assert_int_equal(count_changes(&series, &any), 1);
}

/* Commits of +0.3 %, each `gap` points apart, from point 100 on. */
static void make_creep(struct series *series, size_t commits, size_t gap, uint64_t seed)
{
    make_quiet(series, 100 + commits * gap + 60, seed);
    for (size_t i = 0; i < commits; i++) {
        shift_from(series, 100 + i * gap, log1p(0.003));
    }
}

static void ten_commits_of_three_per_mille_are_creep_and_one_is_nothing(void **state)
{
    (void)state;
    static const size_t gaps[] = { 3, 10, 20, 40 };
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        size_t creeps = 0;
        size_t alone = 0;
        for (uint64_t seed = 1; seed <= 20; seed++) {
            struct series series;
            make_creep(&series, 10, gaps[i], seed);
            struct assay_change *found;
            size_t count = search(&found, &series, NULL);
            bool any = false;
            for (size_t k = 0; k < count; k++) {
                any = any || found[k].since >= 0;
                assert_true(found[k].since < (int32_t)found[k].point && found[k].shift > 0.0095);
            }
            creeps += any;
            free(found);
            make_creep(&series, 1, gaps[i], seed);
            alone += count_changes(&series, NULL) > 0;
        }
        assert_true(creeps >= 19);
        assert_true(alone <= 1);
    }
}

static void creep_is_measured_from_what_was_accepted(void **state)
{
    (void)state;
    for (int accepted = 0; accepted < 2; accepted++) {
        struct series series;
        make_creep(&series, 6, 50, 11);
        struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
        struct assay_changes *changes;
        size_t creeps = 0;
        assert_int_equal(assay_changes_new(&changes, &options), 0);
        for (size_t i = 0; i < series.length; i++) {
            bool found;
            struct assay_change change;
            assert_int_equal(assay_changes_add(changes, &found, &change, series.values[i], NAN, 1), 0);
            creeps += found && change.since >= 0;
            if (accepted && (i == 190 || i == 290)) { /* after two commits, and two more */
                assay_changes_accept(changes);
            }
        }
        assay_changes_free(changes);
        assert_int_equal(creeps, !accepted);
    }
}

/* Ten commits in a row, each of one spread, and a step as large as all of them. */
static void a_ramp_is_told_from_a_step(void **state)
{
    (void)state;
    size_t ramps = 0;
    size_t steps = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct series series;
        struct assay_change *found;
        make_creep(&series, 10, 1, seed);
        size_t count = search(&found, &series, NULL);
        bool any = false;
        for (size_t i = 0; i < count; i++) {
            any = any || found[i].since >= 0;
        }
        ramps += any;
        free(found);
        make_quiet(&series, 120, seed);
        shift_from(&series, 100, 0.03);
        assert_int_equal(search(&found, &series, NULL), 1);
        steps += found->since < 0;
        free(found);
    }
    print_message("of 20 ramps %zu are said to be, of 20 steps %zu\n", ramps, steps);
    assert_true(ramps >= 18 && steps >= 19);
}

static void points_that_are_hardly_known_prove_less(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 105, 13);
    shift_from(&series, 100, 0.015);
    assert_int_equal(count_changes(&series, NULL), 1);
    for (size_t i = 100; i < series.length; i++) {
        series.halves[i] *= 6;
    }
    assert_int_equal(count_changes(&series, NULL), 0);
}

static void series_that_are_all_equal_have_no_change_until_they_differ(void **state)
{
    (void)state;
    struct series series = { .length = 60 };
    for (size_t i = 0; i < series.length; i++) {
        series.values[i] = 0.7;
        series.halves[i] = NAN;
    }
    struct assay_changes_options any = ASSAY_CHANGES_OPTIONS_INIT;
    any.margin = 0;
    assert_int_equal(count_changes(&series, &any), 0);
    shift_from(&series, 40, 0.02);
    struct assay_change *found;
    assert_int_equal(search(&found, &series, &any), 1);
    assert_int_equal(found->point, 40);
    assert_int_equal(found->found_at, 42);
    free(found);
}

static void no_change_is_taken_back_by_points_that_come_later(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 300, 15);
    shift_from(&series, 60, 0.02);
    shift_from(&series, 150, -0.03);
    shift_from(&series, 240, 0.025);
    struct assay_change *whole;
    size_t count = search(&whole, &series, NULL);
    assert_int_equal(count, 3);
    for (size_t length = 1; length <= 300; length++) {
        series.length = length;
        struct assay_change *found;
        size_t so_far = search(&found, &series, NULL);
        size_t wanted = 0;
        for (; wanted < count && whole[wanted].found_at < length; wanted++) {
            assert_memory_equal(&found[wanted], &whole[wanted], sizeof *found);
        }
        assert_int_equal(so_far, wanted);
        free(found);
    }
    free(whole);
}

static void a_kept_state_goes_on_as_if_it_had_not_been_kept(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 150, 17);
    shift_from(&series, 100, 0.03);
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    struct assay_changes *changes;
    size_t found_at = 0;
    assert_int_equal(assay_changes_new(&changes, &options), 0);
    for (size_t i = 0; i < series.length; i++) {
        bool found;
        struct assay_change change;
        assert_int_equal(assay_changes_add(changes, &found, &change, series.values[i], series.halves[i], 1), 0);
        found_at = found ? change.found_at : found_at;
        size_t size;
        struct assay_changes *next;
        const void *bytes = assay_changes_bytes(&size, changes);
        assert_int_equal(assay_changes_resume(&next, bytes, size), 0);
        assay_changes_free(changes);
        changes = next;
    }
    struct assay_change *whole;
    assert_int_equal(search(&whole, &series, NULL), 1);
    assert_int_equal(whole->found_at, found_at);
    free(whole);
    struct assay_changes *refused;
    struct assay_changes bad = *changes;
    assert_int_equal(assay_changes_resume(&refused, &bad, sizeof bad - 1), -2);
    bad.version++;
    assert_int_equal(assay_changes_resume(&refused, &bad, sizeof bad), -2);
    bad = *changes;
    bad.ring_count = ASSAY_CHANGES_RING + 1;
    assert_int_equal(assay_changes_resume(&refused, &bad, sizeof bad), -2);
    bad = *changes;
    bad.options.rate = NAN;
    assert_int_equal(assay_changes_resume(&refused, &bad, sizeof bad), -2);
    assay_changes_free(changes);
}

static void a_point_without_a_value_counts_and_says_nothing(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 110, 19);
    shift_from(&series, 100, 0.03);
    series.values[30] = NAN;
    series.values[101] = INFINITY;
    struct assay_change *found;
    assert_int_equal(search(&found, &series, NULL), 1);
    assert_int_equal(found->point, 100);
    free(found);
}

/* What is known after the series, its points numbered apart. */
static void know(struct assay_changes_now *now, const double *values, size_t count)
{
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    struct assay_changes *changes;
    assert_int_equal(assay_changes_new(&changes, &options), 0);
    for (size_t i = 0; i < count; i++) {
        bool found;
        struct assay_change change;
        assert_int_equal(assay_changes_add(changes, &found, &change, values[i], NAN, 1), 0);
    }
    assay_changes_now(now, changes);
    assay_changes_free(changes);
}

static void points_without_a_value_change_no_level(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 80, 27);
    double holed[160];
    for (size_t i = 0; i < 80; i++) {
        holed[2 * i] = series.values[i];
        holed[2 * i + 1] = i % 2 ? NAN : INFINITY;
    }
    struct assay_changes_now whole;
    struct assay_changes_now now;
    know(&whole, series.values, 80);
    know(&now, holed, 160);
    assert_memory_equal(&now, &whole, sizeof now);
}

/* Values on a coarse grid: most are equal, so that their median deviation is 0, and the others are still no spikes. */
static void values_that_are_mostly_equal_have_a_spread(void **state)
{
    (void)state;
    double values[30];
    for (size_t i = 0; i < 30; i++) {
        values[i] = i % 4 == 3 ? 0.01 : 0;
    }
    struct assay_changes_now now;
    know(&now, values, 30);
    assert_true(now.spread > 0.003 && now.spread < 0.006);
    assert_true(now.level > 0.002 && now.level < 0.003);
}

/* Two steps below the margin within the points that the origin would still learn from. */
static void a_level_that_was_left_is_learnt_no_more(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 120, 29);
    for (size_t i = 0; i < series.length; i++) {
        series.values[i] /= 10;
    }
    shift_from(&series, 25, 0.007);
    shift_from(&series, 80, 0.007);
    struct assay_change *found;
    assert_int_equal(search(&found, &series, NULL), 1);
    assert_int_equal(found->since, 0);
    assert_true(found->point >= 80 && fabs(found->shift - 0.014) < 0.0005);
    free(found);
}

static void now_says_the_level_the_spread_and_since_when(void **state)
{
    (void)state;
    struct series series;
    make_quiet(&series, 400, 21);
    shift_from(&series, 100, 0.03);
    struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    struct assay_changes *changes;
    struct assay_changes_now now;
    assert_int_equal(assay_changes_new(&changes, &options), 0);
    assay_changes_now(&now, changes);
    assert_true(isnan(now.level) && isnan(now.low) && now.count == 0);
    for (size_t i = 0; i < series.length; i++) {
        bool found;
        struct assay_change change;
        assert_int_equal(assay_changes_add(changes, &found, &change, series.values[i], NAN, 1), 0);
    }
    assay_changes_now(&now, changes);
    assert_true(now.first >= 99 && now.first <= 101 && now.count == 400 - now.first);
    assert_true(now.low < 0.03 && now.high > 0.03 && now.high - now.low < 0.002 && now.level > now.low &&
                now.level < now.high);
    assert_true(now.spread > 0.0025 && now.spread < 0.0035 && now.autocorrelation < 0.2);
    assay_changes_free(changes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_found_once_dated_and_measured),
        cmocka_unit_test(two_spikes_are_no_level_and_three_points_are),
        cmocka_unit_test(a_spike_in_the_first_points_hides_no_step),
        cmocka_unit_test(another_machine_is_no_change),
        cmocka_unit_test(what_is_within_the_margin_is_not_told),
        cmocka_unit_test(ten_commits_of_three_per_mille_are_creep_and_one_is_nothing),
        cmocka_unit_test(creep_is_measured_from_what_was_accepted),
        cmocka_unit_test(a_ramp_is_told_from_a_step),
        cmocka_unit_test(points_that_are_hardly_known_prove_less),
        cmocka_unit_test(series_that_are_all_equal_have_no_change_until_they_differ),
        cmocka_unit_test(no_change_is_taken_back_by_points_that_come_later),
        cmocka_unit_test(a_kept_state_goes_on_as_if_it_had_not_been_kept),
        cmocka_unit_test(a_point_without_a_value_counts_and_says_nothing),
        cmocka_unit_test(points_without_a_value_change_no_level),
        cmocka_unit_test(values_that_are_mostly_equal_have_a_spread),
        cmocka_unit_test(a_level_that_was_left_is_learnt_no_more),
        cmocka_unit_test(now_says_the_level_the_spread_and_since_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
