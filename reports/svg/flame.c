/* An icicle from a tree of costs. Knows where frames are and what fits into them, not what they stand for. */
#include "reports/svg/flame.h"

#include "reports/svg/draw.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 1000.0
#define ROW 18
#define LETTER 6.65 /* of a monospaced font of 11 pixels; 0.6 em in most */
#define PADDING 3

/* ---- which nodes, and where ---- */

struct place {
    size_t node, depth;
    double x, total;
};
struct places {
    struct place *items; /* row by row, from left to right */
    size_t count;
    double *totals;
    double *x;     /* by node: where the next child of it begins */
    size_t *depth; /* by node */
    double whole;
};

static bool has_parent(const double *parent, size_t node)
{
    return parent[node] >= 0 && parent[node] < (double)node;
}

double *assay_svg_flame_totals(double *whole, const double *parent, const double *own, size_t count)
{
    double *totals = calloc(count + 1, sizeof *totals);
    *whole = 0;
    for (size_t i = count; totals && i-- > 0;) {
        totals[i] += own[i] > 0 && isfinite(own[i]) ? own[i] : 0;
        if (has_parent(parent, i)) {
            totals[(size_t)parent[i]] += totals[i];
        } else {
            *whole += totals[i];
        }
    }
    return totals;
}

/* A parent costs at least as much as its child and comes before it: the first of this order are closed upwards. */
static int dearer_first(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->total != y->total) {
        return x->total > y->total ? -1 : 1;
    }
    return x->node < y->node ? -1 : x->node > y->node;
}

static int row_by_row(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->depth != y->depth) {
        return x->depth < y->depth ? -1 : 1;
    }
    return dearer_first(a, b);
}

static void places_release(struct places *places)
{
    free(places->items);
    free(places->totals);
    free(places->x);
    free(places->depth);
}

/* All nodes that cost something, the dearest first; *deepest: rows of the whole tree. */
static bool gather(struct places *places, size_t *deepest, const struct assay_svg_flame *flame)
{
    places->totals = assay_svg_flame_totals(&places->whole, flame->parent, flame->own, flame->count);
    places->items = calloc(flame->count + 1, sizeof *places->items);
    places->x = calloc(flame->count + 1, sizeof *places->x);
    places->depth = calloc(flame->count + 1, sizeof *places->depth);
    if (!places->totals || !places->items || !places->x || !places->depth) {
        return false;
    }
    *deepest = 0;
    for (size_t i = 0; i < flame->count; i++) {
        places->depth[i] = has_parent(flame->parent, i) ? places->depth[(size_t)flame->parent[i]] + 1 : 0;
        if (places->totals[i] > 0) {
            places->items[places->count++] = (struct place){ i, places->depth[i], 0, places->totals[i] };
            *deepest = places->depth[i] + 1 > *deepest ? places->depth[i] + 1 : *deepest;
        }
    }
    qsort(places->items, places->count, sizeof *places->items, dearer_first);
    return true;
}

/* Drops what is not drawn, and says from where each of the others begins. */
static void place(struct places *places, const struct assay_svg_flame *flame)
{
    size_t kept = 0;
    double next_root = 0;
    for (size_t i = 0; i < places->count && kept < ASSAY_FLAME_FRAMES; i++) {
        const struct place *item = &places->items[i];
        if (item->total >= ASSAY_FLAME_LEAST * places->whole && item->depth < ASSAY_FLAME_DEPTH) {
            places->items[kept++] = *item;
        }
    }
    places->count = kept;
    qsort(places->items, kept, sizeof *places->items, row_by_row);
    for (size_t i = 0; i < kept; i++) { /* x: where the next child of a node begins */
        struct place *item = &places->items[i];
        bool root = !has_parent(flame->parent, item->node);
        double *next = root ? &next_root : &places->x[(size_t)flame->parent[item->node]];
        item->x = *next;
        places->x[item->node] = *next;
        *next += item->total;
    }
}

static int from_the_left(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    if (x->depth != y->depth) {
        return x->depth < y->depth ? -1 : 1;
    }
    return x->x != y->x ? (x->x < y->x ? -1 : 1) : x->node < y->node ? -1 : x->node > y->node;
}

