/* Files of google-benchmark, hyperfine, pyperf and Go as documents: what is kept, what is null and said, and what is no
 * sample. The numbers beside the samples are worked out from tests/foreign/samples by hand. */
// links: import result stats base
#include "imported.h"

#include "base/text.h"

#include <math.h>

/* ---- google-benchmark ---- */

static void repetitions_of_google_benchmark_are_samples(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("google-benchmark", "google-benchmark-1.7.1.json");
    assert_int_equal(document->benchmark_count, 4); /* not its 12 aggregates */
    const struct assay_benchmark *sum = &document->benchmarks[0];
    assert_string_equal(sum->id, "sum/8");
    assert_string_equal(sum->kernel, "sum");
    assert_string_equal(parameter_of(sum, "arg0"), "8");
    assert_string_equal(sum->implementation, "imported");
    assert_int_equal(sum->status, ASSAY_STATUS_OK);
    assert_int_equal(sum->verified, -1);
    assert_int_equal(sum->samples.count, 3);
    assert_int_equal(sum->process_count, 1);
    assert_false(sum->statistics.ci95.known);
    assert_string_equal(assay_benchmark_tag_value(sum, "label"), "a \"label\"");
    assert_true(isnan(measure_of(sum, "odd")->values[0]));
    assert_true(isnan(measure_of(sum, "endless")->values[2]));
    assert_true(measure_of(sum, "items_per_second")->higher_is_better);
    assert_true(measure_of(sum, "items_per_second")->values[1] > 0);
    const struct assay_benchmark *spin = &document->benchmarks[2];
    assert_string_equal(spin->id, "spin/n:3/real_time/threads:2");
    assert_string_equal(spin->kernel, "spin");
    assert_int_equal(spin->parameter_count, 1);
    assert_string_equal(parameter_of(spin, "n"), "3");
    assert_string_equal(spin->tags[0], "real_time");
    assert_int_equal(spin->threads, 2);
    const struct assay_benchmark *bad = &document->benchmarks[3];
    assert_int_equal(bad->status, ASSAY_STATUS_FAILED);
    assert_string_equal(bad->message, "wrong count");
    assert_int_equal(bad->samples.count, 0);
    assert_true(is_warned(document, "there is no interval"));
    assert_true(is_warned(document, "before 1.9.0, whose later versions"));
    assert_true(is_warned(document, "NaN, Infinity"));
    assay_document_free(document);
}

static void the_context_of_google_benchmark_is_facts_without_the_host(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("google-benchmark", "google-benchmark-1.9.5.json");
    assert_int_equal(fact_of(document, "topology", "processors")->integer, 4);
    assert_int_equal(fact_of(document, "caches", "l1d_bytes")->integer, 49152);
    assert_true(fact_of(document, "load", "before_15m")->real == 0.2);
    assert_string_equal(fact_of(document, "import", "date")->text, "2026-01-21T10:00:00+00:00");
    assert_string_equal(fact_of(document, "import", "date")->origin, "google-benchmark's context");
    assert_true(fact_of(document, "import", "aslr_enabled")->truth);
    assert_int_equal(fact_of(document, "cpu", "model")->kind, ASSAY_FACT_NONE);
    assert_null(fact_of(document, "import", "host_name"));
    assert_null(fact_of(document, "import", "context_host_name"));
    assay_document_free(document);
    document = imported_sample("google-benchmark", "google-benchmark-1.7.1.json");
    assert_string_equal(fact_of(document, "import", "context_commit")->text, "abc123");
    assay_document_free(document);
}

/* 8 us a row by one of 4 threads, 400 iterations of all: 3200 us of all threads, 800 us of wall time. */
static void threads_are_wall_time_whatever_the_version(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("google-benchmark", "google-benchmark-1.9.5.json");
    const struct assay_benchmark *sieve = &document->benchmarks[0];
    assert_string_equal(sieve->kernel, "ns::sieve<int>");
    assert_int_equal(sieve->threads, 4);
    assert_true(sieve->samples.elapsed_ns[0] == 800000);
    assert_true(sieve->samples.cpu_ns[0] == 3000000);
    assert_true(sieve->statistics.median == 2500);
    assert_true(is_warned(document, "from 1.9.0 on says the wall time over the iterations of one of them"));
    assay_document_free(document);
    static const char *const versions[][2] = { { "\"library_version\":\"v1.8.5\"", "before 1.9.0, whose later" },
                                               { "\"library_version\":\"v0.0.0\"", "library_version does not tell" },
                                               { "\"x\":1", "before 1.9.0, whose later" } };
    for (size_t i = 0; i < 3; i++) {
        char text[400];
        (void)snprintf(text, sizeof text,
                       "{\"context\":{%s},\"benchmarks\":[{\"name\":\"a/threads:4\",\"run_type\":\"iteration\","
                       "\"threads\":4,\"iterations\":400,\"real_time\":8,\"cpu_time\":8,\"time_unit\":\"us\"}]}",
                       versions[i][0]);
        document = imported_text(NULL, text);
        assert_true(document->benchmarks[0].samples.elapsed_ns[0] == 3200000);
        assert_true(is_warned(document, versions[i][1]));
        assay_document_free(document);
    }
}

