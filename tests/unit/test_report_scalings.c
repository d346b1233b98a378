/* What the text report says of scalings, against golden outputs. */
// links: reports result stats base
#include "known_scalings.h"

#include "reports/report.h"
#include "reports/scalings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_golden.h"

static void assert_golden(const char *name, const struct assay_report_options *options)
{
    struct assay_document *document = scaling_families();
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append_scalings(&text, document, options);
    assert_golden_take(name, assay_text_take(&text));
    assay_document_free(document);
}

static void at_120_columns(void **state)
{
    (void)state;
    assert_golden("scaling-120", &(struct assay_report_options){ 120, false, true, 0, true, NULL, false, NULL, 0 });
}

static void at_60_columns(void **state)
{
    (void)state;
    assert_golden("scaling-60", &(struct assay_report_options){ 60, false, true, 0, true, NULL, false, NULL, 0 });
}

static void in_ascii(void **state)
{
    (void)state;
    assert_golden("scaling-ascii", &(struct assay_report_options){ 0, false, false, 0, true, NULL, false, NULL, 0 });
}

static void it_stands_below_the_table(void **state)
{
    (void)state;
    struct assay_document *document = scaling_sample();
    char *bytes = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&bytes, &length);
    const struct assay_report_options options = { 120, false, true, 0, true, NULL, false, NULL, 0 };
    assert_int_equal(assay_report_render(assay_report_format_find("text"), document, &options, to, NULL), 0);
    fclose(to);
    const char *table = strstr(bytes, "sieve.bytes:limit=10000000");
    const char *scaling = strstr(bytes, "\nscaling\n  sieve.bytes: time grows as limit^");
    assert_true(table && scaling && table < scaling);
    assert_non_null(strstr(scaling, "n log log n fits best"));
    free(bytes);
    assay_document_free(document);
}

static void without_scalings_it_says_nothing(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(2, 6, 2);
    struct assay_text text = ASSAY_TEXT_INIT;
    const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    assay_text_append_scalings(&text, document, &options);
    assert_int_equal(text.length, 0);
    assay_text_release(&text);
    assay_document_free(document);
}

/* The least that another maker's document may say. */
static void what_is_not_known_is_not_shown(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(1, 6, 2);
    struct assay_scaling *scaling = assay_document_add_scaling(document);
    scaling->kernel = sample_copy("a.b");
    scaling->implementation = sample_copy("c");
    scaling->parameter = sample_copy("n\x1b[31m");
    scaling->reason = sample_copy("nothing was tried");
    struct assay_text text = ASSAY_TEXT_INIT;
    const struct assay_report_options options = { 0, false, false, 0, true, NULL, false, NULL, 0 };
    assay_text_append_scalings(&text, document, &options);
    assert_string_equal(text.bytes, "\nscaling\n  a.b: how time grows is not known; nothing was tried\n");
    assay_text_clear(&text);
    scaling->exponent = -0.001;
    assay_text_append_scalings(&text, document, &options);
    assert_string_equal(text.bytes, "\nscaling\n  a.b: time goes as n?[31m^0.00; nothing was tried\n");
    assay_text_release(&text);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_120_columns),
        cmocka_unit_test(at_60_columns),
        cmocka_unit_test(in_ascii),
        cmocka_unit_test(it_stands_below_the_table),
        cmocka_unit_test(without_scalings_it_says_nothing),
        cmocka_unit_test(what_is_not_known_is_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
