/* Histories in reports: the text against golden outputs, the sheets, and the page's section; what is hostile, long or not known. */
// links: reports result stats base
#include "known_history.h"

#include "reports/history.h"
#include "reports/html/page.h"
#include "reports/report.h"
#include "reports/text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_golden.h"

static void assert_golden(const char *name, unsigned width, bool unicode)
{
    struct assay_document *document = history_document();
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_text text = ASSAY_TEXT_INIT;
    options.width = width;
    options.unicode = unicode;
    assay_text_append_history(&text, document, &options);
    assert_golden_take(name, assay_text_take(&text));
    assay_document_free(document);
}

static void at_120_columns(void **state)
{
    (void)state;
    assert_golden("history-120", 120, true);
}

static void at_60_columns(void **state)
{
    (void)state;
    assert_golden("history-60", 60, true);
}

static void in_ascii(void **state)
{
    (void)state;
    assert_golden("history-ascii", 100, false);
}

static char *text_of(const struct assay_document *document, unsigned width)
{
    struct assay_report_options options = ASSAY_REPORT_OPTIONS_INIT;
    struct assay_text text = ASSAY_TEXT_INIT;
    options.width = width;
    assay_text_append(&text, "");
    assay_text_append_history(&text, document, &options);
    return assay_text_take(&text);
}

static void no_line_is_wider_than_the_terminal(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    for (unsigned width = 60; width <= 200; width += 20) {
        char *text = text_of(document, width);
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            if (assay_utf8_width(line) > width)
                fail_msg("%u columns: '%s'", width, line);
        free(text);
    }
    assay_document_free(document);
}

static void without_history_nothing_is_said(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    while (document->history_count > 0)
        assay_history_release(&document->history[--document->history_count]);
    char *text = text_of(document, 80);
    assert_string_equal(text, "");
    free(text);
    assay_document_free(document);
}

/* ---- sheets ---- */

static struct assay_report *report_of(const struct assay_document *document)
{
    const struct assay_report_input input = { .document = document, .name = "x.json" };
    struct assay_report *report = NULL;
    struct assay_error error = { 0 };
    if (assay_report_new(&report, &input, 1, &error))
        fail_msg("%s", error.text);
    return report;
}

/* The cell of that column; NULL: the sheet has no such column. */
static const struct assay_sheet_cell *cell(const struct assay_sheet *sheet, size_t row, const char *column)
{
    for (size_t i = 0; i < sheet->column_count; i++)
        if (strcmp(sheet->columns[i].title, column) == 0)
            return &sheet->rows[row].cells[i];
    return NULL;
}

static void a_row_is_a_result_and_the_newest_comes_first(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    struct assay_report *report = report_of(document);
    const struct assay_section *section = &report->sections[ASSAY_SECTION_HISTORY];
    assert_int_equal(section->sheet_count, 2);
    assert_string_equal(section->summary, "2 series, 80 results: 1 slower (1 accepted), 1 faster.");
    const struct assay_sheet *ratios = &section->sheets[0], *times = &section->sheets[1];
    assert_string_equal(ratios->id, "history0-0");
    assert_string_equal(ratios->title, "sieve.segmented:limit=10000000");
    assert_string_equal(ratios->note, "time over that of build cec06f3a8442, measured side by side; machine 9a3c5e1f00b7d264");
    assert_int_equal(ratios->row_count, HISTORY_POINTS);
    assert_string_equal(cell(ratios, 0, "subject")->text, "release: 1.4.0");
    assert_string_equal(cell(ratios, HISTORY_POINTS - 1, "commit")->text, "cec06f3a8442");
    assert_null(cell(ratios, 0, "flags")); /* no result has any */
    size_t slower = HISTORY_POINTS - 1 - HISTORY_SLOWER;
    assert_string_equal(cell(ratios, slower, "date")->text, "2026-02-07");
    assert_string_equal(cell(ratios, slower, "ratio")->text, "1.082");
    assert_string_equal(cell(ratios, slower, "interval")->text, "[1.080, 1.084]");
    assert_string_equal(cell(ratios, slower, "what happened")->text,
                        "slower by 8.1 %: 1.081 times the time before [1.079, 1.083]; accepted by Ada on 2026-02-09: the check "
                        "finds limits that wrapped around; wrong answers were faster");
    assert_int_equal(cell(ratios, slower, "what happened")->tone, ASSAY_TONE_PLAIN);
    assert_string_equal(ratios->rows[slower].word, "accepted");
    assert_string_equal(cell(ratios, slower - 1, "what happened")->text, "");
    size_t faster = HISTORY_POINTS - 1 - HISTORY_FASTER;
    assert_string_equal(cell(times, faster, "what happened")->text,
                        "faster by 133 %: 0.429 times the time before [0.428, 0.431]; not reported before");
    assert_int_equal(cell(times, faster, "what happened")->tone, ASSAY_TONE_GOOD);
    assert_string_equal(cell(times, faster, "confidence")->text, "99.99 %");
    assert_string_equal(cell(times, HISTORY_POINTS - 1 - 29, "flags")->text, "drift");
    assert_string_equal(cell(times, HISTORY_POINTS - 1 - 3, "subject")->text, "");
    assert_string_equal(cell(times, HISTORY_POINTS - 1 - 3, "interval")->text, "");
    assay_report_free(report);
    assay_document_free(document);
}

