/* Scalings in documents: which benchmarks form a family, written, read back, refused in which words, made anew when
 * samples change, in the sample of the tree. */
// links: result stats base
#include "known_scalings.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "document_texts.h"

#define SAMPLE ASSAY_SOURCE_DIR "/data/samples/scaling.json"

static void compute(struct assay_document *document)
{
    struct assay_error error = { 0 };
    if (assay_document_compute(document, &error))
        fail_msg("%s", error.text);
}

/* A family of `count` linear benchmarks of one kernel. */
static struct assay_document *linear(size_t count)
{
    struct assay_document *document = scaling_empty();
    for (size_t i = 0; i < count; i++)
        scaling_add(document, "a.b", "c", scaling_limits[i], NULL, 2 * strtod(scaling_limits[i], NULL));
    return document;
}

static void a_family_has_a_scaling(void **state)
{
    (void)state;
    struct assay_document *document = linear(5);
    compute(document);
    assert_int_equal(document->scaling_count, 1);
    const struct assay_scaling *scaling = &document->scalings[0];
    assert_int_equal(scaling->count, 5);
    assert_string_equal(scaling->kernel, "a.b");
    assert_string_equal(scaling->implementation, "c");
    assert_string_equal(scaling->parameter, "limit");
    assert_string_equal(scaling->best, "n");
    assert_null(scaling->reason);
    assert_true(scaling->low < 1 && 1 < scaling->high && scaling->high - scaling->low < 0.01);
    assert_true(fabs(scaling->forms[0].coefficient - 2) < 0.05);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(scaling->benchmarks[i], i);
        assert_true(scaling->values[i] == strtod(scaling_limits[i], NULL));
    }
    compute(document); /* anew, not again */
    assert_int_equal(document->scaling_count, 1);
    assay_document_free(document);
}

/* What each change to the third of three benchmarks does: a family of two has no scaling. */
static void set_text(char **text, const char *with)
{
    free(*text);
    *text = sample_copy(with);
}

static void no_change(struct assay_benchmark *benchmark)
{
    (void)benchmark;
}
static void other_kernel(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->kernel, "a.c");
}
static void other_version(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->version, "1.1.0");
}
static void other_implementation(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->implementation, "cpython");
}
static void other_plugin(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->plugin, "kernels/other.so");
}
static void other_mode(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->mode, "first");
}
static void other_threads(struct assay_benchmark *benchmark)
{
    benchmark->threads = 2;
}
static void other_jobs(struct assay_benchmark *benchmark)
{
    benchmark->jobs = 2;
}
static void other_status(struct assay_benchmark *benchmark)
{
    benchmark->status = ASSAY_STATUS_TIMED_OUT;
}
static void another_parameter(struct assay_benchmark *benchmark)
{
    assay_benchmark_add_parameter(benchmark, "depth", "1");
}
static void no_number(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->parameters[0].text, "auto");
}
static void below_zero(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->parameters[0].text, "-5");
}
static void a_zero(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->parameters[0].text, "0");
}
static void the_same_number(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->parameters[0].text, "1e4");
}
static void no_time(struct assay_benchmark *benchmark)
{
    memset(benchmark->samples.elapsed_ns, 0, benchmark->samples.count * sizeof(double));
}
static void a_real(struct assay_benchmark *benchmark)
{
    set_text(&benchmark->parameters[0].text, "0.5");
}

static void a_family_differs_in_one_number_alone(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        void (*change)(struct assay_benchmark *benchmark);
        size_t scalings;
    } cases[] = {
        { "nothing", no_change, 1 },       { "kernel", other_kernel, 0 },        { "version", other_version, 0 },
        { "plugin", other_plugin, 0 },     { "mode", other_mode, 0 },            { "threads", other_threads, 0 },
        { "jobs", other_jobs, 0 },         { "status", other_status, 0 },        { "parameter", another_parameter, 0 },
        { "text", no_number, 0 },          { "negative", below_zero, 0 },        { "zero", a_zero, 0 },
        { "equal", the_same_number, 0 },   { "time of 0", no_time, 0 },          { "real", a_real, 1 },
        { "implementation", other_implementation, 0 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_document *document = linear(3);
        cases[i].change(&document->benchmarks[2]);
        compute(document);
        if (document->scaling_count != cases[i].scalings)
            fail_msg("%s: %zu scalings", cases[i].name, document->scaling_count);
        assay_document_free(document);
    }
}

/* Of five with a zero four are left; a text that is no number spoils the family, as nobody knows where it stands. */
static void a_zero_is_left_out_and_a_word_leaves_nothing(void **state)
{
    (void)state;
    struct assay_document *document = linear(5);
    a_zero(&document->benchmarks[4]);
    compute(document);
    assert_int_equal(document->scaling_count, 1);
    assert_int_equal(document->scalings[0].count, 4);
    assert_non_null(strstr(document->scalings[0].reason, "the value 0 is left out"));
    no_number(&document->benchmarks[4]);
    compute(document);
    assert_int_equal(document->scaling_count, 0);
    assay_document_free(document);
}

