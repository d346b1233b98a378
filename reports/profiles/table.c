/* The table of a profile as pstats prints it, with what pstats does not know beside it where there is room. */
#include "reports/profiles/text.h"

#include "reports/cells.h"
#include "reports/text/lines.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Names are rather cut to this than that a column goes; pstats' own columns stay in any case. */
#define NAMES_LEAST 24
#define NAMES_SHORTEST 8
#define GAP 2
#define FEW_CALLS 1e-9

/* ---- names as wide as there is room ---- */

static bool is_inside(const char *at)
{
    return ((unsigned char)*at & 0xc0) == 0x80;
}

char *assay_cut_left(const char *text, size_t width, bool unicode)
{
    const char *dots = unicode ? "\xe2\x80\xa6" : "..";
    size_t taken = unicode ? 1 : 2;
    if (assay_utf8_width(text) <= width) {
        return assay_copy(text);
    }
    const char *at = text + strlen(text);
    while (at > text) {
        const char *before = at - 1;
        while (before > text && is_inside(before)) {
            before--;
        }
        if (assay_utf8_width(before) + taken > width) {
            break;
        }
        at = before;
    }
    return assay_formatted("%s%s", dots, at);
}

/* Columns that all but the names take, without those whose drop is at most `level`. */
static size_t width_without(const struct assay_table *table, unsigned level)
{
    size_t sum = 0;
    for (size_t i = 0; i + 1 < table->column_count; i++) {
        bool gone = table->columns[i].hidden || (table->columns[i].drop && table->columns[i].drop <= level);
        sum += gone ? 0 : table->columns[i].width + GAP;
    }
    return sum;
}

void assay_names_fit(struct assay_table *table, size_t width, bool unicode)
{
    size_t last = table->column_count - 1;
    unsigned level = 0, most = 0;
    assay_table_measure(table);
    size_t natural = table->columns[last].width;
    size_t least = natural < NAMES_LEAST ? natural : NAMES_LEAST;
    if (width == 0) {
        return;
    }
    for (size_t i = 0; i < last; i++) {
        most = table->columns[i].drop > most ? table->columns[i].drop : most;
    }
    while (level < most && width_without(table, level) + least > width) {
        level++;
    }
    size_t others = width_without(table, level);
    size_t room = width > others + NAMES_SHORTEST ? width - others : NAMES_SHORTEST;
    if (assay_utf8_width(table->columns[last].title) > room) {
        table->columns[last].title = "function";
    }
    for (size_t i = 0; i < last; i++) {
        table->columns[i].hidden =
            table->columns[i].hidden || (table->columns[i].drop && table->columns[i].drop <= level);
    }
    for (size_t i = 0; i < table->row_count; i++) {
        struct assay_table_cell *cell = &table->rows[i].cells[last];
        if (table->rows[i].type == ASSAY_TABLE_CELLS && cell->text) {
            char *cut = assay_cut_left(cell->text, room, unicode);
            table->failed = table->failed || !cut;
            free(cell->text);
            cell->text = cut;
        }
    }
}

/* ---- the columns ---- */

struct heading {
    const char *title; /* NULL: this cost has no such column */
    unsigned drop;
};
/* By cost, in the order of enum assay_page_column. pstats' columns are never dropped. */
static const struct heading headings[][ASSAY_PAGE_COLUMNS] = {
    [ASSAY_PAGE_TIME] = { [ASSAY_COLUMN_NCALLS] = { "ncalls", 0 },
                          [ASSAY_COLUMN_TOTTIME] = { "tottime", 0 },
                          [ASSAY_COLUMN_TOTTIME_HALF] = { "+-", 6 },
                          [ASSAY_COLUMN_PERCALL] = { "percall", 0 },
                          [ASSAY_COLUMN_CUMTIME] = { "cumtime", 0 },
                          [ASSAY_COLUMN_CUMTIME_HALF] = { "+-", 1 },
                          [ASSAY_COLUMN_CUMULATIVE_PERCALL] = { "percall", 0 },
                          [ASSAY_COLUMN_SHARE] = { "share", 5 },
                          [ASSAY_COLUMN_HOOKS] = { "hooks", 4 },
                          [ASSAY_COLUMN_ITEM_COST] = { "time/item", 3 },
                          [ASSAY_COLUMN_ITEM_CALLS] = { "calls/item", 2 },
                          [ASSAY_COLUMN_NAME] = { "filename:lineno(function)", 0 } },
    [ASSAY_PAGE_INSTRUCTIONS] = { [ASSAY_COLUMN_NCALLS] = { "ncalls", 0 },
                                  [ASSAY_COLUMN_TOTTIME] = { "own", 0 },
                                  [ASSAY_COLUMN_PERCALL] = { "percall", 0 },
                                  [ASSAY_COLUMN_CUMTIME] = { "cumulative", 0 },
                                  [ASSAY_COLUMN_CUMULATIVE_PERCALL] = { "percall", 0 },
                                  [ASSAY_COLUMN_ITEM_COST] = { "own/item", 3 },
                                  [ASSAY_COLUMN_ITEM_CALLS] = { "calls/item", 2 },
                                  [ASSAY_COLUMN_NAME] = { "filename:lineno(function)", 0 } },
    [ASSAY_PAGE_ALLOCATIONS] = { [ASSAY_COLUMN_NCALLS] = { "ncalls", 0 },
                                 [ASSAY_COLUMN_TOTTIME] = { "own", 0 },
                                 [ASSAY_COLUMN_PERCALL] = { "percall", 0 },
                                 [ASSAY_COLUMN_SECOND] = { "bytes", 0 },
                                 [ASSAY_COLUMN_CUMTIME] = { "cumulative", 0 },
                                 [ASSAY_COLUMN_CUMULATIVE_PERCALL] = { "percall", 4 },
                                 [ASSAY_COLUMN_SECOND_TOTAL] = { "bytes", 0 },
                                 [ASSAY_COLUMN_ITEM_COST] = { "own/item", 3 },
                                 [ASSAY_COLUMN_ITEM_CALLS] = { "calls/item", 2 },
                                 [ASSAY_COLUMN_NAME] = { "filename:lineno(function)", 0 } },
};

