/* Documents with comparisons, made by hand for the tests of reports/: numbers that a person can follow to the report.
 */
#ifndef ASSAY_TESTS_COMPARED_DOCUMENT_H
#define ASSAY_TESTS_COMPARED_DOCUMENT_H

#include "sample_document.h"

/* Of a comparison of two builds of one kernel. What is 0 here and may be unknown there is NaN there. */
struct compared_spec {
    const char *kernel; /* with limit=1000000 */
    double ratio, low, high;
    enum assay_verdict verdict;
    int direction;
    bool beyond_margin;
    double direction_at_s, seconds;
    unsigned blocks;
    unsigned set_aside;
    double log_evidence;
    double instructions[2];
};

static inline double compared_known(double value)
{
    return value == 0 ? NAN : value;
}

static inline void compared_side(struct assay_document *document, const char *kernel, const char *plugin)
{
    struct assay_benchmark *side = assay_document_add(document);
    side->kernel = assay_copy(kernel);
    side->id = assay_formatted("%s:limit=1000000", kernel);
    side->implementation = assay_copy("c");
    side->plugin = assay_copy(plugin);
    side->build = assay_copy("gcc 12.2.0 -O2 -fno-omit-frame-pointer");
    assay_benchmark_add_parameter(side, "limit", "1000000");
    struct assay_process *process = assay_benchmark_add_process(side);
    process->processor = 1;
    process->steady = 1;
    process->warmup_ns = process->startup_ns = process->peak_bytes = NAN;
}

/* Adds both sides and the comparison; borrowed until the next one. */
static inline struct assay_comparison *compared_add(struct assay_document *document, const struct compared_spec *spec)
{
    compared_side(document, spec->kernel, "old/sieve.so");
    compared_side(document, spec->kernel, "new/sieve.so");
    struct assay_comparison *comparison = assay_document_add_comparison(document);
    comparison->base = document->benchmark_count - 2;
    comparison->head = document->benchmark_count - 1;
    comparison->id = assay_copy(document->benchmarks[comparison->base].id);
    comparison->design = assay_copy("blocks");
    comparison->unit = assay_copy("iteration");
    comparison->ratio = compared_known(spec->ratio);
    comparison->low = compared_known(spec->low);
    comparison->high = compared_known(spec->high);
    comparison->confidence = 0.999;
    comparison->margin = 0.01;
    comparison->verdict = spec->verdict;
    comparison->direction = spec->direction;
    comparison->beyond_margin = spec->beyond_margin;
    comparison->direction_at_s = compared_known(spec->direction_at_s);
    comparison->log_evidence = spec->log_evidence;
    comparison->gate_log_evidence = log(200);
    comparison->pairs = 4.0 * (spec->blocks - spec->set_aside);
    comparison->seconds = spec->seconds;
    comparison->base_instructions = compared_known(spec->instructions[0]);
    comparison->head_instructions = compared_known(spec->instructions[1]);
    comparison->instructions_source = spec->instructions[0] > 0 ? assay_copy("callgrind") : NULL;
    for (unsigned i = 0; i < spec->blocks; i++) {
        const double values[ASSAY_BLOCK_COLUMN_COUNT] = { log(spec->ratio) + (i % 2 ? 0.001 : -0.001),
                                                          log(spec->ratio),
                                                          NAN,
                                                          0.025 * i,
                                                          0.025,
                                                          i + 1,
                                                          i % 4,
                                                          i % 2,
                                                          0,
                                                          0,
                                                          i < spec->set_aside };
        assay_blocks_append(&comparison->blocks, values);
    }
    return comparison;
}

static inline struct assay_document *compared_document(void)
{
    struct assay_document *document = sample_document(0, 0, 0);
    free(document->suite);
    free(document->suite_version);
    free(document->warnings[0]);
    document->suite = document->suite_version = NULL;
    document->warning_count = 0;
    document->sessions[0].reference_count = 0; /* a machine that kept its speed */
    document->sessions[0].duration_s = 2.5;
    return document;
}

static const struct compared_spec compared_slower = {
    "sieve.bytes", 1.0207, 1.0168, 1.0246, ASSAY_VERDICT_SLOWER, 1, true, 0.42, 1.6, 62, 2, 14.2, { 1.0e6, 1.0100e6 },
};
static const struct compared_spec compared_least = {
    "sieve.wheel", 1.0088, 1.0043, 1.0131, ASSAY_VERDICT_SLOWER, 1, false, 2.5, 10, 380, 0, 9.9, { 0 },
};
static const struct compared_spec compared_faster = {
    "sieve.segmented", 0.9512, 0.9467, 0.9561, ASSAY_VERDICT_FASTER, -1, true, 0.31, 0.42, 16, 0, 9.1, { 2.0e6, 1.9e6 },
};
static const struct compared_spec compared_shifted = {
    "sieve.listed", 1.0041, 1.0019, 1.0062, ASSAY_VERDICT_SHIFTED, 1, false, 1.9, 7.8, 300, 0, 8.4, { 0 },
};
static const struct compared_spec compared_same = {
    "sieve.odd", 0.9996, 0.9967, 1.0032, ASSAY_VERDICT_SAME, 0, false, 0, 1.2, 46, 0, 0.3, { 5.0e5, 5.0e5 },
};
static const struct compared_spec compared_open = {
    "sieve.memory", 1.0061, 0.9943, 1.0180, ASSAY_VERDICT_INCONCLUSIVE, 0, false, 0, 10, 390, 0, 2.0, { 0 },
};

/* Five of one suite, and one whose head crashed, with a gate for six. */
static inline struct assay_document *compared_suite(void)
{
    const struct compared_spec *const specs[] = { &compared_same,   &compared_open,    &compared_faster,
                                                  &compared_slower, &compared_shifted, &compared_least };
    struct assay_document *document = compared_document();
    document->suite = assay_copy("sieves");
    for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
        struct assay_comparison *comparison = compared_add(document, specs[i]);
        comparison->gate_log_evidence = log(1400);
        comparison->discovery = comparison->direction != 0;
        if (specs[i] == &compared_open) {
            comparison->minimum_detectable_effect = 0.0176;
            comparison->seconds_needed = 21.4;
        }
    }
    struct assay_comparison *broken = compared_add(document, &(struct compared_spec){ .kernel = "sieve.broken" });
    struct assay_benchmark *head = &document->benchmarks[broken->head];
    broken->gate_log_evidence = log(1400);
    broken->log_evidence = NAN;
    broken->reason = assay_copy("head crashed before a block was whole");
    head->status = ASSAY_STATUS_CRASHED;
    head->message = assay_copy("ended by signal 11 (SIGSEGV) in batch 3");
    return document;
}

#endif
