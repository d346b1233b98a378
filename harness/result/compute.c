/* From samples to statistics and flags, benchmark by benchmark. The numbers are stats/'s; this file only hands the
 * columns over. Knows no JSON. */
#include "result/scalings.h"

#include <stdlib.h>
#include <string.h>

#define FLAG_BITS 32

/* What stats/ wants, in its shapes; heap. */
struct view {
    double *values_ns;
    uint32_t *process;
    uint32_t *session; /* of each process */
};

static void view_release(struct view *view)
{
    free(view->values_ns);
    free(view->process);
    free(view->session);
}

static bool view_init(struct view *view, const struct assay_benchmark *benchmark)
{
    size_t count = benchmark->samples.count;
    *view = (struct view){ calloc(count, sizeof(double)), calloc(count, sizeof(uint32_t)),
                           calloc(benchmark->process_count, sizeof(uint32_t)) };
    if (!view->values_ns || !view->process || !view->session) {
        view_release(view);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        view->values_ns[i] = assay_samples_ns(&benchmark->samples, i);
        view->process[i] = (uint32_t)benchmark->samples.process[i];
    }
    for (size_t i = 0; i < benchmark->process_count; i++) {
        view->session[i] = benchmark->processes[i].session;
    }
    return true;
}

static bool is_stats_word(const char *word)
{
    for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
        const char *known = assay_stats_flag_word(1u << bit);
        if (known && strcmp(known, word) == 0) {
            return true;
        }
    }
    return false;
}

static void drop_stats_flags(struct assay_benchmark *benchmark)
{
    size_t kept = 0;
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        if (is_stats_word(benchmark->flags[i])) {
            free(benchmark->flags[i]);
        } else {
            benchmark->flags[kept++] = benchmark->flags[i];
        }
    }
    benchmark->flag_count = kept;
}

static bool add_stats_flags(struct assay_benchmark *benchmark, unsigned flags)
{
    for (unsigned bit = 0; bit < FLAG_BITS; bit++) {
        const char *word = flags & 1u << bit ? assay_stats_flag_word(1u << bit) : NULL;
        if (word && !assay_benchmark_flag(benchmark, word)) {
            return false;
        }
    }
    return true;
}

/* A process that said it had not settled when it was measured. */
static bool any_unsettled(const struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < benchmark->process_count; i++) {
        if (benchmark->processes[i].steady == 0) {
            return true;
        }
    }
    return false;
}

static int compute_benchmark(struct assay_benchmark *benchmark, struct assay_error *error)
{
    int result = 0;
    struct view view;
    drop_stats_flags(benchmark);
    benchmark->has_statistics = false;
    if (benchmark->samples.count == 0) {
        return 0;
    }
    if (!view_init(&view, benchmark)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    struct assay_stats_input input = { view.values_ns, view.process, benchmark->samples.count,
                                       (uint32_t)benchmark->process_count, view.session };
    struct assay_flags_input asked = { &input, &benchmark->statistics, benchmark->samples.involuntary_switches,
                                       benchmark->samples.steal_ns, benchmark->samples.elapsed_ns };
    unsigned flags = 0;
    if (assay_stats_compute(&benchmark->statistics, &input) || assay_stats_flags(&flags, &asked) ||
        !add_stats_flags(benchmark, flags | (any_unsettled(benchmark) ? ASSAY_FLAG_NOT_STEADY : 0))) {
        result = assay_fail(error, ASSAY_ENOMEM, "%s: no statistics: out of memory, or a time is not finite",
                            benchmark->id ? benchmark->id : "?");
    }
    benchmark->has_statistics = result == 0;
    view_release(&view);
    return result;
}

int assay_document_compute(struct assay_document *document, struct assay_error *error)
{
    int result = assay_document_check(document, error);
    for (size_t i = 0; i < document->benchmark_count && !result; i++) {
        result = compute_benchmark(&document->benchmarks[i], error);
    }
    return result ? result : assay_scalings_compute(document, error);
}
