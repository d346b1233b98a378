/* A document with comparisons of every verdict and design, for the tests of result/ and reports/. Numbers are made up,
 * from a fixed seed, but hold a document's rules. */
#ifndef ASSAY_TESTS_SAMPLE_COMPARISON_H
#define ASSAY_TESTS_SAMPLE_COMPARISON_H

#include "sample_document.h"

struct sample_pair {
    size_t kernel; /* of sample_kernels */
    double log;    /* of the ratio */
    double half;   /* of the confidence sequence, as a logarithm; infinite: not bounded */
    double spread; /* of blocks */
    size_t blocks;
    const char *design;
    enum assay_verdict verdict;
    const char *reason;
    const char *note;
};

/* At a margin of 1 %: 0.00995 as a logarithm. */
static const struct sample_pair sample_pairs[] = {
    { 0, 0.0004, 0.003, 0.002, 32, "blocks", ASSAY_VERDICT_SAME, NULL, NULL },
    { 3, 0.0050, 0.002, 0.002, 40, "blocks", ASSAY_VERDICT_SHIFTED, NULL, NULL },
    { 2, 0.0208, 0.004, 0.006, 38, "blocks", ASSAY_VERDICT_SLOWER, NULL, "the function is 12 bytes longer" },
    { 7, -0.4, 0.01, 0.009, 24, "duet", ASSAY_VERDICT_FASTER, NULL, NULL },
    { 6, 0.011, 0.03, 0.05, 16, "layouts", ASSAY_VERDICT_INCONCLUSIVE,
      "8 layouts, want 11: a rebuild alone could move it", NULL },
    { 1, 0.004, INFINITY, 0.01, 7, "blocks", ASSAY_VERDICT_INCONCLUSIVE, "the budget ended", NULL },
    { 4, 0.015, 0.008, NAN, 0, "stored", ASSAY_VERDICT_SLOWER, "measured apart: at 95 % only", NULL },
    { 5, NAN, INFINITY, NAN, 0, "blocks", ASSAY_VERDICT_INCONCLUSIVE, "base is 'wrong-answer'", NULL },
};
#define SAMPLE_PAIRS (sizeof sample_pairs / sizeof sample_pairs[0])

static inline void sample_blocks(struct assay_comparison *comparison, const struct sample_pair *pair, size_t processes)
{
    struct assay_random random;
    assay_random_init(&random, pair->kernel + 100);
    for (size_t i = 0; i < pair->blocks; i++) {
        double first = pair->log + pair->spread * sample_normal(&random);
        double second = pair->log + pair->spread * sample_normal(&random);
        const double values[ASSAY_BLOCK_COLUMN_COUNT] = { (first + second) / 2,
                                                          first,
                                                          second,
                                                          (double)i * 0.025,
                                                          0.02 + 0.001 * assay_random_real(&random),
                                                          (double)(i + 1),
                                                          (double)assay_random_below(&random, 4),
                                                          (double)assay_random_below(&random, 2),
                                                          (double)(i % processes),
                                                          (double)(i % processes),
                                                          i == 5 ? 1 : 0 };
        assay_blocks_append(&comparison->blocks, values);
    }
    if (strcmp(pair->design, "duet") == 0) {
        for (size_t i = 0; i < pair->blocks; i++)
            comparison->blocks.layout[i] = comparison->blocks.order[i] = comparison->blocks.head_first[i] = NAN;
    }
}

