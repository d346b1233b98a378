/* Charts of samples: one benchmark's, over its base's where it was compared; and those of a group. Knows no table. */
#include "reports/html/page.h"

#include "reports/cells.h"
#include "reports/html/parts.h"

#include <stdlib.h>
#include <string.h>

#define MOST_TOGETHER 8 /* as many as there are colours and marks that can be told apart */

/* ---- words ---- */

static char *distribution_words(const struct assay_benchmark *benchmark)
{
    const struct assay_statistics *statistics = &benchmark->statistics;
    if (!benchmark->has_statistics) {
        return assay_formatted("%zu sample%s, of which the document has no statistics.", benchmark->samples.count,
                               benchmark->samples.count == 1 ? "" : "s");
    }
    char *low = assay_cell_ns(statistics->min, true), *high = assay_cell_ns(statistics->max, true);
    char *median = assay_cell_ns(statistics->median, true);
    char *words = NULL;
    if (low && high && median) {
        words = benchmark->samples.count == 1
                    ? assay_formatted("One sample: %s an iteration. Nothing is known of its spread.", median)
                    : assay_formatted("%zu samples of %u process%s, from %s to %s an iteration; median %s.",
                                      benchmark->samples.count, statistics->processes,
                                      statistics->processes == 1 ? "" : "es", low, high, median);
    }
    free(low);
    free(high);
    free(median);
    return words;
}

/* Of both sides, the other first. */
static char *both_words(const struct assay_benchmark *base, const struct assay_benchmark *head)
{
    char *first = distribution_words(base), *second = distribution_words(head);
    char *words = first && second ? assay_formatted("Base: %s Head: %s", first, second) : NULL;
    free(first);
    free(second);
    return words;
}

static bool has_flag(const struct assay_benchmark *benchmark, const char *word)
{
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        if (strcmp(benchmark->flags[i], word) == 0) {
            return true;
        }
    }
    return false;
}

static char *order_words(const struct assay_benchmark *benchmark)
{
    const char *found = has_flag(benchmark, "drift")        ? "the samples drift"
                        : has_flag(benchmark, "not-steady") ? "the samples are not steady within their processes"
                        : !benchmark->has_statistics ? "nothing looked for drift"
                        : benchmark->statistics.processes < ASSAY_STATS_LEAST_PROCESSES
                            ? "too few processes to look for drift"
                            : "no drift was found";
    return assay_formatted("In the order of time, with the running median: %s.", found);
}

/* "base (gcc -O2)": what tells the sides apart, where something does. */
static char *side_label(const char *side, const char *label)
{
    return label && label[0] ? assay_formatted("%s (%s)", side, label) : assay_copy(side);
}

/* ---- one benchmark ---- */

struct sides { /* the benchmark; before it what it was compared with */
    struct assay_html_series from[2];
    struct assay_svg_series series[2];
    size_t count;
    const struct assay_benchmark *base; /* NULL: one side only */
};

static void sides_release(struct sides *sides)
{
    for (size_t i = 0; i < sides->count; i++) {
        assay_html_series_release(&sides->from[i]);
    }
}

static bool add_side_take(struct sides *sides, const struct assay_document *document, size_t benchmark, char *label,
                          size_t points)
{
    struct assay_html_series *from = &sides->from[sides->count];
    bool made = label && assay_html_series_fill(from, document, benchmark, label, true, points);
    if (made) {
        sides->series[sides->count++] = from->series;
    }
    free(label);
    return made;
}

/* Runs of their own have clocks of their own. */
static bool share_clock(const struct assay_benchmark *one, const struct assay_benchmark *other)
{
    return one->process_count > 0 && other->process_count > 0 &&
           one->processes[0].session == other->processes[0].session;
}

static bool fill_sides(struct sides *sides, const struct assay_html *page, const struct assay_report_part *part,
                       size_t index, const char *name)
{
    const struct assay_document *document = part->document;
    const struct assay_report_comparisons *comparisons = part->comparisons;
    size_t base = assay_html_base_of(comparisons, index);
    bool both = base != SIZE_MAX && document->benchmarks[base].samples.count > 0;
    size_t points = assay_html_points(page, both ? 2 : 1);
    *sides = (struct sides){ 0 };
    if (!both) {
        return add_side_take(sides, document, index, assay_copy(name), points);
    }
    sides->base = &document->benchmarks[base];
    return add_side_take(sides, document, base, side_label("base", comparisons->base_label), points) &&
           add_side_take(sides, document, index, side_label("head", comparisons->head_label), points);
}

