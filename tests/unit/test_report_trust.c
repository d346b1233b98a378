/* The first lines of a report: how far a machine can be trusted, and which benchmark is called the fastest or the worst. */
// links: reports result stats base
#include "compared_document.h"

#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct assay_report *report_of(struct assay_document *const *documents, size_t count)
{
    struct assay_report_input inputs[2] = { { .document = documents[0] } };
    struct assay_report *report = NULL;
    if (count > 1) {
        inputs[1].document = documents[1];
    }
    assert_int_equal(assay_report_new(&report, inputs, count, NULL), 0);
    return report;
}

static void load_of(struct assay_document *document, double load)
{
    assay_facts_integer(&document->sessions[0].environment, "topology", "processors", 4, "test");
    assay_facts_real(&document->sessions[0].environment, "load", "before_1m", load, "test");
}

/* Broken by the order in which they were found, and by both documents' words. */
static void grave_reasons_stand_first_and_each_is_said_once(void **state)
{
    (void)state;
    struct assay_document *documents[] = { sample_document(1, 6, 1), sample_document(1, 6, 1) };
    assay_facts_text(&documents[0]->sessions[0].environment, "virtualization", "hypervisor", "kvm", "test");
    load_of(documents[0], 2.5);
    load_of(documents[1], 5);
    struct assay_report *report = report_of(documents, 2);
    const struct assay_report_verdict *verdict = &report->verdict;
    assert_int_equal(verdict->trust, ASSAY_TRUST_POOR);
    assert_string_equal(verdict->trust_words, "poor: other programs ran; a virtual machine; its speed moved by 8 %");
    assert_int_equal(strncmp(verdict->reasons[0], "a load of 5.00 on 4 processors", 30), 0);
    assert_int_equal(strncmp(verdict->reasons[1], "a load of 2.50 on 4 processors", 30), 0);
    assay_report_free(report);
    assay_document_free(documents[0]);
    assay_document_free(documents[1]);
}

/* As google-benchmark's context has it. */
static void a_load_is_a_word_of_the_machine(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 1);
    assay_facts_none(&document->sessions[0].environment, "cpu", "model", "test");
    struct assay_report *report = report_of(&document, 1);
    assert_string_equal(report->verdict.trust_words, "not known: the documents say nothing of the machine");
    assay_report_free(report);
    load_of(document, 20);
    report = report_of(&document, 1);
    assert_int_equal(strncmp(report->verdict.trust_words, "poor: other programs ran", 24), 0);
    assay_report_free(report);
    assay_document_free(document);
}

/* Broken by the smallest ratio, whoever has it. */
static void what_nobody_checked_is_not_called_the_fastest(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(0, 1, 1);
    for (size_t i = 0; i < 4; i++) {
        struct assay_benchmark *benchmark = assay_document_add(document);
        sample_fill(benchmark, &sample_kernels[0], 6, 1, i + 1);
        free(benchmark->id);
        benchmark->id = assay_formatted("k%zu", i);
        benchmark->verified = i == 1 || i == 2;
        benchmark->verified -= benchmark->verified == 0;
        for (size_t k = 0; k < benchmark->samples.count; k++) {
            benchmark->samples.iterations[k] = 1;
            benchmark->samples.elapsed_ns[k] = 1000 * (double)(i + 1);
        }
    }
    assert_int_equal(assay_document_compute(document, NULL), 0);
    struct assay_report *report = report_of(&document, 1);
    assert_string_equal(report->verdict.sentence, "k1 is the fastest of 2 with an answer that was checked.");
    assert_string_equal(report->verdict.best_id, "b0-1");
    assert_string_equal(report->verdict.worst_id, "b0-3");
    assay_report_free(report);
    assay_document_free(document);
}

static void a_proven_slowdown_is_worse_than_an_estimate_of_another_document(void **state)
{
    (void)state;
    static const struct compared_spec specs[] = {
        { .kernel = "a", .ratio = 1.02, .low = 1.015, .high = 1.025, .verdict = ASSAY_VERDICT_SLOWER, .direction = 1,
          .beyond_margin = true, .blocks = 8 },
        { .kernel = "b", .ratio = 1.5, .low = 0.5, .high = 2, .verdict = ASSAY_VERDICT_INCONCLUSIVE, .blocks = 8 },
    };
    struct assay_document *documents[] = { sample_document(0, 1, 1), sample_document(0, 1, 1) };
    (void)compared_add(documents[0], &specs[0]);
    (void)compared_add(documents[1], &specs[1]);
    struct assay_report *report = report_of(documents, 2);
    assert_string_equal(report->verdict.worst_id, "c0-0");
    assert_null(report->verdict.best_id); /* it would be the same */
    assay_report_free(report);
    assay_document_free(documents[0]);
    assay_document_free(documents[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grave_reasons_stand_first_and_each_is_said_once),
        cmocka_unit_test(a_load_is_a_word_of_the_machine),
        cmocka_unit_test(what_nobody_checked_is_not_called_the_fastest),
        cmocka_unit_test(a_proven_slowdown_is_worse_than_an_estimate_of_another_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
