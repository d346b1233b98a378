/* The search for a crossover over scripted curves whose crossings are known, and over simulated comparisons: which
 * values it looks at, when it ends, and what it claims. No clock, no kernel. */
// links: compare measure plan catalog machine protocol result stats base
#include "compare/crossover.h"
#include "compare/crossover_search.h"

#include "simulations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

/* A curve: the true log ratio at a value, and how large it must be to be proven. */
struct curve {
    double (*log_ratio)(double value);
    double provable;
};

/* head ~ value, base ~ value^1.5: equal at `at`. Derived by hand: ln(value / at) / -2. */
static double falling_through(double value, double at)
{
    return -0.5 * log(value / at);
}
static double through_262(double value)
{
    return falling_through(value, 262);
}
static double through_3(double value)
{
    return falling_through(value, 2.9);
}
static double never(double value)
{
    return 0.2 + 0.01 * log(value);
}
static double always_equal(double value)
{
    (void)value;
    return 0;
}
/* Crossings where the logarithm to base 10 is 2 and 4; positive in between. */
static double twice(double value)
{
    double x = log10(value);
    return 0.3 * (x - 2) * (4 - x);
}
/* At 10^1.5, 10^2.5 and 10^4. */
static double three_times(double value)
{
    double x = log10(value);
    return 0.3 * (x - 1.5) * (x - 2.5) * (x - 4);
}
/* Falls to 0 at 500, stays there up to 3000, and goes on falling. */
static double flat(double value)
{
    return value < 500 ? -0.5 * log(value / 500) : value > 3000 ? -0.5 * log(value / 3000) : 0;
}
/* Touches 0 at 1000, one of the scanned values, and never passes it. */
static double touching(double value)
{
    double x = log10(value) - 3;
    return 0.3 * x * x;
}
/* Opposite only above 9000 of 10000. */
static double at_the_end(double value)
{
    return falling_through(value, 9500);
}
/* Opposite from the first value on but that value itself. */
static double at_the_beginning(double value)
{
    return falling_through(value, 10.4);
}
/* Equal at the last value. */
static double open_end(double value)
{
    return falling_through(value, 1e4);
}

static struct assay_search_point look(const struct curve *curve, double value)
{
    double log_ratio = curve->log_ratio(value);
    int direction = fabs(log_ratio) < curve->provable ? 0 : log_ratio > 0 ? 1 : -1;
    return (struct assay_search_point){ value, direction, log_ratio, 0.001 };
}

/* Searches to the end, or to `most` values; every value must be new and in the range, and few enough. */
static void search(struct assay_crossover_search *search, struct assay_search_finding *finding,
                   const struct curve *curve, double from, double to, bool whole, size_t most)
{
    double value = NAN;
    assay_search_init(search, from, to, whole);
    assert_true(search->most <= ASSAY_SEARCH_POINTS_MOST);
    while (search->count < most && assay_search_next(search, &value)) {
        assert_true(value >= from && value <= to);
        assert_true(!whole || value == floor(value));
        for (size_t i = 0; i < search->count; i++)
            assert_true(search->points[i].value != value);
        assert_true(search->count < search->most);
        assert_true(assay_search_left(search) >= 1);
        struct assay_search_point point = look(curve, value);
        assay_search_add(search, &point);
    }
    for (size_t i = 1; i < search->count; i++)
        assert_true(search->points[i - 1].value < search->points[i].value);
    if (search->count < most)
        assert_int_equal(assay_search_left(search), 0);
    assay_search_find(finding, search);
}

static void assert_change(const struct assay_search_finding *finding, size_t index, double truth, double factor)
{
    const struct assay_crossover_change *change = &finding->changes[index];
    assert_true(index < finding->change_count);
    if (!(change->low <= truth && truth <= change->high && change->high / change->low <= factor &&
          change->estimate >= change->low && change->estimate <= change->high))
        fail_msg("[%g, %g] around %g, estimate %g", change->low, change->high, truth, change->estimate);
}

