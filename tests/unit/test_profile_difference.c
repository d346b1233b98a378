/* Two profiles against each other, against scipy 1.10 and against chance. */
// links: profile protocol result stats base
#include "profile/merge.h"
#include "base/random.h"
#include "base/text.h"
#include "variates.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void add(struct assay_profile *profile, const char *name, const char *file, const double *rounds, double calls)
{
    struct assay_profile_function_row *row = assay_profile_add_function(profile);
    assert_non_null(row);
    row->name = assay_copy(name);
    row->file = file != NULL ? assay_copy(file) : NULL;
    row->kind = ASSAY_FUNCTION_PLAIN;
    row->calls = calls;
    row->own = 0;
    row->rounds = rounds == NULL ? NULL : malloc(profile->round_count * sizeof *row->rounds);
    for (size_t i = 0; i < profile->round_count; i++) {
        row->rounds[i] = rounds[i];
        row->own += rounds[i] / (double)profile->round_count;
    }
}

static struct assay_profile make(size_t rounds, double items)
{
    struct assay_profile profile;
    assay_profile_init(&profile);
    profile.round_count = rounds;
    profile.items = items;
    return profile;
}

static const double base_rounds[] = { 100, 102, 99, 101, 103, 98 };
static const double head_rounds[] = { 110, 113, 108, 111, 112, 109 };
static const double level_rounds[] = { 50, 51, 49, 50, 52, 48 };

static void assert_near(double found, double want)
{
    if (!(fabs(found - want) <= 1e-9 * fabs(want) + 1e-12)) {
        fail_msg("%.17g, want %.17g", found, want);
    }
}

/* d = head - base; numpy: d.mean(), d.std(ddof=1) / sqrt(6) * scipy.stats.t.ppf(1 - 0.05 / 2 / 2, 5): two rows. */
static void paired_intervals_are_those_of_scipy(void **state)
{
    (void)state;
    struct assay_profile base = make(6, 0), head = make(6, 0);
    struct assay_profile_difference difference = { 0 };
    struct assay_error error = { 0 };
    add(&base, "hot", "/one/a.c", base_rounds, 10);
    add(&base, "level", "/one/a.c", level_rounds, 10);
    add(&head, "level", "/two/a.c", level_rounds, 10);
    add(&head, "hot", "/two/a.c", head_rounds, 20);
    assert_int_equal(assay_profile_difference_make(&difference, &base, &head, true, &error), 0);
    assert_int_equal(difference.change_count, 2);
    assert_string_equal(difference.unit, "iteration");
    const struct assay_profile_change *hot = &difference.changes[0];
    assert_string_equal(hot->name, "hot");
    assert_near(hot->change, 10);
    assert_near(hot->change_high - hot->change, 1.1551035853471443);
    assert_true(hot->proven);
    assert_near(hot->head_calls - hot->base_calls, 10);
    assert_false(difference.changes[1].proven);
    assay_profile_difference_release(&difference);
    assay_profile_release(&base);
    assay_profile_release(&head);
}

/* The same by Welch (scipy.stats.ttest_ind(equal_var=False); degrees by Satterthwaite's formula), per item of 10 and
 * of 10. */
static void apart_it_is_welch(void **state)
{
    (void)state;
    struct assay_profile base = make(6, 10), head = make(6, 10);
    struct assay_profile_difference difference = { 0 };
    struct assay_error error = { 0 };
    add(&base, "hot", "a.c", base_rounds, 10);
    add(&head, "hot", "a.c", head_rounds, 10);
    add(&head, "new", "a.c", level_rounds, 10);
    assert_int_equal(assay_profile_difference_make(&difference, &base, &head, false, &error), 0);
    assert_string_equal(difference.unit, "item");
    assert_near(difference.changes[0].change, 1);
    assert_near(10 * (difference.changes[0].change_high - difference.changes[0].change), 2.8447934064599334);
    assert_true(difference.changes[1].base == SIZE_MAX);
    assert_near(difference.changes[1].head_own, 5);
    assert_true(difference.changes[1].proven);
    assay_profile_difference_release(&difference);
    assay_profile_release(&base);
    assay_profile_release(&head);
}

