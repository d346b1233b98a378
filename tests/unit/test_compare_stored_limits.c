/* What two stored documents cannot say: sides, answers, versions and machines that must not be compared, and what is
 * noted. */
// links: compare result stats base
#include "stored_documents.h"

static void a_failed_or_wrong_side_has_no_ratio(void **state)
{
    (void)state;
    struct assay_document *head = make_head();
    head->benchmarks[0].status = ASSAY_STATUS_CRASHED;
    head->benchmarks[0].message = assay_copy("ended by signal 11");
    struct assay_document *document = compared(make_base(), head, false);
    assert_inconclusive(&document->comparisons[0], "head is 'crashed': ended by signal 11");
    assert_true(isnan(document->comparisons[0].ratio));
    assay_document_free(document);
    head = make_head();
    head->benchmarks[0].verified = 0;
    document = compared(make_base(), head, false);
    assert_inconclusive(&document->comparisons[0], "the answer of head is wrong");
    assert_int_equal(document->comparisons[0].note_count, 0);
    assay_document_free(document);
}

static void different_answers_are_not_compared(void **state)
{
    (void)state;
    struct assay_document *head[3];
    static const char *const words[] = { "count is 25 in base, 24 in head", "sum is 1060 in base, 1061 in head",
                                         "sha256 is aaaaaaaaaaaa... in base, bbbbbbbbbbbb... in head" };
    for (size_t i = 0; i < 3; i++) {
        struct assay_document *base = make_base();
        head[i] = make_head();
        struct assay_answer *answer = &head[i]->benchmarks[0].answer;
        answer->count -= i == 0;
        answer->sum += i == 1;
        if (i == 2) {
            memset(answer->sha256, 'b', 64);
            memset(base->benchmarks[0].answer.sha256, 'a', 64);
        }
        struct assay_document *document = compared(base, head[i], false);
        assert_inconclusive(&document->comparisons[0], words[i]);
        assay_document_free(document);
    }
}

static void answers_that_nobody_verified_are_noted(void **state)
{
    (void)state;
    struct assay_document *base = make_base(), *head = make_head();
    head->benchmarks[0].verified = -1;
    struct assay_document *document = compared(base, head, false);
    assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SLOWER);
    assert_notes(&document->comparisons[0], "the answer of head is not verified; both sides give the same");
    assay_document_free(document);
    base = make_base(), head = make_head();
    base->benchmarks[0].verified = head->benchmarks[0].verified = -1;
    base->benchmarks[0].answer.known = false;
    document = compared(base, head, false);
    assert_string_equal(document->comparisons[0].notes[0], "the answer of both sides is not verified");
    assay_document_free(document);
}

static void another_version_of_the_kernel_is_another_kernel(void **state)
{
    (void)state;
    static const struct {
        const char *version;
        bool compared;
    } cases[] = { { "1.2.4", true }, { "1.3.3", false }, { "2.2.3", false }, { "1.20.3", false }, { NULL, true } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_document *head = make_head();
        replace(&head->benchmarks[0].version, cases[i].version);
        struct assay_document *document = compared(make_base(), head, false);
        const struct assay_comparison *comparison = &document->comparisons[0];
        if (cases[i].compared)
            assert_int_equal(comparison->verdict, ASSAY_VERDICT_SLOWER);
        else
            assert_inconclusive(comparison, "the kernel is version 1.2.3 in base");
        if (i == 0) /* another z says that times are the same: nobody needs to know */
            assert_false(says(comparison->notes, comparison->note_count, "version"));
        else
            assert_notes(comparison, "the kernel's version is 1.2.3 in base");
        assay_document_free(document);
    }
    struct assay_document *head = make_head();
    replace(&head->benchmarks[0].version, "2.0.0");
    struct assay_document *document = compared(make_base(), head, true);
    assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SLOWER);
    assert_notes(&document->comparisons[0], "the kernel's version is 1.2.3 in base, 2.0.0 in head");
    assay_document_free(document);
}

static struct assay_document *of_suite(struct assay_document *document, const char *suite, const char *version)
{
    replace(&document->suite, suite);
    replace(&document->suite_version, version);
    return document;
}

