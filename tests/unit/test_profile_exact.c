/* Counts, edges and contexts of hand-made passes, whose answers follow by counting on fingers; and their disagreements.
 */
// links: profile protocol result stats base
#include "profile_passes.h"

/* run calls a twice and b once; a calls b; b calls itself: two levels below each of its calls. */
static struct assay_pass recursive_tree(void)
{
    struct assay_pass pass = new_pass(false, 1);
    int thread = node(&pass, -1, "");
    int run = entered(&pass, thread, "run", 1);
    int a = entered(&pass, run, "a", 2);
    int b = entered(&pass, a, "b", 2);
    int deeper = entered(&pass, b, "b", 2);
    (void)entered(&pass, deeper, "b", 2);
    b = entered(&pass, run, "b", 1);
    deeper = entered(&pass, b, "b", 1);
    (void)entered(&pass, deeper, "b", 1);
    return pass;
}

static struct assay_pass counts_of(double run, double a, double b)
{
    struct assay_pass pass = new_pass(false, 1);
    (void)entered(&pass, -1, "run", run);
    (void)entered(&pass, -1, "a", a);
    (void)entered(&pass, -1, "b", b);
    return pass;
}

static void calls_edges_and_contexts_are_counted(void **state)
{
    (void)state;
    struct assay_pass single = recursive_tree(), counts = counts_of(1, 2, 9), again = counts_of(1, 2, 9);
    const struct assay_passes passes = { .counts = &counts, .again = &again, .single = &single, .plain_ns = 100 };
    struct merged merged = merge_passes(&passes);
    const struct assay_profile *profile = &merged.profile;
    assert_near(row(profile, "b")->calls, 9);
    assert_near(row(profile, "b")->primitive_calls, 3);
    assert_near(row(profile, "a")->calls, 2);
    assert_near(profile->calls, 12);
    assert_near(profile->primitive_calls, 6);
    assert_near(edge(profile, "run", "b")->calls, 1);
    assert_near(edge(profile, "a", "b")->calls, 2);
    assert_near(edge(profile, "b", "b")->calls, 6);
    assert_near(edge(profile, "b", "b")->primitive_calls, 3);
    assert_null(edge(profile, "a", "run"));
    assert_near(profile->tree.calls[context(profile, "run>a>b>b")], 2);
    assert_near(profile->tree.calls[context(profile, "run>b>b>b")], 1);
    assert_true(context(profile, "run>b>b>b>b") == -1);
    assert_int_equal(profile->note_count, 0);
    assert_string_equal(profile->source, "hooks");
    assert_true(isnan(row(profile, "a")->own));
    merged_release(&merged);
    assay_message_profile_release(&single.recorded);
    assay_message_profile_release(&counts.recorded);
    assay_message_profile_release(&again.recorded);
}

/* The broken twins: each pass is wrong in one number. */
static void passes_that_disagree_are_told_with_both_numbers(void **state)
{
    (void)state;
    struct assay_pass single = recursive_tree(), counts = counts_of(1, 2, 8), again = counts_of(1, 3, 8);
    const struct assay_passes passes = { .counts = &counts, .again = &again, .single = &single, .plain_ns = 100 };
    struct merged merged = merge_passes(&passes);
    assert_true(has_note(&merged.profile, "disagree on b: 8 calls by the counts build, 9 by the tree"));
    assert_true(has_note(&merged.profile, "a does not repeat itself: 2 calls, and 3 in the same iteration run again"));
    assert_int_equal(merged.profile.note_count, 2);
    merged_release(&merged);
    assay_message_profile_release(&single.recorded);
    assay_message_profile_release(&counts.recorded);
    assay_message_profile_release(&again.recorded);
}

static void a_function_of_one_build_is_no_disagreement(void **state)
{
    (void)state;
    struct assay_pass single = recursive_tree(), counts = counts_of(1, 2, 9);
    (void)entered(&counts, -1, "leaf", 7);
    const struct assay_passes passes = { .counts = &counts, .single = &single, .plain_ns = 100 };
    struct merged merged = merge_passes(&passes);
    assert_true(has_note(&merged.profile, "functions entered in one of the counts and tree builds only: 1"));
    assert_int_equal(merged.profile.note_count, 1);
    assert_near(row(&merged.profile, "leaf")->calls, 7);
    merged_release(&merged);
    assay_message_profile_release(&single.recorded);
    assay_message_profile_release(&counts.recorded);
}

static void what_is_counted_in_many_iterations_is_told_of_one(void **state)
{
    (void)state;
    struct assay_pass single = recursive_tree();
    single.iterations = 0.5;
    const struct assay_passes passes = { .single = &single, .plain_ns = 100 };
    struct merged merged = merge_passes(&passes);
    assert_near(row(&merged.profile, "b")->calls, 18);
    merged_release(&merged);
    assay_message_profile_release(&single.recorded);
}