static void odd_rows_of_google_benchmark_are_told_apart(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("google-benchmark", "google-benchmark-1.9.5.json");
    assert_int_equal(document->benchmark_count, 4);
    const struct assay_benchmark *sieve = &document->benchmarks[0];
    assert_int_equal(sieve->samples.count, 2);                             /* the BigO row is none */
    assert_true(is_warned(document, "a counter has the name of a field")); /* its second real_time, 1e30 */
    assert_int_equal(measure_of(sieve, "late")->count, 2);
    assert_true(isnan(measure_of(sieve, "late")->values[0]));
    assert_true(measure_of(sieve, "late")->values[1] == 7);
    const struct assay_benchmark *skipped = &document->benchmarks[1];
    assert_int_equal(skipped->status, ASSAY_STATUS_UNAVAILABLE);
    assert_string_equal(skipped->message, "needs AVX-512");
    assert_string_equal(skipped->kernel, "skipped/case");
    assert_string_equal(skipped->tags[0], "min_time=0.100");
    assert_string_equal(document->benchmarks[2].id, "same"); /* two families of one name */
    assert_string_equal(document->benchmarks[3].id, "same");
    assert_true(document->benchmarks[2].statistics.median == 2e6);
    assert_true(document->benchmarks[3].statistics.median == 3e9);
    assay_document_free(document);
}

static void aggregates_alone_are_said_and_no_sample_is_made_of_them(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("google-benchmark", "google-benchmark-aggregates.json");
    const struct assay_benchmark *sum = &document->benchmarks[0];
    assert_int_equal(document->benchmark_count, 1);
    assert_string_equal(sum->id, "sum/8");
    assert_int_equal(sum->status, ASSAY_STATUS_UNAVAILABLE);
    assert_int_equal(sum->samples.count, 0);
    assert_false(sum->has_statistics);
    assert_non_null(strstr(sum->message,
                           "no repetition to compute from: mean 7.877 ns, median 6.995 ns, stddev 1.530 ns, cv "
                           "19.4 %"));
    assert_true(is_warned(document, "1 benchmark without a repetition (see --benchmark_report_aggregates_only)"));
    assay_document_free(document);
    /* Before 1.5 a suffix alone tells an aggregate. */
    document =
        imported_text(NULL, "{\"context\":{},\"benchmarks\":[{\"name\":\"a_mean\",\"iterations\":3,\"real_time\":9,"
                            "\"cpu_time\":9,\"time_unit\":\"ns\"},{\"name\":\"a\",\"iterations\":4,\"real_time\":7,"
                            "\"cpu_time\":null,\"time_unit\":\"ns\"}]}");
    assert_int_equal(document->benchmark_count, 1);
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_OK);
    assert_true(document->benchmarks[0].statistics.median == 7);
    assert_true(isnan(document->benchmarks[0].samples.cpu_ns[0]));
    assay_document_free(document);
}

static void a_time_that_is_not_a_number_fails_its_benchmark(void **state)
{
    (void)state;
    struct assay_document *document = imported_text(
        NULL, "{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\"run_type\":\"iteration\",\"iterations\":3,"
              "\"real_time\":NaN,\"cpu_time\":NaN,\"time_unit\":\"ns\"}]}");
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_FAILED);
    assert_string_equal(document->benchmarks[0].message, "its real_time is not a finite number");
    assay_document_free(document);
    document = imported_text( /* the first that failed has the word, and its own status */
        NULL, "{\"context\":{},\"benchmarks\":[{\"name\":\"a\",\"run_type\":\"iteration\",\"skipped\":true,"
              "\"skip_message\":\"no gpu\"},{\"name\":\"a\",\"run_type\":\"iteration\",\"iterations\":3,"
              "\"real_time\":NaN,\"cpu_time\":NaN,\"time_unit\":\"ns\"}]}");
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_UNAVAILABLE);
    assert_string_equal(document->benchmarks[0].message, "no gpu");
    assay_document_free(document);
}

