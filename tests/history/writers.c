/* Many programs at one store, files and server alike: of one document one is recorded, of one change one is told; stores are made and
 * upgraded once, and those of another schema are refused. */
#include "place.h"

#define WRITERS 6

/* ---- writers at once ---- */

/* How many of forty documents this writer added; the others had them. */
static int write_forty(int writer, void *context)
{
    struct assay_store *store = opened(context, ASSAY_STORE_CREATE);
    int added = 0;
    for (int i = 0; i < 40; i++) {
        /* Each begins at another end, and names its benchmarks in another order. */
        char document[16];
        const char *first = writer % 2 ? "a" : "b", *second = writer % 2 ? "b" : "a";
        const struct assay_store_value values[] = { ratio_of(first, 1), ratio_of(second, 1), ratio_of(writer % 3 ? "c" : "A", 1) };
        (void)snprintf(document, sizeof document, "d%d", writer % 2 ? i : 39 - i);
        struct assay_store_run run = run_of(document, "c", values, 3);
        run.commit.order = i;
        added += record_run(store, &run);
    }
    assay_store_close(store);
    return added;
}

static void of_one_document_one_is_recorded(void **state)
{
    (void)state;
    char *address = fresh_address();
    assert_int_equal(at_once(WRITERS, write_forty, address), 40); /* the store is made by whoever comes first, too */
    assert_int_equal(number_of(address, "select count(*) from assay_run"), 40);
    assert_int_equal(number_of(address, "select count(*) from assay_point"), 120);
    assert_int_equal(number_of(address, "select count(*) from assay_schema"), 1);
    assert_int_equal(number_of(address, "select count(*) from assay_series s where s.points <> (select count(*) from assay_point p"
                                        " where p.series = s.id)"),
                     0);
    free(address);
}

/* Documents of its own: nobody's is lost. */
static int write_own(int writer, void *context)
{
    struct assay_store *store = opened(context, ASSAY_STORE_WRITE);
    int added = 0;
    for (int i = 0; i < 20; i++) {
        char document[32];
        (void)snprintf(document, sizeof document, "%d-%d", writer, i);
        added += record_at(store, document, "c", i, NULL);
    }
    assay_store_close(store);
    return added;
}

static void writers_wait_for_each_other(void **state)
{
    (void)state;
    char *address = fresh_address();
    assay_store_close(opened(address, ASSAY_STORE_CREATE));
    assert_int_equal(at_once(WRITERS, write_own, address), 20 * WRITERS);
    assert_int_equal(number_of(address, "select points from assay_series"), 20 * WRITERS);
    free(address);
}

static bool told_first(struct assay_store *store, const char *benchmark, const char *commit)
{
    struct assay_error error = { 0 };
    bool first = false;
    if (assay_store_report(store, benchmark, commit, "2026-03-02T08:00:00Z", &first, &error)) {
        fail_msg("%s", error.text);
    }
    return first;
}

static void a_change_is_told_once(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_error error = { 0 };
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    for (int i = 1; i <= 4; i++) {
        char document[8], commit[8];
        (void)snprintf(document, sizeof document, "d%d", i);
        (void)snprintf(commit, sizeof commit, "c%d", i);
        record_at(store, document, i == 4 ? NULL : commit, i == 4 ? -1 : i, NULL);
    }
    assert_true(told_first(store, "b", "c2"));
    assert_false(told_first(store, "b", "c2"));
    assert_true(told_first(store, "other", "c3"));
    struct found found = find(store, &(struct assay_store_query){ 0 });
    for (size_t i = 1; i < 4; i++) {
        struct assay_history_change *change = assay_history_add_change(&found.series[0]);
        change->point = i;
        change->reported = i == 2; /* is set to false, too */
    }
    assert_int_equal(assay_store_mark_reported(found.series, found.count, store, &error), 0);
    assert_true(found.series[0].changes[0].reported);
    assert_false(found.series[0].changes[1].reported);
    assert_false(found.series[0].changes[2].reported); /* at no commit */
    release_found(&found);
    assay_store_close(store);
    free(address);
}

