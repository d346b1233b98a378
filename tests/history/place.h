/* Where the tests of the store work: a fresh store of either kind, statements behind the store's back, and writers at once. The kind is the
 * environment's: ASSAY_TEST_SERVER is a server's address, or it is files. */
#ifndef ASSAY_TESTS_HISTORY_PLACE_H
#define ASSAY_TESTS_HISTORY_PLACE_H

#include "base/file.h"
#include "base/text.h"
#include "history/database.h"
#include "history/store_parts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char place_directory[] = "/tmp/assay-history-XXXXXX";
static size_t place_count;

static bool place_child; /* one of the writers: no test goes on in it */

static inline void give_up(const char *what, const char *why)
{
    if (place_child) {
        fprintf(stderr, "%s: %s\n", what, why);
        _exit(200);
    }
    fail_msg("%s: %s", what, why);
}

static inline const char *place_server(void)
{
    return getenv("ASSAY_TEST_SERVER");
}

static inline int place_make(void **state)
{
    (void)state;
    return mkdtemp(place_directory) ? 0 : -1;
}

static inline int place_remove(void **state)
{
    (void)state;
    char *command = assay_formatted("rm -rf '%s'", place_directory);
    int status = system(command);
    free(command);
    return status;
}

/* One statement after another behind the store's back; ";\n" ends one. */
static inline void behind_the_back(const char *address, const char *statements)
{
    struct assay_error error = { 0 };
    struct assay_database *database = NULL;
    if (assay_database_open(&database, address, ASSAY_STORE_CREATE, &error)) {
        give_up(address, error.text);
    }
    char *copy = assay_copy(statements);
    for (char *at = copy, *end; *at; at = end) {
        end = strstr(at, ";\n");
        end = end ? end : at + strlen(at);
        while (*end == ';' || *end == '\n') {
            *end++ = '\0';
        }
        struct assay_statement statement = { .sql = at, .once = true };
        if (assay_database_run(database, &statement, &error)) {
            give_up(at, error.text);
        }
    }
    free(copy);
    assay_database_close(database);
}

/* The number that a statement gives. */
static inline int64_t number_of(const char *address, const char *sql)
{
    struct assay_error error = { 0 };
    struct assay_database *database = NULL;
    int64_t number = -1;
    struct assay_statement statement = { .sql = sql, .once = true, .row = assay_store_integer_row, .context = &number };
    if (assay_database_open(&database, address, ASSAY_STORE_WRITE, &error) || assay_database_run(database, &statement, &error)) {
        give_up(sql, error.text);
    }
    assay_database_close(database);
    return number;
}

/* The address of a store that is not there yet; on a server, of an empty database. Heap. */
static inline char *fresh_address(void)
{
    const char *server = place_server();
    size_t number = place_count++;
    if (!server) {
        return assay_formatted("%s/%zu.db", place_directory, number);
    }
    char *sql = assay_formatted("create database t%zu", number);
    behind_the_back(server, sql);
    free(sql);
    return assay_formatted("%.*s/t%zu", (int)(strrchr(server, '/') - server), server, number);
}

static inline struct assay_store *opened(const char *address, enum assay_store_mode mode)
{
    struct assay_error error = { 0 };
    struct assay_store *store = NULL;
    if (assay_store_open(&store, address, mode, &error)) {
        give_up("opening", error.text);
    }
    return store;
}

/* What opening it is refused with. */
static inline struct assay_error refusal_of(const char *address, enum assay_store_mode mode)
{
    struct assay_error error = { 0 };
    struct assay_store *store = NULL;
    if (assay_store_open(&store, address, mode, &error) == 0) {
        fail_msg("'%s' is opened in mode %d", address, (int)mode);
    }
    assert_null(store);
    return error;
}

