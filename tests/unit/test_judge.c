/* Series to changes and changes to events, with the real search: which points are seen, what a decision does, what is one event. */
// links: history stats result base
#include "history/judge.h"

#include "base/random.h"
#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LONG 120
static const struct assay_changes_options usual = ASSAY_CHANGES_OPTIONS_INIT;

static struct assay_history_series series_of(const char *benchmark)
{
    return (struct assay_history_series){ .benchmark = assay_copy(benchmark), .unit = ASSAY_HISTORY_NS };
}

/* A point of commit "cN", a day after the one before. */
static struct assay_history_point *add(struct assay_history_series *series, double value)
{
    size_t index = series->point_count;
    struct assay_history_point *point = assay_history_add_point(series);
    point->commit = assay_formatted("c%zu", index);
    point->author_date = assay_formatted("2026-%02zu-%02zuT10:00:00Z", 1 + index / 28, 1 + index % 28);
    point->value = value;
    return point;
}

/* Noise of 0.2 % about 1000, times `level` of the index. Seeded: the same numbers on every machine. */
static void fill(struct assay_history_series *series, size_t count, double (*level)(size_t index), uint64_t seed)
{
    struct assay_random random;
    assay_random_init(&random, seed);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (int k = 0; k < 12; k++)
            sum += assay_random_real(&random);
        add(series, 1000 * level(i) * exp(0.002 * (sum - 6)));
    }
}

static double step_at_60(size_t index)
{
    return index < 60 ? 1 : 1.05;
}

static double quiet(size_t index)
{
    (void)index;
    return 1;
}

/* +0.3 % every 5 commits from the 40th on, ten times. */
static double creeping(size_t index)
{
    size_t steps = index < 40 ? 0 : (index - 40) / 5 + 1;
    return pow(1.003, (double)(steps > 10 ? 10 : steps));
}

static void judge(struct assay_history_series *series)
{
    struct assay_error error = { 0 };
    if (assay_history_judge(series, 1, &usual, &error))
        fail_msg("%s", error.text);
}

static void accept_at(struct assay_history_series *series, int32_t point)
{
    struct assay_history_acceptance *acceptance = assay_history_add_acceptance(series);
    acceptance->point = point;
    acceptance->commit = point < 0 ? assay_copy("elsewhere") : NULL;
    acceptance->who = assay_copy("Ada");
    acceptance->when = assay_copy("2026-07-01T00:00:00Z");
    acceptance->reason = assay_copy("wanted");
}

/* ---- changes ---- */

static void a_step_is_found_where_it_is(void **state)
{
    (void)state;
    struct assay_history_series series = series_of("a");
    fill(&series, LONG, step_at_60, 1);
    judge(&series);
    assert_int_equal(series.change_count, 1);
    const struct assay_history_change *change = &series.changes[0];
    assert_int_equal(change->point, 60);
    assert_int_equal(change->since, -1);
    assert_true(change->low <= change->ratio && change->ratio <= change->high);
    assert_true(change->low < 1.05 && change->high > 1.05);
    assert_true(change->confidence > 0.99 && change->confidence <= 1);
    assert_false(change->reported);
    assert_int_equal(assay_history_direction(change), 1);
    assay_history_release(&series);
}

static void a_quiet_series_has_none(void **state)
{
    (void)state;
    struct assay_history_series series = series_of("a");
    fill(&series, LONG, quiet, 2);
    judge(&series);
    assert_int_equal(series.change_count, 0);
    assay_history_release(&series);
}

static void judging_again_finds_the_same(void **state)
{
    (void)state;
    struct assay_history_series series = series_of("a");
    fill(&series, LONG, step_at_60, 1);
    judge(&series);
    struct assay_history_change first = series.changes[0];
    judge(&series);
    assert_int_equal(series.change_count, 1);
    assert_memory_equal(&series.changes[0], &first, sizeof first);
    assay_history_release(&series);
}

static void what_was_found_before_does_not_stay(void **state)
{
    (void)state;
    struct assay_history_series series = series_of("a");
    fill(&series, LONG, quiet, 2);
    assay_history_add_change(&series)->point = 7;
    judge(&series);
    assert_int_equal(series.change_count, 0);
    assay_history_release(&series);
}

