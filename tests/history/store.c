/* The contract of harness/history/store.h, the same for files and for a server: what is recorded comes back, once, in the order of
 * commits. */
#include "place.h"

/* ---- recording ---- */

static const double jitter[] = { 1.0, 1.25, 1e-300, 5e-324, -0.0, 1.7976931348623157e308, 1.2500000000000002 };

static struct assay_store_run full_run(struct assay_store_value values[2])
{
    values[0] = ratio_of("sieve:limit=1000", 1.0123456789012345);
    values[0].flags = "noisy short";
    values[1] = (struct assay_store_value){ .benchmark = "sieve:limit=1000",
                                            .unit = ASSAY_HISTORY_NS,
                                            .value = 1234.5678901234567,
                                            .low = NAN,
                                            .high = INFINITY,
                                            .status = "ok",
                                            .flags = "",
                                            .samples = jitter,
                                            .sample_count = sizeof jitter / sizeof *jitter };
    struct assay_store_run run = run_of("document-1", "c0ffee", values, 2);
    run.commit = (struct assay_store_commit){ .id = "c0ffee",
                                              .parent = "decade",
                                              .branch = "main",
                                              .author_date = "2026-02-07T09:30:00+01:00",
                                              .subject = "sieve: it's \"50%\" \\ faster; \xc3\xa9t\xc3\xa9",
                                              .order = 7 };
    return run;
}

static void what_is_recorded_comes_back(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    struct assay_store_value values[2];
    const struct assay_store_run run = full_run(values);
    assert_true(record_run(store, &run));
    assay_store_close(store);
    store = opened(address, ASSAY_STORE_READ);
    struct found found = find(store, &(struct assay_store_query){ 0 });
    assert_int_equal(found.count, 2);
    const struct assay_history_series *ratio = &found.series[0], *ns = &found.series[1];
    assert_string_equal(ratio->benchmark, "sieve:limit=1000");
    assert_true(ratio->unit == ASSAY_HISTORY_RATIO && ns->unit == ASSAY_HISTORY_NS);
    assert_string_equal(ratio->fingerprint, "machine");
    assert_string_equal(ratio->reference, "pinned");
    assert_null(ns->reference);
    assert_int_equal(ratio->point_count, 1);
    const struct assay_history_point *point = &ratio->points[0];
    assert_string_equal(point->commit, "c0ffee");
    assert_string_equal(point->parent, "decade");
    assert_string_equal(point->branch, "main");
    assert_string_equal(point->author_date, "2026-02-07T09:30:00+01:00");
    assert_string_equal(point->subject, run.commit.subject);
    assert_string_equal(point->document, "document-1");
    assert_true(point->value == values[0].value && point->low == values[0].low && point->high == values[0].high);
    assert_int_equal(point->flag_count, 2);
    assert_string_equal(point->flags[0], "noisy");
    assert_string_equal(point->flags[1], "short");
    assert_true(ns->points[0].value == values[1].value);
    assert_true(isnan(ns->points[0].low) && isnan(ns->points[0].high));
    assert_int_equal(ns->points[0].flag_count, 0);
    release_found(&found);
    assay_store_close(store);
    free(address);
}

static void samples_come_back_to_the_last_bit(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    struct assay_store_value values[2];
    const struct assay_store_run run = full_run(values);
    assert_true(record_run(store, &run));
    struct assay_error error = { 0 };
    double *samples = NULL;
    size_t count = 99;
    assert_int_equal(assay_store_samples(&samples, &count, store, "document-1", "sieve:limit=1000", ASSAY_HISTORY_NS, &error), 0);
    assert_int_equal(count, sizeof jitter / sizeof *jitter);
    assert_memory_equal(samples, jitter, sizeof jitter);
    free(samples);
    assert_int_equal(assay_store_samples(&samples, &count, store, "document-1", "sieve:limit=1000", ASSAY_HISTORY_RATIO, &error), 0);
    assert_int_equal(count, 0);
    assert_null(samples);
    assert_int_equal(assay_store_samples(&samples, &count, store, "nobody", "sieve:limit=1000", ASSAY_HISTORY_NS, &error), 0);
    assert_int_equal(count, 0);
    assay_store_close(store);
    free(address);
}

