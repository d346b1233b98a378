/* JSON where it stands: what is taken and what is refused, and that texts, keys and numbers come out as RFC 8259 means
 * them.
 */
// links: import result stats base
#include "import/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static struct assay_json opened(const char *text)
{
    const struct assay_import_source source = { "in", text, strlen(text), 1 };
    struct assay_json value = { NULL, NULL };
    struct assay_error error = { 0 };
    if (assay_json_open(&value, &source, &error)) {
        fail_msg("%s: %s", text, error.text);
    }
    return value;
}

static void assert_refused(const char *text, const char *words)
{
    char *exact = malloc(strlen(text) + 1); /* the byte behind it is not ours to read */
    const struct assay_import_source source = { "in", exact, strlen(text), 1 };
    struct assay_json value = { NULL, NULL };
    struct assay_error error = { 0 };
    assert_non_null(exact);
    memcpy(exact, text, strlen(text));
    exact = realloc(exact, strlen(text) ? strlen(text) : 1);
    assert_int_equal(assay_json_open(&value, &(struct assay_import_source){ "in", exact, source.length, 1 }, &error),
                     ASSAY_EINPUT);
    assert_string_equal(error.text, words);
    free(exact);
}

static void every_shape_of_rfc_8259_is_taken(void **state)
{
    (void)state;
    static const char *const good[] = { "{}",
                                        "[]",
                                        " [ ] ",
                                        "0",
                                        "-0",
                                        "-0.5e-7",
                                        "1E+9",
                                        "null",
                                        "true",
                                        "\"\"",
                                        "\"\\u00e9\\n\\/\\\\\"",
                                        "{\"a\":[1,{\"b\":null}],\"c\":false}",
                                        "\xEF\xBB\xBF[1]",
                                        "[NaN,Infinity,-Infinity,-NaN]",
                                        "\"\xff\"" };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)opened(good[i]);
    }
}

static void what_is_not_json_is_refused_where_it_stands(void **state)
{
    (void)state;
    static const char end[] = "the input ends in the middle: want ",
                      crash[] = " (a program that crashed may have written it)";
    static const char *const cases[][3] = {
        { "", "'in' is empty" },
        { " \n", "'in' is empty" },
        { "[1,\n 2", "2:3", "',' or ']'" },
        { "{\"a\"", "1:5", "':' behind the name of a member" },
        { "{\"a\":", "1:6", "a value" },
        { "{\"a\":1,", "1:8", "the name of a member in quotes" },
        { "\"abc", "1:5", "a quote at the end of a text" },
        { "\"abc\\", "1:6", "a quote at the end of a text" },
        { "\"abc\\u12", "1:9", "a quote at the end of a text" },
        { "[1,]", "in:1:4: bad JSON ']': want a value" },
        { "{\"a\":1,}", "in:1:8: bad JSON '}': want the name of a member in quotes" },
        { "{a:1}", "in:1:2: bad JSON 'a:1}': want the name of a member in quotes" },
        { "[01]", "in:1:2: bad JSON '01]': want a value" },
        { "[1.]", "in:1:2: bad JSON '1.]': want a value" },
        { "[.5]", "in:1:2: bad JSON '.5]': want a value" },
        { "[1e]", "in:1:2: bad JSON '1e]': want a value" },
        { "[+1]", "in:1:2: bad JSON '+1]': want a value" },
        { "[nan]", "in:1:2: bad JSON 'nan]': want a value" },
        { "[truely]", "in:1:6: bad JSON 'ly]': want ',' or ']'" },
        { "[1] x", "in:1:5: bad JSON 'x': want nothing behind the JSON" },
        { "\"a\tb\"", "in:1:3: bad JSON '?b\"': want no control character in a text" },
        { "\"\\x\"", "in:1:3: bad JSON 'x\"': want one of \"\\/bfnrtu behind a backslash" },
        { "\"\\u12g4\"", "in:1:6: bad JSON 'g4\"': want four hexadecimal digits behind \\u" },
        { "[\"\xC3\xA4\",}", "in:1:6: bad JSON '}': want a value" },
        { "{\"a\":1}}", "in:1:8: bad JSON '}': want nothing behind the JSON" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char words[256];
        (void)snprintf(words, sizeof words, "in:%s: %s%s%s", cases[i][1], end, cases[i][2] ? cases[i][2] : "", crash);
        assert_refused(cases[i][0], cases[i][2] ? words : cases[i][1]);
    }
}

static void nesting_ends_at_64(void **state)
{
    (void)state;
    char text[256] = "";
    memset(text, '[', 64);
    memset(text + 64, ']', 64);
    (void)opened(text);
    memset(text, '[', 65);
    assert_refused(text, "in:1:65: bad JSON '[]]]]]]]]]]]': want nothing nested deeper than 64");
}

static void texts_are_decoded_and_cleaned(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
        bool changed;
    } cases[] = {
        { "\"\"", "", false },
        { "\"a\\\"b\\\\\\/\\b\\f\\n\\r\\t\"", "a\"b\\/\b\f\n\r\t", false },
        { "\"\\u0041\\u00e9\\u20AC\"", "A\xC3\xA9\xE2\x82\xAC", false },
        { "\"\\ud83d\\ude00\"", "\xF0\x9F\x98\x80", false },
        { "\"\\u0000\"", "\xEF\xBF\xBD", true },
        { "\"a\xff\"", "a\xEF\xBF\xBD", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool changed = false;
        char *text = assay_json_text(opened(cases[i].json), &changed);
        assert_string_equal(text, cases[i].text);
        assert_int_equal(changed, cases[i].changed);
        free(text);
    }
    bool changed = false;
    char *lone = assay_json_text(opened("\"\\ud83dx\""), &changed); /* half a pair */
    assert_true(changed);
    assert_non_null(strstr(lone, "\xEF\xBF\xBD"));
    assert_true(lone[strlen(lone) - 1] == 'x');
    free(lone);
    assert_null(assay_json_text(opened("1"), NULL));
}

static void numbers_that_are_not_finite_are_nan(void **state)
{
    (void)state;
    static const char *const odd[] = { "NaN", "-NaN", "Infinity", "-Infinity", "1e999" };
    double number = 0;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        number = 0;
        assert_true(assay_json_number(&number, opened(odd[i])));
        assert_true(isnan(number));
    }
    assert_true(assay_json_number(&number, opened("-12.5e1")));
    assert_true(number == -125);
    assert_false(assay_json_number(&number, opened("\"1\"")));
    assert_false(assay_json_number(&number, opened("null")));
}

