/* Crossovers: where the faster of two changes, a row for each value that was looked at. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "reports/crossovers.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>

enum column { VALUE, RATIO, INTERVAL, FASTER, BLOCKS, TOOK };

static void put_point(struct assay_sheet *sheet, const struct assay_document *document,
                      const struct assay_crossover *crossover, size_t point)
{
    const struct assay_comparison *comparison = &document->comparisons[crossover->comparisons[point]];
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    if (!row) {
        return;
    }
    int way = assay_comparison_proven(comparison);
    size_t blocks = 0;
    for (size_t i = 0; i < comparison->blocks.count; i++) {
        blocks += comparison->blocks.set_aside[i] == 0;
    }
    row->word = assay_verdict_word(comparison->verdict);
    row->id = assay_formatted("c%zu-%zu", sheet->part, crossover->comparisons[point]);
    sheet->failed = sheet->failed || !row->id;
    assay_sheet_put_take(sheet, row, VALUE, assay_words_value(crossover, crossover->values[point]),
                         crossover->values[point], ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, RATIO, assay_words_ratio(comparison), comparison->ratio, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, INTERVAL, assay_words_interval(comparison), comparison->low, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, FASTER,
                         assay_copy(way == 0  ? "not proven"
                                    : way < 0 ? crossover->head
                                              : crossover->base),
                         NAN, way == 0 ? ASSAY_TONE_MUTED : ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, BLOCKS, assay_formatted("%zu", blocks), (double)blocks, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, TOOK,
                         isfinite(comparison->seconds) ? assay_words_seconds(comparison->seconds) : assay_copy(""),
                         comparison->seconds, ASSAY_TONE_PLAIN);
}

static bool add(struct assay_section *section, const struct assay_report *report, size_t at, size_t index)
{
    const struct assay_document *document = report->parts[at].document;
    const struct assay_crossover *crossover = &document->crossovers[index];
    struct assay_sheet *sheet = assay_section_add(section, "crossing", at, index);
    if (!sheet) {
        return false;
    }
    char *answer = assay_words_crossover(document, index);
    char *looked = assay_words_looked(document, index);
    assay_sheet_title_take(sheet, assay_formatted("%s against %s", crossover->head, crossover->base));
    assay_sheet_note_take(sheet, answer && looked ? assay_formatted("%s; %s", answer, looked) : NULL);
    free(answer);
    free(looked);
    assay_sheet_column(sheet, crossover->parameter, NULL, true);
    assay_sheet_column(sheet, "ratio", "head's time over base's", true);
    assay_sheet_column(sheet, "interval", "of the ratio", false);
    assay_sheet_column(sheet, "faster", NULL, false);
    assay_sheet_column(sheet, "blocks", NULL, true);
    assay_sheet_column(sheet, "took", NULL, true);
    for (size_t i = 0; i < crossover->point_count; i++) {
        put_point(sheet, document, crossover, i);
    }
    return true;
}

bool assay_sheets_crossover(struct assay_section *section, const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        for (size_t k = 0; k < report->parts[i].document->crossover_count; k++) {
            if (!add(section, report, i, k)) {
                return false;
            }
        }
    }
    if (section->sheet_count == 0) {
        return true;
    }
    section->summary = assay_copy("Where along a parameter the faster of two changes.");
    return section->summary != NULL;
}
