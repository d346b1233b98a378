/* A history in memory. Knows no JSON and no store. */
#include "result/history.h"

#include "result/histories.h"

#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

const char *assay_history_unit_word(enum assay_history_unit unit)
{
    static const char *const words[ASSAY_HISTORY_UNITS] = { "ratio", "ns" };
    return (unsigned)unit < ASSAY_HISTORY_UNITS ? words[unit] : NULL;
}

struct assay_history_point *assay_history_add_point(struct assay_history_series *series)
{
    void *items = series->points;
    bool room = assay_reserve(&items, &series->point_capacity, series->point_count + 1, sizeof *series->points);
    series->points = items;
    if (!room) {
        return NULL;
    }
    struct assay_history_point *point = &series->points[series->point_count++];
    *point = (struct assay_history_point){ .value = NAN, .low = NAN, .high = NAN };
    return point;
}

struct assay_history_change *assay_history_add_change(struct assay_history_series *series)
{
    void *items = series->changes;
    bool room = assay_reserve(&items, &series->change_capacity, series->change_count + 1, sizeof *series->changes);
    series->changes = items;
    if (!room) {
        return NULL;
    }
    struct assay_history_change *change = &series->changes[series->change_count++];
    *change =
        (struct assay_history_change){ .since = -1, .ratio = NAN, .low = NAN, .high = NAN, .confidence = NAN };
    return change;
}

struct assay_history_acceptance *assay_history_add_acceptance(struct assay_history_series *series)
{
    void *items = series->accepted;
    bool room =
        assay_reserve(&items, &series->accepted_capacity, series->accepted_count + 1, sizeof *series->accepted);
    series->accepted = items;
    if (!room) {
        return NULL;
    }
    struct assay_history_acceptance *acceptance = &series->accepted[series->accepted_count++];
    *acceptance = (struct assay_history_acceptance){ .point = -1 };
    return acceptance;
}

const struct assay_history_change *assay_history_change_at(const struct assay_history_series *series, size_t point)
{
    size_t low = 0, high = series->change_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (series->changes[middle].point < point) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < series->change_count && series->changes[low].point == point ? &series->changes[low] : NULL;
}

const struct assay_history_acceptance *assay_history_acceptance_at(const struct assay_history_series *series, size_t point)
{
    for (size_t i = series->accepted_count; i-- > 0;) {
        if (series->accepted[i].point >= 0 && (size_t)series->accepted[i].point == point) {
            return &series->accepted[i];
        }
    }
    return NULL;
}

int assay_history_direction(const struct assay_history_change *change)
{
    return (change->low > 1) - (change->high < 1); /* false with NaN */
}

static void release_point(struct assay_history_point *point)
{
    free(point->commit);
    free(point->parent);
    free(point->branch);
    free(point->author_date);
    free(point->subject);
    free(point->document);
    for (size_t i = 0; i < point->flag_count; i++) {
        free(point->flags[i]);
    }
    free(point->flags);
}

void assay_history_release(struct assay_history_series *series)
{
    for (size_t i = 0; i < series->point_count; i++) {
        release_point(&series->points[i]);
    }
    for (size_t i = 0; i < series->accepted_count; i++) {
        free(series->accepted[i].commit);
        free(series->accepted[i].who);
        free(series->accepted[i].when);
        free(series->accepted[i].reason);
        free(series->accepted[i].benchmark);
    }
    free(series->points);
    free(series->changes);
    free(series->accepted);
    free(series->benchmark);
    free(series->fingerprint);
    free(series->reference);
}

struct assay_history_series *assay_document_add_history(struct assay_document *document)
{
    void *items = document->history;
    bool room =
        assay_reserve(&items, &document->history_capacity, document->history_count + 1, sizeof *document->history);
    document->history = items;
    if (!room) {
        return NULL;
    }
    struct assay_history_series *series = &document->history[document->history_count++];
    *series = (struct assay_history_series){ 0 };
    return series;
}

bool assay_history_take(struct assay_document *to, struct assay_document *from)
{
    for (size_t i = 0; i < from->history_count; i++) {
        struct assay_history_series *into = assay_document_add_history(to);
        if (!into) {
            return false;
        }
        *into = from->history[i];
        from->history[i] = (struct assay_history_series){ 0 };
    }
    return true;
}
