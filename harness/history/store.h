/* Results over time: a store of documents' values by benchmark and commit, with what people decided. SQLite in a file, or PostgreSQL.
 * Knows no git, no statistics and no terminal. docs/history.md has the tables and what a crash can do.
 *
 * Every function that writes is one transaction: all of it or nothing, whatever kills the program. Writers wait for each other (SQLite: up
 * to 60 s). A server that goes away is tried again for 10 s, then ASSAY_EIO. No message ever holds a password: addresses are shown by
 * assay_store_name. */
#ifndef ASSAY_HISTORY_STORE_H
#define ASSAY_HISTORY_STORE_H

#include "base/error.h"
#include "result/history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assay_store;
enum assay_store_mode { ASSAY_STORE_READ, ASSAY_STORE_WRITE, ASSAY_STORE_CREATE }; /* CREATE: write, made if it is not there */
/* `address`: a path, or "postgresql://..." (also "postgres://"). ASSAY_EINPUT: no store, of a newer schema ("made by a newer assay: schema
 * 7, this one knows 3"), no such file (READ, WRITE). ASSAY_EIO: read-only, unreachable, ... An older schema is upgraded (WRITE, CREATE)
 * or refused (READ). ASSAY_EUSAGE: an address that is none; it is not shown, since a password may be in it. */
int assay_store_open(struct assay_store **out, const char *address, enum assay_store_mode mode, struct assay_error *error);
void assay_store_close(struct assay_store *store);
/* The address without its password: "postgresql://team@db/history". Heap. */
char *assay_store_name(const char *address);
/* The same of an open store. Borrowed. */
const char *assay_store_opened_as(const struct assay_store *store);

/* ---- writing ---- */

struct assay_store_commit { /* texts may be NULL: not known */
    const char *id, *parent, *branch, *author_date, *subject;
    int64_t order; /* place on its branch: number of first-parent ancestors; -1: not known (then by author date, then by recording) */
};
/* One value of one benchmark. */
struct assay_store_value {
    const char *benchmark;
    enum assay_history_unit unit;
    const char *reference; /* commit of the pinned reference build; NULL: unit is nanoseconds */
    double value, low, high;
    const char *status;    /* assay_status_word; values of what failed are NaN, and kept: log says so */
    const char *flags;     /* words with blanks between; "" */
    const double *samples; /* per iteration, ns, kept packed; may be NULL */
    size_t sample_count;
};
struct assay_store_run {
    const char *document;    /* its id: recording it twice changes nothing */
    const char *fingerprint; /* of the machine; NULL: not known */
    const char *created;     /* RFC 3339, UTC */
    const char *source;      /* "assay", or the tool that it was imported from */
    struct assay_store_commit commit;
    const struct assay_store_value *values;
    size_t value_count;
};
/* *added false: the document was there already. ASSAY_EINPUT: one benchmark twice in one unit and of one reference. */
int assay_store_record(struct assay_store *store, const struct assay_store_run *run, bool *added, struct assay_error *error);

/* A person's word. `benchmark` may be a pattern with '*'. `when`: RFC 3339, UTC. */
struct assay_store_decision {
    const char *benchmark, *commit, *who, *when, *reason;
};
int assay_store_accept(struct assay_store *store, const struct assay_store_decision *decision, struct assay_error *error);
/* That a change of `benchmark` at `commit` was reported: *first true if nobody had said so before. Atomic over writers. */
int assay_store_report(struct assay_store *store, const char *benchmark, const char *commit, const char *when, bool *first,
                       struct assay_error *error);

/* ---- reading ---- */

struct assay_store_query { /* NULL: any */
    const char *benchmark;   /* may be a pattern with '*' */
    const char *fingerprint, *branch, *reference;
    const char *since, *until; /* RFC 3339 author dates, inclusive; else ASSAY_EUSAGE. Points without a date are then left out */
    bool units[ASSAY_HISTORY_UNITS]; /* none set: all */
    size_t most;             /* the newest so many points a series; 0: all */
};
/* The series (benchmark x unit x fingerprint x reference) that fit and have a point, each with its points in the order of commits, decisions
 * as `accepted` (every decision whose pattern fits the benchmark), `changes` empty. A point of what failed has no value, and the word of its
 * status as its first flag. Heap array (NULL of none); each by assay_history_release. A million runs: the index leads to a series of 1,000
 * points in under 20 ms; one of 100,000 takes 0.2 s, also where only the newest are wanted, since the order is that of commits. */
int assay_store_series(struct assay_history_series **series, size_t *count, struct assay_store *store,
                       const struct assay_store_query *query, struct assay_error *error);
/* Which of the changes (by benchmark and commit) were reported before: sets `reported` in place. */
int assay_store_mark_reported(struct assay_history_series *series, size_t count, struct assay_store *store, struct assay_error *error);
/* The samples of one value, as they were recorded; heap; *count 0: none kept. */
int assay_store_samples(double **samples, size_t *count, struct assay_store *store, const char *document, const char *benchmark,
                        enum assay_history_unit unit, struct assay_error *error);
/* Whether a benchmark fits a pattern: '*' is any text, all else itself. */
bool assay_store_matches(const char *pattern, const char *benchmark);
/* The distinct benchmarks, newest commit, number of runs: for `log` without a benchmark. */
struct assay_store_listed { char *benchmark, *fingerprint, *reference; enum assay_history_unit unit; size_t points; char *newest_commit, *newest_date; };
int assay_store_list(struct assay_store_listed **items, size_t *count, struct assay_store *store, struct assay_error *error);
void assay_store_list_free(struct assay_store_listed *items, size_t count);
/* Every decision that fits the benchmark, the oldest first, whether or not there are results of it: `benchmark` is what was accepted, `point`
 * is -1. Heap; *count 0: none. */
int assay_store_decisions(struct assay_history_acceptance **items, size_t *count, struct assay_store *store, const char *benchmark,
                          struct assay_error *error);
void assay_store_decisions_free(struct assay_history_acceptance *items, size_t count);
/* The commit of the last decision, which pins the reference build; heap; NULL: none was made. */
int assay_store_baseline(char **commit, struct assay_store *store, struct assay_error *error);

#endif
