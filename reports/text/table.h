/* A table for a terminal: cells to columns, widths, dropping what does not fit. Knows no benchmark. */
#ifndef ASSAY_REPORTS_TABLE_H
#define ASSAY_REPORTS_TABLE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

#define ASSAY_TABLE_COLUMNS 32

enum assay_style {
    ASSAY_STYLE_PLAIN,
    ASSAY_STYLE_BOLD,
    ASSAY_STYLE_DIM,
    ASSAY_STYLE_GOOD,
    ASSAY_STYLE_WARN,
    ASSAY_STYLE_BAD
};

struct assay_table_cell {
    char *text; /* heap; NULL: empty */
    enum assay_style style;
};
struct assay_table_row {
    enum { ASSAY_TABLE_CELLS, ASSAY_TABLE_HEADING, ASSAY_TABLE_GAP } type;
    struct assay_table_cell cells[ASSAY_TABLE_COLUMNS]; /* a heading's text is the first */
    size_t span; /* the cell of this column runs to the end of the line, and widens nothing; 0: none */
};
struct assay_table {
    struct {
        const char *title;
        bool left;     /* text; numbers stand at the right */
        unsigned drop; /* the lower, the earlier it goes when the table is too wide; 0: never */
        bool hidden;
        size_t width;
    } columns[ASSAY_TABLE_COLUMNS];
    size_t column_count;
    size_t elastic; /* the column that is cut when dropping is not enough */
    struct assay_table_row *rows;
    size_t row_count;
    size_t row_capacity;
    bool failed; /* out of memory */
};
void assay_table_release(struct assay_table *table);
/* Its index. */
size_t assay_table_column(struct assay_table *table, const char *title, bool left, unsigned drop);
/* A row, heading or gap; borrowed until the next one. NULL: out of memory, and `failed` is set. */
struct assay_table_row *assay_table_add(struct assay_table *table);
/* Owns the text. */
void assay_table_put_take(struct assay_table *table, struct assay_table_row *row, size_t column, char *text,
                          enum assay_style style);
/* Hides columns that are empty in all rows; returns the width that the rest needs. */
size_t assay_table_measure(struct assay_table *table);
/* Hides and cuts until the table is at most `width` wide (0: no bound). */
void assay_table_fit(struct assay_table *table, size_t width, bool unicode);
void assay_table_append(struct assay_text *out, const struct assay_table *table, bool color);
/* A name, cut in its middle to `width` columns (at least 3); of valid UTF-8, and wider than that. Heap; NULL: no
 * memory. */
char *assay_table_cut(const char *text, size_t width, bool unicode);
/* Appends text with its style. */
void assay_style_append(struct assay_text *out, const char *text, enum assay_style style, bool color);

#endif
