/* What is in a store, in short: series with how many points they have, and the pinned commit. Counts nothing: the series know. */
#include "history/store_parts.h"

#include "base/vector.h"

#include <stdlib.h>
#include <string.h>

static const char select_list[] =
    "select s.benchmark, s.fingerprint, s.reference, s.unit, s.points, c.name, c.author_date from assay_series s"
    " left join assay_run r on r.id = s.newest_run left join assay_commit c on c.id = r.commit_id";
static const char select_baseline[] = "select commit_name from assay_decision order by id desc limit 1";

struct listing {
    struct assay_store_listed *items;
    size_t count, capacity;
};

void assay_store_list_free(struct assay_store_listed *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(items[i].benchmark);
        free(items[i].fingerprint);
        free(items[i].reference);
        free(items[i].newest_commit);
        free(items[i].newest_date);
    }
    free(items);
}

static int list_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    struct listing *listing = context;
    void *items = listing->items;
    bool room = assay_reserve(&items, &listing->capacity, listing->count + 1, sizeof *listing->items);
    listing->items = items;
    if (!room) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    struct assay_store_listed *item = &listing->items[listing->count++];
    *item = (struct assay_store_listed){ .points = (size_t)cells[4].integer, .unit = ASSAY_HISTORY_NS };
    char **const texts[] = { &item->benchmark, &item->fingerprint, &item->reference, NULL, NULL, &item->newest_commit, &item->newest_date };
    int code = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !code; i++) {
        bool known = texts[i] && !cells[i].null && cells[i].length > 0; /* "": not known */
        code = known ? assay_store_copy_cell(texts[i], &cells[i], error) : 0;
    }
    if (strcmp(cells[3].text, assay_history_unit_word(ASSAY_HISTORY_RATIO)) == 0) {
        item->unit = ASSAY_HISTORY_RATIO;
    }
    return code;
}

static int compare_texts(const char *x, const char *y)
{
    return strcmp(x ? x : "", y ? y : "");
}

static int compare_items(const void *a, const void *b)
{
    const struct assay_store_listed *x = a, *y = b;
    int order = strcmp(x->benchmark, y->benchmark);
    order = order ? order : (x->unit > y->unit) - (x->unit < y->unit);
    order = order ? order : compare_texts(x->fingerprint, y->fingerprint);
    return order ? order : compare_texts(x->reference, y->reference);
}

static int list(void *context, struct assay_database *database, struct assay_error *error)
{
    struct listing *listing = context;
    assay_store_list_free(listing->items, listing->count); /* of a connection that was lost on the way */
    *listing = (struct listing){ 0 };
    struct assay_statement statement = { .sql = select_list, .row = list_row, .context = listing };
    return assay_database_run(database, &statement, error);
}

int assay_store_list(struct assay_store_listed **items, size_t *count, struct assay_store *store, struct assay_error *error)
{
    struct listing listing = { 0 };
    int code = assay_store_transact(store, ASSAY_TRANSACTION_READ, list, &listing, error);
    if (code) {
        assay_store_list_free(listing.items, listing.count);
        return code;
    }
    if (listing.count > 0) {
        qsort(listing.items, listing.count, sizeof *listing.items, compare_items);
    }
    *items = listing.items;
    *count = listing.count;
    return 0;
}

static int baseline(void *context, struct assay_database *database, struct assay_error *error)
{
    struct assay_statement statement = { .sql = select_baseline, .row = assay_store_text_row, .context = context };
    return assay_database_run(database, &statement, error);
}

int assay_store_baseline(char **commit, struct assay_store *store, struct assay_error *error)
{
    char *found = NULL;
    int code = assay_store_transact(store, ASSAY_TRANSACTION_READ, baseline, &found, error);
    if (code) {
        free(found);
        return code;
    }
    *commit = found;
    return 0;
}
