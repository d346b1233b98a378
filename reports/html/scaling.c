/* The scaling section: parameter against time with the fitted growth, cache sizes marked. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

#include "base/number.h"
#include "stats/growth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_MARKS 3

struct curve { /* points that a logarithmic axis can show */
    double *x, *y, *low, *high, *bytes;
    size_t count;
};

struct growth { /* what the fitted line is drawn from */
    unsigned form;
    double coefficient, overhead;
};

static double grow(double x, const void *context)
{
    const struct growth *growth = context;
    return growth->overhead + growth->coefficient * assay_growth_form_value(growth->form, x);
}

static bool find_growth(struct growth *growth, const struct assay_scaling *scaling)
{
    for (size_t i = 0; scaling->best && i < scaling->form_count; i++) {
        const struct assay_scaling_form *form = &scaling->forms[i];
        if (strcmp(form->form, scaling->best) != 0) {
            continue;
        }
        for (unsigned k = 0; k < ASSAY_GROWTH_FORMS; k++) {
            if (strcmp(assay_growth_form_name(k), form->form) == 0) {
                *growth = (struct growth){ k, form->coefficient, form->overhead };
                return isfinite(form->coefficient) && isfinite(form->overhead);
            }
        }
    }
    return false;
}

static void curve_release(struct curve *curve)
{
    free(curve->x); /* the others lie behind it */
}

static bool curve_fill(struct curve *curve, const struct assay_document *document, const struct assay_scaling *scaling)
{
    size_t room = scaling->count + 1;
    *curve = (struct curve){ .x = calloc(5 * room, sizeof(double)) };
    if (!curve->x) {
        return false;
    }
    curve->y = curve->x + room;
    curve->low = curve->y + room;
    curve->high = curve->low + room;
    curve->bytes = curve->high + room;
    for (size_t i = 0; i < scaling->count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[scaling->benchmarks[i]];
        const struct assay_statistics *statistics = &benchmark->statistics;
        if (!benchmark->has_statistics || !(scaling->values[i] > 0) || !(statistics->median > 0)) {
            continue;
        }
        size_t k = curve->count++;
        curve->x[k] = scaling->values[i];
        curve->y[k] = statistics->median;
        curve->low[k] = statistics->ci95.known ? statistics->ci95.low : NAN;
        curve->high[k] = statistics->ci95.known ? statistics->ci95.high : NAN;
        curve->bytes[k] = benchmark->bytes;
    }
    return true;
}

/* Where along x the bytes of an iteration pass `limit`: between two points by a power law. NaN: nowhere. */
static double crossing(const struct curve *curve, double limit)
{
    for (size_t i = 1; i < curve->count; i++) {
        double low = curve->bytes[i - 1], high = curve->bytes[i];
        if (low > 0 && low <= limit && high > limit) {
            double share = log(limit / low) / log(high / low);
            return curve->x[i - 1] * pow(curve->x[i] / curve->x[i - 1], share);
        }
    }
    return NAN;
}

static size_t find_marks(struct assay_svg_mark marks[MOST_MARKS], char labels[MOST_MARKS][48],
                         const struct curve *curve, const struct assay_facts *facts)
{
    static const struct {
        const char *fact, *name;
    } caches[MOST_MARKS] = { { "l1d_bytes", "L1" }, { "l2_bytes", "L2" }, { "l3_bytes", "L3" } };
    size_t count = 0;
    for (size_t i = 0; i < MOST_MARKS; i++) {
        const struct assay_fact *fact = assay_facts_find(facts, "caches", caches[i].fact);
        bool known = fact && fact->kind == ASSAY_FACT_INTEGER && fact->integer > 0;
        double x = known ? crossing(curve, (double)fact->integer) : NAN;
        if (isfinite(x)) {
            char size[32];
            snprintf(labels[count], sizeof labels[count], "%s %s", caches[i].name,
                     assay_format_size(size, (uint64_t)fact->integer));
            marks[count] = (struct assay_svg_mark){ x, labels[count] };
            count++;
        }
    }
    return count;
}

