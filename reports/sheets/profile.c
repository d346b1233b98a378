/* Profiles and their differences as sheets: the columns and digits of the text report. Knows no format. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "reports/profiles/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct assay_report_options usual = ASSAY_REPORT_OPTIONS_INIT;

/* ---- a profile ---- */

/* Of the text report's columns, the names first. */
static const struct {
    enum assay_page_column column;
    const char *title; /* NULL: the text report's */
    const char *meaning;
    bool left;
} columns[] = {
    { ASSAY_COLUMN_NAME, "function", "file:line(name)", true },
    { ASSAY_COLUMN_NCALLS, NULL, "calls, exact; behind a slash those not from within itself", false },
    { ASSAY_COLUMN_TOTTIME, NULL, "by itself, without what it calls", false },
    { ASSAY_COLUMN_TOTTIME_HALF, "\xc2\xb1 own", "half the 95 % interval of its own cost", false },
    { ASSAY_COLUMN_SHARE, NULL, "of the wall time, by samples that ended in it", false },
    { ASSAY_COLUMN_PERCALL, NULL, "by itself, a call", false },
    { ASSAY_COLUMN_SECOND, NULL, "allocated by itself", false },
    { ASSAY_COLUMN_CUMTIME, NULL, "with all that it calls", false },
    { ASSAY_COLUMN_CUMTIME_HALF, "\xc2\xb1 cumulative", "half the 95 % interval of the cumulative cost", false },
    { ASSAY_COLUMN_CUMULATIVE_PERCALL, "cumulative percall", "with all that it calls, a call", false },
    { ASSAY_COLUMN_SECOND_TOTAL, "cumulative bytes", "allocated with all that it calls", false },
    { ASSAY_COLUMN_HOOKS, NULL, "its own time by hooks, as a second witness", true },
    { ASSAY_COLUMN_ITEM_COST, NULL, "by itself, an item of work", false },
    { ASSAY_COLUMN_ITEM_CALLS, NULL, "an item of work", false },
};
#define COLUMNS (sizeof columns / sizeof columns[0])

/* What a cell sorts by. */
static double number_of(const struct assay_profile *profile, const struct assay_profile_function_row *row,
                        enum assay_page_column column)
{
    switch (column) {
    case ASSAY_COLUMN_NCALLS:
        return row->calls;
    case ASSAY_COLUMN_TOTTIME:
        return row->own;
    case ASSAY_COLUMN_TOTTIME_HALF:
        return assay_half_of(row->own, row->own_low, row->own_high);
    case ASSAY_COLUMN_SHARE:
        return isfinite(row->at_most) ? row->at_most : row->share;
    case ASSAY_COLUMN_PERCALL:
        return row->calls > 0 ? row->own / row->calls : NAN;
    case ASSAY_COLUMN_SECOND:
        return row->second;
    case ASSAY_COLUMN_CUMTIME:
        return row->total;
    case ASSAY_COLUMN_CUMTIME_HALF:
        return assay_half_of(row->total, row->total_low, row->total_high);
    case ASSAY_COLUMN_CUMULATIVE_PERCALL:
        return row->primitive_calls > 0 ? row->total / row->primitive_calls : NAN;
    case ASSAY_COLUMN_SECOND_TOTAL:
        return row->second_total;
    case ASSAY_COLUMN_HOOKS:
        return row->hooked_own;
    case ASSAY_COLUMN_ITEM_COST:
        return profile->items > 0 ? row->own / profile->items : NAN;
    case ASSAY_COLUMN_ITEM_CALLS:
        return profile->items > 0 ? row->calls / profile->items : NAN;
    default:
        return NAN;
    }
}

static enum assay_tone tone_of(const struct assay_profile_function_row *row, enum assay_page_column column)
{
    bool doubtful = column == ASSAY_COLUMN_HOOKS && row->agreement == ASSAY_DISAGREES;
    bool aside = row->kind == ASSAY_FUNCTION_OUTSIDE || column == ASSAY_COLUMN_TOTTIME_HALF ||
                 column == ASSAY_COLUMN_CUMTIME_HALF;
    return doubtful ? ASSAY_TONE_WARN : aside ? ASSAY_TONE_MUTED : ASSAY_TONE_PLAIN;
}

