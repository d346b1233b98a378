/* Plans of suites: who is compared with whom, and who is measured at the same time as whom. */
// links: plan catalog machine protocol base
#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_plan.h"

static struct assay_plan *plan_of(const char *benchmarks, uint32_t jobs)
{
    struct assay_plan_options options = options_for(NULL);
    char *text = assay_formatted(SUITE "benchmarks:\n%s", benchmarks);
    fake_write(fake_directory, "quick.yaml", text);
    free(text);
    options.jobs = jobs;
    return planned(&options);
}

static void refuses(const char *benchmarks, const char *const *grid, const char *message)
{
    struct assay_error error = { 0 };
    struct assay_plan *plan = NULL;
    struct assay_plan_options options = options_for(NULL);
    char *text = assay_formatted(SUITE "benchmarks:\n%s", benchmarks);
    fake_write(fake_directory, "quick.yaml", text);
    free(text);
    options.grid = grid;
    assert_int_equal(assay_plan_new(&plan, catalog, NULL, fake_directory, &options, &error), ASSAY_EUSAGE);
    if (strstr(error.text, message) == NULL) {
        fail_msg("'%s' does not say '%s'", error.text, message);
    }
    assert_null(plan);
}

static void every_number_of_jobs_is_a_benchmark_of_its_own(void **state)
{
    (void)state;
    static const char benchmarks[] = "  - {kernel: primes.trial, parameters: {limit: [5, 6]}, jobs: [1, 3]}\n"
                                     "  - {kernel: primes.root}\n"
                                     "  - {kernel: primes.trial, parameters: {limit: 5}, jobs: 3}\n";
    static const struct {
        const char *id;
        uint32_t jobs;
    } wanted[] = { { "primes.trial:limit=5", 1 }, { "primes.trial:limit=5", 3 }, { "primes.trial:limit=6", 1 },
                   { "primes.trial:limit=6", 3 }, { "primes.root:limit=1000,variant=fixed", 1 } };
    struct assay_plan *plan = plan_of(benchmarks, 0);
    assert_int_equal(plan->count, 5); /* the last one stands there already */
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(plan->items[i].id, wanted[i].id);
        assert_int_equal(plan->items[i].jobs, wanted[i].jobs);
    }
    assay_plan_free(plan);
    plan = plan_of(benchmarks, 2); /* the command line's replace the suite's */
    assert_int_equal(plan->count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(plan->items[i].jobs, 2);
    }
    assay_plan_free(plan);
}

static void jobs_of_the_command_line_are_those_of_all(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial", "primes.root", NULL };
    struct assay_plan_options options = options_for(names);
    options.jobs = 4;
    struct assay_plan *plan = planned(&options);
    assert_int_equal(plan->jobs, 4);
    assert_true(plan->items[0].jobs == 4 && plan->items[1].jobs == 4);
    assay_plan_free(plan);
}

static void a_baseline_is_marked_in_its_group(void **state)
{
    (void)state;
    struct assay_plan *plan = plan_of("  - {kernel: primes.trial, implementations: [c, lua], group: g, baseline: lua}\n"
                                      "  - {kernel: primes.root, group: g}\n"
                                      "  - {kernel: primes.root, parameters: {limit: 9}, group: h, baseline: c, jobs: [1, 3]}\n",
                                      0);
    static const bool wanted[] = { false, true, false, true, true };
    assert_int_equal(plan->count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(plan->items[i].baseline, wanted[i]); /* one a group and number of jobs, also where it cannot run */
    }
    assay_plan_free(plan);
}

static void a_group_has_one_baseline(void **state)
{
    (void)state;
    static const char *const grid[] = { "limit=5,6", NULL };
    refuses("  - {kernel: primes.trial, parameters: {limit: [5, 6]}, group: g, baseline: c}\n", NULL,
            "quick.yaml:5: group 'g' gets two baselines, primes.trial:limit=5 and primes.trial:limit=6: want one, so one value "
            "of each parameter, or a group each");
    refuses("  - {kernel: primes.trial, group: g, baseline: c}\n  - {kernel: primes.root, group: g, baseline: c}\n", NULL,
            "quick.yaml:6: group 'g' gets two baselines, primes.trial:limit=1000 and primes.root:limit=1000,variant=fixed");
    refuses("  - {kernel: primes.trial, group: g, baseline: c}\n", grid, "quick.yaml:5: group 'g' gets two baselines");
    struct assay_plan *plan = plan_of("  - {kernel: primes.trial, group: g, baseline: c}\n"
                                      "  - {kernel: primes.root, group: h, baseline: c}\n"
                                      "  - {kernel: primes.trial, group: g, baseline: c}\n",
                                      0);
    assert_int_equal(plan->count, 2); /* the same benchmark once more is no second one */
    assay_plan_free(plan);
}

static void a_named_benchmark_takes_group_and_baseline_from_the_suite(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial", NULL };
    struct assay_plan_options options = options_for(names);
    fake_write(fake_directory, "more.yaml", SUITE "benchmarks: [{kernel: primes.trial, group: g, baseline: c}]\n");
    options.suite = "more";
    struct assay_plan *plan = planned(&options);
    assert_int_equal(plan->count, 1);
    assert_true(plan->items[0].by_user && plan->items[0].baseline);
    assert_string_equal(plan->items[0].group, "g");
    assay_plan_free(plan);
}

static void requirements_go_with_the_plan(void **state)
{
    (void)state;
    struct assay_plan_options options = options_for(NULL);
    fake_write(fake_directory, "quick.yaml",
               SUITE "environment: {cpu.model: x, topology.cores: '>1?'}\nbenchmarks: [{kernel: primes.trial}]\n");
    struct assay_plan *plan = planned(&options);
    assert_int_equal(plan->requirement_count, 2);
    assert_string_equal(plan->requirements[1].fact, "topology.cores");
    assert_true(plan->requirements[1].warn_only);
    assay_plan_free(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_number_of_jobs_is_a_benchmark_of_its_own),
        TEST(jobs_of_the_command_line_are_those_of_all),
        TEST(a_baseline_is_marked_in_its_group),
        TEST(a_group_has_one_baseline),
        TEST(a_named_benchmark_takes_group_and_baseline_from_the_suite),
        TEST(requirements_go_with_the_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
