/* One program at a store, for tests that kill it, stop its server or time it. Each command is a line of usage below. */
#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "history/database.h"
#include "history/store_parts.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define VALUES 3
#define SAMPLES 50

static const char usage[] =
    "usage: history_driver write ADDRESS WRITER [early|large]  records WRITER-0, WRITER-1, ... and says each when it is recorded, until it is\n"
    "                                                    killed; early: before it is recorded, which is wrong; large: with many samples\n"
    "       history_driver check ADDRESS  reads what writers said: each is there once and whole\n"
    "       history_driver once ADDRESS   records, reports and accepts once, and says what it was told\n"
    "       history_driver make ADDRESS   makes a store with one document in it\n"
    "       history_driver time ADDRESS WHAT TIMES  nanoseconds of record, series or list, one a line\n"
    "       history_driver run ADDRESS    runs SQL from standard input, one statement\n";

static int say_error(const struct assay_error *error)
{
    fprintf(stderr, "%s\n", error->text);
    return 1;
}

/* ---- recording ---- */

static int record(struct assay_store *store, const char *document, int64_t order, size_t samples, bool *added, struct assay_error *error)
{
    static const char *const benchmarks[VALUES] = { "sieve", "sort", "squares" };
    static double times[65536];
    struct assay_store_value values[VALUES];
    char commit[64];
    struct assay_random random;
    assay_random_init(&random, (uint64_t)order);
    (void)snprintf(commit, sizeof commit, "%040" PRId64, order);
    for (size_t i = 0; i < samples; i++) {
        times[i] = 1000 + 50 * assay_random_real(&random);
    }
    for (size_t i = 0; i < VALUES; i++) {
        values[i] = (struct assay_store_value){ .benchmark = benchmarks[i],
                                                .unit = ASSAY_HISTORY_RATIO,
                                                .reference = "pinned",
                                                .value = 1,
                                                .low = 0.9,
                                                .high = 1.1,
                                                .status = "ok",
                                                .flags = "",
                                                .samples = times,
                                                .sample_count = samples };
    }
    const struct assay_store_run run = { .document = document,
                                         .fingerprint = "machine",
                                         .created = "2026-03-01T10:00:00Z",
                                         .source = "assay",
                                         .commit = { .id = commit, .branch = "main", .order = order },
                                         .values = values,
                                         .value_count = VALUES };
    return assay_store_record(store, &run, added, error);
}

/* In one piece: nobody reads half an id. */
static void say(const char *document)
{
    char line[80];
    int length = snprintf(line, sizeof line, "%s\n", document);
    if (write(STDOUT_FILENO, line, (size_t)length) != length) {
        _exit(3);
    }
}

static int write_on(struct assay_store *store, const char *writer, const char *how)
{
    bool early = how && strcmp(how, "early") == 0, large = how && strcmp(how, "large") == 0;
    for (int64_t i = 0;; i++) {
        struct assay_error error = { 0 };
        char document[64];
        bool added = false;
        (void)snprintf(document, sizeof document, "%s-%" PRId64, writer, i);
        if (early) {
            say(document);
        }
        if (record(store, document, i, large ? 65536 : SAMPLES, &added, &error)) {
            return say_error(&error);
        }
        if (!added) {
            fprintf(stderr, "%s: was there already\n", document);
            return 2;
        }
        if (!early) {
            say(document);
        }
    }
}

static int once(struct assay_store *store)
{
    struct assay_error error = { 0 };
    const struct assay_store_decision decision = { "sieve", "c", "Ada", "2026-03-01T10:00:00Z", "wanted" };
    bool added = false, first = false;
    if (record(store, "once", 0, SAMPLES, &added, &error) ||
        assay_store_report(store, "sieve", "c", "2026-03-01T10:00:00Z", &first, &error) ||
        assay_store_accept(store, &decision, &error)) {
        return say_error(&error);
    }
    printf("added %d first %d\n", added, first);
    return 0;
}

/* ---- checking ---- */

static int number(int64_t *out, struct assay_database *database, const char *sql, struct assay_error *error)
{
    struct assay_statement statement = { .sql = sql, .once = true, .row = assay_store_integer_row, .context = out };
    *out = -1;
    return assay_database_run(database, &statement, error);
}

/* What must be 0 in every store that is well. */
static const struct {
    const char *sql, *words;
} zeros[] = {
    { "select count(*) from assay_run r where 3 <> (select count(*) from assay_point p where p.run = r.id)", "half a document: points are missing" },
    { "select count(*) from assay_run r where 3 <> (select count(*) from assay_samples s where s.run = r.id)", "half a document: samples are missing" },
    { "select count(*) from assay_point p where not exists (select 1 from assay_run r where r.id = p.run)", "a point of no document" },
    { "select count(*) from assay_series s where s.points <> (select count(*) from assay_point p where p.series = s.id)", "a series that counts wrong" },
    { "select count(*) - count(distinct document) from assay_run", "a document twice" },
};

