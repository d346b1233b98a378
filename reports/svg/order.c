/* Samples in the order of time, with the running median. Knows no document. */
#include "reports/svg/draw.h"
#include "reports/svg/values.h"

#include "stats/order.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define PLOT_HEIGHT 150
#define MEDIANS 48     /* of the running median, drawn */
#define WINDOW 255     /* values a median is of, at most: beyond, every n-th of the window */
#define BREAKS_APART 2 /* units: nearer ones are drawn as one */

struct drawing {
    struct assay_text *out;
    struct assay_axis x, y;
    struct assay_svg_range range;
    double top, bottom;
    bool timed; /* all series say when their samples began: else all stand by their indexes */
    const double *breaks;
    size_t break_count;
};

static double time_of(const struct drawing *drawing, const struct assay_svg_series *series, size_t index)
{
    return drawing->timed ? series->starts[index] : (double)index;
}

static void draw_points(const struct drawing *drawing, size_t index, const struct assay_svg_series *series,
                        const struct assay_svg_picks *picks)
{
    struct assay_pen pen = assay_svg_marks_open(drawing->out, "point", index);
    for (size_t i = 0; i < picks->count; i++) {
        double value = series->values[picks->indexes[i]];
        double x = round(assay_axis_at(&drawing->x, time_of(drawing, series, picks->indexes[i]))); /* whole: fewer bytes */
        if (value < drawing->range.low) {
            assay_pen_arrow(&pen, 'v', x, drawing->bottom);
        } else if (value > drawing->range.high) {
            assay_pen_arrow(&pen, '^', x, drawing->top);
        } else {
            assay_pen_mark(&pen, index, x, assay_axis_at(&drawing->y, value));
        }
    }
    assay_pen_close(&pen, NULL);
}

/* The median of up to WINDOW values around the middle `at`, `half` on either side. */
static double median_around(const struct assay_svg_series *series, size_t at, size_t half)
{
    double window[WINDOW];
    size_t first = at > half ? at - half : 0;
    size_t last = at + half < series->count ? at + half : series->count - 1;
    size_t every = (last - first) / WINDOW + 1;
    size_t count = 0;
    for (size_t i = first; i <= last && count < WINDOW; i += every) {
        window[count++] = series->values[i];
    }
    assay_sort(window, count);
    return assay_sorted_median(window, count);
}

static void draw_running_median(const struct drawing *drawing, size_t index, const struct assay_svg_series *series)
{
    if (series->count < 8) {
        return;
    }
    size_t half = series->count / 30 > 2 ? series->count / 30 : 2;
    size_t points = series->count < MEDIANS ? series->count : MEDIANS;
    char class[32];
    snprintf(class, sizeof class, "drift series-%zu", index % ASSAY_SVG_SERIES);
    struct assay_pen pen = assay_pen_open(drawing->out, class, " stroke-width=\"2\"");
    for (size_t i = 0; i < points; i++) {
        size_t at = i * (series->count - 1) / (points - 1);
        double x = round(assay_axis_at(&drawing->x, time_of(drawing, series, at)));
        double y = assay_axis_at(&drawing->y, median_around(series, at, half));
        (i == 0 ? assay_pen_move : assay_pen_line)(&pen, x, y);
    }
    assay_pen_close(&pen, NULL);
}

/* Where a new process began. */
static void draw_breaks(const struct drawing *drawing)
{
    struct assay_pen pen = { 0 };
    double last = -INFINITY;
    for (size_t i = 0; i < drawing->break_count; i++) {
        double time = drawing->breaks[i];
        double x = assay_axis_at(&drawing->x, time);
        if (time > drawing->x.low && time < drawing->x.high && fabs(x - last) >= BREAKS_APART) {
            if (!pen.out) {
                pen = assay_pen_open(drawing->out, "axis", " stroke-dasharray=\"2 3\"");
            }
            assay_pen_move(&pen, x, drawing->top);
            assay_pen_line(&pen, x, drawing->bottom);
            last = x;
        }
    }
    if (pen.out) {
        assay_pen_close(&pen, "a new process");
    }
}