/* Three limits by three depths: one family for each value of the other, in the order of the document, whatever the order
 * of the grid; a benchmark that comes twice counts once. */
static void a_grid_of_two_has_a_family_for_each_value_of_the_other(void **state)
{
    (void)state;
    static const char *const depths[] = { "64", "1", "8" };
    struct assay_document *document = scaling_empty();
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            struct assay_benchmark *benchmark = scaling_add(document, "a.b", "c", scaling_limits[2 - i], NULL, 1000);
            assay_benchmark_add_parameter(benchmark, "depth", depths[k]);
        }
    }
    assay_benchmark_add_parameter(scaling_add(document, "a.b", "c", scaling_limits[2], NULL, 77), "depth", "64");
    compute(document);
    assert_int_equal(document->scaling_count, 6);
    assert_string_equal(document->scalings[0].parameter, "depth");
    const size_t first[] = { 1, 2, 0 }; /* of the largest limit */
    assert_int_equal(document->scalings[0].count, 3);
    assert_int_equal(document->scalings[1].count, 3);
    assert_memory_equal(document->scalings[0].benchmarks, first, sizeof first);
    assert_string_equal(document->scalings[1].parameter, "limit");
    const size_t second[] = { 6, 3, 0 }; /* of depth 64; the last benchmark is one too many */
    assert_memory_equal(document->scalings[1].benchmarks, second, sizeof second);
    assay_document_free(document);
}

static void assert_same(const struct assay_scaling *a, const struct assay_scaling *b)
{
    assert_int_equal(a->count, b->count);
    assert_int_equal(a->form_count, b->form_count);
    assert_string_equal(a->kernel, b->kernel);
    assert_string_equal(a->implementation, b->implementation);
    assert_string_equal(a->parameter, b->parameter);
    assert_string_equal(a->best ? a->best : "-", b->best ? b->best : "-");
    assert_string_equal(a->reason ? a->reason : "-", b->reason ? b->reason : "-");
    assert_memory_equal(&a->exponent, &b->exponent, sizeof a->exponent);
    assert_memory_equal(&a->low, &b->low, sizeof a->low);
    assert_memory_equal(&a->high, &b->high, sizeof a->high);
    assert_memory_equal(a->benchmarks, b->benchmarks, a->count * sizeof *a->benchmarks);
    assert_memory_equal(a->values, b->values, a->count * sizeof *a->values);
    for (size_t i = 0; i < a->form_count; i++) {
        const struct assay_scaling_form *x = &a->forms[i], *y = &b->forms[i];
        assert_string_equal(x->form, y->form);
        assert_true(x->coefficient == y->coefficient && x->overhead == y->overhead && x->error == y->error &&
                    x->plausible == y->plausible);
    }
}

static void every_scaling_comes_back_bit_for_bit(void **state)
{
    (void)state;
    struct assay_document *document = scaling_families();
    struct assay_document *again = NULL;
    struct assay_error error = { 0 };
    assert_true(document->scaling_count > 5);
    char *json = written(document);
    if (read_text(&again, json, &error))
        fail_msg("%s", error.text);
    assert_int_equal(again->scaling_count, document->scaling_count);
    for (size_t i = 0; i < document->scaling_count; i++)
        assert_same(&document->scalings[i], &again->scalings[i]);
    char *twice = written(again);
    assert_string_equal(json, twice);
    free(twice);
    free(json);
    assay_document_free(again);
    assay_document_free(document);
}

/* A document of another maker keeps what it says until something is computed. */
static void what_is_read_stays_until_it_is_computed_anew(void **state)
{
    (void)state;
    struct assay_document *document = linear(5);
    struct assay_error error = { 0 };
    compute(document);
    document->scalings[0].exponent = 1.75;
    document->scalings[0].low = document->scalings[0].high = NAN;
    set_text(&document->scalings[0].best, "n");
    set_text(&document->scalings[0].reason, "because");
    char *json = written(document);
    struct assay_document *again = NULL;
    if (read_text(&again, json, &error))
        fail_msg("%s", error.text);
    assert_true(again->scalings[0].exponent == 1.75 && isnan(again->scalings[0].low));
    assert_string_equal(again->scalings[0].reason, "because");
    compute(again);
    assert_true(fabs(again->scalings[0].exponent - 1) < 0.01);
    assert_null(again->scalings[0].reason);
    free(json);
    assay_document_free(again);
    assay_document_free(document);
}

static void appending_computes_scalings_anew(void **state)
{
    (void)state;
    struct assay_document *to = linear(3);
    struct assay_document *from = linear(5); /* its last two benchmarks are new to `to` */
    compute(to);
    compute(from);
    assert_int_equal(to->scalings[0].count, 3);
    struct assay_error error = { 0 };
    if (assay_document_append_take(to, from, &error))
        fail_msg("%s", error.text);
    assert_int_equal(to->scaling_count, 1);
    assert_int_equal(to->scalings[0].count, 5);
    assert_string_equal(to->scalings[0].best, "n");
    char *json = written(to);
    free(json);
    assay_document_free(to);
}