#define assert_refused(error, wanted_code, words)                                                                      \
    do {                                                                                                               \
        assert_int_equal((error).code, wanted_code);                                                                   \
        if (!strstr((error).text, words)) {                                                                            \
            fail_msg("'%s' does not say '%s'", (error).text, words);                                                   \
        }                                                                                                              \
    } while (0)

/* ---- writers at once ---- */

/* Runs the work in so many processes that begin together, each told which it is; their exit statuses must be below 128, and are added. */
static inline int at_once(int writers, int (*work)(int writer, void *context), void *context)
{
    int gate[2], sum = 0;
    pid_t children[32];
    assert_int_equal(pipe(gate), 0);
    fflush(NULL);
    for (int i = 0; i < writers; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            char byte;
            place_child = true;
            close(gate[1]);
            if (read(gate[0], &byte, 1) < 0) { /* until all are there and the last end of the gate is closed */
                _exit(255);
            }
            _exit(work(i, context));
        }
    }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < writers; i++) {
        int status = 0;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status));
        assert_in_range(WEXITSTATUS(status), 0, 127);
        sum += WEXITSTATUS(status);
    }
    return sum;
}

/* ---- runs ---- */

static inline struct assay_store_value ratio_of(const char *benchmark, double value)
{
    return (struct assay_store_value){ .benchmark = benchmark,
                                       .unit = ASSAY_HISTORY_RATIO,
                                       .reference = "pinned",
                                       .value = value,
                                       .low = value * 0.99,
                                       .high = value * 1.01,
                                       .status = "ok",
                                       .flags = "" };
}

/* Order and date not known. */
static inline struct assay_store_run run_of(const char *document, const char *commit, const struct assay_store_value *values, size_t count)
{
    return (struct assay_store_run){ .document = document,
                                     .fingerprint = "machine",
                                     .created = "2026-03-01T10:00:00Z",
                                     .source = "assay",
                                     .commit = { .id = commit, .order = -1 },
                                     .values = values,
                                     .value_count = count };
}

static inline bool record_run(struct assay_store *store, const struct assay_store_run *run)
{
    struct assay_error error = { 0 };
    bool added = false;
    if (assay_store_record(store, run, &added, &error)) {
        give_up(run->document, error.text);
    }
    return added;
}

/* One ratio of benchmark "b" at a commit. */
static inline bool record_at(struct assay_store *store, const char *document, const char *commit, int64_t order, const char *date)
{
    const struct assay_store_value value = ratio_of("b", 1.5);
    struct assay_store_run run = run_of(document, commit, &value, 1);
    run.commit.order = order;
    run.commit.author_date = date;
    return record_run(store, &run);
}

struct found {
    struct assay_history_series *series;
    size_t count;
};

static inline struct found find(struct assay_store *store, const struct assay_store_query *query)
{
    struct assay_error error = { 0 };
    struct found found = { NULL, 0 };
    if (assay_store_series(&found.series, &found.count, store, query, &error)) {
        give_up("series", error.text);
    }
    return found;
}

static inline void release_found(struct found *found)
{
    for (size_t i = 0; i < found->count; i++) {
        assay_history_release(&found->series[i]);
    }
    free(found->series);
}

/* The documents of the one series that is found, with blanks between; "" of none. Heap. */
static inline char *documents_of(struct assay_store *store, const struct assay_store_query *query)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    struct found found = find(store, query);
    assert_true(found.count <= 1);
    for (size_t i = 0; i < found.count; i++) {
        for (size_t k = 0; k < found.series[i].point_count; k++) {
            assay_text_format(&text, "%s%s", k > 0 ? " " : "", found.series[i].points[k].document);
        }
    }
    release_found(&found);
    return assay_text_take(&text);
}

#define assert_documents(store, wanted, ...)                                                                           \
    do {                                                                                                               \
        char *documents = documents_of(store, &(struct assay_store_query){ __VA_ARGS__ });                             \
        assert_string_equal(documents, wanted);                                                                        \
        free(documents);                                                                                               \
    } while (0)

#endif