static void a_document_recorded_twice_changes_nothing(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    const struct assay_store_value once = ratio_of("b", 1.0), again[] = { ratio_of("b", 2.0), ratio_of("other", 3.0) };
    struct assay_store_run run = run_of("d", "c1", &once, 1);
    assert_true(record_run(store, &run));
    assert_false(record_run(store, &run));
    run = run_of("d", "c1", again, 2); /* under the same id, but not the same: what was first holds */
    run.commit.subject = "not known at first";
    assert_false(record_run(store, &run));
    run.commit.id = "c2";
    assert_false(record_run(store, &run));
    struct found found = find(store, &(struct assay_store_query){ 0 });
    assert_int_equal(found.count, 1);
    assert_int_equal(found.series[0].point_count, 1);
    assert_true(found.series[0].points[0].value == 1.0);
    assert_null(found.series[0].points[0].subject);
    release_found(&found);
    assay_store_close(store);
    assert_int_equal(number_of(address, "select count(*) from assay_commit"), 1);
    assert_int_equal(number_of(address, "select points from assay_series"), 1);
    free(address);
}

static void one_benchmark_twice_in_a_document_is_refused(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    const struct assay_store_value values[] = { ratio_of("b", 1.0), ratio_of("a", 1.0), ratio_of("b", 2.0) };
    const struct assay_store_run run = run_of("d", "c", values, 3);
    struct assay_error error = { 0 };
    bool added = true;
    assert_int_not_equal(assay_store_record(store, &run, &added, &error), 0);
    assert_refused(error, ASSAY_EINPUT, "document 'd' has benchmark 'b' twice in ratio: want one value of each");
    struct found found = find(store, &(struct assay_store_query){ 0 });
    assert_int_equal(found.count, 0);
    release_found(&found);
    assay_store_close(store);
    free(address);
}

static void what_failed_is_kept_without_a_value(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    struct assay_store_value value = ratio_of("b", NAN);
    value.status = "wrong-answer";
    value.flags = "noisy";
    const struct assay_store_run run = run_of("d", "c", &value, 1);
    assert_true(record_run(store, &run));
    struct found found = find(store, &(struct assay_store_query){ 0 });
    assert_int_equal(found.count, 1);
    const struct assay_history_point *point = &found.series[0].points[0];
    assert_true(isnan(point->value) && isnan(point->low) && isnan(point->high));
    assert_int_equal(point->flag_count, 2);
    assert_string_equal(point->flags[0], "wrong-answer");
    assert_string_equal(point->flags[1], "noisy");
    release_found(&found);
    assay_store_close(store);
    assert_int_equal(number_of(address, "select count(*) from assay_point where value is null and low is null"), 1);
    free(address);
}

static void facts_of_a_commit_are_filled_in_later(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    const struct assay_store_value value = ratio_of("b", 1.0);
    struct assay_store_run run = run_of("d1", "c", &value, 1);
    assert_true(record_run(store, &run));
    run = run_of("d2", "c", &value, 1);
    run.commit = (struct assay_store_commit){ "c", "p", "main", "2026-01-01T00:00:00Z", "first words", 3 };
    assert_true(record_run(store, &run));
    run.document = "d3";
    run.commit.subject = "other words";
    assert_true(record_run(store, &run));
    struct found found = find(store, &(struct assay_store_query){ 0 });
    assert_int_equal(found.series[0].point_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(found.series[0].points[i].subject, "first words");
        assert_string_equal(found.series[0].points[i].parent, "p");
    }
    assert_null(found.series[0].points[0].branch); /* which a run was made for, not which a commit is on */
    release_found(&found);
    assay_store_close(store);
    free(address);
}

static void texts_that_are_no_utf8_go_in_and_come_out(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    const struct assay_store_value value = ratio_of("b", 1.0);
    struct assay_store_run run = run_of("d", "c", &value, 1);
    char *large = malloc(1000001);
    memset(large, 'x', 1000000);
    large[1000000] = '\0';
    run.commit.subject = "caf\xe9"; /* Latin 1 */
    run.commit.branch = large;
    assert_true(record_run(store, &run));
    struct found found = find(store, &(struct assay_store_query){ 0 });
    assert_string_equal(found.series[0].points[0].subject, "caf\xef\xbf\xbd");
    assert_string_equal(found.series[0].points[0].branch, large);
    release_found(&found);
    assay_store_close(store);
    free(large);
    free(address);
}

