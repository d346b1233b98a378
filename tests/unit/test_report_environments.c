/* The environment section of a report: columns of documents and sessions, what differs and how grave, what can be done. */
// links: reports result stats base
#include "known_history.h"

#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

static void fill(struct assay_session *session, const char *model, const char *governor, double load)
{
    assay_facts_text(&session->environment, "cpu", "model", model, "/proc/cpuinfo");
    assay_facts_text(&session->environment, "frequency", "governor", governor, "cpufreq");
    assay_facts_real(&session->environment, "load", "before_1m", load, "/proc/loadavg");
    assay_facts_none(&session->environment, "kernel", "aslr", "no such file");
}

static struct assay_document *on(const char *model, const char *governor, double load)
{
    struct assay_document *document = history_document();
    fill(&document->sessions[0], model, governor, load);
    return document;
}

/* Frees no document. */
static struct assay_report *report_of(struct assay_document *const *documents, const char *const *names, size_t count)
{
    struct assay_report_input inputs[4];
    struct assay_report *report = NULL;
    struct assay_error error = { 0 };
    assert_true(count <= 4);
    for (size_t i = 0; i < count; i++)
        inputs[i] = (struct assay_report_input){ .document = documents[i], .name = names[i] };
    if (assay_report_new(&report, inputs, count, &error))
        fail_msg("%s", error.text);
    return report;
}

static const struct assay_section *section_of(const struct assay_report *report)
{
    return &report->sections[ASSAY_SECTION_ENVIRONMENT];
}

static const struct assay_sheet_row *row_of(const struct assay_sheet *sheet, const char *fact)
{
    for (size_t i = 0; i < sheet->row_count; i++)
        if (strcmp(sheet->rows[i].cells[0].text, fact) == 0)
            return &sheet->rows[i];
    return NULL;
}

static void one_environment_has_no_differences(void **state)
{
    (void)state;
    struct assay_document *documents[] = { on("A", "performance", 0.5), on("A", "performance", 0.5) };
    const char *const names[] = { "base.json", "head.json" };
    struct assay_report *report = report_of(documents, names, 2);
    const struct assay_section *section = section_of(report);
    assert_string_equal(section->summary, "one environment");
    assert_int_equal(section->sheet_count, 1);
    const struct assay_sheet *facts = &section->sheets[0];
    assert_string_equal(facts->title, "all facts");
    assert_int_equal(facts->column_count, 3);
    assert_string_equal(facts->columns[1].title, "value");
    assert_string_equal(row_of(facts, "document")->cells[1].text, "base.json and 1 more");
    assert_string_equal(row_of(facts, "cpu.model")->cells[1].text, "A");
    assert_string_equal(row_of(facts, "cpu.model")->cells[2].text, "/proc/cpuinfo");
    assert_string_equal(row_of(facts, "kernel.aslr")->cells[1].text, "");
    assert_string_equal(row_of(facts, "kernel.aslr")->cells[2].text, "no such file");
    assay_report_free(report);
    assay_document_free(documents[0]);
    assay_document_free(documents[1]);
}

static void what_differs_is_graded_with_what_can_be_done(void **state)
{
    (void)state;
    struct assay_document *documents[] = { on("A", "performance", 0.5), on("A", "powersave", 0.7), on("B", "powersave", 0.7) };
    const char *const names[] = { "base.json", NULL, "other\x1b.json" };
    assay_facts_text(&documents[2]->sessions[0].environment, "git", "commit", "c", "git");
    struct assay_report *report = report_of(documents, names, 3);
    const struct assay_section *section = section_of(report);
    assert_string_equal(section->summary, "1 blocking, 1 caution, 2 information");
    assert_int_equal(section->sheet_count, 2);
    const struct assay_sheet *sheet = &section->sheets[0];
    assert_string_equal(sheet->title, "environment differences");
    assert_int_equal(sheet->column_count, 6);
    assert_string_equal(sheet->columns[3].title, "environment 3");
    static const char *const rows[][6] = {
        { "document", "base.json", "document 2", "other\xef\xbf\xbd.json", "", "" },
        { "measured", "2026-03-28T12:00:00Z", "2026-03-28T12:00:00Z", "2026-03-28T12:00:00Z", "", "" },
        { "cpu.model", "A", "A", "B", "blocking", "compare on one machine" },
        { "frequency.governor", "performance", "powersave", "powersave", "caution",
          "set the same governor: cpupower frequency-set -g performance" },
        { "git.commit", "", "", "c", "information", "" },
        { "load.before_1m", "0.5", "0.7", "0.7", "information", "" },
    };
    assert_int_equal(sheet->row_count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < sheet->row_count; i++)
        for (size_t k = 0; k < 6; k++) {
            const char *text = sheet->rows[i].cells[k].text;
            assert_string_equal(text ? text : "", rows[i][k]);
        }
    assert_int_equal(sheet->rows[2].cells[4].tone, ASSAY_TONE_BAD);
    assert_int_equal(sheet->rows[3].cells[4].tone, ASSAY_TONE_WARN);
    assert_string_equal(row_of(&section->sheets[1], "git.commit")->cells[3].text, "c"); /* of the third column alone */
    assay_report_free(report);
    for (size_t i = 0; i < 3; i++)
        assay_document_free(documents[i]);
}

static void sessions_have_columns_and_at_most_twenty(void **state)
{
    (void)state;
    struct assay_document *document = on("A", "performance", 0);
    const char *const name = "many.json";
    for (size_t i = 1; i < 30; i++)
        fill(assay_document_add_session(document), "A", "performance", (double)i);
    struct assay_report *report = report_of(&document, &name, 1);
    const struct assay_section *section = section_of(report);
    const struct assay_sheet *sheet = &section->sheets[0];
    assert_int_equal(sheet->column_count, 23);
    assert_string_equal(sheet->columns[1].title, "session 1");
    assert_string_equal(sheet->columns[20].title, "session 20");
    assert_string_equal(sheet->rows[0].cells[20].text, "many.json, session 20 of 30");
    assert_string_equal(sheet->note, "The first 20 environments have a column; 10 further sessions have none.");
    assert_string_equal(sheet->rows[2].cells[0].text, "machine.fingerprint"); /* known of the first session alone */
    assert_string_equal(sheet->rows[2].cells[21].text, "caution");
    assay_report_free(report);
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_environment_has_no_differences),
        cmocka_unit_test(what_differs_is_graded_with_what_can_be_done),
        cmocka_unit_test(sessions_have_columns_and_at_most_twenty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
