/* Sampled stacks of hand-made passes: every share follows by dividing small numbers. */
// links: profile protocol result stats base
#include "profile_passes.h"

#include "profile/merge_parts.h"

enum { ROUNDS = 4 };

/* Wall time, and processor time within it, in samples of 1 ms. */
static void took(struct assay_pass *pass, double wall, double cpu)
{
    pass->elapsed_ns = wall * 1e6;
    pass->recorded.cpu_ns = pass->recorded.main_cpu_ns = cpu * 1e6;
    pass->steal_ns = 0;
}

/* The exact tree: run calls a, b and leaf; a calls c, b calls d; c and d call leaf; sorting is done with compare. */
static struct assay_pass exact(void)
{
    struct assay_pass pass = new_pass(false, 1);
    int run = entered(&pass, -1, "run", 1);
    int a = entered(&pass, run, "a", 1), b = entered(&pass, run, "b", 1);
    int c = entered(&pass, a, "c", 2), d = entered(&pass, b, "d", 3);
    (void)entered(&pass, c, "leaf", 4);
    (void)entered(&pass, d, "leaf", 5);
    (void)entered(&pass, a, "compare", 6);
    return pass;
}

static void release(struct assay_pass *passes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assay_message_profile_release(&passes[i].recorded);
    }
}