/* The session that the first point was measured in: its caches. */
static const struct assay_facts *facts_of(const struct assay_document *document, const struct assay_scaling *scaling)
{
    const struct assay_benchmark *benchmark = &document->benchmarks[scaling->benchmarks[0]];
    size_t session = benchmark->process_count > 0 ? benchmark->processes[0].session : 0;
    return &document->sessions[session < document->session_count ? session : 0].environment;
}

static char *summary_of(const struct assay_scaling *scaling, size_t points, size_t mark_count)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_format(&text, "%zu values of %s against time, both logarithmic.", points, scaling->parameter);
    if (isfinite(scaling->exponent)) {
        assay_text_format(&text, " Time grows like %s^%.2f", scaling->parameter, scaling->exponent);
        if (isfinite(scaling->low) && isfinite(scaling->high)) {
            assay_text_format(&text, " [%.2f, %.2f]", scaling->low, scaling->high);
        }
        assay_text_format(&text, "%s%s.", scaling->best ? "; the best form is " : "",
                          scaling->best ? scaling->best : "");
    }
    if (mark_count > 0) {
        assay_text_append(&text, " Vertical lines: where the bytes that an iteration works on no longer fit a cache.");
    }
    return assay_text_take(&text);
}

static void append_chart(struct assay_text *out, const struct assay_document *document,
                         const struct assay_scaling *scaling, const char *stem, const struct curve *points)
{
    struct assay_svg_mark marks[MOST_MARKS];
    char labels[MOST_MARKS][48];
    size_t mark_count = find_marks(marks, labels, points, facts_of(document, scaling));
    struct growth growth = { 0 };
    struct assay_html_chart figure;
    bool fits = find_growth(&growth, scaling);
    char *label = assay_formatted(scaling->implementation ? "%s@%s" : "%s", scaling->kernel, scaling->implementation);
    char *clean = label ? assay_html_clean(label) : NULL, *x_title = assay_html_clean(scaling->parameter);
    char *title = label ? assay_formatted("%s: how time grows with %s", label, scaling->parameter) : NULL;
    char *words = summary_of(scaling, points->count, mark_count);
    out->failed = out->failed || !clean || !x_title;
    if (assay_html_chart_open_take(&figure, out, "scaling", assay_copy(stem), title, words)) {
        const struct assay_svg_curve curve = { .label = clean,
                                               .x = points->x,
                                               .y = points->y,
                                               .low = points->low,
                                               .high = points->high,
                                               .count = points->count,
                                               .fit = fits ? grow : NULL,
                                               .context = &growth,
                                               .fit_label = fits ? scaling->best : NULL };
        if (!out->failed) {
            assay_svg_scaling(out, &figure.text, x_title, "time an iteration", &curve, 1, marks, mark_count);
        }
        assay_html_chart_close(&figure, out);
    }
    free(label);
    free(clean);
    free(x_title);
}

static void append_scaling(struct assay_text *out, const struct assay_document *document, size_t part, size_t index)
{
    const struct assay_scaling *scaling = &document->scalings[index];
    struct curve points;
    char *stem = assay_formatted("s%zu-%zu", part, index);
    if (!stem || !curve_fill(&points, document, scaling)) {
        out->failed = true;
        free(stem);
        return;
    }
    if (points.count > 0) {
        append_chart(out, document, scaling, stem, &points);
    } else {
        assay_text_format(out, "<p class=\"note\" id=\"%s\">No value of the parameter has a time above 0.</p>\n", stem);
    }
    curve_release(&points);
    free(stem);
}

void assay_html_scaling(struct assay_html *page)
{
    const struct assay_section *section = &page->report->sections[ASSAY_SECTION_SCALING];
    if (!assay_html_open(page, ASSAY_SECTION_SCALING)) {
        return;
    }
    for (size_t i = 0; i < section->sheet_count; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        const struct assay_sheet *before = i > 0 ? sheet - 1 : NULL;
        const struct assay_document *document = page->report->parts[sheet->part].document;
        bool first = !before || before->part != sheet->part || before->index != sheet->index;
        if (first && sheet->index < document->scaling_count && document->scalings[sheet->index].count > 0) {
            assay_html_heading(&page->text, sheet->title);
            append_scaling(&page->text, document, sheet->part, sheet->index);
        }
        assay_html_sheet(&page->text, sheet);
        assay_html_flush(page);
    }
    assay_html_close(page);
}