static void names_of_google_benchmark_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *name, *kernel, *parameters;
    } cases[] = {
        { "a", "a", "" },
        { "a/8", "a", "arg0=8;" },
        { "a/8/-64/0.5", "a", "arg0=8;arg1=-64;arg2=0.5;" },
        { "a/n:8/m:x", "a", "n=8;m=x;" },
        { "a/n:8/9", "a", "n=8;arg0=9;" },
        { "a<b::c>/fast/8/iterations:10/repeats:3/manual_time/threads:2", "a<b::c>/fast", "arg0=8;" },
        { "a/n:8/n:9", "a/n:9", "n=8;" },
        { "a/b::c/:8/d:", "a/b::c/:8/d:", "" },
        { "a/", "a/", "" },
        { "/8", "", "arg0=8;" },
        { "a/1e3/nan/-", "a/nan/-", "arg0=1e3;" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[400], parameters[200] = "";
        (void)snprintf(text, sizeof text,
                       "{\"context\":{},\"benchmarks\":[{\"name\":\"%s\",\"run_type\":\"iteration\",\"iterations\":1,"
                       "\"real_time\":1}]}",
                       cases[i].name);
        struct assay_document *document = imported_text(NULL, text);
        const struct assay_benchmark *benchmark = &document->benchmarks[0];
        assert_string_equal(benchmark->id, cases[i].name);
        assert_string_equal(benchmark->kernel, cases[i].kernel);
        for (size_t k = 0; k < benchmark->parameter_count; k++) {
            size_t length = strlen(parameters);
            (void)snprintf(parameters + length, sizeof parameters - length, "%s=%s;", benchmark->parameters[k].name,
                           benchmark->parameters[k].text);
        }
        assert_string_equal(parameters, cases[i].parameters);
        assay_document_free(document);
    }
}

/* ---- hyperfine ---- */

static void every_run_of_hyperfine_is_a_process(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("hyperfine", "hyperfine-1.20.json");
    const struct assay_benchmark *sort = &document->benchmarks[0];
    assert_int_equal(document->benchmark_count, 2);
    assert_string_equal(sort->id, "sort names.txt");
    assert_string_equal(sort->kernel, "sort names.txt");
    assert_int_equal(sort->samples.count, 6);
    assert_int_equal(sort->process_count, 6);
    assert_true(sort->samples.iterations[5] == 1);
    assert_true(sort->samples.elapsed_ns[1] == 2e8);
    assert_true(sort->processes[5].peak_bytes == 1048581);
    assert_true(sort->statistics.median == 2.5e8);
    assert_true(sort->statistics.ci95.known); /* six processes: the least that have one */
    const struct assay_benchmark *killed = &document->benchmarks[1];
    assert_int_equal(killed->status, ASSAY_STATUS_CRASHED);
    assert_string_equal(killed->message, "1 of 1 runs were ended by a signal");
    assert_string_equal(parameter_of(killed, "threads"), "2");
    assert_true(isnan(killed->processes[0].peak_bytes));
    assert_true(is_warned(document, "says neither where nor when"));
    assay_document_free(document);
}

static void exit_codes_of_hyperfine_are_a_status(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("hyperfine", "hyperfine-1.15.json");
    assert_int_equal(document->benchmarks[1].status, ASSAY_STATUS_EXITED);
    assert_string_equal(document->benchmarks[1].message, "3 of 3 runs did not exit with 0: the first with 2");
    assert_string_equal(parameter_of(&document->benchmarks[1], "n"), "2");
    assert_int_equal(document->benchmarks[1].samples.count, 3);
    assay_document_free(document);
    document = imported_text(
        NULL, "{\"results\":[{\"command\":\"a\",\"mean\":1.5},{\"command\":\"b\",\"mean\":1,\"times\":[1,2],"
              "\"parameter\":\"7\"}]}");
    assert_int_equal(document->benchmarks[0].status, ASSAY_STATUS_UNAVAILABLE);
    assert_string_equal(document->benchmarks[0].message, "the file has no times to compute from: its mean is 1.500 s");
    assert_int_equal(document->benchmarks[1].status, ASSAY_STATUS_OK); /* it does not say exit codes */
    assert_string_equal(parameter_of(&document->benchmarks[1], "parameter"), "7");
    assay_document_free(document);
}

