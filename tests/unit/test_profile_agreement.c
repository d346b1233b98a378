/* The hooks' times, what they cost subtracted, and every way in which they agree with samples or do not. Hand-made
 * passes: the plain iteration takes 1000 ns, of which some are a leaf's. */
// links: profile protocol result stats base
#include "profile_passes.h"

enum { INSIDE = 20, OUTSIDE = 30, TREES = 2, ROUNDS = 3 };

/* run calls leaf so many times; raw times are made from the true ones by adding what the hooks cost. */
static struct assay_pass tree(double calls, double run_ns, double leaf_ns, double iterations)
{
    struct assay_pass pass = new_pass(false, iterations);
    int thread = node(&pass, -1, "");
    int run = entered(&pass, thread, "run", iterations), leaf = entered(&pass, run, "leaf", calls * iterations);
    struct assay_message_profile *recorded = &pass.recorded;
    recorded->cost_ns[run] = iterations * (run_ns + INSIDE + calls * OUTSIDE);
    recorded->cost_ns[leaf] = iterations * (leaf_ns + calls * INSIDE);
    recorded->intervals[run] = recorded->timed[run] = iterations * (calls + 1);
    recorded->intervals[leaf] = recorded->timed[leaf] = iterations * calls;
    recorded->inside_ns = INSIDE;
    recorded->outside_ns = OUTSIDE;
    recorded->inside_spread_ns = recorded->outside_spread_ns = 0;
    recorded->tick_ns = 0.5;
    return pass;
}

/* Of 1000 samples each, so many in the leaf; rounds differ by so many. */
static struct assay_pass round_of(double leaf, double library)
{
    struct assay_pass pass = new_pass(true, 1);
    sample(&pass, "run", 1000 - leaf - library);
    sample(&pass, "run>leaf", leaf);
    if (library > 0) {
        sample(&pass, "run>sort", library);
    }
    pass.elapsed_ns = pass.recorded.cpu_ns = pass.recorded.main_cpu_ns = 1e9;
    return pass;
}

struct made {
    struct assay_pass trees[TREES], rounds[ROUNDS];
    struct merged merged;
    const struct assay_profile *profile;
};

static void make(struct made *made, double calls, double run_ns, double leaf_ns, double leaf_samples, double library)
{
    for (size_t i = 0; i < TREES; i++) {
        made->trees[i] = tree(calls, run_ns, leaf_ns, 50);
    }
    for (size_t i = 0; i < ROUNDS; i++) {
        made->rounds[i] = round_of(leaf_samples + 5 * (double)i - 5, library);
    }
}

static void finish(struct made *made, size_t trees, size_t rounds)
{
    const struct assay_passes passes = { .trees = made->trees,
                                         .tree_count = trees,
                                         .rounds = made->rounds,
                                         .round_count = rounds,
                                         .plain_ns = 1000,
                                         .plain_low = NAN,
                                         .plain_high = NAN,
                                         .timed_share = 1 };
    made->merged = merge_passes(&passes);
    made->profile = &made->merged.profile;
}

static void release(struct made *made)
{
    merged_release(&made->merged);
    for (size_t i = 0; i < TREES; i++) {
        assay_message_profile_release(&made->trees[i].recorded);
    }
    for (size_t i = 0; i < ROUNDS; i++) {
        assay_message_profile_release(&made->rounds[i].recorded);
    }
}

static void own_cost_is_subtracted_per_call_and_per_child(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 400, 0);
    finish(&made, TREES, ROUNDS);
    assert_near(row(made.profile, "run")->hooked_own, 600);
    assert_near(row(made.profile, "leaf")->hooked_own, 400);
    assert_near(row(made.profile, "run")->hooked_total, 1000);
    assert_near(row(made.profile, "leaf")->own, 400); /* the samples' */
    assert_int_equal(row(made.profile, "run")->agreement, ASSAY_AGREES);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_AGREES);
    assert_true(fabs(made.profile->closure) < 1e-12);
    assert_near(made.profile->dilation, (1000 + 11 * INSIDE + 10 * OUTSIDE) / 1000.0);
    assert_near(made.profile->inside_ns, INSIDE);
    assert_near(made.profile->timed_share, 1);
    release(&made);
}

