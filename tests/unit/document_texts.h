/* Documents as text, for tests: written, read back, held against the schema by a program that shares nothing with assay. Comes
 * after cmocka.h. */
#ifndef ASSAY_TESTS_DOCUMENT_TEXTS_H
#define ASSAY_TESTS_DOCUMENT_TEXTS_H

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "result/document.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* The JSON; heap. */
static inline char *written(const struct assay_document *document)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    FILE *to = open_memstream(&bytes, &length);
    assert_non_null(to);
    if (assay_document_write(document, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

/* What assay_document_read gives; the document is called x.json. */
static inline int read_text(struct assay_document **document, const char *json, struct assay_error *error)
{
    FILE *from = fmemopen((void *)(uintptr_t)json, strlen(json), "r");
    assert_non_null(from);
    int result = assay_document_read(document, from, "x.json", error);
    fclose(from);
    return result;
}

static inline struct assay_document *read_back(const char *json)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (read_text(&document, json, &error))
        fail_msg("%s", error.text);
    return document;
}

/* The validator's exit status; what it said goes to `said` (heap). */
static inline int validate(const char *path, char **said)
{
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    const char *const argv[] = { "/usr/bin/python3", ASSAY_SOURCE_DIR "/tests/cli/validate_document.py", path, NULL };
    if (assay_child_run(&result, argv, 60, &error))
        fail_msg("%s", error.text);
    int status = WIFEXITED(result.status) ? WEXITSTATUS(result.status) : -1;
    *said = assay_formatted("%s%s", result.out, result.err);
    assay_child_result_release(&result);
    return status;
}

/* That the sample `path` of the tree is this document as the writer writes it, is read back to the same bytes, and is valid. Owns the
 * document. ASSAY_ACCEPT=1 writes it anew; its diff is read before it is kept. */
static inline void assert_sample_take(struct assay_document *document, const char *path)
{
    struct assay_document *stored = NULL;
    struct assay_error error = { 0 };
    char *golden = NULL, *said = NULL;
    size_t length = 0;
    if (getenv("ASSAY_ACCEPT"))
        assert_int_equal(assay_document_save(document, path, &error), 0);
    if (assay_document_load(&stored, path, &error) || assay_file_read(&golden, &length, path, 1u << 20, &error))
        fail_msg("%s", error.text);
    char *made = written(document), *again = written(stored);
    assert_string_equal(made, golden);
    assert_string_equal(again, golden);
    if (validate(path, &said) != 0)
        fail_msg("%s", said);
    free(said);
    free(again);
    free(made);
    free(golden);
    assay_document_free(stored);
    assay_document_free(document);
}

/* Bit for bit; every NaN is the same. */
static inline void assert_same_real(double a, double b)
{
    if (isnan(a) ? !isnan(b) : memcmp(&a, &b, sizeof a) != 0)
        fail_msg("%.17g and %.17g", a, b);
}

/* Both may be NULL. */
static inline void assert_same_text_or_null(const char *a, const char *b)
{
    if (!a || !b)
        assert_true(!a && !b);
    else
        assert_string_equal(a, b);
}

#endif