static int check_said(struct assay_database *database, struct assay_error *error)
{
    char line[80];
    int said = 0, problems = 0;
    while (fgets(line, sizeof line, stdin)) {
        int64_t times = -1;
        line[strcspn(line, "\n")] = '\0';
        const struct assay_cell cells[] = { assay_cell_text(line) };
        if (ASSAY_STORE_RUN(database, "select count(*) from assay_run where document = $1", cells, assay_store_integer_row, &times, error)) {
            return -1;
        }
        if (times != 1) {
            printf("%s: said to be recorded, and is there %" PRId64 " times\n", line, times);
            problems++;
        }
        said++;
    }
    int64_t runs = 0;
    if (number(&runs, database, "select count(*) from assay_run", error)) {
        return -1;
    }
    printf("%d said, %" PRId64 " there\n", said, runs);
    return problems;
}

static int check(const char *address)
{
    struct assay_error error = { 0 };
    struct assay_store *store = NULL;
    if (assay_store_open(&store, address, ASSAY_STORE_WRITE, &error)) {
        return say_error(&error);
    }
    int problems = check_said(store->database, &error);
    for (size_t i = 0; i < sizeof zeros / sizeof *zeros && problems >= 0; i++) {
        int64_t count = -1;
        if (number(&count, store->database, zeros[i].sql, &error)) {
            problems = -1;
        } else if (count != 0) {
            printf("%s: %" PRId64 "\n", zeros[i].words, count);
            problems++;
        }
    }
    int64_t whole = 1;
    if (problems >= 0 && !assay_address_is_server(address) &&
        number(&whole, store->database, "select count(*) from pragma_integrity_check where integrity_check = 'ok'", &error)) {
        problems = -1;
    }
    if (whole != 1) {
        printf("integrity_check does not say ok\n");
        problems++;
    }
    assay_store_close(store);
    return problems < 0 ? say_error(&error) : problems > 0;
}

/* ---- timing ---- */

static int time_one(struct assay_store *store, const char *what, int64_t i, struct assay_error *error)
{
    int code = 0;
    char text[64];
    if (strcmp(what, "record") == 0) {
        bool added = false;
        (void)snprintf(text, sizeof text, "timed-%d-%" PRId64, (int)getpid(), i);
        code = record(store, text, 1000000 + i, SAMPLES, &added, error);
    } else if (strcmp(what, "series") == 0) {
        struct assay_history_series *series = NULL;
        size_t count = 0;
        (void)snprintf(text, sizeof text, "bench-%" PRId64, (i * 37) % 1000);
        code = assay_store_series(&series, &count, store, &(struct assay_store_query){ .benchmark = text }, error);
        if (!code && (count != 1 || series[0].point_count != 1000)) {
            code = assay_fail(error, ASSAY_EINPUT, "%s: %zu series, %zu points", text, count, count > 0 ? series[0].point_count : 0);
        }
        for (size_t k = 0; k < count; k++) {
            assay_history_release(&series[k]);
        }
        free(series);
    } else {
        struct assay_store_listed *items = NULL;
        size_t count = 0;
        code = assay_store_list(&items, &count, store, error);
        assay_store_list_free(items, count);
    }
    return code;
}

static int time_all(struct assay_store *store, const char *what, int times)
{
    for (int64_t i = 0; i < times; i++) {
        struct assay_error error = { 0 };
        int64_t began = assay_clock_ns();
        if (time_one(store, what, i, &error)) {
            return say_error(&error);
        }
        printf("%" PRId64 "\n", assay_clock_ns() - began);
    }
    return 0;
}

static int run_statement(struct assay_store *store)
{
    struct assay_error error = { 0 };
    static char sql[65536];
    size_t length = fread(sql, 1, sizeof sql - 1, stdin);
    sql[length] = '\0';
    struct assay_statement statement = { .sql = sql, .once = true };
    return assay_database_run(store->database, &statement, &error) ? say_error(&error) : 0;
}

int main(int count, char **words)
{
    struct assay_error error = { 0 };
    struct assay_store *store = NULL;
    if (count < 3) {
        fputs(usage, stderr);
        return 2;
    }
    const char *command = words[1];
    if (strcmp(command, "check") == 0) {
        return check(words[2]);
    }
    if (assay_store_open(&store, words[2], ASSAY_STORE_CREATE, &error)) {
        return say_error(&error);
    }
    int status = 2;
    bool added = false;
    if (strcmp(command, "write") == 0 && count > 3) {
        status = write_on(store, words[3], count > 4 ? words[4] : NULL);
    } else if (strcmp(command, "once") == 0) {
        status = once(store);
    } else if (strcmp(command, "make") == 0) {
        status = record(store, "made", 0, SAMPLES, &added, &error) ? say_error(&error) : 0;
    } else if (strcmp(command, "time") == 0 && count > 4) {
        status = time_all(store, words[3], atoi(words[4]));
    } else if (strcmp(command, "run") == 0) {
        status = run_statement(store);
    }
    assay_store_close(store);
    return status;
}
