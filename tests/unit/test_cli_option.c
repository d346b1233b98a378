/* The parser of command lines, the progress line, and quoting. */
// links: cli
#include "cli/command_line.h"
#include "cli/option.h"
#include "cli/progress.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct values {
    struct assay_option_value flag, text, many, number, real, time, size, choice, list, maybe;
};
static const char *const colours[] = { "red", "green", NULL };
static const char *const parts[] = { "a", "b", "c", "all", NULL };
static const struct assay_option options[] = {
    { .name = "flag", .letter = 'f', .kind = ASSAY_OPTION_FLAG, .traits = ASSAY_OPTION_REPEATED,
      .offset = offsetof(struct values, flag) },
    { .name = "text", .letter = 't', .kind = ASSAY_OPTION_TEXT, .value = "T", .offset = offsetof(struct values, text) },
    { .name = "many", .letter = 'm', .kind = ASSAY_OPTION_TEXT, .traits = ASSAY_OPTION_REPEATED, .value = "T",
      .offset = offsetof(struct values, many) },
    { .name = "number", .letter = 'n', .kind = ASSAY_OPTION_INTEGER, .value = "N", .least = 1, .most = 1e6,
      .offset = offsetof(struct values, number) },
    { .name = "real", .kind = ASSAY_OPTION_REAL, .traits = ASSAY_OPTION_ABOVE, .value = "R", .least = 0, .most = 1,
      .offset = offsetof(struct values, real) },
    { .name = "time", .kind = ASSAY_OPTION_DURATION, .traits = ASSAY_OPTION_ABOVE, .value = "TIME",
      .fallback = "10ms", .most = 3600, .offset = offsetof(struct values, time) },
    { .name = "size", .kind = ASSAY_OPTION_SIZE, .value = "SIZE", .offset = offsetof(struct values, size) },
    { .name = "choice", .kind = ASSAY_OPTION_CHOICE, .value = "C", .choices = colours,
      .offset = offsetof(struct values, choice) },
    { .name = "list", .kind = ASSAY_OPTION_CHOICES, .value = "L", .choices = parts,
      .offset = offsetof(struct values, list) },
    { .name = "maybe", .kind = ASSAY_OPTION_TEXT, .traits = ASSAY_OPTION_OPTIONAL, .value = "M",
      .offset = offsetof(struct values, maybe) },
    { .name = NULL },
};
static const struct assay_syntax syntax = {
    .command = "try", .options = options, .positional = { .name = "NAME", .most = 3 }, .takes_command = true
};

static struct values values;
static struct assay_arguments arguments;
static struct assay_error error;

static int clear(void **state)
{
    (void)state;
    assay_arguments_release(&arguments, &values, &syntax);
    values = (struct values){ 0 };
    error = (struct assay_error){ 0 };
    return 0;
}

#define PARSE(...) assay_option_parse(&arguments, &values, &syntax, (char *[]){ __VA_ARGS__, NULL }, &error)

static void every_spelling_of_a_value_is_read(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--number", "5", "-t", "x", "--choice=green"), 0);
    assert_int_equal(values.number.integer, 5);
    assert_string_equal(values.text.text, "x");
    assert_int_equal(values.choice.integer, 1);
    clear(NULL);
    assert_int_equal(PARSE("-n5", "-ffty", "--text="), ASSAY_EUSAGE);
    assert_string_equal(error.text, "bad --text '': want T");
    assert_int_equal(values.flag.given, 2);
    assert_string_equal(values.text.text, "y");
}

static void options_and_names_may_stand_in_any_order(void **state)
{
    (void)state;
    assert_int_equal(PARSE("a", "-f", "b", "--number", "1e3", "-", "--", "-f", "x"), 0);
    assert_int_equal(arguments.name_count, 3);
    assert_string_equal(arguments.names[2], "-");
    assert_int_equal(values.number.integer, 1000);
    assert_string_equal(arguments.rest[0], "-f");
    assert_string_equal(arguments.rest[1], "x");
    assert_null(arguments.rest[2]);
    assert_int_equal(values.flag.given, 1);
}

static void repeated_texts_are_gathered_in_order(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-ma", "--many", "b", "--many=c=d"), 0);
    assert_int_equal(values.many.given, 3);
    assert_string_equal(values.many.texts[0], "a");
    assert_string_equal(values.many.texts[2], "c=d");
    assert_null(values.many.texts[3]);
}

static void the_last_of_a_single_option_wins(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-n1", "-n2"), 0);
    assert_int_equal(values.number.integer, 2);
}

static void an_optional_value_does_not_swallow_options(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--maybe", "-f"), 0);
    assert_int_equal(values.maybe.given, 1);
    assert_null(values.maybe.text);
    assert_int_equal(values.flag.given, 1);
    clear(NULL);
    assert_int_equal(PARSE("--maybe", "x"), 0);
    assert_string_equal(values.maybe.text, "x");
}