static void shares_are_weights_of_the_wall_time(void **state)
{
    (void)state;
    struct assay_pass rounds[ROUNDS];
    for (size_t r = 0; r < ROUNDS; r++) {
        rounds[r] = new_pass(true, 10);
        sample(&rounds[r], "run", 10);
        sample(&rounds[r], "run>a>c", 40 + 2 * (double)r);
        sample(&rounds[r], "run>b>d>leaf", 30 - 2 * (double)r);
        took(&rounds[r], 100, 90);
    }
    const struct assay_passes passes = {
        .rounds = rounds, .round_count = ROUNDS, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    const struct assay_profile *profile = &merged.profile;
    assert_string_equal(profile->source, "samples");
    assert_string_equal(profile->sampler, "cpu-clock");
    assert_near(row(profile, "c")->share, 0.43);
    assert_near(row(profile, "c")->own, 430);
    assert_near(row(profile, "a")->own, 0);
    assert_near(row(profile, "a")->total, 430);
    assert_near(row(profile, "run")->total, 800);
    assert_near(row(profile, "leaf")->samples, 108);
    static const double part[] = { 40, 42, 44, 46 }, whole[] = { 100, 100, 100, 100 };
    struct assay_share share = assay_share_of(part, whole, 4);
    assert_near(row(profile, "c")->share_low, share.low);
    assert_near(row(profile, "c")->own_high, 1000 * share.high);
    assert_true(isnan(row(profile, "c")->at_most));
    assert_near(profile->precision, (share.high - share.low) / 2);
    assert_near(row(profile, "[waiting]")->share, 0.1);
    assert_near(row(profile, "[kernel]")->share, 0.1);
    assert_int_equal(row(profile, "[kernel]")->kind, ASSAY_FUNCTION_OUTSIDE);
    assert_true(isnan(row(profile, "[kernel]")->calls));
    assert_true(row_index(profile, "[stolen]") == SIZE_MAX);
    assert_true(fabs(profile->missing) < 1e-12);
    assert_near(profile->sample_count, 320);
    assert_near(profile->period_ns, 1e6);
    assert_near(profile->sampled_slowdown, 1e7 / 1000 - 1);
    assert_near(row(profile, "c")->rounds[1], 42e6 / 10);
    assert_near(edge(profile, "a", "c")->total, 430);
    assert_near(profile->tree.samples[context(profile, "run>a>c")], 172);
    assert_near(profile->tree.own[context(profile, "run>a>c")], 430);
    assert_near(profile->tree.own[context(profile, "[kernel]")], 100);
    double sum = 0;
    for (size_t i = 0; i < profile->function_count; i++) {
        sum += profile->functions[i].share;
    }
    assert_near(sum + profile->missing, 1);
    merged_release(&merged);
    release(rounds, ROUNDS);
}

/* 100 ms for what the plain build does in 98: of the 4 ms of the system and of waiting, 2 are the sampling interrupts'. */
static void what_samples_cost_is_the_profilers(void **state)
{
    (void)state;
    struct assay_pass rounds[2] = { new_pass(true, 98e3), new_pass(true, 98e3) };
    for (size_t r = 0; r < 2; r++) {
        sample(&rounds[r], "run", 96);
        took(&rounds[r], 100, 99);
    }
    struct assay_passes passes = {
        .rounds = rounds, .round_count = 2, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    assert_near(row(&merged.profile, "[profiler]")->share, 0.02);
    assert_near(row(&merged.profile, "[kernel]")->share, 0.015);
    assert_near(row(&merged.profile, "[waiting]")->share, 0.005);
    assert_near(row(&merged.profile, "run")->share, 0.96);
    assert_near(row(&merged.profile, "run")->own, 1000 * 96.0 / 98);
    assert_true(isnan(row(&merged.profile, "[profiler]")->own));
    merged_release(&merged);
    passes.plain_ns = 400; /* so slow for another reason: nothing is taken off */
    merged = merge_passes(&passes);
    assert_true(row_index(&merged.profile, "[profiler]") == SIZE_MAX);
    assert_near(row(&merged.profile, "[kernel]")->share, 0.03);
    merged_release(&merged);
    release(rounds, 2);
}

/* Rounds say the same in parts, with other numbers: each part stands once. */
static void what_rounds_say_again_is_said_once(void **state)
{
    (void)state;
    static const char *const notes[] = { "of threads less is seen", "of threads less is seen; 4 of 14 stacks are short",
                                         "of threads less is seen; 1 of 2 stacks are short; a third thing" };
    struct assay_pass rounds[3];
    for (size_t r = 0; r < 3; r++) {
        rounds[r] = new_pass(true, 1);
        sample(&rounds[r], "run", 50);
        took(&rounds[r], 50, 50);
        free(rounds[r].recorded.note);
        rounds[r].recorded.note = assay_copy(notes[r]);
    }
    const struct assay_passes passes = {
        .rounds = rounds, .round_count = 3, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    size_t threads = 0, stacks = 0, third = 0;
    for (size_t i = 0; i < merged.profile.note_count; i++) {
        threads += strstr(merged.profile.notes[i], "of threads") != NULL;
        stacks += strstr(merged.profile.notes[i], "stacks are short") != NULL;
        third += strcmp(merged.profile.notes[i], "a third thing") == 0;
    }
    assert_int_equal(threads, 1);
    assert_int_equal(stacks, 1);
    assert_int_equal(third, 1);
    merged_release(&merged);
    release(rounds, 3);
}

static void what_has_no_sample_is_a_row_of_its_own(void **state)
{
    (void)state;
    struct assay_pass rounds[2] = { new_pass(true, 1), new_pass(true, 1) };
    for (size_t r = 0; r < 2; r++) {
        sample(&rounds[r], "run", 50);
        took(&rounds[r], 100, 60);
        rounds[r].steal_ns = 15e6;
        rounds[r].recorded.lost = 4;
    }
    const struct assay_passes passes = {
        .rounds = rounds, .round_count = 2, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    assert_near(row(&merged.profile, "[stolen]")->share, 0.15);
    assert_near(row(&merged.profile, "[waiting]")->share, 0.25);
    assert_near(row(&merged.profile, "[kernel]")->share, 0.06);
    assert_near(merged.profile.missing, 0.04);
    assert_near(row(&merged.profile, "run")->share, 0.5); /* never spread over the others */
    assert_true(has_note(&merged.profile, "8 samples were lost"));
    assert_true(isnan(row(&merged.profile, "[stolen]")->own)); /* no part of an iteration: the plain time has none of it */
    assert_near(row(&merged.profile, "run")->own, 1000 * 0.5 / 0.85);
    merged_release(&merged);
    for (size_t r = 0; r < 2; r++) {
        rounds[r].steal_ns = 5e6;
        rounds[r].recorded.queued_ns = 10e6; /* for its processor, which others had */
    }
    merged = merge_passes(&passes);
    assert_near(row(&merged.profile, "[stolen]")->share, 0.15);
    assert_near(row(&merged.profile, "[waiting]")->share, 0.25);
    merged_release(&merged);
    rounds[0].recorded.queued_ns = rounds[1].recorded.queued_ns = NAN;
    rounds[0].recorded.main_cpu_ns = rounds[0].recorded.cpu_ns = NAN; /* not known: not explained */
    rounds[1].recorded.main_cpu_ns = rounds[1].recorded.cpu_ns = NAN;
    rounds[0].steal_ns = rounds[1].steal_ns = NAN;
    merged = merge_passes(&passes);
    assert_near(merged.profile.missing, 0.5);
    merged_release(&merged);
    took(&rounds[0], 50.001, 49.99); /* more weight than time: noise */
    took(&rounds[1], 50.001, 49.99);
    rounds[0].recorded.lost = rounds[1].recorded.lost = 0;
    merged = merge_passes(&passes);
    assert_int_equal(merged.profile.function_count, 1);
    merged_release(&merged);
    release(rounds, 2);
}

static void threads_are_measured_by_their_processor_time(void **state)
{
    (void)state;
    struct assay_pass rounds[2] = { new_pass(true, 1), new_pass(true, 1) };
    for (size_t r = 0; r < 2; r++) {
        sample(&rounds[r], "run", 20);
        sample(&rounds[r], "leaf", 180);
        rounds[r].recorded.thread[rounds[r].recorded.node_count - 1] = 1;
        took(&rounds[r], 100, 20);
        rounds[r].recorded.cpu_ns = 200e6;
    }
    const struct assay_passes passes = {
        .rounds = rounds, .round_count = 2, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    assert_near(row(&merged.profile, "leaf")->share, 180.0 / 280);
    assert_near(row(&merged.profile, "leaf")->own, 1800); /* of all threads */
    assert_near(row(&merged.profile, "[waiting]")->share, 80.0 / 280);
    assert_true(row_index(&merged.profile, "[kernel]") == SIZE_MAX);
    merged_release(&merged);
    release(rounds, 2);
}

static void a_lost_frame_is_put_back_where_only_one_fits(void **state)
{
    (void)state;
    struct assay_pass single = exact(), round = new_pass(true, 1);
    sample(&round, "run>a>leaf", 10); /* c was between */
    sample(&round, "b>d", 20);        /* run was above */
    sample(&round, "run>leaf", 5);    /* nothing of one step fits */
    sample(&round, "run>a>c>leaf", 65);
    took(&round, 100, 100);
    const struct assay_passes passes = {
        .single = &single, .rounds = &round, .round_count = 1, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    const struct assay_profile *profile = &merged.profile;
    assert_near(profile->restored, 0.3);
    assert_near(profile->unresolved, 0.05);
    assert_near(profile->tree.samples[context(profile, "run>a>c>leaf")], 75);
    assert_near(profile->tree.samples[context(profile, "run>b>d")], 20);
    assert_near(profile->tree.samples[context(profile, "run>leaf")], 5);
    assert_true(isnan(profile->tree.calls[context(profile, "run>leaf")]));
    assert_true(context(profile, "run>a>leaf") == -1);
    assert_near(row(profile, "c")->total, 750);
    assert_near(profile->tree.calls[context(profile, "run>a>c>leaf")], 4);
    assert_true(isnan(row(profile, "leaf")->own_low)); /* one round tells no interval ... */
    assert_near(row(profile, "leaf")->share, 0.8);
    assert_true(row(profile, "run")->at_most < 0.037); /* ... but none of 100 has an upper bound */
    merged_release(&merged);
    single.recorded.folded_calls = 1; /* a tree with holes proves nothing */
    merged = merge_passes(&passes);
    assert_near(merged.profile.restored, 0);
    assert_near(merged.profile.unresolved, 0);
    merged_release(&merged);
    release(&single, 1);
    release(&round, 1);
}

static void two_that_fit_are_not_chosen_from(void **state)
{
    (void)state;
    struct assay_pass single = exact(), round = new_pass(true, 1);
    (void)entered(&single, path(&single, "run>a"), "d", 1);
    sample(&round, "run>a>leaf", 100);
    took(&round, 100, 100);
    const struct assay_passes passes = {
        .single = &single, .rounds = &round, .round_count = 1, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    assert_near(merged.profile.restored, 0);
    assert_near(merged.profile.unresolved, 1);
    assert_near(merged.profile.tree.samples[context(&merged.profile, "run>a>leaf")], 100);
    merged_release(&merged);
    release(&single, 1);
    release(&round, 1);
}

static void a_library_is_one_node_until_it_calls_back(void **state)
{
    (void)state;
    struct assay_pass single = exact(), round = new_pass(true, 1);
    sample(&round, "run>a>sort>inner_sort", 10);
    sample(&round, "run>a>sort", 5);
    sample(&round, "run>a>sort>inner_sort>compare", 15);
    sample(&round, "run>a>sort>inner_sort>sort>compare>inner_sort", 2);
    sample(&round, "sort>inner_sort>run>b", 8); /* who starts a thread */
    took(&round, 40, 40);
    const struct assay_passes passes = {
        .single = &single, .rounds = &round, .round_count = 1, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    const struct assay_profile *profile = &merged.profile;
    assert_int_equal(row(profile, "sort")->kind, ASSAY_FUNCTION_LIBRARY);
    assert_string_equal(row(profile, "sort")->file, "libsorting.so");
    assert_near(row(profile, "sort")->samples, 15);
    assert_near(row(profile, "sort")->total, 1000 * 32.0 / 40);
    assert_true(isnan(row(profile, "sort")->calls));
    assert_near(profile->tree.samples[context(profile, "run>a>sort")], 15);
    assert_near(profile->tree.samples[context(profile, "run>a>sort>compare")], 15);
    assert_near(profile->tree.samples[context(profile, "run>a>sort>compare>inner_sort")], 2);
    assert_near(profile->tree.samples[context(profile, "run>b")], 8);
    assert_near(profile->unresolved, 0);
    assert_near(row(profile, "inner_sort")->samples, 2);
    merged_release(&merged);
    release(&single, 1);
    release(&round, 1);
}

/* The program of jiffyclub/snakeviz#112: a and b both call c, which calls d; d is slow under a alone. From edges a
 * viewer draws d under b with time that it never took there. */
static void stacks_that_never_were_do_not_appear(void **state)
{
    (void)state;
    struct assay_pass round = new_pass(true, 1);
    sample(&round, "run>a>c>d", 40);
    sample(&round, "run>a>c", 10);
    sample(&round, "run>b>c", 40);
    sample(&round, "run>b>c>d", 10);
    took(&round, 100, 100);
    const struct assay_passes passes = {
        .rounds = &round, .round_count = 1, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    const struct assay_profile *profile = &merged.profile;
    assert_near(profile->tree.own[context(profile, "run>a>c>d")], 400);
    assert_near(profile->tree.own[context(profile, "run>b>c>d")], 100);
    assert_near(row(profile, "a")->total, 500);
    assert_near(row(profile, "b")->total, 500);
    assert_near(edge(profile, "c", "d")->total, 500);
    assert_near(edge(profile, "b", "c")->total, 500);
    assert_int_equal(profile->tree.count, 7);
    merged_release(&merged);
    release(&round, 1);
}

static void a_recursive_function_is_in_a_stack_once(void **state)
{
    (void)state;
    struct assay_pass round = new_pass(true, 1);
    sample(&round, "run>a>a>a", 30);
    sample(&round, "run>a>b>a", 20);
    sample(&round, "run", 50);
    took(&round, 100, 100);
    const struct assay_passes passes = {
        .rounds = &round, .round_count = 1, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    struct merged merged = merge_passes(&passes);
    assert_near(row(&merged.profile, "a")->total, 500);
    assert_near(row(&merged.profile, "b")->total, 200);
    assert_near(edge(&merged.profile, "a", "a")->total, 300);
    assert_near(edge(&merged.profile, "run", "a")->total, 500);
    merged_release(&merged);
    release(&round, 1);
}

static void the_plain_times_interval_is_in_the_own_times(void **state)
{
    (void)state;
    struct assay_pass rounds[3];
    for (size_t r = 0; r < 3; r++) {
        rounds[r] = new_pass(true, 1);
        sample(&rounds[r], "run", 80);
        sample(&rounds[r], "run>a", 20);
        took(&rounds[r], 100, 100);
    }
    const struct assay_passes passes = {
        .rounds = rounds, .round_count = 3, .plain_ns = 1000, .plain_low = 900, .plain_high = 1200
    };
    struct merged merged = merge_passes(&passes);
    assert_near(row(&merged.profile, "run")->own_low, 800 - 80);
    assert_near(row(&merged.profile, "run")->own_high, 800 + 160);
    merged_release(&merged);
    release(rounds, 3);
}

static void lines_and_addresses_are_of_the_innermost_code(void **state)
{
    (void)state;
    struct assay_pass round = new_pass(true, 1);
    sample(&round, "run>a", 30);
    sample(&round, "run>b>a", 10);
    sample(&round, "run>sort", 10);
    took(&round, 100, 50);
    const struct assay_passes passes = {
        .rounds = &round, .round_count = 1, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN, .lines = true
    };
    struct merged merged = merge_passes(&passes);
    const struct assay_profile *profile = &merged.profile;
    assert_int_equal(profile->address_count, 1);
    assert_near(profile->addresses[0].samples, 40);
    assert_true(profile->addresses[0].address == passes_addresses[KERNEL][1] + 1);
    assert_int_equal(profile->addresses[0].symbol, row_index(profile, "a"));
    assert_int_equal(profile->line_count, 1);
    assert_near(profile->lines[0].samples, 40);
    assert_near(profile->lines[0].share, 0.4);
    assert_true(profile->lines[0].line >= 5 && profile->lines[0].line <= 8); /* a() is the second of four lines each */
    assert_int_equal(profile->lines[0].function, row_index(profile, "a"));
    merged_release(&merged);
    release(&round, 1);
}

/* Inlined code is a frame of its own, and with its caller it is the symbol. Which bytes are inlined, nm and addr2line
 * say. */
static void inlined_functions_are_named_by_the_line_table(void **state)
{
    (void)state;
    static const char make[] =
        "cat > i.c <<'E'\n"
        "static inline __attribute__((always_inline)) int helper(int x)\n{\n    volatile int y = x;\n    return y * "
        "2;\n}\n"
        "int holder(int x)\n{\n    volatile int z = x;\n    return helper(z) + z;\n}\nE\n"
        "gcc -g -O2 -shared -fPIC -o i.so $PWD/i.c\n"
        "nm -S i.so | awk '$4 == \"holder\" { print $1, $2 }' | while read start size; do a=$((0x$start));"
        " e=$((a + 0x$size)); while [ $a -lt $e ]; do [ $(addr2line -f -i -e i.so $(printf '0x%x' $a) | wc -l) = 4 ]"
        " && printf '%d\\n' $a && break; a=$((a + 1)); done; printf '%d\\n' $((0x$start)); done";
    char *addresses = shell(make, "", ""), *next = NULL, *file = path_here("i.so");
    double inside = strtod(addresses, &next), start = strtod(next, NULL);
    struct assay_pass round = new_pass(true, 1);
    struct assay_symbols *symbols = NULL;
    struct assay_error error = { 0 };
    struct assay_profile profile;
    sample(&round, "run", 60);
    sample(&round, "run", 40);
    free(round.recorded.objects[KERNEL].path);
    round.recorded.objects[KERNEL].path = assay_copy(file);
    round.recorded.address[0] = inside;
    round.recorded.address[1] = start;
    took(&round, 100, 100);
    assay_profile_init(&profile);
    assert_int_equal(assay_symbols_new(&symbols, &error), 0);
    const struct assay_passes passes = {
        .plugin = file, .rounds = &round, .round_count = 1, .plain_ns = 1000, .plain_low = NAN, .plain_high = NAN
    };
    assert_int_equal(assay_profile_merge(&profile, &passes, symbols, &error), 0);
    assert_int_equal(row(&profile, "helper")->kind, ASSAY_FUNCTION_INLINED);
    assert_near(row(&profile, "helper")->own, 600);
    assert_int_equal(row(&profile, "holder")->kind, ASSAY_FUNCTION_PLAIN);
    assert_near(row(&profile, "holder")->own, 400);
    assert_near(row(&profile, "holder")->total, 1000);
    assert_near(profile.tree.own[context(&profile, "holder>helper")], 600);
    assay_profile_release(&profile);
    assay_symbols_free(symbols);
    release(&round, 1);
    free(addresses);
    free(file);
}

static void what_the_plugin_lacks_is_told(void **state)
{
    (void)state;
    free(shell("(cat k.c; echo 'int big(int x) { volatile int y = x; while (y > 3) { y /= 3; } return y; }') > m.c && "
               "gcc -O2 -fomit-frame-pointer -g -shared -fPIC -o n.so $PWD/m.c && strip -o x.so n.so && gcc -O1 "
               "-fno-omit-frame-pointer -shared -fPIC -o y.so $PWD/k.c",
               "", ""));
    static const char *const cases[][2] = { { "n.so", "without frame pointers" },
                                            { "x.so", "is stripped" },
                                            { "y.so", "no debug information" },
                                            { "z.so", "cannot be read" } };
    for (size_t i = 0; i < 4; i++) {
        char *file = path_here(cases[i][0]);
        struct assay_pass round = new_pass(true, 1);
        struct assay_symbols *symbols = NULL;
        struct assay_error error = { 0 };
        struct assay_profile profile;
        sample(&round, "run", 100);
        round.recorded.note = assay_copy("from 17 rounds, 3 % of stacks end early");
        took(&round, 100, 100);
        assay_profile_init(&profile);
        assert_int_equal(assay_symbols_new(&symbols, &error), 0);
        const struct assay_passes passes = { .plugin = file, .rounds = &round, .round_count = 1, .plain_ns = 1000 };
        assert_int_equal(assay_profile_merge(&profile, &passes, symbols, &error), 0);
        assert_true(has_note(&profile, cases[i][1]));
        assert_true(has_note(&profile, "stacks end early"));
        assay_profile_release(&profile);
        assay_symbols_free(symbols);
        release(&round, 1);
        free(file);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_are_weights_of_the_wall_time),
        cmocka_unit_test(what_samples_cost_is_the_profilers),
        cmocka_unit_test(what_rounds_say_again_is_said_once),
        cmocka_unit_test(what_has_no_sample_is_a_row_of_its_own),
        cmocka_unit_test(threads_are_measured_by_their_processor_time),
        cmocka_unit_test(a_lost_frame_is_put_back_where_only_one_fits),
        cmocka_unit_test(two_that_fit_are_not_chosen_from),
        cmocka_unit_test(a_library_is_one_node_until_it_calls_back),
        cmocka_unit_test(stacks_that_never_were_do_not_appear),
        cmocka_unit_test(a_recursive_function_is_in_a_stack_once),
        cmocka_unit_test(the_plain_times_interval_is_in_the_own_times),
        cmocka_unit_test(lines_and_addresses_are_of_the_innermost_code),
        cmocka_unit_test(inlined_functions_are_named_by_the_line_table),
        cmocka_unit_test(what_the_plugin_lacks_is_told),
    };
    return cmocka_run_group_tests(tests, make_passes, remove_passes);
}
