/* The benchmarks section: implementations of a group over each other, then every benchmark with its samples. */
#include "reports/html/page.h"

#include "reports/cells.h"
#include "reports/html/parts.h"

#include <stdlib.h>

#define OPEN_AT_MOST 4

/* The sheet of each benchmark of a part; heap; NULL: out of memory. */
static const struct assay_sheet **sheets_of(const struct assay_report *report, size_t part)
{
    const struct assay_section *section = &report->sections[ASSAY_SECTION_BENCHMARKS];
    size_t count = report->parts[part].document->benchmark_count;
    const struct assay_sheet **sheets = calloc(count + 1, sizeof *sheets);
    for (size_t i = 0; sheets && i < section->sheet_count; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        if (sheet->part == part && sheet->index < count) {
            sheets[sheet->index] = sheet;
        }
    }
    return sheets;
}

/* ---- one benchmark ---- */

static void append_summary(struct assay_text *out, const struct assay_report_row *row)
{
    const struct assay_benchmark *benchmark = row->benchmark;
    assay_text_append(out, "<summary><span class=\"name\">");
    assay_html_text(out, row->name);
    assay_text_append(out, "</span>");
    if (row->timed) {
        assay_text_append(out, " <span class=\"time\">");
        assay_html_take(out, assay_cell_ns(benchmark->statistics.median, true));
        assay_text_append(out, "</span> <span class=\"interval\">");
        assay_html_take(out, assay_cell_interval(benchmark->statistics.median, &benchmark->statistics.ci95, true));
        assay_text_append(out, "</span>");
    }
    if (benchmark->status != ASSAY_STATUS_OK) {
        assay_text_append(out, " <span class=\"status\" data-tone=\"bad\">");
        assay_html_take(out, assay_cell_words(assay_status_word(benchmark->status), true));
        assay_text_append(out, "</span>");
    }
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        assay_text_append(out, " <span class=\"flag\" data-tone=\"warn\">");
        assay_html_take(out, assay_cell_words(benchmark->flags[i], true));
        assay_text_append(out, "</span>");
    }
    assay_text_append(out, "</summary>\n");
}

static void append_search(struct assay_text *out, const struct assay_report_row *row)
{
    const struct assay_benchmark *benchmark = row->benchmark;
    assay_html_lower(out, row->name);
    assay_text_append_char(out, ' ');
    assay_html_text(out, assay_status_word(benchmark->status));
    assay_text_append_char(out, ' ');
    assay_html_lower(out, benchmark->group);
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        assay_text_append_char(out, ' ');
        assay_html_lower(out, benchmark->flags[i]);
    }
}

static void append_benchmark(struct assay_html *page, size_t part, const struct assay_report_row *row,
                             const struct assay_sheet *sheet, bool open)
{
    struct assay_text *out = &page->text;
    const struct assay_document *document = page->report->parts[part].document;
    size_t index = (size_t)(row->benchmark - document->benchmarks);
    char *stem = assay_formatted("b%zu-%zu", part, index);
    assay_text_format(out, "<details class=\"benchmark\" id=\"%s\" data-word=\"%s\" data-search=\"", stem ? stem : "",
                      assay_status_word(row->benchmark->status));
    append_search(out, row);
    assay_text_format(out, "\"%s>", open ? " open=\"open\"" : "");
    append_summary(out, row);
    assay_html_pairs(out, page->report->parts[part].comparisons, part, index);
    if (stem && page->charted[part][index]) {
        assay_html_samples(page, part, row);
    }
    if (sheet) {
        assay_html_sheet(out, sheet);
    }
    assay_text_append(out, "</details>\n");
    out->failed = out->failed || !stem;
    free(stem);
    assay_html_flush(page);
}

static void append_part(struct assay_html *page, size_t part)
{
    const struct assay_report *report = page->report;
    const struct assay_report_model *model = report->parts[part].benchmarks;
    const struct assay_sheet **sheets = sheets_of(report, part);
    if (!sheets) {
        page->text.failed = true;
        return;
    }
    if (report->part_count > 1) {
        char *name = assay_html_part_name(report, part);
        assay_html_heading(&page->text, name);
        free(name);
    }
    bool open = report->sections[ASSAY_SECTION_BENCHMARKS].sheet_count <= OPEN_AT_MOST;
    for (size_t i = 0; i < model->group_count; i++) {
        const struct assay_report_group *group = &model->groups[i];
        assay_html_together(page, part, i);
        for (size_t k = 0; k < group->count; k++) {
            const struct assay_report_row *row = &model->rows[group->first + k];
            append_benchmark(page, part, row, sheets[row->benchmark - model->document->benchmarks], open);
        }
    }
    free(sheets);
}

void assay_html_benchmarks(struct assay_html *page)
{
    if (!assay_html_open(page, ASSAY_SECTION_BENCHMARKS)) {
        return;
    }
    if (page->with_samples > ASSAY_HTML_CHARTED) {
        assay_text_format(
            &page->text,
            "<p class=\"note\">%d of %zu benchmarks have charts, what failed or changed first; the others have "
            "their table. All samples are in the data.</p>\n",
            ASSAY_HTML_CHARTED, page->with_samples);
    }
    for (size_t i = 0; i < page->report->part_count; i++) {
        append_part(page, i);
    }
    assay_html_close(page);
}
