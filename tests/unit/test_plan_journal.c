/* Plans to a journal and back: as they were, or refused in words. */
// links: plan catalog machine protocol base
#include "plan/plan.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "fake_plan.h"

static struct assay_plan *read_back(const char *json, const char *refused)
{
    struct assay_error error = { 0 };
    struct assay_plan *plan = NULL;
    json_t *object = json_loads(json, 0, NULL);
    assert_non_null(object);
    int code = assay_plan_read(&plan, catalog, object, &error);
    json_decref(object);
    if (refused == NULL && code != 0) {
        fail_msg("%s", error.text);
    }
    if (refused != NULL) {
        assert_int_equal(code, ASSAY_EINPUT);
        assert_null(plan);
        if (strstr(error.text, refused) == NULL) {
            fail_msg("'%s' does not say '%s'", error.text, refused);
        }
    }
    return plan;
}

static char *written(void)
{
    static const char *const names[] = { "primes.root:variant='as-written'", "primes.trial@lua", NULL };
    struct assay_text json = ASSAY_TEXT_INIT;
    struct assay_plan_options options = options_for(names);
    fake_write(fake_directory, "quick.yaml",
               SUITE "environment: {cpu.model: \"Intel \\\" x\", topology.processors: '>=3?'}\n"
                     "benchmarks: [{kernel: primes.trial, baseline: c, jobs: 3, group: \"g \\\" \xc3\xa9\", expect: {count: 1, sum: "
                     "18446744073709551615, source: s}}]\n");
    options.suite = "quick";
    options.has_seed = true;
    options.seed = UINT64_MAX;
    options.protocol.samples = 20;
    options.processors = "0-1";
    options.want_counters = true;
    options.no_layouts = true;
    struct assay_plan *plan = planned(&options);
    assay_plan_write(&json, plan);
    assay_plan_free(plan);
    return assay_text_take(&json);
}

static void a_plan_comes_back_as_it_was_written(void **state)
{
    (void)state;
    char *json = written();
    struct assay_text again = ASSAY_TEXT_INIT;
    struct assay_plan *plan = read_back(json, NULL);
    assert_int_equal(plan->count, 3);
    assert_true(plan->seed == UINT64_MAX && plan->want_counters && !plan->layouts);
    assert_string_equal(plan->processors, "0-1");
    assert_string_equal(plan->items[0].kernel->name, "primes.root");
    assert_non_null(plan->items[1].unavailable);
    assert_string_equal(plan->items[2].group, "g \" \xc3\xa9");
    assert_true(plan->items[2].expected.sum == UINT64_MAX && plan->items[2].expected.count_known);
    assert_true(plan->items[2].baseline && plan->items[2].jobs == 3);
    assert_true(!plan->items[0].baseline && plan->items[0].jobs == 1);
    assert_int_equal(plan->requirement_count, 2);
    assert_string_equal(plan->requirements[0].wish, "Intel \" x");
    assert_false(plan->requirements[0].warn_only);
    assert_string_equal(plan->requirements[1].fact, "topology.processors");
    assert_string_equal(plan->requirements[1].wish, ">=3");
    assert_true(plan->requirements[1].warn_only);
    assay_plan_write(&again, plan);
    assert_string_equal(again.bytes, json);
    assay_text_release(&again);
    assay_plan_free(plan);
    free(json);
}