static void losses_are_told(void **state)
{
    (void)state;
    struct assay_pass single = recursive_tree();
    single.recorded.folded_calls = 5;
    single.recorded.lost_calls = 3;
    single.recorded.jumps = 2;
    single.recorded.truncated = 4;
    const struct assay_passes passes = { .single = &single, .plain_ns = 100 };
    struct merged merged = merge_passes(&passes);
    assert_true(has_note(&merged.profile, "5 calls were deeper"));
    assert_true(has_note(&merged.profile, "3 calls are not counted"));
    assert_true(has_note(&merged.profile, "2 frames were left without a return"));
    assert_true(has_note(&merged.profile, "pass tree: 4 contexts did not fit"));
    assert_true(isnan(row(&merged.profile, "b")->primitive_calls)); /* its nodes are not all there */
    assert_near(merged.profile.folded_calls, 5);
    merged_release(&merged);
    assay_message_profile_release(&single.recorded);
}

static void allocations_belong_to_contexts(void **state)
{
    (void)state;
    struct assay_pass pass = recursive_tree();
    static const double allocations[] = { 0, 1, 10, 100, 1000, 10000, 2, 20, 200 };
    for (size_t i = 0; i < 9; i++) {
        pass.recorded.first[i] = allocations[i];
        pass.recorded.second[i] = 8 * allocations[i];
    }
    const struct assay_passes passes = { .allocations = &pass, .plain_ns = 100 };
    struct merged merged = merge_passes(&passes);
    const struct assay_profile *profile = &merged.profile;
    assert_string_equal(profile->cost, "allocations");
    assert_near(row(profile, "b")->own, 11322);
    assert_near(row(profile, "b")->total, 11322);
    assert_near(row(profile, "a")->own, 10);
    assert_near(row(profile, "a")->total, 11110);
    assert_near(row(profile, "run")->total, 11333);
    assert_near(row(profile, "run")->second_total, 8 * 11333);
    assert_near(row(profile, "b")->calls, 9);
    assert_near(edge(profile, "b", "b")->own, 11220);
    assert_near(edge(profile, "b", "b")->total, 11220);
    assert_near(edge(profile, "a", "b")->total, 11100);
    assert_near(profile->tree.own[context(profile, "run>b>b")], 20);
    assert_near(profile->tree.second[context(profile, "run>b>b")], 160);
    merged_release(&merged);
    assay_message_profile_release(&pass.recorded);
}

static void what_an_interpreter_says_is_taken_as_it_is(void **state)
{
    (void)state;
    struct assay_pass pass = { .iterations = 4 };
    struct assay_message_function functions[] = {
        { (char *)(uintptr_t) "outer", (char *)(uintptr_t) "k.py", 3, 4, 4, 400, 2000 },
        { (char *)(uintptr_t) "<built-in method math.isqrt>", (char *)(uintptr_t) "~", 0, 40, 36, 1600, 1600 }
    };
    struct assay_message_edge edges[] = { { 0, 1, 40, 36, 1600, 1600 } };
    assay_message_profile_init(&pass.recorded);
    pass.recorded.functions = functions;
    pass.recorded.function_count = 2;
    pass.recorded.edges = edges;
    pass.recorded.edge_count = 1;
    struct assay_profile profile;
    struct assay_error error = { 0 };
    assay_profile_init(&profile);
    assert_int_equal(assay_profile_from_functions(&profile, &pass, 250, &error), 0);
    assert_string_equal(profile.source, "cProfile");
    assert_near(profile.calls, 11);
    assert_near(profile.functions[1].primitive_calls, 9);
    assert_near(profile.functions[1].own, 400);
    assert_near(profile.functions[0].total, 500);
    assert_near(profile.edges[0].calls, 10);
    assert_near(profile.closure, 1); /* 500 of 250 */
    assert_true(has_note(&profile, "2.00 times the plain time"));
    assay_profile_release(&profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_edges_and_contexts_are_counted),
        cmocka_unit_test(passes_that_disagree_are_told_with_both_numbers),
        cmocka_unit_test(a_function_of_one_build_is_no_disagreement),
        cmocka_unit_test(what_is_counted_in_many_iterations_is_told_of_one),
        cmocka_unit_test(losses_are_told),
        cmocka_unit_test(allocations_belong_to_contexts),
        cmocka_unit_test(what_an_interpreter_says_is_taken_as_it_is),
    };
    return cmocka_run_group_tests(tests, make_passes, remove_passes);
}