/* One field of the sample is replaced; the reader says where and what it wants. */
static void a_bad_scaling_is_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *words;
    } cases[] = {
        { "\"benchmarks\": [0, 1,", "\"benchmarks\": [0, 9,", "scalings[0].benchmarks[1]: want the index of a benchmark" },
        { "\"benchmarks\": [0, 1,", "\"benchmarks\": [0, 1.5,", "benchmarks[1]: want the index of a benchmark" },
        { "\"benchmarks\": [0, 1,", "\"benchmarks\": [0, null,", "benchmarks[1]: want the index of a benchmark" },
        { "\"benchmarks\": [0, 1,", "\"benchmarks\": [0,", "4 benchmarks, 5 values" },
        { "\"values\": [1000, 10000,", "\"values\": [1000, 1000,", "values[1]: want a number above 0 and above the one" },
        { "\"values\": [1000,", "\"values\": [0,", "values[0]: want a number above 0" },
        { "\"best\": \"n log log n\"", "\"best\": \"n\"", "best: want the first of its forms" },
        { "\"best\": \"n log log n\"", "\"best\": null", "reason: want words on why" },
        { "\"best\": \"n log log n\"", "\"best\": 3", "want a text or null" },
        { "\"ci95\": [1.0", "\"ci95\": [2.0", "ci95: want two numbers, low <= high, or null" },
        { "\"ci95\": [1.0", "\"ci95\": [null, 1.0", "two finite numbers" },
        { "\"parameter\": \"limit\",", "", "no field 'parameter'" },
        { "\"overhead\": 0, \"error\": ", "\"overhead\": -1, \"error\": ", "forms[0].overhead: want a number of 0 or more" },
        { "\"plausible\": true", "\"plausible\": null", "want true or false" },
        { "\"forms\": [", "\"forms\": [7, ", "want an object" },
    };
    char *golden = NULL;
    size_t length = 0;
    assert_int_equal(assay_file_read(&golden, &length, SAMPLE, 1u << 20, NULL), 0);
    char *scalings = strstr(golden, "\"scalings\"");
    assert_non_null(scalings);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        const char *at = strstr(scalings, cases[i].from);
        if (!at)
            fail_msg("no %s in the sample", cases[i].from);
        char *json = assay_formatted("%.*s%s%s", (int)(at - golden), golden, cases[i].to, at + strlen(cases[i].from));
        if (read_text(&document, json, &error) != ASSAY_EINPUT || !strstr(error.text, cases[i].words) || document)
            fail_msg("case %zu: %s", i, error.text);
        free(json);
    }
    free(golden);
}

static void the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it(void **state)
{
    (void)state;
    assert_sample_take(scaling_sample(), SAMPLE);
}

/* Each rule of the validator, seen to go red. */
static void the_validator_sees_a_bad_scaling(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *words;
    } cases[] = {
        { "\"benchmarks\": [0, 1,", "\"benchmarks\": [0, 9,", "no such benchmark" },
        { "\"benchmarks\": [0, 1,", "\"benchmarks\": [0,", "differ in length" },
        { "\"values\": [1000, 10000,", "\"values\": [1000, 1000,", "do not grow" },
        { "\"best\": \"n log log n\"", "\"best\": \"n\"", "is not the first of its forms" },
        { "\"exponent\": 1", "\"exponent\": 2", "the medians say" },
        { "\"plausible\": true", "\"plausible\": 1", "is not of type 'boolean'" },
    };
    char *golden = NULL;
    size_t length = 0;
    assert_int_equal(assay_file_read(&golden, &length, SAMPLE, 1u << 20, NULL), 0);
    char *scalings = strstr(golden, "\"scalings\"");
    assert_non_null(scalings);
    char *path = assay_formatted("/tmp/assay-scaling-%ld.json", (long)getpid());
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *said = NULL;
        const char *at = strstr(scalings, cases[i].from);
        if (!at)
            fail_msg("no %s in the sample", cases[i].from);
        char *json = assay_formatted("%.*s%s%s", (int)(at - golden), golden, cases[i].to, at + strlen(cases[i].from));
        assert_int_equal(assay_file_write(path, json, strlen(json), NULL), 0);
        int status = validate(path, &said);
        unlink(path);
        if (status != 1 || !strstr(said, cases[i].words))
            fail_msg("case %zu: status %d: %s", i, status, said);
        free(json);
        free(said);
    }
    free(path);
    free(golden);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_family_has_a_scaling),
        cmocka_unit_test(a_family_differs_in_one_number_alone),
        cmocka_unit_test(a_zero_is_left_out_and_a_word_leaves_nothing),
        cmocka_unit_test(a_grid_of_two_has_a_family_for_each_value_of_the_other),
        cmocka_unit_test(every_scaling_comes_back_bit_for_bit),
        cmocka_unit_test(what_is_read_stays_until_it_is_computed_anew),
        cmocka_unit_test(appending_computes_scalings_anew),
        cmocka_unit_test(the_sample_in_the_tree_is_valid_and_as_the_writer_writes_it),
        cmocka_unit_test(a_bad_scaling_is_refused_in_words),
        cmocka_unit_test(the_validator_sees_a_bad_scaling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
