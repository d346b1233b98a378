/* A store opened and closed, and the small things that its parts share. Knows no SQL. */
#include "history/store_parts.h"

#include "base/text.h"

#include <stdlib.h>

int assay_store_open(struct assay_store **out, const char *address, enum assay_store_mode mode, struct assay_error *error)
{
    struct assay_store *store = calloc(1, sizeof *store);
    if (!store) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    store->mode = mode;
    int code = assay_database_open(&store->database, address, mode, error);
    code = code ? code : assay_store_settle(store->database, mode, ASSAY_STORE_SCHEMA, error);
    if (code) {
        assay_store_close(store);
        return code;
    }
    *out = store;
    return 0;
}

const char *assay_store_opened_as(const struct assay_store *store)
{
    return store->database->name;
}

void assay_store_close(struct assay_store *store)
{
    if (store) {
        assay_database_close(store->database);
        free(store);
    }
}

/* ---- rows of one column ---- */

int assay_store_integer_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    (void)error;
    if (!cells[0].null) {
        *(int64_t *)context = cells[0].integer;
    }
    return 0;
}

int assay_store_copy_cell(char **out, const struct assay_cell *cell, struct assay_error *error)
{
    char *copy = cell->null ? NULL : assay_copy(cell->text);
    if (!copy && !cell->null) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    free(*out);
    *out = copy;
    return 0;
}

int assay_store_text_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    return assay_store_copy_cell(context, &cells[0], error);
}