/* [waiting] of two times of day says nothing of the kernel; side by side it does. */
static void waiting_is_tested_side_by_side_alone(void **state)
{
    (void)state;
    for (int paired = 0; paired < 2; paired++) {
        struct assay_profile base = make(6, 0), head = make(6, 0);
        struct assay_profile_difference difference = { 0 };
        struct assay_error error = { 0 };
        add(&base, "[waiting]", NULL, base_rounds, NAN);
        add(&head, "[waiting]", NULL, head_rounds, NAN);
        base.functions[0].kind = head.functions[0].kind = ASSAY_FUNCTION_OUTSIDE;
        assert_int_equal(assay_profile_difference_make(&difference, &base, &head, paired != 0, &error), 0);
        assert_int_equal(difference.changes[0].proven, paired != 0);
        assay_profile_difference_release(&difference);
        assay_profile_release(&base);
        assay_profile_release(&head);
    }
}

static void without_rounds_nothing_is_proven(void **state)
{
    (void)state;
    struct assay_profile base = make(2, 0), head = make(2, 0);
    struct assay_profile_difference difference = { 0 };
    struct assay_error error = { 0 };
    add(&base, "hot", "a.c", base_rounds, 10);
    add(&head, "hot", "a.c", head_rounds, 10);
    assert_int_equal(assay_profile_difference_make(&difference, &base, &head, true, &error), 0);
    assert_false(difference.changes[0].proven);
    assert_true(isnan(difference.changes[0].change_low));
    assert_int_equal(difference.note_count, 1);
    assay_profile_difference_release(&difference);
    assay_profile_release(&base);
    assay_profile_release(&head);
}

/* What no sample fell into does not widen the intervals of what has time; the sampler's slowdown is in both sides'
 * rounds. */
static void rows_without_time_are_no_tests(void **state)
{
    (void)state;
    static const double none[6] = { 0 };
    struct assay_profile base = make(6, 0), head = make(6, 0);
    struct assay_profile_difference difference = { 0 };
    struct assay_error error = { 0 };
    add(&base, "hot", "a.c", base_rounds, 10);
    add(&head, "hot", "a.c", head_rounds, 10);
    add(&base, "level", "a.c", level_rounds, 10);
    add(&head, "level", "a.c", level_rounds, 10);
    add(&base, "never", "a.c", none, 10);
    add(&head, "never", "a.c", none, 10);
    base.sampled_slowdown = 0.2;
    head.sampled_slowdown = 0.3;
    assert_int_equal(assay_profile_difference_make(&difference, &base, &head, true, &error), 0);
    assert_near(difference.changes[0].change, 10 / 1.25);
    assert_near(difference.changes[0].head_own - difference.changes[0].base_own, 10 / 1.25);
    assert_near(difference.changes[0].base_own, 100.5 / 1.25);
    assert_near(difference.changes[0].change_high - difference.changes[0].change, 1.1551035853471443 / 1.25);
    assert_true(isnan(difference.changes[2].change_low) && !difference.changes[2].proven);
    assay_profile_difference_release(&difference);
    assay_profile_release(&base);
    assay_profile_release(&head);
}

