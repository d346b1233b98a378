/* Raincloud: density, raw points, median with interval. Knows no document. */
#include "reports/svg/draw.h"
#include "reports/svg/values.h"

#include "reports/cells.h"
#include "stats/order.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEFT 10
#define TEXT_HEIGHT 16
#define STRIP 12 /* of raw points */
#define CURVE_POINTS 90 /* at most */
#define MOST_BINS 4096
#define BINS_A_WIDTH 4 /* bins in the kernel's width */
#define REACH 4        /* widths of the kernel on either side */

struct drawing {
    struct assay_text *out;
    struct assay_axis axis;
    struct assay_svg_range range;
    double height; /* of a density */
    bool alone;
};

static double scaled(const struct assay_axis *axis, double value)
{
    return axis->logarithmic ? log(value) : value;
}

/* Silverman's rule of at most 2,000 samples, however few are drawn: 0.9 min(sd, IQR/1.34) n^-1/5, of what is on the
 * axis, as a share of it; 0: no spread. */
static double kernel_width(const struct drawing *drawing, const struct assay_svg_series *series)
{
    struct assay_svg_picks all = { 0 }, *picks = &all;
    drawing->out->failed =
        drawing->out->failed || assay_svg_pick(picks, series->values, series->count, ASSAY_SVG_MOST_POINTS);
    const struct assay_axis *axis = &drawing->axis;
    double *inside = malloc((picks->count + 1) * sizeof *inside);
    size_t count = 0;
    double mean = 0, squares = 0;
    for (size_t i = 0; inside && i < picks->count; i++) {
        double value = series->values[picks->indexes[i]];
        if (value >= drawing->range.low && value <= drawing->range.high) {
            inside[count++] =
                (scaled(axis, value) - scaled(axis, axis->low)) / (scaled(axis, axis->high) - scaled(axis, axis->low));
            double delta = inside[count - 1] - mean;
            mean += delta / (double)count;
            squares += delta * (inside[count - 1] - mean);
        }
    }
    double width = 0;
    if (count > 1 && squares > 0) {
        double deviation = sqrt(squares / (double)(count - 1));
        assay_sort(inside, count);
        double quartiles =
            (assay_sorted_quantile(inside, count, 0.75) - assay_sorted_quantile(inside, count, 0.25)) / 1.34;
        width = 0.9 * (quartiles > 0 ? fmin(deviation, quartiles) : deviation) * pow((double)series->count, -0.2);
    }
    drawing->out->failed = drawing->out->failed || !inside;
    free(inside);
    assay_svg_picks_release(picks);
    return width;
}

/* Shares of the axis into bins, each sample to its two nearest (linear binning). */
static void fill_bins(double *bins, size_t bin_count, const struct drawing *drawing,
                      const struct assay_svg_series *series)
{
    const struct assay_axis *axis = &drawing->axis;
    double origin = scaled(axis, axis->low), span = scaled(axis, axis->high) - origin;
    for (size_t i = 0; i < series->count; i++) {
        double value = series->values[i];
        if (!(value >= drawing->range.low && value <= drawing->range.high)) {
            continue;
        }
        double at = (scaled(axis, value) - origin) / span * (double)(bin_count - 1);
        size_t bin = (size_t)fmin(fmax(at, 0), (double)(bin_count - 2));
        double share = at - (double)bin;
        bins[bin] += 1 - share;
        bins[bin + 1] += share;
    }
}

static double smoothed(const double *bins, size_t bin_count, double at, double width)
{
    double sum = 0;
    size_t first = (size_t)fmax(0, at - REACH * width),
           last = (size_t)fmin((double)(bin_count - 1), at + REACH * width);
    for (size_t k = first; k <= last && at >= -REACH * width; k++) {
        double z = ((double)k - at) / width;
        sum += bins[k] * exp(-z * z / 2);
    }
    return sum;
}

struct curve {
    double from, step;           /* whole units, which take fewer bytes */
    double heights[CURVE_POINTS]; /* 1 at the top */
    size_t count;
};

/* Where a curve between two shares of the axis is drawn. */
static void curve_place(struct curve *curve, const struct assay_axis *axis, double first, double last)
{
    double from = floor(axis->from + first * (axis->to - axis->from));
    double to = ceil(axis->from + last * (axis->to - axis->from));
    curve->step = fmax(1, ceil((to - from) / (CURVE_POINTS - 1)));
    curve->count = (size_t)fmin(CURVE_POINTS, ceil((to - from) / curve->step) + 1);
    curve->from = from;
}

