/* A store in a file, by SQLite: the one place that knows that library. Knows no table. */
#include "history/database.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define BUSY_MS 60000
#define PREPARED 32

struct prepared {
    const char *sql;
    sqlite3_stmt *statement;
};
struct database {
    struct assay_database base;
    sqlite3 *handle;
    struct prepared prepared[PREPARED];
    size_t prepared_count;
    char *path;
    bool still; /* opened as a file that nobody writes to, because nothing can be written beside it */
    struct timespec written; /* when it was last written to, if `still` */
    off_t size;
};

static struct database *of(struct assay_database *database)
{
    return (struct database *)(void *)database;
}

/* ---- refusals ---- */

/* What the system said of the file, or of the log beside it: SQLite tells a full disk by a code of its own, and a file that may not grow by
 * this alone. */
static int last_errno(const struct database *database, int which)
{
    sqlite3_file *file = NULL;
    int why = 0;
    bool there = sqlite3_file_control(database->handle, "main", which, &file) == SQLITE_OK && file && file->pMethods;
    return there && file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &why) == SQLITE_OK ? why : 0;
}

static bool is_full(const struct database *database, int result)
{
    static const int files[] = { SQLITE_FCNTL_FILE_POINTER, SQLITE_FCNTL_JOURNAL_POINTER };
    bool full = (result & 0xff) == SQLITE_FULL || result == SQLITE_IOERR_SHMSIZE;
    for (size_t i = 0; i < 2 && !full && database->handle && (result & 0xff) == SQLITE_IOERR; i++) {
        int why = last_errno(database, files[i]);
        full = why == ENOSPC || why == EDQUOT || why == EFBIG;
    }
    return full;
}

/* `result` in one line that says what helps. */
static int refuse(const struct database *database, int result, struct assay_error *error)
{
    const char *name = database->base.name;
    bool said = database->handle && (sqlite3_errcode(database->handle) & 0xff) == (result & 0xff);
    const char *words = said ? sqlite3_errmsg(database->handle) : sqlite3_errstr(result);
    int primary = result & 0xff;
    if (is_full(database, result)) {
        return assay_fail(error, ASSAY_EIO, "store '%s': the disk is full or the file may not grow: free some space and do it again; "
                          "what was recorded before is whole", name);
    }
    switch (primary) {
    case SQLITE_BUSY:
    case SQLITE_PROTOCOL:
    case SQLITE_LOCKED:
        return assay_fail(error, ASSAY_EIO, "store '%s' is busy: others have written to it for %d s: do it again when they are done", name,
                          BUSY_MS / 1000);
    case SQLITE_NOTADB:
        return assay_fail(error, ASSAY_EINPUT, "'%s' is no store: want a file that 'assay track record' made", name);
    case SQLITE_CORRUPT:
        return assay_fail(error, ASSAY_EINPUT, "store '%s' is damaged or cut off (%s): bring back a copy of it, or save what is left by "
                          "'sqlite3 FILE .recover'", name, words);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return assay_fail(error, ASSAY_EIO, "store '%s' is read-only: want the right to write to it and to its directory", name);
    case SQLITE_CANTOPEN:
        return assay_fail(error, ASSAY_EIO, "cannot open store '%s': want the right to read it, and to write to it and its directory where "
                          "something is recorded", name);
    case SQLITE_NOMEM:
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    default:
        return assay_fail(error, ASSAY_EIO, "store '%s': %s", name, words);
    }
}

/* ---- statements ---- */

static void drop_prepared(struct database *database)
{
    for (size_t i = 0; i < database->prepared_count; i++) {
        sqlite3_finalize(database->prepared[i].statement);
    }
    database->prepared_count = 0;
}