static void what_is_counted_is_proven_by_any_change(void **state)
{
    (void)state;
    struct assay_profile base = make(0, 0), head = make(0, 0);
    struct assay_profile_difference difference = { 0 };
    struct assay_error error = { 0 };
    add(&base, "more", "a.c", NULL, 10);
    add(&head, "more", "a.c", NULL, 10);
    add(&base, "same", "a.c", NULL, 10);
    add(&head, "same", "a.c", NULL, 10);
    head.functions[0].own = 1;
    base.cost = assay_copy("instructions");
    head.cost = assay_copy("instructions");
    assert_int_equal(assay_profile_difference_make(&difference, &base, &head, false, &error), 0);
    assert_true(difference.changes[0].proven && difference.changes[0].change_low == 1);
    assert_true(!difference.changes[1].proven && difference.changes[1].change == 0);
    assert_int_equal(difference.note_count, 0);
    assay_profile_difference_release(&difference);
    free(head.cost);
    head.cost = assay_copy("time");
    assert_int_equal(assay_profile_difference_make(&difference, &base, &head, false, &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "instructions and time"));
    assay_profile_release(&base);
    assay_profile_release(&head);
}

/* Samples of a round as they fall: 160 of them, a function's share each, binomial by coin. The last functions are rare.
 */
enum { FUNCTIONS = 8, ROUNDS = 8, SAMPLES = 160, COMPARISONS = 1500 };
static const double shares[FUNCTIONS] = { 0.45, 0.25, 0.15, 0.08, 0.04, 0.02, 0.008, 0.002 };

static void simulate(struct assay_profile *profile, struct assay_random *random, double slower)
{
    double rounds[FUNCTIONS][ROUNDS] = { { 0 } };
    static const char *const names[FUNCTIONS] = { "a", "b", "c", "d", "e", "f", "g", "h" };
    *profile = make(ROUNDS, 0);
    for (size_t r = 0; r < ROUNDS; r++) {
        double drift = exp(0.01 * variate_normal(random));
        for (int s = 0; s < SAMPLES; s++) {
            double at = assay_random_real(random);
            size_t f = 0;
            while (f + 1 < FUNCTIONS && at >= shares[f]) {
                at -= shares[f++];
            }
            rounds[f][r] += drift * (f == 1 ? slower : 1);
        }
    }
    for (size_t f = 0; f < FUNCTIONS; f++) {
        add(profile, names[f], "a.c", rounds[f], 1);
    }
}

static size_t marked(struct assay_random *random, double slower, bool paired, bool *second)
{
    struct assay_profile base, head;
    struct assay_profile_difference difference = { 0 };
    struct assay_error error = { 0 };
    size_t count = 0;
    simulate(&base, random, 1);
    simulate(&head, random, slower);
    assert_int_equal(assay_profile_difference_make(&difference, &base, &head, paired, &error), 0);
    for (size_t i = 0; i < difference.change_count; i++) {
        count += difference.changes[i].proven;
    }
    *second = difference.changes[1].proven;
    assay_profile_difference_release(&difference);
    assay_profile_release(&base);
    assay_profile_release(&head);
    return count;
}

/* A profile against itself marks a row in at most 5 % of comparisons (6.3 % leaves room for chance: 3 standard
 * deviations of 1500), and one function that takes twice the time is found, alone. */
static void against_itself_it_marks_little(void **state)
{
    (void)state;
    struct assay_random random;
    bool second;
    assay_random_init(&random, 20261122);
    for (int paired = 0; paired < 2; paired++) {
        int any = 0, found = 0;
        for (int i = 0; i < COMPARISONS; i++) {
            any += marked(&random, 1, paired != 0, &second) > 0;
        }
        print_message("%s: %.2f %% of comparisons mark a row\n", paired ? "paired" : "apart",
                      100.0 * any / COMPARISONS);
        assert_true(any <= COMPARISONS * 0.063 + 0.5);
        for (int i = 0; i < 50; i++) {
            (void)marked(&random, 2, paired != 0, &second);
            found += second;
        }
        assert_true(found >= 48);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paired_intervals_are_those_of_scipy),
        cmocka_unit_test(apart_it_is_welch),
        cmocka_unit_test(waiting_is_tested_side_by_side_alone),
        cmocka_unit_test(without_rounds_nothing_is_proven),
        cmocka_unit_test(rows_without_time_are_no_tests),
        cmocka_unit_test(what_is_counted_is_proven_by_any_change),
        cmocka_unit_test(against_itself_it_marks_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
