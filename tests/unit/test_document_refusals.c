/* What the reader of documents refuses, with which words, and what it takes. */
// links: result stats base
#include "sample_document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "document_texts.h"

/* A small document in pieces, so that one piece can be replaced. */
#define HEAD                                                                                                           \
    "{\"schema\":\"assay.result/1\",\"id\":\"a\",\"created\":\"2026-11-22T16:10:31Z\",\"tool\":{\"name\":\"assay\"},"
#define ENVIRONMENT "\"environment\":{},"
#define BEGIN "\"benchmarks\":[{\"id\":\"k\",\"kernel\":\"k\",\"implementation\":\"c\",\"status\":\"ok\","
#define PROCESSES "\"processes\":[{\"session\":0},{\"session\":0}],"
#define SAMPLES "\"samples\":{\"iterations\":[1,2],\"elapsed_ns\":[10,20.5],\"process\":[0,1]}"
#define END "}]}"
/* With a distribution of the two samples. */
#define COUNTED(values, counts)                                                                                        \
    HEAD ENVIRONMENT BEGIN PROCESSES SAMPLES ",\"distributions\":[{\"name\":\"d\",\"unit\":\"s\",\"values\":" values   \
                                             ",\"counts\":" counts "}]" END

static void the_least_document_is_taken(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (read_text(&document, HEAD ENVIRONMENT BEGIN PROCESSES SAMPLES END, &error))
        fail_msg("%s", error.text);
    assert_int_equal(document->session_count, 1);
    assert_string_equal(document->sessions[0].created, "2026-11-22T16:10:31Z");
    assert_true(isnan(document->benchmarks[0].samples.cpu_ns[1]));
    assert_string_equal(document->benchmarks[0].mode, "warm");
    assert_int_equal(document->benchmarks[0].verified, -1);
    assay_document_free(document);
}

static void unknown_fields_are_taken_at_any_depth(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (read_text(&document,
                  HEAD "\"new\":{\"a\":[1,{}]}," ENVIRONMENT BEGIN
                       "\"later\":{\"x\":[[{\"y\":null}]]},\"soon\":1," PROCESSES
                       "\"samples\":{\"iterations\":[1],\"elapsed_ns\":[10],\"process\":[0],\"joules\":[1,2,3]}" END,
                  &error))
        fail_msg("%s", error.text);
    assert_non_null(document->rest);
    assay_document_free(document);
}

static void counts_are_taken_null_empty_or_whole(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        size_t counts;
    } cases[] = {
        { COUNTED("[1,null,3]", "[0,3]"), 2 },
        { COUNTED("[]", "[0,0]"), 2 },
        { COUNTED("[1]", "null"), 0 },
        { COUNTED("[1]", "[]"), 0 },
        { COUNTED("[1]", "null,\"counted\":[5]"), 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        if (read_text(&document, cases[i].json, &error))
            fail_msg("case %zu: %s", i, error.text);
        assert_int_equal(document->benchmarks[0].distributions[0].counts_count, cases[i].counts);
        assay_document_free(document);
    }
}

static void counts_of_a_measure_are_an_unknown_field(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (read_text(&document,
                  HEAD ENVIRONMENT BEGIN PROCESSES SAMPLES
                  ",\"measures\":[{\"name\":\"m\",\"unit\":\"s\",\"values\":[1,2],"
                  "\"counts\":[7,\"x\"]}]" END,
                  &error))
        fail_msg("%s", error.text);
    assert_null(document->benchmarks[0].measures[0].counts);
    assay_document_free(document);
}

