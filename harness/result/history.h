/* Histories in a result document: `history[]`, one benchmark over commits on one kind of machine, where its level changed, and
 * what people accepted. Owned by the document. A store of results (`assay track`) fills it; a report only shows it.
 * docs/result-document.md has the fields. NaN: not known, written as null. */
#ifndef ASSAY_RESULT_HISTORY_H
#define ASSAY_RESULT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum assay_history_unit {
    ASSAY_HISTORY_RATIO, /* time over that of the pinned reference build, measured side by side: a step is a step */
    ASSAY_HISTORY_NS     /* time of an iteration: the machine's own changes are in it, so it says less */
};
#define ASSAY_HISTORY_UNITS 2
const char *assay_history_unit_word(enum assay_history_unit unit); /* "ratio", "ns"; NULL: no such unit */

/* A result, in the order of the commits. Texts may be NULL: not known. */
struct assay_history_point {
    char *commit, *parent; /* as the repository names them */
    char *branch;
    char *author_date; /* RFC 3339, with its author's offset */
    char *subject;     /* the commit's first line */
    double value;      /* in the series' unit, above 0 */
    double low, high;  /* its interval, with the value inside */
    char *document;    /* id of the document that it was recorded from */
    char **flags;      /* as a benchmark's */
    size_t flag_count;
};

/* The level changed. */
struct assay_history_change {
    size_t point;      /* the first of the new level: 1 or more */
    int32_t since;     /* -1: a step at `point`; else slow creep, compared with this point before it, and no one step */
    double ratio;      /* level after over level before */
    double low, high;  /* its interval, with the ratio inside */
    double confidence; /* that there is a change at all: above 0, at most 1 */
    bool reported;     /* somebody was told before: not news */
};

/* A person decided that a change is wanted. */
struct assay_history_acceptance {
    int32_t point;   /* whose change it is; -1: not in this series, `commit` names it */
    char *commit;    /* NULL: the point's, or not known */
    char *who;
    char *when;      /* RFC 3339, UTC */
    char *reason;
    char *benchmark; /* what was accepted, where it was more than this one: "sieve.*"; NULL: this one */
};

struct assay_history_series {
    char *benchmark; /* its id */
    enum assay_history_unit unit;
    char *fingerprint; /* of the kind of machine; NULL: not known */
    char *reference;   /* commit of the pinned reference build; NULL: none, or not known */
    struct assay_history_point *points;
    size_t point_count, point_capacity;
    struct assay_history_change *changes; /* by growing point */
    size_t change_count, change_capacity;
    struct assay_history_acceptance *accepted;
    size_t accepted_count, accepted_capacity;
};
void assay_history_release(struct assay_history_series *series);
/* Each adds an empty one behind those that are there (numbers NaN, indexes 0 or -1, confidence NaN); borrowed until the next of its kind.
 * NULL: out of memory. */
struct assay_history_point *assay_history_add_point(struct assay_history_series *series);
struct assay_history_change *assay_history_add_change(struct assay_history_series *series);
struct assay_history_acceptance *assay_history_add_acceptance(struct assay_history_series *series);
/* The change that begins at that point, and the last acceptance of it. NULL: none. Borrowed. */
const struct assay_history_change *assay_history_change_at(const struct assay_history_series *series, size_t point);
const struct assay_history_acceptance *assay_history_acceptance_at(const struct assay_history_series *series, size_t point);
/* Which way a change goes by its interval: 1: slower, -1: faster, 0: its interval holds 1, or an end that matters is not
 * known. */
int assay_history_direction(const struct assay_history_change *change);

#endif
