/* Reports in the formats of other tools: names that are their own, repetitions that are processes, and what is left out. What their
 * readers make of them: tests/readers. */
// links: reports result stats base
#include "sample_document.h"

#include "reports/report.h"
#include "reports/tools/timed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_forms.h"
#include "report_golden.h"

static const char *const forms[] = { "google-benchmark", "bencher", "smaller-is-better", "benchfmt", "hyperfine", "pyperf" };
#define FORMS (sizeof forms / sizeof forms[0])

static void every_form_of_the_samples_is_as_accepted(void **state)
{
    (void)state;
    static const char *const samples[] = { "result-1", "comparisons" };
    for (size_t i = 0; i < 2; i++) {
        struct assay_document *document = stored_sample(samples[i]);
        for (size_t k = 0; k < FORMS; k++) {
            char *name = assay_formatted("%s-%s", forms[k], samples[i]);
            assert_golden_take(name, formed(document, forms[k]));
            free(name);
        }
        assay_document_free(document);
    }
}

static void assert_line(const char *text, size_t most, const char *wanted)
{
    char *line = assay_one_line(text, most);
    assert_string_equal(line, wanted);
    free(line);
}

static void text_from_outside_becomes_one_line(void **state)
{
    (void)state;
    assert_line("plain", 100, "plain");
    assert_line(NULL, 100, "");
    assert_line(" \xc2\xa0 a\xe3\x80\x80z \xe2\x80\x83", 100, "a z");
    assert_line("a\nb\x1b[1m\xff", 100, "a\xef\xbf\xbd" "b\xef\xbf\xbd[1m\xef\xbf\xbd");
    assert_line("12345", 5, "12345");
    assert_line("123456", 5, "12345\xe2\x80\xa6");
    assert_line("\xc3\xa9\xc3\xa9\xc3\xa9", 2, "\xc3\xa9\xc3\xa9\xe2\x80\xa6");
}

/* Four of one id, one of which has the name that a number would give. */
static void names_are_their_own(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(5, 6, 1);
    static const char *const ids[] = { "x", "x~2", "x", " x ", "\xe2\x80\x83" };
    static const char *const wanted[] = { "x", "x~2", "x~2~2", "x~3", "?" };
    for (size_t i = 0; i < 5; i++) {
        rename_benchmark(document, i, ids[i]);
    }
    const struct assay_report_input input = { .document = document };
    struct assay_report *report = NULL;
    struct assay_timed_list list = { 0 };
    assert_int_equal(assay_report_new(&report, &input, 1, NULL), 0);
    assert_int_equal(assay_timed_open(&list, report, NULL), 0);
    assert_int_equal(list.count, 5);
    for (size_t i = 0; i < 5; i++) {
        assert_string_equal(list.items[i].name, wanted[i]);
        assert_int_equal(list.of_benchmark[i], i);
    }
    assay_timed_release(&list);
    assay_report_free(report);
    assay_document_free(document);
}

static void both_sides_of_one_name_say_which_they_are(void **state)
{
    (void)state;
    struct assay_document *document = stored_sample("comparisons");
    assert_has(document, "bencher", "\"sieve.bytes:limit=1000000 (base)\":");
    assert_has(document, "bencher", "\"sieve.bytes:limit=1000000 (head)\":");
    assert_has(document, "benchfmt", "Benchmarksieve.bytes/limit=1000000/side=head-1 ");
    assay_document_free(document);
}