static const struct worded {
    double ratio, low, high;
    int32_t since;
    bool reported;
    const char *words;
    enum assay_tone tone;
} worded[] = {
    { 1.081, 1.07, 1.09, -1, true, "slower by 8.1 %: 1.081 times the time before [1.070, 1.090]", ASSAY_TONE_BAD },
    { 0.8, 0.7, 0.9, -1, true, "faster by 25 %: 0.800 times the time before [0.700, 0.900]", ASSAY_TONE_GOOD },
    { 1.02, 0.99, 1.05, -1, true, "perhaps slower by 2.0 %: 1.020 times the time before [0.990, 1.050]", ASSAY_TONE_WARN },
    { 0.98, NAN, NAN, -1, true, "perhaps faster by 2.0 %: 0.980 times the time before with no bounds", ASSAY_TONE_WARN },
    { 1.5, 1.2, NAN, -1, false, "slower by 50 %: 1.500 times the time before [1.200, ?]; not reported before", ASSAY_TONE_BAD },
    { 1.031, 1.02, 1.04, 0, true,
      "slower by 3.1 % in small steps since cec06f3a8442: 1.031 times the time before [1.020, 1.040]", ASSAY_TONE_BAD },
};

static void a_change_is_said_in_words_with_its_interval(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    struct assay_history_series *series = &document->history[0];
    series->accepted[0].point = 3; /* another one */
    for (size_t i = 0; i < sizeof worded / sizeof worded[0]; i++) {
        const struct assay_history_change change = {
            HISTORY_SLOWER, worded[i].since, worded[i].ratio, worded[i].low, worded[i].high, NAN, worded[i].reported
        };
        series->changes[0] = change;
        char *words = assay_words_history_event(series, HISTORY_SLOWER);
        assert_string_equal(words, worded[i].words);
        assert_int_equal(assay_history_tone(series, HISTORY_SLOWER), worded[i].tone);
        free(words);
    }
    assay_document_free(document);
}

static void a_long_series_shows_its_end_and_what_changed(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    struct assay_document *document = history_document();
    struct assay_history_series *series = assay_document_add_history(document);
    series->benchmark = assay_copy("long");
    series->unit = ASSAY_HISTORY_NS;
    for (size_t i = 0; i < COUNT; i++)
        assay_history_add_point(series)->value = 1000 + (double)(i % 7);
    history_change(series, 5, 1.2, 1.1, 1.3);
    struct assay_report *report = report_of(document);
    const struct assay_sheet *sheet = &report->sections[ASSAY_SECTION_HISTORY].sheets[0]; /* nobody accepted it: first */
    assert_string_equal(sheet->id, "history0-2");
    assert_int_equal(sheet->row_count, 501);
    assert_string_equal(cell(sheet, 500, "what happened")->text,
                        "slower by 20 %: 1.200 times the time before [1.100, 1.300]");
    assert_non_null(strstr(sheet->note, "501 of 3000 results: the last, and those where something happened"));
    assay_report_free(report);
    assay_document_free(document);
}

static void of_many_series_those_that_changed_are_shown(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    for (size_t i = 0; i < 300; i++) {
        struct assay_history_series *series = assay_document_add_history(document);
        series->benchmark = assay_formatted("quiet%zu", i);
        series->unit = ASSAY_HISTORY_NS;
        assay_history_add_point(series)->value = 5;
        assay_history_add_point(series)->value = 5;
    }
    history_change(&document->history[301], 1, 1.2, 1.1, 1.3);
    struct assay_report *report = report_of(document);
    const struct assay_section *section = &report->sections[ASSAY_SECTION_HISTORY];
    assert_int_equal(section->sheet_count, 200);
    assert_string_equal(section->sheets[0].title, "quiet299");
    assert_string_equal(section->sheets[1].id, "history0-0");
    assert_non_null(strstr(section->summary, "200 series are shown: those that changed come first."));
    char *text = text_of(document, 80);
    assert_non_null(strstr(text, "292 further series are not shown here"));
    free(text);
    assay_report_free(report);
    assay_document_free(document);
}

/* ---- the page ---- */

static char *page_of(const struct assay_document *document)
{
    struct assay_report *report = report_of(document);
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_text_append(&out, "");
    assay_html_history(&out, report);
    assert_false(out.failed);
    assay_report_free(report);
    return assay_text_take(&out);
}

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