/* The broken twin: without the subtraction the same passes disagree and do not add up. */
static void without_subtraction_they_disagree(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 400, 0);
    for (size_t i = 0; i < TREES; i++) {
        made.trees[i].recorded.inside_ns = made.trees[i].recorded.outside_ns = 0;
    }
    finish(&made, TREES, ROUNDS);
    assert_near(made.profile->closure, 0.52);
    assert_int_equal(row(made.profile, "run")->agreement, ASSAY_DISAGREES);
    release(&made);
}

static void a_leaf_that_both_time_and_differently_disagrees(void **state)
{
    struct made made;
    (void)state;
    make(&made, 2, 600, 400, 200, 0); /* 200 ns a call: 400 ticks */
    finish(&made, TREES, ROUNDS);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_DISAGREES);
    assert_true(isnan(row(made.profile, "leaf")->range_low));
    release(&made);
}

static void a_short_body_that_overlaps_has_a_range(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 200, 0); /* 40 ns a call: 80 ticks */
    finish(&made, TREES, ROUNDS);
    const struct assay_profile_function_row *leaf = row(made.profile, "leaf");
    assert_int_equal(leaf->agreement, ASSAY_OVERLAPS);
    assert_near(leaf->range_low, leaf->own_low);
    assert_near(leaf->range_high, 400);
    assert_int_equal(row(made.profile, "run")->agreement, ASSAY_DISAGREES); /* 600 ns a call is no short body */
    release(&made);
    make(&made, 10, 900, 400, 390, 0); /* they meet, but 1300 of 1000 ns: removing the leaf saves 100 at the least */
    finish(&made, TREES, ROUNDS);
    leaf = row(made.profile, "leaf");
    assert_near(made.profile->closure, 0.3);
    assert_int_equal(leaf->agreement, ASSAY_OVERLAPS);
    assert_near(leaf->range_low, leaf->own_low - 300);
    assert_near(leaf->range_high, fmax(leaf->own_high, 400));
    release(&made);
}

static void a_body_too_small_is_never_negative_and_never_invented(void **state)
{
    static const double leafs[] = { 40, -30 }; /* 4 ns a call, 8 ticks; less than nothing */
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct made made;
        make(&made, 10, 900, leafs[i], 60, 0);
        finish(&made, TREES, ROUNDS);
        const struct assay_profile_function_row *leaf = row(made.profile, "leaf");
        assert_int_equal(leaf->agreement, ASSAY_TOO_SMALL);
        assert_true(isnan(leaf->hooked_own) && isnan(leaf->hooked_own_error));
        assert_near(leaf->share, 0.06);
        /* What hooks cannot tell counts as the samples tell it, and never as less than nothing. */
        assert_near(made.profile->closure, (900 + fmin(60, fmax(0, leafs[i]))) / 1000 - 1);
        release(&made);
    }
    struct made made;
    make(&made, 10, 900, 46, 50, 0); /* 9.2 ticks */
    finish(&made, TREES, ROUNDS);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_AGREES);
    release(&made);
    make(&made, 10, 900, 80, 60, 0); /* from 0 to 10 ns of the hooks' work hide: 5 less, and no surer than that */
    for (size_t i = 0; i < TREES; i++) {
        made.trees[i].recorded.inside_most_ns = made.trees[i].recorded.inside_ns + 10;
    }
    finish(&made, TREES, ROUNDS);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_TOO_SMALL);
    assert_near(made.profile->inside_ns, INSIDE + 5);
    assert_near(made.profile->inside_spread_ns, 5);
    release(&made);
    make(&made, 10, 900, 46, 60, 0); /* and a calibration that is not sure of 5 ns a call */
    for (size_t i = 0; i < TREES; i++) {
        made.trees[i].recorded.inside_spread_ns = 5;
    }
    finish(&made, TREES, ROUNDS);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_TOO_SMALL);
    release(&made);
}

/* t(0.975, 1) = 12.706204736174707 (scipy.stats.t.ppf) times 20 / sqrt(2) / sqrt(2) by trees, 10 calls x 3 ns and x 4
 * ns. */
static void the_error_has_calibration_and_trees_in_it(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 400, 0);
    assay_message_profile_release(&made.trees[1].recorded);
    made.trees[1] = tree(10, 620, 400, 50);
    for (size_t i = 0; i < TREES; i++) {
        made.trees[i].recorded.inside_spread_ns = 3;
        made.trees[i].recorded.outside_spread_ns = 4;
    }
    finish(&made, TREES, ROUNDS);
    assert_near(row(made.profile, "leaf")->hooked_own_error, 30);
    assert_near(row(made.profile, "run")->hooked_own, 610);
    double by_trees = 12.706204736174707 * 10;
    assert_near(row(made.profile, "run")->hooked_own_error, sqrt(by_trees * by_trees + 40 * 40 + 3 * 3));
    release(&made);
}