static void a_document_of_no_commit_or_no_value_is_one(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    const struct assay_store_value value = { .benchmark = "b", .unit = ASSAY_HISTORY_NS, .value = 5, .low = NAN, .high = NAN };
    struct assay_store_run run = { .document = "bare", .commit = { .order = -1 }, .values = &value, .value_count = 1 };
    assert_true(record_run(store, &run));
    run = (struct assay_store_run){ .document = "empty", .commit = { .order = -1 } };
    assert_true(record_run(store, &run));
    assert_false(record_run(store, &run));
    struct found found = find(store, &(struct assay_store_query){ 0 });
    assert_int_equal(found.count, 1);
    assert_null(found.series[0].fingerprint);
    assert_null(found.series[0].points[0].commit);
    assert_null(found.series[0].points[0].author_date);
    release_found(&found);
    assay_store_close(store);
    free(address);
}

/* ---- order ---- */

static void points_stand_in_the_order_of_commits(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    record_at(store, "third", "c3", 3, "2026-01-01T00:00:00Z"); /* rebased: its author wrote it long ago */
    record_at(store, "first", "c1", 1, "2026-02-01T00:00:00Z");
    record_at(store, "second", "c2", 2, "2026-03-01T00:00:00Z");
    record_at(store, "second-again", "c2", 2, "2026-03-01T00:00:00Z");
    assert_documents(store, "first second second-again third", .benchmark = "b");
    assert_documents(store, "second-again third", .benchmark = "b", .most = 2);
    assert_documents(store, "first second second-again third", .benchmark = "b", .most = 4);
    assay_store_close(store);
    free(address);
}

static void without_order_dates_decide_and_then_recording(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    record_at(store, "noon", "c1", -1, "2026-02-01T12:00:00Z");
    record_at(store, "eleven", "c2", -1, "2026-02-01T13:30:00+02:30"); /* 11:00 UTC, though 13 is more than 12 */
    record_at(store, "undated-1", "c3", -1, NULL);
    record_at(store, "undated-2", "c4", -1, "yesterday");
    record_at(store, "one", "c5", -1, "2026-02-01T12:59:59-00:01");
    assert_documents(store, "eleven noon undated-1 undated-2 one", .benchmark = "b");
    record_at(store, "ordered", "c6", 5, "2026-02-01T12:30:00Z");
    assert_documents(store, "eleven noon undated-1 undated-2 ordered one", .benchmark = "b");
    assay_store_close(store);
    free(address);
}

/* ---- questions ---- */

static void questions_choose_points(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    const struct assay_store_value value = ratio_of("b", 1.5);
    static const char *const branches[] = { "main", "fix", "main", NULL };
    static const char *const dates[] = { "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-03T01:00:00+01:00", NULL };
    for (int i = 0; i < 4; i++) {
        char document[8], commit[8];
        (void)snprintf(document, sizeof document, "d%d", i);
        (void)snprintf(commit, sizeof commit, "c%d", i);
        struct assay_store_run run = run_of(document, commit, &value, 1);
        run.commit.order = i;
        run.commit.branch = branches[i];
        run.commit.author_date = dates[i];
        assert_true(record_run(store, &run));
    }
    assert_documents(store, "d0 d1 d2 d3", .benchmark = NULL);
    assert_documents(store, "d0 d2", .branch = "main");
    assert_documents(store, "d2", .branch = "main", .most = 1);
    assert_documents(store, "d1 d2", .since = "2026-01-02T00:00:00Z");
    assert_documents(store, "d0 d1 d2", .until = "2026-01-03T00:00:00Z");
    assert_documents(store, "d1", .since = "2026-01-02T00:00:00Z", .until = "2026-01-02T23:59:59Z");
    assert_documents(store, "", .branch = "none");
    assert_documents(store, "", .benchmark = "none");
    struct assay_error error = { 0 };
    struct found found = { 0 };
    const struct assay_store_query odd = { .since = "last week" };
    assert_int_not_equal(assay_store_series(&found.series, &found.count, store, &odd, &error), 0);
    assert_refused(error, ASSAY_EUSAGE, "bad date 'last week': want one such as");
    assay_store_close(store);
    free(address);
}

