/* The text report of a fixed document, against golden outputs, and what must hold for any. */
// links: reports result stats base
#include "sample_document.h"

#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_golden.h"

static char *rendered(const struct assay_document *document, const struct assay_report_options *options)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    FILE *to = open_memstream(&bytes, &length);
    if (assay_report_render(assay_report_format_find("text"), document, options, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

static void assert_golden_of(const char *name, struct assay_document *document,
                             const struct assay_report_options *options)
{
    char *text = rendered(document, options);
    assert_golden_take(name, text);
    assay_document_free(document);
}

static void assert_golden(const char *name, const struct assay_report_options *options)
{
    assert_golden_of(name, sample_document(SAMPLE_KERNELS, 10, 10), options);
}

/* The first three benchmarks of the sample, compared with the second; round trips of the first; and the first two again,
 * slower, as they were measured at once. */
static struct assay_document *lab_document(void)
{
    struct assay_document *document = sample_document(5, 10, 10);
    struct assay_error error = { 0 };
    struct assay_random random;
    document->benchmarks[1].baseline = true;
    struct assay_benchmark *first = &document->benchmarks[0];
    struct assay_measure_values *trips =
        assay_measure_get(&first->distributions, &first->distribution_count, "round_trip", "ns", false);
    assay_random_init(&random, 3);
    for (int i = 0; i < 12000; i++) {
        assert_true(assay_measure_append(trips, 2500 + 1500 * pow(assay_random_real(&random), 8) + (i % 4000 ? 0 : 90000)));
    }
    /* Too few for a tail: a quantile wants ten values beyond it. */
    struct assay_benchmark *second = &document->benchmarks[1];
    trips = assay_measure_get(&second->distributions, &second->distribution_count, "round_trip", "ns", false);
    for (int i = 0; i < 500; i++) {
        assert_true(assay_measure_append(trips, 70000 + i));
    }
    for (size_t i = 3; i < 5; i++) {
        struct assay_benchmark *together = &document->benchmarks[i];
        const struct assay_benchmark *alone = &document->benchmarks[i - 3];
        free(together->id);
        together->id = assay_copy(alone->id);
        together->jobs = 3;
        assert_true(assay_benchmark_flag(together, "at-once"));
        for (size_t k = 0; k < together->samples.count; k++) {
            together->samples.elapsed_ns[k] = alone->samples.elapsed_ns[k] * 1.75;
            together->samples.iterations[k] = alone->samples.iterations[k];
        }
    }
    assert_int_equal(assay_document_compute(document, &error), 0);
    return document;
}

static void baselines_distributions_and_company(void **state)
{
    (void)state;
    assert_golden_of("lab-120", lab_document(), &(struct assay_report_options){ 120, false, true, 0, true, NULL, false, NULL, 0 });
    assert_golden_of("lab-60", lab_document(), &(struct assay_report_options){ 60, false, false, 0, false, NULL, false, NULL, 0 });
}

/* Nothing was measured alone: company is not held against other company. */
static void only_what_was_alone_is_held_against_company(void **state)
{
    (void)state;
    struct assay_document *document = lab_document();
    for (size_t i = 0; i < 3; i++) {
        document->benchmarks[i].jobs = 2;
    }
    char *text = rendered(document, &(struct assay_report_options){ 120, false, true, 0, false, NULL, false, NULL, 0 });
    assert_null(strstr(text, "in turn and at once"));
    free(text);
    assay_document_free(document);
}

static void at_120_columns(void **state)
{
    (void)state;
    assert_golden("width-120", &(struct assay_report_options){ 120, false, true, 0, true, NULL, false, NULL, 0 });
}

static void at_80_columns(void **state)
{
    (void)state;
    assert_golden("width-80", &(struct assay_report_options){ 80, false, true, 0, true, NULL, false, NULL, 0 });
}

static void at_60_columns(void **state)
{
    (void)state;
    assert_golden("width-60", &(struct assay_report_options){ 60, false, true, 0, false, NULL, false, NULL, 0 });
}

static void in_ascii_as_wide_as_it_needs(void **state)
{
    (void)state;
    assert_golden("ascii", &(struct assay_report_options){ 0, false, false, 0, false, NULL, false, NULL, 0 });
}

static void in_color_with_columns_on_demand(void **state)
{
    (void)state;
    assert_golden("color", &(struct assay_report_options){
                               160, true, true, ASSAY_SHOW_CPU | ASSAY_SHOW_MEMORY | ASSAY_SHOW_SWITCHES, false, NULL,
                               false, NULL, 0 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_120_columns),
        cmocka_unit_test(at_80_columns),
        cmocka_unit_test(at_60_columns),
        cmocka_unit_test(in_ascii_as_wide_as_it_needs),
        cmocka_unit_test(baselines_distributions_and_company),
        cmocka_unit_test(only_what_was_alone_is_held_against_company),
        cmocka_unit_test(in_color_with_columns_on_demand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
