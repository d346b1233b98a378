/* All benchmarks by group: ranks that tie where intervals overlap, times, and what failed, with its status and no rank. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "reports/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column { RANK, NAME, TIME, INTERVAL, RATIO, RANGE, WITHIN, BETWEEN, RATE, SAMPLES, FLAGS, STATUS };

static void put_timed(struct assay_sheet *sheet, struct assay_sheet_row *row, const struct assay_report_row *from)
{
    const struct assay_statistics *statistics = &from->benchmark->statistics;
    enum assay_tone best = from->rank == 1 ? ASSAY_TONE_GOOD : ASSAY_TONE_PLAIN;
    const struct {
        enum column column;
        char *text;
        double number;
        enum assay_tone tone;
    } cells[] = {
        { RANK, from->rank > 0 ? assay_formatted("%u", from->rank) : assay_copy(""), from->rank > 0 ? (double)from->rank : (double)NAN,
          best },
        { TIME, assay_cell_ns(statistics->median, true), statistics->median, best },
        { INTERVAL, assay_cell_interval(statistics->median, &statistics->ci95, true), NAN, ASSAY_TONE_PLAIN },
        { RATIO, assay_cell_ratio(from->ratio), from->ratio, best },
        { RANGE, assay_cell_range(from->ratio_low, from->ratio_high, true), from->ratio_low, ASSAY_TONE_MUTED },
        { WITHIN, assay_cell_percent(statistics->spread_within), statistics->spread_within, ASSAY_TONE_PLAIN },
        { BETWEEN, assay_cell_percent(statistics->spread_between), statistics->spread_between, ASSAY_TONE_PLAIN },
        { RATE, assay_cell_rate(from), from->rate, ASSAY_TONE_PLAIN },
        { SAMPLES, assay_cell_samples(statistics, true), (double)statistics->samples, ASSAY_TONE_PLAIN },
        { FLAGS, assay_cell_flags(from->benchmark, true), NAN, ASSAY_TONE_WARN },
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        assay_sheet_put_take(sheet, row, cells[i].column, cells[i].text, cells[i].number, cells[i].tone);
    }
}

static void put_row(struct assay_sheet *sheet, const struct assay_report_model *model,
                    const struct assay_report_row *from)
{
    const struct assay_benchmark *benchmark = from->benchmark;
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    if (!row) {
        return;
    }
    row->word = assay_status_word(benchmark->status);
    row->id = assay_formatted("b%zu-%zu", sheet->part, (size_t)(benchmark - model->document->benchmarks));
    sheet->failed = sheet->failed || !row->id;
    assay_sheet_put_take(sheet, row, NAME, assay_copy(from->name), NAN, ASSAY_TONE_PLAIN);
    if (from->timed) {
        put_timed(sheet, row, from);
    }
    if (benchmark->status != ASSAY_STATUS_OK || !from->timed) {
        char *words = benchmark->status == ASSAY_STATUS_OK ? assay_copy("no samples")
                                                           : assay_cell_words(assay_status_word(benchmark->status), true);
        char *all = words && benchmark->message ? assay_formatted("%s: %s", words, benchmark->message) : words;
        if (all != words) {
            free(words);
        }
        assay_sheet_put_take(sheet, row, STATUS, all, NAN,
                             benchmark->status == ASSAY_STATUS_UNAVAILABLE ? ASSAY_TONE_WARN : ASSAY_TONE_BAD);
    }
}

static char *title_of(const struct assay_report_group *group)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, group->name ? group->name : "");
    if (group->mode && strcmp(group->mode, "warm") != 0) {
        assay_text_format(&text, "%s%s", text.length > 0 ? ", " : "", group->mode);
    }
    if (group->jobs > 1) {
        assay_text_format(&text, "%s%u at once", text.length > 0 ? ", " : "", group->jobs);
    }
    return assay_text_take(&text);
}

static bool add_group(struct assay_section *section, const struct assay_report *report, size_t at, size_t index)
{
    const struct assay_report_model *model = report->parts[at].benchmarks;
    const struct assay_report_group *group = &model->groups[index];
    struct assay_sheet *sheet = assay_section_add(section, "results", at, index);
    if (!sheet) {
        return false;
    }
    assay_sheet_title_take(sheet, title_of(group));
    assay_sheet_column(sheet, "#", "rank among verified answers; those whose intervals overlap tie", true);
    assay_sheet_column(sheet, "benchmark", NULL, false);
    assay_sheet_column(sheet, "time", "the median iteration", true);
    assay_sheet_column(sheet, "interval", "95 %, over processes", false);
    assay_sheet_column(sheet, "ratio", "its time over that of the group's baseline, or else its fastest", true);
    assay_sheet_column(sheet, "range", "of the ratio, from both intervals, so wider than needed", false);
    assay_sheet_column(sheet, "within", "spread of the batches of a process", true);
    assay_sheet_column(sheet, "between", "spread of the processes", true);
    assay_sheet_column(sheet, "items/s", NULL, true);
    assay_sheet_column(sheet, "samples", "processes by batches", true);
    assay_sheet_column(sheet, "flags", NULL, false);
    assay_sheet_column(sheet, "status", NULL, false);
    for (size_t i = group->first; i < group->first + group->count; i++) {
        put_row(sheet, model, &model->rows[i]);
    }
    assay_sheet_trim(sheet);
    return true;
}

/* Sides of a comparison that have one name: the comparison tells them apart, a rank does not. */
static bool is_one_benchmark(const struct assay_report_model *model, const struct assay_report_group *group)
{
    const struct assay_report_row *rows = &model->rows[group->first];
    if (model->document->comparison_count == 0 || group->count < 2) {
        return false;
    }
    for (size_t i = 1; i < group->count; i++) {
        if (strcmp(rows[i].name, rows[0].name) != 0) {
            return false;
        }
    }
    return true;
}

bool assay_sheets_leaderboard(struct assay_section *section, const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        for (size_t k = 0; k < report->parts[i].benchmarks->group_count; k++) {
            const struct assay_report_model *model = report->parts[i].benchmarks;
            if (!is_one_benchmark(model, &model->groups[k]) && !add_group(section, report, i, k)) {
                return false;
            }
        }
    }
    if (section->sheet_count == 0) {
        return true;
    }
    section->summary = assay_copy("Ranks are within a group, of answers that were checked; where intervals overlap they tie. "
                                  "What failed is listed with its status and takes no rank.");
    return section->summary != NULL;
}