/* ---- pyperf ---- */

static void runs_of_pyperf_are_processes_without_their_warm_ups(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("pyperf", "pyperf-1.0.json");
    const struct assay_benchmark *list = &document->benchmarks[0];
    assert_int_equal(document->benchmark_count, 4);
    assert_string_equal(list->id, "[1]*1000");
    assert_int_equal(list->process_count, 2); /* the calibration is none */
    assert_int_equal(list->samples.count, 6);
    assert_true(list->samples.iterations[0] == 64);
    assert_true(fabs(list->samples.elapsed_ns[0] - 128000) < 1e-6);
    assert_true(fabs(list->statistics.median - 3500) < 1e-9); /* of 2500 and 4500 */
    assert_true(list->processes[0].peak_bytes == 15339520);
    assert_true(fabs(list->processes[0].warmup_ns - 160000) < 1e-6);
    assert_int_equal(list->processes[0].processor, 3);
    assert_int_equal(list->processes[1].processor, -1); /* "0-3" is no one */
    const struct assay_benchmark *pop = &document->benchmarks[1];
    assert_true(pop->samples.iterations[0] == 160); /* the run's 16 loops, 10 inner ones */
    assert_true(fabs(pop->statistics.median - 100) < 1e-9);
    assay_document_free(document);
}

static void metadata_of_pyperf_are_facts_without_the_host(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("pyperf", "pyperf-1.0.json");
    assert_string_equal(fact_of(document, "cpu", "model")->text, "A Processor @ 2.70GHz");
    assert_string_equal(fact_of(document, "cpu", "model")->origin, "pyperf's metadata");
    assert_int_equal(fact_of(document, "topology", "processors")->integer, 8);
    assert_string_equal(fact_of(document, "import", "pyperf_python_version")->text, "3.11.2 (64-bit)");
    assert_null(fact_of(document, "import", "pyperf_hostname"));
    assert_null(fact_of(document, "import", "pyperf_unit"));
    assay_document_free(document);
}

static void what_pyperf_did_not_time_has_no_time(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("pyperf", "pyperf-1.0.json");
    assert_int_equal(document->benchmarks[2].status, ASSAY_STATUS_UNAVAILABLE);
    assert_string_equal(document->benchmarks[2].message, "its values are no times, but of the unit byte");
    assert_int_equal(document->benchmarks[3].status, ASSAY_STATUS_UNAVAILABLE);
    assert_string_equal(document->benchmarks[3].message, "none of its runs has a value: they calibrate alone");
    assay_document_free(document);
}

/* ---- Go's format ---- */

static void lines_of_go_are_samples_of_processes_that_pass_ends(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("benchfmt", "benchfmt.txt");
    const struct assay_benchmark *sum = &document->benchmarks[0];
    assert_int_equal(document->benchmark_count, 4);
    assert_string_equal(sum->id, "Sum/small/n=10-8");
    assert_string_equal(sum->kernel, "Sum/small");
    assert_string_equal(parameter_of(sum, "n"), "10");
    assert_string_equal(parameter_of(sum, "gomaxprocs"), "8");
    assert_int_equal(sum->threads, 1);
    assert_int_equal(sum->samples.count, 3);
    assert_int_equal(sum->process_count, 2);
    assert_true(sum->samples.process[1] == 0 && sum->samples.process[2] == 1);
    assert_true(sum->samples.elapsed_ns[0] == 5500 && sum->samples.iterations[0] == 1000);
    assert_true(sum->statistics.median == 5);
    assert_true(measure_of(sum, "MB/s")->higher_is_better);
    assert_true(measure_of(sum, "widgets/op")->higher_is_better); /* the file says so */
    assert_false(measure_of(sum, "allocs/op")->higher_is_better);
    assert_null(measure_of(sum, "ns/op"));
    assert_true(is_warned(document, "1 line of other output was ignored"));
    assert_true(is_warned(document, "1 line without a time is left out"));
    assert_false(is_warned(document, "there is no interval without several"));
    assay_document_free(document);
}

