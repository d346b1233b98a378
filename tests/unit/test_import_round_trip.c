/* What assay writes in the formats of other tools, it reads back: the same benchmarks in the same order, with the same
 * medians. */
// links: import reports result stats base
#include "imported.h"

#include "reports/report.h"

#include <math.h>

/* One that names were made different for is none the less the same benchmark, so that order alone counts. */
static size_t next_timed(const struct assay_document *document, size_t index)
{
    while (index < document->benchmark_count &&
           !(document->benchmarks[index].status == ASSAY_STATUS_OK && document->benchmarks[index].has_statistics)) {
        index++;
    }
    return index;
}

static void assert_same_medians(const struct assay_document *ours, const struct assay_document *back, const char *what)
{
    size_t index = 0, count = 0;
    for (size_t i = next_timed(ours, 0); i < ours->benchmark_count; i = next_timed(ours, i + 1), index++, count++) {
        assert_true(index < back->benchmark_count);
        double want = ours->benchmarks[i].statistics.median, found = back->benchmarks[index].statistics.median;
        if (back->benchmarks[index].status != ASSAY_STATUS_OK || !(fabs(found - want) <= 1e-12 * want)) {
            fail_msg("%s: %s: %.17g, not %.17g", what, back->benchmarks[index].id, found, want);
        }
    }
    assert_true(count > 0);
    assert_int_equal(index, back->benchmark_count);
}

static void sample_documents_come_back_with_their_medians(void **state)
{
    (void)state;
    static const char *const samples[] = { "result-1", "comparisons", "scaling" };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        char path[512];
        struct assay_document *document = NULL;
        struct assay_error error = { 0 };
        (void)snprintf(path, sizeof path, "%s/data/samples/%s.json", ASSAY_SOURCE_DIR, samples[i]);
        if (assay_document_load(&document, path, &error)) {
            fail_msg("%s", error.text);
        }
        for (const char *const *name = &assay_import_names[1]; *name;
             name++) { /* the drag race has a test of its own */
            struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
            struct assay_document *back = NULL;
            char *bytes = NULL;
            size_t length = 0;
            FILE *to = open_memstream(&bytes, &length);
            if (assay_report_render(assay_report_format_find(*name), document, &options, to, &error)) {
                fail_msg("%s", error.text);
            }
            (void)fclose(to);
            if (import_bytes(&back, NULL, bytes, length, &error)) {
                fail_msg("%s of %s: %s", *name, samples[i], error.text);
            }
            assert_string_equal(fact_of(back, "import", "format")->text, *name); /* found as what it is */
            assert_same_medians(document, back, *name);
            assay_document_free(back);
            free(bytes);
        }
        assay_document_free(document);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(sample_documents_come_back_with_their_medians) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
