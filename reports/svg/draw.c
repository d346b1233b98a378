/* Elements that all charts share: the frame, texts, axes, the key. */
#include "reports/svg/draw.h"

#include "reports/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void assay_svg_labelled(struct assay_text *out, const struct assay_svg_text *text)
{
    assay_text_append(out, " aria-labelledby=\"");
    assay_svg_escape(out, text->id);
    assay_text_append(out, "-title ");
    assay_svg_escape(out, text->id);
    assay_text_append(out, "-desc\"");
}

void assay_svg_described(struct assay_text *out, const struct assay_svg_text *text)
{
    assay_text_append(out, "<title id=\"");
    assay_svg_escape(out, text->id);
    assay_text_append(out, "-title\">");
    assay_svg_escape(out, text->title);
    assay_text_append(out, "</title><desc id=\"");
    assay_svg_escape(out, text->id);
    assay_text_append(out, "-desc\">");
    assay_svg_escape(out, text->description);
    assay_text_append(out, "</desc>");
}

void assay_svg_open(struct assay_text *out, const struct assay_svg_text *text, double height, bool linked)
{
    assay_text_format(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" role=\"%s\"",
                      ASSAY_SVG_WIDTH, ceil(height), linked ? "group" : "img");
    assay_svg_labelled(out, text);
    assay_text_append(out, " fill=\"none\" stroke=\"currentColor\" font-size=\"12\" stroke-linecap=\"round\" "
                           "stroke-linejoin=\"round\">");
    assay_svg_described(out, text);
    assay_text_append_char(out, '\n');
}

void assay_svg_nothing(struct assay_text *out, const struct assay_svg_text *text, const char *words)
{
    assay_svg_open(out, text, ASSAY_SVG_LINE + 8, false);
    assay_svg_group(out, "label", true);
    assay_svg_words(out, 10, ASSAY_SVG_LINE, 's', ASSAY_SVG_RIGHT, words);
    assay_svg_end_group(out);
    assay_svg_close(out);
}

void assay_svg_close(struct assay_text *out)
{
    assay_text_append(out, "</svg>\n");
}

void assay_svg_group(struct assay_text *out, const char *class, bool fill)
{
    assay_text_append(out, "<g");
    if (class) {
        assay_text_format(out, " class=\"%s\"", class);
    }
    assay_text_append(out, fill ? " fill=\"currentColor\" stroke=\"none\">" : ">");
}

void assay_svg_centred(struct assay_text *out, const char *class)
{
    assay_text_format(out, "<g class=\"%s\" fill=\"currentColor\" stroke=\"none\" text-anchor=\"middle\">", class);
}

void assay_svg_end_group(struct assay_text *out)
{
    assay_text_append(out, "</g>\n");
}

/* The byte after `columns` characters of valid UTF-8 at `text`. */
static const char *characters(const char *text, size_t columns)
{
    const char *at = text;
    for (size_t i = 0; i < columns && *at; i++) {
        do {
            at++;
        } while (((unsigned char)*at & 0xc0) == 0x80);
    }
    return at;
}