static const struct bad_document {
    const char *json;
    const char *words;
} bad_documents[] = {
    { "", "not JSON" },
    { "hello", "not JSON" },
    { "[]", "want an object" },
    { "3", "want an object" },
    { "{}", "no field 'schema'" },
    { "{\"schema\":\"assay.result/2\"}", "x.json: document is assay.result/2, this assay reads assay.result/1" },
    { "{\"schema\":\"assay.result/10\"}", "document is assay.result/10" },
    { "{\"schema\":\"other/1\"}", "schema: want 'assay.result/1'" },
    { "{\"schema\":1}", "schema: want 'assay.result/1'" },
    { HEAD ENVIRONMENT BEGIN PROCESSES SAMPLES, "not JSON" },
    { HEAD ENVIRONMENT BEGIN PROCESSES SAMPLES END "x", "not JSON" },
    { HEAD ENVIRONMENT BEGIN "\"processes\":[]" END, "benchmarks[0]: no field 'samples'" },
    { HEAD BEGIN PROCESSES SAMPLES END, "no field 'environment'" },
    { "{\"schema\":\"assay.result/1\",\"created\":\"yesterday\"}", "created: want a time" },
    { HEAD ENVIRONMENT BEGIN "\"threads\":0," PROCESSES SAMPLES END, "benchmarks[0].threads: want 1 or more" },
    { HEAD "\"id\":\"b\"}", "duplicate field 'id'" },
    { HEAD "\"new\":1,\"new\":2}", "duplicate field 'new'" },
    { HEAD "\"environment\":{\"cpu\":{\"a\":{\"value\":1},\"a\":{\"value\":2}}}}", "duplicate field 'a'" },
    { HEAD "\"environment\":{\"cpu\":{\"a\":1}}}", "environment.cpu.a: want an object" },
    { HEAD "\"environment\":{\"cpu\":{\"a\":{\"source\":\"x\"}}}}", "environment.cpu.a: no field 'value'" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"status\":\"splendid\"}]}", "benchmarks[0].status: want a known status" },
    { HEAD ENVIRONMENT "\"benchmarks\":{}}", "benchmarks: want an array" },
    { HEAD ENVIRONMENT "\"benchmarks\":[1]}", "benchmarks[0]: want an object" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"id\":null}]}", "benchmarks[0].id: want a text" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"flags\":[1]}]}", "benchmarks[0].flags[0]: want a text" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"parameters\":{\"a\":\"1\",\"a\":\"2\"}}]}", "duplicate field 'a'" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"parameters\":{\"a\":1}}]}", "parameters.a: want a text" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"answer\":{\"count\":-1}}]}", "answer.count: want a whole number" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"answer\":{\"count\":1.5}}]}", "answer.count: want a whole number" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"answer\":{\"sum\":\"18446744073709551616\"}}]}", "answer.sum: want" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"answer\":{\"sha256\":\"abc\"}}]}", "want 64 hexadecimal digits" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"statistics\":{\"ci95\":[1]}}]}", "ci95[0]: want two finite numbers" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"statistics\":{\"ci95\":[1,2,3]}}]}", "want two finite numbers" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"counters\":[{\"name\":\"a\",\"unit\":\"1\",\"values\":[]},"
                       "{\"name\":\"a\",\"unit\":\"1\",\"values\":[]}]}]}",
      "counters[1]: duplicate name 'a'" },
    { HEAD ENVIRONMENT BEGIN PROCESSES "\"samples\":{\"iterations\":[1,2],\"elapsed_ns\":[10],\"process\":[0,1]}" END,
      "column 'elapsed_ns' has 1 values, 'iterations' has 2" },
    { HEAD ENVIRONMENT BEGIN PROCESSES "\"samples\":{\"iterations\":[1],\"elapsed_ns\":[1e999],\"process\":[0]}" END,
      "benchmarks[0].samples.elapsed_ns[0]: want a finite number" },
    { HEAD ENVIRONMENT BEGIN PROCESSES "\"samples\":{\"iterations\":[1],\"elapsed_ns\":[-1],\"process\":[0]}" END,
      "elapsed_ns[0]: want a number of 0 or more" },
    { HEAD ENVIRONMENT BEGIN PROCESSES "\"samples\":{\"iterations\":[1],\"elapsed_ns\":[null],\"process\":[0]}" END,
      "elapsed_ns[0]: want a number of 0 or more" },
    { HEAD ENVIRONMENT BEGIN PROCESSES "\"samples\":{\"iterations\":[0],\"elapsed_ns\":[1],\"process\":[0]}" END,
      "iterations[0]: want 1 or more" },
    { HEAD ENVIRONMENT BEGIN PROCESSES "\"samples\":{\"iterations\":[1.5],\"elapsed_ns\":[1],\"process\":[0]}" END,
      "iterations[0]: want a whole number" },
    { HEAD ENVIRONMENT BEGIN PROCESSES "\"samples\":{\"iterations\":[1],\"elapsed_ns\":[1],\"process\":[2]}" END,
      "process[0]: want the index of a process" },
    { HEAD ENVIRONMENT BEGIN "\"processes\":[{\"session\":1}]," SAMPLES END,
      "processes[0].session: want the index of a session" },
    { HEAD ENVIRONMENT BEGIN PROCESSES SAMPLES ",\"measures\":[{\"name\":\"m\",\"unit\":\"s\",\"values\":[1]}]" END,
      "measures[0]: 1 values, want one a sample (2)" },
    { COUNTED("[1,2]", "[1]"), "distributions[0].counts: 1 numbers, want one a sample (2)" },
    { COUNTED("[1,2]", "[1,1,0]"), "distributions[0].counts: 3 numbers, want one a sample (2)" },
    { COUNTED("[1,2]", "[0,1]"), "distributions[0].counts: want a sum of 2, the number of values" },
    { COUNTED("[1,2]", "[1,2]"), "distributions[0].counts: want a sum of 2, the number of values" },
    { COUNTED("[1,2]", "[9007199254740992,2]"), "distributions[0].counts: want a sum of 2, the number of values" },
    { COUNTED("[1,2]", "[2,null]"), "distributions[0].counts[1]: want a whole number of 0 or more" },
    { COUNTED("[1,2]", "[0.5,1.5]"), "distributions[0].counts[0]: want a whole number of 0 or more" },
    { COUNTED("[1,2]", "[3,-1]"), "distributions[0].counts: want a sum of 2" },
    { COUNTED("[1,2]", "[-1,3]"), "distributions[0].counts[0]: want a whole number of 0 or more" },
    { COUNTED("[1,2]", "[\"2\",0]"), "distributions[0].counts[0]: want a finite number" },
    { COUNTED("[1,2]", "2"), "distributions[0].counts: want an object, an array, or null" },
    { COUNTED("[1,2]", "{}"), "distributions[0].counts: want an array" },
    { HEAD ENVIRONMENT "\"benchmarks\":[{\"build\":1}]}", "benchmarks[0].build: want a text or null" },
    { HEAD "\"x\":\"\xff\"}", "not JSON" },
};

