/* Where along a parameter the faster of two changes, found from proofs of which one is faster at single values: says
 * which value to look at next, and when it is over. Knows no clock, no kernel and no statistics: what is proven is told
 * by the caller. Pure. docs/comparisons.md, "Where two kernels cross".
 *
 * First a scan: values that lie at equal distances on a logarithmic scale, both ends among them, so that several changes
 * are seen down to that distance. Then each bracket (two values that are proven opposite, nothing proven in between) is
 * halved at its geometric mean. A value where nothing can be proven lies near the change: the halves on both of its
 * sides go on, so that it ends up inside the interval. */
#ifndef ASSAY_COMPARE_CROSSOVER_SEARCH_H
#define ASSAY_COMPARE_CROSSOVER_SEARCH_H

#include "result/crossover.h"

#include <stdbool.h>
#include <stddef.h>

#define ASSAY_SEARCH_SCAN_LEAST 5
#define ASSAY_SEARCH_SCAN_MOST 9
#define ASSAY_SEARCH_POINTS_MOST 64
#define ASSAY_SEARCH_RESOLUTION 0.02 /* an interval whose high end is at most so much above the low one is narrow */

/* What was found out at a value. */
struct assay_search_point {
    double value;
    int direction;    /* 1: head is proven slower there, -1: faster, 0: neither */
    double log_ratio; /* estimate of ln(head's time over base's); NaN: none */
    double error;     /* its standard error; NaN: not known */
};

struct assay_crossover_search {
    double from, to; /* 0 < from < to */
    bool whole;      /* whole numbers only; then up to 2^53 */
    double scan[ASSAY_SEARCH_SCAN_MOST];
    size_t scan_count;
    size_t most; /* values that are looked at, at most: fixed before the first, so that the chance of a wrong proof can
                    be shared among them (Bonferroni) */
    struct assay_search_point points[ASSAY_SEARCH_POINTS_MOST]; /* by growing value */
    size_t count;
};

/* One value for each half of a decade is scanned, 5 to 9 in all (fewer where whole numbers lie too close). Real values
 * that are not ends have four digits, if that is enough to tell them from their neighbours. */
void assay_search_init(struct assay_crossover_search *search, double from, double to, bool whole);
/* The value to look at next, never one of those before. False: it is over. */
bool assay_search_next(const struct assay_crossover_search *search, double *value);
/* What was found there. At most `most` values are taken. */
void assay_search_add(struct assay_crossover_search *search, const struct assay_search_point *point);
/* How many values are still wanted if nothing unexpected comes; to share out the time. 0: it is over. */
size_t assay_search_left(const struct assay_crossover_search *search);
/* The factor between two values of the scan: two changes that are closer may go unseen. */
double assay_search_spacing(const struct assay_crossover_search *search);

struct assay_search_finding {
    enum assay_crossover_outcome outcome; /* SEVERAL with two changes or more, whatever else is open; ONE and NONE only
                                             if nothing else is */
    int faster_at_from, faster_at_to;     /* -1: base, 1: head, 0: not proven */
    struct assay_crossover_change changes[ASSAY_SEARCH_POINTS_MOST]; /* by growing value */
    size_t change_count;
    size_t unscanned; /* values of the scan that were not looked at */
    size_t open;      /* index of the first point that nothing is proven of and that lies in no change, nor between two
                         that are proven one way and no further apart than the scan sees; SIZE_MAX: none */
    bool wide;        /* some change is wider than the resolution, and not between neighbours */
};
void assay_search_find(struct assay_search_finding *finding, const struct assay_crossover_search *search);

#endif
