/* What the builds with hooks count, against plug-ins whose true counts are known by arithmetic (tests/profile). */
// links: profile_plugins base
#include "recorded_calls.h"

#include <sys/wait.h>
#include <unistd.h>

static const struct {
    const char *plugin, *kernel;
} kernels[] = {
    { "exact_calls", "exact.fib" },          { "exact_calls", "exact.parity" },
    { "exact_calls", "exact.tail" },         { "exact_calls", "exact.inlined" },
    { "exact_calls", "exact.wide" },         { "exact_calls", "exact.children" },
    { "exact_jumps", "exact.longjmp" },      { "exact_jumps", "exact.again" },
    { "exact_jumps", "exact.middle" },       { "exact_jumps", "exact.unseen" },
    { "exact_jumps", "exact.raise" },        { "exact_jumps", "exact.escape" },
    { "exact_jumps", "exact.onstack" },      { "exact_jumps", "exact.timer" },
    { "exact_threads", "exact.threads" },    { "exact_threads", "exact.passing" },
    { "exact_threads", "exact.unfinished" }, { "exact_threads", "exact.fork" },
    { "exact_threads", "exact.callback" },   { "exact_threads", "exact.destructor" },
    { "exact_exceptions", "exact.throw" },   { "exact_exceptions", "exact.rethrow" },
    { "exact_unaligned", "exact.fib" },      { "exact_unaligned", "exact.inlined" },
    { "exact_unaligned", "exact.children" }, { "exact_unaligned", "exact.tail" },
};
enum { KERNELS = sizeof kernels / sizeof kernels[0] };

static void functions_are_counted_exactly_by(const char *build, uint32_t records)
{
    size_t wrong = 0;
    for (size_t i = 0; i < KERNELS; i++) {
        struct exact_plugin plugin = load_exact(kernels[i].plugin, build);
        for (int again = 0; again < 2; again++) { /* start forgets what was before */
            record(&plugin, kernels[i].kernel, records);
            wrong += wrong_calls(&plugin, kernels[i].kernel);
        }
        dlclose(plugin.loaded.object);
    }
    assert_int_equal(wrong, 0);
}

static void the_counts_build_is_exact(void **state)
{
    (void)state;
    functions_are_counted_exactly_by("counts", ASSAY_PROFILE_CALLS);
}

static void the_profile_build_is_exact(void **state)
{
    (void)state;
    functions_are_counted_exactly_by("profile", ASSAY_PROFILE_CALLS);
    functions_are_counted_exactly_by("profile", ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES);
}

/* Modes of the profile build: none may lose a call or a context. */
static void read_nothing(uint64_t *first, uint64_t *second)
{
    *first = *second = 0;
}

static void contexts_are_exact_however_they_are_timed(void **state)
{
    static const struct {
        uint32_t records;
        double share;
    } modes[] = { { ASSAY_PROFILE_TREE, 1.0 },
                  { ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES, 1.0 },
                  { ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES, 0.0625 },
                  { ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES, 0.9 },
                  { ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES, 0.0 },
                  { ASSAY_PROFILE_TREE | ASSAY_PROFILE_COST, 1.0 } };
    size_t wrong = 0;
    (void)state;
    for (size_t i = 0; i < KERNELS; i++) {
        struct exact_plugin plugin = load_exact(kernels[i].plugin, "profile");
        plugin.loaded.profile->set_cost(read_nothing);
        for (size_t k = 0; k < sizeof modes / sizeof modes[0]; k++) {
            plugin.loaded.profile->set_share(modes[k].share, 11 + i);
            record(&plugin, kernels[i].kernel, modes[k].records);
            wrong += wrong_contexts(&plugin, kernels[i].kernel);
            assert_int_equal(losses_of(&plugin).lost_calls, 0);
            assert_int_equal(losses_of(&plugin).folded_calls, 0);
        }
        dlclose(plugin.loaded.object);
    }
    assert_int_equal(wrong, 0);
}

/* The comparison itself: it sees a number that is off by one, and functions that were not recorded at all. */
static void the_comparison_goes_red(void **state)
{
    static const char *const builds[] = { "counts", "profile" };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct exact_plugin plugin = load_exact("exact_broken", builds[i]);
        record(&plugin, "exact.fib", ASSAY_PROFILE_CALLS);
        assert_int_equal(wrong_calls(&plugin, "exact.fib"), 1);
        assert_int_equal(wrong_calls(&plugin, "exact.children"), 1); /* fib is not in its table */
        plugin.loaded.profile->start(ASSAY_PROFILE_CALLS);
        plugin.loaded.profile->stop();
        assert_int_equal(wrong_calls(&plugin, "exact.children"), 27);
        dlclose(plugin.loaded.object);
    }
    struct exact_plugin plugin = load_exact("exact_broken", "profile");
    record(&plugin, "exact.fib", ASSAY_PROFILE_TREE);
    assert_int_equal(wrong_contexts(&plugin, "exact.fib"), 1);
    dlclose(plugin.loaded.object);
}

static void what_runs_after_stop_is_not_counted(void **state)
{
    static const char *const builds[] = { "counts", "profile" };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct exact_plugin plugin = load_exact("exact_calls", builds[i]);
        record(&plugin, "exact.parity", ASSAY_PROFILE_CALLS);
        find(&plugin.loaded, "exact.parity")->run(NULL, 3);
        assert_int_equal(wrong_calls(&plugin, "exact.parity"), 0);
        dlclose(plugin.loaded.object);
    }
}

/* A child's calls change nothing in the parent (exact.fork), and the profile build does not even record them. */
static void a_child_records_nothing(void **state)
{
    struct exact_plugin plugin = load_exact("exact_calls", "profile");
    int status = -1;
    (void)state;
    assert_int_equal(plugin.loaded.profile->start(ASSAY_PROFILE_TREE), 0);
    pid_t child = fork();
    if (child == 0) {
        find(&plugin.loaded, "exact.fib")->run(NULL, 1);
        _exit(losses_of(&plugin).contexts == 0 ? 7 : 8);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    find(&plugin.loaded, "exact.fib")->run(NULL, 1);
    plugin.loaded.profile->stop();
    assert_int_equal(wrong_contexts(&plugin, "exact.fib"), 0);
    dlclose(plugin.loaded.object);
}

static void builds_refuse_what_they_cannot_record(void **state)
{
    static const struct {
        const char *build;
        uint32_t records;
    } cases[] = {
        { "counts", ASSAY_PROFILE_TREE },
        { "counts", ASSAY_PROFILE_CALLS | ASSAY_PROFILE_TIMES },
        { "profile", 0 },
        { "profile", ASSAY_PROFILE_LINES },
        { "profile", ASSAY_PROFILE_TIMES },
        { "profile", ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES | ASSAY_PROFILE_COST },
        { "profile", ASSAY_PROFILE_TREE | ASSAY_PROFILE_COST }, /* nobody has said what a cost is */
        { "profile", 1u << 31 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exact_plugin plugin = load_exact("exact_calls", cases[i].build);
        assert_int_equal(plugin.loaded.profile->start(cases[i].records), -1);
        dlclose(plugin.loaded.object);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_counts_build_is_exact),
        cmocka_unit_test(the_profile_build_is_exact),
        cmocka_unit_test(contexts_are_exact_however_they_are_timed),
        cmocka_unit_test(the_comparison_goes_red),
        cmocka_unit_test(what_runs_after_stop_is_not_counted),
        cmocka_unit_test(a_child_records_nothing),
        cmocka_unit_test(builds_refuse_what_they_cannot_record),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