/* The time axis: where all series say when they began. */
static void init_time(struct drawing *drawing, const struct assay_svg_series *series, size_t count)
{
    double low = INFINITY, high = -INFINITY;
    drawing->timed = true;
    for (size_t i = 0; i < count; i++) {
        drawing->timed = drawing->timed && series[i].starts;
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < series[i].count; k++) {
            low = fmin(low, time_of(drawing, &series[i], k));
            high = fmax(high, time_of(drawing, &series[i], k));
        }
    }
    assay_axis_init(&drawing->x, drawing->timed ? ASSAY_AXIS_TIME : ASSAY_AXIS_NUMBER, low,
                    drawing->timed ? high : fmax(high, low + 1), false);
    drawing->x.whole = !drawing->timed;
}

static void draw_all(struct drawing *drawing, const struct assay_svg_text *text, const struct assay_svg_series *series,
                     size_t count, const struct assay_svg_picks *picks, const char *note)
{
    struct assay_text *out = drawing->out;
    struct assay_svg_key keys[ASSAY_SVG_MOST_SERIES];
    for (size_t i = 0; i < count; i++) {
        keys[i] = (struct assay_svg_key){ series[i].label ? series[i].label : "", NULL };
    }
    double legend = count > 1 ? assay_svg_legend(NULL, 0, keys, count) : 0;
    drawing->top = legend + 8;
    drawing->bottom = drawing->top + PLOT_HEIGHT;
    assay_axis_init(&drawing->y, ASSAY_AXIS_TIME, drawing->range.low, drawing->range.high, drawing->range.logarithmic);
    assay_axis_place(&drawing->y, drawing->bottom, drawing->top, true);
    double left = ceil(assay_axis_label_width(&drawing->y)) + 10;
    init_time(drawing, series, count);
    assay_axis_place(&drawing->x, left, ASSAY_SVG_RIGHT, false);
    assay_svg_open(out, text,
                   drawing->bottom + ASSAY_SVG_AXIS_HEIGHT + ASSAY_SVG_LINE + assay_svg_note(NULL, 0, 0, note) + 2,
                   false);
    if (count > 1) {
        assay_svg_legend(out, 0, keys, count);
    }
    assay_svg_axis_left(out, &drawing->y, left, ASSAY_SVG_RIGHT);
    assay_svg_axis_below(out, &drawing->x, drawing->bottom, drawing->bottom,
                         drawing->x.kind == ASSAY_AXIS_TIME ? "time since the run began"
                                                            : "sample, in the order of time");
    if (note && *note) {
        assay_svg_centred(out, "tick");
        assay_svg_note(out, (left + ASSAY_SVG_RIGHT) / 2, drawing->bottom + 14 + 2 * ASSAY_SVG_LINE, note);
        assay_svg_end_group(out);
    }
    draw_breaks(drawing);
    for (size_t i = 0; i < count; i++) {
        draw_points(drawing, i, &series[i], &picks[i]);
    }
    for (size_t i = 0; i < count; i++) {
        draw_running_median(drawing, i, &series[i]);
    }
}

void assay_svg_order(struct assay_text *out, const struct assay_svg_text *text, const struct assay_svg_series *series,
                     size_t count, const double *breaks, size_t break_count)
{
    size_t shown = count < ASSAY_SVG_MOST_SERIES ? count : ASSAY_SVG_MOST_SERIES;
    struct assay_svg_picks picks[ASSAY_SVG_MOST_SERIES] = { 0 };
    struct drawing drawing = { .out = out, .breaks = breaks, .break_count = break_count };
    bool failed = false;
    if (assay_svg_range(&drawing.range, picks, series, shown, &failed)) {
        char *note = assay_svg_range_note(&drawing.range, count - shown);
        draw_all(&drawing, text, series, shown, picks, note);
        assay_svg_close(out);
        failed = !note;
        free(note);
    } else {
        assay_svg_nothing(out, text, "no samples");
    }
    out->failed = out->failed || failed;
    for (size_t i = 0; i < shown; i++) {
        assay_svg_picks_release(&picks[i]);
    }
}
