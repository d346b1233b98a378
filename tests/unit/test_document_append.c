/* Sessions appended to a document. */
// links: result stats base
#include "sample_document.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void a_session_joins_benchmarks_of_its_kind(void **state)
{
    (void)state;
    struct assay_document *to = sample_document(2, 6, 2);
    struct assay_document *from = sample_document(3, 4, 3);
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    assert_int_equal(to->session_count, 2);
    assert_int_equal(to->benchmark_count, 3);
    const struct assay_benchmark *first = &to->benchmarks[0];
    assert_int_equal(first->process_count, 10);
    assert_int_equal(first->samples.count, 24);
    assert_int_equal(first->processes[5].session, 0);
    assert_int_equal(first->processes[6].session, 1);
    assert_true(first->samples.process[12] == 6 && first->samples.process[23] == 9);
    assert_int_equal(first->statistics.sessions, 2);
    assert_int_equal(first->statistics.samples, 24);
    assert_int_equal(to->benchmarks[2].processes[0].session, 1);
    assert_int_equal(to->sessions[1].environment.count, to->sessions[0].environment.count);
    assay_document_free(to);
}

static void another_mode_version_or_number_of_threads_is_another_benchmark(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct assay_document *to = sample_document(1, 6, 2);
        struct assay_document *from = sample_document(1, 6, 2);
        struct assay_benchmark *benchmark = &from->benchmarks[0];
        char **text = i == 0 ? &benchmark->mode : &benchmark->version;
        benchmark->threads = i == 2 ? 4 : 1;
        if (i < 2) {
            free(*text);
            *text = sample_copy("first");
        }
        assert_int_equal(assay_document_append_take(to, from, NULL), 0);
        assert_int_equal(to->benchmark_count, 2);
        assay_document_free(to);
    }
}

/* A document of the suite `s` and one of `suite` in `version`: whether they are joined. */
static int joined(const char *suite, const char *version, struct assay_error *error)
{
    struct assay_document *to = sample_document(1, 6, 2);
    struct assay_document *from = sample_document(1, 6, 2);
    struct assay_document *const both[] = { to, from };
    for (size_t i = 0; i < 2; i++) {
        free(both[i]->suite);
        free(both[i]->suite_version);
        both[i]->suite = sample_copy(i == 0 ? "s" : suite);
        both[i]->suite_version = sample_copy(i == 0 ? "1.4.2" : version);
    }
    int code = assay_document_append_take(to, from, error);
    assert_int_equal(to->session_count, code == 0 ? 2 : 1);
    assay_document_free(to);
    return code;
}

static void another_version_of_the_suite_is_not_joined(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    assert_int_equal(joined("s", "1.4.3", &error), 0);
    assert_int_equal(joined("other", "2.0.0", &error), 0);
    assert_int_equal(joined("s", "1.5.0", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "cannot append: the document has suite 's' in version 1.4.2, this is 1.5.0, and results of "
                                    "another x or y of x.y.z cannot be compared");
    error = (struct assay_error){ 0 };
    assert_int_equal(joined("s", "2.4.2", &error), ASSAY_EINPUT);
    assert_int_equal(joined("s", "1.40.2", NULL), ASSAY_EINPUT);
}

static void the_worse_status_stands(void **state)
{
    (void)state;
    struct assay_document *to = sample_document(1, 6, 2);
    struct assay_document *from = sample_document(1, 6, 2);
    from->benchmarks[0].status = ASSAY_STATUS_WRONG_ANSWER;
    from->benchmarks[0].verified = 0;
    from->benchmarks[0].message = sample_copy("count is 1");
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    assert_int_equal(to->benchmarks[0].status, ASSAY_STATUS_WRONG_ANSWER);
    assert_string_equal(to->benchmarks[0].message, "count is 1");
    assert_int_equal(to->benchmarks[0].verified, 0);
    assay_document_free(to);
}

static void measures_that_a_session_lacks_are_not_known(void **state)
{
    (void)state;
    struct assay_document *to = sample_document(1, 6, 1);
    struct assay_document *from = sample_document(1, 6, 1);
    struct assay_benchmark *a = &to->benchmarks[0];
    struct assay_benchmark *b = &from->benchmarks[0];
    for (int i = 0; i < 6; i++) {
        assay_measure_append(assay_measure_get(&a->measures, &a->measure_count, "old", "s", false), 1);
        assay_measure_append(assay_measure_get(&b->measures, &b->measure_count, "new", "s", true), 2);
    }
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    a = &to->benchmarks[0];
    assert_int_equal(a->measure_count, 2);
    assert_int_equal(a->measures[0].count, 12);
    assert_true(a->measures[0].values[5] == 1 && isnan(a->measures[0].values[6]));
    assert_int_equal(a->measures[1].count, 12);
    assert_true(isnan(a->measures[1].values[5]) && a->measures[1].values[6] == 2);
    assay_document_free(to);
}

static struct assay_measure_values *gaps(struct assay_benchmark *benchmark)
{
    return assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, "gap", "ns", false);
}

