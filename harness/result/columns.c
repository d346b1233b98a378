/* Samples as packed columns: the one table of columns, and growing them and the values beside them. Knows no JSON. */
#include "result/document.h"

#include "base/vector.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

const struct assay_column assay_columns[ASSAY_COLUMN_COUNT] = {
    { "iterations", offsetof(struct assay_samples, iterations), true },
    { "elapsed_ns", offsetof(struct assay_samples, elapsed_ns), false },
    { "cpu_ns", offsetof(struct assay_samples, cpu_ns), false },
    { "start_ns", offsetof(struct assay_samples, start_ns), true },
    { "process", offsetof(struct assay_samples, process), true },
    { "voluntary_switches", offsetof(struct assay_samples, voluntary_switches), true },
    { "involuntary_switches", offsetof(struct assay_samples, involuntary_switches), true },
    { "migrations", offsetof(struct assay_samples, migrations), true },
    { "steal_ns", offsetof(struct assay_samples, steal_ns), true },
    { "faults", offsetof(struct assay_samples, faults), true },
};

double *assay_samples_column(const struct assay_samples *samples, size_t column)
{
    return *(double *const *)((const char *)samples + assay_columns[column].offset);
}

void assay_samples_set_column(struct assay_samples *samples, size_t column, double *values)
{
    *(double **)((char *)samples + assay_columns[column].offset) = values;
}

void assay_samples_release(struct assay_samples *samples)
{
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        free(assay_samples_column(samples, i));
        assay_samples_set_column(samples, i, NULL);
    }
    samples->count = samples->capacity = 0;
}

bool assay_samples_reserve(struct assay_samples *samples, size_t wanted)
{
    size_t capacity = samples->capacity;
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT && wanted > samples->capacity; i++) {
        /* Each column grows on its own from the common capacity; it is raised when the last one has grown. */
        capacity = samples->capacity;
        void *values = assay_samples_column(samples, i);
        bool room = assay_reserve(&values, &capacity, wanted, sizeof(double));
        assay_samples_set_column(samples, i, values);
        if (!room) {
            return false;
        }
    }
    samples->capacity = capacity;
    return true;
}

bool assay_samples_append(struct assay_samples *samples, const double values[ASSAY_COLUMN_COUNT])
{
    if (samples->count == samples->capacity && !assay_samples_reserve(samples, samples->count + 1)) {
        return false;
    }
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        assay_samples_column(samples, i)[samples->count] = values[i];
    }
    samples->count++;
    return true;
}

bool assay_measure_append(struct assay_measure_values *measure, double value)
{
    void *values = measure->values;
    bool room = assay_reserve(&values, &measure->capacity, measure->count + 1, sizeof *measure->values);
    measure->values = values;
    if (room) {
        measure->values[measure->count++] = value;
    }
    return room;
}

bool assay_measure_append_counted(struct assay_measure_values *measure, const double *values, size_t count)
{
    if (count > SIZE_MAX - measure->count) {
        return false;
    }
    void *items = measure->values;
    bool room = assay_reserve(&items, &measure->capacity, measure->count + count, sizeof *measure->values);
    measure->values = items;
    void *counts = measure->counts;
    room =
        room && assay_reserve(&counts, &measure->counts_capacity, measure->counts_count + 1, sizeof *measure->counts);
    measure->counts = counts;
    if (!room) {
        return false;
    }
    if (count > 0) {
        memcpy(measure->values + measure->count, values, count * sizeof *values);
    }
    measure->count += count;
    measure->counts[measure->counts_count++] = (double)count;
    return true;
}
