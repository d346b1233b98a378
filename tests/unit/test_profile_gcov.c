/* Line counts from what gcov and llvm-cov print, on text as those programs write it. */
// links: profile protocol result stats base
#include "profile/merge.h"
#include "base/text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

/* gcov 12.2 --json-format --stdout of a loop of ten in f(), compiled as src/k.c; shortened by its branches. */
static const char json[] =
    "{\"format_version\": \"1\", \"gcc_version\": \"12.2.0\", \"current_working_directory\": \"/build\", \"data_file\": \"k.gcda\", "
    "\"files\": [{\"file\": \"src/k.c\", \"functions\": [{\"name\": \"f\", \"execution_count\": 1, \"start_line\": 3}], "
    "\"lines\": [{\"line_number\": 3, \"count\": 1, \"unexecuted_block\": false, \"function_name\": \"f\", \"branches\": []}, "
    "{\"line_number\": 5, \"count\": 11, \"function_name\": \"f\", \"branches\": []}, "
    "{\"line_number\": 6, \"count\": 10, \"function_name\": \"f\", \"branches\": []}, "
    "{\"line_number\": 8, \"count\": 0, \"function_name\": \"f\", \"branches\": []}]}]}\n";

/* llvm-cov-14 gcov --stdout of the same. */
static const char text[] = "        -:    0:Source:/build/src/k.c\n"
                           "        -:    0:Graph:k.gcno\n"
                           "        1:    3:int f(int n) {\n"
                           "       11:    5:    for (int i = 0; i < n; i++) {\n"
                           "       10:    6:        s += i;\n"
                           "    #####:    8:        abort();\n"
                           "        -:    9:}\n";

static void prepare(struct assay_profile *profile)
{
    assay_profile_init(profile);
    struct assay_profile_function_row *row = assay_profile_add_function(profile);
    row->name = assay_copy("f");
    row->file = assay_copy("/build/src/k.c");
    row->line = 3;
    row->kind = ASSAY_FUNCTION_PLAIN;
    struct assay_profile_line *line = assay_profile_add_line(profile);
    *line = (struct assay_profile_line){ assay_copy("/build/src/k.c"), 6, 0, 40, 0.9, NAN };
}

static double count_of(const struct assay_profile *profile, uint32_t number)
{
    for (size_t i = 0; i < profile->line_count; i++) {
        if (profile->lines[i].line == number) {
            return profile->lines[i].count;
        }
    }
    return -1;
}

static void check(const char *output, double times)
{
    struct assay_profile profile;
    struct assay_error error = { 0 };
    prepare(&profile);
    assert_int_equal(assay_profile_count_lines(&profile, output, strlen(output), &error), 0);
    assert_true(count_of(&profile, 6) == 10 * times);
    assert_true(count_of(&profile, 5) == 11 * times);
    assert_true(count_of(&profile, 3) == times);
    assert_true(count_of(&profile, 8) == -1); /* neither sampled nor executed */
    assert_int_equal(profile.line_count, 3);
    assert_true(profile.lines[0].samples == 40);
    assay_profile_release(&profile);
}

static void both_tools_say_the_same(void **state)
{
    (void)state;
    check(json, 1);
    check(text, 1);
}

static void files_that_follow_each_other_add_up(void **state)
{
    (void)state;
    char twice[2 * sizeof json];
    snprintf(twice, sizeof twice, "%s%s", json, json);
    check(twice, 2);
    snprintf(twice, sizeof twice, "%s%s", text, text);
    check(twice, 2);
}

static void lines_of_other_files_are_left_out(void **state)
{
    (void)state;
    static const char other[] = "        -:    0:Source:/build/other/k.c\n       10:    6:        s += i;\n";
    struct assay_profile profile;
    struct assay_error error = { 0 };
    prepare(&profile);
    assert_int_equal(assay_profile_count_lines(&profile, other, strlen(other), &error), 0);
    assert_true(isnan(profile.lines[0].count));
    assert_int_equal(profile.line_count, 1);
    assay_profile_release(&profile);
}

static void what_is_no_output_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = { "{\"files\": 3}", "{\"files\": [{\"file\": \"a.c\"}]}", "{\"files\": [", "{}" };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct assay_profile profile;
        struct assay_error error = { 0 };
        prepare(&profile);
        assert_int_equal(assay_profile_count_lines(&profile, broken[i], strlen(broken[i]), &error), ASSAY_EINPUT);
        assert_non_null(strstr(error.text, "gcov"));
        assay_profile_release(&profile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_tools_say_the_same),
        cmocka_unit_test(files_that_follow_each_other_add_up),
        cmocka_unit_test(lines_of_other_files_are_left_out),
        cmocka_unit_test(what_is_no_output_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
