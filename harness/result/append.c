/* A session's samples into a document that has others already: `run --append`. Processes and sessions get new indexes.
 * Knows no JSON. */
#include "result/comparison.h"
#include "result/crossovers.h"
#include "result/histories.h"
#include "result/profiles.h"
#include "result/versions.h"

#include "base/text.h"
#include "base/vector.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_benchmark(const struct assay_benchmark *a, const struct assay_benchmark *b)
{
    return same_text(a->id, b->id) && same_text(a->mode, b->mode) && same_text(a->version, b->version) &&
           a->threads == b->threads && a->jobs == b->jobs;
}

static bool join_processes(struct assay_benchmark *to, struct assay_benchmark *from)
{
    for (size_t i = 0; i < from->process_count; i++) {
        struct assay_process *process = assay_benchmark_add_process(to);
        if (!process) {
            return false;
        }
        *process = from->processes[i];
        from->processes[i].build_id = NULL;
    }
    return true;
}

static bool join_samples(struct assay_benchmark *to, const struct assay_benchmark *from, size_t first_process)
{
    if (!assay_samples_reserve(&to->samples, to->samples.count + from->samples.count)) {
        return false;
    }
    for (size_t row = 0; row < from->samples.count; row++) {
        double values[ASSAY_COLUMN_COUNT];
        for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
            const double *column = assay_samples_column(&from->samples, i);
            values[i] = column[row] + (column == from->samples.process ? (double)first_process : 0);
        }
        if (!assay_samples_append(&to->samples, values)) {
            return false;
        }
    }
    return true;
}

static bool pad(struct assay_measure_values *measure, size_t count)
{
    while (measure->count < count) {
        if (!assay_measure_append(measure, NAN)) {
            return false;
        }
    }
    return true;
}

/* Appends lists by name. With `rows`, every list has one value a sample: what a side lacks is not known. */
static bool join_values(struct assay_measure_values **to, size_t *to_count, const struct assay_measure_values *from,
                        size_t from_count, bool rows, size_t rows_before, size_t rows_after)
{
    for (size_t i = 0; i < from_count; i++) {
        struct assay_measure_values *into =
            assay_measure_get(to, to_count, from[i].name, from[i].unit, from[i].higher_is_better);
        if (!into || (rows && !pad(into, rows_before))) {
            return false;
        }
        for (size_t k = 0; k < from[i].count; k++) {
            if (!assay_measure_append(into, from[i].values[k])) {
                return false;
            }
        }
        if (into->count == 0 && !into->reason && from[i].reason && !(into->reason = assay_copy(from[i].reason))) {
            return false;
        }
        if (into->count > 0) {
            free(into->reason);
            into->reason = NULL;
        }
    }
    for (size_t i = 0; rows && i < *to_count; i++) {
        if (!pad(&(*to)[i], rows_after)) {
            return false;
        }
    }
    return true;
}

static const struct assay_measure_values *named(const struct assay_measure_values *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (same_text(list[i].name, name)) {
            return &list[i];
        }
    }
    return NULL;
}

/* Is it known how many of `count` values each of `rows` samples gave? Without any of both there is nothing to know. */
static bool is_counted(const struct assay_measure_values *values, size_t count, size_t rows)
{
    return rows > 0 ? values && values->counts_count == rows : count == 0;
}

static bool append_counts(struct assay_measure_values *to, const struct assay_measure_values *from)
{
    if (from->counts_count == 0) {
        return true;
    }
    void *items = to->counts;
    bool room = assay_reserve(&items, &to->counts_capacity, to->counts_count + from->counts_count, sizeof *to->counts);
    to->counts = items;
    if (room) {
        memcpy(to->counts + to->counts_count, from->counts, from->counts_count * sizeof *from->counts);
        to->counts_count += from->counts_count;
    }
    return room;
}

/* Counts of distributions whose values are joined already: known where both sides know theirs. */
static bool join_counts(struct assay_benchmark *to, const struct assay_benchmark *from, size_t rows_before)
{
    for (size_t i = 0; i < to->distribution_count; i++) {
        struct assay_measure_values *into = &to->distributions[i];
        const struct assay_measure_values *more = named(from->distributions, from->distribution_count, into->name);
        size_t added = more ? more->count : 0;
        bool counted =
            is_counted(into, into->count - added, rows_before) && is_counted(more, added, from->samples.count);
        if (!counted) {
            free(into->counts);
            into->counts = NULL;
            into->counts_count = into->counts_capacity = 0;
        } else if (more && !append_counts(into, more)) {
            return false;
        }
    }
    return true;
}

/* The worse verdict of the two stands. */
static void join_verdict(struct assay_benchmark *to, struct assay_benchmark *from)
{
    if (to->status == ASSAY_STATUS_OK && from->status != ASSAY_STATUS_OK) {
        to->status = from->status;
        free(to->message);
        to->message = from->message;
        from->message = NULL;
    }
    if (to->verified == 0 || from->verified == 0) {
        to->verified = 0;
    } else if (from->verified < 0) {
        to->verified = -1;
    }
    if (!to->answer.known) {
        to->answer = from->answer;
    }
    if (!to->oracle.source) {
        to->oracle = from->oracle;
        from->oracle.source = NULL;
    }
    if (isnan(to->operations)) {
        to->operations = from->operations;
    }
}

