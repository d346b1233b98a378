/* What a series leads one to expect of its next point: the present level alone, and an interval that holds what it says. */
// links: history stats result base
#include "history/predict.h"

#include "base/random.h"
#include "base/text.h"
#include "history/judge.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define LONG 120

/* A point of commit "cN". */
static struct assay_history_point *add(struct assay_history_series *series, double value)
{
    struct assay_history_point *point = assay_history_add_point(series);
    point->commit = assay_formatted("c%zu", series->point_count - 1);
    point->value = value;
    return point;
}

/* Noise of 0.2 % about 1000, and from the 60th point on about 1050. Seeded: the same numbers on every machine. */
static void fill(struct assay_history_series *series, size_t count, uint64_t seed)
{
    struct assay_random random;
    assay_random_init(&random, seed);
    for (size_t i = 0; i < count; i++) {
        double sum = 0;
        for (int k = 0; k < 12; k++)
            sum += assay_random_real(&random);
        add(series, (i < 60 ? 1000 : 1050) * exp(0.002 * (sum - 6)));
    }
}

static struct assay_prediction predict(const struct assay_history_series *series, const char *but)
{
    struct assay_prediction prediction = { 0 };
    struct assay_error error = { 0 };
    if (assay_history_predict(&prediction, series, but, 0.95, &error))
        fail_msg("%s", error.text);
    return prediction;
}

static void the_next_point_is_expected_at_the_present_level(void **state)
{
    (void)state;
    size_t inside = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct assay_history_series series = { .benchmark = assay_copy("a") };
        fill(&series, LONG, seed);
        double next = log(series.points[LONG - 1].value);
        struct assay_prediction prediction = predict(&series, "c119");
        assert_true(fabs(prediction.level - log(1050)) < 0.004);
        assert_in_range(prediction.count, 3, LONG - 1 - 60); /* a level may begin anew with no change to tell of */
        inside += prediction.low <= next && next <= prediction.high;
        assay_history_release(&series);
    }
    assert_in_range(inside, 180, 198); /* 190 of 200 are meant */
}

static void of_what_is_not_known_nothing_is_expected(void **state)
{
    (void)state;
    struct assay_history_series series = { .benchmark = assay_copy("a") };
    assert_int_equal(predict(&series, NULL).count, 0);
    fill(&series, 1, 1);
    add(&series, (double)NAN);
    struct assay_prediction one = predict(&series, NULL);
    assert_int_equal(one.count, 1);
    assert_true(isnan(one.low) && isnan(one.high));
    assert_int_equal(predict(&series, "c0").count, 0);
    assay_history_release(&series);
}

/* The twin without the version keeps the level that there was. */
static void other_work_is_another_level(void **state)
{
    (void)state;
    for (int other = 0; other <= 1; other++) {
        struct assay_history_series series = { .benchmark = assay_copy("a") };
        fill(&series, 58, 1);
        for (size_t i = 0; i < 58 && other; i++) {
            series.points[i].flags = calloc(1, sizeof *series.points[i].flags);
            series.points[i].flags[series.points[i].flag_count++] = assay_copy(i < 50 ? "version:1.0" : "version:2.0");
        }
        assert_int_equal(predict(&series, NULL).count, other ? 8 : 58);
        assay_history_release(&series);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_point_is_expected_at_the_present_level),
        cmocka_unit_test(of_what_is_not_known_nothing_is_expected),
        cmocka_unit_test(other_work_is_another_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
