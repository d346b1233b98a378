/* The hooks' tree: times, costs, what is folded where it ends, what is said to be lost. No clock is judged. */
// links: profile_plugins base
#include "recorded_calls.h"

#define TIMED (ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES)

static uint64_t sum_of(const struct contexts *contexts, size_t offset)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < contexts->count; i++) {
        sum += *(const uint64_t *)(const void *)((const char *)&contexts->items[i] + offset);
    }
    return sum;
}
#define SUM(contexts, field) sum_of(&(contexts), offsetof(struct assay_profile_context, field))

/* A build that reads its bounds anew. */
static struct exact_plugin load_bounded(const char *name, const char *variable, const char *value)
{
    setenv(variable, value, 1);
    struct exact_plugin plugin = load_exact(name, "profile");
    assert_int_equal(plugin.loaded.profile->start(ASSAY_PROFILE_TREE), 0);
    unsetenv(variable);
    return plugin;
}

/* Without start, which would take the bounds back. */
static void record_bounded(const char *name, const char *kernel, const char *variable, const char *value,
                           struct exact_plugin *plugin)
{
    *plugin = load_bounded(name, variable, value);
    assert_int_equal(find(&plugin->loaded, kernel)->run(NULL, 1), 0);
    plugin->loaded.profile->stop();
}

/* fib(20) has 2 x 21891 events, entries and exits; the first has no interval before it. */
static void every_interval_is_timed_and_counted(void **state)
{
    struct exact_plugin plugin = load_exact("exact_calls", "profile");
    (void)state;
    plugin.loaded.profile->set_share(1.0, 0);
    record(&plugin, "exact.fib", TIMED);
    struct contexts contexts = read_contexts(&plugin);
    struct assay_profile_losses losses = losses_of(&plugin);
    assert_int_equal(SUM(contexts, intervals), 2 * 21891);
    assert_int_equal(SUM(contexts, timed) + losses.moved, 2 * 21891 - 1);
    assert_true(SUM(contexts, ticks) > 0);
    assert_int_equal(losses.threads, 1);
    assert_int_equal(losses.deepest, 20);
    assert_int_equal(losses.contexts, 20);
    assert_int_equal(losses.jumps, 0);
    assert_true(losses.bytes > 0);
    for (size_t i = 1; i < contexts.count; i++) { /* one child at most: calls + the child's calls */
        uint64_t below = i + 1 < contexts.count ? contexts.items[i + 1].calls : 0;
        assert_int_equal(contexts.items[i].intervals, contexts.items[i].calls + below);
    }
    free(contexts.items);
    dlclose(plugin.loaded.object);
}

static void without_times_no_clock_is_read(void **state)
{
    struct exact_plugin plugin = load_exact("exact_calls", "profile");
    (void)state;
    record(&plugin, "exact.fib", ASSAY_PROFILE_TREE);
    struct contexts contexts = read_contexts(&plugin);
    assert_int_equal(SUM(contexts, timed), 0);
    assert_int_equal(SUM(contexts, ticks), 0);
    assert_int_equal(SUM(contexts, intervals), 2 * 21891);
    free(contexts.items);
    dlclose(plugin.loaded.object);
}

/* Of 8188 events (2 x 2047 x 2 iterations ...) about a tenth is timed: windows of 32 events, gaps of 288 in the mean,
 * drawn from 1 to 575. By the renewal theorem the share's standard deviation over 43782 x 20 events is below 0.004. */
static void a_share_of_the_intervals_is_timed_at_random(void **state)
{
    struct exact_plugin plugin = load_exact("exact_calls", "profile");
    double shares[2];
    uint64_t firsts[2];
    (void)state;
    for (uint64_t seed = 0; seed < 2; seed++) {
        plugin.loaded.profile->set_share(0.1, seed);
        assert_int_equal(plugin.loaded.profile->start(TIMED), 0);
        assert_int_equal(find(&plugin.loaded, "exact.fib")->run(NULL, 20), 0);
        plugin.loaded.profile->stop();
        struct contexts contexts = read_contexts(&plugin);
        assert_int_equal(SUM(contexts, intervals), 20 * 2 * 21891);
        shares[seed] = (double)SUM(contexts, timed) / (20.0 * 2 * 21891);
        firsts[seed] = contexts.items[5].timed;
        assert_true(shares[seed] > 0.1 * 31 / 32 - 0.016 && shares[seed] < 0.1 * 31 / 32 + 0.016);
        free(contexts.items);
    }
    assert_true(firsts[0] != firsts[1] || shares[0] != shares[1]); /* another seed, other windows */
    dlclose(plugin.loaded.object);
}

