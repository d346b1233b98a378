/* Stored documents against each other: synthetic ones, with known answers from scipy 1.10. */
// links: compare result stats base
#include "stored_documents.h"

/* Of the medians' logarithms: scipy.stats.ttest_ind(head, base, equal_var=False), t.ppf(0.975); test_welch.c has the
 * call. */
static void the_interval_is_welchs_over_processes(void **state)
{
    (void)state;
    struct assay_document *document = compared(make_base(), make_head(), false);
    const struct assay_comparison *comparison = &document->comparisons[0];
    assert_int_equal(document->comparison_count, 1);
    assert_true(comparison->base == 0 && comparison->head == 1);
    assert_near(comparison->ratio, 103.5 / 100.5);
    assert_near(comparison->low, 1.0202243567226503);
    assert_near(comparison->high, 1.0443186121902348);
    assert_true(comparison->ci95_low == comparison->low && comparison->ci95_high == comparison->high);
    assert_near(comparison->minimum_detectable_effect, 0.01918314968812671);
    assert_int_equal(comparison->verdict, ASSAY_VERDICT_SLOWER);
    assert_true(comparison->direction == 1 && comparison->beyond_margin);
    assert_string_equal(comparison->design, "stored");
    assert_string_equal(comparison->unit, "iteration");
    assert_string_equal(comparison->id, "primes.trial:limit=100");
    assert_true(comparison->confidence == 0.95 && comparison->margin == 0.01);
    assert_true(isnan(comparison->gate_log_evidence) && isnan(comparison->log_evidence));
    assert_true(isnan(comparison->direction_at_s));
    assert_string_equal(comparison->reason,
                        "measured apart: at 95 % only, over 8 and 9 processes of one session each, which are assumed "
                        "alike");
    assert_int_equal(comparison->note_count, 0);
    assert_int_equal(document->warning_count, 0);
    assert_false(assay_compare_is_regression(comparison));
    assay_document_free(document);
}

static void sides_that_are_swapped_give_the_reciprocal(void **state)
{
    (void)state;
    struct assay_document *document = compared(make_head(), make_base(), false);
    const struct assay_comparison *comparison = &document->comparisons[0];
    assert_near(comparison->ratio, 100.5 / 103.5);
    assert_near(comparison->high, 1 / 1.0202243567226503);
    assert_int_equal(comparison->verdict, ASSAY_VERDICT_FASTER);
    assert_true(comparison->direction == -1 && comparison->beyond_margin);
    assay_document_free(document);
}

/* The interval of base_ns against itself is wider than 1 %: scipy gives 0.98770 to 1.01245. */
static void a_document_against_itself_is_never_different(void **state)
{
    (void)state;
    struct assay_document *base = make_base();
    struct assay_document *document = compared(base, base, false);
    const struct assay_comparison *comparison = &document->comparisons[0];
    assert_true(comparison->ratio == 1);
    assert_near(comparison->low, 0.9877006030340355);
    assert_near(comparison->high, 1.0124525558941475);
    assert_inconclusive(comparison, "8 and 8 processes");
    assert_warns(document, "both sides hold the session");
    assay_document_free(document);
    static const double narrow[] = { 100, 100.1, 99.9, 100, 100.05, 99.95 };
    base = make(narrow, 6);
    document = compared(base, base, false);
    assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SAME);
    assay_document_free(document);
}

