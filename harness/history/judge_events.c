/* Changes to events: what moves at one commit is one. Knows no search and no store. */
#include "history/judge.h"

#include "base/vector.h"
#include "history/instant.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A change on its way into an event. */
struct found {
    const struct assay_history_series *all;
    struct assay_event_member member;
    const char *commit; /* NULL: not known, and then nothing else is of it */
    int64_t instant;    /* the latest author date up to it in its series, so that a series keeps its order */
};

static const struct assay_history_change *change_of(const struct found *found)
{
    return &found->all[found->member.series].changes[found->member.change];
}

/* 0: slower, 1: faster, 2: not proven which. */
static int class_of(const struct found *found)
{
    int way = assay_history_direction(change_of(found));
    return way > 0 ? 0 : way < 0 ? 1 : 2;
}

static int compare_places(const struct found *a, const struct found *b)
{
    if (a->member.series != b->member.series) {
        return a->member.series < b->member.series ? -1 : 1;
    }
    return (a->member.change > b->member.change) - (a->member.change < b->member.change);
}

/* By commit; in a commit the worst first. */
static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int commit = !x->commit || !y->commit ? (x->commit != NULL) - (y->commit != NULL) : strcmp(x->commit, y->commit);
    if (commit || !x->commit) {
        return commit ? commit : compare_places(x, y);
    }
    int class = class_of(x) - class_of(y);
    double effect_x = fabs(log(change_of(x)->ratio)), effect_y = fabs(log(change_of(y)->ratio));
    return class ? class : effect_x != effect_y ? (effect_x > effect_y ? -1 : 1) : compare_places(x, y);
}

/* In the order of `series`, and there of the points. */
static bool gather(struct found **out, size_t *count, const struct assay_history_series *series, size_t series_count)
{
    size_t most = 0;
    for (size_t i = 0; i < series_count; i++) {
        most += series[i].change_count;
    }
    struct found *found = calloc(most + 1, sizeof *found);
    for (size_t i = 0; found && i < series_count; i++) {
        int64_t latest = INT64_MIN, instant = 0;
        size_t point = 0;
        for (size_t k = 0; k < series[i].change_count; k++) {
            for (; point <= series[i].changes[k].point; point++) {
                bool later = assay_history_instant(&instant, series[i].points[point].author_date) && instant > latest;
                latest = later ? instant : latest;
            }
            found[(*count)++] = (struct found){ .all = series,
                                                .member = { i, k },
                                                .commit = series[i].points[series[i].changes[k].point].commit,
                                                .instant = latest };
        }
    }
    *out = found;
    return found != NULL;
}

/* The commit of the last result before the change. */
static const char *last_good(const struct found *found)
{
    const struct assay_history_series *series = &found->all[found->member.series];
    for (size_t i = change_of(found)->point; i-- > 0;) {
        if (series->points[i].value > 0) {
            return series->points[i].commit;
        }
    }
    return NULL;
}

/* The first of them is the worst. */
static bool fill(struct assay_event *event, const struct found *found, size_t count)
{
    const struct assay_history_series *worst = &found->all[found->member.series];
    const struct assay_history_point *point = &worst->points[change_of(found)->point];
    void *items = NULL;
    *event = (struct assay_event){ .commit = point->commit,
                                   .subject = point->subject,
                                   .author_date = point->author_date,
                                   .last_good = last_good(found),
                                   .creep = true,
                                   .accepted = true,
                                   .reported = true };
    if (!assay_reserve(&items, &event->member_capacity, count, sizeof *event->members)) {
        return false;
    }
    event->members = items;
    for (size_t i = 0; i < count; i++) {
        const struct assay_history_series *series = &found->all[found[i].member.series];
        const struct assay_history_change *change = change_of(&found[i]);
        int way = assay_history_direction(change);
        event->members[event->member_count++] = found[i].member;
        event->slower += way > 0;
        event->faster += way < 0;
        event->creep = event->creep && change->since >= 0;
        event->reported = event->reported && change->reported;
        event->accepted = event->accepted && (way <= 0 || assay_history_acceptance_at(series, change->point));
    }
    event->accepted = event->accepted && event->slower > 0;
    return true;
}

/* A run of changes of one commit, on its way to its place in time. */
struct group {
    const struct found *first;
    size_t count;
};

static int compare_groups(const void *a, const void *b)
{
    const struct found *x = ((const struct group *)a)->first, *y = ((const struct group *)b)->first;
    return x->instant != y->instant ? (x->instant < y->instant ? -1 : 1) : compare_places(x, y);
}

static size_t part(struct group *groups, const struct found *found, size_t count)
{
    size_t made = 0;
    for (size_t i = 0; i < count; i++) {
        bool same = i > 0 && found[i].commit && found[i - 1].commit && strcmp(found[i].commit, found[i - 1].commit) == 0;
        if (same) {
            groups[made - 1].count++;
        } else {
            groups[made++] = (struct group){ &found[i], 1 };
        }
    }
    return made;
}

int assay_history_events(struct assay_event **events, size_t *count, const struct assay_history_series *series,
                         size_t series_count, struct assay_error *error)
{
    struct found *found = NULL;
    size_t found_count = 0, group_count = 0, made = 0;
    bool good = gather(&found, &found_count, series, series_count);
    struct group *groups = calloc(found_count + 1, sizeof *groups);
    struct assay_event *all = calloc(found_count + 1, sizeof *all);
    good = good && groups && all;
    if (good) {
        qsort(found, found_count, sizeof *found, compare_found);
        group_count = part(groups, found, found_count);
        qsort(groups, group_count, sizeof *groups, compare_groups);
    }
    for (; good && made < group_count; made++) {
        good = fill(&all[made], groups[made].first, groups[made].count);
    }
    free(groups);
    free(found);
    if (!good) {
        assay_history_events_free(all, made);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *events = all;
    *count = made;
    return 0;
}

void assay_history_events_free(struct assay_event *events, size_t count)
{
    for (size_t i = 0; events && i < count; i++) {
        free(events[i].members);
    }
    free(events);
}
