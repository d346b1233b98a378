/* A store on a PostgreSQL server: the one place that knows libpq. Knows no table. What it says is scrubbed of passwords. */
#include "history/database.h"

#include "base/clock.h"
#include "base/text.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define AGAIN_S 10 /* so long a server that went away is tried again */
#define PREPARED 32
#define MOST_SECRETS 8
/* Of pg_type.dat, which fixes them. */
enum { TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT4 = 23, TYPE_TEXT = 25, TYPE_FLOAT8 = 701 };

enum failure { FAILURE_NONE, FAILURE_LOST, FAILURE_CONFLICT, FAILURE_OTHER };
struct database {
    struct assay_database base;
    PGconn *connection;
    char *address;
    const char *prepared[PREPARED]; /* statements by their texts' addresses; their names are their places */
    size_t prepared_count;
    enum failure failure; /* the last */
};

static struct database *of(struct assay_database *database)
{
    return (struct database *)(void *)database;
}

/* ---- what may be said ---- */

/* Everything that libpq itself marks as not to be shown, and the password that it found elsewhere (a file, the environment). */
static size_t gather_secrets(const char **secrets, PQconninfoOption *options, PGconn *connection)
{
    size_t count = 0;
    if (connection && PQpass(connection)) {
        secrets[count++] = PQpass(connection);
    }
    for (PQconninfoOption *option = options; option && option->keyword && count < MOST_SECRETS; option++) {
        if (option->dispchar && option->dispchar[0] == '*' && option->val) {
            secrets[count++] = option->val;
        }
    }
    return count;
}

/* The first line of the server's or the library's words. Heap; NULL: out of memory. */
static char *words_of(const struct database *database, const char *words)
{
    const char *secrets[MOST_SECRETS];
    PQconninfoOption *options = PQconninfoParse(database->address, NULL);
    size_t count = gather_secrets(secrets, options, database->connection);
    char *scrubbed = assay_address_scrub(words ? words : "", secrets, count);
    PQconninfoFree(options);
    if (scrubbed) {
        scrubbed[strcspn(scrubbed, "\n")] = '\0';
    }
    return scrubbed;
}

static int refuse_words(const struct database *database, const char *format, const char *words, struct assay_error *error)
{
    char *said = words_of(database, words);
    struct assay_text text = ASSAY_TEXT_INIT;
    for (const char *at = format; *at; at++) { /* %n: the store, %w: the words */
        if (at[0] == '%' && (at[1] == 'n' || at[1] == 'w')) {
            assay_text_append(&text, at[1] == 'n' ? database->base.name : said ? said : "");
            at++;
        } else {
            assay_text_append_char(&text, *at);
        }
    }
    int code = text.failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : assay_fail(error, ASSAY_EIO, "%s", text.bytes);
    assay_text_release(&text);
    free(said);
    return code;
}

/* Beginnings of SQLSTATE, the longest first where it matters (PostgreSQL 15, appendix A). */
static const struct {
    const char *state;
    enum failure failure;
    const char *format;
} refusals[] = {
    { "57P01", FAILURE_LOST, "store '%n' went away: %w" },
    { "57P02", FAILURE_LOST, "store '%n' went away: %w" },
    { "57P03", FAILURE_LOST, "store '%n' takes nobody now: %w" },
    { "08", FAILURE_LOST, "store '%n' went away: %w" },
    { "40001", FAILURE_CONFLICT, "store '%n': other writers stand in the way: do it again (%w)" },
    { "40P01", FAILURE_CONFLICT, "store '%n': other writers stand in the way: do it again (%w)" },
    { "53100", FAILURE_OTHER, "store '%n': the server's disk is full: free some space and do it again; what was recorded before is whole (%w)" },
    { "25006", FAILURE_OTHER, "store '%n' is read-only: want a server that takes writes, and a user who may write (%w)" },
    { "42501", FAILURE_OTHER, "store '%n': the user lacks the right: want one who may use the tables assay_*, and make them the first time (%w)" },
    { "", FAILURE_OTHER, "store '%n': %w" },
};

