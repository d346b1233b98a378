/* Tables as texts: rows, cells, and what is cleaned out of them. */
#include "reports/sheet.h"

#include "base/text.h"
#include "base/vector.h"
#include "reports/cells.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

const char *assay_tone_word(enum assay_tone tone)
{
    static const char *const words[ASSAY_TONES] = { "plain", "muted", "good", "warn", "bad" };
    return (unsigned)tone < ASSAY_TONES ? words[tone] : "plain";
}

static void release_row(const struct assay_sheet *sheet, struct assay_sheet_row *row)
{
    for (size_t i = 0; row->cells && i < sheet->column_count; i++) {
        free(row->cells[i].text);
    }
    free(row->cells);
    free(row->id);
    free(row->anchor);
}

void assay_sheet_release(struct assay_sheet *sheet)
{
    for (size_t i = 0; i < sheet->row_count; i++) {
        release_row(sheet, &sheet->rows[i]);
    }
    for (size_t i = 0; i < sheet->column_count; i++) {
        free(sheet->columns[i].title);
    }
    free(sheet->rows);
    free(sheet->id);
    free(sheet->title);
    free(sheet->note);
    *sheet = (struct assay_sheet){ 0 };
}

void assay_sheet_column(struct assay_sheet *sheet, const char *title, const char *meaning, bool numeric)
{
    assert(sheet->row_count == 0 && sheet->column_count < sizeof sheet->columns / sizeof sheet->columns[0]);
    char *clean = assay_cell_clean(title ? title : "", true);
    sheet->failed = sheet->failed || !clean;
    sheet->columns[sheet->column_count++] = (struct assay_sheet_column){ clean, meaning, numeric };
}

static void set_take(struct assay_sheet *sheet, char **to, char *text)
{
    char *clean = text ? assay_cell_clean(text, true) : NULL;
    free(text);
    free(*to);
    *to = clean;
    sheet->failed = sheet->failed || !clean;
}

void assay_sheet_title_take(struct assay_sheet *sheet, char *title)
{
    set_take(sheet, &sheet->title, title);
}

void assay_sheet_note_take(struct assay_sheet *sheet, char *note)
{
    set_take(sheet, &sheet->note, note);
}

struct assay_sheet_row *assay_sheet_add(struct assay_sheet *sheet)
{
    void *rows = sheet->rows;
    struct assay_sheet_cell *cells = calloc(sheet->column_count ? sheet->column_count : 1, sizeof *cells);
    if (!cells || !assay_reserve(&rows, &sheet->row_capacity, sheet->row_count + 1, sizeof *sheet->rows)) {
        free(cells);
        sheet->failed = true;
        return NULL;
    }
    for (size_t i = 0; i < sheet->column_count; i++) {
        cells[i].number = NAN;
    }
    sheet->rows = rows;
    struct assay_sheet_row *row = &sheet->rows[sheet->row_count++];
    *row = (struct assay_sheet_row){ .cells = cells };
    return row;
}

void assay_sheet_put_take(struct assay_sheet *sheet, struct assay_sheet_row *row, size_t column, char *text,
                          double number, enum assay_tone tone)
{
    char *clean = text && row ? assay_cell_clean(text, true) : NULL;
    free(text);
    if (!clean) {
        sheet->failed = true;
        return;
    }
    free(row->cells[column].text);
    row->cells[column] = (struct assay_sheet_cell){ clean, number, tone };
}

static bool is_empty(const struct assay_sheet *sheet, size_t column)
{
    for (size_t i = 0; i < sheet->row_count; i++) {
        const char *text = sheet->rows[i].cells[column].text;
        if (text && text[0]) {
            return false;
        }
    }
    return true;
}

void assay_sheet_trim(struct assay_sheet *sheet)
{
    size_t kept = 0, count = sheet->column_count;
    for (size_t column = 0; column < count; column++) {
        bool empty = is_empty(sheet, column);
        for (size_t i = 0; i < sheet->row_count; i++) {
            struct assay_sheet_cell *cells = sheet->rows[i].cells;
            if (empty) {
                free(cells[column].text);
            } else {
                cells[kept] = cells[column];
            }
            if (kept != column || empty) {
                cells[column].text = NULL;
            }
        }
        if (empty) {
            free(sheet->columns[column].title);
        } else {
            sheet->columns[kept++] = sheet->columns[column];
        }
    }
    sheet->column_count = kept;
}