static void whole_numbers_keep_their_bounds(void **state)
{
    (void)state;
    uint64_t number = 7;
    assert_true(assay_json_whole(&number, opened("1e3"), 1, 1000));
    assert_int_equal(number, 1000);
    assert_true(assay_json_whole(&number, opened("9007199254740992"), 1, UINT64_MAX));
    assert_false(assay_json_whole(&number, opened("9007199254740994"), 1, UINT64_MAX));
    assert_false(assay_json_whole(&number, opened("1.5"), 1, 1000));
    assert_false(assay_json_whole(&number, opened("0"), 1, 1000));
    assert_false(assay_json_whole(&number, opened("-1"), 0, 1000));
    assert_false(assay_json_whole(&number, opened("1001"), 1, 1000));
    assert_false(assay_json_whole(&number, opened("NaN"), 0, 1000));
    assert_true(number == UINT64_C(9007199254740992));
}

static void members_are_found_by_name_the_first_of_each(void **state)
{
    (void)state;
    static const char *const names[] = { "a", "b", "c", NULL };
    struct assay_json object = opened("{ \"x\" : {\"a\": 0}, \"\\u0061\" : [1, 2] , \"b\":\"}{\", \"a\":3 }");
    struct assay_json values[3];
    assert_int_equal(assay_json_kind(assay_json_member(object, "a")), ASSAY_JSON_ARRAY);
    assert_int_equal(assay_json_kind(assay_json_member(object, "nope")), ASSAY_JSON_NOTHING);
    assert_int_equal(assay_json_kind(assay_json_member(assay_json_member(object, "b"), "a")), ASSAY_JSON_NOTHING);
    struct assay_json twice = assay_json_members(values, names, object);
    assert_int_equal(*twice.at, '3');
    assert_int_equal(assay_json_kind(values[0]), ASSAY_JSON_ARRAY);
    assert_int_equal(assay_json_kind(values[1]), ASSAY_JSON_TEXT_VALUE);
    assert_null(values[2].at);
    assert_int_equal(*assay_json_first(values[0]).at, '1');
    assert_null(assay_json_first(object).at);
}

/* What a guess walks over is not checked: every beginning of a text must be safe to walk. */
static void any_bytes_can_be_walked(void **state)
{
    (void)state;
    static const char text[] = "{\"a\\\"\":[1,{\"b\":\"c\\\\\"},[]],\"d\":tru]}\",:{[";
    for (size_t length = 0; length <= sizeof text - 1; length++) {
        char *bytes = malloc(length ? length : 1);
        assert_non_null(bytes);
        memcpy(bytes, text, length);
        struct assay_json_walk walk = assay_json_walk(assay_json_peek(bytes, length));
        size_t steps = 0;
        while (assay_json_next(&walk)) {
            (void)assay_json_member(walk.value, "b");
            free(assay_json_text(walk.value, NULL));
            assert_true(++steps <= length);
        }
        free(bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_of_rfc_8259_is_taken),
        cmocka_unit_test(what_is_not_json_is_refused_where_it_stands),
        cmocka_unit_test(nesting_ends_at_64),
        cmocka_unit_test(texts_are_decoded_and_cleaned),
        cmocka_unit_test(numbers_that_are_not_finite_are_nan),
        cmocka_unit_test(whole_numbers_keep_their_bounds),
        cmocka_unit_test(members_are_found_by_name_the_first_of_each),
        cmocka_unit_test(any_bytes_can_be_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
