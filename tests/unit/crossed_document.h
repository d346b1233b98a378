/* Documents with a crossover, made by hand for the tests of result/ and reports/: primes.trial against
 * primes.listed_root_break along limit, with numbers that a person can follow to the report. */
#ifndef ASSAY_TESTS_CROSSED_DOCUMENT_H
#define ASSAY_TESTS_CROSSED_DOCUMENT_H

#include "compared_document.h"

/* What was found at a value. */
struct crossed_point {
    double value;
    double ratio, low, high; /* 0: not known */
    unsigned blocks;
    double seconds;
};

static inline void crossed_side(struct assay_document *document, const char *kernel, double value)
{
    compared_side(document, kernel, "kernels/primes.so");
    struct assay_benchmark *side = &document->benchmarks[document->benchmark_count - 1];
    free(side->id);
    side->id = assay_formatted("%s:limit=%.10g", kernel, value);
    free(side->parameters[0].text);
    side->parameters[0].text = assay_formatted("%.10g", value);
}

static inline void crossed_add_point(struct assay_document *document, const struct crossed_point *point)
{
    bool proven = point->low > 1 || (point->high > 0 && point->high < 1);
    struct compared_spec spec = { "primes.x",
                                  point->ratio,
                                  point->low,
                                  point->high,
                                  !proven          ? ASSAY_VERDICT_INCONCLUSIVE
                                  : point->low > 1 ? ASSAY_VERDICT_SLOWER
                                                   : ASSAY_VERDICT_FASTER,
                                  !proven ? 0 : point->low > 1 ? 1 : -1,
                                  false,
                                  proven ? point->seconds : 0,
                                  point->seconds,
                                  point->blocks,
                                  0,
                                  proven ? 12 : 1,
                                  { 0 } };
    struct assay_comparison *comparison = compared_add(document, &spec);
    document->benchmark_count -= 2; /* its sides are called by their values */
    for (size_t i = 0; i < 2; i++) {
        struct assay_benchmark *side = &document->benchmarks[document->benchmark_count + i];
        free(side->kernel);
        free(side->id);
        free(side->implementation);
        free(side->plugin);
        free(side->build);
        free(side->mode);
        free(side->parameters[0].name);
        free(side->parameters[0].text);
        free(side->parameters);
        free(side->processes);
    }
    size_t index = document->comparison_count - 1;
    crossed_side(document, "primes.trial", point->value);
    crossed_side(document, "primes.listed_root_break", point->value);
    comparison = &document->comparisons[index];
    free(comparison->id);
    comparison->id = assay_formatted("%s against %s", document->benchmarks[comparison->head].id,
                                     document->benchmarks[comparison->base].id);
    comparison->confidence = 1 - 0.001 / 30;
}

/* A document with one crossover over these points, which grow. No outcome yet. */
static inline struct assay_document *crossed_document(const struct crossed_point *points, size_t count)
{
    struct assay_document *document = compared_document();
    for (size_t i = 0; i < count; i++)
        crossed_add_point(document, &points[i]);
    struct assay_crossover *crossover = assay_document_add_crossover(document);
    crossover->base = assay_copy("primes.trial");
    crossover->head = assay_copy("primes.listed_root_break:variant=fixed");
    crossover->parameter = assay_copy("limit");
    crossover->from = points[0].value;
    crossover->to = points[count - 1].value;
    crossover->confidence = 0.999;
    crossover->seconds = 41.7;
    for (size_t i = 0; i < count; i++)
        assay_crossover_add_point(crossover, points[i].value, i);
    crossover->faster_at_from = -assay_comparison_proven(&document->comparisons[0]);
    crossover->faster_at_to = -assay_comparison_proven(&document->comparisons[count - 1]);
    return document;
}

static inline void crossed_change(struct assay_document *document, double low, double high, double estimate)
{
    const struct assay_crossover_change change = { low, high, estimate };
    assay_crossover_add_change(&document->crossovers[0], &change);
}

static const struct crossed_point crossed_points[] = {
    { 10, 1.58, 1.456, 1.683, 18, 0.63 },    { 100, 1.312, 1.236, 1.417, 18, 0.66 },
    { 250, 1.0123, 1.0004, 1.0231, 96, 4.1 }, { 261, 1.001, 0.9931, 1.0102, 310, 9.4 },
    { 271, 0.9893, 0.978, 0.9991, 104, 4.4 }, { 1000, 0.74, 0.712, 0.781, 18, 0.71 },
    { 100000, 0.269, 0.214, 0.331, 18, 2.5 },
};
#define CROSSED_POINTS (sizeof crossed_points / sizeof crossed_points[0])

static inline struct assay_document *crossed_once(void)
{
    struct assay_document *document = crossed_document(crossed_points, CROSSED_POINTS);
    document->crossovers[0].outcome = ASSAY_CROSSOVER_ONE;
    document->crossovers[0].reason = assay_copy("the budget ended before the interval was as narrow as 2 %");
    crossed_change(document, 250, 271, 262.1);
    return document;
}

#endif
