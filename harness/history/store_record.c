/* A document into the store: its commit, its run, its values, all or nothing. Knows no question that is asked of them later. */
#include "history/store_parts.h"

#include "base/random.h"
#include "history/instant.h"
#include "history/samples.h"

#include <stdlib.h>
#include <string.h>

/* Facts that were not known when the commit was first recorded are filled in; those that are there stay. */
static const char upsert_commit[] =
    "insert into assay_commit (name, parent, author_date, author_s, subject, place) values ($1, $2, $3, $4, $5, $6)"
    " on conflict (name) do update set parent = coalesce(assay_commit.parent, excluded.parent),"
    " author_date = coalesce(assay_commit.author_date, excluded.author_date),"
    " author_s = coalesce(assay_commit.author_s, excluded.author_s), subject = coalesce(assay_commit.subject, excluded.subject),"
    " place = coalesce(assay_commit.place, excluded.place) returning id";
/* Two writers of one document meet here: the second waits for the first, and then has no row. */
static const char insert_run[] =
    "insert into assay_run (document, commit_id, branch, fingerprint, created, source, token) values ($1, $2, $3, $4, $5, $6, $7)"
    " on conflict (document) do nothing returning id";
static const char select_token[] = "select token from assay_run where document = $1";
/* The newest is the one whose commit stands last; where that is not known, the one that came last. */
#define IS_NEWER                                                                                                       \
    "case when excluded.newest_place <> assay_series.newest_place then excluded.newest_place > assay_series.newest_place"                \
    " when excluded.newest_s <> assay_series.newest_s then excluded.newest_s > assay_series.newest_s else true end"
static const char upsert_series[] =
    "insert into assay_series (benchmark, unit, fingerprint, reference, points, newest_run, newest_place, newest_s)"
    " values ($1, $2, $3, $4, 1, $5, $6, $7) on conflict (benchmark, unit, fingerprint, reference) do update set"
    " points = assay_series.points + 1,"
    " newest_run = case when " IS_NEWER " then excluded.newest_run else assay_series.newest_run end,"
    " newest_place = case when " IS_NEWER " then excluded.newest_place else assay_series.newest_place end,"
    " newest_s = case when " IS_NEWER " then excluded.newest_s else assay_series.newest_s end returning id";
static const char insert_point[] =
    "insert into assay_point (series, run, value, low, high, status, flags) values ($1, $2, $3, $4, $5, $6, $7)";
static const char insert_samples[] = "insert into assay_samples (series, run, count, packed) values ($1, $2, $3, $4)";

struct recording {
    const struct assay_store_run *run;
    const struct assay_store_value **values; /* sorted: writers of the same series meet them in the same order, and none waits in a ring */
    int64_t token;                           /* of this call: after a connection was lost, tells our own row from another's */
    int64_t run_key;
    bool has_order, has_date;
    int64_t date;
    bool added;
};

/* ---- values in order ---- */

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static int compare_values(const void *a, const void *b)
{
    const struct assay_store_value *x = *(const struct assay_store_value *const *)a, *y = *(const struct assay_store_value *const *)b;
    int order = strcmp(x->benchmark, y->benchmark);
    order = order ? order : (x->unit > y->unit) - (x->unit < y->unit);
    return order ? order : strcmp(or_empty(x->reference), or_empty(y->reference));
}

static int check_values(const struct recording *recording, struct assay_error *error)
{
    const struct assay_store_run *run = recording->run;
    for (size_t i = 0; i < run->value_count; i++) {
        const struct assay_store_value *value = recording->values[i];
        const char *unit = assay_history_unit_word(value->unit);
        if (!unit || !value->benchmark[0]) {
            return assay_fail(error, ASSAY_EINPUT, "document '%s': a value without a benchmark or a unit", run->document);
        }
        if (i > 0 && compare_values(&recording->values[i - 1], &recording->values[i]) == 0) {
            return assay_fail(error, ASSAY_EINPUT, "document '%s' has benchmark '%s' twice in %s: want one value of each", run->document,
                              value->benchmark, unit);
        }
    }
    return 0;
}

/* ---- the transaction ---- */

static int put_commit(int64_t *key, const struct recording *recording, struct assay_database *database, struct assay_error *error)
{
    const struct assay_store_commit *commit = &recording->run->commit;
    const struct assay_cell cells[] = { assay_cell_text(commit->id),
                                        assay_cell_text(commit->parent),
                                        assay_cell_text(commit->author_date),
                                        assay_cell_integer_or_null(recording->has_date, recording->date),
                                        assay_cell_text(commit->subject),
                                        assay_cell_integer_or_null(recording->has_order, commit->order) };
    return commit->id ? ASSAY_STORE_RUN(database, upsert_commit, cells, assay_store_integer_row, key, error) : 0;
}