static int refuse(struct database *database, const PGresult *result, struct assay_error *error)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *words = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    bool lost = PQstatus(database->connection) == CONNECTION_BAD;
    size_t i = 0;
    state = lost ? "08" : state ? state : "";
    while (strncmp(state, refusals[i].state, strlen(refusals[i].state)) != 0) {
        i++;
    }
    database->failure = refusals[i].failure;
    return refuse_words(database, refusals[i].format, words ? words : PQerrorMessage(database->connection), error);
}

/* ---- connecting ---- */

static void say_nothing(void *context, const char *message)
{
    (void)context, (void)message;
}

/* True: there is one. What stands before the address is the default, what stands behind it holds. */
static bool connect_once(struct database *database)
{
    const char *const keywords[] = { "connect_timeout", "tcp_user_timeout", "keepalives_idle", "fallback_application_name", "dbname",
                                     "client_encoding", NULL };
    const char *const values[] = { "5", "15000", "10", "assay", database->address, "UTF8", NULL };
    PQfinish(database->connection);
    database->prepared_count = 0;
    database->connection = PQconnectdbParams(keywords, values, 1);
    PQsetNoticeProcessor(database->connection, say_nothing, NULL);
    return PQstatus(database->connection) == CONNECTION_OK;
}

static void wait_a_moment(void)
{
    const struct timespec moment = { .tv_nsec = 100000000 };
    nanosleep(&moment, NULL);
}

/* A server that is just being started answers that it takes nobody yet. */
static bool is_starting(const struct database *database)
{
    const char *const keywords[] = { "connect_timeout", "dbname", NULL };
    const char *const values[] = { "5", database->address, NULL };
    return PQpingParams(keywords, values, 1) == PQPING_REJECT;
}

static int connect_first(struct database *database, struct assay_error *error)
{
    int64_t until = assay_clock_ns() + AGAIN_S * INT64_C(1000000000);
    while (!connect_once(database)) {
        if (!is_starting(database) || assay_clock_ns() > until) {
            return refuse_words(database, "cannot reach store '%n': %w", PQerrorMessage(database->connection), error);
        }
        wait_a_moment();
    }
    return 0;
}

static bool recover(struct assay_database *base, int64_t *lost_ns, struct assay_error *error)
{
    struct database *database = of(base);
    if (database->failure != FAILURE_LOST) {
        return database->failure == FAILURE_CONFLICT;
    }
    int64_t now = assay_clock_ns();
    *lost_ns = *lost_ns ? *lost_ns : now;
    for (; now < *lost_ns + AGAIN_S * INT64_C(1000000000); now = assay_clock_ns()) {
        if (connect_once(database)) {
            return true;
        }
        wait_a_moment();
    }
    refuse_words(database, "store '%n' went away and was not back within 10 s: do it again when the server is there (%w)",
                 PQerrorMessage(database->connection), error);
    return false;
}

static void database_close(struct assay_database *base)
{
    struct database *database = of(base);
    PQfinish(database->connection);
    free(database->address);
    free(base->name);
    free(database);
}

static int database_open(struct assay_database **out, const char *address, const char *name, enum assay_store_mode mode,
                         struct assay_error *error)
{
    (void)mode; /* a reader's transactions are read-only */
    struct database *database = calloc(1, sizeof *database);
    if (!database) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    database->base.class = &assay_database_postgresql;
    database->base.name = assay_copy(name);
    database->address = assay_copy(address);
    PQconninfoOption *options = database->address ? PQconninfoParse(address, NULL) : NULL;
    int code = 0;
    if (!database->base.name || !database->address) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (!options) { /* libpq's words repeat the address */
        code = assay_fail(error, ASSAY_EUSAGE, "bad address of a store '%s': want postgresql://USER:PASSWORD@HOST:PORT/DATABASE", name);
    } else {
        code = connect_first(database, error);
    }
    PQconninfoFree(options);
    if (code) {
        database_close(&database->base);
        return code;
    }
    *out = &database->base;
    return 0;
}

/* ---- statements ---- */

struct arguments {
    Oid types[ASSAY_DATABASE_PARAMETERS];
    const char *values[ASSAY_DATABASE_PARAMETERS];
    int lengths[ASSAY_DATABASE_PARAMETERS];
    int binary[ASSAY_DATABASE_PARAMETERS];
    uint64_t numbers[ASSAY_DATABASE_PARAMETERS]; /* in the network's order of bytes */
};

