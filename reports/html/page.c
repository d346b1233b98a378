/* The page: its parts in their order, written piece by piece. Knows no part from within. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

#include <errno.h>
#include <stdlib.h>

void assay_html_flush(struct assay_html *page)
{
    struct assay_text *text = &page->text;
    if (text->failed) {
        return; /* said at the end */
    }
    if (text->length > 0 && !page->io_errno && fwrite(text->bytes, 1, text->length, page->to) != text->length) {
        page->io_errno = errno ? errno : EIO;
    }
    assay_text_clear(text);
}

bool assay_html_open(struct assay_html *page, enum assay_section_kind kind)
{
    const struct assay_section *section = &page->report->sections[kind];
    struct assay_text *out = &page->text;
    if (section->sheet_count == 0) {
        return false;
    }
    assay_text_format(out, "<section id=\"%s\"><h2>%s</h2>\n", section->id, section->title);
    assay_html_paragraph(out, "summary", section->summary);
    return true;
}

void assay_html_close(struct assay_html *page)
{
    assay_text_append(&page->text, "</section>\n");
    assay_html_flush(page);
}

static void history(struct assay_html *page)
{
    if (assay_html_open(page, ASSAY_SECTION_HISTORY)) {
        assay_html_history(&page->text, page->report);
        assay_html_close(page);
    }
}

static void profile(struct assay_html *page)
{
    if (assay_html_open(page, ASSAY_SECTION_PROFILE)) {
        assay_html_profile(&page->text, page->report);
        assay_html_close(page);
    }
}

void assay_html_drawn(struct assay_html *page)
{
    static void (*const parts[])(struct assay_html *) = {
        assay_html_comparison, assay_html_benchmarks, assay_html_scaling, assay_html_crossover, history, profile,
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i](page);
    }
}

static void script(struct assay_html *page)
{
    struct assay_text *out = &page->text;
    assay_text_append(out, "<script>");
    assay_text_append_bytes(out, assay_html_script, assay_html_script_length);
    assay_text_append(out, "</script>\n");
    assay_html_flush(page);
}

static int render(struct assay_html *page, struct assay_error *error)
{
    static void (*const parts[])(struct assay_html *) = {
        assay_html_head,        assay_html_verdict,     assay_html_drawn,
        assay_html_leaderboard, assay_html_environment, assay_html_reading,
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i](page);
    }
    int code = assay_html_data(page, error);
    assay_text_append(&page->text, "</main>\n");
    if (!code) {
        script(page);
        code = assay_html_documents(page, error);
    }
    assay_text_append(&page->text, "</body>\n</html>\n");
    if (!code) {
        assay_html_flush(page);
    }
    if (!code && page->text.failed) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!code && page->io_errno) {
        code = assay_fail_errno(error, page->io_errno, "writing the page");
    }
    return code;
}

int assay_report_html(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error)
{
    struct assay_html page = { .report = report, .text = ASSAY_TEXT_INIT, .to = to };
    (void)options; /* a page is as wide as its reader wants, and its view is its reader's */
    int code = assay_html_choose(&page) ? render(&page, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    assay_html_data_release(&page);
    assay_html_unchoose(&page);
    assay_text_release(&page.text);
    return code;
}
