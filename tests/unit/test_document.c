/* Documents written, read back, and made of evil bytes. */
// links: result stats base
#include "sample_document.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "document_texts.h"

/* Says where two texts part, not all of both. */
static void assert_same_text(const char *a, const char *b)
{
    size_t at = 0;
    while (a[at] && a[at] == b[at])
        at++;
    size_t from = at > 60 ? at - 60 : 0;
    if (a[at] != b[at])
        fail_msg("differ at byte %zu:\n%.120s\nand\n%.120s", at, a + from, b + from);
}

static struct assay_document *simple(void)
{
    struct assay_document *document = sample_document(1, 6, 2);
    assert_non_null(document);
    return document;
}

static void assert_same_bits(const double *a, const double *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (isnan(a[i]))
            assert_true(isnan(b[i]));
        else
            assert_memory_equal(&a[i], &b[i], sizeof a[i]);
    }
}

static void every_sample_comes_back_bit_for_bit(void **state)
{
    (void)state;
    static const double odd[] = { 1.0 / 3,
                                  1e-320,
                                  5e-324,
                                  1.7976931348623157e308,
                                  0.1,
                                  123456789.123456789,
                                  9007199254740992.0,
                                  4503599627370497.5,
                                  1e22,
                                  1e23,
                                  2.5,
                                  0.3,
                                  1e15,
                                  0 };
    struct assay_document *document = simple();
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    struct assay_random random;
    assay_random_init(&random, 7);
    for (size_t i = 0; i < sizeof odd / sizeof odd[0] + 2000; i++) {
        double value = i < sizeof odd / sizeof odd[0]
                           ? odd[i]
                           : ldexp(assay_random_real(&random), (int)assay_random_below(&random, 200) - 100);
        const double row[ASSAY_COLUMN_COUNT] = { 1 + (double)i, value, NAN, 1e15 + (double)i, 3, 0, NAN, 2, 7, 0 };
        assert_true(assay_samples_append(&benchmark->samples, row));
    }
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_int_equal(again->benchmark_count, 1);
    const struct assay_samples *back = &again->benchmarks[0].samples;
    assert_int_equal(back->count, benchmark->samples.count);
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++)
        assert_same_bits(assay_samples_column(&benchmark->samples, i), assay_samples_column(back, i), back->count);
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void everything_else_comes_back_as_it_was_written(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 6, 2);
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    benchmark->answer.count = UINT64_MAX;
    struct assay_measure_values *measure =
        assay_measure_get(&benchmark->measures, &benchmark->measure_count, "hits", "1", true);
    for (size_t i = 0; i < benchmark->samples.count; i++)
        assay_measure_append(measure, i == 1 ? NAN : (double)i / 3);
    assay_measure_append(
        assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, "round_trip", "ns", false), 12.5);
    measure = assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, "gap", "ns", false);
    for (size_t i = 0; i < benchmark->samples.count; i++)
        assert_true(assay_measure_append_counted(measure, (const double[]){ 0.5, NAN, 2.5 }, i % 4));
    measure = assay_measure_get(&benchmark->counters, &benchmark->counter_count, "cycles", "1", false);
    measure->reason = sample_copy("no counters here");
    char *first = written(document);
    struct assay_document *again = read_back(first);
    char *second = written(again);
    assert_same_text(first, second);
    assert_true(again->benchmarks[0].answer.count == UINT64_MAX);
    assert_true(again->sessions[0].seed == 12345678901234567890u);
    assert_string_equal(again->benchmarks[0].counters[0].reason, "no counters here");
    assert_string_equal(again->benchmarks[0].build, "gcc 12.2.0 -O2 -fno-omit-frame-pointer");
    assert_null(again->benchmarks[4].build);
    assert_int_equal(again->benchmarks[0].distributions[0].counts_count, 0);
    measure = &again->benchmarks[0].distributions[1];
    assert_int_equal(measure->count, 18);
    assert_int_equal(measure->counts_count, 12);
    for (size_t i = 0; i < 12; i++)
        assert_true(measure->counts[i] == (double)(i % 4));
    assert_int_equal(again->benchmarks[5].status, ASSAY_STATUS_WRONG_ANSWER);
    assert_int_equal(again->sessions[0].reference_count, 8);
    const struct assay_fact *fact = assay_facts_find(&again->sessions[0].environment, "cpu", "logical");
    assert_true(fact && fact->kind == ASSAY_FACT_INTEGER && fact->integer == 2);
    free(first);
    free(second);
    assay_document_free(document);
    assay_document_free(again);
}

static void statistics_of_a_read_document_can_be_computed_again(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(SAMPLE_KERNELS, 7, 3);
    char *first = written(document);
    struct assay_document *again = read_back(first);
    memset(&again->benchmarks[0].statistics, 0, sizeof again->benchmarks[0].statistics);
    assert_int_equal(assay_document_compute(again, NULL), 0);
    char *second = written(again);
    assert_same_text(first, second);
    free(first);
    free(second);
    assay_document_free(document);
    assay_document_free(again);
}