/* Broken by a number of the id instead of the line's own name. */
static void lines_of_go_are_of_one_benchmark_each(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(3, 6, 1);
    static const char *const ids[] = { "a/iterations:10", "a", "a/real_time" }; /* options, which are tags */
    for (size_t i = 0; i < 3; i++) {
        rename_benchmark(document, i, ids[i]);
        free(document->benchmarks[i].kernel);
        document->benchmarks[i].kernel = assay_copy("a");
    }
    document->benchmarks[2].threads = 2;
    assert_has(document, "benchfmt", "Benchmarka-1 ");
    assert_has(document, "benchfmt", "Benchmarka/copy=2-1 ");
    assert_has(document, "benchfmt", "Benchmarka-2 ");
    assert_has_not(document, "benchfmt", "copy=3");
    assay_document_free(document);
    document = stored_sample("comparisons"); /* the same pair twice */
    for (size_t i = 0; i < document->comparison_count; i++) {
        rename_benchmark(document, document->comparisons[i].base, "twin");
        rename_benchmark(document, document->comparisons[i].head, "twin");
    }
    assert_has(document, "benchfmt", "/side=base/copy=2-1 ");
    assert_has(document, "benchfmt", "/side=head/copy=2-1 ");
    assay_document_free(document);
}

static void families_are_kernels_in_the_order_met(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(4, 6, 1);
    static const char *const ids[] = { "z", "a", "z", "m" };
    for (size_t i = 0; i < 4; i++) {
        rename_benchmark(document, i, ids[i]);
    }
    assert_has(document, "google-benchmark", "{\"name\":\"z\",\"family_index\":0,\"per_family_instance_index\":0,");
    assert_has(document, "google-benchmark", "{\"name\":\"a\",\"family_index\":1,\"per_family_instance_index\":0,");
    assert_has(document, "google-benchmark", "{\"name\":\"z~2\",\"family_index\":0,\"per_family_instance_index\":1,");
    assert_has(document, "google-benchmark", "{\"name\":\"m\",\"family_index\":2,\"per_family_instance_index\":0,");
    assay_document_free(document);
}

static void pyperf_has_whole_names_and_says_what_has_no_value(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(3, 6, 1);
    char *id = calloc(1200, 1);
    memset(id, 'x', 1100);
    rename_benchmark(document, 0, id);
    rename_benchmark(document, 1, id); /* pyperf refuses two of one name */
    free(id);
    for (size_t i = 0; i < document->benchmarks[2].samples.count; i++) {
        document->benchmarks[2].samples.elapsed_ns[i] = 0;
    }
    assay_facts_integer(&document->sessions[0].environment, "topology", "processors", 4, "test");
    assert_has(document, "pyperf", "x\xe2\x80\xa6~2\"");
    assert_has(document, "pyperf", "\"cpu_count\":4}");
    assert_has_not(document, "pyperf", document->benchmarks[2].id);
    char *words = assay_report_pyperf_left_out(document);
    char *wanted = assay_formatted("%s (a time of 0)", document->benchmarks[2].id);
    assert_string_equal(words, wanted);
    free(words);
    free(wanted);
    assay_document_free(document);
}

/* Broken by a repetition a sample. */
static void a_repetition_is_a_process_or_a_sample_of_the_only_one(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 3, 4);
    struct assay_repetitions repetitions;
    assert_true(assay_repetitions_fill(&repetitions, &document->benchmarks[0]));
    assert_int_equal(repetitions.count, 3);
    assert_true(repetitions.of_processes);
    const struct assay_samples *samples = &document->benchmarks[0].samples;
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(repetitions.items[i].count, 4);
        for (size_t k = 0; k < 4; k++) {
            size_t row = repetitions.order[repetitions.items[i].first + k];
            assert_true(samples->process[row] == samples->process[repetitions.order[repetitions.items[i].first]]);
        }
    }
    assay_repetitions_release(&repetitions);
    for (size_t i = 0; i < samples->count; i++) {
        samples->process[i] = 0;
    }
    assert_true(assay_repetitions_fill(&repetitions, &document->benchmarks[0]));
    assert_int_equal(repetitions.count, 12);
    assert_false(repetitions.of_processes);
    assert_true(repetitions.items[5].ns == assay_samples_ns(samples, 5));
    assay_repetitions_release(&repetitions);
    assay_document_free(document);
}

static void a_median_without_samples_is_one_repetition(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 3, 4);
    document->benchmarks[0].samples.count = 0;
    struct assay_repetitions repetitions;
    assert_true(assay_repetitions_fill(&repetitions, &document->benchmarks[0]));
    assert_int_equal(repetitions.count, 1);
    assert_true(repetitions.items[0].ns == document->benchmarks[0].statistics.median);
    assay_repetitions_release(&repetitions);
    for (size_t k = 0; k < FORMS; k++) {
        assert_has(document, forms[k], "primes.trial");
    }
    assay_document_free(document);
}

