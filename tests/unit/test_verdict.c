/* From an interval to a verdict: every place of the two ends about 0 and the margin, and when a comparison may stop. */
// links: stats base
#include "stats/verdict.h"

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

#define MARGIN 0.01 /* the band is +-0.00995033 */

static enum assay_verdict verdict_of(double low, double high)
{
    struct assay_interval interval = { low, high, isfinite(low) && isfinite(high) };
    return assay_verdict_of(&interval, MARGIN);
}

static void a_verdict_follows_from_where_both_ends_lie(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(-0.005, 0.005), ASSAY_VERDICT_SAME);
    assert_int_equal(verdict_of(0.001, 0.005), ASSAY_VERDICT_SHIFTED);
    assert_int_equal(verdict_of(-0.005, -0.001), ASSAY_VERDICT_SHIFTED);
    assert_int_equal(verdict_of(0.001, 0.02), ASSAY_VERDICT_SLOWER);
    assert_int_equal(verdict_of(0.015, 0.02), ASSAY_VERDICT_SLOWER);
    assert_int_equal(verdict_of(-0.02, -0.001), ASSAY_VERDICT_FASTER);
    assert_int_equal(verdict_of(-0.02, -0.015), ASSAY_VERDICT_FASTER);
    assert_int_equal(verdict_of(-0.001, 0.02), ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(verdict_of(-0.02, 0.001), ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(verdict_of(-0.02, 0.02), ASSAY_VERDICT_INCONCLUSIVE);
}

static void the_margin_is_a_fraction_and_the_band_its_logarithm(void **state)
{
    (void)state;
    double edge = log1p(MARGIN);
    assert_int_equal(verdict_of(-edge, edge), ASSAY_VERDICT_SAME);
    assert_int_equal(verdict_of(-0.0099, 0.00999), ASSAY_VERDICT_INCONCLUSIVE); /* below 1 %, but above ln 1.01 */
    assert_int_equal(verdict_of(0.0001, 0.00999), ASSAY_VERDICT_SLOWER);
}

static void an_end_at_zero_proves_no_direction(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(0, 0.005), ASSAY_VERDICT_SAME);
    assert_int_equal(verdict_of(-0.005, 0), ASSAY_VERDICT_SAME);
    assert_int_equal(verdict_of(0, 0.02), ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(verdict_of(-0.02, -0.0), ASSAY_VERDICT_INCONCLUSIVE);
}

static void one_infinite_end_leaves_the_other_its_say(void **state)
{
    (void)state;
    assert_int_equal(verdict_of(-INFINITY, INFINITY), ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(verdict_of(-INFINITY, 0.005), ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(verdict_of(-INFINITY, -0.001), ASSAY_VERDICT_FASTER);
    assert_int_equal(verdict_of(0.001, INFINITY), ASSAY_VERDICT_SLOWER);
}

static void ends_that_are_not_known_say_nothing(void **state)
{
    (void)state;
    const struct assay_interval intervals[] = {
        { 0, 0, false }, { 0.02, 0.03, false }, { NAN, NAN, false }, { NAN, 0.005, true }, { 0.005, -0.005, true },
    };
    for (size_t i = 0; i < sizeof intervals / sizeof *intervals; i++) {
        struct assay_judgement judgement = { 0 };
        assert_int_equal(assay_verdict_of(&intervals[i], MARGIN), ASSAY_VERDICT_INCONCLUSIVE);
        assay_judgement_look(&judgement, &intervals[i], MARGIN, 1);
        assert_int_equal(judgement.direction, 0);
        assert_false(judgement.final);
        assert_false(judgement.beyond_margin);
    }
}

static void with_a_margin_of_zero_whatever_is_proven_lies_beyond_it(void **state)
{
    (void)state;
    struct assay_interval interval = { 0.0001, 0.0002, true };
    struct assay_judgement judgement = { 0 };
    assert_int_equal(assay_verdict_of(&interval, 0), ASSAY_VERDICT_SLOWER);
    assay_judgement_look(&judgement, &interval, 0, 1);
    assert_true(judgement.final && judgement.beyond_margin);
    interval = (struct assay_interval){ -0.0001, 0.0001, true };
    assert_int_equal(assay_verdict_of(&interval, 0), ASSAY_VERDICT_INCONCLUSIVE);
}

static void words_and_verdicts_name_each_other(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ASSAY_VERDICT_COUNT; i++) {
        enum assay_verdict verdict = ASSAY_VERDICT_COUNT;
        assert_true(assay_verdict_parse(&verdict, assay_verdict_word((enum assay_verdict)i)));
        assert_int_equal(verdict, i);
    }
    enum assay_verdict verdict = ASSAY_VERDICT_SAME;
    assert_false(assay_verdict_parse(&verdict, "equal"));
    assert_int_equal(verdict, ASSAY_VERDICT_SAME);
    assert_string_equal(assay_verdict_word(ASSAY_VERDICT_SHIFTED), "shifted");
}

static struct assay_judgement look(double low, double high)
{
    struct assay_judgement judgement = { 0 };
    struct assay_interval interval = { low, high, true };
    assay_judgement_look(&judgement, &interval, MARGIN, 1);
    return judgement;
}

static void a_direction_is_shown_at_once_but_is_not_the_end(void **state)
{
    (void)state;
    struct assay_judgement judgement = look(0.001, 0.012);
    assert_int_equal(judgement.verdict, ASSAY_VERDICT_SLOWER);
    assert_int_equal(judgement.direction, 1);
    near(judgement.direction_at_s, 1, 0);
    assert_false(judgement.final);
    assert_false(look(0.0049, 0.012).final);
    assert_true(look(0.0051, 0.012).final);
    assert_false(look(0.0051, 0.012).beyond_margin);
    assert_true(look(0.0100, 0.012).final);
    assert_true(look(0.0100, 0.012).beyond_margin);
    assert_int_equal(look(-0.012, -0.0051).direction, -1);
    assert_true(look(-0.012, -0.0051).final);
    assert_true(look(-0.012, -0.0100).beyond_margin);
}

static void shifted_is_final_and_within_the_margin(void **state)
{
    (void)state;
    struct assay_judgement judgement = look(0.001, 0.009);
    assert_int_equal(judgement.verdict, ASSAY_VERDICT_SHIFTED);
    assert_true(judgement.final);
    assert_false(judgement.beyond_margin);
    assert_int_equal(judgement.direction, 1);
}

static void same_is_final_only_with_zero_well_inside(void **state)
{
    (void)state;
    assert_true(look(-0.0079, 0.0079).final);
    assert_int_equal(look(-0.0081, 0.0081).verdict, ASSAY_VERDICT_SAME);
    assert_false(look(-0.0081, 0.0081).final);
    assert_false(look(-0.0001, 0.0079).final);
    assert_false(look(-0.0019, 0.0061).final); /* 0 at a quarter and a little less from the low end */
    assert_true(look(-0.0021, 0.0061).final);
    assert_true(look(-0.0061, 0.0021).final);
}

static void a_direction_once_proven_keeps_its_time(void **state)
{
    (void)state;
    struct assay_judgement judgement = look(0.001, 0.012);
    struct assay_interval wider = { -0.001, 0.012, true };
    assay_judgement_look(&judgement, &wider, MARGIN, 2);
    assert_int_equal(judgement.verdict, ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(judgement.direction, 1);
    near(judgement.direction_at_s, 1, 0);
    assert_false(judgement.final);
}

/* Just narrower than said is final, a tenth wider is not. */
static void the_half_width_tells_when_a_comparison_ends(void **state)
{
    (void)state;
    for (double middle = -0.03; middle <= 0.03; middle += 0.00037) {
        double half = assay_judgement_half_width(middle, MARGIN);
        assert_true(half > 0);
        assert_true(look(middle - 0.999 * half, middle + 0.999 * half).final);
        assert_false(look(middle - 1.1 * half, middle + 1.1 * half).final);
    }
    near(assay_judgement_half_width(0, MARGIN), 0.8 * log1p(MARGIN), 1e-15);
    near(assay_judgement_half_width(log1p(MARGIN), MARGIN), 0.5 * log1p(MARGIN), 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_follows_from_where_both_ends_lie),
        cmocka_unit_test(the_margin_is_a_fraction_and_the_band_its_logarithm),
        cmocka_unit_test(an_end_at_zero_proves_no_direction),
        cmocka_unit_test(one_infinite_end_leaves_the_other_its_say),
        cmocka_unit_test(ends_that_are_not_known_say_nothing),
        cmocka_unit_test(with_a_margin_of_zero_whatever_is_proven_lies_beyond_it),
        cmocka_unit_test(words_and_verdicts_name_each_other),
        cmocka_unit_test(a_direction_is_shown_at_once_but_is_not_the_end),
        cmocka_unit_test(shifted_is_final_and_within_the_margin),
        cmocka_unit_test(same_is_final_only_with_zero_well_inside),
        cmocka_unit_test(a_direction_once_proven_keeps_its_time),
        cmocka_unit_test(the_half_width_tells_when_a_comparison_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
