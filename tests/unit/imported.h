/* Shared by the tests of imports: a text or a sample file through a reader, and what is said of it. */
#ifndef ASSAY_TESTS_IMPORTED_H
#define ASSAY_TESTS_IMPORTED_H

#include "import/import.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* Of exactly that length on the heap, so that a sanitizer sees a read past its end. `format` NULL: as found. */
static inline int import_bytes(struct assay_document **document, const char *format, const char *bytes, size_t length,
                               struct assay_error *error)
{
    char *exact = malloc(length ? length : 1);
    const struct assay_import_source source = { "in", exact, length, ASSAY_IMPORT_LIMIT_USUAL };
    assert_non_null(exact);
    memcpy(exact, bytes, length);
    int code = assay_import(document, &source, 1, format ? assay_import_find(format) : NULL, error);
    free(exact);
    return code;
}

static inline struct assay_document *imported_text(const char *format, const char *text)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (import_bytes(&document, format, text, strlen(text), &error)) {
        fail_msg("%s", error.text);
    }
    return document;
}

/* A file of tests/foreign/samples; its format must be `format`, and found. */
static inline struct assay_document *imported_sample(const char *format, const char *name)
{
    char path[512], *bytes = NULL;
    size_t length = 0;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    (void)snprintf(path, sizeof path, "%s/tests/foreign/samples/%s", ASSAY_SOURCE_DIR, name);
    if (assay_file_read(&bytes, &length, path, ASSAY_IMPORT_BYTES, &error) ||
        import_bytes(&document, NULL, bytes, length, &error)) {
        fail_msg("%s", error.text);
    }
    free(bytes);
    assert_string_equal(assay_facts_find(&document->sessions[0].environment, "import", "format")->text, format);
    return document;
}

static inline void assert_import_refused(const char *format, const char *text, const char *words)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    assert_int_equal(import_bytes(&document, format, text, strlen(text), &error), ASSAY_EINPUT);
    assert_null(document);
    assert_string_equal(error.text, words);
}

static inline const struct assay_fact *fact_of(const struct assay_document *document, const char *group,
                                               const char *name)
{
    return assay_facts_find(&document->sessions[0].environment, group, name);
}

static inline bool is_warned(const struct assay_document *document, const char *part)
{
    for (size_t i = 0; i < document->warning_count; i++) {
        if (strstr(document->warnings[i], part)) {
            return true;
        }
    }
    return false;
}

static inline const char *parameter_of(const struct assay_benchmark *benchmark, const char *name)
{
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        if (strcmp(benchmark->parameters[i].name, name) == 0) {
            return benchmark->parameters[i].text;
        }
    }
    return NULL;
}

static inline const struct assay_measure_values *measure_of(const struct assay_benchmark *benchmark, const char *name)
{
    for (size_t i = 0; i < benchmark->measure_count; i++) {
        if (strcmp(benchmark->measures[i].name, name) == 0) {
            return &benchmark->measures[i];
        }
    }
    return NULL;
}

#endif
