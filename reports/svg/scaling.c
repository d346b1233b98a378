/* Parameter against time, log-log, with what was fitted. Knows no document. */
#include "reports/svg/draw.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PLOT_HEIGHT 240
#define FIT_POINTS 60
#define MOST_TIPS 200 /* points with a tooltip of their own */
#define MARK_LINES 3  /* labels of marks may stand on, so that they do not touch */
#define MOST_CURVES 16

struct drawing {
    struct assay_text *out;
    struct assay_axis x, y;
    double top, bottom, left;
    const char *x_title;
    bool tips;
    double marks_height;
};

static void widen(double *low, double *high, double value)
{
    if (isfinite(value)) {
        *low = fmin(*low, value);
        *high = fmax(*high, value);
    }
}

static bool init_axes(struct drawing *drawing, const char *y_title, const struct assay_svg_curve *curves, size_t count)
{
    double x_low = INFINITY, x_high = -INFINITY, y_low = INFINITY, y_high = -INFINITY;
    size_t points = 0;
    for (size_t i = 0; i < count; i++) {
        points += curves[i].count;
        for (size_t k = 0; k < curves[i].count; k++) {
            widen(&x_low, &x_high, curves[i].x[k]);
            widen(&y_low, &y_high, curves[i].y[k]);
            if (curves[i].low && curves[i].low[k] > 0) {
                widen(&y_low, &y_high, curves[i].low[k]);
            }
            if (curves[i].high) {
                widen(&y_low, &y_high, curves[i].high[k]);
            }
        }
    }
    if (!(x_low <= x_high) || !(y_low <= y_high)) {
        return false;
    }
    drawing->tips = points <= MOST_TIPS;
    assay_axis_init(&drawing->x, ASSAY_AXIS_NUMBER, x_low, x_high, true);
    assay_axis_init(&drawing->y, assay_svg_kind_of(y_title), y_low, y_high, true);
    return true;
}

/* Cache sizes and the like, labels above the plot, the next one lower where they would touch. Returns their height;
 * `out` NULL: only that. */
static double draw_marks(const struct drawing *drawing, const struct assay_svg_mark *marks, size_t count)
{
    double ends[MARK_LINES] = { 0 }, height = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(marks[i].x >= drawing->x.low && marks[i].x <= drawing->x.high)) {
            continue;
        }
        double x = assay_axis_at(&drawing->x, marks[i].x), width = assay_axis_text_width(marks[i].label) + 6;
        bool before = x + width > ASSAY_SVG_RIGHT;
        size_t line = 0;
        while (line + 1 < MARK_LINES && ends[line] > (before ? x - width : x)) {
            line++;
        }
        ends[line] = before ? x : x + width;
        height = fmax(height, 13 * (double)(line + 1));
        if (!drawing->out) {
            continue;
        }
        double base = drawing->top - 3 - (drawing->marks_height - 13 * (double)(line + 1));
        struct assay_pen pen = assay_pen_open(drawing->out, "mark", " stroke-dasharray=\"4 3\"");
        assay_pen_move(&pen, x, base - 8);
        assay_pen_line(&pen, x, drawing->bottom);
        assay_pen_close(&pen, marks[i].label);
        assay_svg_group(drawing->out, "tick", true);
        assay_svg_words(drawing->out, before ? x - 4 : x + 4, base, before ? 'e' : 's', 200, marks[i].label);
        assay_svg_end_group(drawing->out);
    }
    return height;
}

/* The fit where it is on the paper, else lines between the points. */
static void draw_curve(const struct drawing *drawing, size_t index, const struct assay_svg_curve *curve)
{
    char class[32];
    snprintf(class, sizeof class, "curve series-%zu", index % ASSAY_SVG_SERIES);
    size_t points = curve->fit ? FIT_POINTS : curve->count;
    struct assay_pen pen = { 0 };
    bool on = false;
    double first = INFINITY, last = -INFINITY;
    for (size_t k = 0; k < curve->count; k++) {
        widen(&first, &last, curve->x[k]);
    }
    for (size_t k = 0; k < points; k++) {
        double share = (double)k / (points > 1 ? (double)(points - 1) : 1);
        double along = drawing->x.logarithmic ? first * pow(last / first, share) : first + (last - first) * share;
        double x = curve->fit ? along : curve->x[k];
        double y = curve->fit ? curve->fit(x, curve->context) : curve->y[k];
        if (!(y >= drawing->y.low && y <= drawing->y.high)) {
            on = false;
            continue;
        }
        if (!pen.out) {
            pen =
                assay_pen_open(drawing->out, class, curve->fit ? " stroke-width=\"1.5\"" : " stroke-dasharray=\"1 4\"");
        }
        (on ? assay_pen_line : assay_pen_move)(&pen, assay_axis_at(&drawing->x, x), assay_axis_at(&drawing->y, y));
        on = true;
    }
    if (pen.out) {
        assay_pen_close(&pen, curve->fit ? curve->fit_label : NULL);
    }
}

