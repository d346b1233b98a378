/* The text report of comparisons made by hand: golden outputs, and every number and word of a row against the document.
 */
// links: reports result stats base
#include "compared_document.h"

#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_golden.h"

static char *rendered(const struct assay_document *document, unsigned width, bool unicode, bool color, unsigned columns)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    struct assay_report_options options = { width, color, unicode, columns, true, NULL, false, NULL, 0 };
    FILE *to = open_memstream(&bytes, &length);
    if (assay_document_check(document, &error) || assay_report_render(assay_report_format_find("text"), document, &options, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

/* Owns the document. */
static void assert_golden(const char *name, struct assay_document *document, unsigned width, bool unicode, bool color)
{
    char *text = rendered(document, width, unicode, color, 0);
    char *whole = assay_formatted("compared-%s", name);
    assert_golden_take(whole, text);
    free(whole);
    assay_document_free(document);
}

static struct assay_document *one(const struct compared_spec *spec)
{
    struct assay_document *document = compared_document();
    compared_add(document, spec);
    return document;
}

static void each_verdict_stands_first(void **state)
{
    (void)state;
    assert_golden("slower", one(&compared_slower), 100, true, false);
    assert_golden("slower-at-least", one(&compared_least), 100, true, false);
    assert_golden("faster", one(&compared_faster), 100, true, false);
    assert_golden("shifted", one(&compared_shifted), 100, true, false);
    assert_golden("same", one(&compared_same), 100, true, false);
    struct assay_document *document = one(&compared_open);
    document->comparisons[0].minimum_detectable_effect = 0.0176;
    document->comparisons[0].seconds_needed = 21.4;
    assert_golden("inconclusive", document, 100, true, false);
}

static void a_suite_at_every_width(void **state)
{
    (void)state;
    assert_golden("suite-120", compared_suite(), 120, true, false);
    assert_golden("suite-80", compared_suite(), 80, true, false);
    assert_golden("suite-60", compared_suite(), 60, true, false);
    assert_golden("suite-40", compared_suite(), 40, true, false);
    assert_golden("suite-ascii", compared_suite(), 0, false, false);
    assert_golden("suite-color", compared_suite(), 100, true, true);
}

static void a_side_that_failed_is_named_with_its_message(void **state)
{
    (void)state;
    struct assay_document *document = one(&(struct compared_spec){ .kernel = "sieve.broken", .seconds = 0.4 });
    document->comparisons[0].reason = assay_copy("head crashed in block 17");
    document->comparisons[0].ratio = 1.02;
    document->comparisons[0].instructions_source = assay_copy("valgrind is not installed");
    document->benchmarks[1].status = ASSAY_STATUS_CRASHED;
    document->benchmarks[1].message = assay_copy("ended by signal 11 (SIGSEGV) in batch 3");
    assert_golden("failed", document, 100, true, false);
}

static void an_end_that_nothing_bounds_yet_is_a_question_mark(void **state)
{
    (void)state;
    struct compared_spec spec = compared_open;
    spec.high = 0;
    assert_golden("unbounded", one(&spec), 100, true, false);
}

static void stored_documents_say_that_they_are_weaker(void **state)
{
    (void)state;
    struct assay_document *document = one(&compared_faster);
    struct assay_comparison *comparison = &document->comparisons[0];
    free(comparison->design);
    comparison->design = assay_copy("stored");
    comparison->confidence = 0.95;
    comparison->pairs = comparison->seconds = comparison->direction_at_s = comparison->gate_log_evidence = NAN;
    comparison->blocks.count = 0;
    assay_comparison_note(comparison, "the load was %.1f in base and %.1f in head", 0.1, 1.9);
    assert_golden("stored", document, 100, true, false);
}

static void a_common_cause_stands_before_all(void **state)
{
    (void)state;
    struct assay_document *document = compared_document();
    const char *const kernels[] = { "sieve.a", "sieve.b", "sieve.c", "sieve.d", "sieve.e" };
    for (size_t i = 0; i < 5; i++) {
        struct compared_spec spec = compared_slower;
        spec.kernel = kernels[i];
        spec.ratio += 0.0004 * (double)i;
        compared_add(document, &spec)->discovery = true;
    }
    document->common_cause = assay_copy("all 5 moved together, to 1.021 times: look at the compiler, not at a kernel");
    assert_golden("common-cause", document, 80, true, false);
}

static void what_is_worth_a_line_of_a_comparison_gets_one(void **state)
{
    (void)state;
    struct assay_document *document = one(&compared_shifted);
    struct assay_comparison *comparison = &document->comparisons[0];
    comparison->low = 1.0003;
    comparison->high = 1.0009;
    comparison->ratio = 1.0006;
    comparison->carry_over = 0.0042;
    comparison->carry_over_low = 0.0031;
    comparison->carry_over_high = 0.0053;
    comparison->drift_p = 0.0021;
    comparison->injected = 0.01;
    comparison->same_code = 0;
    free(comparison->unit);
    comparison->unit = assay_copy("item");
    free(comparison->design);
    comparison->design = assay_copy("duet");
    comparison->reason = assay_copy("stopped at the budget of 10 s");
    assay_comparison_note(comparison, "threads take %d processors in turn", 2);
    assert_golden("notes", document, 80, true, false);
}

/* The line of the table that begins with `name`; heap. */
static char *line_of(const char *text, const char *name)
{
    const char *table = strstr(text, "\nbenchmark ");
    assert_non_null(table);
    for (const char *at = table; (at = strstr(at, name)); at++) {
        if (at[-1] == '\n')
            return assay_copy_bytes(at, strcspn(at, "\n"));
    }
    fail_msg("no row '%s'", name);
    return NULL;
}

static const char *const right_words[] = { "slower by more than 1 %", "slower by at least 0.4 %",
                                           "faster by more than 1 %", "shifted by less than 1 %",
                                           "same within 1 %",         "inconclusive" };

static void every_number_of_a_row_is_the_documents(void **state)
{
    (void)state;
    const struct compared_spec *const specs[] = { &compared_slower,  &compared_least, &compared_faster,
                                                  &compared_shifted, &compared_same,  &compared_open };
    struct assay_document *document = compared_suite();
    char *text = rendered(document, 0, false, false, 0);
    for (size_t i = 0; i < 6; i++) {
        char *line = line_of(text, specs[i]->kernel);
        double ratio, low, high, seconds, pairs, blocks;
        int end = 0;
        assert_int_equal(sscanf(line + strlen(specs[i]->kernel), "%lf [%lf, %lf] %n", &ratio, &low, &high, &end), 3);
        assert_true(fabs(ratio - specs[i]->ratio) <= 0.00050001);
        assert_true(fabs(low - specs[i]->low) <= 0.00050001);
        assert_true(fabs(high - specs[i]->high) <= 0.00050001);
        char *rest = line + strlen(specs[i]->kernel) + end;
        assert_int_equal(strncmp(rest, right_words[i], strlen(right_words[i])), 0);
        rest += strlen(right_words[i]);
        assert_int_equal(strncmp(rest, "  ", 2), 0);
        assert_int_equal(sscanf(rest, "%lf %lf %lf s %n", &pairs, &blocks, &seconds, &end), 3);
        assert_true(pairs == 4 * blocks);
        assert_true(blocks == specs[i]->blocks - specs[i]->set_aside);
        assert_true(fabs(seconds - specs[i]->seconds) < 0.05);
        double change = specs[i]->instructions[1] / specs[i]->instructions[0] * 100 - 100;
        if (specs[i]->instructions[0] > 0)
            assert_true(fabs(strtod(rest + end, NULL) - change) < 0.005 && strstr(rest + end, " %"));
        else
            assert_int_equal(strncmp(rest + end, "- ", 1), 0);
        free(line);
    }
    free(text);
    assay_document_free(document);
}

static void rows_stand_by_what_a_reader_must_act_on(void **state)
{
    (void)state;
    const char *const order[] = { "\nsieve.bytes ",  "\nsieve.wheel ", "\nsieve.segmented ", "\nsieve.listed ",
                                  "\nsieve.memory ", "\nsieve.odd ",   "\nsieve.broken " };
    struct assay_document *document = compared_suite();
    char *text = rendered(document, 0, false, false, 0);
    const char *at = text;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        at = strstr(at, order[i]);
        assert_non_null(at);
    }
    free(text);
    assay_document_free(document);
}

/* Columns of the widest line. */
static size_t widest(const char *text)
{
    size_t most = 0;
    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n') {
        char *line = assay_copy_bytes(at, strcspn(at, "\n"));
        size_t width = assay_utf8_width(line);
        most = width > most ? width : most;
        free(line);
    }
    return most;
}

