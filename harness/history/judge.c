/* Series to changes: logs of values go to the search point by point, as they would have come in. Knows no event and no store. */
#include "history/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A change is dated to one of the 32 points before it was found; a late result of an older commit may move it by NEAR. */
enum { AHEAD = 35, NEAR = 3 };

/* What of a series the search needs beside its points. */
struct search {
    struct assay_changes *changes;
    size_t *valid;  /* the series' index of each point that has a value */
    bool *accepted; /* whether somebody accepted something at that index */
    size_t count;   /* of `valid` */
};

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static void release(struct search *search)
{
    assay_changes_free(search->changes);
    free(search->valid);
    free(search->accepted);
}

static int init(struct search *search, const struct assay_history_series *series,
                const struct assay_changes_options *options, struct assay_error *error)
{
    *search = (struct search){ .valid = calloc(series->point_count + 1, sizeof *search->valid),
                               .accepted = calloc(series->point_count + 1, sizeof *search->accepted) };
    if (!search->valid || !search->accepted || assay_changes_new(&search->changes, options)) {
        return no_memory(error);
    }
    for (size_t i = 0; i < series->accepted_count; i++) {
        int32_t point = series->accepted[i].point;
        if (point >= 0 && (size_t)point < series->point_count) {
            search->accepted[point] = true;
        }
    }
    return 0;
}

const char *assay_history_version(const struct assay_history_point *point)
{
    size_t length = strlen(ASSAY_HISTORY_VERSION);
    for (size_t i = 0; i < point->flag_count; i++) {
        if (strncmp(point->flags[i], ASSAY_HISTORY_VERSION, length) == 0) {
            return point->flags[i] + length;
        }
    }
    return NULL;
}

bool assay_history_is_other_work(const char **before, const struct assay_history_point *point)
{
    const char *was = *before, *is = assay_history_version(point);
    *before = is ? is : was;
    return was && is && strcmp(was, is) != 0;
}

double assay_history_half_width(const struct assay_history_point *point)
{
    bool known = point->low > 0 && point->high > 0 && isfinite(point->high);
    return known ? (log(point->high) - log(point->low)) / 2 : NAN;
}

/* In its place by growing point. Of two at one point the first that was found stays: an alarm is final. */
static int keep(struct assay_history_series *series, const struct search *search, const struct assay_change *found,
                struct assay_error *error)
{
    size_t point = search->valid[found->point], at = 0;
    while (at < series->change_count && series->changes[at].point < point) {
        at++;
    }
    if (point == 0 || (at < series->change_count && series->changes[at].point == point)) {
        return 0;
    }
    if (!assay_history_add_change(series)) {
        return no_memory(error);
    }
    struct assay_history_change *change = &series->changes[at];
    memmove(change + 1, change, (series->change_count - 1 - at) * sizeof *change);
    double ratio = exp(found->shift), low = exp(found->low), high = exp(found->high);
    *change = (struct assay_history_change){ .point = point,
                                             .since = found->since < 0 ? -1 : (int32_t)search->valid[found->since],
                                             .ratio = ratio,
                                             .low = low > ratio ? ratio : low,
                                             .high = high < ratio ? ratio : high,
                                             .confidence = found->confidence > 0 ? fmin(found->confidence, 1) : (double)NAN };
    return 0;
}

static int add_point(struct assay_history_series *series, struct search *search, size_t point, uint32_t kind,
                     struct assay_error *error)
{
    const struct assay_history_point *at = &series->points[point];
    struct assay_change change = { 0 };
    bool found = false;
    search->valid[search->count++] = point;
    if (assay_changes_add(search->changes, &found, &change, log(at->value), assay_history_half_width(at), kind)) {
        return no_memory(error);
    }
    return found ? keep(series, search, &change, error) : 0;
}

static bool has_value(const struct assay_history_point *point)
{
    return point->value > 0 && isfinite(point->value);
}

/* Where the search stands. */
struct standing {
    const char *version; /* of the last point that says one */
    uint32_t kind;
    size_t point; /* the next */
};

/* Whether the search, left alone, finds a change about where it stands. People accept what they were told, and the accepted change must stay
 * where it is: to begin anew there before it is found would date it otherwise, and tell of it again. */
static int look_ahead(bool *found, const struct search *search, const struct assay_history_series *series, struct standing from,
                      struct assay_error *error)
{
    struct assay_changes *ahead = NULL;
    size_t size = 0, added = 0;
    const void *bytes = assay_changes_bytes(&size, search->changes);
    int code = assay_changes_resume(&ahead, bytes, size) ? no_memory(error) : 0;
    *found = false;
    for (; from.point < series->point_count && added < AHEAD && !*found && !code; from.point++) {
        const struct assay_history_point *point = &series->points[from.point];
        struct assay_change change = { 0 };
        bool hit = false;
        if (!has_value(point)) {
            continue;
        }
        from.kind += assay_history_is_other_work(&from.version, point);
        if (assay_changes_add(ahead, &hit, &change, log(point->value), assay_history_half_width(point), from.kind)) {
            code = no_memory(error);
        }
        *found = hit && change.point + NEAR + 1 >= search->count && change.point <= search->count - 1 + NEAR;
        added++;
    }
    assay_changes_free(ahead);
    return code;
}

static int judge(struct assay_history_series *series, const struct assay_changes_options *options,
                 struct assay_error *error)
{
    struct search search;
    struct standing now = { 0 };
    int code = init(&search, series, options, error);
    series->change_count = 0;
    for (size_t i = 0; i < series->point_count && !code; i++) {
        const struct assay_history_point *point = &series->points[i];
        now.point = i + 1;
        if (has_value(point)) {
            now.kind += assay_history_is_other_work(&now.version, point);
            code = add_point(series, &search, i, now.kind, error);
        }
        if (!code && search.accepted[i] && search.count > 0) {
            bool found = false;
            code = look_ahead(&found, &search, series, now, error);
            if (!code && !found) {
                assay_changes_accept(search.changes);
            }
        }
    }
    release(&search);
    return code;
}

int assay_history_judge(struct assay_history_series *series, size_t count, const struct assay_changes_options *options,
                        struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < count && !code; i++) {
        code = judge(&series[i], options, error);
    }
    return code;
}
