/* Plans: grids, suites, filters, defaults, what cannot run, what is refused. */
// links: plan catalog machine protocol base
#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_plan.h"

static void refuses(const struct assay_plan_options *options, int code, const char *message)
{
    struct assay_error error = { 0 };
    struct assay_plan *plan = NULL;
    assert_int_equal(assay_plan_new(&plan, catalog, NULL, fake_directory, options, &error), code);
    if (strstr(error.text, message) == NULL) {
        fail_msg("'%s' does not say '%s'", error.text, message);
    }
    assert_null(plan);
}

static void has_ids(const struct assay_plan *plan, const char *const *ids)
{
    size_t count = 0;
    for (; ids[count] != NULL && count < plan->count; count++) {
        assert_string_equal(plan->items[count].id, ids[count]);
    }
    assert_null(ids[count]);
    assert_int_equal(count, plan->count);
}

static void an_id_has_the_real_name_and_every_parameter(void **state)
{
    (void)state;
    static const char *const names[] = { "primes1", "primes.root:variant=as-written,limit=1e3", "primes.root:limit=1_0", NULL };
    static const char *const ids[] = { "primes.trial:limit=1000", "primes.root:limit=1000,variant=as-written",
                                       "primes.root:limit=10,variant=fixed", NULL };
    struct assay_plan_options options = options_for(names);
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assert_string_equal(plan->items[0].kernel_name, "primes.trial");
    assert_string_equal(plan->items[0].mode, "warm");
    assert_string_equal(plan->items[0].implementation, "c");
    assert_true(plan->items[0].by_user);
    assert_non_null(plan->items[0].source);
    assert_int_equal(plan->items[0].threads, 1);
    assert_null(plan->suite);
    assay_plan_free(plan);
}

static void a_grid_is_multiplied_out_in_declared_order(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.root", NULL };
    static const char *const grid[] = { "variant=as-written,fixed", "limit=20,1e1,10", NULL };
    static const char *const ids[] = { "primes.root:limit=20,variant=as-written", "primes.root:limit=20,variant=fixed",
                                       "primes.root:limit=10,variant=as-written", "primes.root:limit=10,variant=fixed", NULL };
    struct assay_plan_options options = options_for(names);
    options.grid = grid;
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assay_plan_free(plan);
}

static void a_value_in_a_name_wins_over_the_grid(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial:limit=5", "primes.root:variant=fixed", NULL };
    static const char *const grid[] = { "limit=7,8", NULL };
    static const char *const ids[] = { "primes.trial:limit=5", "primes.root:limit=7,variant=fixed",
                                       "primes.root:limit=8,variant=fixed", NULL };
    struct assay_plan_options options = options_for(names);
    options.grid = grid;
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assay_plan_free(plan);
}

static void the_same_benchmark_is_planned_once(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial", "primes1:limit=1e3", "primes.trial:limit=2", NULL };
    static const char *const ids[] = { "primes.trial:limit=1000", "primes.trial:limit=2", NULL };
    struct assay_plan_options options = options_for(names);
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assay_plan_free(plan);
}

static void unknown_names_are_refused_with_the_nearest(void **state)
{
    (void)state;
    static const char *const kernel[] = { "primes.trail", NULL };
    static const char *const parameter[] = { "primes.trial:limt=3", NULL };
    static const char *const far[] = { "primes.trial:xyzzy=3", NULL };
    static const char *const fine[] = { "primes.trial", NULL };
    static const char *const grid[] = { "limti=3", NULL };
    struct assay_plan_options options = options_for(kernel);
    refuses(&options, ASSAY_EUSAGE, "unknown benchmark 'primes.trail': did you mean 'primes.trial'?");
    options.benchmarks = parameter;
    refuses(&options, ASSAY_EUSAGE, "primes.trial has no parameter 'limt': did you mean 'limit'?");
    options.benchmarks = far;
    refuses(&options, ASSAY_EUSAGE, "primes.trial has no parameter 'xyzzy': want limit");
    options.benchmarks = fine;
    options.grid = grid;
    refuses(&options, ASSAY_EUSAGE, "no benchmark has a parameter 'limti': did you mean 'limit'?");
}