static void no_line_is_wider_than_the_terminal_and_no_row_loses_its_interval_or_verdict(void **state)
{
    (void)state;
    for (unsigned width = 40; width <= 160; width++) {
        struct assay_document *document = compared_suite();
        free(document->comparisons[0].id);
        document->comparisons[0].id =
            assay_copy("command.run:line=\"a command with very many words\" against command.run:line=\"another\"");
        char *text = rendered(document, width, width % 2, false, 0);
        assert_true(widest(text) <= width);
        assert_non_null(strstr(text, "1.021  [1.017, 1.025]  slower"));
        assert_non_null(strstr(text, "1.000  [0.997, 1.003]  same"));
        free(text);
        assay_document_free(document);
    }
}

static void ascii_and_hostile_names_leave_nothing_that_moves_a_cursor(void **state)
{
    (void)state;
    struct assay_document *document = one(&compared_slower);
    struct assay_comparison *comparison = &document->comparisons[0];
    free(comparison->id);
    comparison->id = assay_copy("a\x1b[31m\xff\xc3\xa9\nb");
    assay_comparison_note(comparison, "%s", "note \x1b[2J");
    char *text = rendered(document, 100, false, false, 0);
    for (const char *at = text; *at; at++)
        assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
    assert_non_null(strstr(text, "a?[31m??"));
    free(text);
    assay_document_free(document);
}

static void the_benchmarks_stand_below_when_asked(void **state)
{
    (void)state;
    struct assay_document *document = one(&compared_slower);
    char *text = rendered(document, 100, true, false, ASSAY_SHOW_BENCHMARKS);
    assert_int_equal(strncmp(text, "slower", 6), 0);
    assert_non_null(strstr(text, "2 benchmarks"));
    free(text);
    text = rendered(document, 100, true, false, 0);
    assert_null(strstr(text, "2 benchmarks"));
    free(text);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_verdict_stands_first),
        cmocka_unit_test(a_suite_at_every_width),
        cmocka_unit_test(a_side_that_failed_is_named_with_its_message),
        cmocka_unit_test(an_end_that_nothing_bounds_yet_is_a_question_mark),
        cmocka_unit_test(stored_documents_say_that_they_are_weaker),
        cmocka_unit_test(a_common_cause_stands_before_all),
        cmocka_unit_test(what_is_worth_a_line_of_a_comparison_gets_one),
        cmocka_unit_test(every_number_of_a_row_is_the_documents),
        cmocka_unit_test(rows_stand_by_what_a_reader_must_act_on),
        cmocka_unit_test(no_line_is_wider_than_the_terminal_and_no_row_loses_its_interval_or_verdict),
        cmocka_unit_test(ascii_and_hostile_names_leave_nothing_that_moves_a_cursor),
        cmocka_unit_test(the_benchmarks_stand_below_when_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
