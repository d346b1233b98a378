/* What the files track_bisect*.c share: one bisection, from its ends to the commit or the range that is left. */
#ifndef ASSAY_CLI_TRACK_BISECT_H
#define ASSAY_CLI_TRACK_BISECT_H

#include "cli/results.h"
#include "cli/track.h"
#include "cli/track_compare.h"
#include "cli/track_trees.h"

#include <stdbool.h>
#include <stddef.h>

struct bisect_values {
    struct assay_option_value good, bad, build, plugins;
    struct assay_option_value margin, budget, strict;
    struct assay_option_value repository, keep, timeout_build;
    struct assay_results_values results;
};

enum assay_bisect_state {
    ASSAY_BISECT_UNKNOWN,
    ASSAY_BISECT_FAST,   /* nearer to good than to bad, proven */
    ASSAY_BISECT_SLOW,   /* nearer to bad, proven */
    ASSAY_BISECT_SKIPPED /* does not build, cannot be measured, or stayed open */
};
struct assay_bisect_commit {
    struct assay_commit commit;
    enum assay_bisect_state state;
    char *reason; /* why it was skipped; heap */
};

struct assay_bisect {
    const struct assay_invocation *invocation;
    const struct bisect_values *values;
    struct assay_results results;
    struct assay_track_trees trees;
    struct assay_bisect_commit *commits; /* good first, bad last, first parents between */
    size_t count;
    char *filter;      /* --filter that leaves the benchmark */
    char **parameters; /* "NAME=VALUE" of its name */
    size_t parameter_count;
    char *line;                       /* the user's whole command line */
    struct assay_document *document; /* of the last comparison */
    bool failed;                      /* a child said why it cannot go on */
};

/* ---- track_bisect_search.c: which commit next. Pure. ---- */
/* The unknown commit nearest to the middle between the last fast and the first slow one; SIZE_MAX: there is none. */
size_t assay_bisect_next(const struct assay_bisect_commit *commits, size_t fast, size_t slow);
/* What an interval of head's time over base's says of which side of the half-way point it lies on: 1 above, -1 below, 0 both. All are
 * logarithms; an end that is not known (NaN) says nothing. */
int assay_bisect_side(double low, double high, double half);

/* ---- track_bisect_measure.c ---- */
struct assay_bisect_ratio { /* of head's time over base's; logarithms */
    double ratio, low, high;
    int direction;    /* as of a comparison */
    bool measured;    /* false: see `reason` */
    char reason[240]; /* why it could not be measured */
};
/* Compares two of the commits, both built before, or takes what --keep has of them; the document is kept for -o. `margin`: a fraction.
 * Not an error: `measured` is false. bisect->failed: the child has said what is wrong with the command line. */
int assay_bisect_measure(struct assay_bisect_ratio *out, struct assay_bisect *bisect, size_t base, size_t head, double margin,
                         struct assay_error *error);
/* From BENCHMARK to what the child is asked for. */
int assay_bisect_name(struct assay_bisect *bisect, const char *benchmark, struct assay_error *error);

#endif
