/* Where the level of a series of results changed: online, a point at a time, every alarm final. Numbers in, numbers out; knows no commit
 * and no store. docs/statistics.md (Change points) has the method, its sources and what it finds and misses.
 *
 * Values are natural logarithms: of ratios to a pinned reference build, or of medians. A step is a difference of logs. */
#ifndef ASSAY_STATS_CHANGES_H
#define ASSAY_STATS_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assay_changes_options {
    double margin;      /* a change of less than this (a fraction: 0.01) is not reported; 0: any that is proven */
    size_t least;       /* points of a segment, 3 to 32 (others are taken for the nearer end) */
    double rate;        /* false changes a point that are aimed at: 0.0006, at most 0.003; the promise is 0.001 at 0.0006 */
    double creep;       /* |ln| from the level at the start of the series (or the last accepted one) that is slow creep; 0: margin */
};
#define ASSAY_CHANGES_OPTIONS_INIT { 0.01, 3, 0.0006, 0 }

/* One change, as history[] of a document has it. */
struct assay_change {
    size_t point;           /* the first of the new level */
    int32_t since;          /* -1: a step; else slow creep against this point's level */
    double shift, low, high; /* of logs, level after less level before; with its 95 % interval */
    double confidence;      /* 1 - p: where nothing changes, a change as clear is seen at a share p of all points (every look counted) */
    size_t found_at;        /* the point at which it was found */
};

/* The state of one series between two points: of constant size, so that a point costs the same at 10 and at 100,000. Plain bytes: a store
 * may keep them, for the same build of the same machine. */
struct assay_changes;
int assay_changes_new(struct assay_changes **out, const struct assay_changes_options *options); /* -1: no memory */
void assay_changes_free(struct assay_changes *changes);
/* The state's bytes and their number; and a state from such bytes. -1: no memory; -2: not the bytes of a state of this version. */
const void *assay_changes_bytes(size_t *size, const struct assay_changes *changes);
int assay_changes_resume(struct assay_changes **out, const void *bytes, size_t size);
/* Adds the next point. `interval_half` is the half width of its own 95 % interval in logs, NaN: not known. `kind`: the same number for
 * points of the same circumstances (machine, reference build); another number begins a new level that is no change. *found: whether *change
 * was found with this point. A value that is not finite counts as a point and says nothing. -1: no memory. At most 50 us at any length
 * (bench in tests/replay). */
int assay_changes_add(struct assay_changes *changes, bool *found, struct assay_change *change, double value, double interval_half,
                      uint32_t kind);
/* The level in force is wanted from now on (somebody accepted it): creep is measured from here. */
void assay_changes_accept(struct assay_changes *changes);
/* What is believed now: the level, the spread of one point, the lag-1 autocorrelation; NaN where not enough is known. */
struct assay_changes_now { double level, low, high, spread, autocorrelation; size_t first, count; };
void assay_changes_now(struct assay_changes_now *now, const struct assay_changes *changes);

/* A whole series at once: adds every point. *found heap, *count of them, in the order in which they were found. -1: no memory. */
int assay_changes_search(struct assay_change **found, size_t *count, const double *values, const double *halves, const uint32_t *kinds,
                         size_t length, const struct assay_changes_options *options);

#endif