static void wrong_values_are_refused_by_name(void **state)
{
    (void)state;
    static const char *const wrong[] = { "primes.trial:limit=0",   "primes.trial:limit=1e9",
                                         "primes.trial:limit=''",  "primes.trial:limit=nan",
                                         "primes.trial:limit=abc", "primes.trial:limit=99999999999999999999999999",
                                         "primes.trial:limit=1.5", "primes.trial:limit=-1" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *const names[] = { wrong[i], NULL };
        struct assay_plan_options options = options_for(names);
        refuses(&options, ASSAY_EUSAGE, "primes.trial: bad limit '");
    }
}

static void a_filter_keeps_what_matches(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial", "primes.root", NULL };
    static const char *const grid[] = { "limit=5,50,7", NULL };
    static const char *const ids[] = { "primes.trial:limit=5", "primes.trial:limit=50", NULL };
    struct assay_plan_options options = options_for(names);
    options.grid = grid;
    options.filter = "^primes\\.trial:limit=5";
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assay_plan_free(plan);
    options.filter = "nothing";
    refuses(&options, ASSAY_EUSAGE, "no benchmark matches --filter 'nothing'");
    options.filter = "(";
    refuses(&options, ASSAY_EUSAGE, "bad --filter '(': ");
}

static void a_grid_without_end_is_refused(void **state)
{
    (void)state;
    static char values[40000];
    static const char *const names[] = { "primes.root", NULL };
    static const char *const one[] = { values, NULL };
    static const char *const both[] = { values, "variant=fixed,as-written", NULL };
    int used = snprintf(values, sizeof values, "limit=1");
    for (unsigned i = 2; i <= 5001; i++) {
        used += snprintf(values + used, sizeof values - (size_t)used, ",%u", i);
    }
    struct assay_plan_options options = options_for(names);
    options.grid = one;
    struct assay_plan *plan = planned(&options);
    assert_int_equal(plan->count, 5001);
    assay_plan_free(plan);
    options.grid = both;
    refuses(&options, ASSAY_EUSAGE, "more than 10000 benchmarks");
}

static void defaults_hold_where_nobody_says_anything(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial", NULL };
    struct assay_plan_options options = options_for(names);
    options.has_seed = true;
    options.seed = UINT64_MAX;
    struct assay_plan *plan = planned(&options);
    assert_true(plan->protocol.warmup_s == 0.01 && plan->protocol.batch_s == 0.01 && plan->protocol.timeout_s == 30.0);
    assert_true(plan->protocol.budget_s < 0.0);
    assert_int_equal(plan->protocol.samples, -1);
    assert_int_equal(plan->protocol.processes, 10);
    assert_int_equal(plan->protocol.order, 0);
    assert_int_equal(plan->jobs, 1);
    assert_true(plan->seed == UINT64_MAX && plan->layouts && plan->memory_bytes > 0);
    assay_plan_free(plan);
}

static void a_suite_is_planned_with_its_groups_and_settings(void **state)
{
    (void)state;
    static const char *const ids[] = { "primes.trial:limit=10", "primes.trial:limit=20", "primes.root:limit=10,variant=fixed",
                                       NULL };
    fake_write(fake_directory, "quick.yaml",
               SUITE "protocol: {batch: 5ms, samples: 30, order: sequential}\n"
                     "benchmarks:\n"
                     "  - {kernel: primes1, parameters: {limit: [10, 20]}, group: g}\n"
                     "  - {kernel: primes.root, parameters: {limit: 10}, expect: {count: 4, source: by hand}}\n");
    struct assay_plan_options options = options_for(NULL);
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assert_string_equal(plan->suite, "s");
    assert_string_equal(plan->suite_version, "2.1.0");
    assert_string_equal(plan->items[0].group, "g");
    assert_null(plan->items[2].group);
    assert_false(plan->items[0].by_user);
    assert_true(plan->items[2].has_expected && plan->items[2].expected.count == 4);
    assert_string_equal(plan->items[2].expected.source, "by hand");
    assert_false(plan->items[0].has_expected);
    assert_true(plan->protocol.batch_s == 0.005 && plan->protocol.warmup_s == 0.01);
    assert_int_equal(plan->protocol.samples, 30);
    assert_int_equal(plan->protocol.order, 1);
    assay_plan_free(plan);
}

