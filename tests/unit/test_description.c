/* Descriptions of workers: written and read back, and every refusal with its words. */
// links: protocol base
#include "protocol/description.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

static int read_text(struct assay_description *out, const char *json, struct assay_error *error)
{
    json_t *object = json_loads(json, 0, NULL);
    int code;

    assert_non_null(object);
    code = assay_description_read(out, object, error);
    json_decref(object);
    return code;
}

/* Puts `members` into one kernel of an otherwise fine description. */
static void expect_refusal(const char *members, const char *wanted)
{
    struct assay_description description = { 0 };
    struct assay_error error = { 0 };
    char json[2048];

    (void)snprintf(json, sizeof json, "{\"implementation\":\"c\",\"kernels\":[{\"name\":\"a.b\",\"summary\":\"s\"%s}]}",
                   members);
    assert_int_equal(read_text(&description, json, &error), ASSAY_EINPUT);
    assert_string_equal(error.text, wanted);
    assert_null(description.implementation);
}

static const char full[] =
    "{\"implementation\":\"c\",\"version\":\"assay 0.1.0\",\"abi\":[1,2],\"build\":\"gcc -O2\",\"build_id\":\"ab12\","
    "\"kernels\":[{\"name\":\"primes.trial\",\"aliases\":[\"primes1\"],\"summary\":\"by division\",\"version\":\"1.0.0\","
    "\"tags\":[\"lab\",\"primes\"],\"parameters\":[{\"name\":\"limit\",\"type\":\"integer\",\"summary\":\"below \\\"this\\\"\","
    "\"default\":\"10000\",\"least\":\"0\",\"most\":\"100000000\"},{\"name\":\"variant\",\"type\":\"choice\",\"summary\":\"v\","
    "\"default\":\"fixed\",\"choices\":[\"as-written\",\"fixed\"]}],\"measures\":[{\"name\":\"rate\",\"unit\":\"1/s\","
    "\"better\":\"higher\"}],\"distributions\":[{\"name\":\"trip\",\"unit\":\"ns\",\"better\":\"lower\"}],"
    "\"flags\":[\"makes-threads\",\"deterministic\",\"one-iteration\"],\"expects\":true,\"unavailable\":\"no AVX\"}]}";

static void what_is_written_is_what_was_read(void **state)
{
    struct assay_description description = { 0 };
    struct assay_error error = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;

    (void)state;
    assert_int_equal(read_text(&description, full, &error), 0);
    assay_text_append_char(&text, '{');
    assay_description_write(&text, &description);
    assay_text_append_char(&text, '}');
    assert_false(text.failed);
    assert_string_equal(text.bytes, full);
    assay_text_release(&text);
    assay_description_release(&description);
}

static void every_field_is_where_it_belongs(void **state)
{
    struct assay_description description = { 0 };
    struct assay_error error = { 0 };
    const struct assay_kernel_description *kernel;

    (void)state;
    assert_int_equal(read_text(&description, full, &error), 0);
    assert_int_equal(description.abi_major, 1);
    assert_int_equal(description.abi_minor, 2);
    kernel = &description.kernels[0];
    assert_string_equal(kernel->tags[1], "primes");
    assert_int_equal(kernel->parameters[0].type, ASSAY_VALUE_INTEGER);
    assert_null(kernel->parameters[0].choices);
    assert_string_equal(kernel->parameters[1].choices[1], "fixed");
    assert_true(kernel->measures[0].higher_is_better);
    assert_false(kernel->distributions[0].higher_is_better);
    assert_true(kernel->makes_threads && kernel->deterministic && kernel->one_iteration && kernel->expects);
    assert_false(kernel->forks || kernel->shared_state);
    assert_string_equal(kernel->unavailable, "no AVX");
    assay_description_release(&description);
}

static void kernels_are_found_by_name_and_alias(void **state)
{
    struct assay_description description = { 0 };
    struct assay_error error = { 0 };

    (void)state;
    assert_int_equal(read_text(&description, full, &error), 0);
    assert_ptr_equal(assay_description_find(&description, "primes.trial"), &description.kernels[0]);
    assert_ptr_equal(assay_description_find(&description, "primes1"), &description.kernels[0]);
    assert_null(assay_description_find(&description, "primes"));
    assay_description_release(&description);
}

static void the_least_description_has_defaults_and_ignores_what_is_unknown(void **state)
{
    struct assay_description description = { 0 };
    struct assay_error error = { 0 };

    (void)state;
    assert_int_equal(read_text(&description,
                               "{\"implementation\":\"lua\",\"abi\":null,\"colour\":1,\"kernels\":[{\"name\":\"a\","
                               "\"summary\":\"s\",\"flags\":[\"flies\"],\"parameters\":null,\"shape\":[]}]}",
                               &error),
                     0);
    assert_null(description.version);
    assert_int_equal(description.abi_major, 0);
    assert_non_null(description.kernels[0].aliases);
    assert_null(description.kernels[0].aliases[0]);
    assert_int_equal(description.kernels[0].parameter_count, 0);
    assert_false(description.kernels[0].expects);
    assay_description_release(&description);
}