static int tell(int writer, void *context)
{
    (void)writer;
    struct assay_error error = { 0 };
    struct assay_store *store = opened(context, ASSAY_STORE_WRITE);
    int told = 0;
    for (int i = 0; i < 20; i++) {
        char commit[16];
        bool first = false;
        (void)snprintf(commit, sizeof commit, "c%d", i);
        if (assay_store_report(store, "b", commit, "2026-03-02T08:00:00Z", &first, &error)) {
            return 200;
        }
        told += first;
    }
    assay_store_close(store);
    return told;
}

static void of_one_change_one_is_told(void **state)
{
    (void)state;
    char *address = fresh_address();
    assay_store_close(opened(address, ASSAY_STORE_CREATE));
    assert_int_equal(at_once(WRITERS, tell, address), 20);
    free(address);
}

static int read_while(int writer, void *context)
{
    if (writer > 0) {
        return write_own(writer, context);
    }
    struct assay_store *store = opened(context, ASSAY_STORE_READ);
    for (int i = 0; i < 50; i++) {
        struct assay_store_listed *items = NULL;
        struct assay_error error = { 0 };
        size_t count = 0;
        struct found found = find(store, &(struct assay_store_query){ 0 });
        if (assay_store_list(&items, &count, store, &error)) {
            return 200;
        }
        assay_store_list_free(items, count);
        release_found(&found);
    }
    assay_store_close(store);
    return 0;
}

static void readers_do_not_wait(void **state)
{
    (void)state;
    char *address = fresh_address();
    assay_store_close(opened(address, ASSAY_STORE_CREATE));
    assert_int_equal(at_once(3, read_while, address), 40);
    free(address);
}

/* ---- schemas ---- */

static void load_old(const char *address)
{
    const char *path = place_server() ? ASSAY_HISTORY_FIXTURES "/schema-1-postgresql.sql" : ASSAY_HISTORY_FIXTURES "/schema-1-sqlite.sql";
    struct assay_error error = { 0 };
    char *statements = NULL;
    size_t length = 0;
    if (assay_file_read(&statements, &length, path, 1 << 20, &error)) {
        fail_msg("%s", error.text);
    }
    behind_the_back(address, statements);
    free(statements);
}

static void an_old_store_is_upgraded_with_what_is_in_it(void **state)
{
    (void)state;
    char *address = fresh_address();
    load_old(address);
    struct assay_error error = refusal_of(address, ASSAY_STORE_READ);
    assert_refused(error, ASSAY_EINPUT, "was made by an older assay: schema 1, this one reads 2: the next 'assay track record' upgrades it");
    struct assay_store *store = opened(address, ASSAY_STORE_WRITE);
    assert_false(record_at(store, "d1", "c1", 1, NULL));
    assert_true(record_at(store, "d3", "c3", 3, NULL));
    assay_store_close(store);
    store = opened(address, ASSAY_STORE_READ);
    struct assay_store_listed *items = NULL;
    size_t count = 0;
    error = (struct assay_error){ 0 };
    assert_int_equal(assay_store_list(&items, &count, store, &error), 0);
    assert_int_equal(count, 2);
    assert_true(items[0].unit == ASSAY_HISTORY_RATIO && items[1].unit == ASSAY_HISTORY_NS);
    assert_int_equal(items[0].points, 3);
    assert_string_equal(items[0].newest_commit, "c3");
    assert_int_equal(items[1].points, 1);
    assert_null(items[1].newest_commit);
    assay_store_list_free(items, count);
    struct found found = find(store, &(struct assay_store_query){ .units = { [ASSAY_HISTORY_RATIO] = true } });
    assert_int_equal(found.series[0].point_count, 3);
    assert_string_equal(found.series[0].points[0].document, "d1");
    assert_string_equal(found.series[0].points[1].subject, "second");
    assert_int_equal(found.series[0].accepted[0].point, 1);
    release_found(&found);
    assay_store_close(store);
    assert_int_equal(number_of(address, "select version from assay_schema"), ASSAY_STORE_SCHEMA);
    free(address);
}

static void the_newest_of_an_old_store_is_its_last_commit(void **state)
{
    (void)state;
    char *address = fresh_address();
    load_old(address); /* where the older commit was recorded last */
    assay_store_close(opened(address, ASSAY_STORE_WRITE));
    assert_int_equal(number_of(address, "select newest_place from assay_series where unit = 'ratio'"), 2);
    assert_int_equal(number_of(address, "select newest_s from assay_series where unit = 'ratio'"), 1767312000);
    free(address);
}