/* ---- cells ---- */

static char *bound_text(const struct assay_page *page, char *taken)
{
    char *text = taken ? assay_formatted("%s%s", assay_sign_at_most(page->options->unicode), taken) : NULL;
    free(taken);
    return text;
}

/* Too few samples for more than a bound. */
static bool is_bounded(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    return page->sampled && isfinite(row->at_most) && isfinite(page->profile->plain_ns);
}

static char *own_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    return is_bounded(page, row) ? bound_text(page, assay_page_amount(page, row->at_most * page->profile->plain_ns))
                                 : assay_page_amount(page, row->own);
}

/* A function that hardly any sample ended in: its sum is no better known where it is hardly more. */
static bool is_total_bounded(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    return is_bounded(page, row) && row->total <= row->at_most * page->profile->plain_ns;
}

static char *total_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    if (!is_total_bounded(page, row)) {
        return assay_page_amount(page, row->total);
    }
    return bound_text(page, assay_page_amount(page, fmax(row->total_high, row->at_most * page->profile->plain_ns)));
}

static char *total_each_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    double returns = row->primitive_calls > FEW_CALLS ? row->primitive_calls : row->calls;
    bool known = returns > FEW_CALLS && !is_total_bounded(page, row);
    return known ? assay_page_each(page, row->total, returns) : assay_copy("");
}

/* A bound by the number of calls would say nothing more. */
static char *own_each_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    bool known = row->calls > FEW_CALLS && !is_bounded(page, row);
    return known ? assay_page_each(page, row->own, row->calls) : assay_copy("");
}

static char *share_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    double half = assay_half_of(row->share, row->share_low, row->share_high) * 100;
    if (!isfinite(page->profile->sample_count)) {
        return assay_copy("");
    }
    if (isfinite(row->at_most)) {
        return bound_text(page, assay_page_points(page, row->at_most));
    }
    if (!isfinite(row->share) || !isfinite(half)) {
        return assay_page_points(page, row->share);
    }
    int decimals = half < 0.0995 ? 2 : 1;
    return assay_formatted("%.*f %s%.*f %%", decimals, row->share * 100, assay_sign_plus_minus(page->options->unicode),
                           decimals, half);
}

/* "249.012 +-1.2": the hooks' time, corrected. */
static char *hooked_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    if (!isfinite(row->hooked_own)) {
        return assay_copy("");
    }
    char *value = assay_page_amount(page, row->hooked_own);
    char *half = assay_page_half(page, row->hooked_own_error);
    char *text = value && half ? assay_formatted("%s%s%s", value, half[0] ? " " : "",
                                                 half[0] ? assay_sign_plus_minus(page->options->unicode) : "")
                               : NULL;
    char *whole = text ? assay_formatted("%s%s", text, half) : NULL;
    free(value);
    free(half);
    free(text);
    return whole;
}

static char *range_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    char *low = assay_page_amount(page, row->range_low);
    char *high = assay_page_amount(page, row->range_high);
    bool known = isfinite(row->range_low) && isfinite(row->range_high);
    char *text = !low || !high ? NULL : known ? assay_formatted("overlaps %s..%s", low, high) : assay_copy("overlaps");
    free(low);
    free(high);
    return text;
}

static char *hooks_text(const struct assay_page *page, const struct assay_profile_function_row *row)
{
    if (row->agreement == ASSAY_TOO_SMALL) {
        return assay_copy("too small");
    }
    if (row->agreement == ASSAY_OVERLAPS) {
        return range_text(page, row);
    }
    if (row->agreement == ASSAY_NOT_COMPARED && !page->sampled && row->own == row->hooked_own) {
        return assay_copy(""); /* tottime is just that */
    }
    char *time = hooked_text(page, row);
    if (row->agreement == ASSAY_NOT_COMPARED || !time) {
        return time && !time[0] && row->kind == ASSAY_FUNCTION_INLINED && isfinite(row->share)
                   ? (free(time), assay_copy("by line table"))
                   : time;
    }
    char *text = assay_formatted("%s%s%s", time, time[0] ? " " : "", assay_agreement_word(row->agreement));
    free(time);
    return text;
}

