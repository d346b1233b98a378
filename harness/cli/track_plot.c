/* A history drawn with characters: braille dots (two by four in a cell) for points, lines for levels and changes; in ASCII a sign a
 * cell. Knows no store. */
#include "cli/track_plot.h"

#include "cli/track_slice.h"
#include "reports/cells.h"
#include "reports/history.h"
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 8, LEAST_CELLS = 16, MOST_CELLS = 120, DOTS_A_POINT = 4, INDENT = 2 };
#define LEAST_SPAN 0.02 /* from bottom to top, as a logarithm: the noise of a quiet series must not fill the plot */

struct plot {
    const struct assay_history_series *series;
    bool unicode;
    size_t cells;             /* columns */
    size_t wide, high;        /* dots of a cell: 2 and 4, or 1 and 1 */
    double bottom, top;       /* logarithms */
    unsigned char *dots;      /* of each cell, as braille's bits */
    unsigned char *level;     /* of each cell: 1: a level's line */
    unsigned char *change;    /* of each column */
    const char **signs;       /* of each column, below the plot; NULL: none */
};

const char *assay_track_sign(const struct assay_history_series *series, size_t point, bool unicode)
{
    const struct assay_history_change *change = assay_history_change_at(series, point);
    int way = change ? assay_history_direction(change) : 0;
    bool accepted = assay_history_acceptance_at(series, point) != NULL;
    if (!change) {
        return accepted ? "a" : "";
    }
    return way == 0   ? "?"
           : way < 0  ? (unicode ? "\xe2\x96\xbc" : "v")
           : accepted ? (unicode ? "\xe2\x96\xb3" : "a")
                      : (unicode ? "\xe2\x96\xb2" : "^");
}

static bool init(struct plot *plot)
{
    const struct assay_history_series *series = plot->series;
    double low = INFINITY, high = -INFINITY;
    size_t valued = 0;
    for (size_t i = 0; i < series->point_count; i++) {
        if (assay_track_has_value(&series->points[i])) {
            low = fmin(low, log(series->points[i].value));
            high = fmax(high, log(series->points[i].value));
            valued++;
        }
    }
    double span = fmax((high - low) * 1.15, LEAST_SPAN); /* a level at the rim would be taken for one beyond it */
    plot->bottom = (low + high - span) / 2;
    plot->top = plot->bottom + span;
    plot->dots = calloc(plot->cells * ROWS, 1);
    plot->level = calloc(plot->cells * ROWS, 1);
    plot->change = calloc(plot->cells, 1);
    plot->signs = calloc(plot->cells, sizeof *plot->signs);
    return valued >= 2 && plot->dots && plot->level && plot->change && plot->signs;
}

static void release(struct plot *plot)
{
    free(plot->dots);
    free(plot->level);
    free(plot->change);
    free(plot->signs);
}

/* ---- places, in dots from the left and from the top ---- */

static size_t column_of(const struct plot *plot, size_t point)
{
    size_t last = plot->series->point_count - 1, dots = plot->cells * plot->wide;
    return last > 0 ? point * (dots - 1) / last : 0;
}

static size_t row_of(const struct plot *plot, double logarithm)
{
    size_t dots = ROWS * plot->high;
    double share = (plot->top - logarithm) / (plot->top - plot->bottom);
    return (size_t)fmin((double)dots - 1, fmax(0, floor(share * (double)dots)));
}

static void draw_points(struct plot *plot)
{
    static const unsigned char bits[4][2] = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };
    for (size_t i = 0; i < plot->series->point_count; i++) {
        const struct assay_history_point *point = &plot->series->points[i];
        if (!assay_track_has_value(point)) {
            continue;
        }
        size_t x = column_of(plot, i), y = row_of(plot, log(point->value));
        plot->dots[y / plot->high * plot->cells + x / plot->wide] |= bits[y % plot->high][x % plot->wide];
    }
}

/* The median of the points from one change to the next; NaN: none has a value. */
static double level_of(const struct assay_history_series *series, size_t from, size_t to)
{
    double *values = calloc(to - from + 1, sizeof *values), median = NAN;
    size_t count = 0;
    for (size_t i = from; values && i < to; i++) {
        if (assay_track_has_value(&series->points[i])) {
            values[count++] = log(series->points[i].value);
        }
    }
    bool known = count > 0 && assay_stats_median(&median, values, count) == 0;
    free(values);
    return known ? median : (double)NAN;
}

static void draw_levels(struct plot *plot)
{
    const struct assay_history_series *series = plot->series;
    for (size_t i = 0; i <= series->change_count; i++) {
        size_t from = i > 0 ? series->changes[i - 1].point : 0;
        size_t to = i < series->change_count ? series->changes[i].point : series->point_count;
        double level = level_of(series, from, to);
        if (!isfinite(level)) {
            continue;
        }
        size_t row = row_of(plot, level) / plot->high;
        size_t last = column_of(plot, to - 1) / plot->wide;
        for (size_t x = column_of(plot, from) / plot->wide; x <= last; x++) {
            plot->level[row * plot->cells + x] = 1;
        }
    }
}

