/* The tables, and the way from each schema to the next: a new store goes the same way as an old one. Knows no value. */
#include "history/store_parts.h"

#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Statements of one schema, in the words of both databases but for {identity} and {clustered}. They are never changed, only followed by
 * others: there are stores that were made by them. Names begin with assay_: a team's database may hold other tables. */
static const char *const first[] = {
    "create table assay_schema (version bigint not null)",
    "create table assay_commit (id {identity}, name text not null unique, parent text, author_date text, author_s bigint, subject text,"
    " place bigint)",
    "create table assay_run (id {identity}, document text not null unique, commit_id bigint references assay_commit (id), branch text,"
    " fingerprint text, created text, source text, token bigint not null)",
    /* Not known is '': NULLs would not be unique. */
    "create table assay_series (id {identity}, benchmark text not null, unit text not null, fingerprint text not null,"
    " reference text not null, unique (benchmark, unit, fingerprint, reference))",
    "create table assay_point (series bigint not null references assay_series (id), run bigint not null references assay_run (id),"
    " value double precision, low double precision, high double precision, status text not null, flags text not null,"
    " primary key (series, run)){clustered}",
    /* Apart from the points, so that a series lies close together. */
    "create table assay_samples (series bigint not null references assay_series (id), run bigint not null references assay_run (id),"
    " count bigint not null, packed bytea not null, primary key (series, run)){clustered}",
    "create table assay_decision (id {identity}, benchmark text not null, commit_name text not null, who text not null,"
    " decided text not null, reason text not null, token bigint not null unique)",
    "create table assay_report (benchmark text not null, commit_name text not null, told text not null, token bigint not null,"
    " primary key (benchmark, commit_name)){clustered}",
    "insert into assay_schema (version) values (1)",
    NULL,
};
/* What a list of a million runs shows stands in the series, or it would have to count. */
static const char *const second[] = {
    "alter table assay_series add column points bigint not null default 0",
    "alter table assay_series add column newest_run bigint",
    "alter table assay_series add column newest_place bigint",
    "alter table assay_series add column newest_s bigint",
    "update assay_series set points = (select count(*) from assay_point p where p.series = assay_series.id),"
    " newest_run = (select r.id from assay_point p join assay_run r on r.id = p.run left join assay_commit c on c.id = r.commit_id"
    " where p.series = assay_series.id order by c.place desc nulls last, c.author_s desc nulls last, r.id desc limit 1)",
    "update assay_series set"
    " newest_place = (select c.place from assay_run r join assay_commit c on c.id = r.commit_id where r.id = newest_run),"
    " newest_s = (select c.author_s from assay_run r join assay_commit c on c.id = r.commit_id where r.id = newest_run)",
    NULL,
};
static const char *const *const steps[ASSAY_STORE_SCHEMA] = { first, second };

/* ---- what is there ---- */

struct settling {
    enum assay_store_mode mode;
    int64_t wanted;
    enum assay_database_content content;
    int64_t version; /* 0: no tables */
};

static int refuse_newer(const struct assay_database *database, int64_t version, struct assay_error *error)
{
    return assay_fail(error, ASSAY_EINPUT, "store '%s' was made by a newer assay: schema %lld, this one knows %d: want that assay",
                      database->name, (long long)version, ASSAY_STORE_SCHEMA);
}

static int read_version(int64_t *version, struct assay_database *database, struct assay_error *error)
{
    struct assay_statement statement = { .sql = "select version from assay_schema", .row = assay_store_integer_row, .context = version };
    *version = -1;
    int code = assay_database_run(database, &statement, error);
    if (!code && *version < 1) {
        code = assay_fail(error, ASSAY_EINPUT, "'%s' is no store: its table assay_schema has no version", database->name);
    }
    return code;
}

static int look(void *context, struct assay_database *database, struct assay_error *error)
{
    struct settling *settling = context;
    int code = database->class->look(&settling->content, database, error);
    settling->version = 0;
    return code || settling->content != ASSAY_DATABASE_STORE ? code : read_version(&settling->version, database, error);
}

