/* Any bytes as a document, and what can be read as a page: nothing of it runs or loads, and the page gives the document back
 * byte for byte. Any bytes as a page: documents come out of it or one line of error. */
// links: reports result stats base
#include "reports/html/page.h"
#include "reports/report.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t occurrences(const char *text, const char *wanted)
{
    size_t count = 0;
    for (const char *at = strstr(text, wanted); at; at = strstr(at + 1, wanted)) {
        count++;
    }
    return count;
}

static void read_page(const char *bytes, size_t length)
{
    char *document = NULL;
    size_t document_length = 0;
    size_t count = assay_page_count(bytes, length);
    for (size_t i = 0; i < count && i < 4; i++) {
        struct assay_error error = { 0 };
        int code = assay_page_document(&document, &document_length, bytes, length, i, 1u << 20, &error);
        if (code == 0 ? error.code != 0 : !error.text[0] || strchr(error.text, '\n'))
            abort();
        if (code == 0)
            free(document);
    }
}

static void check_page(const char *page, size_t length, const char *bytes, size_t size)
{
    static const char *const never[] = { "<img", "<iframe", "<object", "<embed", "<link", "<base", "javascript:", " onerror" };
    char *document = NULL;
    size_t document_length = 0;
    const char *body = strstr(page, "<body");
    const char *end = strstr(page, "id=\"document-0\"");
    if (!assay_page_is(page, length) || assay_page_count(page, length) != 1 || !body || !end)
        abort();
    if (assay_page_document(&document, &document_length, page, length, 0, size, NULL) || document_length != size ||
        memcmp(document, bytes, size) != 0)
        abort();
    free(document);
    char *shown = strndup(body, (size_t)(end - body));
    if (!shown || occurrences(shown, "<script") != 2 /* the page's, and the document's opening */)
        abort();
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        /* What is text has its brackets as entities; a word alone may stand there. */
        if (never[i][0] == '<' && strstr(shown, never[i]))
            abort();
    }
    free(shown);
}

static void render(const struct assay_report *report, const char *format, const char *bytes, size_t size)
{
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    char *made = NULL;
    size_t length = 0;
    FILE *to = open_memstream(&made, &length);
    options.verdict = true;
    if (!to || assay_report_format_find(format)->render(report, &options, to, NULL) || fclose(to))
        abort();
    if (strcmp(format, "html") == 0)
        check_page(made, length, bytes, size);
    if (strcmp(format, "md") == 0 && length > 65536)
        abort();
    free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = { "html", "md", "text", "junit", "rows" };
    const char *bytes = (const char *)data;
    struct assay_document *document = NULL;
    struct assay_report *report = NULL;
    FILE *from = size > 0 ? fmemopen((void *)(uintptr_t)bytes, size, "r") : NULL;
    char *copy = strndup(bytes, size);
    if (copy)
        read_page(copy, strlen(copy));
    free(copy);
    if (from && assay_document_read(&document, from, "fuzz", NULL) == 0) {
        const struct assay_report_input input = { .document = document, .name = "fuzz", .bytes = from };
        if (assay_report_new(&report, &input, 1, NULL) == 0) {
            for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
                render(report, formats[i], bytes, size);
        }
        assay_report_free(report);
    }
    assay_document_free(document);
    if (from)
        fclose(from);
    return 0;
}
