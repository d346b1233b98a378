/* What people decided, and what they were told: on record once. Knows no value. */
#include "history/store_parts.h"

#include "base/random.h"

static const char insert_decision[] =
    "insert into assay_decision (benchmark, commit_name, who, decided, reason, token) values ($1, $2, $3, $4, $5, $6)"
    " on conflict (token) do nothing";
static const char insert_report[] = "insert into assay_report (benchmark, commit_name, told, token) values ($1, $2, $3, $4)"
                                    " on conflict (benchmark, commit_name) do nothing";
static const char select_report[] = "select token from assay_report where benchmark = $1 and commit_name = $2";

/* The token tells our own row from another's when the connection was lost and nobody knows whether it was written. 0: none. */
static int64_t fresh_token(void)
{
    return (int64_t)(assay_random_fresh() | 1);
}

/* ---- decisions ---- */

struct deciding {
    const struct assay_store_decision *decision;
    int64_t token;
};

static int decide(void *context, struct assay_database *database, struct assay_error *error)
{
    const struct deciding *deciding = context;
    const struct assay_store_decision *decision = deciding->decision;
    const struct assay_cell cells[] = { assay_cell_text(decision->benchmark), assay_cell_text(decision->commit),
                                        assay_cell_text(decision->who),       assay_cell_text(decision->when),
                                        assay_cell_text(decision->reason),    assay_cell_integer(deciding->token) };
    return ASSAY_STORE_RUN(database, insert_decision, cells, NULL, NULL, error);
}

int assay_store_accept(struct assay_store *store, const struct assay_store_decision *decision, struct assay_error *error)
{
    if (!decision->benchmark || !decision->commit || !decision->who || !decision->when || !decision->reason) {
        return assay_fail(error, ASSAY_EUSAGE, "a decision is on record with a benchmark, a commit, who, when and a reason: want all of them");
    }
    struct deciding deciding = { decision, fresh_token() };
    return assay_store_transact(store, ASSAY_TRANSACTION_WRITE, decide, &deciding, error);
}

/* ---- reports ---- */

struct reporting {
    const char *benchmark, *commit, *when;
    int64_t token, found;
};

static int find_report(void *context, struct assay_database *database, struct assay_error *error)
{
    struct reporting *reporting = context;
    const struct assay_cell key[] = { assay_cell_text(reporting->benchmark), assay_cell_text(reporting->commit) };
    reporting->found = 0;
    return ASSAY_STORE_RUN(database, select_report, key, assay_store_integer_row, &reporting->found, error);
}

static int report(void *context, struct assay_database *database, struct assay_error *error)
{
    const struct reporting *reporting = context;
    const struct assay_cell cells[] = { assay_cell_text(reporting->benchmark), assay_cell_text(reporting->commit),
                                        assay_cell_text(reporting->when), assay_cell_integer(reporting->token) };
    int code = ASSAY_STORE_RUN(database, insert_report, cells, NULL, NULL, error);
    return code ? code : find_report(context, database, error);
}

int assay_store_report(struct assay_store *store, const char *benchmark, const char *commit, const char *when, bool *first,
                       struct assay_error *error)
{
    struct reporting reporting = { .benchmark = benchmark, .commit = commit, .when = when, .token = fresh_token() };
    int code = assay_store_transact(store, ASSAY_TRANSACTION_WRITE, report, &reporting, error);
    if (!code) {
        *first = reporting.found == reporting.token;
    }
    return code;
}

struct marking {
    struct assay_history_series *series;
    size_t count;
};

static int mark(void *context, struct assay_database *database, struct assay_error *error)
{
    const struct marking *marking = context;
    int code = 0;
    for (size_t i = 0; i < marking->count && !code; i++) {
        const struct assay_history_series *series = &marking->series[i];
        for (size_t k = 0; k < series->change_count && !code; k++) {
            struct reporting reporting = { .benchmark = series->benchmark,
                                           .commit = series->points[series->changes[k].point].commit };
            code = reporting.commit ? find_report(&reporting, database, error) : 0;
            series->changes[k].reported = reporting.found != 0;
        }
    }
    return code;
}

int assay_store_mark_reported(struct assay_history_series *series, size_t count, struct assay_store *store, struct assay_error *error)
{
    struct marking marking = { series, count };
    return assay_store_transact(store, ASSAY_TRANSACTION_READ, mark, &marking, error);
}