static void each_kind_of_bad_document_is_refused_in_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad_documents / sizeof bad_documents[0]; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        FILE *from = bad_documents[i].json[0]
                         ? fmemopen((void *)(uintptr_t)bad_documents[i].json, strlen(bad_documents[i].json), "r")
                         : fopen("/dev/null", "r");
        int result = assay_document_read(&document, from, "x.json", &error);
        fclose(from);
        if (result != ASSAY_EINPUT || document || !strstr(error.text, bad_documents[i].words))
            fail_msg("case %zu: %d '%s', want '%s'", i, result, error.text, bad_documents[i].words);
    }
}

/* `prefix`, then `count` times `unit`. */
static char *repeated(const char *prefix, const char *unit, size_t count)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, prefix);
    for (size_t i = 0; i < count; i++)
        assay_text_append(&text, unit);
    return assay_text_take(&text);
}

static void nesting_without_end_is_refused(void **state)
{
    (void)state;
    static const char *const prefixes[] = { HEAD "\"unknown\":", HEAD ENVIRONMENT "\"benchmarks\":[{\"unknown\":" };
    for (size_t i = 0; i < 2; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        char *json = repeated(prefixes[i], "[", 100000);
        assert_int_equal(read_text(&document, json, &error), ASSAY_EINPUT);
        assert_non_null(strstr(error.text, "nested deeper than 64"));
        free(json);
    }
}

static void a_text_without_end_is_refused(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    char *json = repeated(HEAD "\"note\":\"", "0123456789abcdef", 2u << 20);
    assert_int_equal(read_text(&document, json, &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "longer than 16 MiB"));
    free(json);
}

static void too_many_elements_are_refused(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    char *json = repeated(HEAD "\"warnings\":[\"\"", ",\"\"", 20000);
    assert_int_equal(read_text(&document, json, &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "more than 10000 elements"));
    free(json);
}

static void a_missing_file_and_a_directory_are_named(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    assert_int_equal(assay_document_load(&document, "/no/such/file.json", &error), ASSAY_EIO);
    assert_non_null(strstr(error.text, "/no/such/file.json"));
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_document_load(&document, "/tmp", &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "'/tmp' is a directory"));
    assert_null(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_least_document_is_taken),
        cmocka_unit_test(unknown_fields_are_taken_at_any_depth),
        cmocka_unit_test(counts_are_taken_null_empty_or_whole),
        cmocka_unit_test(counts_of_a_measure_are_an_unknown_field),
        cmocka_unit_test(each_kind_of_bad_document_is_refused_in_words),
        cmocka_unit_test(nesting_without_end_is_refused),
        cmocka_unit_test(a_text_without_end_is_refused),
        cmocka_unit_test(too_many_elements_are_refused),
        cmocka_unit_test(a_missing_file_and_a_directory_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
