/* A series over commits, with change points. Knows no store. */
#include "reports/svg/draw.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PLOT_HEIGHT 170
#define MOST_TIPS 300    /* points with a tooltip of their own; beyond, only where something changed */
#define MOST_POINTS 1500 /* beyond, every n-th is drawn, and all where something changed */
#define LABEL_COLUMNS 10 /* of a commit, below the axis */
#define LABEL_DIGITS 7   /* of a commit's id, as git abbreviates it */

struct drawing {
    struct assay_text *out;
    struct assay_axis x, y;
    double top, bottom;
    const struct assay_svg_point *points;
    size_t count, every;
};

static bool is_drawn(const struct drawing *drawing, size_t i)
{
    return i % drawing->every == 0 || drawing->points[i].change || i + 1 == drawing->count;
}

static bool init_axes(struct drawing *drawing, const char *y_title, bool logarithmic)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < drawing->count; i++) {
        const struct assay_svg_point *point = &drawing->points[i];
        double ends[] = { point->value, point->low, point->high };
        for (size_t k = 0; k < 3; k++) {
            if (isfinite(ends[k])) {
                low = fmin(low, ends[k]);
                high = fmax(high, ends[k]);
            }
        }
    }
    if (!(low <= high)) {
        return false;
    }
    assay_axis_init(&drawing->y, assay_svg_kind_of(y_title), low, high, logarithmic);
    assay_axis_init(&drawing->x, ASSAY_AXIS_NUMBER, 0, (double)(drawing->count > 1 ? drawing->count - 1 : 1), false);
    drawing->x.low = drawing->count > 1 ? -0.02 * (double)drawing->count : -1;
    return true;
}

/* A step line: a commit holds until the next. */
static void draw_line(const struct drawing *drawing)
{
    struct assay_pen pen = assay_pen_open(drawing->out, "curve series-0", NULL);
    double last = NAN;
    for (size_t i = 0; i < drawing->count; i++) {
        double y = assay_axis_at(&drawing->y, drawing->points[i].value);
        if (!isfinite(drawing->points[i].value) || !is_drawn(drawing, i)) {
            continue;
        }
        double x = assay_axis_at(&drawing->x, (double)i);
        if (isfinite(last)) {
            assay_pen_line(&pen, x, last);
            assay_pen_line(&pen, x, y);
        } else {
            assay_pen_move(&pen, x, y);
        }
        last = y;
    }
    assay_pen_close(&pen, NULL);
}

/* A change point: a line through, and a diamond at the point: filled, or hollow where it was accepted. */
static void draw_change(const struct drawing *drawing, const struct assay_svg_point *point, double x, double y)
{
    struct assay_text *out = drawing->out;
    char *tip =
        assay_formatted("%s%s", point->accepted ? "accepted change: " : "change: ", point->label ? point->label : "");
    const char *class = point->accepted ? "change accepted" : "change";
    struct assay_pen pen = assay_pen_open(out, class, " stroke-dasharray=\"4 3\"");
    assay_pen_move(&pen, x, drawing->top);
    assay_pen_line(&pen, x, drawing->bottom);
    assay_pen_close(&pen, NULL);
    pen = assay_pen_open(out, class, point->accepted ? " stroke-width=\"1.5\"" : " fill=\"currentColor\"");
    assay_pen_move(&pen, x - 5, y);
    assay_pen_line(&pen, x, y - 5);
    assay_pen_line(&pen, x + 5, y);
    assay_pen_line(&pen, x, y + 5);
    assay_pen_area(&pen);
    assay_pen_close(&pen, tip);
    out->failed = out->failed || !tip;
    free(tip);
}

static void draw_points(const struct drawing *drawing)
{
    bool tips = drawing->count <= MOST_TIPS;
    struct assay_pen pen = { 0 };
    assay_svg_marks_group(drawing->out, "point", 0);
    for (size_t i = 0; i < drawing->count; i++) {
        const struct assay_svg_point *point = &drawing->points[i];
        if (!isfinite(point->value) || point->change || !is_drawn(drawing, i)) {
            continue;
        }
        if (!pen.out) {
            pen = assay_pen_open(drawing->out, NULL, NULL);
        }
        assay_pen_mark(&pen, 0, assay_axis_at(&drawing->x, (double)i), assay_axis_at(&drawing->y, point->value));
        if (tips) {
            assay_pen_close(&pen, point->label);
            pen = (struct assay_pen){ 0 };
        }
    }
    if (pen.out) {
        assay_pen_close(&pen, NULL);
    }
    assay_svg_end_group(drawing->out);
    for (size_t i = 0; i < drawing->count; i++) {
        const struct assay_svg_point *point = &drawing->points[i];
        if (isfinite(point->value) && point->change) {
            draw_change(drawing, point, assay_axis_at(&drawing->x, (double)i),
                        assay_axis_at(&drawing->y, point->value));
        }
    }
}

