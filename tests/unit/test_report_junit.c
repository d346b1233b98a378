/* JUnit out of documents: what fails, what is in error, what is skipped, and that text from outside stays text. What readers make of
 * it: tests/readers/test_junit.py. */
// links: reports result stats base
#include "compared_document.h"

#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_forms.h"
#include "report_golden.h"

static void the_samples_are_as_accepted(void **state)
{
    (void)state;
    struct assay_document *document = stored_sample("comparisons");
    assert_golden_take("junit-comparisons", formed(document, "junit"));
    assay_document_free(document);
    document = sample_document(SAMPLE_KERNELS, 6, 10);
    assert_golden_take("junit-sample", formed(document, "junit"));
    assay_document_free(document);
}

static struct assay_document *slower(double log_evidence)
{
    const struct compared_spec spec = { .kernel = "sieve", .ratio = 1.02, .low = 1.015, .high = 1.03, .verdict = ASSAY_VERDICT_SLOWER,
                                        .direction = 1, .beyond_margin = true, .seconds = 1, .blocks = 8,
                                        .log_evidence = log_evidence };
    struct assay_document *document = sample_document(0, 1, 1);
    compared_add(document, &spec);
    return document;
}

static void slower_fails_with_evidence_enough_only(void **state)
{
    (void)state;
    struct assay_document *document = slower(log(201));
    assert_has(document, "junit", "<failure type=\"slower\" message=\"slower by more than 1 %");
    assert_has(document, "junit", " tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" time=\"1.000000\"");
    document->comparisons[0].injected = 0.02; /* a test of the test is no regression */
    assert_has(document, "junit", " tests=\"1\" failures=\"0\"");
    assay_document_free(document);
    document = slower(log(199));
    assert_has(document, "junit", " tests=\"1\" failures=\"0\"");
    assert_has(document, "junit", "<system-out>slower by more than 1 %");
    assay_document_free(document);
}

static void a_side_that_failed_is_an_error_and_absence_is_skipped(void **state)
{
    (void)state;
    struct assay_document *document = slower(1);
    struct assay_comparison *comparison = &document->comparisons[0];
    comparison->ratio = comparison->low = comparison->high = NAN;
    comparison->verdict = ASSAY_VERDICT_INCONCLUSIVE;
    comparison->reason = assay_copy("a side failed");
    comparison->direction = 0;
    assay_blocks_release(&comparison->blocks);
    comparison->blocks = (struct assay_blocks){ 0 };
    document->benchmarks[0].status = ASSAY_STATUS_UNAVAILABLE;
    assert_has(document, "junit", "<skipped type=\"unavailable\"");
    document->benchmarks[1].status = ASSAY_STATUS_CRASHED;
    document->benchmarks[1].message = assay_copy("signal 11");
    assert_has(document, "junit", "<error type=\"crashed\"");
    assert_has(document, "junit", "<system-out>signal 11</system-out>");
    assay_document_free(document);
}

static void values_of_a_crossover_are_no_regressions(void **state)
{
    (void)state;
    struct assay_document *document = stored_sample("crossovers");
    assert_has(document, "junit", " tests=\"7\" failures=\"0\" errors=\"0\"");
    document->crossover_count = 0;
    assert_has(document, "junit", " tests=\"7\" failures=\"3\"");
    document->crossover_count = 1;
    assay_document_free(document);
}

static void text_from_outside_stays_text(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 2, 1);
    rename_benchmark(document, 0, "a\"><b>&amp;\x01\x1b\xff\xef\xbf\xbf\xed\xa0\x80]]>");
    assert_has(document, "junit",
               "name=\"a&quot;&gt;&lt;b&gt;&amp;amp;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    assert_has_not(document, "junit", "]]>");
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples_are_as_accepted),
        cmocka_unit_test(slower_fails_with_evidence_enough_only),
        cmocka_unit_test(a_side_that_failed_is_an_error_and_absence_is_skipped),
        cmocka_unit_test(values_of_a_crossover_are_no_regressions),
        cmocka_unit_test(text_from_outside_stays_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