/* A cost that grows by 3 and 10 at each reading: every interval has just that. */
static uint64_t costs_read;
static void read_costs(uint64_t *first, uint64_t *second)
{
    costs_read++;
    *first = 3 * costs_read;
    *second = 10 * costs_read;
}

static void a_cost_takes_the_place_of_the_clock(void **state)
{
    struct exact_plugin plugin = load_exact("exact_calls", "profile");
    (void)state;
    plugin.loaded.profile->set_cost(read_costs);
    plugin.loaded.profile->set_share(0.1, 0); /* of costs none is left out */
    costs_read = 0;
    record(&plugin, "exact.parity", ASSAY_PROFILE_TREE | ASSAY_PROFILE_COST);
    struct contexts contexts = read_contexts(&plugin);
    assert_int_equal(costs_read, 2 * 1001);
    assert_int_equal(SUM(contexts, timed), 2 * 1001 - 1);
    for (size_t i = 0; i < contexts.count; i++) {
        assert_int_equal(contexts.items[i].ticks, 3 * contexts.items[i].timed);
        assert_int_equal(contexts.items[i].second, 10 * contexts.items[i].timed);
    }
    free(contexts.items);
    dlclose(plugin.loaded.object);
}

/* The contexts of depth 1 to 1024 each have one call, as has the first of those below; the others stand by function
 * there. */
static void deep_recursion_is_folded_by_function(void **state)
{
    struct exact_plugin plugin = load_exact("exact_calls", "profile");
    (void)state;
    plugin.loaded.profile->set_share(1.0, 0);
    record(&plugin, "exact.deep", TIMED);
    assert_int_equal(wrong_calls(&plugin, "exact.deep"), 0);
    struct contexts contexts = read_contexts(&plugin);
    struct assay_profile_losses losses = losses_of(&plugin);
    assert_int_equal(contexts.count, 1 + 1024 + 1);
    assert_int_equal(contexts.items[1024].calls, 1);
    assert_int_equal(contexts.items[1025].calls, 200001 - 1024);
    assert_int_equal(contexts.items[1025].folded, 200001 - 1024);
    assert_int_equal(losses.folded_calls, 200001 - 1024);
    assert_int_equal(losses.deepest, 200001);
    assert_int_equal(losses.jumps, 0);
    assert_int_equal(SUM(contexts, intervals), 2 * 200001);
    assert_int_equal(SUM(contexts, timed) + losses.moved, 2 * 200001 - 1);
    free(contexts.items);
    dlclose(plugin.loaded.object);
}

static void more_frames_than_there_is_room_for_are_counted(void **state)
{
    struct exact_plugin plugin;
    (void)state;
    record_bounded("exact_calls", "exact.deep", "ASSAY_PROFILE_FRAMES", "5000", &plugin);
    assert_int_equal(wrong_calls(&plugin, "exact.deep"), 0);
    assert_int_equal(losses_of(&plugin).deepest, 200001);
    assert_int_equal(losses_of(&plugin).folded_calls, 200001 - 1024);
    assert_int_equal(losses_of(&plugin).lost_calls, 0);
    struct contexts contexts = read_contexts(&plugin);
    assert_int_equal(SUM(contexts, intervals), 2 * 200001);
    free(contexts.items);
    record(&plugin, "exact.fib", ASSAY_PROFILE_TREE); /* and the tree goes on */
    assert_int_equal(wrong_contexts(&plugin, "exact.fib"), 0);
    dlclose(plugin.loaded.object);
}

/* 2,097,151 calls, each with a context of its own: to depth 21, so that only the number is too large. */
static void contexts_without_room_are_counted_by_function(void **state)
{
    static const char *const bounds[] = { "1", "1000", "300000" };
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct exact_plugin plugin;
        uint64_t bound = strtoull(bounds[i], NULL, 10);
        record_bounded("exact_calls", "exact.wider", "ASSAY_PROFILE_CONTEXTS", bounds[i], &plugin);
        struct assay_profile_losses losses = losses_of(&plugin);
        struct contexts contexts = read_contexts(&plugin);
        assert_int_equal(wrong_calls(&plugin, "exact.wider"), 0);
        assert_int_equal(losses.contexts, bound);
        assert_int_equal(contexts.count, 1 + bound + 2); /* the thread, contexts, and two functions */
        assert_int_equal(losses.folded_calls, 2097151 - bound);
        assert_int_equal(SUM(contexts, folded), losses.folded_calls);
        assert_int_equal(SUM(contexts, intervals), 2 * 2097151);
        assert_int_equal(losses.lost_calls, 0);
        assert_true(losses.bytes < 64 * (bound + 100) + 16 * (bound + 1024) + 4096);
        free(contexts.items);
        dlclose(plugin.loaded.object);
    }
}