static bool join(struct assay_benchmark *to, struct assay_benchmark *from)
{
    size_t before = to->samples.count;
    size_t first_process = to->process_count;
    if (!join_processes(to, from) || !join_samples(to, from, first_process)) {
        return false;
    }
    size_t after = to->samples.count;
    for (size_t i = 0; i < from->flag_count; i++) {
        if (!assay_benchmark_flag(to, from->flags[i])) {
            return false;
        }
    }
    join_verdict(to, from);
    return join_values(&to->measures, &to->measure_count, from->measures, from->measure_count, true, before, after) &&
           join_values(&to->distributions, &to->distribution_count, from->distributions, from->distribution_count,
                       false, 0, 0) &&
           join_counts(to, from, before) &&
           join_values(&to->counters, &to->counter_count, from->counters, from->counter_count, false, 0, 0);
}

static bool take_sessions(struct assay_document *to, struct assay_document *from)
{
    void *items = reallocarray(to->sessions, to->session_count + from->session_count, sizeof *to->sessions);
    if (!items) {
        return false;
    }
    to->sessions = items;
    memcpy(to->sessions + to->session_count, from->sessions, from->session_count * sizeof *from->sessions);
    to->session_count += from->session_count;
    from->session_count = 0;
    return true;
}

/* The first benchmark of `to` of this kind that has not been joined; NULL: none. */
static struct assay_benchmark *find(struct assay_document *to, size_t count, const bool *joined,
                                    const struct assay_benchmark *wanted)
{
    for (size_t i = 0; i < count; i++) {
        if (!joined[i] && same_benchmark(&to->benchmarks[i], wanted)) {
            return &to->benchmarks[i];
        }
    }
    return NULL;
}

/* `moved` says where each went. */
static bool take_benchmarks(struct assay_document *to, struct assay_document *from, uint32_t first_session,
                            struct assay_moved *moved)
{
    size_t count = to->benchmark_count;
    bool *joined = calloc(count ? count : 1, sizeof *joined);
    bool good = joined != NULL;
    for (size_t i = 0; i < from->benchmark_count && good; i++) {
        struct assay_benchmark *benchmark = &from->benchmarks[i];
        for (size_t k = 0; k < benchmark->process_count; k++) {
            benchmark->processes[k].session += first_session;
        }
        struct assay_benchmark *into = find(to, count, joined, benchmark);
        if (into) {
            moved[i] = (struct assay_moved){ (size_t)(into - to->benchmarks), into->process_count };
            joined[into - to->benchmarks] = true;
            good = join(into, benchmark);
        } else if ((into = assay_document_add(to))) {
            moved[i] = (struct assay_moved){ to->benchmark_count - 1, 0 };
            struct assay_benchmark empty = *into; /* swapped, so that each side frees what it has */
            *into = *benchmark;
            *benchmark = empty;
        } else {
            good = false;
        }
    }
    free(joined);
    return good;
}

static bool take_warnings(struct assay_document *to, struct assay_document *from)
{
    bool good = true;
    for (size_t i = 0; i < from->warning_count && good; i++) {
        good = assay_texts_append_take(&to->warnings, &to->warning_count, from->warnings[i]);
        from->warnings[i] = NULL;
    }
    if (good && from->tool_version && !same_text(to->tool_version, from->tool_version)) {
        good = assay_document_warn(to, "session %zu was measured by assay %s, the first by %s", to->session_count,
                                   from->tool_version, to->tool_version ? to->tool_version : "an unknown version");
    }
    return good;
}

/* Refuses what cannot be joined, before anything is changed. */
static int check(const struct assay_document *to, const struct assay_document *from, struct assay_error *error)
{
    if (from->rest && json_object_size(from->rest) > 0) {
        const char *key = json_object_iter_key(json_object_iter(from->rest));
        return assay_fail(error, ASSAY_EINPUT, "cannot append a document with '%s'", key);
    }
    int result = assay_document_check_suite(to, from->suite, from->suite_version, error);
    result = result ? result : assay_document_check(to, error);
    return result ? result : assay_document_check(from, error);
}

int assay_document_append_take(struct assay_document *to, struct assay_document *from, struct assay_error *error)
{
    int result = check(to, from, error);
    if (!result) {
        uint32_t first_session = (uint32_t)to->session_count;
        size_t first_comparison = to->comparison_count;
        struct assay_moved *moved = calloc(from->benchmark_count + 1, sizeof *moved);
        bool good = moved && take_sessions(to, from) && take_benchmarks(to, from, first_session, moved) &&
                    assay_comparisons_take(to, from, moved) && assay_crossovers_take(to, from, first_comparison) &&
                    assay_profiles_take(to, from, moved) && assay_history_take(to, from) &&
                    take_warnings(to, from);
        free(moved);
        result = good ? assay_document_compute(to, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    assay_document_free(from);
    return result;
}
