/* The comparisons of documents that have some, a row each; of documents without, the ratios within groups. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "reports/cells.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column { NAME, VERDICT, RATIO, INTERVAL, BASE, HEAD, BLOCKS, INSTRUCTIONS, WORDS };

static char *time_of(const struct assay_benchmark *benchmark)
{
    return benchmark->has_statistics ? assay_cell_ns(benchmark->statistics.median, true) : assay_copy("");
}

static double median_of(const struct assay_benchmark *benchmark)
{
    return benchmark->has_statistics ? benchmark->statistics.median : NAN;
}

/* What must be known of a row beside its numbers: the reason, and its notes. Heap. */
static char *remarks(const struct assay_comparison *comparison)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, comparison->reason ? comparison->reason : "");
    for (size_t i = 0; i < comparison->note_count; i++) {
        assay_text_format(&text, "%s%s", text.length > 0 ? "; " : "", comparison->notes[i]);
    }
    return assay_text_take(&text);
}

static void put_row(struct assay_sheet *sheet, const struct assay_report_part *part, const struct assay_compared *from)
{
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    const struct assay_comparison *comparison = from->comparison;
    enum assay_tone tone = assay_compared_tone(from);
    if (!row) {
        return;
    }
    row->word = from->failed ? "failed" : assay_verdict_word(comparison->verdict);
    row->id = assay_formatted("b%zu-%zu", sheet->part, comparison->head);
    row->anchor = assay_formatted("c%zu-%zu", sheet->part, (size_t)(comparison - part->document->comparisons));
    sheet->failed = sheet->failed || !row->id || !row->anchor;
    char *verdict = from->failed ? assay_words_failure(from->base, from->head) : assay_words_verdict(comparison);
    char *blocks = from->set_aside > 0 ? assay_formatted("%zu and %zu set aside", from->blocks, from->set_aside)
                                       : assay_formatted("%zu", from->blocks);
    assay_sheet_put_take(sheet, row, NAME, assay_copy(from->name), NAN, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, VERDICT, verdict, NAN, tone);
    assay_sheet_put_take(sheet, row, RATIO, assay_words_ratio(comparison), comparison->ratio, tone);
    assay_sheet_put_take(sheet, row, INTERVAL, assay_words_interval(comparison), comparison->low, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, BASE, time_of(from->base), median_of(from->base), ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, HEAD, time_of(from->head), median_of(from->head), ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, BLOCKS, blocks, (double)from->blocks, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, INSTRUCTIONS, assay_words_witness(comparison),
                         comparison->head_instructions / comparison->base_instructions - 1, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, WORDS, remarks(comparison), NAN, ASSAY_TONE_MUTED);
}

static bool add_compared(struct assay_section *section, const struct assay_report *report, size_t at)
{
    const struct assay_report_part *part = &report->parts[at];
    const struct assay_report_comparisons *comparisons = part->comparisons;
    struct assay_sheet *sheet = assay_section_add(section, "compared", at, 0);
    if (!sheet) {
        return false;
    }
    assay_sheet_title_take(sheet, comparisons->base_label[0] || comparisons->head_label[0]
                       ? assay_formatted("head %s against base %s", comparisons->head_label, comparisons->base_label)
                       : assay_copy("head against base"));
    assay_sheet_column(sheet, "benchmark", NULL, false);
    assay_sheet_column(sheet, "verdict", "by the interval of the ratio and the margin alone", false);
    assay_sheet_column(sheet, "ratio", "head's time over base's: below 1 head is faster", true);
    assay_sheet_column(sheet, "interval", "of the ratio, at the confidence of the comparison, at whatever time it ended",
                       false);
    assay_sheet_column(sheet, "base", "median iteration of base", true);
    assay_sheet_column(sheet, "head", "median iteration of head", true);
    assay_sheet_column(sheet, "blocks", "pairs of fresh processes that the verdict rests on", true);
    assay_sheet_column(sheet, "instructions", "how head's instructions differ from base's", true);
    assay_sheet_column(sheet, "to know", NULL, false);
    for (size_t i = 0; i < comparisons->row_count; i++) {
        put_row(sheet, part, &comparisons->rows[i]);
    }
    assay_sheet_trim(sheet);
    return true;
}