static void the_new_document_holds_both_sides(void **state)
{
    (void)state;
    struct assay_document *base = make_base(), *head = make_head();
    struct assay_benchmark *benchmark = &head->benchmarks[0];
    assert_true(assay_benchmark_flag(benchmark, "noisy-neighbour"));
    assert_true(assay_benchmark_add_parameter(benchmark, "limit", "100"));
    benchmark->processes[2].build_id = assay_copy("abc");
    assay_measure_append(assay_measure_get(&benchmark->counters, &benchmark->counter_count, "cycles", "1", false), 7);
    benchmark->samples.cpu_ns[0] = 5;
    assay_document_warn(head, "the load was high");
    char *session = assay_copy(head->sessions[0].id);
    struct assay_document *document = compared(base, head, false);
    assert_int_equal(document->session_count, 3);
    assert_string_equal(document->sessions[0].command, "assay compare a.json b.json");
    assert_string_equal(document->sessions[0].id, document->id);
    assert_string_equal(document->sessions[2].id, session);
    assert_int_equal(document->sessions[2].reference_count, 3);
    assert_non_null(assay_facts_find(&document->sessions[0].environment, "cpu", "model"));
    const struct assay_benchmark *copy = &document->benchmarks[1];
    assert_int_equal(document->benchmark_count, 2);
    assert_true(copy->process_count == 9 && copy->processes[8].session == 2);
    assert_true(document->benchmarks[0].processes[0].session == 1);
    assert_string_equal(copy->processes[2].build_id, "abc");
    assert_true(copy->samples.count == 27 && copy->samples.elapsed_ns[1] == 1030 && copy->samples.process[26] == 8);
    assert_true(isnan(copy->samples.cpu_ns[0]));
    assert_string_equal(copy->parameters[0].text, "100");
    assert_true(copy->counters[0].values[0] == 7);
    assert_string_equal(copy->flags[0], "noisy-neighbour");
    assert_notes(&document->comparisons[0], "head is flagged: noisy-neighbour");
    assert_warns(document, "in head: the load was high");
    free(session);
    assay_document_free(document);
}

static void fewer_than_six_processes_decide_nothing(void **state)
{
    (void)state;
    struct assay_document *document = compared(make(base_ns, 5), make_head(), false);
    assert_inconclusive(&document->comparisons[0], "base has samples of 5 processes, want 6 or more on a side");
    assert_true(isnan(document->comparisons[0].low) && isnan(document->comparisons[0].ratio));
    assay_document_free(document);
    document = compared(make_base(), make(NULL, 0), false);
    assert_inconclusive(&document->comparisons[0], "head has samples of 0 processes");
    assay_document_free(document);
}

/* `by` times the medians of six sessions of two processes. */
static struct assay_document *sessions(const double by[6], size_t count)
{
    static const double ns[6][2] = {
        { 100, 101 }, { 99, 100 }, { 102, 101 }, { 100, 100.5 }, { 98, 100 }, { 101, 100 }
    };
    struct assay_document *document = empty(1e6);
    struct assay_benchmark *benchmark = add(document, NULL, 0);
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0)
            add_session(document, 1e6);
        for (size_t k = 0; k < 2; k++)
            add_process(benchmark, ns[i][k] * by[i], i);
    }
    return document;
}

/* Welch as above over the medians of six sessions a side, by scipy. */
static void six_sessions_on_both_sides_are_the_units(void **state)
{
    (void)state;
    static const double one[] = { 1, 1, 1, 1, 1, 1 };
    static const double more[] = { 1.03, 1.03 * 1.002, 1.03 * 0.998, 1.03 * 1.001, 1.03 * 0.999, 1.03 };
    struct assay_document *document = compared(sessions(one, 6), sessions(more, 6), false);
    const struct assay_comparison *comparison = &document->comparisons[0];
    assert_near(comparison->low, 1.0188682743543105);
    assert_near(comparison->high, 1.041251610767965);
    assert_near(comparison->ratio, 1.0305143586550436);
    assert_string_equal(comparison->reason, "measured apart: at 95 % only, over 6 and 6 sessions");
    assay_document_free(document);
    document = compared(sessions(one, 6), sessions(more, 5), false);
    assert_non_null(strstr(document->comparisons[0].reason, "over 12 and 10 processes of 6 and 5 sessions, which are "
                                                            "assumed alike"));
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_is_welchs_over_processes),
        cmocka_unit_test(sides_that_are_swapped_give_the_reciprocal),
        cmocka_unit_test(a_document_against_itself_is_never_different),
        cmocka_unit_test(the_new_document_holds_both_sides),
        cmocka_unit_test(fewer_than_six_processes_decide_nothing),
        cmocka_unit_test(six_sessions_on_both_sides_are_the_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
