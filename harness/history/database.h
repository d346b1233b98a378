/* What a store asks of a database, whichever it is: statements with $1.. in their text, rows by a callback, transactions. Knows no table.
 * Both back ends run the same statements; what they do not share stands in struct assay_database_class. For the files of history/. */
#ifndef ASSAY_HISTORY_DATABASE_H
#define ASSAY_HISTORY_DATABASE_H

#include "history/store.h"

/* A parameter or a cell. Of a NULL the type still counts: PostgreSQL wants to know it. Text and bytes are borrowed; a cell's only until its
 * callback returns. */
enum assay_cell_type { ASSAY_CELL_INTEGER, ASSAY_CELL_REAL, ASSAY_CELL_TEXT, ASSAY_CELL_BYTES };
struct assay_cell {
    enum assay_cell_type type;
    bool null;
    int64_t integer;
    double real;
    const char *text; /* NUL-terminated */
    const void *bytes;
    size_t length; /* of text and bytes */
};
struct assay_cell assay_cell_integer(int64_t value);
struct assay_cell assay_cell_integer_or_null(bool known, int64_t value);
struct assay_cell assay_cell_real(double value);      /* NaN and infinities: NULL */
struct assay_cell assay_cell_text(const char *value); /* NULL: NULL */
struct assay_cell assay_cell_bytes(const void *bytes, size_t length);

/* Called for every row; not 0 ends the statement with that code. It runs no statement itself. */
typedef int (*assay_row)(void *context, const struct assay_cell *cells, struct assay_error *error);

struct assay_statement {
    const char *sql; /* a literal: prepared once a connection and known by its address; unless `once` */
    bool once;
    const struct assay_cell *parameters;
    size_t count;
    assay_row row; /* NULL: rows are not wanted */
    void *context;
    size_t changed; /* set: rows that were written */
};
#define ASSAY_DATABASE_PARAMETERS 16
#define ASSAY_DATABASE_COLUMNS 24

enum assay_transaction {
    ASSAY_TRANSACTION_READ,  /* one view of everything, whatever others write meanwhile */
    ASSAY_TRANSACTION_WRITE,
    ASSAY_TRANSACTION_SCHEMA /* nobody else writes or makes tables */
};
enum assay_database_content { ASSAY_DATABASE_EMPTY, ASSAY_DATABASE_OTHER, ASSAY_DATABASE_STORE };

struct assay_database;
struct assay_database_class {
    /* The dialect, in whole. */
    const char *identity;  /* the type of a key that numbers its rows */
    const char *clustered; /* behind a table whose rows lie in the order of their key */

    int (*open)(struct assay_database **out, const char *address, const char *name, enum assay_store_mode mode,
                struct assay_error *error);
    void (*close)(struct assay_database *database);
    /* EMPTY: a store may be made here; OTHER: there are tables, of somebody else, where a store is alone. */
    int (*look)(enum assay_database_content *content, struct assay_database *database, struct assay_error *error);
    int (*run)(struct assay_database *database, struct assay_statement *statement, struct assay_error *error);
    int (*begin)(struct assay_database *database, enum assay_transaction kind, struct assay_error *error);
    int (*commit)(struct assay_database *database, struct assay_error *error);
    void (*rollback)(struct assay_database *database);
    /* After a failure: whether the same may go well when it is done again. Waits for a server that went away, 10 s from *lost_ns
     * (0: from now) on; then false, and `error` says so. */
    bool (*recover)(struct assay_database *database, int64_t *lost_ns, struct assay_error *error);
};
/* Each back end's struct begins with it. */
struct assay_database {
    const struct assay_database_class *class;
    char *name; /* for messages: the address without its password */
};
extern const struct assay_database_class assay_database_sqlite, assay_database_postgresql;

int assay_database_open(struct assay_database **out, const char *address, enum assay_store_mode mode, struct assay_error *error);
void assay_database_close(struct assay_database *database);
/* Text that is no UTF-8 goes in with U+FFFD in its place, into either database. */
int assay_database_run(struct assay_database *database, struct assay_statement *statement, struct assay_error *error);
/* The work as one transaction, begun again as a whole when the connection was lost or two writers stood in each other's way: work may run
 * more than once. It returns 0 (commit), ASSAY_DATABASE_UNDO (roll back, which is a success), or an error (roll back). */
#define ASSAY_DATABASE_UNDO 1
typedef int (*assay_work)(void *context, struct assay_database *database, struct assay_error *error);
int assay_database_transact(struct assay_database *database, enum assay_transaction kind, assay_work work, void *context,
                            struct assay_error *error);

/* ---- addresses (address.c): text alone ---- */

bool assay_address_is_server(const char *address);
/* 0, or what is wrong with it, without a byte of it that may be a password. */
int assay_address_check(const char *address, struct assay_error *error);
/* A heap copy of `text` in which each of the `count` secrets is "***"; NULL and empty secrets are passed over. */
char *assay_address_scrub(const char *text, const char *const *secrets, size_t count);

#endif
