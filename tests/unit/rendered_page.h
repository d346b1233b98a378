/* Pages for the tests of reports/html: rendered from documents in memory, and taken apart. Comes after cmocka.h. */
#ifndef ASSAY_TESTS_RENDERED_PAGE_H
#define ASSAY_TESTS_RENDERED_PAGE_H

#include "sample_document.h"
#include "well_formed.h"

#include "reports/html/page.h"
#include "reports/report.h"

#include <stdio.h>

struct page {
    char *bytes;
    size_t length;
};

/* `bytes`: the document as it was read; NULL: written anew. */
static inline struct page page_with(const struct assay_document *document, FILE *bytes, const char *name)
{
    const struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    const struct assay_report_input input = { .document = document, .name = name, .bytes = bytes };
    struct assay_report *report = NULL;
    struct assay_error error = { 0 };
    struct page page = { NULL, 0 };
    if (assay_report_new(&report, &input, 1, &error))
        fail_msg("%s", error.text);
    FILE *to = open_memstream(&page.bytes, &page.length);
    if (assay_report_html(report, &options, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    assay_report_free(report);
    return page;
}

static inline struct page page_of(const struct assay_document *document)
{
    return page_with(document, NULL, "result.json");
}

/* What lies between two texts; heap. */
static inline char *between(const char *text, const char *before, const char *behind)
{
    const char *begin = strstr(text, before);
    assert_non_null(begin);
    begin += strlen(before);
    const char *end = strstr(begin, behind);
    assert_non_null(end);
    return assay_copy_bytes(begin, (size_t)(end - begin));
}

static inline void cut(char *text, const char *before, const char *behind)
{
    char *begin = strstr(text, before);
    assert_non_null(begin);
    begin += strlen(before);
    char *end = strstr(begin, behind);
    assert_non_null(end);
    memmove(begin, end, strlen(end) + 1);
}

/* The page's elements, without what is not markup: the style, and the script, which must be CDATA. */
static inline void assert_markup(const struct page *page)
{
    assert_int_equal(strlen(page->bytes), page->length);
    char *text = assay_copy(strstr(page->bytes, "<html "));
    assert_non_null(text);
    char *script = between(text, "<script>", "</script>");
    assert_int_equal(strncmp(script, "//<![CDATA[\n", 12), 0);
    assert_string_equal(script + strlen(script) - 5, "//]]>");
    free(script);
    cut(text, "<style>", "</style>");
    cut(text, "<script>", "</script>");
    const char *problem = well_formed_problem(text);
    if (problem)
        fail_msg("not well-formed at: %.300s", problem);
    free(text);
}

/* Everything that a file and a person may put into a document, as one string. */
#define HOSTILE                                                                                                        \
    "</script><img src=x onerror=alert(1)>\"'&<!--]]>\xe2\x80\xae"                                                     \
    "rtl\x1b[2J\x07\xff\xc0\xaf\xed\xa0\x80\xc2\x9b`x`"

static inline void make_hostile(char **text)
{
    free(*text);
    *text = assay_copy(HOSTILE);
}

/* Puts HOSTILE into every string of the document. */
static inline void make_document_hostile(struct assay_document *document)
{
    make_hostile(&document->suite);
    make_hostile(&document->suite_version);
    make_hostile(&document->tool_version);
    make_hostile(&document->created);
    assay_document_warn(document, "%s", HOSTILE);
    struct assay_session *session = &document->sessions[0];
    make_hostile(&session->command);
    make_hostile(&session->created);
    assay_facts_text(&session->environment, "cpu", "model", HOSTILE, HOSTILE);
    assay_facts_text(&session->environment, "cpu", "governor", HOSTILE, HOSTILE);
    for (size_t i = 0; i < document->benchmark_count; i++) {
        struct assay_benchmark *benchmark = &document->benchmarks[i];
        char **const texts[] = {
            &benchmark->id,    &benchmark->kernel, &benchmark->version,       &benchmark->implementation,
            &benchmark->build, &benchmark->plugin, &benchmark->oracle.source, &benchmark->message
        };
        for (size_t k = 0; k < sizeof texts / sizeof texts[0]; k++)
            make_hostile(texts[k]);
        if (benchmark->group)
            make_hostile(&benchmark->group);
        for (size_t k = 0; k < benchmark->parameter_count; k++) {
            make_hostile(&benchmark->parameters[k].name);
            make_hostile(&benchmark->parameters[k].text);
        }
        assay_benchmark_flag(benchmark, HOSTILE);
        assay_benchmark_tag(benchmark, HOSTILE);
        struct assay_measure_values *measure =
            assay_measure_get(&benchmark->measures, &benchmark->measure_count, HOSTILE, HOSTILE, true);
        for (size_t k = 0; k < benchmark->samples.count; k++)
            assay_measure_append(measure, 0.5);
    }
    for (size_t i = 0; i < document->comparison_count; i++) {
        make_hostile(&document->comparisons[i].id);
        make_hostile(&document->comparisons[i].reason);
        make_hostile(&document->comparisons[i].instructions_source);
        assay_comparison_note(&document->comparisons[i], "%s", HOSTILE);
    }
    for (size_t i = 0; i < document->scaling_count; i++) {
        make_hostile(&document->scalings[i].kernel);
        make_hostile(&document->scalings[i].implementation);
        make_hostile(&document->scalings[i].parameter);
        make_hostile(&document->scalings[i].reason);
    }
    for (size_t i = 0; i < document->crossover_count; i++) {
        make_hostile(&document->crossovers[i].base);
        make_hostile(&document->crossovers[i].head);
        make_hostile(&document->crossovers[i].parameter);
        make_hostile(&document->crossovers[i].reason);
    }
}

static inline void assert_harmless(const struct page *page)
{
    static const char *const raw[] = { "<img", "</script><", "onerror=alert(1)>", "\xe2\x80\xae", "\x1b",
                                       "\x07", "\xff",       "\xc0\xaf",          "\xed\xa0\x80", "\xc2\x9b" };
    assert_markup(page);
    for (size_t i = 0; i < sizeof raw / sizeof raw[0]; i++) {
        const char *found = strstr(page->bytes, raw[i]);
        if (found)
            fail_msg("raw text %zu: %.100s", i, found);
    }
    assert_non_null(strstr(page->bytes, "&lt;img src=x onerror=alert(1)&gt;")); /* it is said, not dropped */
}

#endif