/* ---- frames ---- */

/* As many bytes of the text as `columns` hold. */
static size_t fitting(const char *text, size_t columns)
{
    size_t length = 0;
    for (size_t used = 0; text[length] && used < columns; used++) {
        do {
            length++;
        } while (((unsigned char)text[length] & 0xc0) == 0x80);
    }
    return length;
}

static void put_label(struct assay_text *out, const char *label, double x, double width)
{
    double room = (width - 2 * PADDING) / LETTER;
    size_t columns = room > 0 ? (size_t)room : 0;
    bool whole = assay_utf8_width(label) <= columns;
    if (columns < 3) {
        return;
    }
    char *shown = assay_copy_bytes(label, whole ? strlen(label) : fitting(label, columns - 1));
    assay_text_format(out, "<text x=\"%.1f\" y=\"13\">", x + PADDING);
    assay_svg_escape(out, shown ? shown : "");
    assay_text_append(out, whole ? "</text>" : "\xe2\x80\xa6</text>");
    out->failed = out->failed || !shown;
    free(shown);
}

static void put_frame(struct assay_text *out, const struct assay_svg_frame *frame, double x, double width)
{
    assay_text_append(out, "<g");
    if (frame->id) {
        assay_text_append(out, " id=\"");
        assay_svg_escape(out, frame->id);
        assay_text_append(out, "\"");
    }
    assay_text_append(out, "><title>");
    assay_svg_escape(out, frame->words);
    assay_text_format(out, "</title><rect class=\"%s\"", frame->look);
    if (frame->pattern) {
        assay_text_format(out, " fill=\"url(#%s)\"", frame->pattern);
    }
    assay_text_format(out, " x=\"%.2f\" width=\"%.2f\" height=\"%d\"/>", x, width, ROW - 1);
    put_label(out, frame->label, x, width);
    assay_text_append(out, "</g>");
}

static void put_place(struct assay_text *out, const struct place *item, double whole,
                      const struct assay_svg_flame *flame)
{
    struct assay_svg_frame frame = { 0 };
    double scale = WIDTH / whole;
    if (!flame->describe(&frame, item->node, item->total, flame->context)) {
        out->failed = true;
    } else {
        put_frame(out, &frame, item->x * scale, item->total * scale);
    }
    free(frame.label);
    free(frame.words);
    free(frame.id);
}

static void put_head(struct assay_text *out, const struct assay_svg_text *text, size_t rows)
{
    assay_text_format(out, "<svg class=\"frames\" viewBox=\"0 0 %.0f %zu\" role=\"img\"", WIDTH, rows * ROW);
    assay_svg_labelled(out, text);
    assay_text_append_char(out, '>');
    assay_svg_described(out, text);
}

void assay_svg_flame(struct assay_text *out, struct assay_svg_flame_drawn *drawn, const struct assay_svg_text *text,
                     const struct assay_svg_flame *flame)
{
    struct places places = { 0 };
    *drawn = (struct assay_svg_flame_drawn){ 0 };
    if (!gather(&places, &drawn->depth, flame)) {
        out->failed = true;
    } else if (places.whole > 0 && isfinite(places.whole)) {
        size_t all = places.count, row = 0;
        place(&places, flame);
        qsort(places.items, places.count, sizeof *places.items, from_the_left);
        drawn->whole = places.whole;
        drawn->frames = places.count;
        drawn->left_out = all - places.count;
        size_t rows = places.count ? places.items[places.count - 1].depth + 2 : 1;
        put_head(out, text, rows);
        assay_text_format(out, "<g><rect class=\"all\" width=\"%.0f\" height=\"%d\"/>", WIDTH, ROW - 1);
        put_label(out, flame->all, 0, WIDTH);
        for (size_t i = 0; i < places.count; i++) {
            for (; row < places.items[i].depth + 1; row++) {
                assay_text_format(out, "</g>\n<g transform=\"translate(0,%zu)\">", (row + 1) * ROW);
            }
            put_place(out, &places.items[i], places.whole, flame);
        }
        assay_text_append(out, "</g>\n</svg>\n");
    }
    places_release(&places);
}