/* False: longer than the protocol can say. */
static bool set_argument(struct arguments *arguments, size_t i, const struct assay_cell *cell)
{
    static const Oid types[] = { [ASSAY_CELL_INTEGER] = TYPE_INT8,
                                 [ASSAY_CELL_REAL] = TYPE_FLOAT8,
                                 [ASSAY_CELL_TEXT] = TYPE_TEXT,
                                 [ASSAY_CELL_BYTES] = TYPE_BYTEA };
    bool number = cell->type == ASSAY_CELL_INTEGER || cell->type == ASSAY_CELL_REAL;
    uint64_t bits = (uint64_t)cell->integer;
    if (cell->type == ASSAY_CELL_REAL) {
        memcpy(&bits, &cell->real, sizeof bits);
    }
    arguments->types[i] = types[cell->type];
    arguments->numbers[i] = htobe64(bits);
    const char *bytes = cell->type == ASSAY_CELL_TEXT ? cell->text : cell->bytes;
    arguments->values[i] = cell->null ? NULL : number ? (const char *)&arguments->numbers[i] : bytes;
    arguments->lengths[i] = number ? (int)sizeof bits : (int)cell->length;
    arguments->binary[i] = 1;
    return cell->length <= INT32_MAX / 2;
}

static struct assay_cell cell_of(const PGresult *result, int row, int column)
{
    const char *value = PQgetvalue(result, row, column);
    size_t length = (size_t)PQgetlength(result, row, column);
    uint64_t bits = 0;
    uint32_t half = 0;
    double real = 0;
    if (PQgetisnull(result, row, column)) {
        return (struct assay_cell){ .null = true };
    }
    switch (PQftype(result, column)) {
    case TYPE_BOOL:
        return assay_cell_integer(value[0]);
    case TYPE_INT4:
        memcpy(&half, value, sizeof half);
        return assay_cell_integer((int32_t)be32toh(half));
    case TYPE_INT8:
        memcpy(&bits, value, sizeof bits);
        return assay_cell_integer((int64_t)be64toh(bits));
    case TYPE_FLOAT8:
        memcpy(&bits, value, sizeof bits);
        bits = be64toh(bits);
        memcpy(&real, &bits, sizeof real);
        return assay_cell_real(real);
    case TYPE_BYTEA:
        return assay_cell_bytes(value, length);
    default:
        return assay_cell_text(value);
    }
}

static int rows_of(const struct assay_statement *wanted, const PGresult *result, struct assay_error *error)
{
    struct assay_cell cells[ASSAY_DATABASE_COLUMNS];
    int rows = PQntuples(result), columns = PQnfields(result), code = 0;
    if (!wanted->row || columns > ASSAY_DATABASE_COLUMNS) {
        return 0;
    }
    for (int row = 0; row < rows && code == 0; row++) {
        for (int column = 0; column < columns; column++) {
            cells[column] = cell_of(result, row, column);
        }
        code = wanted->row(wanted->context, cells, error);
    }
    return code;
}

/* The place of a statement among the prepared; -1: it could not be. */
static int prepare(struct database *database, const struct assay_statement *wanted, const struct arguments *arguments,
                   struct assay_error *error)
{
    for (size_t i = 0; i < database->prepared_count; i++) {
        if (database->prepared[i] == wanted->sql) {
            return (int)i;
        }
    }
    char name[32];
    size_t place = database->prepared_count;
    (void)snprintf(name, sizeof name, "s%zu", place);
    PGresult *result = PQprepare(database->connection, name, wanted->sql, (int)wanted->count, arguments->types);
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (good) {
        database->prepared[database->prepared_count++] = wanted->sql;
    } else {
        refuse(database, result, error);
    }
    PQclear(result);
    return good ? (int)place : -1;
}