static void draw_intervals(const struct drawing *drawing)
{
    struct assay_pen pen = assay_pen_open(drawing->out, "interval series-0", NULL);
    for (size_t i = 0; drawing->count <= MOST_TIPS && i < drawing->count; i++) {
        const struct assay_svg_point *point = &drawing->points[i];
        assay_pen_interval(&pen, &drawing->y, assay_axis_at(&drawing->x, (double)i), point->low, point->high);
    }
    assay_pen_close(&pen, NULL);
}

/* How much of a label its first word is, the commit. */
static size_t commit_length(const char *label)
{
    size_t length = label ? strcspn(label, " ,:") : 0;
    bool is_id = length > LABEL_DIGITS && strspn(label, "0123456789abcdef") == length;
    return is_id ? LABEL_DIGITS : length;
}

/* The commits of some points, where there is room. */
static void draw_commits(const struct drawing *drawing)
{
    struct assay_pen pen = assay_pen_open(drawing->out, "axis", NULL);
    assay_pen_move(&pen, drawing->x.from, drawing->bottom);
    assay_pen_line(&pen, drawing->x.to, drawing->bottom);
    assay_pen_close(&pen, NULL);
    assay_svg_group(drawing->out, "tick", true);
    double widest = 0, end = -INFINITY;
    for (size_t i = 0; i < drawing->count; i++) {
        size_t length = commit_length(drawing->points[i].label);
        widest = fmax(widest, (double)(length < LABEL_COLUMNS ? length : LABEL_COLUMNS) * assay_axis_text_width("0"));
    }
    for (size_t i = 0; i < drawing->count; i++) {
        const char *label = drawing->points[i].label;
        double x = assay_axis_at(&drawing->x, (double)i);
        double at = fmin(fmax(x, widest / 2), ASSAY_SVG_WIDTH - 2 - widest / 2);
        if (at - widest / 2 < end + 14) {
            continue;
        }
        char *word = assay_copy_bytes(label ? label : "", commit_length(label));
        drawing->out->failed = drawing->out->failed || !word;
        assay_svg_words(drawing->out, at, drawing->bottom + 14, 'm', LABEL_COLUMNS * assay_axis_text_width("0") + 1,
                        word ? word : "");
        end = at + widest / 2;
        free(word);
    }
    assay_svg_end_group(drawing->out);
}

void assay_svg_history(struct assay_text *out, const struct assay_svg_text *text, const char *y_title,
                       const struct assay_svg_point *points, size_t count, bool logarithmic)
{
    struct drawing drawing = { .out = out, .points = points, .count = count, .every = count / MOST_POINTS + 1 };
    if (!init_axes(&drawing, y_title, logarithmic)) {
        assay_svg_nothing(out, text, "no points");
        return;
    }
    drawing.top = ASSAY_SVG_LINE + 6;
    drawing.bottom = drawing.top + PLOT_HEIGHT;
    assay_axis_place(&drawing.y, drawing.bottom, drawing.top, true);
    double left = ceil(assay_axis_label_width(&drawing.y)) + 10;
    assay_axis_place(&drawing.x, left, ASSAY_SVG_RIGHT, false);
    assay_svg_open(out, text, drawing.bottom + ASSAY_SVG_AXIS_HEIGHT + (drawing.every > 1 ? ASSAY_SVG_LINE : 0) + 2,
                   false);
    assay_svg_group(out, "tick", true);
    assay_svg_words(out, 4, 12, 's', 400, y_title ? y_title : "");
    if (drawing.every > 1) {
        char *note = assay_formatted("drawn: 1 in %zu of %zu points, and every change", drawing.every, count);
        assay_svg_words(out, ASSAY_SVG_WIDTH / 2.0, drawing.bottom + 14 + ASSAY_SVG_LINE, 'm', 400, note ? note : "");
        out->failed = out->failed || !note;
        free(note);
    }
    assay_svg_end_group(out);
    assay_svg_axis_left(out, &drawing.y, left, ASSAY_SVG_RIGHT);
    draw_commits(&drawing);
    draw_intervals(&drawing);
    draw_line(&drawing);
    draw_points(&drawing);
    assay_svg_close(out);
}
