/* What both back ends share: parameters, and a transaction that is begun again when it can go well. Knows no library and no table. */
#include "history/database.h"

#include "base/text.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS 100 /* of writers that stand in each other's way: one of them always gets on */

/* ---- cells ---- */

struct assay_cell assay_cell_integer(int64_t value)
{
    return (struct assay_cell){ .type = ASSAY_CELL_INTEGER, .integer = value };
}

struct assay_cell assay_cell_integer_or_null(bool known, int64_t value)
{
    return (struct assay_cell){ .type = ASSAY_CELL_INTEGER, .null = !known, .integer = known ? value : 0 };
}

struct assay_cell assay_cell_real(double value)
{
    return (struct assay_cell){ .type = ASSAY_CELL_REAL, .null = !isfinite(value), .real = value };
}

struct assay_cell assay_cell_text(const char *value)
{
    return (struct assay_cell){ .type = ASSAY_CELL_TEXT, .null = !value, .text = value, .length = value ? strlen(value) : 0 };
}

struct assay_cell assay_cell_bytes(const void *bytes, size_t length)
{
    return (struct assay_cell){ .type = ASSAY_CELL_BYTES, .null = !bytes, .bytes = bytes, .length = length };
}

/* ---- a database ---- */

int assay_database_open(struct assay_database **out, const char *address, enum assay_store_mode mode, struct assay_error *error)
{
    int code = assay_address_check(address, error);
    if (code) {
        return code;
    }
    char *name = assay_store_name(address);
    if (!name) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    const struct assay_database_class *class =
        assay_address_is_server(address) ? &assay_database_postgresql : &assay_database_sqlite;
    code = class->open(out, address, name, mode, error);
    free(name);
    return code;
}

void assay_database_close(struct assay_database *database)
{
    if (database) {
        database->class->close(database);
    }
}

/* What one database takes and the other refuses is replaced for both. Heap copies to `cleaned`; false: out of memory. */
static bool clean_texts(struct assay_cell *parameters, char **cleaned, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (parameters[i].type == ASSAY_CELL_TEXT && !parameters[i].null) {
            cleaned[i] = assay_utf8_clean(parameters[i].text, parameters[i].length, NULL);
            if (!cleaned[i]) {
                return false;
            }
            parameters[i] = assay_cell_text(cleaned[i]);
        }
    }
    return true;
}

int assay_database_run(struct assay_database *database, struct assay_statement *statement, struct assay_error *error)
{
    struct assay_cell parameters[ASSAY_DATABASE_PARAMETERS];
    char *cleaned[ASSAY_DATABASE_PARAMETERS] = { 0 };
    struct assay_statement run = *statement;
    assert(run.count <= ASSAY_DATABASE_PARAMETERS);
    for (size_t i = 0; i < run.count; i++) {
        parameters[i] = run.parameters[i];
    }
    run.parameters = parameters;
    run.changed = 0;
    int code = clean_texts(parameters, cleaned, run.count) ? database->class->run(database, &run, error)
                                                           : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; i < run.count; i++) {
        free(cleaned[i]);
    }
    statement->changed = run.changed;
    return code;
}

/* ---- transactions ---- */

static int attempt(struct assay_database *database, enum assay_transaction kind, assay_work work, void *context,
                   struct assay_error *error)
{
    int code = database->class->begin(database, kind, error);
    if (code) {
        return code;
    }
    code = work(context, database, error);
    if (code == 0) {
        code = database->class->commit(database, error);
    }
    if (code) {
        database->class->rollback(database);
    }
    return code;
}

int assay_database_transact(struct assay_database *database, enum assay_transaction kind, assay_work work, void *context,
                            struct assay_error *error)
{
    int64_t lost_ns = 0;
    for (int attempts = 1;; attempts++) {
        struct assay_error refusal = { 0 }, gone = { 0 };
        int code = attempt(database, kind, work, context, &refusal);
        if (code == 0 || code == ASSAY_DATABASE_UNDO) {
            return 0;
        }
        if (attempts == ATTEMPTS || !database->class->recover(database, &lost_ns, &gone)) {
            const struct assay_error *said = gone.code ? &gone : &refusal;
            return assay_fail(error, gone.code ? gone.code : code, "%s", said->text);
        }
    }
}
