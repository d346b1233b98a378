/* Histories: a sheet a series, a row a result, the newest first. Of many series those that changed come first, and of long
 * ones the last results and all that changed are shown; what is left out is said. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "reports/history.h"

#include <math.h>
#include <stdlib.h>

enum { MOST_SERIES = 200, MOST_ROWS = 5000, ROWS_LEAST = 20, ROWS_MOST = 500, ELSEWHERE_MOST = 5 }; /* of a document; of a series */
enum column { COMMIT, DATE, BRANCH, SUBJECT, VALUE, INTERVAL, EVENT, CONFIDENCE, FLAGS };

static void add_columns(struct assay_sheet *sheet, const struct assay_history_series *series)
{
    bool ratio = series->unit == ASSAY_HISTORY_RATIO;
    assay_sheet_column(sheet, "commit", NULL, false);
    assay_sheet_column(sheet, "date", "of its author", false);
    assay_sheet_column(sheet, "branch", NULL, false);
    assay_sheet_column(sheet, "subject", "the commit's first line", false);
    assay_sheet_column(sheet, ratio ? "ratio" : "time", ratio ? "time over that of the reference build" : "an iteration",
                       true);
    assay_sheet_column(sheet, "interval", NULL, false);
    assay_sheet_column(sheet, "what happened", "where the level changed, and who accepted it", false);
    assay_sheet_column(sheet, "confidence", "that there is a change at all", true);
    assay_sheet_column(sheet, "flags", NULL, false);
}

static const char *event_word(const struct assay_history_series *series, size_t point)
{
    const struct assay_history_change *change = assay_history_change_at(series, point);
    int way = change ? assay_history_direction(change) : 0;
    if (!change) {
        return NULL;
    }
    return way > 0 && assay_history_acceptance_at(series, point) ? "accepted"
           : way > 0                                             ? "slower"
           : way < 0                                             ? "faster"
                                                                 : "inconclusive";
}

static char *flags_of(const struct assay_history_point *point)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, "");
    for (size_t i = 0; i < point->flag_count; i++) {
        assay_text_format(&text, "%s%s", i > 0 ? ", " : "", point->flags[i]);
    }
    return assay_text_take(&text);
}

static char *confidence_of(const struct assay_history_change *change)
{
    return change && isfinite(change->confidence) ? assay_formatted("%.4g %%", change->confidence * 100)
                                                  : assay_copy("");
}

/* What an interval sorts by: of a ratio its lower end, as in comparisons; of a time, which shows a width, its width. */
static double interval_number(const struct assay_history_series *series, const struct assay_history_point *point)
{
    bool ratio = series->unit == ASSAY_HISTORY_RATIO;
    return !isfinite(point->low) || !isfinite(point->high) ? (double)NAN
           : ratio                                         ? point->low
                                                           : (point->high - point->low) / point->value;
}

static void put_point(struct assay_sheet *sheet, const struct assay_history_series *series, size_t index)
{
    const struct assay_history_point *point = &series->points[index];
    const struct assay_history_change *change = assay_history_change_at(series, index);
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    if (!row) {
        return;
    }
    row->word = event_word(series, index);
    const struct {
        char *text;
        double number;
        enum assay_tone tone;
    } cells[] = {
        [COMMIT] = { assay_words_history_commit(point->commit), NAN, ASSAY_TONE_PLAIN },
        [DATE] = { assay_words_history_date(point->author_date), NAN, ASSAY_TONE_PLAIN },
        [BRANCH] = { assay_copy(point->branch ? point->branch : ""), NAN, ASSAY_TONE_PLAIN },
        [SUBJECT] = { assay_copy(point->subject ? point->subject : ""), NAN, ASSAY_TONE_PLAIN },
        [VALUE] = { assay_words_history_value(series, index, true), point->value, ASSAY_TONE_PLAIN },
        [INTERVAL] = { assay_words_history_interval(series, index, true), interval_number(series, point), ASSAY_TONE_PLAIN },
        [EVENT] = { assay_words_history_event(series, index), NAN, assay_history_tone(series, index) },
        [CONFIDENCE] = { confidence_of(change), change ? change->confidence : NAN, ASSAY_TONE_PLAIN },
        [FLAGS] = { flags_of(point), NAN, ASSAY_TONE_WARN },
    };
    for (size_t i = 0; i < sizeof cells / sizeof cells[0]; i++) {
        assay_sheet_put_take(sheet, row, i, cells[i].text, cells[i].number, cells[i].tone);
    }
}