static size_t character_count(const char *text)
{
    size_t count = 0;
    for (; *text; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

/* What tells names apart stands at either end: the middle goes. */
static void append_cut(struct assay_text *out, const char *clean, double width)
{
    size_t fit = width < 1e6 ? (size_t)fmax(3, width / assay_axis_text_width("0")) : SIZE_MAX;
    size_t count = character_count(clean);
    if (count <= fit) {
        assay_svg_escape(out, clean);
        return;
    }
    size_t tail = (fit - 1) / 2;
    const char *middle = characters(clean, fit - 1 - tail);
    char *head = assay_copy_bytes(clean, (size_t)(middle - clean));
    assay_svg_escape(out, head);
    assay_text_append(out, "\xe2\x80\xa6");
    assay_svg_escape(out, characters(clean, count - tail));
    out->failed = out->failed || !head;
    free(head);
}

void assay_svg_words(struct assay_text *out, double x, double y, char anchor, double width, const char *text)
{
    char *clean = assay_cell_clean(text, true);
    out->failed = out->failed || !clean;
    assay_text_format(out, "<text x=\"%.0f\" y=\"%.0f\"%s>", x, y,
                      anchor == 'm'   ? " text-anchor=\"middle\""
                      : anchor == 'e' ? " text-anchor=\"end\""
                      : anchor == 'b' ? " text-anchor=\"start\""
                                      : "");
    if (clean) {
        append_cut(out, clean, width);
    }
    assay_text_append(out, "</text>");
    free(clean);
}

void assay_svg_tip(struct assay_text *out, const char *tip)
{
    if (!tip || !*tip) {
        return;
    }
    char *clean = assay_cell_clean(tip, true);
    out->failed = out->failed || !clean;
    assay_text_append(out, " data-tip=\"");
    assay_svg_escape(out, clean);
    assay_text_append_char(out, '"');
    free(clean);
}

void assay_svg_axis_below(struct assay_text *out, const struct assay_axis *axis, double top, double bottom,
                          const char *title)
{
    struct assay_pen pen = assay_pen_open(out, "grid", NULL);
    for (size_t i = 0; i < axis->count; i++) {
        double x = assay_axis_at(axis, axis->ticks[i]);
        assay_pen_move(&pen, x, top);
        assay_pen_line(&pen, x, bottom + 3);
    }
    assay_pen_close(&pen, NULL);
    pen = assay_pen_open(out, "axis", NULL);
    assay_pen_move(&pen, axis->from, bottom);
    assay_pen_line(&pen, axis->to, bottom);
    assay_pen_close(&pen, NULL);
    assay_svg_centred(out, "tick");
    for (size_t i = 0; i < axis->count; i++) {
        double half = assay_axis_text_width(axis->labels[i]) / 2;
        double x = assay_axis_at(axis, axis->ticks[i]);
        bool over = x + half > ASSAY_SVG_WIDTH - 2;
        bool under = x - half < 2;
        assay_svg_words(out,
                        over    ? ASSAY_SVG_WIDTH - 2
                        : under ? 2
                                : x,
                        bottom + 14,
                        over    ? 'e'
                        : under ? 'b'
                                : 'c',
                        1e9, axis->labels[i]);
    }
    assay_svg_note(out, (axis->from + axis->to) / 2, bottom + 14 + ASSAY_SVG_LINE, title);
    assay_svg_end_group(out);
}

void assay_svg_axis_left(struct assay_text *out, const struct assay_axis *axis, double left, double right)
{
    struct assay_pen pen = assay_pen_open(out, "grid", NULL);
    for (size_t i = 0; i < axis->count; i++) {
        double y = assay_axis_at(axis, axis->ticks[i]);
        assay_pen_move(&pen, left, y);
        assay_pen_line(&pen, right, y);
    }
    assay_pen_close(&pen, NULL);
    assay_svg_group(out, "tick", true);
    for (size_t i = 0; i < axis->count; i++) {
        assay_svg_words(out, left - 6, assay_axis_at(axis, axis->ticks[i]) + 4, 'e', 1e9, axis->labels[i]);
    }
    assay_svg_end_group(out);
}

enum assay_axis_kind assay_svg_kind_of(const char *title)
{
    bool ratio = title && strncmp(title, "ratio", 5) == 0;
    return ratio ? ASSAY_AXIS_RATIO : title && strstr(title, "time") ? ASSAY_AXIS_TIME : ASSAY_AXIS_NUMBER;
}

char *assay_svg_number(enum assay_axis_kind kind, double value)
{
    return kind == ASSAY_AXIS_TIME ? assay_cell_ns(value, true) : assay_formatted("%.6g", value);
}

double assay_svg_note(struct assay_text *out, double x, double y, const char *note)
{
    double height = 0;
    while (note && *note) {
        size_t length = strcspn(note, "\n");
        if (out) {
            char *line = assay_copy_bytes(note, length);
            out->failed = out->failed || !line;
            assay_svg_words(out, x, y + height, 'c', ASSAY_SVG_WIDTH, line ? line : "");
            free(line);
        }
        height += ASSAY_SVG_LINE;
        note += length + (note[length] == '\n');
    }
    return height;
}

/* An end with its stop, or an arrow at the edge. */
static void interval_end(struct assay_pen *pen, const struct assay_axis *axis, double x, double value, bool upper)
{
    if (value >= axis->low && value <= axis->high) {
        assay_pen_move(pen, x - 2.5, assay_axis_at(axis, value));
        assay_pen_line(pen, x + 2.5, assay_axis_at(axis, value));
        return;
    }
    bool top = isfinite(value) ? value > axis->high : upper;
    assay_pen_arrow(pen, top ? '^' : 'v', x, top ? fmin(axis->from, axis->to) : fmax(axis->from, axis->to));
}

void assay_pen_interval(struct assay_pen *pen, const struct assay_axis *axis, double x, double low, double high)
{
    if (!isfinite(low) && !isfinite(high)) {
        return;
    }
    assay_pen_move(pen, x, assay_axis_at(axis, isfinite(low) ? low : axis->low));
    assay_pen_line(pen, x, assay_axis_at(axis, isfinite(high) ? high : axis->high));
    interval_end(pen, axis, x, low, false);
    interval_end(pen, axis, x, high, true);
}

/* Label and what is more of it, cut as a whole. Heap; NULL: no memory. */
static char *key_text(const struct assay_svg_key *key)
{
    return key->more && *key->more ? assay_formatted("%s \xc2\xb7 %s", key->label, key->more) : assay_copy(key->label);
}

double assay_svg_legend(struct assay_text *out, double y, const struct assay_svg_key *keys, size_t count)
{
    double x = 10, top = y;
    for (size_t i = 0; i < count; i++) {
        char *text = key_text(&keys[i]);
        double width = fmin(assay_axis_text_width(text ? text : ""), ASSAY_SVG_RIGHT - 30);
        if (x > 10 && x + 16 + width > ASSAY_SVG_RIGHT) {
            x = 10;
            y += ASSAY_SVG_LINE + 1;
        }
        if (out) {
            out->failed = out->failed || !text;
            struct assay_pen pen = assay_svg_marks_open(out, "point", i);
            assay_pen_mark(&pen, i, x + 4, y + 8);
            assay_pen_close(&pen, NULL);
            assay_svg_group(out, "label", true);
            assay_svg_words(out, x + 14, y + 12, 's', width + 1, text);
            assay_svg_end_group(out);
        }
        free(text);
        x += 14 + width + 16;
    }
    return y - top + ASSAY_SVG_LINE + 4;
}