/* Which series fit, as "benchmark/unit/fingerprint/reference" with blanks between. */
static void assert_series(struct assay_store *store, const struct assay_store_query *query, const char *wanted)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    struct found found = find(store, query);
    assay_text_append(&text, "");
    for (size_t i = 0; i < found.count; i++) {
        const struct assay_history_series *series = &found.series[i];
        assay_text_format(&text, "%s%s/%s/%s/%s", i > 0 ? " " : "", series->benchmark, assay_history_unit_word(series->unit),
                          series->fingerprint ? series->fingerprint : "-", series->reference ? series->reference : "-");
    }
    assert_string_equal(text.bytes, wanted);
    assay_text_release(&text);
    release_found(&found);
}

static void questions_choose_series(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    struct assay_store_value values[] = { ratio_of("b", 1), ratio_of("b", 1), ratio_of("b", 1) };
    values[1].reference = "later";
    values[2].unit = ASSAY_HISTORY_NS;
    values[2].reference = NULL;
    struct assay_store_run run = run_of("d1", "c", values, 3);
    assert_true(record_run(store, &run));
    run = run_of("d2", "c", values, 1);
    run.fingerprint = NULL;
    assert_true(record_run(store, &run));
    assert_series(store, &(struct assay_store_query){ 0 }, "b/ratio/-/pinned b/ratio/machine/later b/ratio/machine/pinned b/ns/machine/-");
    assert_series(store, &(struct assay_store_query){ .fingerprint = "machine", .units = { [ASSAY_HISTORY_RATIO] = true } },
                  "b/ratio/machine/later b/ratio/machine/pinned");
    assert_series(store, &(struct assay_store_query){ .units = { [ASSAY_HISTORY_NS] = true } }, "b/ns/machine/-");
    assert_series(store, &(struct assay_store_query){ .units = { true, true }, .reference = "later" }, "b/ratio/machine/later");
    assert_series(store, &(struct assay_store_query){ .reference = "none" }, "");
    assay_store_close(store);
    free(address);
}

