/* The rules of a document, one function a rule; those of a comparison are in check_comparison.c, those of a
 * profile in check_profile.c, and so on. Knows no JSON. */
#include "result/comparison.h"
#include "result/crossovers.h"
#include "result/histories.h"
#include "result/profiles.h"
#include "result/scalings.h"

#include "result/number.h"

#include <math.h>

/* Columns that no row may lack. */
static bool is_needed(const struct assay_samples *samples, const double *values)
{
    return values == samples->iterations || values == samples->elapsed_ns || values == samples->process;
}

static int refuse(struct assay_error *error, size_t benchmark, const char *column, size_t row, const char *want)
{
    return assay_fail(error, ASSAY_EINPUT, "benchmarks[%zu].samples.%s[%zu]: want %s", benchmark, column, row, want);
}

static int check_column(const struct assay_benchmark *benchmark, size_t index, size_t column, struct assay_error *error)
{
    const struct assay_samples *samples = &benchmark->samples;
    const double *values = assay_samples_column(samples, column);
    const char *name = assay_columns[column].name;
    bool needed = is_needed(samples, values);
    bool whole = assay_columns[column].whole;
    for (size_t i = 0; i < samples->count; i++) {
        double value = values[i];
        if (isnan(value) && !needed) {
            continue;
        }
        if (!(value >= 0 && isfinite(value))) {
            return refuse(error, index, name, i, "a number of 0 or more");
        }
        if (whole && (value != floor(value) || value > ASSAY_NUMBER_EXACT)) {
            return refuse(error, index, name, i, "a whole number up to 2^53");
        }
        if (values == samples->iterations && value < 1) {
            return refuse(error, index, name, i, "1 or more");
        }
        if (values == samples->process && value >= (double)benchmark->process_count) {
            return refuse(error, index, name, i, "the index of a process");
        }
    }
    return 0;
}

/* Counts that a distribution has: one a sample, and in sum as many as there are values. */
static int check_counts(const struct assay_benchmark *benchmark, size_t index, size_t which, struct assay_error *error)
{
    const struct assay_measure_values *values = &benchmark->distributions[which];
    double sum = 0; /* exact: it is left as soon as it passes the number of values in memory */
    if (values->counts_count == 0) {
        return 0;
    }
    if (values->counts_count != benchmark->samples.count) {
        return assay_fail(error, ASSAY_EINPUT,
                          "benchmarks[%zu].distributions[%zu].counts: %zu numbers, want one a sample (%zu)", index,
                          which, values->counts_count, benchmark->samples.count);
    }
    for (size_t i = 0; i < values->counts_count; i++) {
        double count = values->counts[i];
        if (!(count >= 0 && count <= ASSAY_NUMBER_EXACT && count == floor(count))) {
            return assay_fail(error, ASSAY_EINPUT,
                              "benchmarks[%zu].distributions[%zu].counts[%zu]: want a whole number of 0 or more", index,
                              which, i);
        }
        sum += count;
        if (sum > (double)values->count) {
            break;
        }
    }
    if (sum != (double)values->count) {
        return assay_fail(error, ASSAY_EINPUT,
                          "benchmarks[%zu].distributions[%zu].counts: want a sum of %zu, the number of values", index,
                          which, values->count);
    }
    return 0;
}

static int check_benchmark(const struct assay_document *document, size_t index, struct assay_error *error)
{
    const struct assay_benchmark *benchmark = &document->benchmarks[index];
    if (benchmark->threads == 0) {
        return assay_fail(error, ASSAY_EINPUT, "benchmarks[%zu].threads: want 1 or more", index);
    }
    for (size_t i = 0; i < benchmark->process_count; i++) {
        if (benchmark->processes[i].session >= document->session_count) {
            return assay_fail(error, ASSAY_EINPUT,
                              "benchmarks[%zu].processes[%zu].session: want the index of a session", index, i);
        }
    }
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        int result = check_column(benchmark, index, i, error);
        if (result) {
            return result;
        }
    }
    for (size_t i = 0; i < benchmark->measure_count; i++) {
        if (benchmark->measures[i].count != benchmark->samples.count) {
            return assay_fail(error, ASSAY_EINPUT, "benchmarks[%zu].measures[%zu]: %zu values, want one a sample (%zu)",
                              index, i, benchmark->measures[i].count, benchmark->samples.count);
        }
    }
    for (size_t i = 0; i < benchmark->distribution_count; i++) {
        int result = check_counts(benchmark, index, i, error);
        if (result) {
            return result;
        }
    }
    return 0;
}

int assay_document_check(const struct assay_document *document, struct assay_error *error)
{
    if (document->session_count == 0) {
        return assay_fail(error, ASSAY_EINPUT, "no session, want at least one");
    }
    for (size_t i = 0; i < document->benchmark_count; i++) {
        int result = check_benchmark(document, i, error);
        if (result) {
            return result;
        }
    }
    for (size_t i = 0; i < document->comparison_count; i++) {
        int result = assay_comparison_check(document, i, error);
        if (result) {
            return result;
        }
    }
    for (size_t i = 0; i < document->crossover_count; i++) {
        int result = assay_crossover_check(document, i, error);
        if (result) {
            return result;
        }
    }
    for (size_t i = 0; i < document->scaling_count; i++) {
        int result = assay_scaling_check(document, i, error);
        if (result) {
            return result;
        }
    }
    for (size_t i = 0; i < document->profile_count; i++) {
        int result = assay_profile_check(document, i, error);
        if (result) {
            return result;
        }
    }
    for (size_t i = 0; i < document->difference_count; i++) {
        int result = assay_profile_difference_check(document, i, error);
        if (result) {
            return result;
        }
    }
    for (size_t i = 0; i < document->history_count; i++) {
        int result = assay_history_check(document, i, error);
        if (result) {
            return result;
        }
    }
    return 0;
}
