/* How often the 95 % interval holds the truth. Reads a document with many processes a benchmark, deals them into runs of
 * ten, computes each run's interval as `assay run` would, and counts how many hold the median of all processes.
 *
 *     coverage DOCUMENT [PROCESSES_A_RUN]
 *
 * Dealt at random: the claim. One after the other: what a second run a minute later would see. */
#include "base/random.h"
#include "result/document.h"
#include "stats/distributions.h"
#include "stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The median of each process that gave samples, in the order of time. Heap. */
static double *process_medians(size_t *count, const struct assay_benchmark *benchmark)
{
    const struct assay_samples *samples = &benchmark->samples;
    double *medians = calloc(benchmark->process_count + 1, sizeof *medians);
    double *values = calloc(samples->count + 1, sizeof *values);
    *count = 0;
    for (size_t p = 0; medians != NULL && values != NULL && p < benchmark->process_count; p++) {
        size_t used = 0;
        for (size_t i = 0; i < samples->count; i++) {
            if ((size_t)samples->process[i] == p) {
                values[used++] = samples->elapsed_ns[i] / samples->iterations[i];
            }
        }
        if (used > 0 && assay_stats_median(&medians[*count], values, used) == 0) {
            (*count)++;
        }
    }
    free(values);
    return medians;
}

/* Runs of `each` processes in the order given; how many of their intervals hold `truth`. */
static size_t holds(const double *medians, const uint32_t *order, size_t runs, size_t each, double truth)
{
    size_t held = 0;
    double values[64];
    for (size_t r = 0; r < runs; r++) {
        struct assay_interval interval = { 0 };
        for (size_t i = 0; i < each; i++) {
            values[i] = medians[order[r * each + i]];
        }
        if (assay_stats_median_interval(&interval, values, each, 0.95) == 0 && interval.known) {
            held += interval.low <= truth && truth <= interval.high;
        }
    }
    return held;
}

/* Wilson's interval of a proportion (1927), 95 %. */
static void wilson(double *low, double *high, double share, double count)
{
    double z = 1.959964;
    double middle = (share + z * z / (2 * count)) / (1 + z * z / count);
    double half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count));
    *low = middle - half;
    *high = middle + half;
}

static int judge(const struct assay_benchmark *benchmark, size_t each)
{
    size_t count = 0;
    double truth = 0;
    double *medians = process_medians(&count, benchmark);
    uint32_t *order = calloc(count + 1, sizeof *order);
    size_t runs = count / each < 200 ? count / each : 200;
    if (medians == NULL || order == NULL || runs == 0 || assay_stats_median(&truth, medians, count) != 0) {
        fprintf(stderr, "coverage: %s has too few processes\n", benchmark->id);
        return 1;
    }
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    double after = (double)holds(medians, order, runs, each, truth) / (double)runs;
    struct assay_random random;
    assay_random_init(&random, 20260101);
    assay_random_shuffle(&random, order, count);
    double share = (double)holds(medians, order, runs, each, truth) / (double)runs;
    double low = 0, high = 0;
    wilson(&low, &high, share, (double)runs);
    bool pass = share >= 0.91 && share <= 0.98;
    printf("%-38s n=%zu  %.1f %% [%.1f, %.1f]  bound 91 to 98 %%  %s   (one after the other: %.1f %%)\n", benchmark->id, runs,
           share * 100, low * 100, high * 100, pass ? "PASS" : "SHORT", after * 100);
    free(medians);
    free(order);
    return pass ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    size_t each = argc > 2 ? (size_t)strtoul(argv[2], NULL, 10) : 10;
    if (argc < 2 || each < 6 || each > 64 || assay_document_load(&document, argv[1], &error) != 0) {
        fprintf(stderr, "coverage: %s\n", error.code != 0 ? error.text : "usage: coverage DOCUMENT [PROCESSES_A_RUN]");
        return 2;
    }
    int status = 0;
    for (size_t i = 0; i < document->benchmark_count; i++) {
        status |= judge(&document->benchmarks[i], each);
    }
    assay_document_free(document);
    return status;
}
