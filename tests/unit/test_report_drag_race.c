/* Lines of the drag race out of documents: the golden lines, and who has none and why. */
// links: reports import result stats base
#include "sample_document.h"

#include "import/import.h"
#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include <regex.h>

static const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;

static char *lines_of(const struct assay_document *document)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    FILE *to = open_memstream(&bytes, &length);
    if (assay_report_render(assay_report_format_find("drag-race"), document, &options, to, &error)) {
        fail_msg("%s", error.text);
    }
    fclose(to);
    return bytes;
}

/* One verified benchmark of two samples: 3 + 4 iterations, 2.5 s + 2.500043125 s. */
static struct assay_document *small_document(const char *id)
{
    struct assay_document *document = NULL;
    assert_int_equal(assay_document_new(&document, NULL), 0);
    assert_non_null(assay_document_add_session(document));
    struct assay_benchmark *benchmark = assay_document_add(document);
    benchmark->id = assay_copy(id);
    benchmark->kernel = assay_copy("sieve");
    benchmark->implementation = assay_copy("c");
    benchmark->verified = 1;
    benchmark->threads = 2;
    assert_non_null(assay_benchmark_add_process(benchmark));
    const double first[ASSAY_COLUMN_COUNT] = { 3, 2.5e9, NAN, NAN, 0, NAN, NAN, NAN, NAN, NAN };
    const double second[ASSAY_COLUMN_COUNT] = { 4, 2500043124.7, NAN, NAN, 0, NAN, NAN, NAN, NAN, NAN };
    assert_true(assay_samples_append(&benchmark->samples, first));
    assert_true(assay_samples_append(&benchmark->samples, second));
    assert_int_equal(assay_document_compute(document, NULL), 0);
    return document;
}

static void assert_lines(const struct assay_document *document, const char *wanted)
{
    char *lines = lines_of(document);
    assert_string_equal(lines, wanted);
    free(lines);
}

static void a_line_has_all_passes_and_all_seconds(void **state)
{
    (void)state;
    struct assay_document *document = small_document("sieve:limit=1000000");
    assert_lines(document, "sieve:limit=1000000;7;5.000043125;2\n");
    assay_benchmark_tag(&document->benchmarks[0], "sieve");
    assay_benchmark_tag(&document->benchmarks[0], "bits=8");
    assay_benchmark_tag(&document->benchmarks[0], "memory=32768");
    assay_benchmark_tag(&document->benchmarks[0], "algorithm=wheel");
    assert_lines(document, "sieve:limit=1000000;7;5.000043125;2;algorithm=wheel,bits=8\n");
    assay_benchmark_tag(&document->benchmarks[0], "faithful=yes");
    assert_lines(document, "sieve:limit=1000000;7;5.000043125;2;algorithm=wheel,faithful=yes,bits=8\n");
    assert_null(assay_report_drag_race_left_out(document));
    assay_document_free(document);
}

/* Broken by taking the tag's word for it. */
static void who_keeps_the_buffer_is_not_faithful(void **state)
{
    (void)state;
    for (int fresh = 0; fresh < 2; fresh++) {
        struct assay_document *document = small_document("sieve");
        assay_benchmark_tag(&document->benchmarks[0], "faithful=yes");
        assert_true(assay_benchmark_add_parameter(&document->benchmarks[0], "buffer", fresh ? "fresh" : "kept"));
        char *text = lines_of(document);
        assert_non_null(strstr(text, fresh ? ";faithful=yes\n" : ";faithful=no\n"));
        free(text);
        assay_document_free(document);
    }
}

static void odd_labels_and_tags_cannot_break_a_line(void **state)
{
    (void)state;
    struct assay_document *document = small_document("a;b\n\x1b[1m\xff");
    assay_benchmark_tag(&document->benchmarks[0], "algorithm=a,b");
    assay_benchmark_tag(&document->benchmarks[0], "faithful=");
    assay_benchmark_tag(&document->benchmarks[0], "bits=123456789012345678901234567890123");
    assert_lines(document, "a,b??[1m\xEF\xBF\xBD;7;5.000043125;2\n");
    assay_document_free(document);
}

static void assert_left_out(struct assay_document *document, const char *why)
{
    char *words = assay_report_drag_race_left_out(document);
    assert_lines(document, "");
    assert_string_equal(words, why);
    free(words);
    assay_document_free(document);
}

