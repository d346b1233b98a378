/* The parts of the store that need no database: patterns, the order of points, packed samples, addresses without their passwords. */
#include "place.h"

#include "base/random.h"
#include "history/samples.h"

/* ---- patterns ---- */

/* What a pattern means, in the slow way: every length for every star. */
static bool matches_by_trying(const char *pattern, const char *text)
{
    if (!*pattern) {
        return !*text;
    }
    if (*pattern == '*') {
        return matches_by_trying(pattern + 1, text) || (*text && matches_by_trying(pattern, text + 1));
    }
    return *pattern == *text && matches_by_trying(pattern + 1, text + 1);
}

static void patterns_match_what_trying_everything_matches(void **state)
{
    (void)state;
    struct assay_random random;
    size_t matched = 0;
    assay_random_init(&random, 7);
    for (int i = 0; i < 20000; i++) {
        char pattern[8] = "", text[10] = "";
        for (size_t k = 0, length = assay_random_below(&random, 7); k < length; k++) {
            pattern[k] = "ab**%"[assay_random_below(&random, 5)];
        }
        for (size_t k = 0, length = assay_random_below(&random, 9); k < length; k++) {
            text[k] = "ab%"[assay_random_below(&random, 3)];
        }
        matched += matches_by_trying(pattern, text);
        if (assay_store_matches(pattern, text) != matches_by_trying(pattern, text)) {
            fail_msg("'%s' and '%s'", pattern, text);
        }
    }
    assert_in_range(matched, 1000, 19000);
}

static void many_stars_take_no_time(void **state)
{
    (void)state;
    char text[4097], pattern[4097];
    memset(text, 'a', 4096);
    for (size_t i = 0; i < 4096; i++) {
        pattern[i] = i % 2 ? '*' : 'a';
    }
    text[4096] = pattern[4096] = '\0';
    pattern[4095] = 'b';
    assert_false(assay_store_matches(pattern, text)); /* trying everything would not end */
}

/* ---- the order of points ---- */

struct known_place {
    int order; /* 0: not known */
    int date;
};

/* The rows in their order, as digits. */
static void assert_order(const struct known_place *known, size_t count, const char *wanted)
{
    struct assay_store_place places[9];
    char rows[10] = "";
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct assay_store_place){ .run = (int64_t)i,
                                                .commit = (int64_t)(i + 1),
                                                .has_order = known[i].order != 0,
                                                .order = known[i].order,
                                                .has_date = known[i].date != 0,
                                                .date = known[i].date,
                                                .row = i };
    }
    assert_true(assay_store_sort(places, count));
    for (size_t i = 0; i < count; i++) {
        rows[i] = (char)('0' + places[i].row);
    }
    assert_string_equal(rows, wanted);
}

static void order_then_date_then_recording(void **state)
{
    (void)state;
    assert_order((const struct known_place[]){ { 3, 1 }, { 1, 9 }, { 2, 0 } }, 3, "120");
    assert_order((const struct known_place[]){ { 0, 3 }, { 0, 1 }, { 0, 2 } }, 3, "120");
    assert_order((const struct known_place[]){ { 0, 0 }, { 0, 0 }, { 0, 0 } }, 3, "012");
    assert_order((const struct known_place[]){ { 2, 5 }, { 2, 4 }, { 1, 9 } }, 3, "210");             /* one order on two branches */
    assert_order((const struct known_place[]){ { 1, 10 }, { 2, 20 }, { 0, 15 }, { 0, 25 } }, 4, "0213"); /* a date among orders */
    assert_order((const struct known_place[]){ { 0, 0 }, { 2, 20 }, { 0, 0 }, { 1, 10 } }, 4, "0231");   /* recordings among orders */
    assert_order(NULL, 0, "");
}

/* ---- samples ---- */

static void assert_round_trip(const double *samples, size_t count, size_t most_bytes)
{
    struct assay_error error = { 0 };
    void *bytes = NULL;
    double *back = NULL;
    size_t length = 0, back_count = 0;
    assert_int_equal(assay_samples_pack(&bytes, &length, samples, count, &error), 0);
    assert_in_range(length, 1, most_bytes);
    assert_int_equal(assay_samples_unpack(&back, &back_count, bytes, length, &error), 0);
    assert_int_equal(back_count, count);
    assert_memory_equal(back, samples, count * sizeof *samples);
    free(back);
    free(bytes);
}

static void samples_are_kept_to_the_last_bit(void **state)
{
    (void)state;
    const double odd[] = { 0.0, -0.0, NAN, -NAN, INFINITY, -INFINITY, 5e-324, -5e-324, 1.7976931348623157e308, 1, -1, 1 };
    struct assay_random random;
    double *samples = malloc(100000 * sizeof *samples);
    assay_random_init(&random, 3);
    for (size_t i = 0; i < 100000; i++) {
        uint64_t bits = assay_random_next(&random);
        memcpy(&samples[i], &bits, sizeof bits);
    }
    assert_round_trip(odd, sizeof odd / sizeof *odd, 200);
    assert_round_trip(samples, 100000, 801000); /* what cannot be packed grows by a thousandth at most */
    assert_round_trip(samples, 1, 100);
    assert_round_trip(samples, 0, 100);
    for (size_t i = 0; i < 100000; i++) {
        samples[i] = (double)(1000 + assay_random_below(&random, 50));
    }
    assert_round_trip(samples, 100000, 300000); /* whole nanoseconds: well under half */
    free(samples);
}