/* Two values of every sample. */
static void give_gaps(struct assay_document *document, bool counted)
{
    struct assay_benchmark *benchmark = &document->benchmarks[0];
    for (size_t i = 0; i < benchmark->samples.count; i++) {
        const double pair[] = { (double)i, 0.5 };
        if (counted) {
            assert_true(assay_measure_append_counted(gaps(benchmark), pair, 2));
        } else {
            assert_true(assay_measure_append(gaps(benchmark), pair[0]));
            assert_true(assay_measure_append(gaps(benchmark), pair[1]));
        }
    }
}

static void counts_are_joined_where_both_sides_know_them(void **state)
{
    (void)state;
    enum side { LACKS, VALUES, COUNTED };
    static const struct {
        enum side first, second;
        size_t batches[2]; /* 0: the side has no sample */
        size_t values, counts;
    } cases[] = {
        { COUNTED, COUNTED, { 1, 2 }, 36, 18 }, { COUNTED, VALUES, { 1, 2 }, 36, 0 },
        { VALUES, COUNTED, { 1, 2 }, 36, 0 },   { COUNTED, LACKS, { 1, 2 }, 12, 0 },
        { LACKS, COUNTED, { 1, 2 }, 24, 0 },    { COUNTED, LACKS, { 1, 0 }, 12, 6 },
        { LACKS, COUNTED, { 0, 2 }, 24, 12 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_document *to = sample_document(1, 6, cases[i].batches[0]);
        struct assay_document *from = sample_document(1, 6, cases[i].batches[1]);
        if (cases[i].first != LACKS)
            give_gaps(to, cases[i].first == COUNTED);
        if (cases[i].second != LACKS)
            give_gaps(from, cases[i].second == COUNTED);
        assert_int_equal(assay_document_append_take(to, from, NULL), 0);
        const struct assay_measure_values *joined = gaps(&to->benchmarks[0]);
        if (joined->count != cases[i].values || joined->counts_count != cases[i].counts)
            fail_msg("case %zu: %zu values and %zu counts", i, joined->count, joined->counts_count);
        for (size_t k = 0; k < joined->counts_count; k++)
            assert_true(joined->counts[k] == 2);
        assay_document_free(to);
    }
}

static void the_build_of_the_first_session_stands(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct assay_document *to = sample_document(1, 6, 2);
        struct assay_document *from = sample_document(1, 6, 2);
        free(to->benchmarks[0].build);
        to->benchmarks[0].build = i ? sample_copy("clang 14") : NULL;
        assert_int_equal(assay_document_append_take(to, from, NULL), 0);
        assert_int_equal(to->benchmark_count, 1);
        if (i)
            assert_string_equal(to->benchmarks[0].build, "clang 14");
        else
            assert_null(to->benchmarks[0].build);
        assay_document_free(to);
    }
}

static void two_builds_of_one_id_stay_two(void **state)
{
    (void)state;
    struct assay_document *to = sample_document(1, 6, 2);
    struct assay_document *from = sample_document(1, 6, 2);
    sample_fill(assay_document_add(to), &sample_kernels[0], 6, 2, 9);
    sample_fill(assay_document_add(from), &sample_kernels[0], 6, 2, 9);
    assert_int_equal(assay_document_append_take(to, from, NULL), 0);
    assert_int_equal(to->benchmark_count, 2);
    assert_int_equal(to->benchmarks[0].samples.count, 24);
    assert_int_equal(to->benchmarks[1].samples.count, 24);
    assay_document_free(to);
}

static void a_document_with_fields_that_are_not_modelled_is_not_appended(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    struct assay_document *to = sample_document(1, 6, 2);
    struct assay_document *from = sample_document(1, 6, 2);
    from->rest = json_pack("{s:[]}", "later");
    assert_int_equal(assay_document_append_take(to, from, &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "cannot append a document with 'later'");
    assert_int_equal(to->session_count, 1);
    assert_int_equal(to->benchmarks[0].samples.count, 12);
    assay_document_free(to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_joins_benchmarks_of_its_kind),
        cmocka_unit_test(another_version_of_the_suite_is_not_joined),
        cmocka_unit_test(another_mode_version_or_number_of_threads_is_another_benchmark),
        cmocka_unit_test(the_worse_status_stands),
        cmocka_unit_test(measures_that_a_session_lacks_are_not_known),
        cmocka_unit_test(counts_are_joined_where_both_sides_know_them),
        cmocka_unit_test(the_build_of_the_first_session_stands),
        cmocka_unit_test(two_builds_of_one_id_stay_two),
        cmocka_unit_test(a_document_with_fields_that_are_not_modelled_is_not_appended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