static void another_version_of_the_suite_is_refused_or_noted(void **state)
{
    (void)state;
    static const struct {
        const char *suite, *version;
        bool compared;
    } cases[] = { { "s", "1.2.9", true }, { "s", "1.3.0", false }, { "s", "2.2.0", false }, { "other", "9.0.0", true },
                  { "s", NULL, true } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct assay_error error = { 0 };
        struct assay_document *document = NULL;
        struct assay_document *base = of_suite(make_base(), "s", "1.2.0");
        struct assay_document *head = of_suite(make_head(), cases[i].suite, cases[i].version);
        int code = assay_compare_stored(&document, base, head, 0.01, false, "assay compare a.json b.json", &error);
        assert_int_equal(code, cases[i].compared ? 0 : ASSAY_EINPUT);
        if (cases[i].compared) {
            assert_false(says(document->comparisons[0].notes, document->comparisons[0].note_count, "suite"));
        } else {
            assert_non_null(strstr(error.text, "other versions of a suite (--force compares them all the same): suite 's' is "
                                               "version 1.2.0 in base, "));
            assert_null(document);
            document = compared(base, head, true);
            assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SLOWER);
            assert_notes(&document->comparisons[0], "other versions of a suite, compared all the same: suite 's' is version 1.2.0");
            base = head = NULL;
        }
        assay_document_free(document);
        assay_document_free(base);
        assay_document_free(head);
    }
}

static void other_builds_are_noted(void **state)
{
    (void)state;
    struct assay_document *base = make_base(), *head = make_head();
    replace(&base->benchmarks[0].build, "gcc -O2");
    replace(&head->benchmarks[0].build, "clang -O2");
    for (size_t i = 0; i < 9; i++) {
        if (i < 8)
            base->benchmarks[0].processes[i].build_id = assay_copy("aa");
        head->benchmarks[0].processes[i].build_id = assay_copy("bb");
    }
    struct assay_document *document = compared(base, head, false);
    assert_notes(&document->comparisons[0], "built differently: base 'gcc -O2', head 'clang -O2'");
    assert_notes(&document->comparisons[0], "another link alone could move the ratio");
    assay_document_free(document);
}

static void times_are_per_item_where_the_items_differ(void **state)
{
    (void)state;
    struct assay_document *base = make_base(), *head = make_head();
    for (size_t i = 0; i < head->benchmarks[0].samples.count; i++)
        head->benchmarks[0].samples.elapsed_ns[i] *= 2;
    base->benchmarks[0].items = 25;
    head->benchmarks[0].items = 50;
    struct assay_document *document = compared(base, head, false);
    const struct assay_comparison *comparison = &document->comparisons[0];
    assert_string_equal(comparison->unit, "item");
    assert_near(comparison->low, 1.0202243567226503);
    assert_near(comparison->ratio, 103.5 / 100.5);
    assert_notes(comparison, "an iteration of base does 25 items, one of head 50: times are per item");
    assay_document_free(document);
}

/* The head's sessions run at `chain` where base's take 1e6. */
static struct assay_document *moved(double chain)
{
    struct assay_document *head = empty(chain);
    add(head, head_ns, 9);
    return compared(make_base(), head, false);
}

static void a_machine_that_moved_takes_the_verdict_with_it(void **state)
{
    (void)state;
    struct assay_document *document = moved(1.004e6); /* less than half the margin */
    assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SLOWER);
    assert_int_equal(document->warning_count, 0);
    assay_document_free(document);
    document = moved(1.008e6); /* [1.0121, 1.0360] without it: the same verdict */
    assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SLOWER);
    assert_notes(&document->comparisons[0], "its reference chain took 1.0080 times the time");
    assert_warns(document, "its reference chain took 1.0080 times the time");
    assay_document_free(document);
    document = moved(1.03e6); /* [0.9905, 1.0139] without it */
    assert_inconclusive(&document->comparisons[0], "it would say 'inconclusive', not 'slower'");
    assert_near(document->comparisons[0].low, 1.0202243567226503);
    assay_document_free(document);
    document = moved(0.97e6); /* [1.0518, 1.0766] without it: the same verdict */
    assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SLOWER);
    assert_notes(&document->comparisons[0], "its reference chain took 0.9700 times the time");
    assay_document_free(document);
    document = moved(0);
    assert_int_equal(document->comparisons[0].verdict, ASSAY_VERDICT_SLOWER);
    assert_warns(document, "no reference chain in head");
    assay_document_free(document);
}

static void benchmarks_are_paired_by_id_mode_and_threads_in_order(void **state)
{
    (void)state;
    struct assay_document *base = empty(1e6), *head = empty(1e6);
    add(base, base_ns, 8);
    add(base, head_ns, 9); /* a second of the kind */
    replace(&add(base, base_ns, 8)->mode, "first");
    add(base, base_ns, 8)->threads = 2;
    add(head, base_ns, 8)->threads = 2;
    add(head, head_ns, 9);
    add(head, base_ns, 8);
    replace(&add(head, base_ns, 8)->id, "other");
    struct assay_document *document = compared(base, head, false);
    assert_int_equal(document->comparison_count, 3);
    assert_near(document->comparisons[0].ratio, 103.5 / 100.5);
    assert_near(document->comparisons[1].ratio, 100.5 / 103.5);
    assert_int_equal(document->benchmarks[document->comparisons[2].head].threads, 2);
    assert_warns(document, "primes.trial:limit=100 (first) is in base only");
    assert_warns(document, "other (warm) is in head only");
    assay_document_free(document);
}

