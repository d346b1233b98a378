/* Ratios with their intervals on one logarithmic axis: a forest plot. Knows no document. */
#include "reports/svg/draw.h"

#include "base/text.h"
#include "stats/order.h"

#include <math.h>
#include <stdlib.h>

#define MOST_ROWS 200
#define LEAST_PLOT 180   /* units beside labels and values; with less they stand above */
#define ROW 22           /* height, everything beside each other */
#define TALL_ROW 36      /* label and value above the interval */
#define VALUE_MOST (ASSAY_SVG_WIDTH / 2.0) /* units of a value; a longer one is cut */
#define CLIP_SPREADS 4   /* an end this many times beyond the upper quartile of all ends is an arrow, */
#define CLIP_LEAST 0.7   /* but none within a factor of 2 (in logarithms) */
#define TOP_AXIS_FROM 16 /* rows: more have the ticks above as well */

struct forest {
    struct assay_text *out;
    struct assay_axis axis;
    double label_width, value_width;
    bool tall;
    double top, row; /* of the first row; height of one */
    size_t shown;
    double margin;
};

static int keep_end(double *ends, size_t count, double ratio)
{
    if (isfinite(ratio) && ratio > 0) {
        ends[count] = fabs(log(ratio));
        return 1;
    }
    return 0;
}

/* How far from 1 is drawn, in logarithms. */
static double clip_of(const struct forest *forest, const struct assay_svg_ratio *rows)
{
    double *ends = malloc((3 * forest->shown + 1) * sizeof *ends);
    size_t count = 0;
    if (!ends) {
        forest->out->failed = true;
        return CLIP_LEAST;
    }
    for (size_t i = 0; i < forest->shown; i++) {
        count += (size_t)keep_end(ends, count, rows[i].ratio);
        count += (size_t)keep_end(ends, count, rows[i].low);
        count += (size_t)keep_end(ends, count, rows[i].high);
    }
    double clip = CLIP_LEAST;
    if (count > 0) {
        assay_sort(ends, count);
        clip = fmax(clip, CLIP_SPREADS * assay_sorted_quantile(ends, count, 0.75));
    }
    free(ends);
    return clip;
}

static void reach(double *low, double *high, double ratio, double clip)
{
    if (isfinite(ratio) && ratio > 0) {
        *low = fmin(*low, fmax(log(ratio), -clip));
        *high = fmax(*high, fmin(log(ratio), clip));
    }
}

static void init_axis(struct forest *forest, const struct assay_svg_ratio *rows)
{
    double clip = clip_of(forest, rows);
    double least = fmax(0.01, 2 * log1p(forest->margin));
    double low = -least, high = least;
    for (size_t i = 0; i < forest->shown; i++) {
        reach(&low, &high, rows[i].ratio, clip);
        reach(&low, &high, rows[i].low, clip);
        reach(&low, &high, rows[i].high, clip);
    }
    assay_axis_init(&forest->axis, ASSAY_AXIS_RATIO, exp(low), exp(high), true);
}

static void measure(struct forest *forest, const struct assay_svg_ratio *rows)
{
    for (size_t i = 0; i < forest->shown; i++) {
        forest->label_width = fmax(forest->label_width, assay_axis_text_width(rows[i].label));
        forest->value_width = fmax(forest->value_width, assay_axis_text_width(rows[i].value ? rows[i].value : ""));
    }
    double plot = ASSAY_SVG_WIDTH - forest->label_width - forest->value_width - 32;
    forest->tall = plot < LEAST_PLOT;
    forest->row = forest->tall ? TALL_ROW : ROW;
    forest->top = forest->shown >= TOP_AXIS_FROM ? 20 : 4;
    double left = forest->tall ? 12 : forest->label_width + 16;
    double right = forest->tall ? ASSAY_SVG_WIDTH - 12 : ASSAY_SVG_WIDTH - forest->value_width - 16;
    assay_axis_place(&forest->axis, left, right, false);
}

/* The end of an interval: an edge with an arrow where it is not known or off the axis. */
static double end_of(const struct forest *forest, struct assay_pen *pen, double value, double y, bool upper)
{
    const struct assay_axis *axis = &forest->axis;
    bool on = isfinite(value) && value >= axis->low && value <= axis->high;
    bool right = isfinite(value) ? value > axis->high : upper;
    double x = on ? assay_axis_at(axis, value) : right ? axis->to : axis->from;
    if (!on) {
        assay_pen_arrow(pen, right ? '>' : '<', x, y);
    } else {
        assay_pen_move(pen, x, y - 3);
        assay_pen_line(pen, x, y + 3);
    }
    return x;
}