static double curve_x(const struct curve *curve, const struct assay_axis *axis, size_t index)
{
    return fmin(curve->from + (double)index * curve->step, axis->to);
}

/* False: no density. */
static bool density(struct curve *curve, const struct drawing *drawing, const struct assay_svg_series *series)
{
    double width = kernel_width(drawing, series);
    if (!(width > 0)) {
        return false;
    }
    size_t bin_count = (size_t)fmin(MOST_BINS, fmax(64, ceil(BINS_A_WIDTH / width)));
    double *bins = calloc(bin_count, sizeof *bins);
    if (!bins) {
        drawing->out->failed = true;
        return false;
    }
    fill_bins(bins, bin_count, drawing, series);
    double in_bins = fmax(width * (double)(bin_count - 1), 0.75);
    size_t low = 0, high = bin_count - 1;
    while (low < high && bins[low] <= 0) {
        low++;
    }
    while (high > low && bins[high] <= 0) {
        high--;
    }
    double span = (double)(bin_count - 1);
    const struct assay_axis *axis = &drawing->axis;
    curve_place(curve, axis, fmax(0, ((double)low - 3 * in_bins) / span), fmin(1, ((double)high + 3 * in_bins) / span));
    double top = 0;
    for (size_t i = 0; i < curve->count; i++) {
        double share = (curve_x(curve, axis, i) - axis->from) / (axis->to - axis->from);
        curve->heights[i] = smoothed(bins, bin_count, share * span, in_bins);
        top = fmax(top, curve->heights[i]);
    }
    for (size_t i = 0; i < curve->count && top > 0; i++) {
        curve->heights[i] /= top;
    }
    free(bins);
    return top > 0;
}

static void draw_density(const struct drawing *drawing, size_t index, const struct assay_svg_series *series,
                         double bottom)
{
    const struct assay_axis *axis = &drawing->axis;
    struct curve curve;
    if (!density(&curve, drawing, series)) {
        return;
    }
    char class[32];
    snprintf(class, sizeof class, "density series-%zu", index % ASSAY_SVG_SERIES);
    struct assay_pen pen = assay_pen_open(drawing->out, class, " fill=\"currentColor\" fill-opacity=\".25\"");
    assay_pen_move(&pen, curve.from, bottom);
    double flat = NAN; /* y of a level stretch, drawn when it ends */
    for (size_t i = 0; i < curve.count; i++) {
        double y = round((bottom - curve.heights[i] * (drawing->height - 2)) * 10) / 10;
        bool level = i + 1 < curve.count && fabs(y - flat) < 0.05 &&
                     fabs(bottom - curve.heights[i + 1] * (drawing->height - 2) - y) < 0.05;
        flat = y;
        if (!level) {
            assay_pen_line(&pen, curve_x(&curve, axis, i), y);
        }
    }
    assay_pen_line(&pen, curve_x(&curve, axis, curve.count - 1), bottom);
    assay_pen_area(&pen);
    assay_pen_close(&pen, NULL);
}

/* The raw points, spread over the strip in an order that repeats nowhere (multiples of the golden ratio). */
static void draw_points(const struct drawing *drawing, size_t index, const struct assay_svg_series *series,
                        const struct assay_svg_picks *picks, double top)
{
    double *values = malloc((picks->count + 1) * sizeof *values);
    if (!values) {
        drawing->out->failed = true;
        return;
    }
    for (size_t i = 0; i < picks->count; i++) {
        values[i] = series->values[picks->indexes[i]];
    }
    assay_sort(values, picks->count);
    struct assay_pen pen = assay_svg_marks_open(drawing->out, "raw", index);
    for (size_t i = 0; i < picks->count; i++) {
        double y = picks->count == 1 ? top + STRIP / 2.0 : top + round(STRIP * fmod((double)i * 0.6180339887, 1));
        double x = assay_axis_at(&drawing->axis, values[i]);
        if (values[i] < drawing->range.low) {
            assay_pen_arrow(&pen, '<', drawing->axis.from, y);
        } else if (values[i] > drawing->range.high) {
            assay_pen_arrow(&pen, '>', drawing->axis.to, y);
        } else {
            assay_pen_mark(&pen, index, x, y);
        }
    }
    assay_pen_close(&pen, NULL);
    free(values);
}