/* Values that agree better than their own intervals allow say little: the twin with narrow intervals is found. */
static void intervals_count(void **state)
{
    (void)state;
    for (int wide = 0; wide <= 1; wide++) {
        struct assay_history_series series = series_of("a");
        fill(&series, LONG, step_at_60, 1);
        for (size_t i = 0; i < LONG; i++) {
            series.points[i].low = series.points[i].value * exp(wide ? -2.0 : -0.002);
            series.points[i].high = series.points[i].value * exp(wide ? 2.0 : 0.002);
        }
        judge(&series);
        assert_int_equal(series.change_count, wide ? 0 : 1);
        assay_history_release(&series);
    }
}

static void points_without_a_value_are_passed_over(void **state)
{
    (void)state;
    struct assay_history_series whole = series_of("a"), holed = series_of("a");
    fill(&whole, LONG, step_at_60, 1);
    for (size_t i = 0; i < LONG; i++) {
        if (i % 10 == 3)
            add(&holed, i % 20 == 3 ? (double)NAN : (double)INFINITY);
        if (i == 55)
            add(&holed, 0);
        add(&holed, whole.points[i].value);
    }
    judge(&whole);
    judge(&holed);
    assert_int_equal(whole.change_count, 1);
    assert_int_equal(holed.change_count, 1);
    assert_int_equal(whole.changes[0].point, 60);
    assert_int_equal(holed.changes[0].point, 60 + 6 + 1); /* six holes of ten and one at 55 stand before it */
    assert_true(holed.changes[0].ratio == whole.changes[0].ratio);
    assay_history_release(&whole);
    assay_history_release(&holed);
}

/* The twin: the same series without versions has the change. */
static void other_work_is_no_change(void **state)
{
    (void)state;
    for (int versions = 0; versions <= 2; versions++) {
        struct assay_history_series series = series_of("a");
        fill(&series, LONG, step_at_60, 1);
        for (size_t i = 0; i < LONG && versions > 0; i++) {
            struct assay_history_point *point = &series.points[i];
            point->flags = calloc(2, sizeof *point->flags);
            point->flags[point->flag_count++] = assay_copy("drift");
            if (i % 7 != 0) /* one that says nothing is as the one before */
                point->flags[point->flag_count++] = assay_copy(i >= 60 && versions == 2 ? "version:2.0" : "version:1.4");
        }
        judge(&series);
        assert_int_equal(series.change_count, versions == 2 ? 0 : 1);
        assay_history_release(&series);
    }
}

static void slow_creep_is_found_against_a_point_before(void **state)
{
    (void)state;
    struct assay_history_series series = series_of("a");
    fill(&series, LONG, creeping, 3);
    judge(&series);
    assert_true(series.change_count >= 1);
    bool crept = false;
    for (size_t i = 0; i < series.change_count; i++) {
        const struct assay_history_change *change = &series.changes[i];
        assert_true(change->since < (int32_t)change->point);
        assert_int_equal(assay_history_direction(change), 1);
        assert_true(i == 0 || series.changes[i - 1].point < change->point);
        crept = crept || change->since >= 0;
    }
    assert_true(crept);
    assay_history_release(&series);
}

static size_t creep_count(int32_t accepted)
{
    struct assay_history_series series = series_of("a");
    fill(&series, LONG, creeping, 3);
    if (accepted >= -1)
        accept_at(&series, accepted);
    judge(&series);
    size_t count = 0;
    for (size_t i = 0; i < series.change_count; i++)
        count += series.changes[i].since >= 0;
    assay_history_release(&series);
    return count;
}

static void a_decision_restarts_creep(void **state)
{
    (void)state;
    size_t without = creep_count(-2);
    assert_int_equal(creep_count(-1), without);  /* of a commit that is not here */
    assert_int_equal(creep_count(0), without);   /* before anything crept */
    assert_true(creep_count(100) <= without);    /* after all of it */
    size_t fewest = without;
    for (int32_t at = 40; at < 90; at++) {
        size_t count = creep_count(at);
        fewest = count < fewest ? count : fewest;
    }
    assert_true(fewest < without);
}

