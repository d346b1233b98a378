/* The words of assay compare, its margin, its progress line, and what --self counts. */
// links: cli
#include "cli/compare.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[64];

static int setup(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/assay-compare-XXXXXX");
    return mkdtemp(directory) && chdir(directory) == 0 && mkdir("old", 0777) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    unlink("k.c");
    return rmdir("old") | chdir("/") | rmdir(directory);
}

static void a_margin_is_a_percentage_with_or_without_the_sign(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double fraction;
    } good[] = { { "1%", 0.01 }, { "1", 0.01 }, { "0.5", 0.005 }, { "0.05%", 0.0005 }, { "0.1", 0.001 }, { "100", 1.0 } };
    static const char *const bad[] = { "0", "0%", "-1", "%", "", "0.01", "0.0999", "0.04%", "101%", "1%%", "1 %", "x", "nan" };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        double fraction = -1.0;
        assert_true(assay_margin_parse(&fraction, good[i].text));
        assert_true(fabs(fraction - good[i].fraction) < 1e-12);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        double fraction = -1.0;
        if (assay_margin_parse(&fraction, bad[i])) {
            fail_msg("'%s' was taken", bad[i]);
        }
        assert_true(fraction == -1.0);
    }
}

static void is_side(const char *word, enum assay_side_kind kind)
{
    struct assay_side side;
    struct assay_error error = { 0 };
    if (assay_side_read(&side, word, false, &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_int_equal(side.kind, kind);
    assert_string_equal(side.text, word);
    assay_side_release(&side);
}

static void a_word_says_what_it_is(void **state)
{
    (void)state;
    is_side("primes.trial:limit=3@cpython", ASSAY_SIDE_BENCHMARK);
    is_side("old/primes.so:primes.trial", ASSAY_SIDE_BENCHMARK);
    is_side("old/primes.so", ASSAY_SIDE_PLUGINS);
    is_side("old", ASSAY_SIDE_PLUGINS);
    is_side("old/", ASSAY_SIDE_PLUGINS);
    is_side("old/x.json", ASSAY_SIDE_DOCUMENT);
    is_side("missing.c", ASSAY_SIDE_BENCHMARK);
}

static void matched(const char *base, const char *head, const char *wanted_base, const char *wanted_head)
{
    struct assay_side sides[2];
    struct assay_error error = { 0 };
    assert_int_equal(assay_side_read(&sides[0], base, false, &error), 0);
    assert_int_equal(assay_side_read(&sides[1], head, false, &error), 0);
    int code = assay_sides_match(&sides[0], &sides[1], &error);
    if (wanted_head) {
        assert_int_equal(code, 0);
        assert_string_equal(sides[0].text, wanted_base);
        assert_string_equal(sides[1].text, wanted_head);
    } else {
        assert_int_equal(code, ASSAY_EUSAGE);
        assert_string_equal(error.text, wanted_base);
    }
    assay_side_release(&sides[0]);
    assay_side_release(&sides[1]);
}

static void a_kernel_named_on_one_side_holds_for_both(void **state)
{
    (void)state;
    matched("old/p.so:primes.trial:limit=3", "new/p.so", "old/p.so:primes.trial:limit=3", "new/p.so:primes.trial:limit=3");
    matched("old/p.so", "new/p.so:primes.trial@c", "old/p.so:primes.trial@c", "new/p.so:primes.trial@c");
    matched("old/p.so", "primes.trial", "old/p.so:primes.trial", "primes.trial");
    matched("old/p.so", "new/p.so", "old/p.so", "new/p.so");
    matched("old", "primes.trial",
            "cannot compare the directory 'old' with the benchmark 'primes.trial': want the plug-in of the directory, or two "
            "directories",
            NULL);
    matched("a.json", "primes.trial", "cannot compare 'a.json' with 'primes.trial': want two of one kind", NULL);
}

static void a_source_and_its_kernel_are_told_apart(void **state)
{
    (void)state;
    struct assay_side side;
    struct assay_error error = { 0 };
    assert_int_equal(assay_side_read(&side, "k.c:a.b", true, &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, "bad BASE 'k.c': there is no such file");
    assay_side_release(&side);
    fclose(fopen("k.c", "w"));
    memset(&error, 0, sizeof(error));
    assert_int_equal(assay_side_read(&side, "k.c:a.b:limit=3", true, &error), 0);
    assert_string_equal(side.text, "k.c");
    assert_string_equal(side.kernel, "a.b:limit=3");
    assay_side_release(&side);
    assert_int_equal(assay_side_read(&side, "k.c", true, &error), 0);
    assert_null(side.kernel);
    assay_side_release(&side);
    assert_int_equal(assay_side_read(&side, "primes.trial", true, &error), ASSAY_EUSAGE);
    assay_side_release(&side);
    memset(&error, 0, sizeof(error));
    assert_int_equal(assay_side_read(&side, "k.c", false, &error), ASSAY_EUSAGE);
    assert_non_null(strstr(error.text, "want --toolchain or --cflags"));
    assay_side_release(&side);
}

static void command_is(const char *const *words, const char *wanted, size_t used)
{
    const char *const *at = words;
    struct assay_error error = { 0 };
    char *name = NULL;
    if (assay_side_command(&name, &at, &error) != 0) {
        fail_msg("%s", error.text);
    }
    assert_string_equal(name, wanted);
    assert_int_equal(at - words, used);
    free(name);
}

static void commands_are_split_at_the_second_dashes(void **state)
{
    (void)state;
    static const char *const line[] = { "true  -x y", "--", "false", NULL };
    static const char *const words[] = { "true", "a b", "--", "false", NULL };
    static const char *const shell[] = { "true | cat", NULL };
    static const char *const quoted[] = { "true '|' \"a;b\" \\$", NULL };
    static const char *const variable[] = { "true \"$HOME\"", NULL };
    static const char *const empty[] = { "--", "true", NULL };
    static const char *const nobody[] = { "no-such-program-here -x", NULL };
    struct assay_error error = { 0 };
    const char *const *at = empty;
    char *name = NULL;
    command_is(line, "command.run:line='true  -x y'", 1);
    command_is(words, "command.run:line='true ''a b'''", 2);
    command_is(shell, "command.run:line='sh -c ''true | cat'''", 1);
    command_is(quoted, "command.run:line='true ''|'' \"a;b\" \\$'", 1);
    command_is(variable, "command.run:line='sh -c ''true \"$HOME\"'''", 1);
    assert_int_equal(assay_side_command(&name, &at, &error), ASSAY_EUSAGE);
    assert_string_equal(error.text, "missing command after '--': want -- COMMAND -- COMMAND");
    memset(&error, 0, sizeof(error));
    at = nobody;
    assert_int_equal(assay_side_command(&name, &at, &error), ASSAY_EUSAGE);
    assert_non_null(strstr(error.text, "bad command 'no-such-program-here'"));
    assert_null(name);
}

static void the_progress_line_keeps_to_its_width(void **state)
{
    (void)state;
    static const struct assay_compare_progress now = { "primes.trial:limit=10000", 2, 12, 1.0211, 1.0171, 1.0251, 1.5, 17 };
    static const struct assay_compare_progress early = { NULL, 0, 12, NAN, NAN, NAN, 0.0, 0 };
    struct assay_progress_line line = { 0 };
    for (unsigned width = 1; width < 120; width++) {
        struct assay_text text = ASSAY_TEXT_INIT;
        assay_progress_compare_text(&text, &line, &now, width);
        assert_true(text.length <= width);
        assay_text_release(&text);
    }
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_progress_compare_text(&text, &line, &now, 120);
    assert_string_equal(text.bytes, "primes.trial:limit=10000  1.0211 [1.0171, 1.0251]  17 blocks  1.5 s  2 of 12 decided");
    assay_text_clear(&text);
    assay_progress_compare_text(&text, &line, &early, 120);
    assert_string_equal(text.bytes, "preparing  0 of 12 decided");
    assay_text_clear(&text);
    line.round = 3;
    line.rounds = 40;
    assay_progress_compare_text(&text, &line, &early, 120);
    assert_string_equal(text.bytes, "preparing  run 3 of 40");
    assay_text_release(&text);
}

/* A comparison of benchmark 0 with itself that had a block. */
static void add(struct assay_document *document, double injected, int direction, enum assay_verdict verdict, double seconds)
{
    static const double row[ASSAY_BLOCK_COLUMN_COUNT] = { 0.0 };
    struct assay_comparison *comparison = assay_document_add_comparison(document);
    assert_non_null(comparison);
    comparison->injected = injected;
    comparison->direction = direction;
    comparison->verdict = verdict;
    comparison->seconds = seconds;
    assert_true(assay_blocks_append(&comparison->blocks, row));
}

static void false_alarms_and_power_are_counted(void **state)
{
    (void)state;
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    struct assay_self_row row;
    assert_int_equal(assay_document_new(&document, &error), 0);
    assay_document_add(document)->id = assay_copy("k:x=1");
    add(document, 0.0, 0, ASSAY_VERDICT_SAME, 1.0);
    add(document, 0.0, 1, ASSAY_VERDICT_SHIFTED, 2.0);
    add(document, 0.01, 1, ASSAY_VERDICT_SLOWER, 3.0);
    add(document, 0.0, 0, ASSAY_VERDICT_INCONCLUSIVE, 4.0);
    add(document, 0.02, -1, ASSAY_VERDICT_FASTER, 5.0);
    add(document, 0.01, 0, ASSAY_VERDICT_SAME, 60.0);
    assert_non_null(assay_document_add_comparison(document)); /* cut off before its first block: not counted */
    assert_int_equal(assay_self_count(&row, document, 0), 0);
    assert_string_equal(row.id, "k:x=1");
    assert_int_equal(row.same_runs, 3);
    assert_int_equal(row.false_alarms, 1);
    assert_int_equal(row.injected_runs, 3);
    assert_int_equal(row.found, 1);
    assert_int_equal(row.wrong_direction, 1);
    assert_true(row.injected_least == 0.01 && row.injected_most == 0.02 && row.median_s == 3.5);
    struct assay_text text = ASSAY_TEXT_INIT;
    assert_true(assay_self_text(&text, document, 100));
    /* scipy 1.10: binomtest(1, 3).proportion_ci(0.95, "wilson") = 0.0615, 0.7923 */
    assert_string_equal(text.bytes, "k:x=1\n"
                                    "  false alarms      1 of 3 (6.1 to 79.2 %)\n"
                                    "  found             1 of 3 (6.1 to 79.2 %) with 1 to 2 % of work added\n"
                                    "  wrong direction   1 of 3 (6.1 to 79.2 %)\n"
                                    "  median time       3.5 s\n"
                                    "In brackets what the true share is, with 95 % confidence (Wilson).\n");
    assay_text_release(&text);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_margin_is_a_percentage_with_or_without_the_sign),
        cmocka_unit_test(a_word_says_what_it_is),
        cmocka_unit_test(a_kernel_named_on_one_side_holds_for_both),
        cmocka_unit_test(a_source_and_its_kernel_are_told_apart),
        cmocka_unit_test(commands_are_split_at_the_second_dashes),
        cmocka_unit_test(the_progress_line_keeps_to_its_width),
        cmocka_unit_test(false_alarms_and_power_are_counted),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