/* ---- ratios within a group ---- */

enum grouped { G_NAME, G_RATIO, G_RANGE, G_TIME, G_INTERVAL };

static bool has_ratios(const struct assay_report_model *model, const struct assay_report_group *group)
{
    size_t count = 0;
    for (size_t i = group->first; i < group->first + group->count; i++) {
        count += isfinite(model->rows[i].ratio) ? 1 : 0;
    }
    return count > 1;
}

static bool add_group(struct assay_section *section, const struct assay_report *report, size_t at, size_t index)
{
    const struct assay_report_model *model = report->parts[at].benchmarks;
    const struct assay_report_group *group = &model->groups[index];
    struct assay_sheet *sheet = assay_section_add(section, "ratios", at, index);
    if (!sheet) {
        return false;
    }
    assay_sheet_title_take(sheet, assay_formatted("%s%s%s", group->name, group->shared[0] ? ", " : "", group->shared));
    assay_sheet_column(sheet, "benchmark", NULL, false);
    assay_sheet_column(sheet, "ratio", "its time over that of the group's baseline, or else its fastest", true);
    assay_sheet_column(sheet, "range", "from both intervals, so wider than needed", false);
    assay_sheet_column(sheet, "time", "the median iteration", true);
    assay_sheet_column(sheet, "interval", "95 %, over processes", false);
    for (size_t i = group->first; i < group->first + group->count; i++) {
        const struct assay_report_row *from = &model->rows[i];
        struct assay_sheet_row *row = isfinite(from->ratio) ? assay_sheet_add(sheet) : NULL;
        if (!row) {
            continue;
        }
        const struct assay_statistics *statistics = &from->benchmark->statistics;
        row->word = from->ratio > 1 ? "above" : "below";
        row->id = assay_formatted("b%zu-%zu", at, (size_t)(from->benchmark - model->document->benchmarks));
        sheet->failed = sheet->failed || !row->id;
        assay_sheet_put_take(sheet, row, G_NAME, assay_copy(from->short_name), NAN, ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, G_RATIO, assay_cell_ratio(from->ratio), from->ratio, ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, G_RANGE, assay_cell_range(from->ratio_low, from->ratio_high, true),
                             from->ratio_low, ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, G_TIME, assay_cell_ns(statistics->median, true), statistics->median,
                             ASSAY_TONE_PLAIN);
        assay_sheet_put_take(sheet, row, G_INTERVAL, assay_cell_interval(statistics->median, &statistics->ci95, true),
                             NAN, ASSAY_TONE_PLAIN);
    }
    return true;
}

static bool add_groups(struct assay_section *section, const struct assay_report *report, size_t at)
{
    const struct assay_report_model *model = report->parts[at].benchmarks;
    for (size_t i = 0; i < model->group_count; i++) {
        if (model->groups[i].name && has_ratios(model, &model->groups[i]) && !add_group(section, report, at, i)) {
            return false;
        }
    }
    return true;
}

bool assay_sheets_comparison(struct assay_section *section, const struct assay_report *report)
{
    size_t compared = 0;
    for (size_t i = 0; i < report->part_count; i++) {
        bool has = report->parts[i].comparisons != NULL;
        compared += has;
        if (!(has ? add_compared(section, report, i) : add_groups(section, report, i))) {
            return false;
        }
    }
    if (section->sheet_count == 0) {
        return true;
    }
    section->summary = assay_copy(
        compared > 0 ? "A ratio is head's time over base's; its interval decides the verdict. The band is the margin: "
                       "what lies in it whole is the same."
                     : "Ratios within each group, of medians. A range that reaches over 1 proves no difference; "
                       "`assay compare` decides which of two is faster.");
    return section->summary != NULL;
}
