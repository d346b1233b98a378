/* Documents whose benchmarks form families along a parameter, for the tests of scalings: times by a formula, samples about
 * them from fixed seeds. */
#ifndef ASSAY_TESTS_KNOWN_SCALINGS_H
#define ASSAY_TESTS_KNOWN_SCALINGS_H

#include "sample_document.h"

/* Adds a benchmark of a family; `second` NULL: it has one parameter. */
static inline struct assay_benchmark *scaling_add(struct assay_document *document, const char *kernel,
                                                  const char *implementation, const char *limit, const char *second,
                                                  double ns)
{
    struct sample_kernel made = { kernel, { { "limit", limit }, { "variant", second } }, implementation, NULL, ns, 0.004,
                                  ASSAY_STATUS_OK, NULL, "warm" };
    if (!second)
        made.parameters[1][0] = NULL;
    struct assay_benchmark *benchmark = assay_document_add(document);
    sample_fill(benchmark, &made, 6, 2, document->benchmark_count);
    return benchmark;
}

/* Without a benchmark, but with a session. */
static inline struct assay_document *scaling_empty(void)
{
    struct assay_document *document = sample_document(1, 6, 2);
    struct assay_document *empty = NULL;
    if (!document || assay_document_new(&empty, NULL))
        abort();
    char *id = empty->id, *created = empty->created;
    empty->id = document->id, empty->created = document->created;
    document->id = id, document->created = created;
    empty->tool_version = sample_copy("0.1.0");
    empty->sessions = document->sessions;
    empty->session_count = document->session_count;
    document->sessions = NULL;
    document->session_count = 0;
    assay_document_free(document);
    return empty;
}

static const char *const scaling_limits[] = { "1000", "10000", "100000", "1000000", "10000000" };
#define SCALING_LIMITS (sizeof scaling_limits / sizeof scaling_limits[0])

/* The sample of the tree: n log log n, at 0.8 ns. */
static inline struct assay_document *scaling_sample(void)
{
    struct assay_document *document = scaling_empty();
    for (size_t i = 0; i < SCALING_LIMITS; i++) {
        double n = strtod(scaling_limits[i], NULL);
        scaling_add(document, "sieve.bytes", "c", scaling_limits[i], NULL, 0.8 * n * log(log(n)));
    }
    if (assay_document_compute(document, NULL))
        abort();
    return document;
}

/* All that a report can say: a form alone, two variants of which one has an overhead, a power that no form has, few
 * values, a constant, a fall, and an implementation in Python. */
static inline struct assay_document *scaling_families(void)
{
    struct assay_document *document = scaling_empty();
    for (size_t i = 0; i < SCALING_LIMITS; i++) {
        double n = strtod(scaling_limits[i], NULL);
        double wobble = i % 2 ? 1.03 : 0.98;
        scaling_add(document, "sieve.bytes", "c", scaling_limits[i], NULL, 0.8 * n * log(log(n)) * wobble);
        scaling_add(document, "sieve.wheel", "c", scaling_limits[i], "kept", 0.25 * n);
        scaling_add(document, "sieve.wheel", "c", scaling_limits[i], "fresh", 20000 + 0.25 * n);
        scaling_add(document, "sieve.wheel", "cpython", scaling_limits[i], "kept", 40 * pow(n, 0.8));
        scaling_add(document, "look.up", "c", scaling_limits[i], NULL, 35 * wobble);
        scaling_add(document, "share.out", "c", scaling_limits[i], NULL, 1e9 / n);
        if (i < 3)
            scaling_add(document, "primes.trial", "c", scaling_limits[i], NULL, 12 * pow(n, 1.3));
        if (i < 4)
            scaling_add(document, "primes.listed", "cpython", scaling_limits[i], NULL, n * n * wobble);
    }
    if (assay_document_compute(document, NULL))
        abort();
    return document;
}

#endif