static void defaults_become_canonical(void **state)
{
    struct assay_description description = { 0 };
    struct assay_error error = { 0 };

    (void)state;
    assert_int_equal(read_text(&description,
                               "{\"implementation\":\"c\",\"kernels\":[{\"name\":\"a\",\"summary\":\"s\",\"parameters\":"
                               "[{\"name\":\"n\",\"type\":\"integer\",\"summary\":\"s\",\"default\":\"1e3\"}]}]}",
                               &error),
                     0);
    assert_string_equal(description.kernels[0].parameters[0].fallback, "1000");
    assay_description_release(&description);
}

static void wrong_kernels_are_refused_with_their_name(void **state)
{
    (void)state;
    expect_refusal(",\"aliases\":[\"Primes\"]", "kernel a.b: bad alias 'Primes': want a name such as primes1");
    expect_refusal(",\"aliases\":[\"x\",\"x\"]", "two kernels answer to x: want every name once");
    expect_refusal(",\"aliases\":[\"a.b\"]", "two kernels answer to a.b: want every name once");
    expect_refusal(",\"aliases\":\"x\"", "kernel a.b: bad \"aliases\": want an array of lines of text");
    expect_refusal(",\"version\":\"1\\n2\"", "kernel a.b: bad \"version\": want one line of text");
    expect_refusal(",\"expects\":1", "kernel a.b: bad \"expects\": want true or false");
    expect_refusal(",\"parameters\":[7]", "kernel a.b: bad \"parameters\": want an array of objects");
    expect_refusal(",\"measures\":[{\"name\":\"r\",\"unit\":\"1\"},{\"name\":\"r\",\"unit\":\"1\"}]",
                   "kernel a.b: measures has r twice: want each once");
    expect_refusal(",\"measures\":[{\"name\":\"r\",\"unit\":\"1\",\"better\":\"greener\"}]",
                   "kernel a.b: bad \"better\" 'greener': want lower or higher");
}

static void expect_parameter_refusal(const char *members, const char *wanted)
{
    char json[1024], words[512];

    (void)snprintf(json, sizeof json, ",\"parameters\":[{\"name\":\"n\",\"summary\":\"s\",%s}]", members);
    (void)snprintf(words, sizeof words, "kernel a.b: parameter n: %s", wanted);
    expect_refusal(json, words);
}

static void wrong_parameters_are_refused_with_their_name(void **state)
{
    (void)state;
    expect_parameter_refusal("\"default\":\"1\"", "missing \"type\"");
    expect_parameter_refusal("\"type\":\"integer\"", "missing \"default\"");
    expect_parameter_refusal("\"type\":\"float\",\"default\":\"1\"",
                             "bad \"type\" 'float': want integer, real, choice, text or flag");
    expect_parameter_refusal("\"type\":\"integer\",\"default\":\"9\",\"most\":\"8\"",
                             "bad \"default\": bad n '9': want an integer up to 8");
    expect_parameter_refusal("\"type\":\"integer\",\"default\":\"5\",\"least\":\"8\",\"most\":\"1\"",
                             "bad bounds: want numbers in order, of an integer or a real");
    expect_parameter_refusal("\"type\":\"real\",\"default\":\"5\",\"least\":\"wide\"",
                             "bad bounds: want numbers in order, of an integer or a real");
    expect_parameter_refusal("\"type\":\"text\",\"default\":\"5\",\"least\":\"1\"",
                             "bad bounds: want numbers in order, of an integer or a real");
    expect_parameter_refusal("\"type\":\"choice\",\"default\":\"5\"",
                             "bad \"choices\": want at least one for a choice, none for others");
    expect_parameter_refusal("\"type\":\"integer\",\"default\":\"5\",\"choices\":[\"5\"]",
                             "bad \"choices\": want at least one for a choice, none for others");
}