static void fill_profile(struct assay_sheet *sheet, const struct assay_page *page)
{
    enum assay_page_column shown[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *title = assay_page_title(page, columns[i].column);
        if (title) {
            shown[sheet->column_count] = columns[i].column;
            assay_sheet_column(sheet, columns[i].title ? columns[i].title : title, columns[i].meaning,
                               !columns[i].left);
        }
    }
    for (size_t i = 0; i < page->row_count; i++) {
        size_t function = page->rows[i];
        const struct assay_profile_function_row *from = &page->profile->functions[function];
        struct assay_sheet_row *row = assay_sheet_add(sheet);
        for (size_t k = 0; k < sheet->column_count; k++) {
            assay_sheet_put_take(sheet, row, k, assay_page_cell(page, function, shown[k]),
                                 number_of(page->profile, from, shown[k]), tone_of(from, shown[k]));
        }
        if (row) {
            row->word = assay_function_kind_word(from->kind);
            row->id = assay_formatted("f%zu-%zu-%zu", sheet->part, sheet->index, function);
            sheet->failed = sheet->failed || !row->id;
        }
    }
    assay_sheet_trim(sheet);
}

static void title_take(struct assay_sheet *sheet, char *title, char *note)
{
    assay_sheet_title_take(sheet, title);
    assay_sheet_note_take(sheet, note);
}

static bool add_profile(struct assay_section *section, const struct assay_page *page, size_t part)
{
    struct assay_sheet *sheet = assay_section_add(section, "profile", part, page->index);
    if (!sheet) {
        return false;
    }
    title_take(sheet,
               assay_formatted("%s: functions by %s", page->benchmark->id,
                               page->cost == ASSAY_PAGE_TIME           ? "time"
                               : page->cost == ASSAY_PAGE_INSTRUCTIONS ? "instructions"
                                                                       : "allocations"),
               assay_page_what(page));
    fill_profile(sheet, page);
    return true;
}

/* ---- a difference ---- */

static double change_number(const struct assay_profile_change *change, enum assay_change_column column)
{
    switch (column) {
    case ASSAY_CHANGE_BASE:
        return change->base == SIZE_MAX ? NAN : change->base_own;
    case ASSAY_CHANGE_HEAD:
        return change->head == SIZE_MAX ? NAN : change->head_own;
    case ASSAY_CHANGE_BY:
        return change->change;
    case ASSAY_CHANGE_INTERVAL:
        return change->change_low;
    case ASSAY_CHANGE_BASE_CALLS:
        return change->base_calls;
    case ASSAY_CHANGE_HEAD_CALLS:
        return change->head_calls;
    default:
        return NAN;
    }
}

static enum assay_tone change_tone(const struct assay_profile_change *change)
{
    return !change->proven || !isfinite(change->change) ? ASSAY_TONE_PLAIN
           : change->change > 0                         ? ASSAY_TONE_BAD
                                                        : ASSAY_TONE_GOOD;
}

static void put_change(struct assay_sheet *sheet, const struct assay_difference_pages *pages,
                       const struct assay_profile_change *change)
{
    const bool at_head = change->head != SIZE_MAX;
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    for (size_t i = 0; i < ASSAY_CHANGE_COLUMNS; i++) {
        enum assay_change_column column =
            i == 0 ? ASSAY_CHANGE_NAME : (enum assay_change_column)(i - 1); /* names first */
        bool says = column == ASSAY_CHANGE_BY || column == ASSAY_CHANGE_SAID;
        assay_sheet_put_take(sheet, row, i, assay_difference_cell(pages, change, column), change_number(change, column),
                             says ? change_tone(change) : ASSAY_TONE_PLAIN);
    }
    if (row) {
        row->id = assay_formatted("f%zu-%zu-%zu", sheet->part, at_head ? pages->head->index : pages->base->index,
                                  at_head ? change->head : change->base);
        sheet->failed = sheet->failed || !row->id;
    }
}

