/* The text report of crossovers made by hand: the answer first, a row for each value, at every width. */
// links: reports result stats base
#include "crossed_document.h"

#include "reports/crossovers.h"
#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_golden.h"

static char *rendered(const struct assay_document *document, unsigned width, bool unicode, bool color)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_error error = { 0 };
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    options.width = width;
    options.unicode = unicode;
    options.color = color;
    FILE *to = open_memstream(&bytes, &length);
    if (assay_document_check(document, &error) || assay_report_render(assay_report_format_find("text"), document, &options, to, &error))
        fail_msg("%s", error.text);
    fclose(to);
    return bytes;
}

/* Owns the document. */
static void assert_golden(const char *name, struct assay_document *document, unsigned width, bool unicode, bool color)
{
    char *text = rendered(document, width, unicode, color);
    char *whole = assay_formatted("crossed-%s", name);
    assert_golden_take(whole, text);
    free(whole);
    assay_document_free(document);
}

static void set_reason(struct assay_document *document, const char *reason)
{
    free(document->crossovers[0].reason);
    document->crossovers[0].reason = assay_copy(reason);
}

static struct assay_document *never(void)
{
    static const struct crossed_point points[] = {
        { 10, 1.203, 1.12, 1.31, 18, 0.6 },
        { 1000, 1.91, 1.8, 2.0, 18, 0.6 },
        { 100000, 3.004, 2.9, 3.1, 18, 2.4 },
    };
    struct assay_document *document = crossed_document(points, 3);
    document->crossovers[0].outcome = ASSAY_CROSSOVER_NONE;
    return document;
}

static struct assay_document *twice(void)
{
    static const struct crossed_point points[] = {
        { 10, 0.8, 0.7, 0.9, 18, 0.6 },      { 96, 0.97, 0.95, 0.99, 44, 1.2 }, { 98, 1.03, 1.01, 1.05, 44, 1.2 },
        { 1000, 1.9, 1.8, 2.0, 18, 0.6 },    { 4000, 1.05, 1.01, 1.09, 44, 1.3 }, { 4060, 0.97, 0.95, 0.99, 44, 1.2 },
        { 100000, 0.3, 0.2, 0.4, 18, 2.4 },
    };
    struct assay_document *document = crossed_document(points, 7);
    document->crossovers[0].outcome = ASSAY_CROSSOVER_SEVERAL;
    crossed_change(document, 96, 98, 97.2);
    crossed_change(document, 4000, 4060, 4031);
    return document;
}

static struct assay_document *open_at_the_end(void)
{
    struct assay_document *document = crossed_document(crossed_points, CROSSED_POINTS);
    struct assay_comparison *last = &document->comparisons[CROSSED_POINTS - 1];
    last->high = 1.2;
    last->verdict = ASSAY_VERDICT_INCONCLUSIVE;
    last->direction = 0;
    last->direction_at_s = NAN;
    document->crossovers[0].faster_at_to = 0;
    crossed_change(document, 250, 271, 262.1);
    set_reason(document, "at limit=100000 the two could not be told apart: about 12 s more there would be needed");
    assay_comparison_note(last, "base is version 1.0.0, head is version 1.1.0");
    assay_comparison_note(&document->comparisons[0], "base is version 1.0.0, head is version 1.1.0");
    return document;
}

static void the_answer_stands_first_at_every_width(void **state)
{
    (void)state;
    assert_golden("once-120", crossed_once(), 120, true, false);
    assert_golden("once-80", crossed_once(), 80, true, false);
    assert_golden("once-60", crossed_once(), 60, true, false);
    assert_golden("once-ascii", crossed_once(), 0, false, false);
    assert_golden("once-color", crossed_once(), 80, true, true);
}

static void every_other_outcome_is_a_sentence_too(void **state)
{
    (void)state;
    assert_golden("never", never(), 80, true, false);
    assert_golden("twice", twice(), 80, true, false);
    assert_golden("open", open_at_the_end(), 80, true, false);
}

static void a_side_that_failed_is_named_with_its_message(void **state)
{
    static const struct crossed_point points[] = { { 10, 0, 0, 0, 0, 0.3 }, { 20, 0, 0, 0, 0, 0.3 } };
    struct assay_document *document = crossed_document(points, 2);
    (void)state;
    set_reason(document, "head crashed at limit=10: ended by signal 11 (SIGSEGV) in batch 3");
    document->comparisons[0].reason = assay_copy("head crashed");
    document->comparisons[1].reason = assay_copy("head crashed");
    document->benchmarks[1].status = ASSAY_STATUS_CRASHED;
    document->benchmarks[1].message = assay_copy("ended by signal 11 (SIGSEGV) in batch 3");
    assert_golden("failed", document, 80, true, false);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    for (unsigned width = 45; width <= 120; width += 5) {
        struct assay_document *const documents[] = { crossed_once(), never(), twice(), open_at_the_end() };
        for (size_t i = 0; i < 4; i++) {
            char *text = rendered(documents[i], width, false, false);
            for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
                if (strcspn(line, "\n") > width)
                    fail_msg("document %zu at %u: '%.*s'", i, width, (int)strcspn(line, "\n"), line);
            }
            free(text);
            assay_document_free(documents[i]);
        }
    }
}

static void real_values_are_shown_as_they_were_looked_at(void **state)
{
    static const struct crossed_point points[] = {
        { 0.5, 1.5, 1.4, 1.6, 18, 0.6 }, { 0.7071, 1.1, 1.05, 1.2, 18, 0.6 }, { 2, 0.6, 0.5, 0.7, 18, 0.6 }
    };
    struct assay_document *document = crossed_document(points, 3);
    (void)state;
    document->crossovers[0].outcome = ASSAY_CROSSOVER_ONE;
    crossed_change(document, 0.7071, 2, 0.912345);
    char *words = assay_words_crossover(document, 0);
    assert_string_equal(words, "primes.listed_root_break:variant=fixed is faster from limit 0.9123 [0.7071, 2] on; below "
                               "it primes.trial is");
    free(words);
    assay_document_free(document);
}

static void comparisons_of_no_crossover_keep_their_table(void **state)
{
    struct assay_document *document = crossed_once();
    (void)state;
    assert_int_equal(assay_crossovers_count_others(document), 0);
    char *text = rendered(document, 100, true, false);
    assert_null(strstr(text, "verdict"));
    free(text);
    compared_add(document, &compared_slower);
    assert_int_equal(assay_crossovers_count_others(document), 1);
    text = rendered(document, 100, true, false);
    assert_non_null(strstr(text, "is faster from limit 262 [250, 271] on"));
    assert_non_null(strstr(text, "sieve.bytes:limit=1000000"));
    free(text);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_stands_first_at_every_width),
        cmocka_unit_test(every_other_outcome_is_a_sentence_too),
        cmocka_unit_test(a_side_that_failed_is_named_with_its_message),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(real_values_are_shown_as_they_were_looked_at),
        cmocka_unit_test(comparisons_of_no_crossover_keep_their_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