static void what_has_no_time_is_left_out_and_said(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 2, 1);
    char *words = assay_timed_left_out(document);
    assert_string_equal(words, "primes.broken:limit=10000 (wrong-answer), bad.segfault (crashed)");
    free(words);
    for (size_t k = 0; k < FORMS; k++) {
        char *own = assay_report_format_find(forms[k])->left_out(document);
        assert_string_equal(own, "primes.broken:limit=10000 (wrong-answer), bad.segfault (crashed)");
        free(own);
        assert_has_not(document, forms[k], "primes.broken");
        assert_has_not(document, forms[k], "bad.segfault");
    }
    for (size_t i = 0; i < document->benchmark_count; i++) {
        document->benchmarks[i].status = ASSAY_STATUS_CRASHED;
    }
    words = assay_timed_left_out(document);
    assert_non_null(strstr(words, " and 8 more"));
    free(words);
    assay_document_free(document);
}

static void pyperf_without_a_benchmark_is_refused(void **state)
{
    (void)state;
    const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_document *document = sample_document(0, 1, 1);
    struct assay_error error = { 0 };
    FILE *to = tmpfile();
    assert_int_equal(assay_report_render(assay_report_format_find("pyperf"), document, &options, to, &error),
                     ASSAY_EINPUT);
    assert_string_equal(error.text, "pyperf holds no report without a benchmark, and none has a time");
    assert_int_equal(ftell(to), 0);
    fclose(to);
    assert_has(document, "google-benchmark", "\"benchmarks\":[\n    \n  ]");
    assay_document_free(document);
}

static void a_full_disk_is_an_error(void **state)
{
    (void)state;
    const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    static const char *const all[] = { "google-benchmark", "bencher", "smaller-is-better", "benchfmt", "hyperfine",
                                       "pyperf", "junit", "markdown", "rows" };
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 6, 10);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        struct assay_error error = { 0 };
        FILE *to = fopen("/dev/full", "w");
        assert_non_null(to);
        assert_int_equal(assay_report_render(assay_report_format_find(all[i]), document, &options, to, &error),
                         ASSAY_EIO);
        fclose(to);
    }
    assay_document_free(document);
}

static void suffixes_imply_their_forms(void **state)
{
    (void)state;
    static const char *const paths[][2] = {
        { "x.html", "html" },       { "x.md", "markdown" },          { "x.xml", "junit" },
        { "x.rows.csv", "rows" },   { "x.csv", "csv" },              { "x.gbench.json", "google-benchmark" },
        { "x.bmf.json", "bencher" }, { "x.smaller.json", "smaller-is-better" }, { "x.benchfmt", "benchfmt" },
        { "x.hyperfine.json", "hyperfine" }, { "x.pyperf.json", "pyperf" }, { "x.json", "json" },
    };
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        const struct assay_report_format *format = assay_report_format_of_path(paths[i][0]);
        assert_non_null(format);
        assert_string_equal(format->name, paths[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_the_samples_is_as_accepted),
        cmocka_unit_test(text_from_outside_becomes_one_line),
        cmocka_unit_test(names_are_their_own),
        cmocka_unit_test(both_sides_of_one_name_say_which_they_are),
        cmocka_unit_test(lines_of_go_are_of_one_benchmark_each),
        cmocka_unit_test(families_are_kernels_in_the_order_met),
        cmocka_unit_test(pyperf_has_whole_names_and_says_what_has_no_value),
        cmocka_unit_test(a_repetition_is_a_process_or_a_sample_of_the_only_one),
        cmocka_unit_test(a_median_without_samples_is_one_repetition),
        cmocka_unit_test(what_has_no_time_is_left_out_and_said),
        cmocka_unit_test(pyperf_without_a_benchmark_is_refused),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(suffixes_imply_their_forms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