static void bounds_hold_at_both_ends(void **state)
{
    static const struct {
        const char *word;
        const char *text; /* NULL: accepted */
    } cases[] = {
        { "--number=1", NULL },
        { "--number=1_000_000", NULL },
        { "--number=0", "bad --number '0': want 1 to 1000000" },
        { "--number=1000001", "bad --number '1000001': want 1 to 1000000" },
        { "--real=1", NULL },
        { "--real=0", "bad --real '0': want a number above 0, at most 1" },
        { "--real=nan", "bad --real 'nan': want a number above 0, at most 1" },
        { "--time=1h", NULL },
        { "--time=0", "bad --time '0': want a time above 0, such as 10ms" },
        { "--time=5", "bad --time '5': want a time above 0, such as 10ms" },
        { "--time=61m", "bad --time '61m': want a time of at most 1h" },
        { "--size=4K", NULL },
        { "--size=4X", "bad --size '4X': want a size, such as 512M" },
        { "--choice=blue", "bad --choice 'blue': want red or green" },
        { "--choice=gree", "bad --choice 'gree': want red or green" },
        { "--list=a,,b", "bad --list 'a,,b': want a list of a, b, c or all" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        int code = PARSE((char *)cases[i].word);
        assert_int_equal(code, cases[i].text ? ASSAY_EUSAGE : 0);
        assert_string_equal(error.text, cases[i].text ? cases[i].text : "");
        clear(NULL);
    }
}

static void a_list_of_choices_is_a_bit_each_and_all_is_all(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--list", "c,a"), 0);
    assert_int_equal(values.list.integer, 5);
    clear(NULL);
    assert_int_equal(PARSE("--list=all"), 0);
    assert_int_equal(values.list.integer, 7);
}

static void a_refused_value_leaves_the_one_before(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-n7", "-n0"), ASSAY_EUSAGE);
    assert_int_equal(values.number.integer, 7);
    assert_string_equal(error.text, "bad -n '0': want 1 to 1000000");
}

static void prefixes_are_refused_and_the_meant_option_is_named(void **state)
{
    (void)state;
    assert_int_equal(PARSE("--num=3"), ASSAY_EUSAGE);
    assert_string_equal(error.text, "unknown option '--num': did you mean --number?");
}

static void help_ends_the_reading(void **state)
{
    (void)state;
    assert_int_equal(PARSE("-f", "--help", "--nonsense"), 0);
    assert_true(arguments.help);
    clear(NULL);
    assert_int_equal(PARSE("-fh", "--nonsense"), 0);
    assert_true(arguments.help);
}

static void too_many_names_are_refused(void **state)
{
    (void)state;
    assert_int_equal(PARSE("a", "b", "c", "d"), ASSAY_EUSAGE);
}

static void a_command_line_reads_back_in_a_shell(void **state)
{
    (void)state;
    const char *words[] = { "sh", "-c", "it's $x", "", "a=b:c,d@e", NULL };
    char *line = assay_command_line(words);
    assert_string_equal(line, "sh -c 'it'\\''s $x' '' a=b:c,d@e");
    free(line);
}

static void the_progress_line_fits_its_width(void **state)
{
    (void)state;
    struct assay_progress progress = { .what = "pr\xc3\xaemes.trial:limit=10000", .estimate_ns = 1234.0, .share = 0.5,
                                       .left_s = NAN };
    for (unsigned width = 1; width < 60; width++) {
        struct assay_text text = ASSAY_TEXT_INIT;
        assay_progress_text(&text, &progress, width);
        assert_in_range(assay_utf8_width(text.bytes), 1, width);
        if (width > 40)
            assert_non_null(strstr(text.bytes, "50 %"));
        assay_text_release(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_spelling_of_a_value_is_read, clear),
        cmocka_unit_test_teardown(options_and_names_may_stand_in_any_order, clear),
        cmocka_unit_test_teardown(repeated_texts_are_gathered_in_order, clear),
        cmocka_unit_test_teardown(the_last_of_a_single_option_wins, clear),
        cmocka_unit_test_teardown(an_optional_value_does_not_swallow_options, clear),
        cmocka_unit_test_teardown(bounds_hold_at_both_ends, clear),
        cmocka_unit_test_teardown(a_list_of_choices_is_a_bit_each_and_all_is_all, clear),
        cmocka_unit_test_teardown(a_refused_value_leaves_the_one_before, clear),
        cmocka_unit_test_teardown(prefixes_are_refused_and_the_meant_option_is_named, clear),
        cmocka_unit_test_teardown(help_ends_the_reading, clear),
        cmocka_unit_test_teardown(too_many_names_are_refused, clear),
        cmocka_unit_test(a_command_line_reads_back_in_a_shell),
        cmocka_unit_test(the_progress_line_fits_its_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