static int upgrade(int writer, void *context)
{
    (void)writer;
    assay_store_close(opened(context, ASSAY_STORE_WRITE));
    return 1;
}

static void an_old_store_is_upgraded_once(void **state)
{
    (void)state;
    char *address = fresh_address();
    load_old(address);
    assert_int_equal(at_once(WRITERS, upgrade, address), WRITERS);
    assert_int_equal(number_of(address, "select version from assay_schema"), ASSAY_STORE_SCHEMA);
    free(address);
}

/* What a new store is made by and what an old one is upgraded by are the same: so are the tables. */
static void an_upgraded_store_is_as_a_new_one(void **state)
{
    (void)state;
    char *old = fresh_address(), *new = fresh_address();
    const char *sql = place_server() ? "select count(*) from information_schema.columns where table_name like 'assay%'"
                                     : "select count(*) from sqlite_master m join pragma_table_info(m.name) where m.name like 'assay%'";
    load_old(old);
    assert_int_not_equal(number_of(old, sql), 0);
    assay_store_close(opened(new, ASSAY_STORE_CREATE));
    assert_int_equal(number_of(old, sql) + 4, number_of(new, sql));
    assay_store_close(opened(old, ASSAY_STORE_WRITE));
    assert_int_equal(number_of(old, sql), number_of(new, sql));
    free(old);
    free(new);
}

static void a_newer_store_is_refused(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    assert_true(record_at(store, "d1", "c1", 1, NULL));
    behind_the_back(address, "update assay_schema set version = 7");
    for (int mode = ASSAY_STORE_READ; mode <= ASSAY_STORE_CREATE; mode++) {
        struct assay_error error = refusal_of(address, (enum assay_store_mode)mode);
        assert_refused(error, ASSAY_EINPUT, "was made by a newer assay: schema 7, this one knows 2: want that assay");
    }
    /* One that was open when it was upgraded. */
    const struct assay_store_value value = ratio_of("b", 1);
    const struct assay_store_run run = run_of("d2", "c2", &value, 1);
    struct assay_error error = { 0 };
    bool added = false;
    assert_int_not_equal(assay_store_record(store, &run, &added, &error), 0);
    assert_refused(error, ASSAY_EINPUT, "was made by a newer assay: schema 7");
    assay_store_close(store);
    assert_int_equal(number_of(address, "select count(*) from assay_run"), 1);
    free(address);
}

static void where_there_is_no_store_only_a_recorder_makes_one(void **state)
{
    (void)state;
    char *address = fresh_address();
    for (int mode = ASSAY_STORE_READ; mode <= ASSAY_STORE_WRITE; mode++) {
        struct assay_error error = refusal_of(address, (enum assay_store_mode)mode);
        assert_refused(error, ASSAY_EINPUT, "no store ");
        assert_refused(error, ASSAY_EINPUT, "'assay track record --store' makes one");
    }
    assay_store_close(opened(address, ASSAY_STORE_CREATE));
    assay_store_close(opened(address, ASSAY_STORE_READ));
    assay_store_close(opened(address, ASSAY_STORE_WRITE));
    assay_store_close(opened(address, ASSAY_STORE_CREATE));
    free(address);
}

/* Who looks while another makes the store: half of one view and half of another would be a store without a schema. */
static void a_look_sees_what_its_transaction_sees(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_error error = { 0 };
    struct assay_database *database = NULL;
    enum assay_database_content content = ASSAY_DATABASE_STORE;
    assert_int_equal(assay_database_open(&database, address, ASSAY_STORE_CREATE, &error), 0);
    assert_int_equal(database->class->begin(database, ASSAY_TRANSACTION_READ, &error), 0);
    assert_int_equal(database->class->look(&content, database, &error), 0);
    assert_int_equal(content, ASSAY_DATABASE_EMPTY);
    assay_store_close(opened(address, ASSAY_STORE_CREATE));
    assert_int_equal(database->class->look(&content, database, &error), 0);
    assert_int_equal(content, ASSAY_DATABASE_EMPTY);
    assert_int_equal(database->class->commit(database, &error), 0);
    assert_int_equal(database->class->look(&content, database, &error), 0);
    assert_int_equal(content, ASSAY_DATABASE_STORE);
    assay_database_close(database);
    free(address);
}