static void one_crossing_is_found_as_narrow_as_the_resolution(void **state)
{
    struct curve curve = { through_262, 0.003 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    for (int whole = 0; whole < 2; whole++) {
        search(&state_of, &finding, &curve, 10, 1e5, whole, SIZE_MAX);
        assert_int_equal(finding.outcome, ASSAY_CROSSOVER_ONE);
        assert_int_equal(finding.faster_at_from, -1);
        assert_int_equal(finding.faster_at_to, 1);
        assert_change(&finding, 0, 262, 1 + ASSAY_SEARCH_RESOLUTION);
        assert_true(fabs(finding.changes[0].estimate - 262) < 0.5); /* the curve is a line in these coordinates */
        assert_false(finding.wide);
        assert_true(state_of.count <= 9 + 7); /* a half decade of 1.15 in seven halves is below 0.0198 */
    }
}

static void the_scan_sees_both_ends_first_and_then_evenly(void **state)
{
    static const double wanted[] = { 10, 1e5, 1000, 100, 1e4 };
    struct curve curve = { never, 0.001 };
    struct assay_crossover_search state_of;
    double value = NAN;
    (void)state;
    assay_search_init(&state_of, 10, 1e5, true);
    assert_int_equal(state_of.scan_count, 9);
    assert_true(assay_search_spacing(&state_of) < 3.25);
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        assert_true(assay_search_next(&state_of, &value));
        assert_true(value == wanted[i]);
        struct assay_search_point point = look(&curve, value);
        assay_search_add(&state_of, &point);
    }
    assay_search_init(&state_of, 10, 20, false);
    assert_int_equal(state_of.scan_count, ASSAY_SEARCH_SCAN_LEAST);
    assay_search_init(&state_of, 1e-300, 1e300, false);
    assert_int_equal(state_of.scan_count, ASSAY_SEARCH_SCAN_MOST);
}

static void no_crossing_takes_the_scan_alone(void **state)
{
    struct curve curve = { never, 0.001 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &curve, 10, 1e5, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_NONE);
    assert_int_equal(finding.change_count, 0);
    assert_true(finding.faster_at_from == -1 && finding.faster_at_to == -1);
    assert_int_equal(state_of.count, 9);
}

static void several_crossings_are_all_found(void **state)
{
    struct curve two = { twice, 0.002 }, three = { three_times, 0.002 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &two, 10, 1e5, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_SEVERAL);
    assert_int_equal(finding.change_count, 2);
    assert_change(&finding, 0, 100, 1.1);
    assert_change(&finding, 1, 10000, 1.1);
    search(&state_of, &finding, &three, 10, 1e5, false, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_SEVERAL);
    assert_int_equal(finding.change_count, 3);
    assert_change(&finding, 0, 31.6227766, 1.2); /* three at once, each on a scanned value: the values run out */
    assert_change(&finding, 1, 316.227766, 1.2);
    assert_change(&finding, 2, 10000, 1.2);
}

static void a_flat_stretch_ends_up_inside_the_interval(void **state)
{
    struct curve curve = { flat, 0.01 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &curve, 10, 1e5, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_ONE);
    const struct assay_crossover_change *change = &finding.changes[0];
    assert_true(change->low < 500 && change->low > 500 / 2.0);
    assert_true(change->high > 3000 && change->high < 3000 * 2.0);
    assert_true(change->estimate > 500 && change->estimate < 3000);
    assert_true(finding.wide);
    assert_int_equal(finding.open, SIZE_MAX);
}

static void a_touch_is_no_crossing_and_leaves_it_open(void **state)
{
    struct curve curve = { touching, 0.002 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &curve, 10, 1e5, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_UNDECIDED);
    assert_int_equal(finding.change_count, 0);
    assert_true(state_of.points[finding.open].value == 1000);
}

static void nothing_proven_anywhere_is_undecided(void **state)
{
    struct curve curve = { always_equal, 0.002 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &curve, 10, 1e5, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_UNDECIDED);
    assert_int_equal(finding.open, 0);
    assert_int_equal(finding.faster_at_from, 0);
    assert_int_equal(state_of.count, 9);
}

static void crossings_at_an_end(void **state)
{
    struct curve late = { at_the_end, 0.001 }, early = { at_the_beginning, 0.001 }, open = { open_end, 0.001 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &late, 10, 1e4, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_ONE);
    assert_change(&finding, 0, 9500, 1 + ASSAY_SEARCH_RESOLUTION);
    search(&state_of, &finding, &early, 10, 1e4, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_ONE);
    assert_true(finding.changes[0].low == 10 && finding.changes[0].high == 11); /* neighbours: no whole number between */
    assert_false(finding.wide);
    search(&state_of, &finding, &open, 10, 1e4, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_UNDECIDED);
    assert_true(state_of.points[finding.open].value == 1e4);
    assert_int_equal(finding.faster_at_to, 0);
}