/* Frames that each kernel leaves without an exit; gcc calls the exit hooks when an exception passes, clang does not. */
static void frames_without_an_exit_are_said(void **state)
{
    static const struct {
        const char *plugin, *kernel;
        uint64_t jumps;
    } cases[] = {
        { "exact_jumps", "exact.longjmp", 50 * 5 },    { "exact_jumps", "exact.again", 40 },
        { "exact_jumps", "exact.middle", 30 * 3 },     { "exact_jumps", "exact.unseen", 70 * 3 },
        { "exact_jumps", "exact.escape", 60 * 2 },     { "exact_jumps", "exact.raise", 0 },
        { "exact_jumps", "exact.onstack", 0 },         { "exact_threads", "exact.unfinished", 10 * 3 },
        { "exact_threads", "exact.passing", 0 },
#ifdef __clang__
        { "exact_exceptions", "exact.throw", 80 * 3 }, { "exact_exceptions", "exact.rethrow", 25 * 2 },
#else
        { "exact_exceptions", "exact.throw", 0 },   { "exact_exceptions", "exact.rethrow", 0 },
#endif
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exact_plugin plugin = load_exact(cases[i].plugin, "profile");
        record(&plugin, cases[i].kernel, TIMED);
        if (losses_of(&plugin).jumps != cases[i].jumps) {
            print_message("%s:\n", cases[i].kernel);
        }
        assert_int_equal(losses_of(&plugin).jumps, cases[i].jumps);
        dlclose(plugin.loaded.object);
    }
}

static void threads_are_told_apart_and_counted(void **state)
{
    struct exact_plugin plugin = load_exact("exact_threads", "profile");
    (void)state;
    record(&plugin, "exact.threads", ASSAY_PROFILE_TREE);
    struct contexts contexts = read_contexts(&plugin);
    size_t roots = 0;
    for (size_t i = 0; i < contexts.count; i++) {
        roots += contexts.items[i].parent == -1;
    }
    assert_true(roots >= 1 && roots <= 4);
    assert_int_equal(contexts.count, 3 * roots);
    assert_int_equal(losses_of(&plugin).threads, 8);
    free(contexts.items);
    record(&plugin, "exact.passing", ASSAY_PROFILE_TREE);
    assert_int_equal(losses_of(&plugin).threads, 50);
    dlclose(plugin.loaded.object);
}

/* Reading a cost happens in the middle of a hook: there a function is called, as by a signal's handler. At the tenth
 * reading, or at all from the tenth on. */
static void (*called_within)(void);
static uint64_t readings, calls_within;
static void call_at_tenth(uint64_t *first, uint64_t *second)
{
    *first = *second = 0;
    if (++readings == 10) {
        calls_within++;
        called_within();
    }
}

static void call_from_tenth(uint64_t *first, uint64_t *second)
{
    *first = *second = 0;
    if (++readings >= 10 && readings < 20) {
        calls_within++;
        called_within();
    }
}

static uint64_t calls_below(const struct contexts *contexts, size_t root, void (*function)(void))
{
    uint64_t calls = 0;
    for (size_t i = 0; i < contexts->count; i++) {
        size_t at = i;
        while (contexts->items[at].parent >= 0) {
            at = (size_t)contexts->items[at].parent;
        }
        if (contexts->items[i].address == (uint64_t)(uintptr_t)function && at == root) {
            calls += contexts->items[i].calls;
        }
    }
    return calls;
}

static size_t second_root(const struct contexts *contexts)
{
    size_t root = 1;
    while (root < contexts->count && contexts->items[root].parent != -1) {
        root++;
    }
    assert_true(root < contexts->count);
    return root;
}

static struct contexts interrupt(struct exact_plugin *plugin, const char *kernel, const char *function,
                                 void (*reader)(uint64_t *, uint64_t *))
{
    readings = calls_within = 0;
    called_within = NULL;
    for (const struct exact *exact = plugin->exact; exact->kernel != NULL; exact++) {
        if (strcmp(exact->kernel, kernel) == 0 && strcmp(exact->function, function) == 0) {
            called_within = exact->address;
        }
    }
    assert_non_null(called_within);
    plugin->loaded.profile->set_cost(reader);
    record(plugin, kernel, ASSAY_PROFILE_TREE | ASSAY_PROFILE_COST);
    return read_contexts(plugin);
}

/* exact.raise: 200 events and more; its leaf, called within a hook, stands in a second tree, and the first is
 * undisturbed. */
