/* The first and last lines of `assay report` in a terminal: the verdict, and how environments differ. */
#include "reports/text/text.h"

#include "reports/cells.h"
#include "reports/text/lines.h"
#include "reports/text/table.h"

#include <stdlib.h>
#include <string.h>

/* Texts of the report are UTF-8; a terminal may not be. Owns nothing. */
static void append_led(struct assay_text *out, const char *lead, const char *text,
                       const struct assay_report_options *options)
{
    char *shown = text ? assay_cell_ascii(text, options->unicode) : NULL;
    if (text) {
        assay_line_append_led(out, lead, shown ? shown : "", strlen(lead), options);
        out->failed = out->failed || !shown;
    }
    free(shown);
}

void assay_text_append_verdict(struct assay_text *out, const struct assay_report *report,
                               const struct assay_report_options *options)
{
    static const enum assay_style styles[ASSAY_TONES] = { [ASSAY_TONE_PLAIN] = ASSAY_STYLE_BOLD,
                                                          [ASSAY_TONE_MUTED] = ASSAY_STYLE_BOLD,
                                                          [ASSAY_TONE_GOOD] = ASSAY_STYLE_GOOD,
                                                          [ASSAY_TONE_WARN] = ASSAY_STYLE_WARN,
                                                          [ASSAY_TONE_BAD] = ASSAY_STYLE_BAD };
    const struct assay_report_verdict *verdict = &report->verdict;
    struct assay_text sentence = ASSAY_TEXT_INIT;
    append_led(&sentence, "", verdict->sentence, options);
    assay_style_append(out, sentence.bytes ? sentence.bytes : "", styles[verdict->tone], options->color);
    out->failed = out->failed || sentence.failed;
    assay_text_release(&sentence);
    if (report->part_count > 1 || !report->parts[0].comparisons) { /* a comparison's own text begins with these */
        append_led(out, "counts: ", verdict->counts, options);
        append_led(out, "worst:  ", verdict->worst, options);
        append_led(out, "best:   ", verdict->best, options);
    }
    append_led(out, "trust:  ", verdict->trust_words, options);
    for (size_t i = 0; i < verdict->reason_count && options->hints; i++) {
        append_led(out, "        - ", verdict->reasons[i], options);
    }
    assay_text_append_char(out, '\n');
}

/* The sheet of differences, a row a fact, as text. */
static void append_sheet(struct assay_text *out, const struct assay_sheet *sheet,
                         const struct assay_report_options *options)
{
    struct assay_table table = { .elastic = 0 };
    for (size_t i = 0; i < sheet->column_count && i < ASSAY_TABLE_COLUMNS; i++) {
        assay_table_column(&table, sheet->columns[i].title, !sheet->columns[i].numeric, i > 0 ? (unsigned)(100 - i) : 0);
    }
    for (size_t i = 0; i < sheet->row_count; i++) {
        struct assay_table_row *row = assay_table_add(&table);
        for (size_t k = 0; k < table.column_count; k++) {
            const char *text = sheet->rows[i].cells[k].text;
            assay_table_put_take(&table, row, k, assay_cell_ascii(text ? text : "", options->unicode),
                                 ASSAY_STYLE_PLAIN);
        }
    }
    assay_table_measure(&table);
    assay_table_fit(&table, options->width, options->unicode);
    assay_table_append(out, &table, options->color);
    out->failed = out->failed || table.failed;
    assay_table_release(&table);
}

void assay_text_append_environments(struct assay_text *out, const struct assay_report *report,
                                    const struct assay_report_options *options)
{
    const struct assay_section *section = &report->sections[ASSAY_SECTION_ENVIRONMENT];
    for (size_t i = 0; i < section->sheet_count; i++) {
        const struct assay_sheet *sheet = &section->sheets[i];
        if (strncmp(sheet->id, "differences", strlen("differences")) == 0 && sheet->row_count > 0) {
            assay_line_append_title(out, "environments", options);
            append_led(out, "  ", section->summary, options);
            assay_text_append_char(out, '\n');
            append_sheet(out, sheet, options);
        }
    }
}
