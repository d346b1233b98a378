/* Two documents of one benchmark each, for the tests of stored comparisons: known medians of processes, nothing else.
 */
#ifndef ASSAY_TESTS_STORED_DOCUMENTS_H
#define ASSAY_TESTS_STORED_DOCUMENTS_H

#include "compare/compare.h"

#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const double base_ns[] = { 100, 101.5, 99.25, 100.75, 102, 98.5, 100.25, 101 };
static const double head_ns[] = { 103, 104.5, 102.25, 103.75, 106, 102.5, 103.5, 104, 103.25 };

static inline void replace(char **text, const char *with)
{
    free(*text);
    *text = assay_copy(with);
}

/* A process of `session` whose median is `ns`. */
static inline void add_process(struct assay_benchmark *benchmark, double ns, uint32_t session)
{
    assay_benchmark_add_process(benchmark)->session = session;
    for (int i = -1; i <= 1; i++) {
        const double row[ASSAY_COLUMN_COUNT] = {
            10, (ns + 3 * i) * 10, NAN, NAN, (double)benchmark->process_count - 1, NAN, NAN, NAN, NAN, NAN
        };
        assert_true(assay_samples_append(&benchmark->samples, row));
    }
}

static inline struct assay_benchmark *add(struct assay_document *document, const double *ns, size_t count)
{
    struct assay_benchmark *benchmark = assay_document_add(document);
    benchmark->id = assay_copy("primes.trial:limit=100");
    benchmark->kernel = assay_copy("primes.trial");
    benchmark->implementation = assay_copy("c");
    benchmark->version = assay_copy("1.2.3");
    benchmark->verified = 1;
    benchmark->answer = (struct assay_answer){ .known = true, .count = 25, .sum = 1060 };
    for (size_t i = 0; i < count; i++)
        add_process(benchmark, ns[i], 0);
    return benchmark;
}

/* One session with a reference chain of `chain` ns for a million operations; 0: none. */
static inline void add_session(struct assay_document *document, double chain)
{
    struct assay_session *session = assay_document_add_session(document);
    assay_facts_text(&session->environment, "cpu", "model", "Example Processor 9000", "test");
    assay_facts_integer(&session->environment, "topology", "processors", 2, "test");
    assay_facts_text(&session->environment, "kernel", "release", "6.1", "test");
    if (chain > 0) {
        session->reference_operations = 1e6;
        session->reference_count = session->reference_capacity = 3;
        session->reference_start_ns = calloc(3, sizeof(double));
        session->reference_elapsed_ns = calloc(3, sizeof(double));
        for (size_t i = 0; i < 3; i++)
            session->reference_elapsed_ns[i] = i == 1 ? chain : chain * (double)(i + 1) / 2; /* the median */
    }
}

static inline struct assay_document *empty(double chain)
{
    struct assay_document *document = NULL;
    assert_int_equal(assay_document_new(&document, NULL), 0);
    add_session(document, chain);
    return document;
}

static inline struct assay_document *make(const double *ns, size_t count)
{
    struct assay_document *document = empty(1e6);
    add(document, ns, count);
    return document;
}

static inline struct assay_document *make_base(void)
{
    return make(base_ns, 8);
}

static inline struct assay_document *make_head(void)
{
    return make(head_ns, 9);
}

/* Takes both sides. */
static inline struct assay_document *compared(struct assay_document *base, struct assay_document *head, bool force)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    if (assay_compare_stored(&document, base, head, 0.01, force, "assay compare a.json b.json", &error))
        fail_msg("%s", error.text);
    if (assay_document_check(document, &error))
        fail_msg("%s", error.text);
    assay_document_free(base);
    if (head != base)
        assay_document_free(head);
    return document;
}

static inline void assert_near(double found, double want)
{
    if (!(fabs(found - want) <= 1e-9 * fabs(want)))
        fail_msg("%.17g, want %.17g", found, want);
}

static inline bool says(char *const *lines, size_t count, const char *words)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(lines[i], words))
            return true;
    }
    return false;
}

static inline void assert_notes(const struct assay_comparison *comparison, const char *words)
{
    if (!says(comparison->notes, comparison->note_count, words))
        fail_msg("no note says '%s', the first of %zu: %s", words, comparison->note_count,
                 comparison->note_count ? comparison->notes[0] : "-");
}

static inline void assert_warns(const struct assay_document *document, const char *words)
{
    if (!says(document->warnings, document->warning_count, words))
        fail_msg("no warning says '%s', the first of %zu: %s", words, document->warning_count,
                 document->warning_count ? document->warnings[0] : "-");
}

static inline void assert_inconclusive(const struct assay_comparison *comparison, const char *words)
{
    assert_int_equal(comparison->verdict, ASSAY_VERDICT_INCONCLUSIVE);
    assert_int_equal(comparison->direction, 0);
    if (!comparison->reason || !strstr(comparison->reason, words))
        fail_msg("the reason is '%s', want '%s'", comparison->reason ? comparison->reason : "-", words);
}

#endif