/* `json` with the first `from` replaced. */
static char *changed(const char *json, const char *from, const char *to)
{
    const char *at = strstr(json, from);
    assert_non_null(at);
    char *text = assay_formatted("%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
    assert_non_null(text);
    return text;
}

static void a_journal_from_before_jobs_and_requirements_has_none(void **state)
{
    (void)state;
    char *json = written();
    static const char *const gone[] = { ",\"jobs\":1,\"baseline\":false", ",\"jobs\":1,\"baseline\":false",
                                        ",\"jobs\":3,\"baseline\":true" };
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        char *text = changed(json, gone[i], "");
        free(json);
        json = text;
    }
    const char *from = strstr(json, ",\"requirements\":[");
    const char *to = from != NULL ? strstr(from, "]") + 1 : NULL;
    assert_non_null(to);
    char *old = assay_formatted("%.*s%s", (int)(from - json), json, to);
    struct assay_plan *plan = read_back(old, NULL);
    for (size_t i = 0; i < plan->count; i++) {
        assert_true(plan->items[i].jobs == 1 && !plan->items[i].baseline);
    }
    assert_int_equal(plan->requirement_count, 0);
    assay_plan_free(plan);
    free(old);
    free(json);
}

static void a_plan_that_was_tampered_with_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *message;
    } cases[] = {
        { "\"seed\":\"18446744073709551615\"", "\"seed\":1", "bad 'seed' in a plan: want a decimal string" },
        { "\"jobs\":1", "\"jobs\":0", "bad 'jobs'" },
        { "\"counters\":true", "\"counters\":1", "bad 'counters'" },
        { "\"batch_s\":0.01", "\"batch_s\":null", "bad 'protocol'" },
        { "\"batch_s\":0.01", "\"batch_s\":1e99", "in a plan: bad batch" },
        { "\"processes\":10", "\"processes\":0", "bad 'processes'" },
        { "\"order\":\"interleaved\"", "\"order\":\"x\"", "bad 'order'" },
        { "\"mode\":\"warm\"", "\"mode\":\"hot\"", "bad 'mode'" },
        { "\"limit\":\"1000\"", "\"limit\":\"1001\"", "bad 'id'" },
        { "\"variant\":\"as-written\"", "\"variant\":3", "bad 'variant'" },
        { "\"threads\":1", "\"threads\":-1", "bad 'threads'" },
        { "\"jobs\":3", "\"jobs\":0", "bad 'jobs'" },
        { "\"jobs\":3", "\"jobs\":\"3\"", "bad 'jobs'" },
        { "\"baseline\":true", "\"baseline\":1", "bad 'baseline'" },
        { "\"requirements\":[", "\"requirements\":[3,", "bad 'fact'" },
        { "\"warn_only\":true", "\"warn_only\":null", "bad 'warn_only'" },
        { "\"wish\":\">=3\"", "\"wish\":\">=\"", "in a plan: bad condition '>='" },
        { "topology.processors", "processors", "in a plan: 'processors' is not a fact" },
        { "\"benchmarks\":[", "\"benchmarks\":[3,", "bad 'benchmarks'" },
    };
    char *json = written();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = changed(json, cases[i].from, cases[i].to);
        read_back(text, cases[i].message);
        free(text);
    }
    free(json);
}

static void a_benchmark_that_is_gone_is_kept_with_the_reason(void **state)
{
    (void)state;
    char *json = written();
    char *text = changed(json, "plugins/a.so", "plugins/z.so");
    struct assay_plan *plan = read_back(text, NULL);
    assert_non_null(strstr(plan->items[0].unavailable, "plugins/z.so"));
    assert_null(plan->items[0].source);
    assay_plan_free(plan);
    free(text);
    free(json);
}

static void a_plugin_that_takes_other_parameters_now_is_refused(void **state)
{
    (void)state;
    char *json = written();
    assay_catalog_close(catalog);
    fake_write(fake_plugins, "a.so", FAKE_REPLY("{\"name\":\"primes.root\",\"summary\":\"x\",\"parameters\":[" FAKE_LIMIT "]}"));
    catalog = fake_open();
    read_back(json, "has changed since this plan was made: primes.root takes other parameters");
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_plan_comes_back_as_it_was_written),
        TEST(a_journal_from_before_jobs_and_requirements_has_none),
        TEST(a_plan_that_was_tampered_with_is_refused),
        TEST(a_benchmark_that_is_gone_is_kept_with_the_reason),
        TEST(a_plugin_that_takes_other_parameters_now_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
