/* A benchmark's samples as charts want them. Knows no chart and no page. */
#include "reports/html/parts.h"

#include <math.h>
#include <stdlib.h>

#define MOST_BREAKS 64 /* more lines than that hide the samples */

/* Start times are since the run began: only within one session do they share a clock. */
static bool one_session(const struct assay_benchmark *benchmark)
{
    for (size_t i = 1; i < benchmark->process_count; i++) {
        if (benchmark->processes[i].session != benchmark->processes[0].session) {
            return false;
        }
    }
    return benchmark->process_count > 0 && benchmark->samples.start_ns;
}

static bool has_starts(const struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < benchmark->samples.count; i++) {
        if (!isfinite(benchmark->samples.start_ns[i])) {
            return false;
        }
    }
    return true;
}

bool assay_html_series_fill(struct assay_html_series *out, const struct assay_document *document, size_t benchmark,
                            const char *label, bool timed, size_t points)
{
    const struct assay_benchmark *from = &document->benchmarks[benchmark];
    const struct assay_samples *samples = &from->samples;
    size_t count = samples->count;
    *out = (struct assay_html_series){ .label = assay_html_clean(label) };
    out->values = malloc((count ? count : 1) * sizeof *out->values);
    timed = timed && one_session(from) && has_starts(from);
    out->starts = timed ? malloc((count ? count : 1) * sizeof *out->starts) : NULL;
    if (!out->label || !out->values || (timed && !out->starts)) {
        assay_html_series_release(out);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        out->values[i] = assay_samples_ns(samples, i);
        if (timed) {
            out->starts[i] = samples->start_ns[i];
        }
    }
    const struct assay_statistics *statistics = &from->statistics;
    bool known = from->has_statistics && statistics->ci95.known;
    out->series = (struct assay_svg_series){ .label = out->label,
                                             .values = out->values,
                                             .starts = out->starts,
                                             .count = count,
                                             .median = from->has_statistics ? statistics->median : NAN,
                                             .low = known ? statistics->ci95.low : NAN,
                                             .high = known ? statistics->ci95.high : NAN,
                                             .points = points };
    return true;
}

void assay_html_series_release(struct assay_html_series *series)
{
    free(series->values);
    free(series->starts);
    free(series->label);
    *series = (struct assay_html_series){ 0 };
}

double *assay_html_breaks(size_t *count, const struct assay_benchmark *benchmark, const struct assay_svg_series *series)
{
    size_t processes = benchmark->process_count, found = 0;
    *count = 0;
    if (processes < 2 || processes > MOST_BREAKS) {
        return NULL;
    }
    bool seen[MOST_BREAKS] = { false };
    double *breaks = calloc(processes, sizeof *breaks);
    for (size_t i = 0; breaks && i < series->count; i++) {
        size_t process = (size_t)benchmark->samples.process[i];
        if (process < processes && !seen[process]) {
            seen[process] = true;
            breaks[found++] = series->starts ? series->starts[i] : (double)i;
        }
    }
    if (found < 2) {
        free(breaks);
        return NULL;
    }
    *count = found - 1; /* the first began nothing anew */
    for (size_t i = 0; i < *count; i++) {
        breaks[i] = breaks[i + 1];
    }
    return breaks;
}
