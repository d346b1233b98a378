/* Documents that the writer makes, before a validator that shares no line with it: tests/cli/validate_document.py, over
 * python3-jsonschema. */
// links: result stats base
#include "sample_document.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "document_texts.h"

static char *saved(const struct assay_document *document)
{
    static unsigned number;
    struct assay_error error = { 0 };
    const char *directory = getenv("TMPDIR");
    char *path =
        assay_formatted("%s/assay-schema-%ld-%u.json", directory ? directory : "/tmp", (long)getpid(), number++);
    if (assay_document_save(document, path, &error))
        fail_msg("%s", error.text);
    return path;
}

/* Frees the document. */
static void assert_valid(struct assay_document *document)
{
    char *said = NULL;
    char *path = saved(document);
    int status = validate(path, &said);
    unlink(path);
    if (status != 0)
        fail_msg("status %d: %s", status, said);
    free(said);
    free(path);
    assay_document_free(document);
}

static void a_usual_document_is_valid(void **state)
{
    (void)state;
    assert_valid(sample_document(SAMPLE_KERNELS, 10, 3));
}

static void a_document_without_benchmarks_is_valid(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    assert_int_equal(assay_document_new(&document, NULL), 0);
    assert_non_null(assay_document_add_session(document));
    assert_valid(document);
}

static void a_document_with_measures_counters_and_two_sessions_is_valid(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(3, 6, 2);
    struct assay_benchmark *benchmark = &document->benchmarks[1];
    for (size_t i = 0; i < benchmark->samples.count; i++)
        assay_measure_append(assay_measure_get(&benchmark->measures, &benchmark->measure_count, "hits", "1", true),
                             i ? 0.5 : NAN);
    assay_measure_append(
        assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, "round_trip", "ns", false), 1e9);
    for (size_t i = 0; i < benchmark->samples.count; i++)
        assay_measure_append_counted(
            assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, "gap", "ns", false),
            (const double[]){ 1, NAN }, i % 3);
    assay_measure_get(&benchmark->counters, &benchmark->counter_count, "cycles", "1", false)->reason =
        sample_copy("no counters in this virtual machine");
    benchmark->answer.count = UINT64_MAX;
    assert_int_equal(assay_document_append_take(document, sample_document(3, 6, 2), NULL), 0);
    assert_valid(document);
}

static void replace(char **text, const char *with)
{
    free(*text);
    *text = sample_copy(with);
}

/* Every text that comes from outside, of bytes from a fixed seed: quotes, control characters, halves of characters. */
static void evil_names_cannot_make_a_document_invalid(void **state)
{
    (void)state;
    struct assay_random random;
    assay_random_init(&random, 99);
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 6, 2);
    for (size_t i = 0; i < document->benchmark_count; i++) {
        struct assay_benchmark *benchmark = &document->benchmarks[i];
        char *texts[8];
        for (size_t t = 0; t < 8; t++) {
            char evil[33] = "";
            for (size_t k = 0; k < 32; k++)
                evil[k] = (char)(1 + assay_random_below(&random, 255));
            texts[t] = sample_copy(evil);
        }
        replace(&benchmark->id, texts[0]);
        replace(&benchmark->kernel, texts[1]);
        replace(&benchmark->message, texts[2]);
        replace(&benchmark->plugin, texts[3]);
        replace(&benchmark->group, texts[4]);
        replace(&benchmark->build, texts[6]);
        assay_benchmark_add_parameter(benchmark, texts[5], texts[6]);
        assay_benchmark_add_parameter(benchmark, texts[5], texts[6]);
        assay_measure_get(&benchmark->counters, &benchmark->counter_count, texts[7], texts[6], true);
        assay_benchmark_flag(benchmark, texts[7]);
        assay_document_warn(document, "%s", texts[0]);
        replace(&document->sessions[0].command, texts[1]);
        replace(&document->suite, texts[2]);
        for (size_t t = 0; t < 8; t++)
            free(texts[t]);
    }
    assert_valid(document);
}

static void the_sample_in_the_tree_is_valid(void **state)
{
    (void)state;
    char *said = NULL;
    int status = validate(ASSAY_SOURCE_DIR "/data/samples/result-1.json", &said);
    if (status != 0)
        fail_msg("status %d: %s", status, said);
    free(said);
}

/* The document that docs/result-document.md shows: one benchmark that is well, one with a wrong answer, one that
 * crashed. */