/* Up: more; down: less; a square: the same; a diamond: not decided; a ring: no matter. Told apart without colour. */
static void draw_point(const struct forest *forest, enum assay_tone tone, double x, double y)
{
    static const double shapes[ASSAY_TONES][8] = {
        [ASSAY_TONE_PLAIN] = { -3, -3, 3, -3, 3, 3, -3, 3 },
        [ASSAY_TONE_MUTED] = { -2.5, -2.5, 2.5, -2.5, 2.5, 2.5, -2.5, 2.5 },
        [ASSAY_TONE_GOOD] = { -4.5, -3.5, 4.5, -3.5, 0, 4.5, 0, 4.5 },
        [ASSAY_TONE_WARN] = { -4.5, 0, 0, -4.5, 4.5, 0, 0, 4.5 },
        [ASSAY_TONE_BAD] = { -4.5, 3.5, 4.5, 3.5, 0, -4.5, 0, -4.5 },
    };
    const double *shape = shapes[(unsigned)tone < ASSAY_TONES ? tone : ASSAY_TONE_PLAIN];
    bool hollow = tone == ASSAY_TONE_WARN || tone == ASSAY_TONE_MUTED;
    struct assay_pen pen =
        assay_pen_open(forest->out, "point", hollow ? " stroke-width=\"1.5\"" : " fill=\"currentColor\"");
    assay_pen_move(&pen, x + shape[0], y + shape[1]);
    for (size_t i = 1; i < 4; i++) {
        if (shape[2 * i] != shape[2 * i - 2] || shape[2 * i + 1] != shape[2 * i - 1]) {
            assay_pen_line(&pen, x + shape[2 * i], y + shape[2 * i + 1]);
        }
    }
    assay_pen_area(&pen);
    assay_pen_close(&pen, NULL);
}

static void draw_marks(const struct forest *forest, const struct assay_svg_ratio *row, double y)
{
    if (!isfinite(row->ratio)) {
        return;
    }
    const struct assay_axis *axis = &forest->axis;
    bool known = isfinite(row->low) || isfinite(row->high);
    bool on = row->ratio >= axis->low && row->ratio <= axis->high;
    double x = assay_axis_at(axis, row->ratio);
    if (known || !on) {
        struct assay_pen pen = assay_pen_open(forest->out, "interval", " stroke-width=\"1.5\"");
        if (known) {
            double from = end_of(forest, &pen, row->low, y, false);
            double to = end_of(forest, &pen, row->high, y, true);
            assay_pen_move(&pen, from, y);
            assay_pen_line(&pen, to, y);
        } else {
            assay_pen_arrow(&pen, row->ratio > axis->high ? '>' : '<', x, y);
        }
        assay_pen_close(&pen, NULL);
    }
    if (on) {
        draw_point(forest, row->tone, x, y);
    }
}

static void draw_row(const struct forest *forest, const struct assay_svg_ratio *row, size_t index)
{
    struct assay_text *out = forest->out;
    double top = forest->top + (double)index * forest->row;
    double middle = forest->tall ? top + 25 : top + ROW / 2.0;
    double text = forest->tall ? top + 14 : middle + 4;
    const char *value = row->value ? row->value : "", *word = row->word ? row->word : "";
    char *tip = assay_formatted("%s: %s%s%s", row->label, value, *value && *word ? ", " : "", word);
    assay_text_format(out, "<g class=\"row tone-%s\"", assay_tone_word(row->tone));
    assay_svg_tip(out, tip);
    assay_text_format(out, "><path stroke=\"none\" pointer-events=\"all\" d=\"M0 %.0fh%dv%.0fH0\"/>", top,
                      ASSAY_SVG_WIDTH, forest->row);
    draw_marks(forest, row, middle);
    assay_svg_group(out, "label", true);
    if (row->link) {
        assay_text_append(out, "<a tabindex=\"-1\" href=\"");
        assay_svg_escape(out, row->link);
        assay_text_append(out, "\">");
    }
    double room = ASSAY_SVG_WIDTH - fmin(assay_axis_text_width(value), VALUE_MOST) - 20;
    assay_svg_words(out, 4, text, 's', forest->tall ? room : forest->label_width + 1, row->label);
    assay_text_append(out, row->link ? "</a>" : "");
    assay_svg_words(out, ASSAY_SVG_WIDTH - 4, text, 'e', VALUE_MOST, value);
    assay_svg_end_group(out);
    assay_svg_end_group(out);
    out->failed = out->failed || !tip;
    free(tip);
}