static void keys_of_go_are_facts_or_tags_where_they_differ(void **state)
{
    (void)state;
    struct assay_document *document = imported_sample("benchfmt", "benchfmt.txt");
    assert_string_equal(fact_of(document, "cpu", "model")->text, "A Processor @ 2.70GHz");
    assert_string_equal(fact_of(document, "import", "goos")->text, "linux");
    assert_string_equal(fact_of(document, "import", "config_commit")->text, "abc123");
    assert_null(fact_of(document, "import", "pkg"));
    assert_string_equal(document->benchmarks[0].tags[0], "pkg=example.com/x");
    const struct assay_benchmark *other = &document->benchmarks[3];
    assert_string_equal(other->id, "Sum/small/n=10-8"); /* the same name in another package */
    assert_string_equal(other->tags[0], "pkg=example.com/y");
    assert_true(fabs(other->statistics.median - 7) < 1e-12);                    /* in sec/op */
    assert_int_equal(document->benchmarks[2].status, ASSAY_STATUS_UNAVAILABLE); /* no time */
    assay_document_free(document);
    document =
        imported_text(NULL, "BenchmarkA 1 2 ns/op\nlate: yes\nBenchmarkA 1 3 ns/op\nlate:\nBenchmarkA 1 4 ns/op\n");
    assert_int_equal(document->benchmark_count, 2); /* with and without */
    assert_int_equal(document->benchmarks[0].samples.count, 2);
    assert_int_equal(document->benchmarks[0].tag_count, 0);
    assert_string_equal(document->benchmarks[1].tags[0], "late=yes");
    assert_true(is_warned(document, "there is no interval without several"));
    assay_document_free(document);
}

static void other_lines_of_go_are_no_results(void **state)
{
    (void)state;
    struct assay_document *document =
        imported_text(NULL, "\xEF\xBB\xBF"
                            "BenchmarkA \t 7  2.5 ns/op\r\nBenchmarkA\nBenchmarkA starts\nBenchmarking 10 things\n"
                            "  BenchmarkB 1 2 ns/op\nNote: none\n\nBenchmarkC-0/x-4 1 NaN retries/op 3 ns/op");
    assert_int_equal(document->benchmark_count, 2);
    assert_true(document->benchmarks[0].samples.elapsed_ns[0] == 17.5);
    assert_string_equal(document->benchmarks[1].kernel, "C-0/x");
    assert_true(isnan(measure_of(&document->benchmarks[1], "retries/op")->values[0]));
    assert_true(is_warned(document, "5 lines of other output were ignored"));
    assay_document_free(document);
}

static void keys_of_go_that_have_no_room_are_said(void **state)
{
    (void)state;
    struct assay_text text = ASSAY_TEXT_INIT;
    for (int i = 0; i < 65; i++) {
        assay_text_format(&text, "k%d: v\nBenchmarkA 1 1 ns/op\n", i);
        struct assay_document *document = i < 63 ? NULL : imported_text("benchfmt", text.bytes);
        assert_true(!document || is_warned(document, "keys behind the first 64 of a file") == (i == 64));
        assay_document_free(document);
    }
    assay_text_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repetitions_of_google_benchmark_are_samples),
        cmocka_unit_test(the_context_of_google_benchmark_is_facts_without_the_host),
        cmocka_unit_test(threads_are_wall_time_whatever_the_version),
        cmocka_unit_test(odd_rows_of_google_benchmark_are_told_apart),
        cmocka_unit_test(aggregates_alone_are_said_and_no_sample_is_made_of_them),
        cmocka_unit_test(a_time_that_is_not_a_number_fails_its_benchmark),
        cmocka_unit_test(names_of_google_benchmark_are_taken_apart),
        cmocka_unit_test(every_run_of_hyperfine_is_a_process),
        cmocka_unit_test(exit_codes_of_hyperfine_are_a_status),
        cmocka_unit_test(runs_of_pyperf_are_processes_without_their_warm_ups),
        cmocka_unit_test(metadata_of_pyperf_are_facts_without_the_host),
        cmocka_unit_test(what_pyperf_did_not_time_has_no_time),
        cmocka_unit_test(lines_of_go_are_samples_of_processes_that_pass_ends),
        cmocka_unit_test(keys_of_go_are_facts_or_tags_where_they_differ),
        cmocka_unit_test(keys_of_go_that_have_no_room_are_said),
        cmocka_unit_test(other_lines_of_go_are_no_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