static PGresult *execute(struct database *database, const struct assay_statement *wanted, const struct arguments *arguments,
                         struct assay_error *error)
{
    int count = (int)wanted->count;
    bool known = database->prepared_count < PREPARED;
    for (size_t i = 0; i < database->prepared_count && !known; i++) {
        known = database->prepared[i] == wanted->sql;
    }
    if (wanted->once || !known) {
        return PQexecParams(database->connection, wanted->sql, count, arguments->types, arguments->values, arguments->lengths,
                            arguments->binary, 1);
    }
    char name[32];
    int place = prepare(database, wanted, arguments, error);
    (void)snprintf(name, sizeof name, "s%d", place);
    return place < 0 ? NULL
                     : PQexecPrepared(database->connection, name, count, arguments->values, arguments->lengths, arguments->binary, 1);
}

static int run(struct assay_database *base, struct assay_statement *wanted, struct assay_error *error)
{
    struct database *database = of(base);
    struct arguments arguments;
    database->failure = FAILURE_OTHER;
    for (size_t i = 0; i < wanted->count; i++) {
        if (!set_argument(&arguments, i, &wanted->parameters[i])) {
            return assay_fail(error, ASSAY_EINPUT, "store '%s': a text or samples of more than a gigabyte", base->name);
        }
    }
    struct assay_error refusal = { 0 };
    PGresult *result = execute(database, wanted, &arguments, &refusal);
    ExecStatusType status = PQresultStatus(result);
    int code = 0;
    if (refusal.code) {
        code = assay_fail(error, refusal.code, "%s", refusal.text);
    } else if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        code = refuse(database, result, error);
    } else {
        bool wrote = strncmp(PQcmdStatus(result), "SELECT", 6) != 0;
        wanted->changed = wrote ? strtoul(PQcmdTuples(result), NULL, 10) : 0;
        code = rows_of(wanted, result, error);
    }
    PQclear(result);
    return code;
}

static int run_text(struct database *database, const char *sql, struct assay_error *error)
{
    PGresult *result = PQexec(database->connection, sql);
    ExecStatusType status = PQresultStatus(result);
    int code = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK ? 0 : refuse(database, result, error);
    PQclear(result);
    return code;
}

/* ---- transactions ---- */

/* Who reads the schema's number holds this table until the end of the transaction: so an upgrade has nobody beside it. The number of
 * the advisory lock is "assay" in ASCII; it stands for the table before there is one. */
static const char alone[] =
    "select pg_advisory_xact_lock(418548769145);"
    "do $$ begin if to_regclass('assay_schema') is not null then lock table assay_schema in access exclusive mode; end if; end $$";

static int begin(struct assay_database *base, enum assay_transaction kind, struct assay_error *error)
{
    struct database *database = of(base);
    database->failure = FAILURE_OTHER;
    int code = run_text(database, kind == ASSAY_TRANSACTION_READ ? "begin isolation level repeatable read read only"
                                                                 : "begin isolation level read committed", error);
    if (!code && kind == ASSAY_TRANSACTION_SCHEMA) {
        code = run_text(database, alone, error);
    }
    if (code) {
        base->class->rollback(base);
    }
    return code;
}

static int commit(struct assay_database *base, struct assay_error *error)
{
    return run_text(of(base), "commit", error);
}

static void rollback(struct assay_database *base)
{
    enum failure failure = of(base)->failure;
    (void)run_text(of(base), "rollback", NULL);
    of(base)->failure = failure;
}

static int there_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    (void)error;
    *(enum assay_database_content *)context = cells[0].integer ? ASSAY_DATABASE_STORE : ASSAY_DATABASE_EMPTY;
    return 0;
}

/* A team's database may hold other things: ours have names that begin with "assay_". Asked of the catalog as a table, which the transaction
 * sees as it sees all others: to_regclass would find one that was made a moment ago, and the transaction then no row in it. */
static int look(enum assay_database_content *content, struct assay_database *base, struct assay_error *error)
{
    struct assay_statement statement = {
        .sql = "select exists (select 1 from pg_class where relname = 'assay_schema' and relkind = 'r' and pg_table_is_visible(oid))",
        .row = there_row,
        .context = content
    };
    return assay_database_run(base, &statement, error);
}

const struct assay_database_class assay_database_postgresql = {
    .identity = "bigint primary key generated by default as identity",
    .clustered = "",
    .open = database_open,
    .close = database_close,
    .look = look,
    .run = run,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .recover = recover,
};
