/* A sheet as a table. Knows no section: what a row leads to is its id, what it is filtered by its word. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

#include <math.h>
#include <string.h>

static void append_head(struct assay_text *out, const struct assay_sheet *sheet)
{
    assay_text_append(out, "<thead><tr>");
    for (size_t i = 0; i < sheet->column_count; i++) {
        const struct assay_sheet_column *column = &sheet->columns[i];
        assay_text_append(out, "<th scope=\"col\"");
        if (column->numeric) {
            assay_text_append(out, " data-numeric=\"true\"");
        }
        if (column->meaning) {
            assay_text_append(out, " title=\"");
            assay_html_text(out, column->meaning);
            assay_text_append_char(out, '"');
        }
        assay_text_append_char(out, '>');
        assay_html_text(out, column->title);
        assay_text_append(out, "</th>");
    }
    assay_text_append(out, "</tr></thead>\n");
}

static void append_attributes(struct assay_text *out, const struct assay_sheet_cell *cell, bool numeric, bool facts)
{
    if (isfinite(cell->number) && !facts) {
        assay_text_format(out, numeric ? " data-number=\"%.7g\"" : " data-number=\"%.7g\" data-align=\"left\"",
                          cell->number);
    } else if (numeric) {
        assay_text_append(out, " data-number=\"\""); /* to the right as its column, and sorted last */
    }
    if (cell->tone != ASSAY_TONE_PLAIN && cell->text && cell->text[0]) { /* what is empty has nothing to say */
        assay_text_format(out, " data-tone=\"%s\"", assay_tone_word(cell->tone));
    }
}

/* What names a row: its first cell, but for a rank, which is none where a benchmark failed. */
static size_t naming_column(const struct assay_sheet *sheet)
{
    return sheet->column_count > 1 && strcmp(sheet->columns[0].title, "#") == 0 ? 1 : 0;
}

static void append_name(struct assay_text *out, const struct assay_sheet_row *row, const struct assay_sheet_cell *cell,
                        bool numeric)
{
    assay_text_append(out, "<th scope=\"row\"");
    append_attributes(out, cell, numeric, false);
    assay_text_append_char(out, '>');
    if (row->id) {
        assay_text_append(out, "<a href=\"#");
        assay_html_text(out, row->id);
        assay_text_append(out, "\">");
    }
    assay_html_text(out, cell->text);
    assay_text_append(out, row->id ? "</a></th>" : "</th>");
}

static void append_row_attributes(struct assay_text *out, const struct assay_sheet_row *row, const char *name)
{
    if (row->anchor) {
        assay_text_append(out, " id=\"");
        assay_html_text(out, row->anchor);
        assay_text_append_char(out, '"');
    }
    if (row->word) {
        assay_text_append(out, " data-word=\"");
        assay_html_text(out, row->word);
        assay_text_append_char(out, '"');
    }
    if (row->word || row->id) { /* rows that are of something which people look for */
        assay_text_append(out, " data-search=\"");
        assay_html_lower(out, name);
        assay_text_append(out, row->word ? " " : "");
        assay_html_lower(out, row->word);
        assay_text_append_char(out, '"');
    }
}

static void append_row(struct assay_text *out, const struct assay_sheet *sheet, const struct assay_sheet_row *row)
{
    /* Names with a value each have no order, and a page has many of them. */
    bool facts = sheet->column_count == 2 && !sheet->columns[1].numeric;
    size_t naming = naming_column(sheet);
    assay_text_append(out, "<tr");
    append_row_attributes(out, row, row->cells[naming].text);
    assay_text_append_char(out, '>');
    for (size_t i = 0; i < sheet->column_count; i++) {
        const struct assay_sheet_cell *cell = &row->cells[i];
        bool numeric = sheet->columns[i].numeric;
        if (i == naming) {
            append_name(out, row, cell, numeric);
            continue;
        }
        assay_text_append(out, "<td");
        append_attributes(out, cell, numeric, facts);
        assay_text_append_char(out, '>');
        assay_html_text(out, cell->text);
        assay_text_append(out, "</td>");
    }
    assay_text_append(out, "</tr>\n");
}

void assay_html_sheet(struct assay_text *out, const struct assay_sheet *sheet)
{
    if (sheet->column_count == 0) {
        return;
    }
    const char *title = sheet->title && sheet->title[0] ? sheet->title : sheet->id;
    assay_text_append(out, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
    assay_html_text(out, title);
    assay_text_append(out, "\"><table id=\"");
    assay_html_text(out, sheet->id);
    assay_text_append(out, "\">");
    assay_text_append(out, "<caption>");
    assay_html_text(out, title);
    assay_text_append(out, "</caption>\n");
    append_head(out, sheet);
    assay_text_append(out, "<tbody>\n");
    for (size_t i = 0; i < sheet->row_count; i++) {
        append_row(out, sheet, &sheet->rows[i]);
    }
    assay_text_append(out, "</tbody></table></div>\n");
    assay_html_paragraph(out, "note", sheet->note);
}

void assay_html_columns(struct assay_text *out, const struct assay_sheet *sheet)
{
    bool any = false;
    for (size_t i = 0; i < sheet->column_count; i++) {
        const struct assay_sheet_column *column = &sheet->columns[i];
        if (!column->meaning) {
            continue;
        }
        if (!any) {
            assay_text_append(out, "<details class=\"columns\"><summary>What the columns mean</summary><dl>");
        }
        any = true;
        assay_text_append(out, "<dt>");
        assay_html_text(out, column->title);
        assay_text_append(out, "</dt><dd>");
        assay_html_text(out, column->meaning);
        assay_text_append(out, "</dd>");
    }
    assay_text_append(out, any ? "</dl></details>\n" : "");
}
