/* The cellar: numbers as people write them, text, names, random numbers. */
// links: base
#include "base/error.h"
#include "base/facts.h"
#include "base/file.h"
#include "base/number.h"
#include "base/random.h"
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void integers_have_one_value_however_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = { { "0", 0 },           { "1000", 1000 },      { "1e3", 1000 },
                 { "1_000", 1000 },    { "1.5e3", 1500 },     { "0e99", 0 },
                 { "1000e-3", 1 },     { "18446744073709551615", UINT64_MAX },
                 { "1E3", 1000 },      { "100e-2", 1 },       { "1.", 1 } };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        uint64_t value = 77;
        assert_true(assay_parse_integer(good[i].text, &value));
        assert_int_equal(value, good[i].value);
    }
    static const char *const bad[] = { "",    "-1",  "+1",    "1.5",  "1e-1", "_1",  "1_",  "1__0", "0x10",
                                       "1e",  "e3",  "1 ",    " 1",   "nan",  "1e99", "18446744073709551616", "1e20",
                                       "1e3x", "..", "1_e3", "1.5e-99999999999999999999", "10e99999999999999999999" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint64_t value = 77;
        assert_false(assay_parse_integer(bad[i], &value));
        assert_int_equal(value, 77);
    }
}

static void reals_are_finite_decimals(void **state)
{
    (void)state;
    double value = 7;
    assert_true(assay_parse_real("-1.25e-2", &value));
    assert_true(value == -0.0125);
    static const char *const bad[] = { "inf", "nan", "0x1p3", "1e999", "", "1,5", "--1" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        value = 7;
        assert_false(assay_parse_real(bad[i], &value));
        assert_true(value == 7);
    }
}

static void durations_need_a_unit(void **state)
{
    (void)state;
    double seconds = 0;
    assert_true(assay_parse_duration("10ms", &seconds));
    assert_true(seconds == 10 * 1e-3);
    assert_true(assay_parse_duration("100us", &seconds));
    assert_true(seconds == 1e-4); /* exactly: it is a bound */
    assert_true(assay_parse_duration("2m", &seconds));
    assert_true(seconds == 120);
    assert_true(assay_parse_duration("0", &seconds));
    static const char *const bad[] = { "10", "ms", "-1s", "1 s", "1sec", "1e999s", "" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(assay_parse_duration(bad[i], &seconds));
    }
}

static void sizes_are_powers_of_1024(void **state)
{
    (void)state;
    uint64_t bytes = 0;
    assert_true(assay_parse_size("4K", &bytes));
    assert_int_equal(bytes, 4096);
    assert_true(assay_parse_size("1.5GiB", &bytes));
    assert_int_equal(bytes, 1610612736u);
    assert_false(assay_parse_size("4Q", &bytes));
    assert_false(assay_parse_size("-4K", &bytes));
}

static void processor_lists_are_ranges(void **state)
{
    (void)state;
    bool set[8];
    assert_true(assay_parse_processors("0,2-3", set, 8));
    assert_true(set[0] && !set[1] && set[2] && set[3] && !set[4]);
    assert_false(assay_parse_processors("", set, 8));
    assert_false(assay_parse_processors("3-2", set, 8));
    assert_false(assay_parse_processors("8", set, 8));
    assert_false(assay_parse_processors("1,", set, 8));
    assert_false(assay_parse_processors("-1", set, 8));
}

static void times_keep_three_digits(void **state)
{
    (void)state;
    char buffer[32];
    assert_string_equal(assay_format_ns(buffer, 257600), "257.6 us");
    assert_string_equal(assay_format_ns(buffer, 1.5), "1.500 ns");
    assert_string_equal(assay_format_ns(buffer, 13.64e6), "13.64 ms");
    assert_string_equal(assay_format_ns(buffer, 999.96), "1.000 us");
    assert_string_equal(assay_format_size(buffer, 49152), "48 KiB");
    assert_string_equal(assay_format_duration(buffer, 125), "2 m 05 s");
}

static void invalid_utf8_becomes_the_replacement_character(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = { { "plain", "plain" },
                  { "\xc3\xa9", "\xc3\xa9" },
                  { "a\xff" "b", "a\xEF\xBF\xBD" "b" },
                  { "\xc0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD" },             /* overlong */
                  { "\xed\xa0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" }, /* surrogate */
                  { "\xf4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD" } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool changed = false;
        char *clean = assay_utf8_clean(cases[i].in, strlen(cases[i].in), &changed);
        assert_string_equal(clean, cases[i].out);
        assert_int_equal(changed, strcmp(cases[i].in, cases[i].out) != 0);
        free(clean);
    }
}

static void json_strings_are_escaped(void **state)
{
    (void)state;
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append_json(&text, "a\"\\\n\x01\x7f\xff", 7);
    assert_string_equal(text.bytes, "\"a\\\"\\\\\\n\\u0001\\u007f\xEF\xBF\xBD\"");
    assay_text_release(&text);
}

static void reals_are_written_as_short_as_they_read_back(void **state)
{
    (void)state;
    static const double values[] = { 0.1, 1.0 / 3, 1e300, 5e-324, 123456789.123, 10012345.5, -0.0, 9007199254740993.0 };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct assay_text text = ASSAY_TEXT_INIT;
        assay_text_append_real(&text, values[i]);
        assert_true(strtod(text.bytes, NULL) == values[i]);
        assay_text_release(&text);
    }
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append_real(&text, 0.1);
    assert_string_equal(text.bytes, "0.1");
    assay_text_release(&text);
}

