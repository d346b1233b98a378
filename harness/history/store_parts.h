/* What the files store*.c share: the store itself, its tables, patterns. For no other file. */
#ifndef ASSAY_HISTORY_STORE_PARTS_H
#define ASSAY_HISTORY_STORE_PARTS_H

#include "history/database.h"

struct assay_store {
    struct assay_database *database;
    enum assay_store_mode mode;
};

#define ASSAY_STORE_SCHEMA 2

/* The store's work as one transaction, after a look at the schema's number: somebody may have upgraded it since it was opened. */
int assay_store_transact(struct assay_store *store, enum assay_transaction kind, assay_work work, void *context, struct assay_error *error);
/* Makes or upgrades the tables as far as `mode` allows, to `wanted` (ASSAY_STORE_SCHEMA; a test makes an older one). */
int assay_store_settle(struct assay_database *database, enum assay_store_mode mode, int64_t wanted, struct assay_error *error);

/* One statement with its parameters and what becomes of its rows; its code. */
#define ASSAY_STORE_RUN(database, sql_text, cells, row_function, row_context, error)                                   \
    assay_database_run(database,                                                                                       \
                       &(struct assay_statement){ .sql = (sql_text),                                                   \
                                                  .parameters = (cells),                                               \
                                                  .count = sizeof(cells) / sizeof *(cells),                            \
                                                  .row = (row_function),                                               \
                                                  .context = (row_context) },                                          \
                       error)

/* '*' stands for any text, also none; every other byte for itself. */
bool assay_store_matches(const char *pattern, const char *text);
bool assay_store_is_pattern(const char *text);

/* Row callbacks for statements of one column. */
int assay_store_integer_row(void *context, const struct assay_cell *cells, struct assay_error *error); /* int64_t; NULL: untouched */
int assay_store_text_row(void *context, const struct assay_cell *cells, struct assay_error *error);    /* char *, heap; the last row's */
/* A heap copy of a text cell to *out; NULL: NULL, also where it is "" if that stands for not known. */
int assay_store_copy_cell(char **out, const struct assay_cell *cell, struct assay_error *error);

/* ---- the order of points (store_order.c) ---- */

struct assay_store_place {
    int64_t run;    /* its key: grows with every recording */
    int64_t commit; /* its key; 0: not known */
    bool has_order, has_date;
    int64_t order; /* number of first-parent ancestors */
    int64_t date;  /* the author's, in seconds */
    size_t row;    /* the caller's */
};
/* By order; what has none by date, where it falls among those that have dates; what has neither by when it was recorded. False: out of
 * memory. */
bool assay_store_sort(struct assay_store_place *places, size_t count);

#endif