/* ---- making and upgrading ---- */

/* Heap. */
static char *in_dialect(const char *sql, const struct assay_database_class *class)
{
    const char *const words[][2] = { { "{identity}", class->identity }, { "{clustered}", class->clustered } };
    struct assay_text text = ASSAY_TEXT_INIT;
    while (*sql) {
        size_t i = 0;
        while (i < 2 && strncmp(sql, words[i][0], strlen(words[i][0])) != 0) {
            i++;
        }
        if (i < 2) {
            assay_text_append(&text, words[i][1]);
            sql += strlen(words[i][0]);
        } else {
            assay_text_append_char(&text, *sql++);
        }
    }
    return assay_text_take(&text);
}

static int take_step(const char *const *statements, struct assay_database *database, struct assay_error *error)
{
    int code = 0;
    for (; *statements && !code; statements++) {
        char *sql = in_dialect(*statements, database->class);
        struct assay_statement statement = { .sql = sql, .once = true };
        code = sql ? assay_database_run(database, &statement, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
        free(sql);
    }
    return code;
}

/* Alone: another may have done it since it was looked at. */
static int upgrade(void *context, struct assay_database *database, struct assay_error *error)
{
    struct settling *settling = context;
    int code = look(settling, database, error);
    if (!code && settling->version > settling->wanted) {
        return refuse_newer(database, settling->version, error);
    }
    for (; settling->version < settling->wanted && !code; settling->version++) {
        code = take_step(steps[settling->version], database, error);
    }
    const struct assay_cell cells[] = { assay_cell_integer(settling->wanted) };
    return code ? code : ASSAY_STORE_RUN(database, "update assay_schema set version = $1", cells, NULL, NULL, error);
}

int assay_store_settle(struct assay_database *database, enum assay_store_mode mode, int64_t wanted, struct assay_error *error)
{
    struct settling settling = { .mode = mode, .wanted = wanted };
    int code = assay_database_transact(database, ASSAY_TRANSACTION_READ, look, &settling, error);
    if (code) {
        return code;
    }
    if (settling.content == ASSAY_DATABASE_OTHER) {
        return assay_fail(error, ASSAY_EINPUT, "'%s' is a database of something else, and no store: want another file", database->name);
    }
    if (settling.version > wanted) {
        return refuse_newer(database, settling.version, error);
    }
    if (settling.content == ASSAY_DATABASE_EMPTY && mode != ASSAY_STORE_CREATE) {
        return assay_fail(error, ASSAY_EINPUT, "no store in '%s': 'assay track record --store' makes one", database->name);
    }
    if (settling.version < wanted && mode == ASSAY_STORE_READ) {
        return assay_fail(error, ASSAY_EINPUT, "store '%s' was made by an older assay: schema %lld, this one reads %d: the next 'assay track "
                          "record' upgrades it", database->name, (long long)settling.version, ASSAY_STORE_SCHEMA);
    }
    return settling.version == wanted ? 0 : assay_database_transact(database, ASSAY_TRANSACTION_SCHEMA, upgrade, &settling, error);
}

/* ---- every transaction ---- */

struct checked {
    assay_work work;
    void *context;
};

static int check_and_work(void *context, struct assay_database *database, struct assay_error *error)
{
    const struct checked *checked = context;
    int64_t version = 0;
    int code = read_version(&version, database, error);
    if (!code && version != ASSAY_STORE_SCHEMA) {
        code = refuse_newer(database, version, error);
    }
    return code ? code : checked->work(checked->context, database, error);
}

int assay_store_transact(struct assay_store *store, enum assay_transaction kind, assay_work work, void *context, struct assay_error *error)
{
    struct checked checked = { work, context };
    assert(store->mode != ASSAY_STORE_READ || kind == ASSAY_TRANSACTION_READ);
    return assay_database_transact(store->database, kind, check_and_work, &checked, error);
}