/* The last acceptances of commits that are not in the series. */
static void append_elsewhere(struct assay_text *note, const struct assay_history_series *series)
{
    size_t first = series->accepted_count > ELSEWHERE_MOST ? series->accepted_count - ELSEWHERE_MOST : 0;
    for (size_t i = first; i < series->accepted_count; i++) {
        const struct assay_history_acceptance *acceptance = &series->accepted[i];
        if (acceptance->point < 0) {
            char *commit = assay_words_history_commit(acceptance->commit);
            char *words = assay_words_history_acceptance(acceptance);
            assay_text_format(note, ". Not in this series: %s, %s", commit ? commit : "", words ? words : "");
            note->failed = note->failed || !commit || !words;
            free(commit);
            free(words);
        }
    }
}

/* Which results have a row: the last ones, and the last where the level changed or somebody accepted something. Heap; NULL: out of
 * memory. */
static bool *choose(const struct assay_history_series *series, size_t most)
{
    bool *chosen = calloc(series->point_count + 1, sizeof *chosen);
    for (size_t i = 0; chosen && i < most; i++) {
        if (i < series->point_count) {
            chosen[series->point_count - 1 - i] = true;
        }
        if (i < series->change_count) {
            chosen[series->changes[series->change_count - 1 - i].point] = true;
        }
        if (i < series->accepted_count && series->accepted[series->accepted_count - 1 - i].point >= 0) {
            chosen[series->accepted[series->accepted_count - 1 - i].point] = true;
        }
    }
    return chosen;
}

static bool add_series(struct assay_section *section, const struct assay_report *report, size_t part, size_t index,
                       size_t most)
{
    const struct assay_history_series *series = &report->parts[part].document->history[index];
    struct assay_sheet *sheet = assay_section_add(section, "history", part, index);
    if (!sheet) {
        return false;
    }
    char *unit = assay_words_history_unit(series);
    struct assay_text note = ASSAY_TEXT_INIT;
    assay_text_append(&note, unit);
    add_columns(sheet, series);
    bool *chosen = choose(series, most);
    for (size_t i = series->point_count; chosen && i-- > 0;) {
        if (chosen[i]) {
            put_point(sheet, series, i);
        }
    }
    if (sheet->row_count < series->point_count) {
        assay_text_format(&note, ". %zu of %zu results: the last, and those where something happened", sheet->row_count,
                          series->point_count);
    }
    append_elsewhere(&note, series);
    assay_sheet_title_take(sheet, assay_copy(series->benchmark));
    assay_sheet_note_take(sheet, assay_text_take(&note));
    sheet->failed = sheet->failed || !unit || !chosen || !sheet->title || !sheet->note;
    free(unit);
    free(chosen);
    if (sheet->row_count > 0) {
        assay_sheet_trim(sheet);
    }
    return true;
}

static bool add_document(struct assay_section *section, const struct assay_report *report, size_t part)
{
    const struct assay_document *document = report->parts[part].document;
    size_t shown = document->history_count < MOST_SERIES ? document->history_count : MOST_SERIES;
    size_t *order = shown > 0 ? assay_history_order(document) : NULL;
    bool good = order || shown == 0;
    for (size_t i = 0; i < shown && good; i++) {
        size_t most = MOST_ROWS / shown;
        most = most > ROWS_MOST ? ROWS_MOST : most < ROWS_LEAST ? ROWS_LEAST : most;
        good = add_series(section, report, part, order[i], most);
    }
    free(order);
    return good;
}

static bool summarize(struct assay_section *section, const struct assay_report *report)
{
    const struct assay_document **documents = calloc(report->part_count, sizeof *documents);
    size_t all = 0;
    for (size_t i = 0; documents && i < report->part_count; i++) {
        documents[i] = report->parts[i].document;
        all += documents[i]->history_count;
    }
    char *counts = documents ? assay_words_history_counts(documents, report->part_count) : NULL;
    free(documents);
    if (counts && section->sheet_count < all) {
        section->summary = assay_formatted("%s. %zu series are shown: those that changed come first.", counts,
                                           section->sheet_count);
    } else if (counts) {
        section->summary = assay_formatted("%s.", counts);
    }
    free(counts);
    return section->summary != NULL;
}

bool assay_sheets_history(struct assay_section *section, const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        if (!add_document(section, report, i)) {
            return false;
        }
    }
    return section->sheet_count == 0 || summarize(section, report);
}