static void append_distribution(struct assay_text *out, const struct assay_report_row *row, const struct sides *sides,
                                char *id)
{
    struct assay_html_chart figure;
    if (assay_html_chart_open_take(&figure, out, "distribution", id, assay_formatted("%s: distribution", row->name),
                                   sides->base ? both_words(sides->base, row->benchmark)
                                               : distribution_words(row->benchmark))) {
        assay_svg_distribution(out, &figure.text, sides->series, sides->count);
        assay_html_chart_close(&figure, out);
    }
}

static void append_order(struct assay_text *out, const struct assay_report_row *row, const struct sides *sides,
                         char *id)
{
    struct assay_html_chart figure;
    size_t break_count = 0, count = sides->count;
    double *breaks = count == 1 ? assay_html_breaks(&break_count, row->benchmark, &sides->series[0]) : NULL;
    if (assay_html_chart_open_take(&figure, out, "order", id, assay_formatted("%s: in the order of time", row->name),
                                   order_words(row->benchmark))) {
        assay_svg_order(out, &figure.text, sides->series, count, breaks, break_count);
        assay_html_chart_close(&figure, out);
    }
    free(breaks);
}

void assay_html_samples(struct assay_html *page, size_t part, const struct assay_report_row *row)
{
    const struct assay_report_part *from = &page->report->parts[part];
    const struct assay_document *document = from->document;
    size_t index = (size_t)(row->benchmark - document->benchmarks);
    struct assay_text *out = &page->text;
    struct sides sides;
    if (!fill_sides(&sides, page, from, index, row->name)) {
        out->failed = true;
        sides_release(&sides);
        return;
    }
    assay_text_append(out, "<div class=\"charts\">\n");
    append_distribution(out, row, &sides, assay_formatted("distribution%zu-%zu", part, index));
    if (sides.base && !share_clock(row->benchmark, sides.base)) {
        const struct sides head = { .series = { sides.series[1] }, .count = 1 };
        append_order(out, row, &head, assay_formatted("order%zu-%zu", part, index));
    } else {
        append_order(out, row, &sides, assay_formatted("order%zu-%zu", part, index));
    }
    assay_text_append(out, "</div>\n");
    sides_release(&sides);
}

/* ---- a group ---- */

static size_t gather(struct assay_html_series series[MOST_TOGETHER], struct assay_html *page, size_t part,
                     const struct assay_report_group *group, size_t *left_out)
{
    const struct assay_report_model *model = page->report->parts[part].benchmarks;
    size_t count = 0, together = group->count < MOST_TOGETHER ? group->count : MOST_TOGETHER;
    *left_out = 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct assay_report_row *row = &model->rows[group->first + i];
        size_t index = (size_t)(row->benchmark - model->document->benchmarks);
        if (!row->timed || !page->charted[part][index]) {
            continue;
        }
        if (count == MOST_TOGETHER) {
            (*left_out)++;
        } else if (!assay_html_series_fill(&series[count++], model->document, index, row->short_name, false,
                                           assay_html_points(page, together))) {
            page->text.failed = true;
            return count - 1;
        }
    }
    return count;
}

/* `all`: of the group, those without time or charts of their own included. */
static char *together_words(size_t count, size_t left_out, size_t all)
{
    return count == all ? assay_formatted("All %zu implementations in one chart.", count)
                        : assay_formatted("%s%zu of %zu implementations in one chart; the others stand below.",
                                          left_out > 0 ? "The first " : "", count, all);
}

void assay_html_together(struct assay_html *page, size_t part, size_t group_index)
{
    const struct assay_report_group *group = &page->report->parts[part].benchmarks->groups[group_index];
    struct assay_html_series from[MOST_TOGETHER] = { 0 };
    struct assay_svg_series series[MOST_TOGETHER];
    struct assay_html_chart figure;
    struct assay_text *out = &page->text;
    /* Two sides of a comparison stand over each other at the benchmark, and have one name here. */
    bool wanted = group->name && !page->report->parts[part].comparisons;
    size_t left_out = 0, count = wanted ? gather(from, page, part, group, &left_out) : 0;
    for (size_t i = 0; i < count; i++) {
        series[i] = from[i].series;
    }
    if (group->name) {
        assay_html_heading(out, group->name);
    }
    if (count > 1 && assay_html_chart_open_take(&figure, out, "distribution together",
                                                assay_formatted("distribution-g%zu-%zu", part, group_index),
                                                assay_formatted("%s: distributions", group->name),
                                                together_words(count, left_out, group->count))) {
        assay_svg_distribution(out, &figure.text, series, count);
        assay_html_chart_close(&figure, out);
    }
    for (size_t i = 0; i < count; i++) {
        assay_html_series_release(&from[i]);
    }
}