static void what_interrupts_a_hook_has_a_tree_of_its_own(void **state)
{
    struct exact_plugin plugin = load_exact("exact_jumps", "profile");
    (void)state;
    struct contexts contexts = interrupt(&plugin, "exact.raise", "leaf", call_at_tenth);
    size_t root = second_root(&contexts);
    assert_int_equal(calls_within, 1);
    assert_int_equal(calls_below(&contexts, 0, called_within), 100);
    assert_int_equal(calls_below(&contexts, root, called_within), 1);
    assert_int_equal(contexts.count, 4 + 2);
    assert_int_equal(losses_of(&plugin).lost_calls, 0);
    free(contexts.items);
    dlclose(plugin.loaded.object);
}

/* The reading in the second tree's hook interrupts that too: those calls are lost, and said to be. */
static void what_interrupts_that_is_lost_and_said_to_be(void **state)
{
    struct exact_plugin plugin = load_exact("exact_jumps", "profile");
    struct functions functions = { &plugin, "exact.raise", 0, 0, 0 };
    (void)state;
    struct contexts contexts = interrupt(&plugin, "exact.raise", "leaf", call_from_tenth);
    struct assay_profile_losses losses = losses_of(&plugin);
    assert_int_equal(calls_below(&contexts, 0, called_within), 100);
    assert_true(losses.lost_calls > 0);
    assert_int_equal(calls_below(&contexts, second_root(&contexts), called_within) + losses.lost_calls, calls_within);
    assert_int_equal(plugin.loaded.profile->read(take_function, &functions), -1);
    free(contexts.items);
    dlclose(plugin.loaded.object);
}

/* exact.again: thrower, called within the hook of the fifth thrower's entry, jumps out of both. That hook never ends;
 * the other 35 calls are recorded as if nothing had been. */
static void a_jump_out_of_a_hook_leaves_the_tree_sound(void **state)
{
    struct exact_plugin plugin = load_exact("exact_jumps", "profile");
    (void)state;
    struct contexts contexts = interrupt(&plugin, "exact.again", "thrower", call_at_tenth);
    assert_int_equal(calls_below(&contexts, 0, called_within), 40);
    assert_int_equal(calls_below(&contexts, second_root(&contexts), called_within), 1);
    assert_int_equal(contexts.count, 3 + 2);
    assert_int_equal(losses_of(&plugin).jumps, 41);
    free(contexts.items);
    dlclose(plugin.loaded.object);
}

static void the_cost_of_hooks_is_measured_aside(void **state)
{
    struct exact_plugin plugin = load_exact("exact_calls", "profile");
    struct assay_profile_cost cost = { 0 };
    (void)state;
    record(&plugin, "exact.fib", TIMED);
    struct assay_profile_losses before = losses_of(&plugin);
    assert_int_equal(plugin.loaded.profile->calibrate(&cost), 0);
    assert_int_equal(cost.struct_size, sizeof cost);
    assert_true(cost.ticks_per_ns > 0.01 && cost.ticks_per_ns < 100.0);
    assert_true(cost.inside + cost.outside > 0.0); /* two readings of a clock */
    assert_true(cost.inside_most > 0.0 && cost.outside_most > 0.0);
    assert_true(cost.inside_spread >= 0.0 && cost.outside_spread >= 0.0 && cost.untimed_spread >= 0.0);
    assert_int_equal(wrong_contexts(&plugin, "exact.fib"), 0); /* what was recorded is still there */
    assert_int_equal(losses_of(&plugin).contexts, before.contexts);
    assert_int_equal(plugin.loaded.profile->start(TIMED), 0);
    assert_int_equal(plugin.loaded.profile->calibrate(&cost), -1); /* not while recording */
    plugin.loaded.profile->stop();
    dlclose(plugin.loaded.object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_interval_is_timed_and_counted),
        cmocka_unit_test(without_times_no_clock_is_read),
        cmocka_unit_test(a_share_of_the_intervals_is_timed_at_random),
        cmocka_unit_test(a_cost_takes_the_place_of_the_clock),
        cmocka_unit_test(deep_recursion_is_folded_by_function),
        cmocka_unit_test(more_frames_than_there_is_room_for_are_counted),
        cmocka_unit_test(contexts_without_room_are_counted_by_function),
        cmocka_unit_test(frames_without_an_exit_are_said),
        cmocka_unit_test(threads_are_told_apart_and_counted),
        cmocka_unit_test(what_interrupts_a_hook_has_a_tree_of_its_own),
        cmocka_unit_test(what_interrupts_that_is_lost_and_said_to_be),
        cmocka_unit_test(a_jump_out_of_a_hook_leaves_the_tree_sound),
        cmocka_unit_test(the_cost_of_hooks_is_measured_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
