/* Markdown out of reports: text from outside made harmless, and rows that give way where the room ends. What a parser makes of
 * it: tests/readers/test_markdown.py. */
// links: reports result stats base
#include "sample_document.h"

#include "reports/markdown.h"
#include "reports/report.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

#include "report_forms.h"
#include "report_golden.h"

#define BREAK "\xe2\x80\x8b"

static void the_samples_are_as_accepted(void **state)
{
    (void)state;
    static const char *const samples[] = { "result-1", "comparisons", "crossovers", "profiles" };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        struct assay_document *document = stored_sample(samples[i]);
        char *name = assay_formatted("markdown-%s", samples[i]);
        assert_golden_take(name, formed(document, "md"));
        free(name);
        assay_document_free(document);
    }
}

static void assert_text(const char *text, bool start, const char *wanted)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_text_append(&out, "");
    assay_markdown_text(&out, text, start);
    assert_string_equal(out.bytes, wanted);
    assay_text_release(&out);
}

static void markup_from_outside_is_shown_as_it_is(void **state)
{
    (void)state;
    assert_text("a|b <i>&amp;", false, "a&#124;b &lt;i&gt;&amp;amp;");
    assert_text("*a* _b_ ~c~ `d` [e](f) $g$ \\", false, "\\*a\\* \\_b\\_ \\~c\\~ \\`d\\` \\[e\\](f) \\$g\\$ \\\\");
    assert_text("primes.listed_root", false, "primes.listed_root");
    assert_text("- a", true, "\\- a");
    assert_text("- a", false, "- a");
    assert_text("12. a", true, "12\\. a");
    assert_text("1.25 \xc2\xb5s", false, "1.25 \xc2\xb5s");
    assert_text("# a", true, "\\# a");
    assert_text("two\nlines", false, "two\xef\xbf\xbdlines");
}

static void nobody_is_mentioned_and_nothing_is_linked(void **state)
{
    (void)state;
    assert_text("@person", false, "@" BREAK "person");
    assert_text("a (@org/team)", false, "a (@" BREAK "org/team)");
    assert_text("limit=10@cpython", false, "limit=10@cpython");
    assert_text("me@host.tld", false, "me@" BREAK "host.tld");
    assert_text("#12 GH-12 gh-a", false, "\\#" BREAK "12 GH-" BREAK "12 gh-a");
    assert_text("http://x www.y WWW.z", false, "http:" BREAK "//x www" BREAK ".y WWW" BREAK ".z");
    assert_text(":tada: 16:10:31 a:100:b", false, ":" BREAK "tada: 16:10:31 a:" BREAK "100:b");
}

static void names_are_code_where_they_can_be(void **state)
{
    (void)state;
    struct assay_text out = ASSAY_TEXT_INIT;
    assay_markdown_code(&out, "@person: *a*");
    assay_text_append_char(&out, ' ');
    assay_markdown_code(&out, "a|@b");
    assay_text_append_char(&out, ' ');
    assay_markdown_code(&out, "`c");
    assay_markdown_code(&out, "");
    assert_string_equal(out.bytes, "`@person: *a*` a&#124;@" BREAK "b \\`c");
    assay_text_release(&out);
}

static struct assay_document *many(size_t count)
{
    struct assay_document *document = sample_document(0, 1, 1);
    for (size_t i = 0; i < count; i++) {
        sample_fill(assay_document_add(document), &sample_kernels[0], 6, 1, i + 1);
        char *id = assay_formatted("kernel.%05zu", i);
        rename_benchmark(document, i, id);
        free(id);
    }
    assert_int_equal(assay_document_compute(document, NULL), 0);
    return document;
}

static size_t count_of(const char *text, const char *piece)
{
    size_t count = 0;
    for (const char *at = strstr(text, piece); at; at = strstr(at + 1, piece)) {
        count++;
    }
    return count;
}

/* Broken by counting without what stands at the end. */
static void rows_give_way_where_the_room_ends_and_that_is_said(void **state)
{
    (void)state;
    struct assay_document *document = many(2000);
    char *text = formed(document, "markdown");
    size_t rows = count_of(text, "`kernel."), left = 0;
    assert_in_range(strlen(text), ASSAY_MARKDOWN_MOST - 600, ASSAY_MARKDOWN_MOST);
    const char *said = strstr(text, " more rows are left out: a comment holds 65536 characters.");
    assert_non_null(said);
    while (said[-1] != '\n') {
        said--;
    }
    assert_int_equal(sscanf(said, "%zu", &left), 1);
    assert_int_equal(left + rows, 2000);
    assert_non_null(strstr(text, "</details>\n\n"));
    assert_string_equal(text + strlen(text) - 7, "</sub>\n");
    free(text);
    assay_document_free(document);
}

/* Each '|' is six bytes. Broken by ten lines of any length. */
static void what_stands_at_the_end_has_an_end_too(void **state)
{
    (void)state;
    struct assay_document *document = many(12);
    char bars[300];
    memset(bars, '|', sizeof bars - 1);
    bars[sizeof bars - 1] = '\0';
    for (size_t i = 0; i < 12; i++) {
        char *id = assay_formatted("%zu%s", i, bars);
        rename_benchmark(document, i, id);
        free(id);
        document->benchmarks[i].status = ASSAY_STATUS_CRASHED;
        free(document->benchmarks[i].message);
        document->benchmarks[i].message = assay_copy(bars);
        assay_document_warn(document, "%zu%s", i, bars);
    }
    char *text = formed(document, "markdown");
    size_t before = strlen(text);
    for (const char *at = text; (at = strstr(at, "**Failed**")); at++) {
        before = (size_t)(at - text);
    }
    assert_in_range(strlen(text), 1, ASSAY_MARKDOWN_MOST);
    assert_in_range(strlen(text) - before, 1, ASSAY_MARKDOWN_MOST / 2);
    assert_non_null(strstr(text, "\n- and 7 more\n"));
    assert_string_equal(text + strlen(text) - 7, "</sub>\n");
    free(text);
    assay_document_free(document);
}

static void ten_rows_are_shown_and_the_rest_is_folded(void **state)
{
    (void)state;
    struct assay_document *document = many(24);
    char *text = formed(document, "markdown");
    char *folded = strstr(text, "<details><summary>More: 14 rows</summary>");
    assert_non_null(folded);
    assert_int_equal(count_of(folded, "`kernel."), 14);
    assert_int_equal(count_of(text, "`kernel."), 24);
    assert_null(strstr(text, "left out"));
    free(text);
    assay_document_free(document);
}

static void an_empty_report_is_one(void **state)
{
    (void)state;
    struct assay_document *document = sample_document(0, 1, 1);
    assert_has(document, "markdown", "### ");
    assert_has_not(document, "markdown", "| ---");
    assert_has(document, "rows", "section,sheet,row,column,text,number\r\n");
    assay_document_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_samples_are_as_accepted),
        cmocka_unit_test(markup_from_outside_is_shown_as_it_is),
        cmocka_unit_test(nobody_is_mentioned_and_nothing_is_linked),
        cmocka_unit_test(names_are_code_where_they_can_be),
        cmocka_unit_test(rows_give_way_where_the_room_ends_and_that_is_said),
        cmocka_unit_test(what_stands_at_the_end_has_an_end_too),
        cmocka_unit_test(ten_rows_are_shown_and_the_rest_is_folded),
        cmocka_unit_test(an_empty_report_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