/* The margin's band and the line of no change, under everything. */
static void draw_one(const struct forest *forest, double bottom)
{
    const struct assay_axis *axis = &forest->axis;
    struct assay_pen pen;
    if (forest->margin > 0) {
        double from = assay_axis_at(axis, 1 / (1 + forest->margin)), to = assay_axis_at(axis, 1 + forest->margin);
        pen = assay_pen_open(forest->out, "band", " fill=\"currentColor\" stroke=\"none\" fill-opacity=\".2\"");
        assay_pen_move(&pen, from, forest->top);
        assay_pen_line(&pen, to, forest->top);
        assay_pen_line(&pen, to, bottom);
        assay_pen_line(&pen, from, bottom);
        assay_pen_area(&pen);
        char *tip = assay_formatted("the margin: within %.3g %% counts as the same", forest->margin * 100);
        assay_pen_close(&pen, tip);
        free(tip);
    }
    pen = assay_pen_open(forest->out, "axis", NULL);
    assay_pen_move(&pen, assay_axis_at(axis, 1), forest->top);
    assay_pen_line(&pen, assay_axis_at(axis, 1), bottom);
    assay_pen_close(&pen, NULL);
}

/* Between tall rows, so that it is seen which interval is whose. */
static void draw_rules(const struct forest *forest)
{
    if (!forest->tall || forest->shown < 2) {
        return;
    }
    struct assay_pen pen = assay_pen_open(forest->out, "grid", NULL);
    for (size_t i = 1; i < forest->shown; i++) {
        assay_pen_move(&pen, 0, forest->top + forest->row * (double)i);
        assay_pen_line(&pen, ASSAY_SVG_WIDTH, forest->top + forest->row * (double)i);
    }
    assay_pen_close(&pen, NULL);
}

static void draw_ticks_above(const struct forest *forest)
{
    assay_svg_group(forest->out, "tick", true);
    for (size_t i = 0; forest->shown >= TOP_AXIS_FROM && i < forest->axis.count; i++) {
        assay_svg_words(forest->out, assay_axis_at(&forest->axis, forest->axis.ticks[i]), 14, 'm', 1e9,
                        forest->axis.labels[i]);
    }
    assay_svg_end_group(forest->out);
}

void assay_svg_forest(struct assay_text *out, const struct assay_svg_text *text, const struct assay_svg_ratio *rows,
                      size_t count, double margin)
{
    if (count == 0) {
        assay_svg_nothing(out, text, "nothing was compared");
        return;
    }
    struct forest forest = { .out = out,
                             .shown = count < MOST_ROWS ? count : MOST_ROWS,
                             .margin = isfinite(margin) ? fmax(margin, 0) : 0 };
    init_axis(&forest, rows);
    measure(&forest, rows);
    double bottom = forest.top + forest.row * (double)forest.shown;
    bool linked = false;
    for (size_t i = 0; i < forest.shown; i++) {
        linked = linked || rows[i].link;
    }
    assay_svg_open(out, text,
                   bottom + ASSAY_SVG_AXIS_HEIGHT + ASSAY_SVG_LINE + (count > forest.shown ? ASSAY_SVG_LINE : 0) + 4,
                   linked);
    draw_ticks_above(&forest);
    assay_svg_axis_below(out, &forest.axis, forest.top, bottom, NULL);
    draw_rules(&forest);
    draw_one(&forest, bottom);
    assay_svg_group(out, "tick", true);
    assay_svg_words(out, forest.axis.from, bottom + 14 + ASSAY_SVG_LINE, 's', 100, "\xe2\x97\x82 less");
    assay_svg_words(out, forest.axis.to, bottom + 14 + ASSAY_SVG_LINE, 'e', 100, "more \xe2\x96\xb8");
    if (count > forest.shown) {
        char *rest = assay_formatted("and %zu more, which only the table has", count - forest.shown);
        assay_svg_words(out, ASSAY_SVG_WIDTH / 2.0, bottom + 14 + 2 * ASSAY_SVG_LINE, 'm', 400, rest ? rest : "");
        out->failed = out->failed || !rest;
        free(rest);
    }
    assay_svg_end_group(out);
    for (size_t i = 0; i < forest.shown; i++) {
        draw_row(&forest, &rows[i], i);
    }
    assay_svg_close(out);
}
