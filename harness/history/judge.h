/* Series of the store to changes, and changes to events: several benchmarks that move at one commit are one. Knows no terminal, no git
 * and no SQL. docs/history.md says what is searched and what is not. */
#ifndef ASSAY_HISTORY_JUDGE_H
#define ASSAY_HISTORY_JUDGE_H

#include "base/error.h"
#include "result/history.h"
#include "stats/changes.h"

#include <stdbool.h>
#include <stddef.h>

/* The flag of a point whose kernel says of which version (x.y) its work is: "version:1.2". Where it changes a new level begins that is
 * no change: other work takes other time. */
#define ASSAY_HISTORY_VERSION "version:"
/* What stands behind it; borrowed; NULL: the point has none. */
const char *assay_history_version(const struct assay_history_point *point);
/* Whether the kernel says that its work is another than `*before`, a version that is NULL at first and is set to the point's. One that says
 * nothing is as the one before. Borrowed from the points. */
bool assay_history_is_other_work(const char **before, const struct assay_history_point *point);
/* Half of the point's own interval, in logs; NaN: it is not known. */
double assay_history_half_width(const struct assay_history_point *point);

/* Fills `changes` of each series from its points: logs of values, point by point, points without a value passed over. A decision restarts
 * what creep is measured from, as a change does by itself: what was found without the decision is found with it. ASSAY_ENOMEM alone. */
int assay_history_judge(struct assay_history_series *series, size_t count, const struct assay_changes_options *options,
                        struct assay_error *error);

struct assay_event_member {
    size_t series, change; /* indexes */
};
/* What happened at one commit. Texts are borrowed from the series. */
struct assay_event {
    const char *commit, *subject, *author_date; /* of the first point of the new level; NULL: not known */
    const char *last_good;                       /* the commit before it in the worst member's series */
    struct assay_event_member *members;          /* the worst first: slowdowns by ratio, then improvements */
    size_t member_count, member_capacity;
    size_t slower, faster;
    bool creep;    /* no member is a step */
    bool accepted; /* there are slower members, and each was accepted */
    bool reported; /* each member was reported before */
};
/* In the order of the commits, oldest first. Heap; one free. */
int assay_history_events(struct assay_event **events, size_t *count, const struct assay_history_series *series, size_t series_count,
                         struct assay_error *error);
void assay_history_events_free(struct assay_event *events, size_t count);

#endif
