/* A table for a terminal. Widths are columns of the terminal, not bytes. */
#include "reports/text/table.h"

#include "base/vector.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define GAP 2        /* between columns */
#define LEAST_CUT 12 /* the elastic column stays at least so wide */

static const char *const codes[] = {
    [ASSAY_STYLE_PLAIN] = "",        [ASSAY_STYLE_BOLD] = "\x1b[1m",  [ASSAY_STYLE_DIM] = "\x1b[2m",
    [ASSAY_STYLE_GOOD] = "\x1b[32m", [ASSAY_STYLE_WARN] = "\x1b[33m", [ASSAY_STYLE_BAD] = "\x1b[31m",
};

void assay_style_append(struct assay_text *out, const char *text, enum assay_style style, bool color)
{
    bool styled = color && style != ASSAY_STYLE_PLAIN && text[0];
    if (styled) {
        assay_text_append(out, codes[style]);
    }
    assay_text_append(out, text);
    if (styled) {
        assay_text_append(out, "\x1b[0m");
    }
}

void assay_table_release(struct assay_table *table)
{
    for (size_t i = 0; i < table->row_count; i++) {
        for (size_t k = 0; k < ASSAY_TABLE_COLUMNS; k++) {
            free(table->rows[i].cells[k].text);
        }
    }
    free(table->rows);
    *table = (struct assay_table){ 0 };
}

size_t assay_table_column(struct assay_table *table, const char *title, bool left, unsigned drop)
{
    assert(table->column_count < ASSAY_TABLE_COLUMNS);
    size_t index = table->column_count++;
    table->columns[index].title = title;
    table->columns[index].left = left;
    table->columns[index].drop = drop;
    return index;
}

struct assay_table_row *assay_table_add(struct assay_table *table)
{
    void *items = table->rows;
    bool room = assay_reserve(&items, &table->row_capacity, table->row_count + 1, sizeof *table->rows);
    table->rows = items;
    if (!room) {
        table->failed = true;
        return NULL;
    }
    struct assay_table_row *row = &table->rows[table->row_count++];
    memset(row, 0, sizeof *row);
    return row;
}

void assay_table_put_take(struct assay_table *table, struct assay_table_row *row, size_t column, char *text,
                          enum assay_style style)
{
    if (!row || !text) {
        free(text);
        table->failed = true;
        return;
    }
    free(row->cells[column].text);
    row->cells[column] = (struct assay_table_cell){ text, style };
}

static size_t width_of(const struct assay_table *table, size_t column)
{
    size_t width = 0;
    for (size_t i = 0; i < table->row_count; i++) {
        const struct assay_table_row *row = &table->rows[i];
        const char *text = row->cells[column].text;
        if (row->type != ASSAY_TABLE_CELLS || !text || (row->span && column >= row->span)) {
            continue;
        }
        size_t own = assay_utf8_width(text);
        width = own > width ? own : width;
    }
    return width;
}

static size_t total(const struct assay_table *table)
{
    size_t sum = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].hidden) {
            sum += table->columns[i].width + (sum ? GAP : 0);
        }
    }
    return sum;
}

size_t assay_table_measure(struct assay_table *table)
{
    for (size_t i = 0; i < table->column_count; i++) {
        size_t width = width_of(table, i);
        size_t title = assay_utf8_width(table->columns[i].title);
        table->columns[i].hidden = width == 0;
        table->columns[i].width = width > title ? width : title;
    }
    return total(table);
}

/* Columns that the one character from `begin` up to `end` takes. */
static size_t character_width(const char *begin, const char *end)
{
    char one[8] = "";
    size_t length = (size_t)(end - begin);
    memcpy(one, begin, length < sizeof one ? length : sizeof one - 1);
    return assay_utf8_width(one);
}

static bool is_inside(const char *at)
{
    return ((unsigned char)*at & 0xc0) == 0x80;
}

/* Bytes of the longest beginning that is at most `width` columns wide. */
static size_t prefix(const char *text, size_t width)
{
    const char *at = text;
    size_t used = 0;
    while (*at) {
        const char *next = at + 1;
        while (is_inside(next)) {
            next++;
        }
        used += character_width(at, next);
        if (used > width) {
            break;
        }
        at = next;
    }
    return (size_t)(at - text);
}

/* The kernel stands at the front of a name, what tells variants apart at its end. */
char *assay_table_cut(const char *text, size_t width, bool unicode)
{
    const char *dots = unicode ? "\xe2\x80\xa6" : "..";
    size_t room = width - (unicode ? 1 : 2);
    size_t front = prefix(text, room - room / 3);
    const char *back = text + strlen(text);
    size_t used = 0;
    while (back > text + front) {
        const char *before = back - 1;
        while (before > text && is_inside(before)) {
            before--;
        }
        used += character_width(before, back);
        if (used > room / 3) {
            break;
        }
        back = before;
    }
    return assay_formatted("%.*s%s%s", (int)front, text, dots, back);
}