/* What was told and then accepted must not be found elsewhere, where it would be told again. */
static void an_accepted_change_stays_where_it_is(void **state)
{
    (void)state;
    size_t crept = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct assay_history_series series = series_of("a");
        fill(&series, LONG, seed % 2 ? creeping : step_at_60, seed);
        judge(&series);
        struct assay_history_change before[4];
        size_t count = series.change_count;
        assert_in_range(count, 1, 4);
        memcpy(before, series.changes, count * sizeof *before);
        for (size_t i = 0; i < count; i++) {
            crept += before[i].since >= 0;
            accept_at(&series, (int32_t)before[i].point);
            judge(&series);
            assert_int_equal(series.change_count, count);
            assert_memory_equal(series.changes, before, count * sizeof *before);
        }
        assay_history_release(&series);
    }
    assert_true(crept >= 20);
}

/* A version that is not said beside the point where it changes hides nothing: the twin says the same one before and after. */
static void a_version_holds_until_another_is_said(void **state)
{
    (void)state;
    for (int other = 0; other <= 1; other++) {
        struct assay_history_series series = series_of("a");
        fill(&series, LONG, step_at_60, 1);
        for (size_t i = 0; i < LONG; i++) {
            struct assay_history_point *point = &series.points[i];
            if (i < 50 || i >= 60) {
                point->flags = calloc(1, sizeof *point->flags);
                point->flags[point->flag_count++] = assay_copy(other && i >= 60 ? "version:2.0" : "version:1.4");
            }
        }
        judge(&series);
        assert_int_equal(series.change_count, other ? 0 : 1);
        assay_history_release(&series);
    }
}

static void empty_and_short_series_have_none(void **state)
{
    (void)state;
    for (size_t length = 0; length < 4; length++) {
        struct assay_history_series series = series_of("a");
        fill(&series, length, quiet, 1);
        judge(&series);
        assert_int_equal(series.change_count, 0);
        assay_history_release(&series);
    }
}

/* ---- events ---- */

static void change(struct assay_history_series *series, size_t point, double ratio, double half, int32_t since)
{
    struct assay_history_change *added = assay_history_add_change(series);
    *added = (struct assay_history_change){ .point = point, .since = since, .ratio = ratio, .low = ratio - half, .high = ratio + half, .confidence = 0.999 };
}

static struct assay_event *events_of(size_t *count, const struct assay_history_series *series, size_t series_count)
{
    struct assay_event *events = NULL;
    struct assay_error error = { 0 };
    if (assay_history_events(&events, count, series, series_count, &error))
        fail_msg("%s", error.text);
    return events;
}

static void release(struct assay_history_series *series, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assay_history_release(&series[i]);
}