static void only_a_star_is_special_in_a_pattern(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    static const char *const names[] = { "a%b", "a_b", "a\\b", "axb", "AXB", "a'b", "a*b", "a:n=1", "a:n=10" };
    struct assay_store_value values[9];
    for (size_t i = 0; i < 9; i++) {
        values[i] = ratio_of(names[i], 1);
    }
    const struct assay_store_run run = run_of("d", "c", values, 9);
    assert_true(record_run(store, &run));
    static const struct {
        const char *pattern;
        size_t fit;
    } cases[] = { { "a%b", 1 }, { "a_b", 1 }, { "a\\b", 1 }, { "a'b", 1 }, { "a*b", 6 },     { "a%*", 1 }, { "*_b", 1 },  { "*\\*", 1 },
                  { "*", 9 },   { "**", 9 },  { "a*", 8 },   { "*b", 6 },  { "a:n=*0", 1 },  { "*n*1*", 2 }, { "A*", 1 }, { "a:n=1", 1 },
                  { "%", 0 },   { "_*_", 0 }, { "", 0 },     { "a*c", 0 }, { "*a*x*b*", 1 }, { "a?b", 0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct found found = find(store, &(struct assay_store_query){ .benchmark = cases[i].pattern });
        if (found.count != cases[i].fit) {
            fail_msg("'%s' fits %zu, not %zu", cases[i].pattern, found.count, cases[i].fit);
        }
        release_found(&found);
    }
    assay_store_close(store);
    free(address);
}

/* ---- people ---- */

static void decide(struct assay_store *store, const char *benchmark, const char *commit, const char *reason)
{
    struct assay_error error = { 0 };
    const struct assay_store_decision decision = { benchmark, commit, "Ada", "2026-03-02T08:00:00Z", reason };
    assert_int_equal(assay_store_accept(store, &decision, &error), 0);
}

static void decisions_stand_in_every_series_that_they_are_about(void **state)
{
    (void)state;
    char *address = fresh_address(), *commit = NULL;
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    struct assay_error error = { 0 };
    record_at(store, "d1", "c1", 1, NULL);
    record_at(store, "d2", "c2", 2, NULL);
    record_at(store, "d3", "c2", 2, NULL);
    assert_int_equal(assay_store_baseline(&commit, store, &error), 0);
    assert_null(commit);
    decide(store, "b", "c2", "it's worth it");
    decide(store, "*", "elsewhere", "all of it");
    decide(store, "other", "c1", "not of b");
    struct found found = find(store, &(struct assay_store_query){ 0 });
    const struct assay_history_series *series = &found.series[0];
    assert_int_equal(series->accepted_count, 2);
    assert_int_equal(series->accepted[0].point, 1);
    assert_null(series->accepted[0].commit);
    assert_null(series->accepted[0].benchmark);
    assert_string_equal(series->accepted[0].who, "Ada");
    assert_string_equal(series->accepted[0].when, "2026-03-02T08:00:00Z");
    assert_string_equal(series->accepted[0].reason, "it's worth it");
    assert_int_equal(series->accepted[1].point, -1);
    assert_string_equal(series->accepted[1].commit, "elsewhere");
    assert_string_equal(series->accepted[1].benchmark, "*");
    release_found(&found);
    assert_int_equal(assay_store_baseline(&commit, store, &error), 0);
    assert_string_equal(commit, "c1"); /* the last decision's */
    free(commit);
    assert_int_not_equal(assay_store_accept(store, &(struct assay_store_decision){ "b", "c1", "Ada", "2026-03-02T08:00:00Z", NULL }, &error), 0);
    assert_refused(error, ASSAY_EUSAGE, "a reason");
    assay_store_close(store);
    free(address);
}

/* ---- list ---- */

static void a_list_counts_and_names_the_newest_commit(void **state)
{
    (void)state;
    char *address = fresh_address();
    struct assay_store *store = opened(address, ASSAY_STORE_CREATE);
    struct assay_store_listed *items = NULL;
    struct assay_error error = { 0 };
    size_t count = 9;
    assert_int_equal(assay_store_list(&items, &count, store, &error), 0);
    assert_int_equal(count, 0);
    record_at(store, "d1", "c1", 1, "2026-01-01T00:00:00Z");
    record_at(store, "d3", "c3", 3, "2026-01-01T00:00:00Z");
    record_at(store, "d2", "c2", 2, "2026-04-01T00:00:00Z"); /* a late result of an old commit */
    const struct assay_store_value values[] = { { .benchmark = "B", .unit = ASSAY_HISTORY_NS, .value = 5 } };
    struct assay_store_run run = run_of("d4", "c9", values, 1);
    run.commit.author_date = "2026-02-01T00:00:00Z";
    assert_true(record_run(store, &run));
    run = run_of("d5", "c8", values, 1);
    run.commit.author_date = "2026-01-31T00:00:00Z";
    assert_true(record_run(store, &run));
    assert_int_equal(assay_store_list(&items, &count, store, &error), 0);
    assert_int_equal(count, 2);
    assert_string_equal(items[0].benchmark, "B"); /* by bytes, whatever the server's language */
    assert_true(items[0].unit == ASSAY_HISTORY_NS);
    assert_null(items[0].reference);
    assert_int_equal(items[0].points, 2);
    assert_string_equal(items[0].newest_commit, "c9");
    assert_string_equal(items[1].benchmark, "b");
    assert_true(items[1].unit == ASSAY_HISTORY_RATIO);
    assert_string_equal(items[1].fingerprint, "machine");
    assert_string_equal(items[1].reference, "pinned");
    assert_int_equal(items[1].points, 3);
    assert_string_equal(items[1].newest_commit, "c3");
    assert_string_equal(items[1].newest_date, "2026-01-01T00:00:00Z");
    assay_store_list_free(items, count);
    assay_store_close(store);
    free(address);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_recorded_comes_back),
        cmocka_unit_test(samples_come_back_to_the_last_bit),
        cmocka_unit_test(a_document_recorded_twice_changes_nothing),
        cmocka_unit_test(one_benchmark_twice_in_a_document_is_refused),
        cmocka_unit_test(what_failed_is_kept_without_a_value),
        cmocka_unit_test(facts_of_a_commit_are_filled_in_later),
        cmocka_unit_test(texts_that_are_no_utf8_go_in_and_come_out),
        cmocka_unit_test(a_document_of_no_commit_or_no_value_is_one),
        cmocka_unit_test(points_stand_in_the_order_of_commits),
        cmocka_unit_test(without_order_dates_decide_and_then_recording),
        cmocka_unit_test(questions_choose_points),
        cmocka_unit_test(questions_choose_series),
        cmocka_unit_test(only_a_star_is_special_in_a_pattern),
        cmocka_unit_test(decisions_stand_in_every_series_that_they_are_about),
        cmocka_unit_test(a_list_counts_and_names_the_newest_commit),
    };
    return cmocka_run_group_tests(tests, place_make, place_remove);
}
