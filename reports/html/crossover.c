/* The crossover section: the ratio along a parameter, and where the faster one changes. */
#include "reports/html/page.h"

#include "reports/crossovers.h"
#include "reports/html/parts.h"

#include <math.h>
#include <stdlib.h>

struct points {
    double *x, *ratio, *low, *high, *change_low, *change_high, *change_at;
    size_t count;
    double margin;
};

/* Values without a ratio (a side failed) are in the table only. */
static bool points_fill(struct points *points, const struct assay_document *document,
                        const struct assay_crossover *crossover)
{
    size_t room = crossover->point_count + 1, changes = crossover->change_count + 1;
    *points = (struct points){ .x = calloc(4 * room + 3 * changes, sizeof(double)) };
    if (!points->x) {
        return false;
    }
    points->ratio = points->x + room;
    points->low = points->ratio + room;
    points->high = points->low + room;
    points->change_low = points->high + room;
    points->change_high = points->change_low + changes;
    points->change_at = points->change_high + changes;
    for (size_t i = 0; i < crossover->point_count; i++) {
        const struct assay_comparison *comparison = &document->comparisons[crossover->comparisons[i]];
        if (!(comparison->ratio > 0) || !isfinite(crossover->values[i])) {
            continue;
        }
        size_t k = points->count++;
        points->x[k] = crossover->values[i];
        points->ratio[k] = comparison->ratio;
        points->low[k] = comparison->low;
        points->high[k] = comparison->high;
        points->margin = comparison->margin;
    }
    for (size_t i = 0; i < crossover->change_count; i++) {
        points->change_low[i] = crossover->changes[i].low;
        points->change_high[i] = crossover->changes[i].high;
        points->change_at[i] = crossover->changes[i].estimate;
    }
    return true;
}

static void append_chart(struct assay_text *out, const struct assay_crossover *crossover, const struct points *points,
                         const char *stem, const char *sentence)
{
    struct assay_html_chart figure;
    char *x_title = assay_html_clean(crossover->parameter);
    char *title = assay_formatted("%s against %s along %s", crossover->head, crossover->base, crossover->parameter);
    if (assay_html_chart_open_take(&figure, out, "crossover", assay_copy(stem), title, assay_copy(sentence))) {
        const struct assay_svg_crossing crossing = { .x = points->x,
                                                     .ratio = points->ratio,
                                                     .low = points->low,
                                                     .high = points->high,
                                                     .count = points->count,
                                                     .change_low = points->change_low,
                                                     .change_high = points->change_high,
                                                     .change_at = points->change_at,
                                                     .change_count = crossover->change_count,
                                                     .margin = isfinite(points->margin) ? points->margin : 0 };
        if (x_title) {
            assay_svg_crossover(out, &figure.text, x_title, &crossing);
        }
        assay_html_chart_close(&figure, out);
    }
    out->failed = out->failed || !x_title;
    free(x_title);
}

static void append_crossover(struct assay_text *out, const struct assay_document *document, size_t part, size_t index)
{
    struct points points = { 0 };
    char *stem = assay_formatted("x%zu-%zu", part, index);
    char *sentence = assay_words_crossover(document, index), *looked = assay_words_looked(document, index);
    if (!stem || !sentence || !looked || !points_fill(&points, document, &document->crossovers[index])) {
        out->failed = true;
    } else if (points.count > 0) {
        append_chart(out, &document->crossovers[index], &points, stem, sentence);
        assay_html_paragraph(out, "note", looked);
    } else {
        assay_text_format(out, "<p class=\"summary\" id=\"%s\">", stem);
        assay_html_text(out, sentence);
        assay_text_append(out, "</p>\n");
    }
    free(points.x);
    free(stem);
    free(sentence);
    free(looked);
}

void assay_html_crossover(struct assay_html *page)
{
    const struct assay_section *section = &page->report->sections[ASSAY_SECTION_CROSSOVER];
    if (!assay_html_open(page, ASSAY_SECTION_CROSSOVER)) {
        return;
    }
    assay_html_columns(&page->text, &section->sheets[0]);
    for (size_t i = 0; i < section->sheet_count; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        const struct assay_document *document = page->report->parts[sheet->part].document;
        assay_html_heading(&page->text, sheet->title);
        if (sheet->index < document->crossover_count) {
            append_crossover(&page->text, document, sheet->part, sheet->index);
        }
        assay_html_sheet(&page->text, sheet);
        assay_html_flush(page);
    }
    assay_html_close(page);
}