/* ---- only on a server ---- */

static void words_of_a_server_name_it_without_its_password(void **state)
{
    (void)state;
    const char *server = place_server();
    const char *colon = strchr(server + strlen("postgresql://"), ':'), *at = strchr(server, '@');
    char *name = assay_store_name(server);
    char *wrong = assay_formatted("%.*s:not-the-Password1%s", (int)(colon - server), server, at);
    char *nowhere = assay_formatted("%.*s/nowhere", (int)(strrchr(server, '/') - server), server);
    assert_string_equal(strstr(name, "@"), at);
    assert_null(strstr(name, "s3cret"));
    struct assay_error error = refusal_of(wrong, ASSAY_STORE_READ);
    assert_refused(error, ASSAY_EIO, "password authentication failed");
    assert_refused(error, ASSAY_EIO, name);
    assert_null(strstr(error.text, "Password1"));
    error = refusal_of(nowhere, ASSAY_STORE_CREATE);
    assert_refused(error, ASSAY_EIO, "database \"nowhere\" does not exist");
    assert_null(strstr(error.text, "s3cret"));
    free(name);
    free(wrong);
    free(nowhere);
}

static void who_may_not_write_is_told_so(void **state)
{
    (void)state;
    char *address = fresh_address();
    const struct assay_store_value value = ratio_of("b", 1);
    const struct assay_store_run run = run_of("d2", "c2", &value, 1);
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    assert_true(record_at(store, "d1", "c1", 1, NULL));
    assay_store_close(store);
    char *still = assay_formatted("%s?options=-cdefault_transaction_read_only%%3Don", address);
    store = opened(still, ASSAY_STORE_WRITE);
    struct assay_error error = { 0 };
    bool added = false;
    assert_int_not_equal(assay_store_record(store, &run, &added, &error), 0);
    assert_refused(error, ASSAY_EIO, "is read-only: want a server that takes writes");
    assay_store_close(store);
    behind_the_back(address, "create role guest login password 'guest';\ngrant select on all tables in schema public to guest");
    char *guest = assay_formatted("postgresql://guest:guest%s", strchr(address, '@'));
    store = opened(guest, ASSAY_STORE_WRITE);
    error = (struct assay_error){ 0 };
    assert_int_not_equal(assay_store_record(store, &run, &added, &error), 0);
    assert_refused(error, ASSAY_EIO, "the user lacks the right: want one who may use the tables assay_*");
    assay_store_close(store);
    store = opened(guest, ASSAY_STORE_READ);
    assert_documents(store, "d1", .benchmark = "b");
    assay_store_close(store);
    free(still);
    free(guest);
    free(address);
}

int main(void)
{
    const struct CMUnitTest of_any_store[] = {
        cmocka_unit_test(of_one_document_one_is_recorded),
        cmocka_unit_test(writers_wait_for_each_other),
        cmocka_unit_test(a_change_is_told_once),
        cmocka_unit_test(of_one_change_one_is_told),
        cmocka_unit_test(readers_do_not_wait),
        cmocka_unit_test(an_old_store_is_upgraded_with_what_is_in_it),
        cmocka_unit_test(the_newest_of_an_old_store_is_its_last_commit),
        cmocka_unit_test(an_old_store_is_upgraded_once),
        cmocka_unit_test(an_upgraded_store_is_as_a_new_one),
        cmocka_unit_test(a_newer_store_is_refused),
        cmocka_unit_test(where_there_is_no_store_only_a_recorder_makes_one),
        cmocka_unit_test(a_look_sees_what_its_transaction_sees),
    };
    const struct CMUnitTest of_a_server[] = {
        cmocka_unit_test(words_of_a_server_name_it_without_its_password),
        cmocka_unit_test(who_may_not_write_is_told_so),
    };
    int failed = cmocka_run_group_tests(of_any_store, place_make, place_remove);
    return place_server() ? failed + cmocka_run_group_tests(of_a_server, NULL, NULL) : failed;
}
