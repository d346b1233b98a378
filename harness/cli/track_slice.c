/* Series out of a store: which are searched, which of their points are shown. Writes nothing. */
#include "cli/track_slice.h"

#include "base/text.h"
#include "history/instant.h"
#include "history/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const assay_track_units[] = { "ratio", "ns", "all", NULL };

enum { DAY_LENGTH = 10 };

/* "2026-02-07" as the day's beginning or end; else as it is. Heap. */
static char *whole_date(const char *text, const char *rest)
{
    return strlen(text) == DAY_LENGTH ? assay_formatted("%s%s", text, rest) : assay_copy(text);
}

bool assay_track_is_date(const char *text)
{
    int64_t seconds = 0;
    char *whole = whole_date(text, "T00:00:00Z");
    bool good = whole && assay_history_instant(&seconds, whole);
    free(whole);
    return good;
}

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

int assay_track_slice_init(struct assay_track_slice *slice, const char *benchmark, const struct assay_track_filters *filters,
                           struct assay_error *error)
{
    const struct assay_option_value *since = &filters->since, *until = &filters->until;
    int64_t from = 0, to = 0;
    bool all = filters->unit.given && filters->unit.integer >= ASSAY_HISTORY_UNITS;
    *slice = (struct assay_track_slice){ .query = { .benchmark = benchmark,
                                                    .fingerprint = filters->fingerprint.text,
                                                    .branch = filters->branch.text },
                                         .times_too = filters->unit.given,
                                         .shown = filters->commits.given ? filters->commits.integer : 0 };
    if (filters->unit.given && !all) {
        slice->query.units[filters->unit.integer] = true;
    }
    slice->since = since->given ? whole_date(since->text, "T00:00:00Z") : NULL;
    slice->until = until->given ? whole_date(until->text, "T23:59:59Z") : NULL;
    slice->query.since = slice->since;
    slice->query.until = slice->until;
    if ((since->given && !slice->since) || (until->given && !slice->until)) {
        return no_memory(error);
    }
    if (since->given && until->given && assay_history_instant(&from, slice->since) &&
        assay_history_instant(&to, slice->until) && from > to) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --until '%.80s': want a date that is not before that of --since", until->text);
    }
    return 0;
}

void assay_track_slice_release(struct assay_track_slice *slice)
{
    free(slice->since);
    free(slice->until);
    *slice = (struct assay_track_slice){ 0 };
}

void assay_track_free(struct assay_history_series *series, size_t count)
{
    for (size_t i = 0; series && i < count; i++) {
        assay_history_release(&series[i]);
    }
    free(series);
}

bool assay_track_has_value(const struct assay_history_point *point)
{
    return point->value > 0 && isfinite(point->value);
}

/* ---- leaving out points ---- */

/* What is left of what refers to points; `places` has the new index of each, -1: left out. */
static void move_changes(struct assay_history_series *series, const int32_t *places)
{
    size_t kept = 0;
    for (size_t i = 0; i < series->change_count; i++) {
        struct assay_history_change change = series->changes[i];
        int32_t point = places[change.point];
        change.since = change.since < 0 ? -1 : places[change.since];
        if (point > 0) { /* at 0 there is nothing left that it could be compared with */
            change.point = (size_t)point;
            series->changes[kept++] = change;
        }
    }
    series->change_count = kept;
}

static bool move_accepted(struct assay_history_series *series, const int32_t *places)
{
    bool good = true;
    for (size_t i = 0; i < series->accepted_count; i++) {
        struct assay_history_acceptance *acceptance = &series->accepted[i];
        if (acceptance->point < 0) {
            continue;
        }
        const char *commit = series->points[acceptance->point].commit;
        acceptance->point = places[acceptance->point];
        if (acceptance->point < 0 && !acceptance->commit) {
            acceptance->commit = assay_copy(commit ? commit : "?");
            good = good && acceptance->commit;
        }
    }
    return good;
}

