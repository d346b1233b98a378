/* Sheets as tables of GitHub-flavoured Markdown, as many rows as have room. */
#include "reports/markdown.h"

#include <string.h>

static const char closing[] = "\n</details>\n\n";

/* Names are code, so that they can be copied and mention nobody. */
static bool is_code(const struct assay_sheet_column *column)
{
    return strcmp(column->title, "benchmark") == 0 || strcmp(column->title, "function") == 0;
}

static void append_row(struct assay_text *out, const struct assay_sheet *sheet, const struct assay_sheet_row *row)
{
    for (size_t i = 0; i < sheet->column_count; i++) {
        const char *text = row->cells[i].text;
        assay_text_append(out, "| ");
        if (text && is_code(&sheet->columns[i])) {
            assay_markdown_code(out, text);
        } else if (text) {
            assay_markdown_text(out, text, false);
        }
        assay_text_append_char(out, ' ');
    }
    assay_text_append(out, "|\n");
}

static void append_head(struct assay_text *out, const struct assay_sheet *sheet)
{
    for (size_t i = 0; i < sheet->column_count; i++) {
        assay_text_append(out, "| ");
        assay_markdown_text(out, sheet->columns[i].title, false);
        assay_text_append_char(out, ' ');
    }
    assay_text_append(out, "|\n");
    for (size_t i = 0; i < sheet->column_count; i++) {
        assay_text_append(out, sheet->columns[i].numeric ? "| ---: " : "| --- ");
    }
    assay_text_append(out, "|\n");
}

/* Owns nothing: takes back what was appended since `length`. */
static void take_back(struct assay_text *text, size_t length)
{
    if (!text->failed && text->bytes) {
        text->length = length;
        text->bytes[length] = '\0';
    }
}

size_t assay_markdown_table(struct assay_markdown *markdown, const struct assay_sheet *sheet, size_t first, size_t count,
                            size_t reserved)
{
    struct assay_text *text = &markdown->text;
    size_t begin = text->length, written = 0;
    append_head(text, sheet);
    while (written < count && first + written < sheet->row_count && !text->failed) {
        size_t before = text->length;
        append_row(text, sheet, &sheet->rows[first + written]);
        if (text->length + reserved > markdown->room) {
            take_back(text, before);
            break;
        }
        written++;
    }
    if (written == 0) {
        take_back(text, begin);
    }
    return written;
}

void assay_markdown_folded(struct assay_markdown *markdown, const struct assay_sheet *sheet, size_t first,
                           const char *title)
{
    struct assay_text *text = &markdown->text;
    size_t begin = text->length, count = sheet->row_count > first ? sheet->row_count - first : 0;
    if (count == 0) {
        return;
    }
    assay_text_append(text, "<details><summary>");
    assay_markdown_html(text, title);
    assay_text_format(text, "%s%zu row%s</summary>\n\n", title[0] ? ": " : "", count, count == 1 ? "" : "s");
    size_t written = assay_markdown_table(markdown, sheet, first, count, strlen(closing));
    markdown->rows_out += count - written;
    if (written > 0) {
        assay_text_append(text, closing);
    } else {
        take_back(text, begin);
    }
}