static inline void sample_numbers(struct assay_comparison *comparison, const struct sample_pair *pair)
{
    bool stored = strcmp(pair->design, "stored") == 0;
    comparison->ratio = exp(pair->log);
    comparison->confidence = stored ? 0.95 : 0.999;
    comparison->margin = 0.01;
    comparison->verdict = pair->verdict;
    if (isfinite(pair->half)) {
        comparison->low = exp(pair->log - pair->half);
        comparison->high = exp(pair->log + pair->half);
        comparison->ci95_low = stored ? comparison->low : exp(pair->log - pair->half / 3);
        comparison->ci95_high = stored ? comparison->high : exp(pair->log + pair->half / 3);
    } else if (pair->blocks > 0) {
        comparison->high = 1.25; /* one end is bounded already */
    }
    if (pair->verdict == ASSAY_VERDICT_SLOWER || pair->verdict == ASSAY_VERDICT_FASTER ||
        pair->verdict == ASSAY_VERDICT_SHIFTED) {
        comparison->direction = pair->log > 0 ? 1 : -1;
        comparison->beyond_margin = fabs(pair->log) - pair->half > log1p(comparison->margin);
    }
    if (pair->blocks == 0)
        return;
    comparison->direction_at_s = comparison->direction ? 0.4375 : NAN;
    comparison->log_evidence = comparison->direction ? 23.5 : 1.25;
    comparison->gate_log_evidence = 7.37775890822787; /* 2 x 8 pairs / 0.01 */
    comparison->discovery = comparison->direction != 0;
    comparison->pairs = 4 * (double)(pair->blocks - 1);
    comparison->seconds = 0.025 * (double)pair->blocks + 0.1;
    comparison->minimum_detectable_effect = pair->spread * 1.1;
    comparison->seconds_needed = pair->verdict == ASSAY_VERDICT_INCONCLUSIVE ? 12.5 : NAN;
    comparison->spread = pair->spread;
    comparison->carry_over = 0.0015;
    comparison->carry_over_low = 0.0005;
    comparison->carry_over_high = 0.0025;
    comparison->autocorrelation = 0.0625;
    comparison->drift_p = 0.4375;
    comparison->between_share = 0.375;
}

static inline void sample_compare(struct assay_document *document, size_t base, size_t head,
                                  const struct sample_pair *pair)
{
    struct assay_comparison *comparison = assay_document_add_comparison(document);
    comparison->base = base;
    comparison->head = head;
    comparison->id = sample_copy(document->benchmarks[base].id);
    comparison->design = sample_copy(pair->design);
    comparison->unit = sample_copy(pair->kernel == 7 ? "item" : "iteration");
    comparison->reason = pair->reason ? sample_copy(pair->reason) : NULL;
    if (pair->note)
        assay_comparison_note(comparison, "%s", pair->note);
    sample_numbers(comparison, pair);
    sample_blocks(comparison, pair, document->benchmarks[base].process_count);
    if (pair->verdict == ASSAY_VERDICT_SAME) {
        comparison->same_code = 1;
        comparison->base_instructions = comparison->head_instructions = 2577361;
        comparison->instructions_source = sample_copy("callgrind");
    } else if (pair->verdict == ASSAY_VERDICT_SLOWER && pair->blocks > 0) {
        comparison->same_code = 0;
        comparison->base_instructions = 2577361;
        comparison->head_instructions = 2629123;
        comparison->instructions_source = sample_copy("callgrind");
    } else if (pair->verdict == ASSAY_VERDICT_FASTER) {
        comparison->instructions_source = sample_copy("valgrind is not installed");
    }
}

/* Benchmarks 2i and 2i + 1 are the sides of comparison i; the last comparison is benchmark 0 against itself, with a
 * share of work injected. */
static inline struct assay_document *sample_comparison_document(void)
{
    struct assay_document *document = sample_document(0, 0, 0);
    free(document->sessions[0].command);
    document->sessions[0].command = sample_copy("assay compare old head");
    for (size_t i = 0; i < SAMPLE_PAIRS; i++) {
        struct sample_kernel kernel = sample_kernels[sample_pairs[i].kernel];
        sample_fill(assay_document_add(document), &kernel, 6, 1, 2 * i + 1);
        kernel.ns *= isnan(sample_pairs[i].log) ? 1 : exp(sample_pairs[i].log);
        if (sample_pairs[i].kernel == 5)
            kernel = sample_kernels[0];
        sample_fill(assay_document_add(document), &kernel, 6, 1, 2 * i + 2);
        sample_compare(document, 2 * i, 2 * i + 1, &sample_pairs[i]);
    }
    struct sample_pair self = sample_pairs[2];
    self.note = "1.3 % of work was injected into head, to test the test";
    self.kernel = 0;
    sample_compare(document, 0, 0, &self);
    document->comparisons[SAMPLE_PAIRS].injected = 0.013;
    if (assay_document_compute(document, NULL)) {
        assay_document_free(document);
        return NULL;
    }
    return document;
}

#endif
