/* The sink: everything that a kernel hands over is from outside, so indexes, numbers and amounts are checked here. */
#include "worker/observations.h"

#include "base/text.h"
#include "base/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void take_integers(void *context, const uint64_t *values, size_t count)
{
    struct assay_observations *observations = context;
    assay_answer_integers(observations->answer, values, count);
}

static void take_integer(void *context, uint64_t value)
{
    take_integers(context, &value, 1);
}

static void take_text(void *context, const char *bytes, size_t length)
{
    struct assay_observations *observations = context;
    if (length > 0 && memchr(bytes, '\n', length) != NULL) {
        assay_refuse(observations->failure, "failed", "kernel '%s' answers a text with a line feed in it",
                     observations->kernel->name);
        return;
    }
    assay_answer_text(observations->answer, length > 0 ? bytes : "", length);
}

static void take_measure(void *context, uint32_t index, double value)
{
    struct assay_observations *observations = context;
    const struct assay_kernel_description *kernel = observations->kernel;
    if (index >= kernel->measure_count) {
        assay_refuse(observations->failure, "failed", "kernel '%s' gives measure %u, and declares %zu", kernel->name,
                     index, kernel->measure_count);
    } else if (!isfinite(value)) {
        assay_refuse(observations->failure, "failed", "measure '%s' of kernel '%s' is not a finite number",
                     kernel->measures[index].name, kernel->name);
    } else {
        observations->sums[index] += value;
        observations->sum_counts[index]++;
    }
}

static bool all_finite(const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(values[i])) {
            return false;
        }
    }
    return true;
}

static void take_observed(void *context, uint32_t index, const double *values, size_t count)
{
    struct assay_observations *observations = context;
    const struct assay_kernel_description *kernel = observations->kernel;
    if (index >= kernel->distribution_count) {
        assay_refuse(observations->failure, "failed", "kernel '%s' gives distribution %u, and declares %zu",
                     kernel->name, index, kernel->distribution_count);
        return;
    }
    const char *name = kernel->distributions[index].name;
    if (!all_finite(values, count)) {
        assay_refuse(observations->failure, "failed", "distribution '%s' of kernel '%s' has a value that is not finite",
                     name, kernel->name);
        return;
    }
    if (!observations->details || count == 0) {
        return;
    }
    struct assay_named_values *observed = &observations->observed[index];
    void *kept = observed->values;
    if (count > observations->room) {
        assay_refuse(observations->failure, "failed",
                     "distribution '%s' of kernel '%s' has more values than a reply can hold: want smaller batches",
                     name, kernel->name);
    } else if (!assay_reserve(&kept, &observations->capacities[index], observed->count + count, sizeof *values)) {
        assay_refuse(observations->failure, "out-of-memory", "out of memory for distribution '%s'", name);
    } else {
        observed->values = kept;
        memcpy(observed->values + observed->count, values, count * sizeof *values);
        observed->count += count;
        observations->room -= count;
    }
}

int assay_observations_init(struct assay_observations *observations, const struct assay_kernel_description *kernel,
                            bool details, size_t room, struct assay_refusal *failure)
{
    *observations =
        (struct assay_observations){ .kernel = kernel, .details = details, .room = room, .failure = failure };
    if (kernel->measure_count > 0) {
        observations->sums = calloc(kernel->measure_count, sizeof *observations->sums);
        observations->sum_counts = calloc(kernel->measure_count, sizeof *observations->sum_counts);
    }
    if (kernel->distribution_count > 0) {
        observations->observed = calloc(kernel->distribution_count, sizeof *observations->observed);
        observations->capacities = calloc(kernel->distribution_count, sizeof *observations->capacities);
    }
    if ((kernel->measure_count > 0 && (observations->sums == NULL || observations->sum_counts == NULL)) ||
        (kernel->distribution_count > 0 && (observations->observed == NULL || observations->capacities == NULL))) {
        assay_observations_release(observations);
        return assay_refuse(failure, "out-of-memory", "out of memory for the measures of kernel '%s'", kernel->name);
    }
    return 0;
}

void assay_observations_release(struct assay_observations *observations)
{
    for (size_t i = 0; observations->observed != NULL && i < observations->kernel->distribution_count; i++) {
        free(observations->observed[i].values);
        free(observations->observed[i].name);
    }
    free(observations->observed);
    free(observations->capacities);
    free(observations->sums);
    free(observations->sum_counts);
    *observations = (struct assay_observations){ .kernel = NULL };
}

struct assay_sink assay_observations_sink(struct assay_observations *observations)
{
    return (struct assay_sink){ .struct_size = sizeof(struct assay_sink),
                                .major = ASSAY_ABI_MAJOR,
                                .minor = ASSAY_ABI_MINOR,
                                .context = observations,
                                .integer = take_integer,
                                .integers = take_integers,
                                .text = take_text,
                                .measure = take_measure,
                                .observe = take_observed };
}

static void drop_integer(void *context, uint64_t value)
{
    (void)context;
    (void)value;
}

static void drop_integers(void *context, const uint64_t *values, size_t count)
{
    (void)context;
    (void)values;
    (void)count;
}

static void drop_text(void *context, const char *bytes, size_t length)
{
    (void)context;
    (void)bytes;
    (void)length;
}

static void drop_measure(void *context, uint32_t index, double value)
{
    (void)context;
    (void)index;
    (void)value;
}

static void drop_observed(void *context, uint32_t index, const double *values, size_t count)
{
    (void)context;
    (void)index;
    (void)values;
    (void)count;
}

struct assay_sink assay_observations_nowhere(void)
{
    return (struct assay_sink){ .struct_size = sizeof(struct assay_sink),
                                .major = ASSAY_ABI_MAJOR,
                                .minor = ASSAY_ABI_MINOR,
                                .integer = drop_integer,
                                .integers = drop_integers,
                                .text = drop_text,
                                .measure = drop_measure,
                                .observe = drop_observed };
}

int assay_observations_take(struct assay_batch *batch, struct assay_observations *observations)
{
    const struct assay_kernel_description *kernel = observations->kernel;
    if (!observations->details) {
        return 0;
    }
    if (kernel->measure_count > 0) {
        batch->measures = calloc(kernel->measure_count, sizeof *batch->measures);
        if (batch->measures == NULL) {
            return assay_refuse(observations->failure, "out-of-memory", "out of memory");
        }
    }
    for (size_t i = 0; i < kernel->measure_count; i++) {
        if (observations->sum_counts[i] == 0) {
            continue; /* it gave none: not known, never 0 */
        }
        struct assay_named_value *measure = &batch->measures[batch->measure_count++];
        measure->value = observations->sums[i] / observations->sum_counts[i];
        measure->name = assay_copy(kernel->measures[i].name);
        if (measure->name == NULL) {
            return assay_refuse(observations->failure, "out-of-memory", "out of memory");
        }
    }
    for (size_t i = 0; i < kernel->distribution_count; i++) {
        observations->observed[i].name = assay_copy(kernel->distributions[i].name);
        if (observations->observed[i].name == NULL) {
            return assay_refuse(observations->failure, "out-of-memory", "out of memory");
        }
    }
    batch->observed = observations->observed;
    batch->observed_count = kernel->distribution_count;
    observations->observed = NULL; /* they are the batch's now */
    return 0;
}
