/* Copies of a document's sessions and benchmarks for another document. */
#include "compare/stored.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* True if there was nothing to copy. */
static bool copy(char **to, const char *from)
{
    free(*to);
    *to = assay_copy(from);
    return *to || !from;
}

static bool copy_reals(double **to, const double *from, size_t count)
{
    *to = calloc(count + 1, sizeof **to);
    if (*to && count > 0) {
        memcpy(*to, from, count * sizeof **to);
    }
    return *to != NULL;
}

static bool copy_values(struct assay_measure_values **to, size_t *to_count, const struct assay_measure_values *from,
                        size_t count)
{
    bool good = true;
    for (size_t i = 0; i < count && good; i++) {
        struct assay_measure_values *into =
            assay_measure_get(to, to_count, from[i].name, from[i].unit, from[i].higher_is_better);
        if (!into || into->count > 0) {
            return into != NULL; /* two of one name: the first stands */
        }
        good = copy(&into->reason, from[i].reason) && copy_reals(&into->values, from[i].values, from[i].count) &&
               copy_reals(&into->counts, from[i].counts, from[i].counts_count);
        into->count = into->capacity = good ? from[i].count : 0;
        into->counts_count = into->counts_capacity = good ? from[i].counts_count : 0;
    }
    return good;
}

static bool copy_processes(struct assay_benchmark *to, const struct assay_benchmark *from, size_t first_session)
{
    for (size_t i = 0; i < from->process_count; i++) {
        struct assay_process *process = assay_benchmark_add_process(to);
        if (!process) {
            return false;
        }
        *process = from->processes[i];
        process->session += (uint32_t)first_session;
        process->build_id = assay_copy(from->processes[i].build_id);
        if (from->processes[i].build_id && !process->build_id) {
            return false;
        }
    }
    return true;
}

static bool copy_samples(struct assay_samples *to, const struct assay_samples *from)
{
    if (!assay_samples_reserve(to, from->count)) {
        return false;
    }
    for (size_t row = 0; row < from->count; row++) {
        double values[ASSAY_COLUMN_COUNT];
        for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
            const double *column = assay_samples_column(from, i);
            bool kept = column == from->iterations || column == from->elapsed_ns || column == from->process;
            values[i] = kept ? column[row] : NAN;
        }
        if (!assay_samples_append(to, values)) {
            return false;
        }
    }
    return true;
}

static bool copy_names(struct assay_benchmark *to, const struct assay_benchmark *from)
{
    bool good = copy(&to->id, from->id) && copy(&to->kernel, from->kernel) && copy(&to->version, from->version) &&
                copy(&to->implementation, from->implementation) && copy(&to->plugin, from->plugin) &&
                copy(&to->build, from->build) && copy(&to->mode, from->mode) && copy(&to->group, from->group) &&
                copy(&to->message, from->message);
    for (size_t i = 0; i < from->parameter_count && good; i++) {
        good = assay_benchmark_add_parameter(to, from->parameters[i].name, from->parameters[i].text);
    }
    for (size_t i = 0; i < from->flag_count && good; i++) {
        good = assay_benchmark_flag(to, from->flags[i]);
    }
    return good;
}

bool assay_stored_copy_benchmark(struct assay_benchmark *to, const struct assay_benchmark *from, size_t first_session)
{
    to->threads = from->threads;
    to->jobs = from->jobs;
    to->status = from->status;
    to->answer = from->answer;
    to->verified = from->verified;
    to->oracle = from->oracle;
    to->oracle.source = NULL;
    to->items = from->items;
    to->bytes = from->bytes;
    to->least_operations = from->least_operations;
    to->operations = from->operations;
    /* The statistics and their flags as they were found: some are of columns that are not copied. */
    to->has_statistics = from->has_statistics;
    to->statistics = from->statistics;
    return copy_names(to, from) && copy(&to->oracle.source, from->oracle.source) &&
           copy_processes(to, from, first_session) && copy_samples(&to->samples, &from->samples) &&
           copy_values(&to->measures, &to->measure_count, from->measures, from->measure_count) &&
           copy_values(&to->distributions, &to->distribution_count, from->distributions, from->distribution_count) &&
           copy_values(&to->counters, &to->counter_count, from->counters, from->counter_count);
}

bool assay_stored_copy_session(struct assay_session *to, const struct assay_session *from)
{
    to->seed = from->seed;
    to->duration_s = from->duration_s;
    to->reference_operations = from->reference_operations;
    assay_facts_copy(&to->environment, &from->environment);
    bool good = !to->environment.failed && copy(&to->id, from->id) && copy(&to->created, from->created) &&
                copy(&to->command, from->command) &&
                copy_reals(&to->reference_start_ns, from->reference_start_ns, from->reference_count) &&
                copy_reals(&to->reference_elapsed_ns, from->reference_elapsed_ns, from->reference_count);
    to->reference_count = to->reference_capacity = good ? from->reference_count : 0;
    return good;
}