static void whole_numbers_end_where_neighbours_meet(void **state)
{
    struct curve curve = { through_3, 0.001 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &curve, 1, 100, true, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_ONE);
    assert_true(finding.changes[0].low == 2 && finding.changes[0].high == 3);
    assert_false(finding.wide);
    search(&state_of, &finding, &curve, 2, 3, true, SIZE_MAX); /* no value between the ends */
    assert_int_equal(state_of.count, 2);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_ONE);
    search(&state_of, &finding, &curve, 2, 4, true, SIZE_MAX);
    assert_true(finding.changes[0].low == 2 && finding.changes[0].high == 3);
    assert_true(state_of.count <= 3);
    search(&state_of, &finding, &curve, 1, 100, false, SIZE_MAX); /* real values go on */
    assert_change(&finding, 0, 2.9, 1 + ASSAY_SEARCH_RESOLUTION);
    search(&state_of, &finding, &curve, 2.899, 2.9010001, false, SIZE_MAX);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_UNDECIDED); /* too near to be proven */
}

/* A budget that ends after any number of values: what is claimed is never more than what was proven. */
static void an_early_end_claims_no_more_than_was_seen(void **state)
{
    struct curve curve = { through_262, 0.003 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    for (size_t most = 1; most < 16; most++) {
        search(&state_of, &finding, &curve, 10, 1e5, true, most);
        assert_int_equal(finding.outcome, most < 9 ? ASSAY_CROSSOVER_UNDECIDED : ASSAY_CROSSOVER_ONE);
        assert_int_equal(finding.unscanned, most < 9 ? 9 - most : 0);
        assert_int_equal(finding.change_count, most >= 2);
        if (most >= 2)
            assert_change(&finding, 0, 262, 1e4);
        if (most == 12)
            assert_true(finding.wide);
    }
}

/* A value near the change could not be proven, and then one that is nearer could: nothing is open but what always is. */
static void a_value_left_open_by_the_way_leaves_the_answer(void **state)
{
    struct curve curve = { through_262, 0.003 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    search(&state_of, &finding, &curve, 10, 1e5, true, SIZE_MAX);
    for (size_t i = 0; i < state_of.count; i++) {
        if (state_of.points[i].value > 100 && state_of.points[i].value < 200)
            state_of.points[i].direction = 0;
    }
    assay_search_find(&finding, &state_of);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_ONE);
    state_of.points[1].direction = 0; /* of the scan: its neighbours are two steps of the scan apart */
    assay_search_find(&finding, &state_of);
    assert_int_equal(finding.outcome, ASSAY_CROSSOVER_UNDECIDED);
    assert_int_equal(finding.open, 1);
}

/* One wild estimate far out does not move where the line crosses. */
static void the_estimate_withstands_a_wild_point(void **state)
{
    static const double values[] = { 200, 230, 250, 275, 300, 340 };
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    assay_search_init(&state_of, 10, 1e5, true);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        struct assay_search_point point = { values[i], values[i] < 262 ? 1 : -1, through_262(values[i]), 0.002 };
        if (i == 0)
            point.log_ratio = 0.9; /* truth: 0.135 */
        assay_search_add(&state_of, &point);
    }
    assay_search_find(&finding, &state_of);
    assert_int_equal(finding.change_count, 1);
    assert_true(fabs(finding.changes[0].estimate / 262 - 1) < 0.01);
}

/* Errors of estimates that point the wrong way: the estimate stays within what is proven. */
static void the_estimate_stays_within_the_interval(void **state)
{
    struct assay_crossover_search state_of;
    struct assay_search_finding finding;
    (void)state;
    assay_search_init(&state_of, 10, 1e5, true);
    const struct assay_search_point points[] = {
        { 100, 1, 0.001, 0.001 }, { 120, -1, -0.9, 0.001 }, { 10, 1, NAN, NAN }, { 90, 1, -0.1, 0.001 },
    };
    for (size_t i = 0; i < 4; i++)
        assay_search_add(&state_of, &points[i]);
    assay_search_find(&finding, &state_of);
    assert_int_equal(finding.change_count, 1);
    assert_true(finding.changes[0].estimate >= 100 && finding.changes[0].estimate <= 120);
}