static void draw_signs(struct plot *plot)
{
    const struct assay_history_series *series = plot->series;
    for (size_t i = 0; i < series->point_count; i++) {
        const char *sign = assay_track_sign(series, i, plot->unicode);
        size_t x = column_of(plot, i) / plot->wide;
        if (sign[0]) {
            plot->signs[x] = sign;
            plot->change[x] = plot->change[x] || assay_history_change_at(series, i);
        }
    }
}

/* ---- as text ---- */

static void append_cell(struct assay_text *out, const struct plot *plot, size_t row, size_t x)
{
    unsigned char dots = plot->dots[row * plot->cells + x];
    bool level = plot->level[row * plot->cells + x];
    if (dots && plot->unicode) {
        const char braille[] = { (char)0xe2, (char)(0xa0 + (dots >> 6)), (char)(0x80 + (dots & 0x3f)), '\0' };
        assay_text_append(out, braille);
    } else if (dots) {
        assay_text_append_char(out, '*');
    } else if (plot->change[x]) {
        assay_text_append(out, plot->unicode ? "\xe2\x94\x82" : "|");
    } else if (level) {
        assay_text_append(out, plot->unicode ? "\xe2\x94\x80" : "-");
    } else {
        assay_text_append_char(out, ' ');
    }
}

/* Blanks at the end of a line are left out. */
static void trim(struct assay_text *out)
{
    while (out->length > 0 && out->bytes[out->length - 1] == ' ') {
        out->bytes[--out->length] = '\0';
    }
    assay_text_append_char(out, '\n');
}

/* "1.081" of a ratio, "2.125 us" of a time. Heap. */
static char *show(const struct plot *plot, double logarithm)
{
    double value = exp(logarithm);
    return plot->series->unit == ASSAY_HISTORY_NS ? assay_cell_ns(value, plot->unicode) : assay_formatted("%.3f", value);
}

static void append_pad(struct assay_text *out, const char *text, size_t width)
{
    size_t own = assay_utf8_width(text);
    assay_text_format(out, "%*s%s", (int)(INDENT + (own < width ? width - own : 0)), "", text);
}

static void append_rows(struct assay_text *out, const struct plot *plot, const char *top, const char *bottom, size_t margin)
{
    for (size_t row = 0; row < ROWS; row++) {
        append_pad(out, row == 0 ? top : row == ROWS - 1 ? bottom : "", margin);
        assay_text_append(out, plot->unicode ? " \xe2\x94\x82" : " |");
        for (size_t x = 0; x < plot->cells; x++) {
            append_cell(out, plot, row, x);
        }
        trim(out);
    }
}

/* The signs of changes, and below them the first and the last date. */
static void append_feet(struct assay_text *out, const struct plot *plot, size_t margin)
{
    const struct assay_history_series *series = plot->series;
    char *first = assay_words_history_date(series->points[0].author_date);
    char *last = assay_words_history_date(series->points[series->point_count - 1].author_date);
    size_t used = first && last ? strlen(first) + strlen(last) : 0;
    bool marked = false;
    for (size_t x = 0; x < plot->cells; x++) {
        marked = marked || plot->signs[x];
    }
    if (marked) {
        assay_text_format(out, "%*s", (int)(INDENT + margin + 2), "");
        for (size_t x = 0; x < plot->cells; x++) {
            assay_text_append(out, plot->signs[x] ? plot->signs[x] : " ");
        }
        trim(out);
    }
    if (used > 0) {
        assay_text_format(out, "%*s%s%*s%s", (int)(INDENT + margin + 2), "", first,
                          used < plot->cells ? (int)(plot->cells - used) : 1, "", last);
        trim(out);
    }
    out->failed = out->failed || !first || !last;
    free(first);
    free(last);
}

void assay_track_plot(struct assay_text *out, const struct assay_history_series *series, size_t width, bool unicode)
{
    struct plot plot = { .series = series, .unicode = unicode, .wide = unicode ? 2 : 1, .high = unicode ? 4 : 1 };
    size_t needed = series->point_count * DOTS_A_POINT / plot.wide;
    size_t room = width > INDENT + 14 + LEAST_CELLS ? width - INDENT - 14 : LEAST_CELLS; /* 14: a value and the axis */
    plot.cells = needed < LEAST_CELLS ? LEAST_CELLS : needed;
    plot.cells = plot.cells > room ? room : plot.cells;
    plot.cells = plot.cells > MOST_CELLS ? MOST_CELLS : plot.cells;
    if (init(&plot)) {
        char *top = show(&plot, plot.top), *bottom = show(&plot, plot.bottom);
        size_t margin = top && bottom ? assay_utf8_width(top) : 0;
        size_t other = top && bottom ? assay_utf8_width(bottom) : 0;
        draw_points(&plot);
        draw_levels(&plot);
        draw_signs(&plot);
        append_rows(out, &plot, top ? top : "", bottom ? bottom : "", margin > other ? margin : other);
        append_feet(out, &plot, margin > other ? margin : other);
        out->failed = out->failed || !top || !bottom;
        free(top);
        free(bottom);
    }
    release(&plot);
}