static bool has_flag(const struct assay_benchmark *benchmark, const char *word)
{
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        if (strcmp(benchmark->flags[i], word) == 0)
            return true;
    }
    return false;
}

static void computing_replaces_only_the_flags_of_the_statistics(void **state)
{
    (void)state;
    struct assay_document *document = simple();
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    assert_true(assay_benchmark_flag(benchmark, "prints"));
    assert_true(assay_benchmark_flag(benchmark, "drift"));
    benchmark->samples.count = 1;
    assert_int_equal(assay_document_compute(document, NULL), 0);
    assert_true(has_flag(benchmark, "prints"));
    assert_false(has_flag(benchmark, "drift"));
    assert_true(has_flag(benchmark, "few-samples"));
    assay_document_free(document);
}

static void replace(char **text, const char *with)
{
    free(*text);
    *text = sample_copy(with);
}

static void evil_bytes_become_replacement_characters_and_a_flag(void **state)
{
    (void)state;
    static const char evil[] = "a\xff\xc0\x80 \"\\\n\x01\x7f\xed\xa0\x80 <b>\xf4\x90\x80\x80";
    struct assay_document *document = simple();
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    replace(&benchmark->id, evil);
    replace(&benchmark->kernel, evil);
    replace(&benchmark->message, evil);
    replace(&benchmark->group, evil);
    replace(&benchmark->parameters[0].name, evil);
    replace(&document->sessions[0].command, "assay run plain");
    char *json = written(document);
    json_t *tree = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(tree);
    json_t *first = json_array_get(json_object_get(tree, "benchmarks"), 0);
    assert_non_null(strstr(json_string_value(json_object_get(first, "id")), "a\xef\xbf\xbd\xef\xbf\xbd"));
    assert_int_equal(json_array_size(json_object_get(tree, "warnings")), 1);
    struct assay_document *again = read_back(json);
    assert_true(has_flag(&again->benchmarks[0], "invalid-utf8"));
    char *second = written(again);
    assert_same_text(json, second);
    free(second);
    free(json);
    json_decref(tree);
    assay_document_free(document);
    assay_document_free(again);
}

static void an_evil_build_alone_gives_the_flag(void **state)
{
    (void)state;
    struct assay_document *document = simple();
    replace(&document->benchmarks[0].build, "gcc \xff");
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_string_equal(again->benchmarks[0].build, "gcc \xef\xbf\xbd");
    assert_true(has_flag(&again->benchmarks[0], "invalid-utf8"));
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void evil_bytes_outside_of_benchmarks_give_a_warning(void **state)
{
    (void)state;
    struct assay_document *document = simple();
    replace(&document->sessions[0].command, "assay run \xfe");
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_string_equal(again->sessions[0].command, "assay run \xef\xbf\xbd");
    assert_int_equal(again->warning_count, 2);
    assert_false(has_flag(&again->benchmarks[0], "invalid-utf8"));
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void names_that_cleaning_makes_equal_stay_apart(void **state)
{
    (void)state;
    struct assay_document *document = simple();
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    assay_benchmark_add_parameter(benchmark, "p\xff", "1");
    assay_benchmark_add_parameter(benchmark, "p\xfe", "2");
    assay_measure_get(&benchmark->counters, &benchmark->counter_count, "c\xff", "1", false);
    assay_measure_get(&benchmark->counters, &benchmark->counter_count, "c\xfe", "1", false);
    char *json = written(document);
    struct assay_document *again = read_back(json);
    assert_string_equal(again->benchmarks[0].parameters[1].name, "p\xef\xbf\xbd");
    assert_string_equal(again->benchmarks[0].parameters[2].name, "p\xef\xbf\xbd~2");
    assert_string_equal(again->benchmarks[0].counters[1].name, "c\xef\xbf\xbd~2");
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void unknown_fields_at_the_top_are_kept(void **state)
{
    (void)state;
    struct assay_document *document = simple();
    char *json = written(document);
    char *tail = strrchr(json, '}');
    char *more = assay_formatted("%.*s, \"later\": [{\"base\": 0, \"r\": [1.5, -2, null, true, 1e300]}], "
                                 "\"note\": \"x\", \"deep\": {\"a\": {\"b\": [[]]}}}",
                                 (int)(tail - json), json);
    struct assay_document *again = read_back(more);
    char *second = written(again);
    json_t *before = json_loads(more, 0, NULL);
    json_t *after = json_loads(second, 0, NULL);
    assert_non_null(before);
    assert_true(json_equal(json_object_get(before, "later"), json_object_get(after, "later")));
    assert_true(json_equal(json_object_get(before, "deep"), json_object_get(after, "deep")));
    assert_string_equal(json_string_value(json_object_get(after, "note")), "x");
    json_decref(before);
    json_decref(after);
    free(second);
    free(more);
    free(json);
    assay_document_free(document);
    assay_document_free(again);
}

static void a_document_that_breaks_its_rules_is_not_written(void **state)
{
    (void)state;
    struct assay_document *document = simple();
    struct assay_error error = { 0 };
    FILE *to = fopen("/dev/null", "w");
    document->benchmarks[0].samples.process[3] = 6;
    assert_int_equal(assay_document_write(document, to, &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "benchmarks[0].samples.process[3]"));
    fclose(to);
    assay_document_free(document);
}

/* Nine values of twelve samples; then each rule is broken in memory. */
static void wrong_counts_are_neither_written_nor_computed(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        double count;
        size_t length;
        const char *words;
    } cases[] = {
        { 0, 0, 12, "benchmarks[0].distributions[0].counts: want a sum of 9, the number of values" },
        { 0, 2, 12, "benchmarks[0].distributions[0].counts: want a sum of 9, the number of values" },
        { 3, 0.5, 12, "benchmarks[0].distributions[0].counts[3]: want a whole number of 0 or more" },
        { 3, -1, 12, "benchmarks[0].distributions[0].counts[3]: want a whole number of 0 or more" },
        { 3, NAN, 12, "benchmarks[0].distributions[0].counts[3]: want a whole number of 0 or more" },
        { 3, 1, 11, "benchmarks[0].distributions[0].counts: 11 numbers, want one a sample (12)" },
    };
    struct assay_document *document = simple();
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    struct assay_measure_values *values =
        assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, "gap", "ns", false);
    for (size_t i = 0; i < 12; i++)
        assert_true(assay_measure_append_counted(values, (const double[]){ 7 }, i < 9));
    FILE *to = fopen("/dev/null", "w");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_error error = { 0 }, other = { 0 };
        double right = values->counts[cases[i].at];
        values->counts[cases[i].at] = cases[i].count;
        values->counts_count = cases[i].length;
        assert_int_equal(assay_document_write(document, to, &error), ASSAY_EINPUT);
        assert_string_equal(error.text, cases[i].words);
        assert_int_equal(assay_document_compute(document, &other), ASSAY_EINPUT);
        assert_string_equal(other.text, cases[i].words);
        values->counts[cases[i].at] = right;
    }
    values->counts_count = 12;
    assert_int_equal(assay_document_write(document, to, NULL), 0);
    fclose(to);
    assay_document_free(document);
}

