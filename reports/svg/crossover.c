/* A ratio against a parameter, with the stretches where the faster one changes. Knows no document. */
#include "reports/svg/draw.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>

#define PLOT_HEIGHT 200
#define LOGARITHMIC_FROM 8 /* fold of the parameter */
#define MOST_TIPS 200

struct drawing {
    struct assay_text *out;
    struct assay_axis x, y;
    double top, bottom;
    const char *x_title;
    const struct assay_svg_crossing *crossing;
};

static void widen(double *low, double *high, double value)
{
    if (isfinite(value)) {
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
}

static bool init_axes(struct drawing *drawing)
{
    const struct assay_svg_crossing *crossing = drawing->crossing;
    double margin = fmax(0.01, isfinite(crossing->margin) ? crossing->margin : 0);
    double x_low = INFINITY, x_high = -INFINITY, low = 1 / (1 + 2 * margin), high = 1 + 2 * margin;
    for (size_t i = 0; i < crossing->count; i++) {
        widen(&x_low, &x_high, crossing->x[i]);
        widen(&low, &high, crossing->ratio[i] > 0 ? crossing->ratio[i] : NAN);
        widen(&low, &high, crossing->low && crossing->low[i] > 0 ? crossing->low[i] : NAN);
        widen(&low, &high, crossing->high && crossing->high[i] > 0 ? crossing->high[i] : NAN);
    }
    if (!(x_low <= x_high)) {
        return false;
    }
    assay_axis_init(&drawing->x, ASSAY_AXIS_NUMBER, x_low, x_high, x_low > 0 && x_high >= LOGARITHMIC_FROM * x_low);
    assay_axis_init(&drawing->y, ASSAY_AXIS_RATIO, low, high, true);
    return true;
}

static void draw_box(struct drawing *drawing, const char *class, double left, double right, double top, double bottom,
                     const char *tip)
{
    struct assay_pen pen =
        assay_pen_open(drawing->out, class, " fill=\"currentColor\" stroke=\"none\" fill-opacity=\".2\"");
    assay_pen_move(&pen, left, top);
    assay_pen_line(&pen, right, top);
    assay_pen_line(&pen, right, bottom);
    assay_pen_line(&pen, left, bottom);
    assay_pen_area(&pen);
    assay_pen_close(&pen, tip);
}

static void draw_change(struct drawing *drawing, size_t i)
{
    const struct assay_svg_crossing *crossing = drawing->crossing;
    double at = crossing->change_at[i], low = crossing->change_low[i], high = crossing->change_high[i];
    char *from = assay_svg_number(drawing->x.kind, low), *to = assay_svg_number(drawing->x.kind, high);
    char *tip = assay_formatted("the faster one changes between %s and %s", from ? from : "", to ? to : "");
    drawing->out->failed = drawing->out->failed || !from || !to || !tip;
    if (isfinite(low) && isfinite(high)) {
        double left = assay_axis_at(&drawing->x, low), right = assay_axis_at(&drawing->x, high);
        if (right - left < 2) {
            left -= 1;
            right += 1;
        }
        draw_box(drawing, "change", left, right, drawing->top, drawing->bottom, tip);
    }
    if (isfinite(at)) {
        struct assay_pen pen = assay_pen_open(drawing->out, "change", " stroke-width=\"1.5\" stroke-dasharray=\"4 3\"");
        assay_pen_move(&pen, assay_axis_at(&drawing->x, at), drawing->top);
        assay_pen_line(&pen, assay_axis_at(&drawing->x, at), drawing->bottom);
        assay_pen_close(&pen, tip);
    }
    free(tip);
    free(from);
    free(to);
}

static void draw_ratios(struct drawing *drawing)
{
    const struct assay_svg_crossing *crossing = drawing->crossing;
    struct assay_pen pen = assay_pen_open(drawing->out, "curve series-0", " stroke-width=\"1.5\"");
    bool on = false;
    for (size_t i = 0; i < crossing->count; i++) {
        if (isfinite(crossing->ratio[i]) && crossing->ratio[i] > 0) {
            (on ? assay_pen_line : assay_pen_move)(&pen, assay_axis_at(&drawing->x, crossing->x[i]),
                                                   assay_axis_at(&drawing->y, crossing->ratio[i]));
            on = true;
        }
    }
    assay_pen_close(&pen, NULL);
    pen = assay_pen_open(drawing->out, "interval series-0", NULL);
    for (size_t i = 0; i < crossing->count; i++) {
        if (isfinite(crossing->ratio[i])) {
            assay_pen_interval(&pen, &drawing->y, assay_axis_at(&drawing->x, crossing->x[i]),
                               crossing->low ? crossing->low[i] : NAN, crossing->high ? crossing->high[i] : NAN);
        }
    }
    assay_pen_close(&pen, NULL);
    assay_svg_marks_group(drawing->out, "point", 0);
    for (size_t i = 0; i < crossing->count; i++) {
        if (!isfinite(crossing->ratio[i]) || !(crossing->ratio[i] > 0)) {
            continue;
        }
        double x = assay_axis_at(&drawing->x, crossing->x[i]);
        char *value = assay_svg_number(drawing->x.kind, crossing->x[i]);
        char *tip = assay_formatted("%s = %s: ratio %.4g", drawing->x_title ? drawing->x_title : "", value ? value : "",
                                    crossing->ratio[i]);
        pen = assay_pen_open(drawing->out, NULL, NULL);
        assay_pen_mark(&pen, 0, x, assay_axis_at(&drawing->y, crossing->ratio[i]));
        assay_pen_close(&pen, crossing->count <= MOST_TIPS ? tip : NULL);
        drawing->out->failed = drawing->out->failed || !value || !tip;
        free(tip);
        free(value);
    }
    assay_svg_end_group(drawing->out);
}

void assay_svg_crossover(struct assay_text *out, const struct assay_svg_text *text, const char *x_title,
                         const struct assay_svg_crossing *crossing)
{
    struct drawing drawing = { .out = out, .x_title = x_title, .crossing = crossing };
    if (!init_axes(&drawing)) {
        assay_svg_nothing(out, text, "no points");
        return;
    }
    drawing.top = ASSAY_SVG_LINE + 6;
    drawing.bottom = drawing.top + PLOT_HEIGHT;
    assay_axis_place(&drawing.y, drawing.bottom, drawing.top, true);
    double left = ceil(assay_axis_label_width(&drawing.y)) + 10;
    assay_axis_place(&drawing.x, left, ASSAY_SVG_RIGHT, false);
    assay_svg_open(out, text, drawing.bottom + ASSAY_SVG_AXIS_HEIGHT + ASSAY_SVG_LINE + 2, false);
    assay_svg_group(out, "tick", true);
    assay_svg_words(out, 4, 12, 's', 400, "ratio");
    assay_svg_end_group(out);
    assay_svg_axis_left(out, &drawing.y, left, ASSAY_SVG_RIGHT);
    assay_svg_axis_below(out, &drawing.x, drawing.top, drawing.bottom, x_title);
    if (crossing->margin > 0) {
        draw_box(&drawing, "band", left, ASSAY_SVG_RIGHT, assay_axis_at(&drawing.y, 1 + crossing->margin),
                 assay_axis_at(&drawing.y, 1 / (1 + crossing->margin)), NULL);
    }
    for (size_t i = 0; i < crossing->change_count; i++) {
        draw_change(&drawing, i);
    }
    struct assay_pen pen = assay_pen_open(out, "axis", " stroke-width=\"1.5\"");
    assay_pen_move(&pen, left, assay_axis_at(&drawing.y, 1));
    assay_pen_line(&pen, ASSAY_SVG_RIGHT, assay_axis_at(&drawing.y, 1));
    assay_pen_close(&pen, NULL);
    draw_ratios(&drawing);
    assay_svg_close(out);
}