/* ---- simulated comparisons ---- */

/* A comparison of at most `blocks` blocks at the confidence that is each value's share. */
static struct assay_search_point measure(const struct assay_crossover_search *state_of, double log_ratio, double value,
                                         size_t blocks, struct assay_random *random)
{
    struct simulation simulation = { .noise = &simulated_noises[value > 300 ? 0 : 3], .effect = log_ratio };
    struct assay_sequence sequence;
    struct assay_interval interval = { 0 };
    struct assay_search_point point = { value, 0, NAN, NAN };
    assay_sequence_init(&sequence, assay_crossover_confidence(0.95, state_of->most));
    while (sequence.count < blocks && point.direction == 0) {
        assert_int_equal(assay_sequence_add(&sequence, simulated_block(&simulation, random)), 0);
        assay_sequence_interval(&interval, &sequence, ASSAY_SEQUENCE_FLOOR);
        point.direction = (interval.low > 0) - (interval.high < 0);
    }
    assert_int_equal(assay_stats_median(&point.log_ratio, sequence.values, sequence.count), 0);
    point.error = SIMULATED_SPREAD / sqrt((double)sequence.count);
    assay_sequence_release(&sequence);
    return point;
}

/* At 95 % for the whole: of 200 searches at most 10 may be wrong on average; 20 are passed by chance once in 500
 * (binomial). In fact the bets are far more careful. None may look at more values than was said. */
static void simulated_searches_are_right_as_often_as_they_say(void **state)
{
    size_t trials = 200 * simulated_scale(), wrong = 0, decided = 0, narrow = 0;
    (void)state;
    for (size_t trial = 0; trial < trials; trial++) {
        struct assay_random random;
        struct assay_crossover_search state_of;
        struct assay_search_finding finding;
        double value = NAN;
        assay_random_init(&random, assay_random_derive(20261123, trial));
        double truth = exp(log(30) + assay_random_real(&random) * log(1000));
        assay_search_init(&state_of, 10, 1e5, trial % 2 == 0);
        while (assay_search_next(&state_of, &value)) {
            struct assay_search_point point =
                measure(&state_of, falling_through(value, truth), value, 100, &random);
            assay_search_add(&state_of, &point);
        }
        assay_search_find(&finding, &state_of);
        bool right = finding.outcome != ASSAY_CROSSOVER_NONE && finding.outcome != ASSAY_CROSSOVER_SEVERAL;
        for (size_t i = 0; i < finding.change_count; i++)
            right = right && finding.changes[i].low <= truth && truth <= finding.changes[i].high;
        wrong += !right;
        decided += finding.outcome == ASSAY_CROSSOVER_ONE;
        narrow += finding.change_count == 1 && finding.changes[0].high / finding.changes[0].low < 1.05;
    }
    assert_true(wrong * 10 <= trials);
    assert_true(decided * 10 >= trials * 9);
    assert_true(narrow * 10 >= trials * 9);
}

static void confidence_is_shared_evenly(void **state)
{
    (void)state;
    assert_true(fabs(assay_crossover_confidence(0.999, 30) - (1 - 0.001 / 30)) < 1e-15);
    assert_true(assay_crossover_confidence(0.9, 1) == 0.9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_crossing_is_found_as_narrow_as_the_resolution),
        cmocka_unit_test(the_scan_sees_both_ends_first_and_then_evenly),
        cmocka_unit_test(no_crossing_takes_the_scan_alone),
        cmocka_unit_test(several_crossings_are_all_found),
        cmocka_unit_test(a_flat_stretch_ends_up_inside_the_interval),
        cmocka_unit_test(a_touch_is_no_crossing_and_leaves_it_open),
        cmocka_unit_test(nothing_proven_anywhere_is_undecided),
        cmocka_unit_test(crossings_at_an_end),
        cmocka_unit_test(whole_numbers_end_where_neighbours_meet),
        cmocka_unit_test(an_early_end_claims_no_more_than_was_seen),
        cmocka_unit_test(a_value_left_open_by_the_way_leaves_the_answer),
        cmocka_unit_test(the_estimate_withstands_a_wild_point),
        cmocka_unit_test(the_estimate_stays_within_the_interval),
        cmocka_unit_test(simulated_searches_are_right_as_often_as_they_say),
        cmocka_unit_test(confidence_is_shared_evenly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
