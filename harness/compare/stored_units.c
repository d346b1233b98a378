/* What counts as one observation of a stored benchmark: its processes' medians, and its sessions'. */
#include "compare/stored.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

/* Values in groups, those of a group together. */
struct grouped {
    double *values;
    size_t *ends; /* where each group ends in `values` */
};

static bool group(struct grouped *out, const double *values, const size_t *keys, size_t count, size_t groups)
{
    *out = (struct grouped){ calloc(count + 1, sizeof(double)), calloc(groups + 1, sizeof(size_t)) };
    if (!out->values || !out->ends) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        out->ends[keys[i] + 1]++;
    }
    for (size_t k = 1; k <= groups; k++) {
        out->ends[k] += out->ends[k - 1];
    }
    for (size_t i = 0; i < count; i++) { /* ends[k] begins as the start of group k and grows to its end */
        out->values[out->ends[keys[i]]++] = values[i];
    }
    return true;
}

/* The medians of the groups that have a value, in the order of keys, and which group each is of. Both heap; false: out
 * of memory, with nothing to free. */
static bool medians_of(double **medians, size_t **which, size_t *found, const double *values, const size_t *keys,
                       size_t count, size_t groups)
{
    struct grouped grouped = { 0 };
    double *made = calloc(groups + 1, sizeof *made);
    size_t *of = calloc(groups + 1, sizeof *of);
    bool good = made && of && group(&grouped, values, keys, count, groups);
    size_t filled = 0;
    for (size_t k = 0, start = 0; good && k < groups; k++) {
        size_t end = grouped.ends[k];
        if (end > start) {
            of[filled] = k;
            good = assay_stats_median(&made[filled++], grouped.values + start, end - start) == 0;
        }
        start = end;
    }
    free(grouped.values);
    free(grouped.ends);
    if (!good) {
        free(made);
        free(of);
        return false;
    }
    *medians = made;
    *which = of;
    *found = filled;
    return true;
}

static bool process_medians(struct assay_stored_units *units, size_t **which, const struct assay_benchmark *benchmark)
{
    size_t count = benchmark->samples.count;
    double *values = calloc(count + 1, sizeof *values);
    size_t *keys = calloc(count + 1, sizeof *keys);
    for (size_t i = 0; values && keys && i < count; i++) {
        values[i] = assay_samples_ns(&benchmark->samples, i);
        keys[i] = (size_t)benchmark->samples.process[i];
    }
    bool good =
        values && keys &&
        medians_of(&units->processes, which, &units->process_count, values, keys, count, benchmark->process_count);
    free(values);
    free(keys);
    return good;
}

static bool session_medians(struct assay_stored_units *units, const size_t *which,
                            const struct assay_benchmark *benchmark, size_t sessions)
{
    size_t *keys = calloc(units->process_count + 1, sizeof *keys);
    size_t *unused = NULL;
    for (size_t i = 0; keys && i < units->process_count; i++) {
        keys[i] = benchmark->processes[which[i]].session;
    }
    bool good = keys && medians_of(&units->sessions, &unused, &units->session_count, units->processes, keys,
                                   units->process_count, sessions);
    free(keys);
    free(unused);
    return good;
}

/* The median of `count` values, and all of them, as logarithms. */
static bool to_logs(double *median, double *values, size_t count)
{
    *median = NAN;
    if (count == 0) {
        return true;
    }
    if (assay_stats_median(median, values, count) != 0) {
        return false;
    }
    *median = log(*median);
    for (size_t i = 0; i < count; i++) {
        values[i] = log(values[i]);
    }
    return true;
}

bool assay_stored_units_init(struct assay_stored_units *units, const struct assay_benchmark *benchmark, size_t sessions)
{
    size_t *which = NULL;
    *units = (struct assay_stored_units){ 0 };
    bool good = process_medians(units, &which, benchmark) && session_medians(units, which, benchmark, sessions) &&
                to_logs(&units->process_median, units->processes, units->process_count) &&
                to_logs(&units->session_median, units->sessions, units->session_count);
    free(which);
    if (!good) {
        assay_stored_units_release(units);
    }
    return good;
}

void assay_stored_units_release(struct assay_stored_units *units)
{
    free(units->processes);
    free(units->sessions);
    *units = (struct assay_stored_units){ 0 };
}

bool assay_stored_reference(double *log_ns, const struct assay_document *document)
{
    double *medians = calloc(document->session_count + 1, sizeof *medians);
    size_t count = 0;
    bool good = medians != NULL;
    for (size_t i = 0; good && i < document->session_count; i++) {
        const struct assay_session *session = &document->sessions[i];
        double median = NAN;
        if (session->reference_count == 0 || !(session->reference_operations > 0)) {
            continue;
        }
        good = assay_stats_median(&median, session->reference_elapsed_ns, session->reference_count) == 0;
        if (good && median > 0) {
            medians[count++] = median / session->reference_operations;
        }
    }
    double ns = NAN;
    good = good && (count == 0 || assay_stats_median(&ns, medians, count) == 0);
    free(medians);
    if (good) {
        *log_ns = isfinite(ns) && ns > 0 ? log(ns) : NAN;
    }
    return good;
}