bool assay_track_keep(struct assay_history_series *series, const bool *keep)
{
    struct assay_history_series dropped = { 0 };
    size_t kept = 0;
    int32_t *places = calloc(series->point_count + 1, sizeof *places);
    bool good = places != NULL;
    for (size_t i = 0; good && i < series->point_count; i++) {
        places[i] = keep[i] ? (int32_t)kept++ : -1;
    }
    if (!good || kept == series->point_count) {
        free(places);
        return good;
    }
    good = move_accepted(series, places);
    move_changes(series, places);
    for (size_t i = 0; i < series->point_count; i++) {
        struct assay_history_point *gone = places[i] < 0 ? assay_history_add_point(&dropped) : NULL;
        if (gone) {
            *gone = series->points[i];
        } else if (places[i] >= 0) {
            series->points[places[i]] = series->points[i];
        } else {
            good = false; /* its texts leak where there is no memory to free them by */
        }
    }
    series->point_count = kept;
    assay_history_release(&dropped);
    free(places);
    return good;
}

/* ---- what a series is of ---- */

/* The branch that most points are of; NULL: none says. Borrowed. */
static const char *trunk_of(const struct assay_history_series *series)
{
    const char *candidate = NULL;
    size_t lead = 0, own = 0, known = 0;
    for (size_t i = 0; i < series->point_count; i++) { /* majority vote (Boyer and Moore, 1981) */
        const char *branch = series->points[i].branch;
        if (branch && lead == 0) {
            candidate = branch;
            lead = 1;
        } else if (branch) {
            lead = strcmp(branch, candidate) == 0 ? lead + 1 : lead - 1;
        }
    }
    for (size_t i = 0; candidate && i < series->point_count; i++) {
        const char *branch = series->points[i].branch;
        known += branch != NULL;
        own += branch && strcmp(branch, candidate) == 0;
    }
    return 2 * own > known ? candidate : NULL;
}

/* Results of a pull request stand beside the history, not in it. */
static bool keep_trunk(struct assay_history_series *series)
{
    const char *trunk = trunk_of(series);
    bool *keep = trunk ? calloc(series->point_count + 1, sizeof *keep) : NULL;
    for (size_t i = 0; keep && i < series->point_count; i++) {
        const char *branch = series->points[i].branch;
        keep[i] = !branch || strcmp(branch, trunk) == 0;
    }
    bool good = !trunk || (keep && assay_track_keep(series, keep));
    free(keep);
    return good;
}

static void drop_flag(struct assay_history_point *point, const char *prefix)
{
    for (size_t i = 0; i < point->flag_count; i++) {
        if (strncmp(point->flags[i], prefix, strlen(prefix)) == 0) {
            free(point->flags[i]);
            point->flag_count--;
            memmove(&point->flags[i], &point->flags[i + 1], (point->flag_count - i) * sizeof *point->flags);
            return;
        }
    }
}

/* Its kernel's version is said where it changes; on every point it would be noise. */
static void quieten(struct assay_history_series *series)
{
    char before[64] = "";
    for (size_t i = 0; i < series->point_count; i++) {
        struct assay_history_point *point = &series->points[i];
        const char *version = assay_history_version(point);
        bool known = version != NULL;
        bool other = known && before[0] && strcmp(version, before) != 0;
        if (known) {
            snprintf(before, sizeof before, "%s", version);
        }
        if (known && !other) {
            drop_flag(point, ASSAY_HISTORY_VERSION);
        }
    }
}

/* ---- what is shown ---- */

static bool is_between(const struct assay_history_point *point, const struct assay_track_slice *slice)
{
    int64_t date = 0, bound = 0;
    if (!slice->since && !slice->until) {
        return true;
    }
    return assay_history_instant(&date, point->author_date) &&
           (!slice->since || (assay_history_instant(&bound, slice->since) && date >= bound)) &&
           (!slice->until || (assay_history_instant(&bound, slice->until) && date <= bound));
}

