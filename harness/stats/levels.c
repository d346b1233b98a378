/* Sorts samples into their processes and sessions. Draws no conclusion from them. */
#include "stats/levels.h"

#include "stats/order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void assay_levels_release(struct assay_levels *levels)
{
    free(levels->values);
    free(levels->origin);
    free(levels->processes);
    *levels = (struct assay_levels){ 0 };
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

static int compare_processes(const void *a, const void *b)
{
    const struct assay_level_process *left = a;
    const struct assay_level_process *right = b;
    if (left->session != right->session) {
        return left->session < right->session ? -1 : 1;
    }
    return (left->position > right->position) - (left->position < right->position);
}

/* How many samples each process gave; false if a number is out of bounds. */
static bool count_samples(size_t *counts, const struct assay_stats_input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        if (input->process[i] >= input->processes) {
            return false;
        }
        counts[input->process[i]]++;
    }
    return true;
}

/* Makes an entry for each process with samples; turns `counts` into the place of its next value. */
static void place_processes(struct assay_levels *levels, size_t *counts, const struct assay_stats_input *input)
{
    size_t first = 0;
    for (uint32_t i = 0; i < input->processes; i++) {
        size_t count = counts[i];
        counts[i] = first;
        if (count == 0) {
            continue;
        }
        levels->processes[levels->process_count++] = (struct assay_level_process){
            .first = first, .count = count, .session = input->session ? input->session[i] : 0
        };
        first += count;
    }
}

static void place_values(struct assay_levels *levels, size_t *next, const struct assay_stats_input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        size_t place = next[input->process[i]]++;
        levels->values[place] = input->values_ns[i];
        levels->origin[place] = i;
    }
    levels->value_count = input->count;
}

/* Median and position of each; `scratch` holds as many values as there are. */
static void describe_processes(struct assay_levels *levels, double *scratch)
{
    for (uint32_t i = 0; i < levels->process_count; i++) {
        struct assay_level_process *process = &levels->processes[i];
        double places = 0;
        for (size_t j = 0; j < process->count; j++) {
            places += (double)levels->origin[process->first + j];
        }
        process->position = places / (double)process->count;
        memcpy(scratch, levels->values + process->first, process->count * sizeof *scratch);
        assay_sort(scratch, process->count);
        process->median = assay_sorted_median(scratch, process->count);
    }
}

/* Gives the sessions that gave samples the numbers 0, 1, ... in the order of theirs. -1: no memory. */
static int number_sessions(struct assay_levels *levels)
{
    uint32_t *numbers = calloc(levels->process_count, sizeof *numbers);
    if (!numbers) {
        return -1;
    }
    for (uint32_t i = 0; i < levels->process_count; i++) {
        numbers[i] = levels->processes[i].session;
    }
    qsort(numbers, levels->process_count, sizeof *numbers, compare_numbers);
    uint32_t distinct = 0;
    for (uint32_t i = 0; i < levels->process_count; i++) {
        if (i == 0 || numbers[i] != numbers[distinct - 1]) {
            numbers[distinct++] = numbers[i];
        }
    }
    for (uint32_t i = 0; i < levels->process_count; i++) {
        uint32_t *found = bsearch(&levels->processes[i].session, numbers, distinct, sizeof *numbers, compare_numbers);
        levels->processes[i].session = (uint32_t)(found - numbers);
    }
    levels->session_count = distinct;
    free(numbers);
    return 0;
}

int assay_levels_init(struct assay_levels *levels, const struct assay_stats_input *input)
{
    assert(input->count > 0 && input->processes > 0);
    int code = -1;
    struct assay_levels made = { 0 };
    size_t *counts = calloc(input->processes, sizeof *counts);
    double *scratch = calloc(input->count, sizeof *scratch);
    made.values = calloc(input->count, sizeof *made.values);
    made.origin = calloc(input->count, sizeof *made.origin);
    made.processes = calloc(input->processes, sizeof *made.processes);
    if (!counts || !scratch || !made.values || !made.origin || !made.processes) {
        goto done;
    }
    if (!count_samples(counts, input)) {
        goto done;
    }
    place_processes(&made, counts, input);
    place_values(&made, counts, input);
    describe_processes(&made, scratch);
    if (number_sessions(&made) != 0) {
        goto done;
    }
    qsort(made.processes, made.process_count, sizeof *made.processes, compare_processes);
    *levels = made;
    made = (struct assay_levels){ 0 };
    code = 0;
done:
    assay_levels_release(&made);
    free(scratch);
    free(counts);
    return code;
}

void assay_levels_process_medians(double *medians, const struct assay_levels *levels)
{
    for (uint32_t i = 0; i < levels->process_count; i++) {
        medians[i] = levels->processes[i].median;
    }
}

int assay_levels_session_medians(double *medians, const struct assay_levels *levels)
{
    double *scratch = calloc(levels->process_count, sizeof *scratch);
    if (!scratch) {
        return -1;
    }
    uint32_t i = 0;
    for (uint32_t session = 0; session < levels->session_count; session++) {
        size_t count = 0;
        for (; i < levels->process_count && levels->processes[i].session == session; i++) {
            scratch[count++] = levels->processes[i].median;
        }
        assay_sort(scratch, count);
        medians[session] = assay_sorted_median(scratch, count);
    }
    free(scratch);
    return 0;
}
