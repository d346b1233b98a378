/* The history section of the page: a chart and a table a series. Knows no table's digits, and draws nothing itself. */
#include "reports/html/page.h"

#include "reports/history.h"
#include "reports/html/parts.h"
#include "reports/svg/charts.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_POINTS = 1000, MOST_CHANGES = 300 }; /* of a chart: results, and changes beside them */

/* Owns `words`. */
static void append_take(struct assay_text *text, const char *lead, char *words)
{
    if (words && words[0]) {
        assay_text_append(text, lead);
        assay_text_append(text, words);
    }
    text->failed = text->failed || !words;
    free(words);
}

/* "3c820b7b174a sieve: check every limit (2026-02-07): 1.083 [1.081, 1.085]; slower by ..." Heap. */
static char *label_of(const struct assay_history_series *series, size_t index)
{
    const struct assay_history_point *point = &series->points[index];
    struct assay_text text = ASSAY_TEXT_INIT;
    append_take(&text, "", assay_words_history_commit(point->commit));
    append_take(&text, " ", assay_copy(point->subject ? point->subject : ""));
    if (point->author_date) {
        append_take(&text, " (", assay_words_history_date(point->author_date));
        assay_text_append(&text, ")");
    }
    append_take(&text, ": ", assay_words_history_value(series, index, true));
    append_take(&text, " ", assay_words_history_interval(series, index, true));
    append_take(&text, "; ", assay_words_history_event(series, index));
    return assay_text_take(&text);
}

struct drawn {
    struct assay_svg_point *points;
    size_t count;
    size_t stride; /* every so many-th result, and all where something happened */
    double least, most;
};

static bool draw(struct drawn *drawn, const struct assay_history_series *series)
{
    *drawn = (struct drawn){ .stride = series->point_count / MOST_POINTS + 1, .least = INFINITY };
    drawn->points = calloc(series->point_count + 1, sizeof *drawn->points);
    for (size_t i = 0; drawn->points && i < series->point_count; i++) {
        const struct assay_history_point *point = &series->points[i];
        const struct assay_history_change *at = assay_history_change_at(series, i);
        bool late = at && (size_t)(series->changes + series->change_count - at) <= MOST_CHANGES;
        if (!late && (series->point_count - 1 - i) % drawn->stride != 0) {
            continue;
        }
        char *label = label_of(series, i);
        drawn->points[drawn->count++] =
            (struct assay_svg_point){ .value = point->value,
                                      .low = point->low,
                                      .high = point->high,
                                      .label = label,
                                      .change = at != NULL,
                                      .accepted = at && assay_history_acceptance_at(series, i) };
        drawn->least = fmin(drawn->least, point->value);
        drawn->most = fmax(drawn->most, point->value);
        if (!label) {
            return false;
        }
    }
    return drawn->points != NULL;
}

static void release(struct drawn *drawn)
{
    for (size_t i = 0; drawn->points && i < drawn->count; i++) {
        free((char *)(uintptr_t)drawn->points[i].label);
    }
    free(drawn->points);
}

static void append_chart(struct assay_text *out, const struct assay_history_series *series, const struct assay_sheet *sheet)
{
    struct drawn drawn;
    struct assay_html_chart chart;
    bool ratio = series->unit == ASSAY_HISTORY_RATIO;
    bool good = draw(&drawn, series);
    char *id = assay_formatted("h%zu-%zu", sheet->part, sheet->index);
    char *title = assay_formatted("%s: %s over commits", sheet->title, ratio ? "ratio to the reference" : "time");
    char *summary = assay_words_history_summary(series);
    char *words = summary ? assay_formatted("%s: %s", sheet->title, summary) : NULL;
    if (words && drawn.stride > 1) {
        char *all = words;
        words = series->change_count > MOST_CHANGES
                    ? assay_formatted("%s One of %zu results is drawn, and the last %d changes.", all, drawn.stride, MOST_CHANGES)
                    : assay_formatted("%s One of %zu results is drawn, and the changes.", all, drawn.stride);
        free(all);
    }
    free(summary);
    out->failed = out->failed || !good;
    if (assay_html_chart_open_take(&chart, out, "history", id, title, words)) {
        if (good) {
            assay_svg_history(out, &chart.text, ratio ? "ratio to the reference" : "time", drawn.points, drawn.count,
                              ratio || drawn.most > 10 * drawn.least);
        }
        assay_html_chart_close(&chart, out);
    }
    release(&drawn);
}

void assay_html_history(struct assay_text *out, const struct assay_report *report)
{
    const struct assay_section *section = &report->sections[ASSAY_SECTION_HISTORY];
    for (size_t i = 0; i < section->sheet_count; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        const struct assay_history_series *series = &report->parts[sheet->part].document->history[sheet->index];
        if (i == 0 || sheet->part != section->sheets[i - 1].part) {
            char *name = report->part_count > 1 ? assay_html_part_name(report, sheet->part) : assay_copy("");
            assay_html_heading(out, name);
            out->failed = out->failed || !name;
            free(name);
        }
        if (series->point_count > 0) {
            append_chart(out, series, sheet);
        }
        assay_html_sheet(out, sheet);
    }
}
