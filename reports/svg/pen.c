/* Paths in few bytes. Knows no chart. */
#include "reports/svg/draw.h"

#include <math.h>
#include <stdio.h>

enum { AFTER_COMMAND, AFTER_WHOLE, AFTER_POINT };

struct assay_pen assay_pen_open(struct assay_text *out, const char *class, const char *attributes)
{
    assay_text_append(out, "<path");
    if (class) {
        assay_text_format(out, " class=\"%s\"", class);
    }
    if (attributes) {
        assay_text_append(out, attributes);
    }
    assay_text_append(out, " d=\"");
    return (struct assay_pen){ .out = out };
}

void assay_pen_close(struct assay_pen *pen, const char *tip)
{
    assay_text_append(pen->out, "\"");
    assay_svg_tip(pen->out, tip);
    assay_text_append(pen->out, "/>\n");
}

/* A command's letter, left out where the last one goes on. */
static void put_command(struct assay_pen *pen, char command)
{
    if (pen->command != command) {
        assay_text_append_char(pen->out, command);
        pen->after = AFTER_COMMAND;
    }
    pen->command = command;
}

/* "-.5", "3", "3.2", with a space only where the number before would run into it. */
static void put_number(struct assay_pen *pen, long tenths)
{
    char digits[32];
    unsigned long size = tenths < 0 ? 0ul - (unsigned long)tenths : (unsigned long)tenths;
    bool point = size % 10 != 0;
    int length = 0;
    if (size >= 10 || !point) {
        length = snprintf(digits, sizeof digits, "%lu", size / 10);
    }
    if (point) {
        snprintf(digits + length, sizeof digits - (size_t)length, ".%lu", size % 10);
    }
    bool apart = tenths < 0 || pen->after == AFTER_COMMAND || (digits[0] == '.' && pen->after == AFTER_POINT);
    assay_text_append(pen->out, tenths < 0 ? "-" : apart ? "" : " ");
    assay_text_append(pen->out, digits);
    pen->after = point ? AFTER_POINT : AFTER_WHOLE;
}

static long tenths_of(double units)
{
    return isfinite(units) ? lround(fmin(fmax(units, -1e5), 1e5) * 10) : 0;
}

void assay_pen_move(struct assay_pen *pen, double x, double y)
{
    bool first = pen->command == 0;
    long to_x = tenths_of(x), to_y = tenths_of(y);
    pen->command = 0; /* what follows a move without a letter would be a line */
    put_command(pen, first ? 'M' : 'm');
    put_number(pen, first ? to_x : to_x - pen->x);
    put_number(pen, first ? to_y : to_y - pen->y);
    pen->x = to_x;
    pen->y = to_y;
}

void assay_pen_line(struct assay_pen *pen, double x, double y)
{
    long to_x = tenths_of(x), to_y = tenths_of(y);
    long right = to_x - pen->x, down = to_y - pen->y;
    pen->x = to_x;
    pen->y = to_y;
    if (down == 0) {
        put_command(pen, 'h');
        put_number(pen, right);
    } else if (right == 0) {
        put_command(pen, 'v');
        put_number(pen, down);
    } else {
        put_command(pen, 'l');
        put_number(pen, right);
        put_number(pen, down);
    }
}

void assay_pen_area(struct assay_pen *pen)
{
    assay_text_append_char(pen->out, 'z');
    pen->command = 'z';
    pen->after = AFTER_COMMAND;
}

/* ---- marks ---- */

struct stroke {
    bool line;   /* else a move */
    double x, y; /* from the middle */
};
#define SHAPE_STROKES 5
#define LONELY 1.4 /* times as thick: marks that are few */
/* Dot, saltire, bar, triangle, cross, diamond, dash, square: told apart without colour. */
static const struct shape {
    double width; /* of the line */
    struct stroke strokes[SHAPE_STROKES];
    size_t count;
} shapes[ASSAY_SVG_SERIES] = {
    { 3.5, { { false, 0, 0 }, { true, 0, 0 } }, 2 },
    { 1.3, { { false, -2, -2 }, { true, 2, 2 }, { false, 2, -2 }, { true, -2, 2 } }, 4 },
    { 1.3, { { false, 0, -3 }, { true, 0, 3 } }, 2 },
    { 1.3, { { false, -2.5, 2 }, { true, 0, -2.5 }, { true, 2.5, 2 }, { true, -2.5, 2 } }, 4 },
    { 1.3, { { false, -3, 0 }, { true, 3, 0 }, { false, 0, -3 }, { true, 0, 3 } }, 4 },
    { 1.3, { { false, -3, 0 }, { true, 0, -3 }, { true, 3, 0 }, { true, 0, 3 }, { true, -3, 0 } }, 5 },
    { 1.3, { { false, -3, 0 }, { true, 3, 0 } }, 2 },
    { 1.3, { { false, -2, -2 }, { true, 2, -2 }, { true, 2, 2 }, { true, -2, 2 }, { true, -2, -2 } }, 5 },
};

struct assay_pen assay_svg_marks_open(struct assay_text *out, const char *class, size_t series)
{
    assay_text_format(out, "<path class=\"%s series-%zu\" stroke-width=\"%g\" d=\"", class, series % ASSAY_SVG_SERIES,
                      shapes[series % ASSAY_SVG_SERIES].width);
    return (struct assay_pen){ .out = out };
}

void assay_svg_marks_group(struct assay_text *out, const char *class, size_t series)
{
    assay_text_format(out, "<g class=\"%s series-%zu\" stroke-width=\"%g\">", class, series % ASSAY_SVG_SERIES,
                      shapes[series % ASSAY_SVG_SERIES].width * LONELY);
}

void assay_pen_mark(struct assay_pen *pen, size_t series, double x, double y)
{
    const struct shape *shape = &shapes[series % ASSAY_SVG_SERIES];
    for (size_t i = 0; i < shape->count; i++) {
        const struct stroke *stroke = &shape->strokes[i];
        (stroke->line ? assay_pen_line : assay_pen_move)(pen, x + stroke->x, y + stroke->y);
    }
}

void assay_pen_arrow(struct assay_pen *pen, char direction, double x, double y)
{
    double dx = direction == '<' ? 4 : direction == '>' ? -4 : 0;
    double dy = direction == '^' ? 4 : direction == 'v' ? -4 : 0;
    double across = 3.5;
    assay_pen_move(pen, x + (dx != 0 ? dx : -across), y + (dy != 0 ? dy : -across));
    assay_pen_line(pen, x, y);
    assay_pen_line(pen, x + (dx != 0 ? dx : across), y + (dy != 0 ? dy : across));
}