/* "trial, limit = 1000: 25.3 µs [25.1 µs, 25.6 µs]". Heap; NULL: no memory. */
static char *tip_of(const struct drawing *drawing, const struct assay_svg_curve *curve, size_t k)
{
    struct assay_text tip = ASSAY_TEXT_INIT;
    char *x = assay_svg_number(drawing->x.kind, curve->x[k]), *y = assay_svg_number(drawing->y.kind, curve->y[k]);
    bool known = curve->low && curve->high && isfinite(curve->low[k]) && isfinite(curve->high[k]);
    char *low = assay_svg_number(drawing->y.kind, known ? curve->low[k] : 0);
    char *high = assay_svg_number(drawing->y.kind, known ? curve->high[k] : 0);
    bool failed = !x || !y || !low || !high;
    if (!failed) {
        assay_text_format(&tip, "%s%s%s = %s: %s", curve->label ? curve->label : "",
                          curve->label && *curve->label ? ", " : "", drawing->x_title ? drawing->x_title : "", x, y);
        if (known) {
            assay_text_format(&tip, " [%s, %s]", low, high);
        }
    }
    free(x);
    free(y);
    free(low);
    free(high);
    if (failed) {
        assay_text_release(&tip);
        return NULL;
    }
    return assay_text_take(&tip);
}

static void draw_points(const struct drawing *drawing, size_t index, const struct assay_svg_curve *curve)
{
    char class[32];
    snprintf(class, sizeof class, "interval series-%zu", index % ASSAY_SVG_SERIES);
    struct assay_pen pen = assay_pen_open(drawing->out, class, NULL);
    for (size_t k = 0; curve->low && curve->high && k < curve->count; k++) {
        assay_pen_interval(&pen, &drawing->y, assay_axis_at(&drawing->x, curve->x[k]), curve->low[k], curve->high[k]);
    }
    assay_pen_close(&pen, NULL);
    pen = (struct assay_pen){ 0 };
    assay_svg_marks_group(drawing->out, "point", index);
    for (size_t k = 0; k < curve->count; k++) {
        if (!isfinite(curve->x[k]) || !isfinite(curve->y[k])) {
            continue;
        }
        if (!pen.out) {
            pen = assay_pen_open(drawing->out, NULL, NULL);
        }
        assay_pen_mark(&pen, index, assay_axis_at(&drawing->x, curve->x[k]), assay_axis_at(&drawing->y, curve->y[k]));
        if (drawing->tips) {
            char *tip = tip_of(drawing, curve, k);
            drawing->out->failed = drawing->out->failed || !tip;
            assay_pen_close(&pen, tip);
            free(tip);
            pen = (struct assay_pen){ 0 };
        }
    }
    if (pen.out) {
        assay_pen_close(&pen, NULL);
    }
    assay_svg_end_group(drawing->out);
}

static double legend_of(struct assay_text *out, const struct assay_svg_curve *curves, size_t count)
{
    struct assay_svg_key keys[MOST_CURVES];
    for (size_t i = 0; i < count; i++) {
        keys[i] = (struct assay_svg_key){ curves[i].label ? curves[i].label : "", curves[i].fit_label };
    }
    return assay_svg_legend(out, 0, keys, count);
}

void assay_svg_scaling(struct assay_text *out, const struct assay_svg_text *text, const char *x_title,
                       const char *y_title, const struct assay_svg_curve *curves, size_t count,
                       const struct assay_svg_mark *marks, size_t mark_count)
{
    struct drawing drawing = { .out = out, .x_title = x_title };
    size_t shown = count < MOST_CURVES ? count : MOST_CURVES;
    if (!init_axes(&drawing, y_title, curves, shown)) {
        assay_svg_nothing(out, text, "no points");
        return;
    }
    double legend = legend_of(NULL, curves, shown);
    assay_axis_place(&drawing.y, PLOT_HEIGHT, 0, true);
    drawing.left = ceil(assay_axis_label_width(&drawing.y)) + 10;
    assay_axis_place(&drawing.x, drawing.left, ASSAY_SVG_RIGHT, false);
    drawing.out = NULL;
    drawing.marks_height = draw_marks(&drawing, marks, mark_count);
    drawing.top = legend + ASSAY_SVG_LINE + 6 + drawing.marks_height;
    drawing.out = out;
    drawing.bottom = drawing.top + PLOT_HEIGHT;
    assay_axis_place(&drawing.y, drawing.bottom, drawing.top, true);
    assay_svg_open(out, text, drawing.bottom + ASSAY_SVG_AXIS_HEIGHT + ASSAY_SVG_LINE + 2, false);
    legend_of(out, curves, shown);
    assay_svg_group(out, "tick", true);
    assay_svg_words(out, 4, legend + 12, 's', 400, y_title ? y_title : "");
    assay_svg_end_group(out);
    assay_svg_axis_left(out, &drawing.y, drawing.left, ASSAY_SVG_RIGHT);
    assay_svg_axis_below(out, &drawing.x, drawing.top, drawing.bottom, x_title);
    draw_marks(&drawing, marks, mark_count);
    for (size_t i = 0; i < shown; i++) {
        draw_curve(&drawing, i, &curves[i]);
    }
    for (size_t i = 0; i < shown; i++) {
        draw_points(&drawing, i, &curves[i]);
    }
    assay_svg_close(out);
}