static void documents_without_a_common_benchmark_are_refused(void **state)
{
    (void)state;
    struct assay_document *base = make_base(), *head = make_head(), *document = NULL;
    struct assay_error error = { 0 };
    replace(&head->benchmarks[0].id, "other");
    assert_int_equal(assay_compare_stored(&document, base, head, 0.01, false, "x", &error), ASSAY_EINPUT);
    assert_non_null(strstr(error.text, "nothing to compare"));
    assert_null(document);
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_compare_stored(&document, base, head, NAN, false, "x", &error), ASSAY_EUSAGE);
    assay_document_free(base);
    assay_document_free(head);
}

static void unlike_environments_are_refused_or_noted(void **state)
{
    (void)state;
    struct assay_document *base = make_base(), *head = make_head(), *document = NULL;
    struct assay_error error = { 0 };
    assay_facts_text(&head->sessions[0].environment, "cpu", "model", "Other Processor", "test");
    assay_facts_integer(&head->sessions[0].environment, "topology", "processors", 4, "test");
    assay_facts_text(&head->sessions[0].environment, "kernel", "release", "6.2", "test");
    assert_int_equal(assay_compare_stored(&document, base, head, 0.01, false, "x", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "unlike environments (--force compares them all the same): cpu.model is 'Example "
                                    "Processor 9000' in base, 'Other Processor' in head; topology.processors is '2' in "
                                    "base, '4' in head");
    assert_null(document);
    document = compared(base, head, true);
    assert_notes(&document->comparisons[0], "unlike environments, compared all the same: cpu.model is");
    assert_warns(document, "kernel.release is '6.1' in base, '6.2' in head");
    assay_document_free(document);
}

static void a_later_session_on_another_machine_is_seen(void **state)
{
    (void)state;
    for (int side = 0; side < 2; side++) {
        struct assay_document *base = make_base(), *head = make_head(), *document = NULL;
        struct assay_error error = { 0 };
        add_session(side ? head : base, 1e6);
        assay_facts_text(&(side ? head : base)->sessions[1].environment, "cpu", "model", "Other", "test");
        assert_int_equal(assay_compare_stored(&document, base, head, 0.01, false, "x", &error), ASSAY_EINPUT);
        assay_document_free(base);
        assay_document_free(head);
    }
}

static void a_time_of_zero_has_no_ratio(void **state)
{
    (void)state;
    struct assay_document *base = make_base();
    memset(base->benchmarks[0].samples.elapsed_ns, 0, 3 * sizeof(double));
    struct assay_document *document = compared(base, make_head(), false);
    assert_inconclusive(&document->comparisons[0], "base has a process whose median is 0 ns");
    assay_document_free(document);
}

static void only_evidence_at_its_gate_is_a_regression(void **state)
{
    (void)state;
    struct assay_comparison comparison = { .verdict = ASSAY_VERDICT_SLOWER, .log_evidence = 9, .gate_log_evidence = 9 };
    assert_true(assay_compare_is_regression(&comparison));
    comparison.gate_log_evidence = 9.5;
    assert_false(assay_compare_is_regression(&comparison));
    comparison.gate_log_evidence = NAN;
    assert_false(assay_compare_is_regression(&comparison));
    comparison.gate_log_evidence = -INFINITY; /* no gate either */
    assert_false(assay_compare_is_regression(&comparison));
    comparison.gate_log_evidence = 1;
    comparison.log_evidence = NAN;
    assert_false(assay_compare_is_regression(&comparison));
    comparison.log_evidence = 9;
    comparison.verdict = ASSAY_VERDICT_FASTER;
    assert_false(assay_compare_is_regression(&comparison));
    comparison.verdict = ASSAY_VERDICT_SHIFTED;
    assert_false(assay_compare_is_regression(&comparison));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_or_wrong_side_has_no_ratio),
        cmocka_unit_test(different_answers_are_not_compared),
        cmocka_unit_test(answers_that_nobody_verified_are_noted),
        cmocka_unit_test(another_version_of_the_kernel_is_another_kernel),
        cmocka_unit_test(another_version_of_the_suite_is_refused_or_noted),
        cmocka_unit_test(other_builds_are_noted),
        cmocka_unit_test(times_are_per_item_where_the_items_differ),
        cmocka_unit_test(a_machine_that_moved_takes_the_verdict_with_it),
        cmocka_unit_test(benchmarks_are_paired_by_id_mode_and_threads_in_order),
        cmocka_unit_test(documents_without_a_common_benchmark_are_refused),
        cmocka_unit_test(unlike_environments_are_refused_or_noted),
        cmocka_unit_test(a_later_session_on_another_machine_is_seen),
        cmocka_unit_test(a_time_of_zero_has_no_ratio),
        cmocka_unit_test(only_evidence_at_its_gate_is_a_regression),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