static void the_command_line_wins_over_the_suite(void **state)
{
    (void)state;
    static const char *const grid[] = { "limit=7", NULL };
    static const char *const ids[] = { "primes.trial:limit=7", NULL };
    fake_write(fake_directory, "quick.yaml",
               SUITE "protocol: {batch: 5ms, samples: 30, order: sequential}\n"
                     "benchmarks: [{kernel: primes.trial, parameters: {limit: [10, 20]}, threads: 2}]\n");
    struct assay_plan_options options = options_for(NULL);
    options.grid = grid;
    options.protocol.batch_s = 0.02;
    options.protocol.order = 0;
    options.protocol.budget_s = 3.0; /* alone: spends its time past any number of samples */
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assert_true(plan->protocol.batch_s == 0.02 && plan->protocol.budget_s == 3.0);
    assert_int_equal(plan->protocol.samples, -1);
    assert_int_equal(plan->protocol.order, 0);
    assert_int_equal(plan->items[0].threads, 2);
    assay_plan_free(plan);
    options.threads = 4;
    plan = planned(&options);
    assert_int_equal(plan->items[0].threads, 4);
    assay_plan_free(plan);
    options.protocol.batch_s = 1e-6;
    refuses(&options, ASSAY_EUSAGE, "bad --batch '1.000 us': want a time from 100us");
}

static void a_mistake_in_a_suite_is_refused_with_its_line(void **state)
{
    (void)state;
    struct assay_plan_options options = options_for(NULL);
    fake_write(fake_directory, "quick.yaml", SUITE "benchmarks:\n  - kernel: primes.trail\n");
    refuses(&options, ASSAY_EUSAGE, "quick.yaml:5: unknown benchmark 'primes.trail': did you mean 'primes.trial'?");
    fake_write(fake_directory, "quick.yaml", SUITE "benchmarks:\n  - {kernel: primes.trial, parameters: {limit: 0}}\n");
    refuses(&options, ASSAY_EUSAGE, "quick.yaml:5: primes.trial: bad limit '0'");
    fake_write(fake_directory, "quick.yaml", SUITE "benchmarks:\n  - {kernel: primes.trial, parameters: {limits: 1}}\n");
    refuses(&options, ASSAY_EUSAGE, "quick.yaml:5: primes.trial has no parameter 'limits': did you mean 'limit'?");
}

static void what_cannot_run_is_planned_with_the_reason(void **state)
{
    (void)state;
    static const char *const names[] = { "gone", "primes.trial:limit=2e1@lua", NULL };
    static const char *const ids[] = { "gone", "primes.trial:limit=20@lua", "primes.root:limit=1000,variant=fixed", NULL };
    struct assay_plan_options options = options_for(names);
    fake_write(fake_directory, "more.yaml", SUITE "benchmarks: [{kernel: primes.root, threads: 3}]\n");
    options.suite = "more";
    struct assay_plan *plan = planned(&options);
    has_ids(plan, ids);
    assert_string_equal(plan->items[0].unavailable, "no AVX-512 here");
    assert_true(plan->items[0].by_user);
    assert_string_equal(plan->items[1].unavailable, "needs no-such-lua, which is not installed");
    assert_null(plan->items[1].source);
    assert_string_equal(plan->items[2].unavailable, "cannot run on 3 threads at once: its state is shared");
    assert_false(plan->items[2].by_user);
    assay_plan_free(plan);
}