static void damaged_samples_are_refused(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    double samples[300], *back = NULL;
    unsigned char copy[4096];
    void *bytes = NULL;
    size_t length = 0, count = 0;
    for (size_t i = 0; i < 300; i++) {
        samples[i] = 1000.0 + (double)(i * i % 37);
    }
    assert_int_equal(assay_samples_pack(&bytes, &length, samples, 300, &error), 0);
    assert_in_range(length, 10, sizeof copy);
    size_t refused = 0;
    for (size_t i = 0; i < length; i++) { /* a code that no symbol has may be another; else the sum behind a zlib stream sees it */
        memcpy(copy, bytes, length);
        copy[i] ^= 0x10;
        error = (struct assay_error){ 0 };
        if (assay_samples_unpack(&back, &count, copy, length, &error) == 0) {
            assert_int_equal(count, 300);
            assert_memory_equal(back, samples, sizeof samples);
            free(back);
            back = NULL;
        } else {
            assert_refused(error, ASSAY_EINPUT, "samples of");
            refused++;
        }
        error = (struct assay_error){ 0 };
        assert_int_equal(assay_samples_unpack(&back, &count, bytes, i, &error), ASSAY_EINPUT);
    }
    assert_in_range(refused, length - 3, length);
    memset(copy, 0xff, 64);
    copy[0] = 1;
    assert_int_equal(assay_samples_unpack(&back, &count, copy, 64, &error), ASSAY_EINPUT); /* 2^64-1 samples */
    assert_null(back);
    free(bytes);
}

/* ---- addresses ---- */

static void addresses_are_shown_without_passwords(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "history.db", "history.db" },
        { "/a b/%s.db", "/a b/%s.db" },
        { "postgresql://team:s3cret@db:5433/history", "postgresql://team@db:5433/history" },
        { "postgres://team:s3cret@db/history", "postgresql://team@db/history" },
        { "postgresql://team:@db/h", "postgresql://team@db/h" },
        { "postgresql://:s3cret@db/h", "postgresql://db/h" },
        { "postgresql://db", "postgresql://db" },
        { "postgresql:///history?host=/run/pg&password=s3cret&user=team", "postgresql:///history?host=/run/pg&user=team" },
        { "postgresql://team@db/h?sslpassword=s3cret&p%61ssword=s3cret&port=1", "postgresql://team@db/h?port=1" },
        { "postgresql://t:s3cret%40%2F%3A@[::1]:5432,other:1/h?passfile=s3cret", "postgresql://t@[::1]:5432,other:1/h" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct assay_error error = { 0 };
        char *name = assay_store_name(cases[i][0]);
        assert_string_equal(name, cases[i][1]);
        assert_int_equal(assay_address_check(cases[i][0], &error), 0);
        free(name);
    }
}

static void odd_addresses_are_refused_and_not_shown(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "postgresql://team:s3cret@more@db/history", /* '@' in a password: what stands behind it would be taken for the host */
        "postgresql://team:a/s3cret@db/history",
        "postgresql://team:a?s3cret@db/history",
        "postgresql://team:a#s3cret@db/history",
        "postgresql://team:s3cret/db",               /* no host: the password would be the port */
        "postgresql://db/h?user=a&password=s3cret@x",
        "PostgreSQL://team:s3cret@db/history",
        "postgresql:team:s3cret@db/history",
        "postgres:/team:s3cret@db/history",
        "mysql://team:s3cret@db/history",
        "host=db user=team password=s3cret",
        "host=db PASSWORD=s3cret",
        "",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct assay_error error = refusal_of(cases[i], ASSAY_STORE_CREATE);
        assert_refused(error, ASSAY_EUSAGE, "bad address of a store");
        assert_null(strstr(error.text, "s3cret"));
        assert_null(strstr(error.text, "more"));
        char *name = assay_store_name(cases[i]);
        assert_null(strstr(name, "s3cret"));
        free(name);
    }
    struct assay_error error = refusal_of("postgresql://team:s3cret@db/h?nonsense=1", ASSAY_STORE_READ); /* libpq's words have it all */
    assert_refused(error, ASSAY_EUSAGE, "bad address of a store 'postgresql://team@db/h'");
    assert_null(strstr(error.text, "s3cret"));
}

static void secrets_are_scrubbed_from_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *secrets[3], *wanted;
    } cases[] = {
        { "no pg_hba entry for s3cret, s3cret", { "s3cret", NULL, "" }, "no pg_hba entry for ***, ***" },
        { "s3cret-long", { "s3cret", "s3cret-long", NULL }, "***" }, /* the longer one, wherever it stands among them */
        { "aaa", { "a", NULL, NULL }, "*********" },
        { "nothing here", { NULL, "", "x" }, "nothing here" },
        { "", { "x", NULL, NULL }, "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *scrubbed = assay_address_scrub(cases[i].text, cases[i].secrets, 3);
        assert_string_equal(scrubbed, cases[i].wanted);
        free(scrubbed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(patterns_match_what_trying_everything_matches),
        cmocka_unit_test(many_stars_take_no_time),
        cmocka_unit_test(order_then_date_then_recording),
        cmocka_unit_test(samples_are_kept_to_the_last_bit),
        cmocka_unit_test(damaged_samples_are_refused),
        cmocka_unit_test(addresses_are_shown_without_passwords),
        cmocka_unit_test(odd_addresses_are_refused_and_not_shown),
        cmocka_unit_test(secrets_are_scrubbed_from_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
