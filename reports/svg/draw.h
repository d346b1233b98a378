/* What charts are drawn with: the element around them, paths in few bytes, texts that are cut, axes, keys. Internal to
 * this folder. Knows no chart. */
#ifndef ASSAY_REPORTS_SVG_DRAW_H
#define ASSAY_REPORTS_SVG_DRAW_H

#include "reports/svg/axis.h"
#include "reports/svg/charts.h"

#define ASSAY_SVG_WIDTH 480
#define ASSAY_SVG_RIGHT 470 /* end of what is plotted; its mirror is the left one where no labels stand there */
#define ASSAY_SVG_SERIES 8  /* classes and shapes; then they begin again */

/* The element with title and description. `linked`: it holds links, which an image may not. */
void assay_svg_open(struct assay_text *out, const struct assay_svg_text *text, double height, bool linked);
/* The two parts of it that any other element for a chart has too: ` aria-labelledby="..."`, and title and description. */
void assay_svg_labelled(struct assay_text *out, const struct assay_svg_text *text);
void assay_svg_described(struct assay_text *out, const struct assay_svg_text *text);
/* A whole chart that only says why there is nothing to draw. */
void assay_svg_nothing(struct assay_text *out, const struct assay_svg_text *text, const char *words);
void assay_svg_close(struct assay_text *out);
/* A group with a class, painting lines, or texts (and areas) with `fill`. NULL: no class. */
void assay_svg_group(struct assay_text *out, const char *class, bool fill);
void assay_svg_centred(struct assay_text *out, const char *class); /* of texts that are centred where they say no other */
void assay_svg_end_group(struct assay_text *out);

/* A path's data: relative, to a tenth of a unit, errors not summed up. */
struct assay_pen {
    struct assay_text *out;
    long x, y; /* tenths */
    char command;
    int after; /* what the next number needs before it */
};
/* `<path class="CLASS"ATTRIBUTES d="`; `class` and `attributes` are ours, either may be NULL. */
struct assay_pen assay_pen_open(struct assay_text *out, const char *class, const char *attributes);
void assay_pen_move(struct assay_pen *pen, double x, double y);
void assay_pen_line(struct assay_pen *pen, double x, double y);
void assay_pen_area(struct assay_pen *pen);                   /* closes the area begun by the last move */
void assay_pen_close(struct assay_pen *pen, const char *tip); /* tip: data-tip; NULL */
/* One mark of a series, by its shape. */
void assay_pen_mark(struct assay_pen *pen, size_t series, double x, double y);
/* Arrowheads at the edges: pointing to -x, +x, -y, +y for '<', '>', '^', 'v'. */
void assay_pen_arrow(struct assay_pen *pen, char direction, double x, double y);
/* The path of a series' marks, with the width of line that its shape wants; and a group for paths of one mark each. */
struct assay_pen assay_svg_marks_open(struct assay_text *out, const char *class, size_t series);
void assay_svg_marks_group(struct assay_text *out, const char *class, size_t series);

/* A text, cleaned, cut to `width` units in its middle, escaped. `anchor`: 's', 'm', 'e'; in a centred group 'c' is the group's, and 'b' the start. */
void assay_svg_words(struct assay_text *out, double x, double y, char anchor, double width, const char *text);
void assay_svg_tip(struct assay_text *out, const char *tip); /* ` data-tip="..."`; NULL or "": nothing */
/* Grid lines from `top` to `bottom`, tick labels below; for an upright axis from `left` to `right`, labels at the left.
 */
void assay_svg_axis_below(struct assay_text *out, const struct assay_axis *axis, double top, double bottom,
                          const char *title);
void assay_svg_axis_left(struct assay_text *out, const struct assay_axis *axis, double left, double right);
/* Lines of a note (ended by line feeds) centred on `x`, the first with its base at `y`; NULL `out`: only the height. */
double assay_svg_note(struct assay_text *out, double x, double y, const char *note);
/* The mark and label of each series, in rows from `y` (the top) on. Returns the height; `out` NULL: only that. */
struct assay_svg_key {
    const char *label;
    const char *more; /* "n log n"; NULL */
};
double assay_svg_legend(struct assay_text *out, double y, const struct assay_svg_key *keys, size_t count);

/* What an axis with that title shows: "ratio ...", ratios; with "time" in it, nanoseconds; else plain numbers. */
enum assay_axis_kind assay_svg_kind_of(const char *title);
/* "257.6 µs", or up to 6 digits of another number. Heap; NULL: no memory. */
char *assay_svg_number(enum assay_axis_kind kind, double value);
/* An upright interval on an upright axis; an end that is not known (NaN) or off the axis is an arrow at the edge;
 * without both, nothing. */
void assay_pen_interval(struct assay_pen *pen, const struct assay_axis *axis, double x, double low, double high);

#define ASSAY_SVG_AXIS_HEIGHT 18 /* of labels below; of a title another */
#define ASSAY_SVG_LINE 15        /* of text */

#endif
