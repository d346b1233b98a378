/* What difference this machine can decide now. Runs the comparison's engine on kernels against themselves, for a fixed
 * time and not until a verdict. */
#include "cli/noise.h"

#include "base/clock.h"
#include "catalog/catalog.h"
#include "cli/interrupt.h"
#include "compare/compare.h"
#include "plan/plan.h"
#include "stats/sequence.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define CONFIDENCE 0.999
#define BATCH_S 0.0025
#define ENDLESS 10000000u /* pairs: the time ends it */

const double assay_noise_spans_s[ASSAY_NOISE_SPANS] = { 1.0, 10.0, 60.0 };

int assay_noise_of(struct assay_noise *noise, const struct assay_comparison *comparison)
{
    const struct assay_blocks *blocks = &comparison->blocks;
    noise->blocks = blocks->count;
    noise->direction = comparison->direction;
    if (blocks->count < ASSAY_SEQUENCE_LEARN || isnan(comparison->spread)) {
        snprintf(noise->reason, sizeof(noise->reason), "%s",
                 comparison->reason ? comparison->reason : "too few blocks in this time");
        return 0;
    }
    if (assay_stats_median(&noise->block_s, blocks->seconds, blocks->count)) {
        return -1;
    }
    noise->spread = comparison->spread;
    for (size_t i = 0; i < ASSAY_NOISE_SPANS; i++) {
        double effect =
            assay_sequence_detectable(floor(assay_noise_spans_s[i] / noise->block_s), noise->spread, CONFIDENCE);
        noise->detectable[i] = isfinite(effect) ? expm1(effect + ASSAY_SEQUENCE_FLOOR) : INFINITY;
    }
    noise->known = true;
    return 0;
}

static int measure_one(struct assay_noise *noise, bool *interrupted, const struct assay_plan *plan,
                       const struct assay_places *places, double budget_s, struct assay_error *error)
{
    static const struct assay_compare_pair itself = { 0, 0 };
    struct assay_document *document = NULL;
    struct assay_measure_options measure = {
        .places = places, .command = "", .program_start_ns = assay_clock_ns(), .stop = &assay_interrupt_stop
    };
    struct assay_compare_options options = ASSAY_COMPARE_OPTIONS_INIT;
    options.measure = &measure;
    options.budget_s = budget_s;
    options.pairs = ENDLESS;
    options.confidence = CONFIDENCE;
    int code = assay_compare_run(&document, interrupted, plan, &itself, 1, &options, error);
    if (!code && document->benchmarks[0].status != ASSAY_STATUS_OK &&
        document->benchmarks[0].status != ASSAY_STATUS_INTERRUPTED) {
        snprintf(noise->reason, sizeof(noise->reason), "%s: %s", assay_status_word(document->benchmarks[0].status),
                 document->benchmarks[0].message ? document->benchmarks[0].message : "no reason given");
    } else if (!code && assay_noise_of(noise, &document->comparisons[0])) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_document_free(document);
    return code;
}

static int make_plan(struct assay_plan **plan, struct assay_catalog *catalog, const struct assay_places *places,
                     const char *kernel, struct assay_error *error)
{
    static const char *const none[] = { NULL };
    const char *const names[] = { kernel, NULL };
    struct assay_plan_options wanted = { .benchmarks = names, .grid = none, .protocol = ASSAY_PROTOCOL_UNSET };
    wanted.protocol.batch_s = BATCH_S;
    wanted.protocol.warmup_s = 0.0;
    return assay_plan_new(plan, catalog, NULL, places->suites, &wanted, error);
}

int assay_noise_measure(struct assay_noise noise[ASSAY_NOISE_KERNELS], bool *interrupted, double budget_s,
                        struct assay_error *error)
{
    static const struct {
        const char *kernel, *bound;
    } kernels[ASSAY_NOISE_KERNELS] = { { "effort.integer", "compute-bound" }, { "effort.memory", "memory-bound" } };
    struct assay_places places = { 0 };
    struct assay_catalog *catalog = NULL;
    int code = assay_places_find(&places, error);
    if (!code) {
        code = assay_catalog_open(&catalog, &places, error);
    }
    for (size_t i = 0; i < ASSAY_NOISE_KERNELS && !code; i++) {
        struct assay_plan *plan = NULL;
        noise[i] = (struct assay_noise){ .kernel = kernels[i].kernel, .bound = kernels[i].bound };
        if (*interrupted) {
            snprintf(noise[i].reason, sizeof(noise[i].reason), "interrupted");
            continue;
        }
        code = make_plan(&plan, catalog, &places, kernels[i].kernel, error);
        if (!code) {
            code = measure_one(&noise[i], interrupted, plan, &places, budget_s / ASSAY_NOISE_KERNELS, error);
        }
        assay_plan_free(plan);
    }
    assay_catalog_close(catalog);
    assay_places_release(&places);
    return code;
}