static void what_moves_at_one_commit_is_one_event(void **state)
{
    (void)state;
    struct assay_history_series series[] = { series_of("a"), series_of("b"), series_of("c"), series_of("d") };
    for (size_t i = 0; i < 4; i++)
        fill(&series[i], 20, quiet, i);
    series[1].points[9].value = NAN;
    series[1].points[10].subject = assay_copy("sieve: check limits");
    change(&series[0], 10, 1.03, 0.01, -1);
    change(&series[1], 10, 1.08, 0.01, -1);
    change(&series[2], 10, 0.90, 0.01, -1);
    change(&series[3], 4, 1.02, 0.01, 1);
    change(&series[3], 10, 1.02, 0.05, -1);
    size_t count = 0;
    struct assay_event *events = events_of(&count, series, 4);
    assert_int_equal(count, 2);
    assert_string_equal(events[0].commit, "c4");
    assert_true(events[0].creep);
    assert_int_equal(events[0].member_count, 1);
    const struct assay_event *event = &events[1];
    assert_string_equal(event->commit, "c10");
    assert_string_equal(event->subject, "sieve: check limits");
    assert_string_equal(event->last_good, "c8"); /* c9 failed */
    assert_false(event->creep);
    assert_int_equal(event->slower, 2);
    assert_int_equal(event->faster, 1);
    static const size_t order[] = { 1, 0, 2, 3 }; /* the worst, then the improvement, then what is not proven */
    assert_int_equal(event->member_count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(event->members[i].series, order[i]);
    assay_history_events_free(events, count);
    release(series, 4);
}

static void an_event_is_accepted_when_each_slowdown_is(void **state)
{
    (void)state;
    struct assay_history_series series[] = { series_of("a"), series_of("b") };
    size_t count = 0;
    fill(&series[0], 20, quiet, 1);
    fill(&series[1], 20, quiet, 2);
    change(&series[0], 10, 1.03, 0.01, -1);
    change(&series[1], 10, 1.08, 0.01, -1);
    accept_at(&series[0], 10);
    series[0].changes[0].reported = true;
    struct assay_event *events = events_of(&count, series, 2);
    assert_false(events[0].accepted);
    assert_false(events[0].reported);
    assay_history_events_free(events, count);
    accept_at(&series[1], 10);
    series[1].changes[0].reported = true;
    events = events_of(&count, series, 2);
    assert_int_equal(count, 1);
    assert_true(events[0].accepted);
    assert_true(events[0].reported);
    assay_history_events_free(events, count);
    release(series, 2);
}

static void an_improvement_is_not_accepted_by_nobody(void **state)
{
    (void)state;
    struct assay_history_series series = series_of("a");
    size_t count = 0;
    fill(&series, 20, quiet, 1);
    change(&series, 10, 0.9, 0.01, -1);
    struct assay_event *events = events_of(&count, &series, 1);
    assert_int_equal(count, 1);
    assert_false(events[0].accepted);
    assay_history_events_free(events, count);
    assay_history_release(&series);
}

static void date(struct assay_history_series *series, size_t point, const char *text)
{
    free(series->points[point].author_date);
    series->points[point].author_date = assay_copy(text);
}

static void events_stand_in_the_order_of_commits(void **state)
{
    (void)state;
    struct assay_history_series series[] = { series_of("a"), series_of("b") };
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        fill(&series[i], 6, quiet, i);
        for (size_t k = 0; k < 6; k++)
            date(&series[i], k, "2026-01-01T00:00:00Z");
    }
    /* By text 23:00+09:00 is later than 15:00Z, in time an hour earlier. */
    date(&series[0], 2, "2026-05-01T15:00:00Z");
    date(&series[1], 3, "2026-05-01T23:00:00+09:00");
    /* Rebased: authored before, but later on its branch. */
    date(&series[0], 4, "2026-02-01T00:00:00Z");
    change(&series[0], 2, 1.05, 0.01, -1);
    change(&series[0], 4, 1.05, 0.01, -1);
    change(&series[1], 3, 1.05, 0.01, -1);
    struct assay_event *events = events_of(&count, series, 2);
    assert_int_equal(count, 3);
    assert_string_equal(events[0].commit, "c3");
    assert_string_equal(events[1].commit, "c2");
    assert_string_equal(events[2].commit, "c4");
    assay_history_events_free(events, count);
    release(series, 2);
}

static void commits_that_are_not_known_are_not_one(void **state)
{
    (void)state;
    struct assay_history_series series[] = { series_of("a"), series_of("b") };
    size_t count = 0;
    for (size_t i = 0; i < 2; i++) {
        fill(&series[i], 6, quiet, i);
        free(series[i].points[3].commit);
        series[i].points[3].commit = NULL;
        change(&series[i], 3, 1.05, 0.01, -1);
    }
    struct assay_event *events = events_of(&count, series, 2);
    assert_int_equal(count, 2);
    assert_null(events[0].commit);
    assay_history_events_free(events, count);
    events = events_of(&count, series, 0);
    assert_int_equal(count, 0);
    assay_history_events_free(events, count);
    release(series, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_is_found_where_it_is),
        cmocka_unit_test(a_quiet_series_has_none),
        cmocka_unit_test(judging_again_finds_the_same),
        cmocka_unit_test(what_was_found_before_does_not_stay),
        cmocka_unit_test(intervals_count),
        cmocka_unit_test(points_without_a_value_are_passed_over),
        cmocka_unit_test(other_work_is_no_change),
        cmocka_unit_test(slow_creep_is_found_against_a_point_before),
        cmocka_unit_test(a_decision_restarts_creep),
        cmocka_unit_test(an_accepted_change_stays_where_it_is),
        cmocka_unit_test(a_version_holds_until_another_is_said),
        cmocka_unit_test(empty_and_short_series_have_none),
        cmocka_unit_test(what_moves_at_one_commit_is_one_event),
        cmocka_unit_test(an_event_is_accepted_when_each_slowdown_is),
        cmocka_unit_test(an_improvement_is_not_accepted_by_nobody),
        cmocka_unit_test(events_stand_in_the_order_of_commits),
        cmocka_unit_test(commits_that_are_not_known_are_not_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