/* Sets run_key; 0: the document is there already. */
static int put_run(struct recording *recording, struct assay_database *database, struct assay_error *error)
{
    const struct assay_store_run *run = recording->run;
    int64_t commit = 0;
    int code = put_commit(&commit, recording, database, error);
    const struct assay_cell cells[] = { assay_cell_text(run->document),
                                        assay_cell_integer_or_null(commit != 0, commit),
                                        assay_cell_text(run->commit.branch),
                                        assay_cell_text(run->fingerprint),
                                        assay_cell_text(run->created),
                                        assay_cell_text(run->source),
                                        assay_cell_integer(recording->token) };
    return code ? code : ASSAY_STORE_RUN(database, insert_run, cells, assay_store_integer_row, &recording->run_key, error);
}

static int put_samples(int64_t series, const struct recording *recording, const struct assay_store_value *value,
                       struct assay_database *database, struct assay_error *error)
{
    void *packed = NULL;
    size_t length = 0;
    if (!value->samples || value->sample_count == 0) {
        return 0;
    }
    int code = assay_samples_pack(&packed, &length, value->samples, value->sample_count, error);
    if (code) {
        return code;
    }
    const struct assay_cell cells[] = { assay_cell_integer(series), assay_cell_integer(recording->run_key),
                                        assay_cell_integer((int64_t)value->sample_count), assay_cell_bytes(packed, length) };
    code = ASSAY_STORE_RUN(database, insert_samples, cells, NULL, NULL, error);
    free(packed);
    return code;
}

static int put_value(const struct recording *recording, const struct assay_store_value *value, struct assay_database *database,
                     struct assay_error *error)
{
    const struct assay_store_run *run = recording->run;
    int64_t series = 0;
    const struct assay_cell of[] = { assay_cell_text(value->benchmark),
                                     assay_cell_text(assay_history_unit_word(value->unit)),
                                     assay_cell_text(or_empty(run->fingerprint)),
                                     assay_cell_text(or_empty(value->reference)),
                                     assay_cell_integer(recording->run_key),
                                     assay_cell_integer_or_null(recording->has_order, run->commit.order),
                                     assay_cell_integer_or_null(recording->has_date, recording->date) };
    int code = ASSAY_STORE_RUN(database, upsert_series, of, assay_store_integer_row, &series, error);
    if (code) {
        return code;
    }
    const struct assay_cell point[] = { assay_cell_integer(series),
                                        assay_cell_integer(recording->run_key),
                                        assay_cell_real(value->value),
                                        assay_cell_real(value->low),
                                        assay_cell_real(value->high),
                                        assay_cell_text(value->status ? value->status : "ok"),
                                        assay_cell_text(or_empty(value->flags)) };
    code = ASSAY_STORE_RUN(database, insert_point, point, NULL, NULL, error);
    return code ? code : put_samples(series, recording, value, database, error);
}

static int record(void *context, struct assay_database *database, struct assay_error *error)
{
    struct recording *recording = context;
    const struct assay_cell document[] = { assay_cell_text(recording->run->document) };
    int64_t token = 0;
    bool there = false;
    recording->run_key = 0;
    /* Looked for first, so that a document that is there does not so much as fill in its commit's facts. */
    int code = ASSAY_STORE_RUN(database, select_token, document, assay_store_integer_row, &token, error);
    there = token != 0;
    recording->added = there && token == recording->token;
    if (code || there) {
        return code ? code : ASSAY_DATABASE_UNDO;
    }
    code = put_run(recording, database, error);
    recording->added = recording->run_key != 0;
    if (code || !recording->added) {
        return code ? code : ASSAY_DATABASE_UNDO;
    }
    for (size_t i = 0; i < recording->run->value_count && !code; i++) {
        code = put_value(recording, recording->values[i], database, error);
    }
    return code;
}

int assay_store_record(struct assay_store *store, const struct assay_store_run *run, bool *added, struct assay_error *error)
{
    struct recording recording = { .run = run,
                                   .values = calloc(run->value_count + 1, sizeof *recording.values),
                                   .token = (int64_t)(assay_random_fresh() | 1), /* 0: none */
                                   .has_order = run->commit.id && run->commit.order >= 0 };
    recording.has_date = run->commit.id && assay_history_instant(&recording.date, run->commit.author_date);
    if (!recording.values) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < run->value_count; i++) {
        recording.values[i] = &run->values[i];
    }
    qsort(recording.values, run->value_count, sizeof *recording.values, compare_values);
    int code = check_values(&recording, error);
    code = code ? code : assay_store_transact(store, ASSAY_TRANSACTION_WRITE, record, &recording, error);
    if (!code) {
        *added = recording.added;
    }
    free(recording.values);
    return code;
}