static struct assay_document *example(void)
{
    struct assay_document *document = sample_document(1, 6, 2);
    sample_fill(assay_document_add(document), &sample_kernels[5], 6, 2, 6);
    sample_fill(assay_document_add(document), &sample_kernels[10], 1, 0, 11);
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    benchmark->operations = 117709;
    for (size_t i = 0; i < benchmark->samples.count; i++)
        assay_measure_append(assay_measure_get(&benchmark->measures, &benchmark->measure_count, "hit_rate", "1", true),
                             i == 3 ? NAN : 0.5 + (double)i / 64);
    for (size_t i = 0; i < benchmark->samples.count; i++)
        assay_measure_append_counted(
            assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, "round_trip", "ns", false),
            (const double[]){ 1800 + 12.5 * (double)i, 1900 }, i % 3);
    assay_measure_append(assay_measure_get(&benchmark->counters, &benchmark->counter_count, "allocations", "1", false),
                         3);
    assay_measure_get(&benchmark->counters, &benchmark->counter_count, "cycles", "1", false)->reason =
        sample_copy("this virtual machine has no hardware counters");
    assert_int_equal(assay_document_compute(document, NULL), 0);
    return document;
}

/* ASSAY_ACCEPT=1 writes it anew; its diff is read before it is kept. */
static void the_sample_in_the_tree_is_as_the_writer_writes_it(void **state)
{
    (void)state;
    struct assay_document *document = example();
    struct assay_error error = { 0 };
    const char *path = ASSAY_SOURCE_DIR "/data/samples/result-1.json";
    char *golden = NULL, *made = NULL;
    size_t length = 0, made_length = 0;
    if (getenv("ASSAY_ACCEPT"))
        assert_int_equal(assay_document_save(document, path, &error), 0);
    assay_document_free(document);
    if (assay_document_load(&document, path, &error) || assay_file_read(&golden, &length, path, 1u << 20, &error))
        fail_msg("%s", error.text);
    FILE *to = open_memstream(&made, &made_length);
    assert_int_equal(assay_document_write(document, to, &error), 0);
    fclose(to);
    assert_string_equal(made, golden);
    free(golden);
    free(made);
    assay_document_free(document);
}

static void the_validator_sees_what_is_wrong(void **state)
{
    (void)state;
    static const char *const wrong[] = { "{\"schema\":\"assay.result/2\"}", "[]", "{\"schema\": NaN}",
                                         "{\"schema\":1,\"schema\":1}", "\xff" };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char *said = NULL;
        char *path = assay_formatted("/tmp/assay-wrong-%ld.json", (long)getpid());
        assert_int_equal(assay_file_write(path, wrong[i], strlen(wrong[i]), NULL), 0);
        assert_int_equal(validate(path, &said), 1);
        unlink(path);
        free(path);
        free(said);
    }
}

static void the_validator_adds_the_counts_up(void **state)
{
    (void)state;
    static const struct {
        const char *counts;
        const char *words;
    } cases[] = { { "[0, 3]", NULL },
                  { "[]", NULL },
                  { "[3]", "has 1 counts, want 2" },
                  { "[1, 1]", "counts 2 values, has 3" },
                  { "[1, 2.5]", "is not of type 'integer'" },
                  { "[4, -1]", "is less than the minimum" } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *said = NULL;
        char *path = assay_formatted("/tmp/assay-counts-%ld.json", (long)getpid());
        char *json = assay_formatted(
            "{\"schema\":\"assay.result/1\",\"id\":\"a\",\"created\":\"2026-11-22T16:10:31Z\",\"tool\":{},"
            "\"environment\":{},\"benchmarks\":[{\"id\":\"k\",\"kernel\":\"k\",\"implementation\":\"c\",\"status\":"
            "\"ok\","
            "\"processes\":[{}],\"samples\":{\"iterations\":[1,1],\"elapsed_ns\":[1,1],\"process\":[0,0]},"
            "\"distributions\":[{\"name\":\"d\",\"unit\":\"s\",\"values\":[1,2,3],\"counts\":%s}]}]}",
            cases[i].counts);
        assert_int_equal(assay_file_write(path, json, strlen(json), NULL), 0);
        int status = validate(path, &said);
        unlink(path);
        if (status != (cases[i].words ? 1 : 0) || (cases[i].words && !strstr(said, cases[i].words)))
            fail_msg("case %zu: status %d: %s", i, status, said);
        free(path);
        free(json);
        free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_usual_document_is_valid),
        cmocka_unit_test(a_document_without_benchmarks_is_valid),
        cmocka_unit_test(a_document_with_measures_counters_and_two_sessions_is_valid),
        cmocka_unit_test(evil_names_cannot_make_a_document_invalid),
        cmocka_unit_test(the_sample_in_the_tree_is_as_the_writer_writes_it),
        cmocka_unit_test(the_sample_in_the_tree_is_valid),
        cmocka_unit_test(the_validator_adds_the_counts_up),
        cmocka_unit_test(the_validator_sees_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