static void cold_adds_two_modes_to_each_benchmark(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial:limit=1", "primes.trial:limit=2", NULL };
    static const char *const modes[] = { "warm", "first", "flushed" };
    struct assay_plan_options options = options_for(names);
    options.cold = true;
    struct assay_plan *plan = planned(&options);
    assert_int_equal(plan->count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(plan->items[i].mode, modes[i % 3]);
        assert_string_equal(plan->items[i].id, i < 3 ? "primes.trial:limit=1" : "primes.trial:limit=2");
    }
    assay_plan_free(plan);
}

static void a_plugin_named_by_its_path_must_work(void **state)
{
    (void)state;
    char name[200];
    const char *const names[] = { name, NULL };
    struct assay_plan_options options = options_for(names);
    fake_write(fake_directory, "mine.so", FAKE_REPLY(FAKE_TRIAL));
    fake_write(fake_directory, "broken.so", "{\"id\":1,\"ok\":false,\"status\":\"unavailable\",\"message\":\"truncated\"}\n");
    snprintf(name, sizeof name, "%s/mine.so:primes.trial:limit=3", fake_directory);
    struct assay_plan *plan = planned(&options);
    assert_string_equal(plan->items[0].id, "primes.trial:limit=3");
    assert_non_null(strstr(plan->items[0].source->path, "mine.so"));
    assay_plan_free(plan);
    snprintf(name, sizeof name, "%s/broken.so:primes.trial", fake_directory);
    refuses(&options, ASSAY_EINPUT, "broken.so': truncated");
    snprintf(name, sizeof name, "%s/mine.so:primes.root", fake_directory);
    refuses(&options, ASSAY_EUSAGE, "unknown benchmark 'primes.root' in ");
}

static void known_answers_complete_the_suites_and_must_agree(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_references *references = NULL;
    struct assay_plan *plan = NULL;
    struct assay_plan_options options = options_for(NULL);
    fake_write(fake_second, "known.yaml",
               "format: 1\nanswers: [{kernels: [primes.*], parameters: {limit: 10}, count: 4, sum: 17, source: table}]\n");
    assert_int_equal(assay_references_open(&references, fake_second, &error), 0);
    fake_write(fake_directory, "quick.yaml",
               SUITE "benchmarks:\n  - {kernel: primes.trial, parameters: {limit: [10, 11]}}\n"
                     "  - {kernel: primes.root, parameters: {limit: 10}, expect: {count: 4, source: by hand}}\n");
    assert_int_equal(assay_plan_new(&plan, catalog, references, fake_directory, &options, &error), 0);
    assert_string_equal(plan->items[0].expected.source, "table");
    assert_false(plan->items[1].has_expected);
    assert_true(plan->items[2].expected.sum_known && plan->items[2].expected.sum == 17);
    assert_string_equal(plan->items[2].expected.source, "by hand; table");
    assay_plan_free(plan);
    plan = NULL;
    fake_write(fake_directory, "quick.yaml",
               SUITE "benchmarks:\n  - {kernel: primes.trial, parameters: {limit: 10}, expect: {count: 5, source: by hand}}\n");
    assert_int_equal(assay_plan_new(&plan, catalog, references, fake_directory, &options, &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "quick.yaml:5: primes.trial:limit=10: the suite's answer (by hand) is not the known one "
                                       "(table)"));
    assay_references_close(references);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_id_has_the_real_name_and_every_parameter),
        TEST(a_grid_is_multiplied_out_in_declared_order),
        TEST(a_value_in_a_name_wins_over_the_grid),
        TEST(the_same_benchmark_is_planned_once),
        TEST(unknown_names_are_refused_with_the_nearest),
        TEST(wrong_values_are_refused_by_name),
        TEST(a_filter_keeps_what_matches),
        TEST(a_grid_without_end_is_refused),
        TEST(defaults_hold_where_nobody_says_anything),
        TEST(a_suite_is_planned_with_its_groups_and_settings),
        TEST(the_command_line_wins_over_the_suite),
        TEST(a_mistake_in_a_suite_is_refused_with_its_line),
        TEST(what_cannot_run_is_planned_with_the_reason),
        TEST(cold_adds_two_modes_to_each_benchmark),
        TEST(a_plugin_named_by_its_path_must_work),
        TEST(known_answers_complete_the_suites_and_must_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
