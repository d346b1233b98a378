/* Every sheet of a report as RFC 4180: section,sheet,row,column,text,number. A cell that is empty has no row. */
#include "reports/csv.h"

#include <stdlib.h>

static void write_cell(struct assay_csv *csv, const struct assay_section *section, const struct assay_sheet *sheet,
                       size_t row, size_t column)
{
    const struct assay_sheet_cell *cell = &sheet->rows[row].cells[column];
    assay_csv_field(csv, section->id);
    assay_csv_field(csv, sheet->id);
    assay_csv_real(csv, (double)row);
    assay_csv_field(csv, sheet->columns[column].title);
    assay_csv_field(csv, cell->text);
    assay_csv_real(csv, cell->number);
    assay_csv_end_row(csv);
}

static void write_sheet(struct assay_csv *csv, const struct assay_section *section, const struct assay_sheet *sheet)
{
    for (size_t row = 0; row < sheet->row_count; row++) {
        for (size_t column = 0; column < sheet->column_count; column++) {
            const char *text = sheet->rows[row].cells[column].text;
            if (text && text[0]) {
                write_cell(csv, section, sheet, row, column);
            }
        }
    }
}

int assay_report_rows(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error)
{
    static const char *const columns[] = { "section", "sheet", "row", "column", "text", "number" };
    struct assay_csv csv = { .to = to };
    (void)options;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        assay_csv_field(&csv, columns[i]);
    }
    assay_csv_end_row(&csv);
    for (size_t i = 0; i < ASSAY_SECTION_COUNT; i++) {
        for (size_t k = 0; k < report->sections[i].sheet_count; k++) {
            write_sheet(&csv, &report->sections[i], &report->sections[i].sheets[k]);
        }
    }
    return assay_csv_end(&csv, error);
}