/* The median's line through cloud and rain, its interval as a bar between them, its value above. */
static void draw_median(const struct drawing *drawing, const struct assay_svg_series *series, double top, double base)
{
    if (!isfinite(series->median)) {
        return;
    }
    struct assay_text *out = drawing->out;
    char *words = assay_cell_ns(series->median, true);
    char *tip = assay_formatted("%s%smedian %s", series->label ? series->label : "",
                                series->label && *series->label ? ": " : "", words ? words : "");
    double x = assay_axis_at(&drawing->axis, series->median);
    struct assay_pen pen = assay_pen_open(out, "median", " stroke-width=\"1.5\"");
    assay_pen_move(&pen, x, top);
    assay_pen_line(&pen, x, base + 8 + STRIP + 2);
    assay_pen_close(&pen, tip);
    if (isfinite(series->low) && isfinite(series->high)) {
        pen = assay_pen_open(out, "interval", " stroke-width=\"3\"");
        assay_pen_move(&pen, assay_axis_at(&drawing->axis, series->low), base + 4);
        assay_pen_line(&pen, assay_axis_at(&drawing->axis, series->high), base + 4);
        if (series->low < drawing->axis.low) { /* the samples' extremes are the axis, an interval may reach beyond */
            assay_pen_arrow(&pen, '<', drawing->axis.from, base + 4);
        }
        if (series->high > drawing->axis.high) {
            assay_pen_arrow(&pen, '>', drawing->axis.to, base + 4);
        }
        assay_pen_close(&pen, NULL);
    }
    double half = assay_axis_text_width(tip ? tip : "") / 2;
    double at = drawing->alone ? fmin(fmax(x, LEFT + half), ASSAY_SVG_RIGHT - half) : ASSAY_SVG_RIGHT;
    assay_svg_group(out, "label", true);
    char *shown = assay_formatted("median %s", words ? words : "");
    assay_svg_words(out, at, top - 4, drawing->alone ? 'm' : 'e', 200, shown);
    assay_svg_end_group(out);
    out->failed = out->failed || !words || !tip || !shown;
    free(shown);
    free(tip);
    free(words);
}

static double band_height(const struct drawing *drawing)
{
    return TEXT_HEIGHT + drawing->height + 8 + STRIP + 8;
}

static void draw_band(const struct drawing *drawing, size_t index, const struct assay_svg_series *series,
                      const struct assay_svg_picks *picks, double top)
{
    double base = top + TEXT_HEIGHT + drawing->height;
    if (!drawing->alone) {
        struct assay_pen pen = assay_svg_marks_open(drawing->out, "point", index);
        assay_pen_mark(&pen, index, LEFT + 4, top + 8);
        assay_pen_close(&pen, NULL);
        assay_svg_group(drawing->out, "label", true);
        assay_svg_words(drawing->out, LEFT + 13, top + 12, 's', 320, series->label ? series->label : "");
        assay_svg_end_group(drawing->out);
    }
    if (picks->count > 0) {
        draw_density(drawing, index, series, base);
        draw_points(drawing, index, series, picks, base + 8);
        draw_median(drawing, series, top + TEXT_HEIGHT, base);
    }
}

void assay_svg_distribution(struct assay_text *out, const struct assay_svg_text *text,
                            const struct assay_svg_series *series, size_t count)
{
    size_t shown = count < ASSAY_SVG_MOST_SERIES ? count : ASSAY_SVG_MOST_SERIES;
    struct assay_svg_picks picks[ASSAY_SVG_MOST_SERIES] = { 0 };
    struct drawing drawing = { .out = out, .height = shown > 1 ? 30 : 46, .alone = shown <= 1 };
    bool failed = false;
    if (assay_svg_range(&drawing.range, picks, series, shown, &failed)) {
        assay_axis_init(&drawing.axis, ASSAY_AXIS_TIME, drawing.range.low, drawing.range.high,
                        drawing.range.logarithmic);
        assay_axis_place(&drawing.axis, LEFT, ASSAY_SVG_RIGHT, false);
        char *note = assay_svg_range_note(&drawing.range, count - shown);
        double bottom = band_height(&drawing) * (double)shown;
        assay_svg_open(out, text, bottom + ASSAY_SVG_AXIS_HEIGHT + assay_svg_note(NULL, 0, 0, note) + 2, false);
        assay_svg_axis_below(out, &drawing.axis, TEXT_HEIGHT, bottom, note);
        for (size_t i = 0; i < shown; i++) {
            draw_band(&drawing, i, &series[i], &picks[i], band_height(&drawing) * (double)i);
        }
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
