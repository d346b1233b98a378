/* The comparison section: every ratio on one axis, the table below it, then each comparison opened. */
#include "reports/html/page.h"

#include "reports/cells.h"
#include "reports/html/parts.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>

/* A forest's rows with the texts that they point to. */
struct forest {
    struct assay_svg_ratio *rows;
    char **texts; /* three a row */
    size_t count;
    bool failed;
};

static void forest_begin(struct forest *forest, size_t capacity)
{
    forest->rows = calloc(capacity ? capacity : 1, sizeof *forest->rows);
    forest->texts = calloc(capacity ? 3 * capacity : 1, sizeof *forest->texts);
    forest->count = 0;
    forest->failed = !forest->rows || !forest->texts;
}

static void forest_release(struct forest *forest)
{
    for (size_t i = 0; forest->texts && i < 3 * forest->count; i++) {
        free(forest->texts[i]);
    }
    free(forest->texts);
    free(forest->rows);
}

/* Owns the three texts. */
static struct assay_svg_ratio *forest_add_take(struct forest *forest, char *label, char *link, char *value)
{
    char **texts = &forest->texts[3 * forest->count];
    struct assay_svg_ratio *row = &forest->rows[forest->count++];
    texts[0] = label;
    texts[1] = link;
    texts[2] = value;
    forest->failed = forest->failed || !label || !link || !value;
    *row = (struct assay_svg_ratio){
        .label = label, .link = link, .value = value, .word = "", .ratio = NAN, .low = NAN, .high = NAN
    };
    return row;
}

static char *value_of(const struct assay_compared *row)
{
    if (row->failed) {
        return assay_words_failure(row->base, row->head);
    }
    char *ratio = assay_words_ratio(row->comparison);
    char *interval = assay_words_interval(row->comparison);
    char *value = ratio && interval ? assay_formatted("%s%s%s", ratio, interval[0] ? " " : "", interval) : NULL;
    free(ratio);
    free(interval);
    return value;
}

static void fill_compared(struct forest *forest, const struct assay_report_comparisons *comparisons, size_t part)
{
    for (size_t i = 0; i < comparisons->row_count && !forest->failed; i++) {
        const struct assay_compared *from = &comparisons->rows[i];
        size_t index = (size_t)(from->comparison - comparisons->document->comparisons);
        struct assay_svg_ratio *row = forest_add_take(forest, assay_html_clean(from->short_name),
                                                      assay_formatted("#c%zu-%zu", part, index), value_of(from));
        row->word = from->failed ? "failed" : assay_verdict_word(from->comparison->verdict);
        row->tone = assay_compared_tone(from);
        if (!from->failed) {
            row->ratio = from->comparison->ratio;
            row->low = from->comparison->low;
            row->high = from->comparison->high;
        }
    }
}

static char *ratio_of(const struct assay_report_row *row)
{
    char *ratio = assay_cell_ratio(row->ratio), *range = assay_cell_range(row->ratio_low, row->ratio_high, true);
    char *value = NULL;
    if (ratio && range) {
        for (size_t i = 0; ratio[i]; i++) { /* cells are aligned with blanks */
            ratio[i] = ratio[i] == ' ' ? '\0' : ratio[i];
        }
        value = assay_formatted(range[0] ? "%s [%s]" : "%s", ratio, range);
    }
    free(ratio);
    free(range);
    return value;
}

static void fill_group(struct forest *forest, const struct assay_report_model *model,
                       const struct assay_report_group *group, size_t part)
{
    for (size_t i = 0; i < group->count && !forest->failed; i++) {
        const struct assay_report_row *from = &model->rows[group->first + i];
        size_t index = (size_t)(from->benchmark - model->document->benchmarks);
        if (!isfinite(from->ratio)) {
            continue;
        }
        struct assay_svg_ratio *row = forest_add_take(forest, assay_html_clean(from->short_name),
                                                      assay_formatted("#b%zu-%zu", part, index), ratio_of(from));
        row->ratio = from->ratio;
        row->low = from->ratio_low;
        row->high = from->ratio_high;
    }
}

/* Owns the title and the words. */
static void append_forest_take(struct assay_text *out, const struct assay_sheet *sheet, const struct forest *forest,
                               double margin, char *title, char *words)
{
    struct assay_html_chart figure;
    out->failed = out->failed || forest->failed;
    if (out->failed || forest->count == 0) {
        free(title);
        free(words);
    } else if (assay_html_chart_open_take(&figure, out, "forest", assay_formatted("forest-%s", sheet->id), title,
                                          words)) {
        assay_svg_forest(out, &figure.text, forest->rows, forest->count, margin);
        assay_html_chart_close(&figure, out);
    }
}

static void append_compared(struct assay_html *page, const struct assay_sheet *sheet)
{
    const struct assay_report_comparisons *comparisons = page->report->parts[sheet->part].comparisons;
    double margin = isfinite(comparisons->margin) ? comparisons->margin : 0;
    struct forest forest;
    forest_begin(&forest, comparisons->row_count);
    if (!forest.failed) {
        fill_compared(&forest, comparisons, sheet->part);
    }
    char *counts = assay_words_counts(comparisons->counts, comparisons->failed, comparisons->margin);
    char *words =
        counts
            ? assay_formatted("%s. To the right of 1 head takes more time, to the left less. Lines are the intervals "
                              "that verdicts come from%s.",
                              counts, margin > 0 ? "; the band is the margin" : "")
            : NULL;
    append_forest_take(&page->text, sheet, &forest, margin, assay_copy("Ratios of head's time over base's"), words);
    free(counts);
    forest_release(&forest);
}

static void append_grouped(struct assay_html *page, const struct assay_sheet *sheet)
{
    const struct assay_report_model *model = page->report->parts[sheet->part].benchmarks;
    if (sheet->index >= model->group_count) {
        return;
    }
    const struct assay_report_group *group = &model->groups[sheet->index];
    struct forest forest;
    forest_begin(&forest, group->count);
    if (!forest.failed) {
        fill_group(&forest, model, group, sheet->part);
    }
    append_forest_take(
        &page->text, sheet, &forest, 0,
        assay_formatted("%s: ratios of times", group->name ? group->name : "Benchmarks"),
        assay_copy("Time over that of the row at 1. Lines come from both intervals, and are wider than needed."));
    forest_release(&forest);
}

void assay_html_comparison(struct assay_html *page)
{
    const struct assay_report *report = page->report;
    const struct assay_section *section = &report->sections[ASSAY_SECTION_COMPARISON];
    if (!assay_html_open(page, ASSAY_SECTION_COMPARISON)) {
        return;
    }
    assay_html_columns(&page->text, &section->sheets[0]);
    for (size_t i = 0; i < section->sheet_count; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        bool compared = report->parts[sheet->part].comparisons != NULL;
        if (report->part_count > 1 && (i == 0 || section->sheets[i - 1].part != sheet->part)) {
            char *name = assay_html_part_name(report, sheet->part);
            assay_html_heading(&page->text, name);
            free(name);
        }
        if (compared) {
            append_compared(page, sheet);
        } else {
            append_grouped(page, sheet);
        }
        assay_html_sheet(&page->text, sheet);
        assay_html_flush(page);
    }
    assay_html_close(page);
}
