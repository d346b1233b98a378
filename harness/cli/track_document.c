/* Series of a store as a document's history, so that every report can show it. Searches nothing. */
#include "cli/track_slice.h"

#include "base/text.h"
#include "base/version.h"
#include "cli/track_values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* "sieve.bytes: 2 results are not shown, because the benchmark failed, the last at 3c820b7b174a (crashed)" */
static bool warn_of_failed(struct assay_document *document, const struct assay_history_series *series)
{
    const struct assay_history_point *last = NULL;
    size_t failed = 0;
    for (size_t i = 0; i < series->point_count; i++) {
        if (!assay_track_has_value(&series->points[i])) {
            failed++;
            last = &series->points[i];
        }
    }
    if (failed == 0) {
        return true;
    }
    const char *status = last->flag_count > 0 ? last->flags[0] : "failed";
    return assay_document_warn(document, "%s: %zu result%s not shown, because the benchmark failed, the last at %.12s (%s)",
                               series->benchmark, failed, failed == 1 ? " is" : "s are", last->commit ? last->commit : "?",
                               status);
}

/* Documents hold values only. */
static bool drop_failed(struct assay_history_series *series)
{
    bool *keep = calloc(series->point_count + 1, sizeof *keep);
    for (size_t i = 0; keep && i < series->point_count; i++) {
        keep[i] = assay_track_has_value(&series->points[i]);
    }
    bool good = keep && assay_track_keep(series, keep);
    free(keep);
    return good;
}

static bool add_take(struct assay_document *document, struct assay_history_series *series)
{
    if (!warn_of_failed(document, series) || !drop_failed(series)) {
        return false;
    }
    if (series->point_count == 0 && series->accepted_count == 0) { /* nothing of it is shown */
        return true;
    }
    struct assay_history_series *added = assay_document_add_history(document);
    if (added) {
        *added = *series;
        *series = (struct assay_history_series){ 0 };
    }
    return added != NULL;
}

static int add_all(struct assay_document *document, struct assay_history_series *series, size_t count, struct assay_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!add_take(document, &series[i])) {
            return no_memory(error);
        }
    }
    return 0;
}

int assay_track_document_take(struct assay_document **out, struct assay_history_series *series, size_t count,
                              struct assay_error *error)
{
    struct assay_document *document = NULL;
    int code = assay_document_new(&document, error);
    if (code) {
        return code;
    }
    document->tool_version = assay_copy(assay_version());
    document->tool_commit = assay_copy(assay_commit());
    struct assay_session *session = document->tool_version ? assay_document_add_session(document) : NULL;
    char *id = session ? assay_copy(document->id) : NULL;
    if (id) {
        free(session->id);
        session->id = id;
    }
    code = id ? add_all(document, series, count, error) : no_memory(error);
    if (code) {
        assay_document_free(document);
        return code;
    }
    *out = document;
    return 0;
}

/* ---- the history of a report ---- */

/* The series of one benchmark, which is no pattern even where its name has a '*'. */
static int fill_one(struct assay_document *document, struct assay_store *store, const char *benchmark, struct assay_error *error)
{
    const struct assay_track_slice slice = { .query = { .benchmark = benchmark }, .shown = ASSAY_TRACK_SHOWN };
    struct assay_history_series *series = NULL;
    size_t count = 0;
    int code = assay_track_find(&series, &count, store, &slice, error);
    for (size_t i = 0; i < count && !code; i++) {
        bool own = !benchmark || strcmp(series[i].benchmark, benchmark) == 0;
        code = !own || add_take(document, &series[i]) ? 0 : no_memory(error);
    }
    assay_track_free(series, count);
    return code;
}

static bool has_history(const struct assay_document *document, const char *benchmark)
{
    for (size_t i = 0; i < document->history_count; i++) {
        if (strcmp(document->history[i].benchmark, benchmark) == 0) {
            return true;
        }
    }
    return false;
}

int assay_track_fill(struct assay_document *document, const struct assay_document *of, struct assay_store *store,
                     struct assay_error *error)
{
    char **names = NULL;
    size_t count = 0;
    if (of->benchmark_count == 0) {
        return fill_one(document, store, NULL, error);
    }
    int code = assay_track_names(&names, &count, of, error);
    for (size_t i = 0; i < count && !code; i++) {
        code = has_history(document, names[i]) ? 0 : fill_one(document, store, names[i], error);
    }
    assay_names_free(names, count);
    return code;
}