static void what_was_not_proven_has_no_line_and_is_said(void **state)
{
    (void)state;
    struct assay_document *document = small_document("x");
    document->benchmarks[0].verified = -1;
    assert_left_out(document, "x (its answer is not verified)");
    document = small_document("x");
    document->benchmarks[0].verified = 0;
    document->benchmarks[0].status = ASSAY_STATUS_WRONG_ANSWER;
    assert_left_out(document, "x (wrong-answer)");
    document = small_document("x");
    document->benchmarks[0].mode[0] = 'W';
    assert_left_out(document, "x (each pass in a fresh process, or after flushed caches)");
    document = small_document("x");
    document->benchmarks[0].samples.count = 0;
    assert_left_out(document, "x (no samples)");
    document = small_document("x");
    document->benchmarks[0].samples.elapsed_ns[0] = 0.1;
    document->benchmarks[0].samples.elapsed_ns[1] = 0.2;
    assert_left_out(document, "x (a time below 1 ns, or above 2^63)");
    document = small_document("x");
    document->benchmarks[0].samples.iterations[0] = 0x1p53;
    document->benchmarks[0].samples.iterations[1] = 2;
    assert_left_out(document, "x (over 2^53 passes)");
}

/* The regular expression of the race's report tool (tools/src/services/report.ts), as POSIX writes it. */
static void every_line_is_one_that_the_report_tool_takes(void **state)
{
    (void)state;
    regex_t expression;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 6, 2);
    char *lines = lines_of(document);
    char *left_out = assay_report_drag_race_left_out(document);
    size_t count = 0;
    assert_int_equal(
        regcomp(&expression,
                "^.+[[:space:]]*;[[:space:]]*[0-9]+[[:space:]]*;[[:space:]]*[0-9]+([.][0-9]+)?[[:space:]]*;"
                "[[:space:]]*[0-9]+(;.+)?$",
                REG_EXTENDED | REG_NOSUB),
        0);
    for (char *line = strtok(lines, "\n"); line; line = strtok(NULL, "\n"), count++) {
        if (regexec(&expression, line, 0, NULL, 0) != 0) {
            fail_msg("'%s'", line);
        }
    }
    assert_int_equal(count, 7); /* of 11: one is wrong, one crashed, one is a first iteration, one nobody can verify */
    assert_string_equal(left_out,
                        "primes.broken:limit=10000 (wrong-answer), sieve.segmented:limit=1000000 (each pass in a "
                        "fresh process, or after flushed caches), command.run:line=\"gzip -9 -k 'a file'\" (its "
                        "answer is not verified) and 1 more");
    regfree(&expression);
    free(left_out);
    free(lines);
    assay_document_free(document);
}

static void what_is_written_is_read_back_to_the_last_nanosecond(void **state)
{
    (void)state;
    struct assay_document *document = small_document("sieve:limit=1000000");
    struct assay_document *again = NULL;
    struct assay_error error = { 0 };
    assay_benchmark_tag(&document->benchmarks[0], "algorithm=wheel");
    char *lines = lines_of(document);
    const struct assay_import_source source = { "lines", lines, strlen(lines), ASSAY_IMPORT_LIMIT_USUAL };
    assert_int_equal(assay_import(&again, &source, 1, NULL, &error), 0);
    assert_string_equal(again->benchmarks[0].id, "sieve:limit=1000000");
    assert_true(again->benchmarks[0].samples.iterations[0] == 7);
    assert_true(again->benchmarks[0].samples.elapsed_ns[0] == 5000043125.0);
    assert_int_equal(again->benchmarks[0].threads, 2);
    assert_string_equal(again->benchmarks[0].tags[0], "algorithm=wheel");
    free(lines);
    assay_document_free(again);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_all_passes_and_all_seconds),
        cmocka_unit_test(who_keeps_the_buffer_is_not_faithful),
        cmocka_unit_test(odd_labels_and_tags_cannot_break_a_line),
        cmocka_unit_test(what_was_not_proven_has_no_line_and_is_said),
        cmocka_unit_test(every_line_is_one_that_the_report_tool_takes),
        cmocka_unit_test(what_is_written_is_read_back_to_the_last_nanosecond),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