static void fill_difference(struct assay_sheet *sheet, const struct assay_profile_difference *difference,
                            const struct assay_difference_pages *pages)
{
    static const char *const meanings[ASSAY_CHANGE_COLUMNS] = {
        [ASSAY_CHANGE_BASE] = "own cost in base",
        [ASSAY_CHANGE_HEAD] = "own cost in head",
        [ASSAY_CHANGE_BY] = "head less base",
        [ASSAY_CHANGE_INTERVAL] = "of the change, all rows together",
        [ASSAY_CHANGE_SAID] = "in words, where the interval leaves 0 out, or one side lacks the function",
        [ASSAY_CHANGE_BASE_CALLS] = "calls in base",
        [ASSAY_CHANGE_HEAD_CALLS] = "calls in head",
    };
    const struct assay_profile_change **order = assay_difference_order(difference);
    assay_sheet_column(sheet, "function", "file:line(name)", false);
    for (size_t i = 0; i < ASSAY_CHANGE_NAME; i++) {
        assay_sheet_column(sheet, assay_change_titles[i], meanings[i], i != ASSAY_CHANGE_SAID);
    }
    for (size_t i = 0; order && i < difference->change_count; i++) {
        put_change(sheet, pages, order[i]);
    }
    sheet->failed = sheet->failed || !order;
    free(order);
}

static bool add_difference(struct assay_section *section, const struct assay_page *pages, size_t count, size_t part,
                           size_t index)
{
    const struct assay_document *document = pages[0].document;
    const struct assay_profile_difference *difference = &document->differences[index];
    struct assay_difference_pages sides;
    if (difference->base >= count || difference->head >= count) {
        return true; /* the reader refuses it */
    }
    struct assay_sheet *sheet = assay_section_add(section, "difference", part, index);
    if (!sheet) {
        return false;
    }
    assay_difference_pages_init(&sides, difference, &pages[difference->base], &pages[difference->head]);
    char *what = assay_difference_what(difference, &sides.unit);
    char *proven = assay_difference_count(difference);
    const char *base = sides.base->benchmark->id, *head = sides.head->benchmark->id;
    title_take(sheet,
               assay_formatted("%s%s%s: what changed", base, strcmp(base, head) == 0 ? "" : " to ",
                               strcmp(base, head) == 0 ? "" : head),
               what && proven ? assay_formatted("%s; %s", proven, what) : NULL);
    free(what);
    free(proven);
    fill_difference(sheet, difference, &sides);
    return true;
}

/* ---- the section ---- */

enum { NAMED_MOST = 3 };

/* "2 profiles. Of primes.trial: is_prime 54.2 %, trial_next 39.3 %": of the first profile, by itself. Heap, NULL: no memory. */
static char *summary_of(const struct assay_page *page, size_t profiles, size_t differences)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_format(&text, "%zu profile%s", profiles, profiles == 1 ? "" : "s");
    if (differences) {
        assay_text_format(&text, " and %zu difference%s", differences, differences == 1 ? "" : "s");
    }
    for (size_t i = 0; i < page->row_count && i < NAMED_MOST; i++) {
        char *share = assay_page_share(page, page->rows[i]);
        if (i == 0) {
            assay_text_format(&text, ". By themselves, of %s: ", page->benchmark->id);
        } else {
            assay_text_append(&text, ", ");
        }
        assay_text_format(&text, "%s %s", page->profile->functions[page->rows[i]].name, share ? share : "");
        text.failed = text.failed || !share;
        free(share);
    }
    assay_text_append(&text, ".");
    return assay_text_take(&text);
}

static bool add_part(struct assay_section *section, const struct assay_document *document, size_t part)
{
    size_t count = 0;
    struct assay_error error = { 0 };
    struct assay_page *pages = calloc(document->profile_count, sizeof *pages);
    bool done = pages != NULL;
    for (; done && count < document->profile_count; count++) {
        done = assay_page_open(&pages[count], document, count, &usual, &error) == 0 &&
               add_profile(section, &pages[count], part) && assay_sheets_lines(section, &pages[count], part);
    }
    for (size_t i = 0; done && i < document->difference_count; i++) {
        done = add_difference(section, pages, count, part, i);
    }
    if (done && !section->summary) {
        section->summary = summary_of(&pages[0], document->profile_count, document->difference_count);
        done = section->summary != NULL;
    }
    for (size_t i = 0; i < count; i++) {
        assay_page_release(&pages[i]);
    }
    free(pages);
    return done;
}

bool assay_sheets_profile(struct assay_section *section, const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        const struct assay_document *document = report->parts[i].document;
        if (document->profile_count && !add_part(section, document, i)) {
            return false;
        }
    }
    return true;
}