static int prepare(sqlite3_stmt **statement, struct database *database, const char *sql, bool once)
{
    if (once) {
        return sqlite3_prepare_v3(database->handle, sql, -1, 0, statement, NULL);
    }
    for (size_t i = 0; i < database->prepared_count; i++) {
        if (database->prepared[i].sql == sql) {
            *statement = database->prepared[i].statement;
            return SQLITE_OK;
        }
    }
    if (database->prepared_count == PREPARED) {
        drop_prepared(database);
    }
    int result = sqlite3_prepare_v3(database->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
    if (result == SQLITE_OK) {
        database->prepared[database->prepared_count++] = (struct prepared){ sql, *statement };
    }
    return result;
}

/* "$3" is a name to SQLite, and its index the order in which names come: so it is asked for. */
static int bind(sqlite3_stmt *statement, size_t number, const struct assay_cell *cell)
{
    char parameter[32];
    (void)snprintf(parameter, sizeof parameter, "$%zu", number);
    int index = sqlite3_bind_parameter_index(statement, parameter);
    if (index == 0) {
        return SQLITE_MISUSE;
    }
    if (cell->null) {
        return sqlite3_bind_null(statement, index);
    }
    switch (cell->type) {
    case ASSAY_CELL_INTEGER:
        return sqlite3_bind_int64(statement, index, cell->integer);
    case ASSAY_CELL_REAL:
        return sqlite3_bind_double(statement, index, cell->real);
    case ASSAY_CELL_TEXT:
        return sqlite3_bind_text64(statement, index, cell->text, cell->length, SQLITE_STATIC, SQLITE_UTF8);
    case ASSAY_CELL_BYTES:
        break;
    }
    return sqlite3_bind_blob64(statement, index, cell->bytes, cell->length, SQLITE_STATIC);
}

static struct assay_cell cell_of(sqlite3_stmt *statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return assay_cell_integer(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
        return assay_cell_real(sqlite3_column_double(statement, column));
    case SQLITE_TEXT:
        return assay_cell_text((const char *)sqlite3_column_text(statement, column));
    case SQLITE_BLOB: {
        const void *bytes = sqlite3_column_blob(statement, column);
        return assay_cell_bytes(bytes ? bytes : "", (size_t)sqlite3_column_bytes(statement, column));
    }
    default:
        return (struct assay_cell){ .null = true };
    }
}

/* Rows to the callback until there are none. *code: what the callback said. */
static int step_rows(int *code, const struct assay_statement *wanted, sqlite3_stmt *statement, struct assay_error *error)
{
    struct assay_cell cells[ASSAY_DATABASE_COLUMNS];
    int result = SQLITE_OK, columns = sqlite3_column_count(statement);
    if (columns > ASSAY_DATABASE_COLUMNS) {
        return SQLITE_MISUSE;
    }
    while (*code == 0 && (result = sqlite3_step(statement)) == SQLITE_ROW) {
        for (int i = 0; i < columns; i++) {
            cells[i] = cell_of(statement, i);
        }
        *code = wanted->row ? wanted->row(wanted->context, cells, error) : 0;
    }
    return result == SQLITE_DONE || result == SQLITE_ROW ? SQLITE_OK : result;
}

static int run(struct assay_database *base, struct assay_statement *wanted, struct assay_error *error)
{
    struct database *database = of(base);
    sqlite3_stmt *statement = NULL;
    int code = 0, result = prepare(&statement, database, wanted->sql, wanted->once);
    for (size_t i = 0; i < wanted->count && result == SQLITE_OK; i++) {
        result = bind(statement, i + 1, &wanted->parameters[i]);
    }
    if (result == SQLITE_OK) {
        result = step_rows(&code, wanted, statement, error);
    }
    if (result != SQLITE_OK) {
        code = refuse(database, result, error); /* before the reset, which forgets why */
    }
    if (statement && !code) {
        wanted->changed = sqlite3_stmt_readonly(statement) ? 0 : (size_t)sqlite3_changes64(database->handle);
    }
    if (wanted->once) {
        sqlite3_finalize(statement);
    } else if (statement) {
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
    }
    return code;
}

/* ---- transactions ---- */

/* Some locks of WAL files do not wait by themselves: those of a first writer, and of who takes up what a killed one left. */
static int do_patiently(struct database *database, const char *sql)
{
    int64_t until = assay_clock_ns() + BUSY_MS * INT64_C(1000000);
    for (;;) {
        int result = sqlite3_exec(database->handle, sql, NULL, NULL, NULL), primary = result & 0xff;
        if ((primary != SQLITE_BUSY && primary != SQLITE_PROTOCOL) || assay_clock_ns() > until) {
            return result;
        }
        sqlite3_sleep(5);
    }
}

static int begin(struct assay_database *base, enum assay_transaction kind, struct assay_error *error)
{
    int result = do_patiently(of(base), kind == ASSAY_TRANSACTION_READ ? "begin" : "begin immediate");
    return result == SQLITE_OK ? 0 : refuse(of(base), result, error);
}

static bool has_log(const struct database *database)
{
    struct stat found;
    char *log = assay_formatted("%s-wal", database->path);
    bool there = !log || (stat(log, &found) == 0 && found.st_size > 0);
    free(log);
    return there;
}

/* Whether somebody wrote, after all, to a file that was taken to be still. */
static bool has_moved(const struct database *database)
{
    struct stat now;
    return stat(database->path, &now) != 0 || now.st_size != database->size || now.st_mtim.tv_sec != database->written.tv_sec ||
           now.st_mtim.tv_nsec != database->written.tv_nsec || has_log(database);
}

static int commit(struct assay_database *base, struct assay_error *error)
{
    struct database *database = of(base);
    if (database->still && has_moved(database)) {
        return assay_fail(error, ASSAY_EIO, "store '%s' was written to while it was read: do it again", base->name);
    }
    int result = do_patiently(database, "commit");
    return result == SQLITE_OK ? 0 : refuse(database, result, error);
}

static void rollback(struct assay_database *base)
{
    if (!sqlite3_get_autocommit(of(base)->handle)) { /* a full disk may have rolled it back */
        (void)sqlite3_exec(of(base)->handle, "rollback", NULL, NULL, NULL);
    }
}

/* Writers have waited for each other already, and a file does not go away. */
static bool recover(struct assay_database *base, int64_t *lost_ns, struct assay_error *error)
{
    (void)base, (void)lost_ns, (void)error;
    return false;
}

/* ---- opening ---- */

static void database_close(struct assay_database *base)
{
    struct database *database = of(base);
    drop_prepared(database);
    sqlite3_close(database->handle);
    free(database->path);
    free(base->name);
    free(database);
}

/* What the file system alone can say. */
static int check_file(const struct database *database, enum assay_store_mode mode, struct assay_error *error)
{
    const char *name = database->base.name;
    struct stat found;
    if (stat(database->path, &found) == 0) {
        if (S_ISREG(found.st_mode)) {
            return found.st_size > 0 || mode == ASSAY_STORE_CREATE
                       ? 0
                       : assay_fail(error, ASSAY_EINPUT, "'%s' is empty, and no store: want a file that 'assay track record' made", name);
        }
        return assay_fail(error, ASSAY_EINPUT, "'%s' is %s, and no store: want a file", name,
                          S_ISDIR(found.st_mode) ? "a directory" : "a device or a pipe");
    }
    int why = errno;
    if (why != ENOENT) {
        return assay_fail_errno(error, why, "cannot open store '%s'", name);
    }
    if (mode != ASSAY_STORE_CREATE) {
        return assay_fail(error, ASSAY_EINPUT, "no store '%s': 'assay track record --store' makes one", name);
    }
    char *directory = assay_path_directory(database->path);
    bool there = directory && assay_path_is_directory(directory);
    int code = there ? 0
                     : assay_fail(error, directory ? ASSAY_EIO : ASSAY_ENOMEM, "cannot make store '%s': there is no directory '%s'", name,
                                  directory ? directory : "");
    free(directory);
    return code;
}

static int connect_file(struct database *database, enum assay_store_mode mode, const char *how)
{
    int flags = mode == ASSAY_STORE_READ     ? SQLITE_OPEN_READONLY
                : mode == ASSAY_STORE_WRITE ? SQLITE_OPEN_READWRITE
                                            : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    struct assay_text uri = ASSAY_TEXT_INIT;
    assay_text_append(&uri, database->path[0] == '/' ? "file://" : "file:");
    for (const char *at = database->path; *at; at++) { /* what a URI takes for something else */
        assay_text_format(&uri, strchr("%?#", *at) ? "%%%02X" : "%c", (unsigned char)*at);
    }
    assay_text_append(&uri, how);
    sqlite3_close(database->handle);
    database->handle = NULL;
    int result = uri.failed ? SQLITE_NOMEM : sqlite3_open_v2(uri.bytes, &database->handle, flags | SQLITE_OPEN_URI, NULL);
    assay_text_release(&uri);
    if (result == SQLITE_OK) {
        sqlite3_extended_result_codes(database->handle, 1);
        result = sqlite3_busy_timeout(database->handle, BUSY_MS);
    }
    return result;
}

/* Whether its last page is not whole, which SQLite would fill with zeros. With a log beside it, the log has that page. Reads by SQLite's
 * own descriptor: to close another of the same file would let go of every lock that this process has on it. */
static bool is_cut_off(const struct database *database)
{
    unsigned char head[100] = { 0 };
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    if (has_log(database) || sqlite3_file_control(database->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || !file ||
        !file->pMethods || file->pMethods->xFileSize(file, &size) != SQLITE_OK || size < (sqlite3_int64)sizeof head ||
        file->pMethods->xRead(file, head, sizeof head, 0) != SQLITE_OK) {
        return false;
    }
    sqlite3_int64 page = head[16] << 8 | head[17];
    page = page == 1 ? 65536 : page; /* the file format's way to write it */
    return page > 0 && size % page != 0 && !has_log(database);
}

/* The first look into the file. */
static int look_inside(struct database *database)
{
    int result = do_patiently(database, "select count(*) from sqlite_master");
    return result == SQLITE_OK && is_cut_off(database) ? SQLITE_CORRUPT : result;
}

/* A reader of a WAL file makes a file of shared memory beside it. Where it may not, the file is read as one that nobody writes to: a
 * writer that is there has left a log, and then this does not hold. */
static int open_still(struct database *database, int result)
{
    struct stat found;
    int primary = result & 0xff;
    if ((primary != SQLITE_CANTOPEN && primary != SQLITE_READONLY) || has_log(database) || stat(database->path, &found) != 0) {
        return result;
    }
    database->still = true;
    database->written = found.st_mtim;
    database->size = found.st_size;
    result = connect_file(database, ASSAY_STORE_READ, "?immutable=1");
    return result == SQLITE_OK ? look_inside(database) : result;
}

static int connect_any(struct database *database, enum assay_store_mode mode, struct assay_error *error)
{
    int result = connect_file(database, mode, "");
    if (result == SQLITE_OK) {
        result = look_inside(database);
    }
    if (mode == ASSAY_STORE_READ && result != SQLITE_OK) {
        result = open_still(database, result);
    } else if (result == SQLITE_OK && mode != ASSAY_STORE_READ && sqlite3_db_readonly(database->handle, "main") == 1) {
        result = SQLITE_READONLY;
    }
    return result == SQLITE_OK ? 0 : refuse(database, result, error);
}

static int count_row(void *context, const struct assay_cell *cells, struct assay_error *error)
{
    (void)error;
    bool ours = !cells[1].null && cells[1].integer > 0;
    *(enum assay_database_content *)context = ours                   ? ASSAY_DATABASE_STORE
                                              : cells[0].integer > 0 ? ASSAY_DATABASE_OTHER
                                                                     : ASSAY_DATABASE_EMPTY;
    return 0;
}

static int look(enum assay_database_content *content, struct assay_database *base, struct assay_error *error)
{
    struct assay_statement tables = { .sql = "select count(*), sum(name = 'assay_schema') from sqlite_master",
                                      .row = count_row,
                                      .context = content };
    return assay_database_run(base, &tables, error);
}

/* Of our own file, or an empty one: many writers and readers, and nothing finished is lost when the power fails. */
static int settle(struct database *database, struct assay_error *error)
{
    enum assay_database_content content = ASSAY_DATABASE_OTHER;
    int code = look(&content, &database->base, error);
    if (code || content == ASSAY_DATABASE_OTHER) {
        return code;
    }
    int result = do_patiently(database, "pragma journal_mode = wal");
    result = result == SQLITE_OK ? do_patiently(database, "pragma synchronous = full; pragma foreign_keys = on") : result;
    return result == SQLITE_OK ? 0 : refuse(database, result, error);
}

static int database_open(struct assay_database **out, const char *address, const char *name, enum assay_store_mode mode,
                         struct assay_error *error)
{
    struct database *database = calloc(1, sizeof *database);
    if (!database) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    database->base.class = &assay_database_sqlite;
    database->base.name = assay_copy(name);
    database->path = assay_copy(address);
    int code = database->base.name && database->path ? check_file(database, mode, error)
                                                     : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    code = code ? code : connect_any(database, mode, error);
    code = code || mode == ASSAY_STORE_READ ? code : settle(database, error);
    if (code) {
        database_close(&database->base);
        return code;
    }
    *out = &database->base;
    return 0;
}

const struct assay_database_class assay_database_sqlite = {
    .identity = "integer primary key",
    .clustered = " without rowid",
    .open = database_open,
    .close = database_close,
    .look = look,
    .run = run,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .recover = recover,
};