static void values_that_no_memory_can_hold_leave_a_distribution_as_it_was(void **state)
{
    (void)state;
    struct assay_measure_values values = { 0 };
    const double three[] = { 1, 2, 3 };
    assert_true(assay_measure_append_counted(&values, three, 3));
    assert_false(assay_measure_append_counted(&values, three, SIZE_MAX));
    assert_false(assay_measure_append_counted(&values, three, SIZE_MAX / 8));
    assert_true(assay_measure_append_counted(&values, NULL, 0));
    assert_int_equal(values.count, 3);
    assert_int_equal(values.counts_count, 2);
    assert_true(values.values[2] == 3 && values.counts[0] == 3 && values.counts[1] == 0);
    free(values.values);
    free(values.counts);
}

static void a_full_disk_is_an_error_that_names_the_file(void **state)
{
    (void)state;
    struct assay_document *document = simple();
    struct assay_error error = { 0 };
    assert_int_equal(assay_document_save(document, "/dev/full", &error), ASSAY_EIO);
    assert_non_null(strstr(error.text, "/dev/full"));
    assay_document_free(document);
}

static void every_status_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < ASSAY_STATUS_COUNT; i++) {
        enum assay_status parsed = ASSAY_STATUS_COUNT;
        assert_true(assay_status_parse(&parsed, assay_status_word((enum assay_status)i)));
        assert_int_equal(parsed, i);
    }
    enum assay_status untouched = ASSAY_STATUS_EXITED;
    assert_false(assay_status_parse(&untouched, "great"));
    assert_int_equal(untouched, ASSAY_STATUS_EXITED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_comes_back_bit_for_bit),
        cmocka_unit_test(everything_else_comes_back_as_it_was_written),
        cmocka_unit_test(statistics_of_a_read_document_can_be_computed_again),
        cmocka_unit_test(computing_replaces_only_the_flags_of_the_statistics),
        cmocka_unit_test(evil_bytes_become_replacement_characters_and_a_flag),
        cmocka_unit_test(an_evil_build_alone_gives_the_flag),
        cmocka_unit_test(evil_bytes_outside_of_benchmarks_give_a_warning),
        cmocka_unit_test(names_that_cleaning_makes_equal_stay_apart),
        cmocka_unit_test(unknown_fields_at_the_top_are_kept),
        cmocka_unit_test(a_document_that_breaks_its_rules_is_not_written),
        cmocka_unit_test(wrong_counts_are_neither_written_nor_computed),
        cmocka_unit_test(values_that_no_memory_can_hold_leave_a_distribution_as_it_was),
        cmocka_unit_test(a_full_disk_is_an_error_that_names_the_file),
        cmocka_unit_test(every_status_has_a_word_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