static void the_page_has_a_chart_and_a_table_a_series(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    char *page = page_of(document);
    assert_int_equal(count_of(page, "<figure class=\"chart history\" id=\"h0-"), 2);
    assert_int_equal(count_of(page, "<svg "), 2);
    assert_int_equal(count_of(page, "</svg>"), 2);
    assert_int_equal(count_of(page, "<table id=\"history0-"), 2);
    assert_non_null(strstr(page, "3c820b7b174a sieve: check the limits of every segment (2026-02-07): 1.082 [1.080, 1.084]; slower"));
    assert_non_null(strstr(page, "<figcaption>sieve.segmented:limit=10000000: 40 results from 2026-01-01 to 2026-03-23"));
    assert_non_null(strstr(page, "At 3c820b7b174a: slower by 8.1 %"));
    assert_non_null(strstr(page, "accepted by Ada"));
    free(page);
    assay_document_free(document);
}

static void nothing_of_a_document_becomes_markup(void **state)
{
    (void)state;
    static const char hostile[] = "</script><b onclick='x'>\"&\xe2\x80\xae\x1b[31m\xff";
    struct assay_document *document = history_document();
    struct assay_history_series *series = &document->history[0];
    char **const texts[] = { &series->benchmark,         &series->fingerprint,     &series->reference,
                             &series->points[39].commit, &series->points[39].subject, &series->points[39].branch,
                             &series->points[39].author_date, &series->accepted[0].who, &series->accepted[0].reason };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        free(*texts[i]);
        *texts[i] = assay_copy(hostile);
    }
    char *page = page_of(document), *text = text_of(document, 100);
    assert_null(strstr(page, "<b "));
    assert_null(strstr(page, "</script"));
    for (size_t i = 0; i < 2; i++) {
        const char *made = i == 0 ? page : text;
        assert_null(strchr(made, '\x1b'));
        assert_null(strstr(made, "\xe2\x80\xae"));
        assert_null(strchr(made, '\xff'));
    }
    free(page);
    free(text);
    assay_document_free(document);
}

static void a_document_of_histories_alone_has_a_verdict(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    struct assay_report *report = report_of(document);
    assert_string_equal(report->title, "history of 2 series");
    assert_string_equal(report->verdict.sentence, "None of 2 series has a slowdown that nobody accepted.");
    assert_string_equal(report->verdict.counts, "2 series, 80 results: 1 slower (1 accepted), 1 faster");
    assert_int_equal(report->verdict.tone, ASSAY_TONE_PLAIN);
    assay_report_free(report);
    history_change(&document->history[1], 30, 1.2, 1.1, 1.3);
    report = report_of(document);
    assert_string_equal(report->verdict.sentence, "1 of 2 series has a slowdown that nobody accepted.");
    assert_int_equal(report->verdict.tone, ASSAY_TONE_BAD);
    assay_report_free(report);
    assay_document_free(document);
}

/* A cell with a number does not break over lines. */
static void an_interval_sorts_by_its_number(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    struct assay_report *report = report_of(document);
    const struct assay_history_point *last = &document->history[0].points[HISTORY_POINTS - 1];
    assert_true(cell(&report->sections[ASSAY_SECTION_HISTORY].sheets[0], 0, "interval")->number == last->low);
    assay_report_free(report);
    assay_document_free(document);
}

static void a_series_without_results_or_with_one_is_shown(void **state)
{
    (void)state;
    struct assay_document *document = history_document();
    for (size_t i = 0; i < 2; i++) {
        struct assay_history_series *series = assay_document_add_history(document);
        series->benchmark = assay_copy(i == 0 ? "none" : "single");
        series->unit = ASSAY_HISTORY_NS;
        if (i == 1)
            assay_history_add_point(series)->value = 1e9;
    }
    char *page = page_of(document), *text = text_of(document, 0);
    assert_int_equal(count_of(page, "<figure"), 3);
    assert_non_null(strstr(text, "  none: 0 results, the last nothing yet"));
    assert_non_null(strstr(text, "  single: 1 result, the last 1"));
    free(page);
    free(text);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_120_columns),
        cmocka_unit_test(at_60_columns),
        cmocka_unit_test(in_ascii),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(without_history_nothing_is_said),
        cmocka_unit_test(a_row_is_a_result_and_the_newest_comes_first),
        cmocka_unit_test(a_change_is_said_in_words_with_its_interval),
        cmocka_unit_test(a_long_series_shows_its_end_and_what_changed),
        cmocka_unit_test(of_many_series_those_that_changed_are_shown),
        cmocka_unit_test(the_page_has_a_chart_and_a_table_a_series),
        cmocka_unit_test(nothing_of_a_document_becomes_markup),
        cmocka_unit_test(a_document_of_histories_alone_has_a_verdict),
        cmocka_unit_test(an_interval_sorts_by_its_number),
        cmocka_unit_test(a_series_without_results_or_with_one_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