/* The newest in the bounds, and what changes among them are compared with. */
static bool keep_shown(struct assay_history_series *series, const struct assay_track_slice *slice)
{
    size_t most = slice->shown > 0 ? slice->shown : SIZE_MAX, taken = 0;
    bool *keep = calloc(series->point_count + 1, sizeof *keep);
    for (size_t i = series->point_count; keep && i-- > 0 && taken < most;) {
        keep[i] = is_between(&series->points[i], slice);
        taken += keep[i];
    }
    for (size_t i = series->change_count; keep && taken > 0 && i-- > 0;) {
        const struct assay_history_change *change = &series->changes[i];
        size_t before = change->point;
        while (keep[change->point] && before > 0 && (before == change->point || !assay_track_has_value(&series->points[before]))) {
            before--;
        }
        keep[before] = keep[before] || keep[change->point];
        if (change->since >= 0) {
            keep[change->since] = keep[change->since] || keep[change->point];
        }
    }
    bool good = keep && assay_track_keep(series, keep);
    free(keep);
    return good;
}

/* ---- all of it ---- */

static int compare_series(const void *a, const void *b)
{
    const struct assay_history_series *x = *(const struct assay_history_series *const *)a;
    const struct assay_history_series *y = *(const struct assay_history_series *const *)b;
    int benchmark = strcmp(x->benchmark, y->benchmark);
    return benchmark ? benchmark : strcmp(x->fingerprint ? x->fingerprint : "", y->fingerprint ? y->fingerprint : "");
}

/* A ratio says more than the time that it was made of: of benchmarks with both only the ratio is history. */
static bool drop_times(struct assay_history_series *series, size_t *count)
{
    const struct assay_history_series **ratios = calloc(*count + 1, sizeof *ratios);
    bool *paired = calloc(*count + 1, sizeof *paired);
    size_t ratio_count = 0, kept = 0;
    bool good = ratios && paired;
    for (size_t i = 0; good && i < *count; i++) {
        if (series[i].unit == ASSAY_HISTORY_RATIO) {
            ratios[ratio_count++] = &series[i];
        }
    }
    if (ratio_count > 0) {
        qsort(ratios, ratio_count, sizeof *ratios, compare_series);
    }
    for (size_t i = 0; i < *count && ratio_count > 0; i++) {
        const struct assay_history_series *key = &series[i];
        paired[i] = key->unit == ASSAY_HISTORY_NS && bsearch(&key, ratios, ratio_count, sizeof *ratios, compare_series);
    }
    for (size_t i = 0; good && i < *count; i++) {
        if (paired[i]) {
            assay_history_release(&series[i]);
        } else {
            series[kept++] = series[i];
        }
    }
    *count = good ? kept : *count;
    free(ratios);
    free(paired);
    return good;
}

int assay_track_find(struct assay_history_series **series, size_t *count, struct assay_store *store,
                     const struct assay_track_slice *slice, struct assay_error *error)
{
    const struct assay_changes_options options = ASSAY_CHANGES_OPTIONS_INIT;
    struct assay_history_series *found = NULL;
    size_t found_count = 0;
    struct assay_store_query query = slice->query;
    query.most = ASSAY_TRACK_SEARCHED;
    query.since = query.until = NULL; /* what is shown does not decide what is found */
    int code = assay_store_series(&found, &found_count, store, &query, error);
    if (!code && !slice->times_too && !drop_times(found, &found_count)) {
        code = no_memory(error);
    }
    for (size_t i = 0; i < found_count && !code; i++) {
        code = slice->query.branch || keep_trunk(&found[i]) ? 0 : no_memory(error);
    }
    code = code ? code : assay_history_judge(found, found_count, &options, error);
    code = code ? code : assay_store_mark_reported(found, found_count, store, error);
    for (size_t i = 0; i < found_count && !code; i++) {
        quieten(&found[i]);
        code = keep_shown(&found[i], slice) ? 0 : no_memory(error);
    }
    if (code) {
        assay_track_free(found, found_count);
        return code;
    }
    *series = found;
    *count = found_count;
    return 0;
}
