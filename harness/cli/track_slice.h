/* What log, export, accept and report take out of a store: which series and points, searched for changes, and a document of them.
 * For the files track_*.c and report.c. */
#ifndef ASSAY_CLI_TRACK_SLICE_H
#define ASSAY_CLI_TRACK_SLICE_H

#include "base/error.h"
#include "cli/option.h"
#include "history/store.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>

/* The newest so many points of a series are searched: the same whatever is shown, so that every command shows the same changes. */
#define ASSAY_TRACK_SEARCHED 2000
#define ASSAY_TRACK_SHOWN 200 /* of a series, unless --commits says otherwise */

/* ---- options that log and export share ---- */
struct assay_track_filters {
    struct assay_option_value fingerprint, branch, since, until, unit, commits;
};
extern const char *const assay_track_units[]; /* choices: ratio, ns, all */
bool assay_track_is_date(const char *text);   /* RFC 3339, or a day */
#define ASSAY_TRACK_FINGERPRINT                                                                                        \
    .name = "fingerprint", .kind = ASSAY_OPTION_TEXT, .value = "F", .group = "What is taken",                          \
    .summary = "only results of that kind of machine", .wish = "a machine's fingerprint", .fallback = "all, each a series"
#define ASSAY_TRACK_BRANCH                                                                                             \
    .name = "branch", .kind = ASSAY_OPTION_TEXT, .value = "B", .summary = "only results of that branch",               \
    .wish = "the name of a branch"
#define ASSAY_TRACK_SINCE                                                                                              \
    .name = "since", .kind = ASSAY_OPTION_TEXT, .value = "DATE", .summary = "only commits from DATE on",               \
    .wish = "a date, such as 2026-02-07 or 2026-02-07T09:30:00Z", .check = assay_track_is_date
#define ASSAY_TRACK_UNTIL                                                                                              \
    .name = "until", .kind = ASSAY_OPTION_TEXT, .value = "DATE", .summary = "only commits up to DATE, that day included", \
    .wish = "a date, such as 2026-02-07 or 2026-02-07T09:30:00Z", .check = assay_track_is_date
#define ASSAY_TRACK_COMMITS                                                                                            \
    .name = "commits", .kind = ASSAY_OPTION_INTEGER, .value = "N", .summary = "the newest N results of a series", .least = 1, \
    .most = ASSAY_TRACK_SEARCHED

/* ---- a slice ---- */
struct assay_track_slice {
    struct assay_store_query query; /* without `most` */
    bool times_too;                 /* times of benchmarks that have ratios as well */
    size_t shown;                   /* the newest so many points a series; 0: all */
    char *since, *until;            /* what `query` borrows */
};
/* Release it also after a failure. */
int assay_track_slice_init(struct assay_track_slice *slice, const char *benchmark, const struct assay_track_filters *filters,
                           struct assay_error *error);
void assay_track_slice_release(struct assay_track_slice *slice);
/* Series of the slice with their changes, those that were reported marked, cut to what is shown. Points of other branches than the one
 * that most of a series is of are left out, unless the slice names a branch. Heap; free by assay_track_free. */
int assay_track_find(struct assay_history_series **series, size_t *count, struct assay_store *store,
                     const struct assay_track_slice *slice, struct assay_error *error);
void assay_track_free(struct assay_history_series *series, size_t count);
/* Leaves out the points that `keep` says no to, with the changes that begin there; what is accepted there keeps its commit. The point that a
 * kept change compares with must be kept. */
bool assay_track_keep(struct assay_history_series *series, const bool *keep);
/* Points that have a value; the others failed. */
bool assay_track_has_value(const struct assay_history_point *point);
/* A document whose history[] they are; takes what is in them, not the array. What failed is left out of it, and said as a warning. */
int assay_track_document_take(struct assay_document **out, struct assay_history_series *series, size_t count,
                              struct assay_error *error);
/* Adds to a document the series of a store: of the benchmarks of `of` (which may be `document` itself) that it has no history of, or of all
 * where `of` has no benchmark. */
int assay_track_fill(struct assay_document *document, const struct assay_document *of, struct assay_store *store,
                     struct assay_error *error);
/* Why nothing was found: no such benchmark, with the nearest name, or nothing recorded at all; 0: neither. */
int assay_track_unknown(struct assay_store *store, const char *address, const char *benchmark, struct assay_error *error);
/* For a name that has no result: ASSAY_EINPUT where it is almost another's, which is a slip. */
int assay_track_check_name(struct assay_store *store, const char *address, const char *benchmark, struct assay_error *error);

#endif