static void cut_column(struct assay_table *table, size_t width, bool unicode)
{
    for (size_t i = 0; i < table->row_count; i++) {
        struct assay_table_cell *cell = &table->rows[i].cells[table->elastic];
        if (table->rows[i].type != ASSAY_TABLE_CELLS || !cell->text || assay_utf8_width(cell->text) <= width) {
            continue;
        }
        char *shorter = assay_table_cut(cell->text, width, unicode);
        table->failed = table->failed || !shorter;
        free(cell->text);
        cell->text = shorter;
    }
    table->columns[table->elastic].width = width;
}

void assay_table_fit(struct assay_table *table, size_t width, bool unicode)
{
    size_t needed = assay_table_measure(table);
    while (width > 0 && needed > width) {
        size_t victim = ASSAY_TABLE_COLUMNS;
        for (size_t i = 0; i < table->column_count; i++) {
            if (!table->columns[i].hidden && table->columns[i].drop &&
                (victim == ASSAY_TABLE_COLUMNS || table->columns[i].drop < table->columns[victim].drop)) {
                victim = i;
            }
        }
        if (victim == ASSAY_TABLE_COLUMNS) {
            break;
        }
        table->columns[victim].hidden = true;
        needed = total(table);
    }
    if (width > 0 && needed > width) {
        size_t own = table->columns[table->elastic].width;
        size_t over = needed - width;
        cut_column(table, own > over + LEAST_CUT ? own - over : LEAST_CUT, unicode);
    }
}

static void append_padding(struct assay_text *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assay_text_append_char(out, ' ');
    }
}

/* A cell of `width` columns. Blanks at the end of a line are held back in `*owed`. */
static void append_cell(struct assay_text *out, const struct assay_table_cell *cell, size_t width, bool left,
                        bool color, size_t *owed)
{
    const char *text = cell->text ? cell->text : "";
    size_t own = assay_utf8_width(text);
    size_t fill = own < width ? width - own : 0;
    size_t length = strlen(text);
    size_t blanks = 0; /* behind the text: owed as well */
    while (blanks < length && text[length - 1 - blanks] == ' ') {
        blanks++;
    }
    if (blanks == length) {
        *owed += width;
        return;
    }
    char *trimmed = blanks ? assay_copy_bytes(text, length - blanks) : NULL;
    append_padding(out, *owed + (left ? 0 : fill));
    assay_style_append(out, trimmed ? trimmed : text, cell->style, color);
    *owed = (left ? fill : 0) + (trimmed ? blanks : 0);
    free(trimmed);
}

static void append_row(struct assay_text *out, const struct assay_table *table, const struct assay_table_row *row,
                       bool color)
{
    size_t owed = 0;
    bool begun = false;
    for (size_t i = 0; i < table->column_count; i++) {
        bool spans = row->span && i == row->span;
        if (table->columns[i].hidden && !spans) {
            continue;
        }
        if (begun) {
            owed += GAP;
        }
        begun = true;
        append_cell(out, &row->cells[i], spans ? 0 : table->columns[i].width, table->columns[i].left || spans, color,
                    &owed);
        if (spans) {
            break;
        }
    }
    assay_text_append_char(out, '\n');
}

static void append_titles(struct assay_text *out, const struct assay_table *table, bool color)
{
    size_t owed = 0;
    bool begun = false;
    for (size_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].hidden) {
            continue;
        }
        struct assay_table_cell cell = { (char *)(uintptr_t)table->columns[i].title, ASSAY_STYLE_DIM };
        owed += begun ? GAP : 0;
        begun = true;
        append_cell(out, &cell, table->columns[i].width, table->columns[i].left, color, &owed);
    }
    assay_text_append_char(out, '\n');
}

void assay_table_append(struct assay_text *out, const struct assay_table *table, bool color)
{
    append_titles(out, table, color);
    for (size_t i = 0; i < table->row_count; i++) {
        const struct assay_table_row *row = &table->rows[i];
        if (row->type == ASSAY_TABLE_CELLS) {
            append_row(out, table, row, color);
            continue;
        }
        if (row->type == ASSAY_TABLE_HEADING) {
            assay_style_append(out, row->cells[0].text ? row->cells[0].text : "", ASSAY_STYLE_BOLD, color);
        }
        assay_text_append_char(out, '\n');
    }
}