static char *item_text(const struct assay_page *page, double value)
{
    return page->profile->items > 0 ? assay_page_each(page, value, page->profile->items) : assay_copy("");
}

static char *item_calls_text(const struct assay_page *page, double calls)
{
    double each = calls / page->profile->items;
    return page->profile->items > 0 && isfinite(each) ? assay_formatted("%.3g", each) : assay_copy("");
}

char *assay_page_cell(const struct assay_page *page, size_t function, enum assay_page_column column)
{
    const struct assay_profile_function_row *row = &page->profile->functions[function];
    bool outside = row->kind == ASSAY_FUNCTION_OUTSIDE;
    switch (column) {
    case ASSAY_COLUMN_NCALLS:
        return assay_page_calls(page, row->calls, row->primitive_calls);
    case ASSAY_COLUMN_TOTTIME:
        return own_text(page, row);
    case ASSAY_COLUMN_TOTTIME_HALF:
        return is_bounded(page, row) ? assay_copy("")
                                     : assay_page_half(page, assay_half_of(row->own, row->own_low, row->own_high));
    case ASSAY_COLUMN_PERCALL:
        return own_each_text(page, row);
    case ASSAY_COLUMN_SECOND:
        return isfinite(row->second) ? assay_page_amount(page, row->second) : assay_copy("");
    case ASSAY_COLUMN_CUMTIME:
        return outside ? assay_copy("") : total_text(page, row);
    case ASSAY_COLUMN_CUMTIME_HALF:
        return outside || is_total_bounded(page, row)
                   ? assay_copy("")
                   : assay_page_half(page, assay_half_of(row->total, row->total_low, row->total_high));
    case ASSAY_COLUMN_CUMULATIVE_PERCALL:
        return total_each_text(page, row);
    case ASSAY_COLUMN_SECOND_TOTAL:
        return isfinite(row->second_total) ? assay_page_amount(page, row->second_total) : assay_copy("");
    case ASSAY_COLUMN_SHARE:
        return share_text(page, row);
    case ASSAY_COLUMN_HOOKS:
        return hooks_text(page, row);
    case ASSAY_COLUMN_ITEM_COST:
        return is_bounded(page, row) ? assay_copy("") : item_text(page, row->own);
    case ASSAY_COLUMN_ITEM_CALLS:
        return item_calls_text(page, row->calls);
    default:
        return assay_page_function(page, function);
    }
}

const char *assay_page_title(const struct assay_page *page, enum assay_page_column column)
{
    return headings[page->cost][column].title;
}

static enum assay_style style_of(const struct assay_profile_function_row *row, enum assay_page_column column)
{
    if (row->kind == ASSAY_FUNCTION_OUTSIDE) {
        return ASSAY_STYLE_DIM;
    }
    if (column == ASSAY_COLUMN_HOOKS && row->agreement == ASSAY_DISAGREES) {
        return ASSAY_STYLE_WARN;
    }
    return column == ASSAY_COLUMN_TOTTIME_HALF || column == ASSAY_COLUMN_CUMTIME_HALF ? ASSAY_STYLE_DIM
                                                                                      : ASSAY_STYLE_PLAIN;
}

static void put_row(struct assay_table *table, const struct assay_page *page, size_t function)
{
    const struct assay_profile_function_row *row = &page->profile->functions[function];
    struct assay_table_row *to = assay_table_add(table);
    for (size_t i = 0; i < ASSAY_PAGE_COLUMNS; i++) {
        enum assay_page_column column = (enum assay_page_column)i;
        if (assay_page_title(page, column)) {
            assay_table_put_take(table, to, i, assay_page_cell(page, function, column), style_of(row, column));
        }
    }
}

void assay_page_append_table(struct assay_text *out, const struct assay_page *page)
{
    const struct assay_report_options *options = page->options;
    struct assay_table table = { .elastic = ASSAY_COLUMN_NAME };
    for (size_t i = 0; i < ASSAY_PAGE_COLUMNS; i++) {
        const struct heading *heading = &headings[page->cost][i];
        const char *title = heading->title ? heading->title : "";
        bool roomy = options->width == 0 || options->width >= 80; /* pstats' ncalls is nine wide */
        title = i == ASSAY_COLUMN_NCALLS && roomy ? "   ncalls" : title;
        title = strcmp(title, "+-") == 0 ? assay_sign_plus_minus(options->unicode) : title;
        assay_table_column(&table, title, i == ASSAY_COLUMN_NAME || i == ASSAY_COLUMN_HOOKS, heading->drop);
    }
    for (size_t i = 0; i < page->row_count; i++) {
        put_row(&table, page, page->rows[i]);
    }
    assay_names_fit(&table, options->width, options->unicode);
    assay_table_append(out, &table, options->color);
    out->failed = out->failed || table.failed;
    assay_table_release(&table);
}
