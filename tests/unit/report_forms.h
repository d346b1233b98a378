/* Reports as text for the tests of their forms, of documents in memory and of data/samples. Comes after cmocka.h. */
#ifndef ASSAY_TESTS_REPORT_FORMS_H
#define ASSAY_TESTS_REPORT_FORMS_H

#include "base/text.h"
#include "reports/report.h"

#include <stdio.h>

static inline char *formed(const struct assay_document *document, const char *format)
{
    const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    FILE *to = open_memstream(&bytes, &length);
    assert_non_null(assay_report_format_find(format));
    if (assay_report_render(assay_report_format_find(format), document, &options, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

static inline struct assay_document *stored_sample(const char *name)
{
    char *path = assay_formatted("%s/data/samples/%s.json", ASSAY_SOURCE_DIR, name);
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (assay_document_load(&document, path, &error))
        fail_msg("%s", error.text);
    free(path);
    return document;
}

static inline void assert_has(const struct assay_document *document, const char *format, const char *wanted)
{
    char *text = formed(document, format);
    if (!strstr(text, wanted))
        fail_msg("no '%s' in:\n%.3000s", wanted, text);
    free(text);
}

static inline void assert_has_not(const struct assay_document *document, const char *format, const char *unwanted)
{
    char *text = formed(document, format);
    if (strstr(text, unwanted))
        fail_msg("'%s' in:\n%.3000s", unwanted, text);
    free(text);
}

static inline void rename_benchmark(struct assay_document *document, size_t index, const char *id)
{
    struct assay_benchmark *benchmark = &document->benchmarks[index];
    free(benchmark->id);
    free(benchmark->kernel);
    benchmark->id = assay_copy(id);
    benchmark->kernel = assay_copy(id);
    while (benchmark->parameter_count > 0) {
        benchmark->parameter_count--;
        free(benchmark->parameters[benchmark->parameter_count].name);
        free(benchmark->parameters[benchmark->parameter_count].text);
    }
}

#endif