static void a_misspelt_name_finds_its_neighbour(void **state)
{
    (void)state;
    static const char *const names[] = { "primes.trial", "primes.listed", "sieve.bytes", NULL };
    assert_string_equal(assay_nearest("primes.trail", names), "primes.trial");
    assert_string_equal(assay_nearest("prmes.listd", names), "primes.listed");
    assert_null(assay_nearest("completely.else", names));
    assert_null(assay_nearest("", names));
}

static void xoshiro_gives_its_published_sequence(void **state)
{
    (void)state;
    /* splitmix64 from 1234567, as published with the algorithm: 6457827717110365317, 3203168211198807973, ... The
     * state of the generator is these numbers; its first output is then rotl(s0 + s3, 23) + s0 by its definition. */
    struct assay_random random;
    assay_random_init(&random, 1234567);
    assert_true(random.state[0] == 6457827717110365317u);
    assert_true(random.state[1] == 3203168211198807973u);
    assert_true(random.state[2] == 9817491932198370423u);
    /* xoshiro256++ whose state is four outputs of splitmix64(42). */
    assay_random_init(&random, 42);
    assert_true(assay_random_next(&random) == 15021278609987233951u);
    assert_true(assay_random_next(&random) == 5881210131331364753u);
    assert_true(assay_random_next(&random) == 18149643915985481100u);
}

static void bounded_numbers_are_even_and_in_bounds(void **state)
{
    (void)state;
    struct assay_random random;
    assay_random_init(&random, 7);
    uint32_t counts[3] = { 0 };
    for (int i = 0; i < 30000; i++) {
        uint64_t value = assay_random_below(&random, 3);
        assert_true(value < 3);
        counts[value]++;
    }
    for (int i = 0; i < 3; i++) {
        assert_in_range(counts[i], 9600, 10400);
    }
}

static void the_first_error_wins_and_stays_one_line(void **state)
{
    (void)state;
    struct assay_error error = { 0 };
    assert_int_equal(assay_fail(&error, ASSAY_EINPUT, "bad '%s'", "a\nb"), ASSAY_EINPUT);
    (void)assay_fail(&error, ASSAY_EIO, "later");
    assert_string_equal(error.text, "bad 'a?b'");
    assert_int_equal(error.code, ASSAY_EINPUT);
    assert_int_equal(assay_fail(NULL, ASSAY_EIO, "nobody listens"), ASSAY_EIO);
}

static void facts_of_a_group_stay_together_and_are_replaced(void **state)
{
    (void)state;
    struct assay_facts facts = ASSAY_FACTS_INIT;
    assay_facts_text(&facts, "cpu", "model", "X", "test");
    assay_facts_integer(&facts, "memory", "total", 5, "test");
    assay_facts_none(&facts, "cpu", "codename", "unknown to libcpuid");
    assay_facts_text(&facts, "cpu", "model", "Y", "test");
    assert_int_equal(facts.count, 3);
    assert_string_equal(facts.items[1].name, "codename");
    assert_string_equal(assay_facts_find(&facts, "cpu", "model")->text, "Y");
    assert_int_equal(assay_facts_find(&facts, "cpu", "codename")->kind, ASSAY_FACT_NONE);
    assay_facts_real(&facts, "cpu", "speed", 1.0 / 0.0, "test");
    assert_int_equal(assay_facts_find(&facts, "cpu", "speed")->kind, ASSAY_FACT_NONE);
    assay_facts_release(&facts);
}

static void a_file_is_replaced_whole_or_not_at_all(void **state)
{
    (void)state;
    char directory[] = "/tmp/assay-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char *path = assay_path_join(directory, "x");
    struct assay_error error = { 0 };
    assert_int_equal(assay_file_write(path, "old", 3, &error), 0);
    struct assay_output *output = NULL;
    assert_int_equal(assay_output_open(&output, path, &error), 0);
    assert_true(fputs("new", assay_output_stream(output)) >= 0);
    assay_output_abort(output);
    char *bytes = NULL;
    size_t length = 0;
    assert_int_equal(assay_file_read(&bytes, &length, path, 100, &error), 0);
    assert_string_equal(bytes, "old");
    free(bytes);
    assert_int_equal(assay_file_read(&bytes, &length, path, 2, &error), ASSAY_EINPUT);
    struct assay_error full = { 0 };
    assert_int_equal(assay_file_write("/dev/full", "x", 1, &full), ASSAY_EIO);
    assert_non_null(strstr(full.text, "No space left"));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(directory), 0);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_have_one_value_however_written),
        cmocka_unit_test(reals_are_finite_decimals),
        cmocka_unit_test(durations_need_a_unit),
        cmocka_unit_test(sizes_are_powers_of_1024),
        cmocka_unit_test(processor_lists_are_ranges),
        cmocka_unit_test(times_keep_three_digits),
        cmocka_unit_test(invalid_utf8_becomes_the_replacement_character),
        cmocka_unit_test(json_strings_are_escaped),
        cmocka_unit_test(reals_are_written_as_short_as_they_read_back),
        cmocka_unit_test(a_misspelt_name_finds_its_neighbour),
        cmocka_unit_test(xoshiro_gives_its_published_sequence),
        cmocka_unit_test(bounded_numbers_are_even_and_in_bounds),
        cmocka_unit_test(the_first_error_wins_and_stays_one_line),
        cmocka_unit_test(facts_of_a_group_stay_together_and_are_replaced),
        cmocka_unit_test(a_file_is_replaced_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