static void hooks_see_libraries_as_their_callers(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 400, 350);
    finish(&made, TREES, ROUNDS);
    assert_near(row(made.profile, "run")->own, 250);
    assert_near(row(made.profile, "run")->hooked_own, 600);
    assert_int_equal(row(made.profile, "run")->agreement, ASSAY_AGREES);
    assert_int_equal(row(made.profile, "sort")->agreement, ASSAY_NOT_COMPARED);
    release(&made);
}

/* The same passes that disagree on a leaf, with half of the wall time spent where no sample is: hooks may have timed
 * that. */
static void what_is_not_sampled_may_be_in_the_hooks_time(void **state)
{
    struct made made;
    (void)state;
    make(&made, 2, 600, 400, 200, 0);
    for (size_t i = 0; i < ROUNDS; i++) {
        made.rounds[i].elapsed_ns = 2e9;
    }
    finish(&made, TREES, ROUNDS);
    assert_near(row(made.profile, "[waiting]")->own, 500);
    assert_near(row(made.profile, "leaf")->own, 100);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_AGREES);
    release(&made);
    make(&made, 2, 600, 400, 900, 0); /* less than the samples is not explained by that */
    for (size_t i = 0; i < ROUNDS; i++) {
        made.rounds[i].elapsed_ns = 1.5e9;
    }
    finish(&made, TREES, ROUNDS);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_DISAGREES);
    release(&made);
}

static void calls_that_are_timed_in_part_are_scaled(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 400, 0);
    for (size_t i = 0; i < TREES; i++) {
        struct assay_message_profile *recorded = &made.trees[i].recorded;
        for (size_t k = 1; k < 3; k++) {
            recorded->timed[k] /= 5;
            recorded->cost_ns[k] /= 5;
        }
    }
    finish(&made, TREES, ROUNDS);
    assert_near(row(made.profile, "leaf")->hooked_own, 400);
    assert_near(row(made.profile, "run")->hooked_own, 600);
    release(&made);
}

static void without_samples_the_hooks_are_first(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 400, 0);
    finish(&made, TREES, 0);
    assert_string_equal(made.profile->source, "hooks");
    const struct assay_profile_function_row *leaf = row(made.profile, "leaf");
    assert_near(leaf->own, 400);
    assert_near(leaf->own_low, 400 - leaf->hooked_own_error);
    assert_near(row(made.profile, "run")->total, 1000);
    assert_int_equal(leaf->agreement, ASSAY_NOT_COMPARED);
    assert_int_equal(made.profile->round_count, TREES);
    assert_near(leaf->rounds[1], 400);
    assert_near(edge(made.profile, "run", "leaf")->total, 400);
    assert_near(made.profile->tree.own[context(made.profile, "run>leaf")], 400);
    assert_true(isnan(leaf->share));
    release(&made);
}

static void without_hooks_nothing_is_compared(void **state)
{
    struct made made;
    (void)state;
    make(&made, 10, 600, 400, 400, 0);
    finish(&made, 0, ROUNDS);
    assert_int_equal(row(made.profile, "leaf")->agreement, ASSAY_NOT_COMPARED);
    assert_true(isnan(made.profile->closure));
    release(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_cost_is_subtracted_per_call_and_per_child),
        cmocka_unit_test(without_subtraction_they_disagree),
        cmocka_unit_test(a_leaf_that_both_time_and_differently_disagrees),
        cmocka_unit_test(a_short_body_that_overlaps_has_a_range),
        cmocka_unit_test(a_body_too_small_is_never_negative_and_never_invented),
        cmocka_unit_test(the_error_has_calibration_and_trees_in_it),
        cmocka_unit_test(hooks_see_libraries_as_their_callers),
        cmocka_unit_test(what_is_not_sampled_may_be_in_the_hooks_time),
        cmocka_unit_test(calls_that_are_timed_in_part_are_scaled),
        cmocka_unit_test(without_samples_the_hooks_are_first),
        cmocka_unit_test(without_hooks_nothing_is_compared),
    };
    return cmocka_run_group_tests(tests, make_passes, remove_passes);
}