static void parameters_twice_and_bad_versions_are_refused(void **state)
{
    struct assay_description description = { 0 };
    struct assay_error error = { 0 };

    (void)state;
    expect_refusal(",\"parameters\":[{\"name\":\"n\",\"type\":\"text\",\"summary\":\"s\",\"default\":\"\"},"
                   "{\"name\":\"n\",\"type\":\"text\",\"summary\":\"s\",\"default\":\"\"}]",
                   "kernel a.b: parameters has n twice: want each once");
    assert_int_equal(read_text(&description, "{\"implementation\":\"c\",\"abi\":[1],\"kernels\":[]}", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "bad \"abi\": want [major, minor]");
    error = (struct assay_error){ 0 };
    assert_int_equal(read_text(&description, "{\"implementation\":\"c\"}", &error), ASSAY_EINPUT);
    assert_string_equal(error.text, "missing \"kernels\"");
}

static void names_are_words_in_lower_case(void **state)
{
    char longest[66];

    (void)state;
    assert_true(assay_name_valid("a", false));
    assert_true(assay_name_valid("limit_2", false));
    assert_true(assay_name_valid("primes.2_x.y", true));
    assert_false(assay_name_valid("primes.below", false));
    assert_false(assay_name_valid("", true));
    assert_false(assay_name_valid(NULL, true));
    assert_false(assay_name_valid("2a", true));
    assert_false(assay_name_valid("_a", true));
    assert_false(assay_name_valid("A", true));
    assert_false(assay_name_valid("a..b", true));
    assert_false(assay_name_valid("a.", true));
    assert_false(assay_name_valid(".a", true));
    assert_false(assay_name_valid("a-b", true));
    assert_false(assay_name_valid("a\xc3\xa4", true));
    memset(longest, 'a', sizeof longest);
    longest[63] = '\0';
    assert_true(assay_name_valid(longest, false));
    longest[63] = 'a';
    longest[64] = '\0';
    assert_false(assay_name_valid(longest, false));
}

static void value_is(const struct assay_parameter_description *parameter, const char *text, const char *wanted)
{
    struct assay_error error = { 0 };
    char *canonical = NULL;

    assert_int_equal(assay_value_canonical(&canonical, parameter, text, &error), 0);
    assert_string_equal(canonical, wanted);
    free(canonical);
}

static void value_is_refused(const struct assay_parameter_description *parameter, const char *text, const char *wanted)
{
    struct assay_error error = { 0 };
    char *canonical = NULL;

    assert_int_equal(assay_value_canonical(&canonical, parameter, text, &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, wanted);
    assert_null(canonical);
}

static void values_have_one_text_for_one_value(void **state)
{
    char name[] = "limit", least[] = "10", most[] = "2_000", first[] = "as-written", second[] = "fixed";
    char *choices[] = { first, second, NULL };
    struct assay_parameter_description parameter = { .name = name, .type = ASSAY_VALUE_INTEGER, .least = least, .most = most };

    (void)state;
    value_is(&parameter, "1e3", "1000");
    value_is(&parameter, "1_000", "1000");
    value_is(&parameter, "10", "10");
    value_is(&parameter, "2000", "2000");
    value_is_refused(&parameter, "9", "bad limit '9': want an integer from 10 to 2_000");
    value_is_refused(&parameter, "2001", "bad limit '2001': want an integer from 10 to 2_000");
    value_is_refused(&parameter, "", "bad limit '': want an integer from 10 to 2_000");
    parameter.least = parameter.most = NULL;
    value_is(&parameter, "18446744073709551615", "18446744073709551615");
    value_is_refused(&parameter, "18446744073709551616", "bad limit '18446744073709551616': want an integer");
    parameter.type = ASSAY_VALUE_REAL;
    value_is(&parameter, "1e-1", "0.1");
    value_is(&parameter, "2.50", "2.5");
    value_is_refused(&parameter, "nan", "bad limit 'nan': want a number");
    parameter.type = ASSAY_VALUE_TEXT;
    value_is(&parameter, "any thing", "any thing");
    value_is_refused(&parameter, "\xff", "bad limit '\xff': want UTF-8 text");
    parameter.type = ASSAY_VALUE_FLAG;
    value_is(&parameter, "true", "true");
    value_is_refused(&parameter, "yes", "bad limit 'yes': want true or false");
    parameter.type = ASSAY_VALUE_CHOICE;
    parameter.choices = choices;
    value_is(&parameter, "fixed", "fixed");
    value_is_refused(&parameter, "Fixed", "bad limit 'Fixed': want as-written or fixed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_what_was_read),
        cmocka_unit_test(every_field_is_where_it_belongs),
        cmocka_unit_test(kernels_are_found_by_name_and_alias),
        cmocka_unit_test(the_least_description_has_defaults_and_ignores_what_is_unknown),
        cmocka_unit_test(defaults_become_canonical),
        cmocka_unit_test(wrong_kernels_are_refused_with_their_name),
        cmocka_unit_test(wrong_parameters_are_refused_with_their_name),
        cmocka_unit_test(parameters_twice_and_bad_versions_are_refused),
        cmocka_unit_test(names_are_words_in_lower_case),
        cmocka_unit_test(values_have_one_text_for_one_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
