/* What was decided about a benchmark, whether or not the store has results of it. Knows no series. */
#include "history/store_parts.h"

#include "base/vector.h"

#include <stdlib.h>

static const char select_decisions[] = "select benchmark, commit_name, who, decided, reason from assay_decision order by id";

struct reading {
    const char *benchmark;
    struct assay_history_acceptance *items;
    size_t count, capacity;
};

void assay_store_decisions_free(struct assay_history_acceptance *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(items[i].commit);
        free(items[i].who);
        free(items[i].when);
        free(items[i].reason);
        free(items[i].benchmark);
    }
    free(items);
}

static int read_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    struct reading *reading = context;
    void *items = reading->items;
    if (cells[0].null || !assay_store_matches(cells[0].text, reading->benchmark)) {
        return 0;
    }
    bool room = assay_reserve(&items, &reading->capacity, reading->count + 1, sizeof *reading->items);
    reading->items = items;
    if (!room) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    struct assay_history_acceptance *decision = &reading->items[reading->count++];
    *decision = (struct assay_history_acceptance){ .point = -1 };
    char **const texts[] = { &decision->benchmark, &decision->commit, &decision->who, &decision->when, &decision->reason };
    int code = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && !code; i++) {
        code = assay_store_copy_cell(texts[i], &cells[i], error);
    }
    return code;
}

static int read_all(void *context, struct assay_database *database, struct assay_error *error)
{
    struct reading *reading = context;
    struct assay_statement statement = { .sql = select_decisions, .row = read_row, .context = reading };
    assay_store_decisions_free(reading->items, reading->count); /* of a try that was cut off */
    *reading = (struct reading){ .benchmark = reading->benchmark };
    return assay_database_run(database, &statement, error);
}

int assay_store_decisions(struct assay_history_acceptance **items, size_t *count, struct assay_store *store,
                          const char *benchmark, struct assay_error *error)
{
    struct reading reading = { .benchmark = benchmark };
    int code = assay_store_transact(store, ASSAY_TRANSACTION_READ, read_all, &reading, error);
    if (code) {
        assay_store_decisions_free(reading.items, reading.count);
        return code;
    }
    *items = reading.items;
    *count = reading.count;
    return 0;
}
