/* How two profiles differ, function by function: what is proven is said in words. */
#include "reports/profiles/text.h"

#include "reports/cells.h"
#include "reports/text/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The largest change first; what is on one side only counts with all it has. */
static double size_of(const struct assay_profile_change *change)
{
    double by = isfinite(change->change) ? change->change
                                         : (isfinite(change->head_own) ? change->head_own : 0) -
                                               (isfinite(change->base_own) ? change->base_own : 0);
    return fabs(by);
}

static int larger_first(const void *a, const void *b)
{
    const struct assay_profile_change *x = *(const struct assay_profile_change *const *)a;
    const struct assay_profile_change *y = *(const struct assay_profile_change *const *)b;
    double left = size_of(x), right = size_of(y);
    return left > right ? -1 : left < right ? 1 : x < y ? -1 : x > y;
}

static bool has_row(const struct assay_page *page, size_t function)
{
    for (size_t i = 0; i < page->row_count; i++) {
        if (page->rows[i] == function) {
            return true;
        }
    }
    return false;
}

/* Restrictions of the tables hold here as well. Folded pages have functions of their own: by name. */
static bool is_shown(const struct assay_profile_change *change, const struct assay_page *base,
                     const struct assay_page *head)
{
    if (base->folded || head->folded) {
        return true;
    }
    return has_row(base, change->base) || has_row(head, change->head);
}

/* ---- cells ---- */

static const char *said(const struct assay_profile_change *change)
{
    return change->base == SIZE_MAX   ? "new"
           : change->head == SIZE_MAX ? "gone"
           : !change->proven          ? ""
           : change->change > 0       ? "slower"
                                      : "faster";
}

/* Of another cost than time. */
static const char *said_of_counts(const struct assay_profile_change *change)
{
    const char *word = said(change);
    return strcmp(word, "slower") == 0 ? "more" : strcmp(word, "faster") == 0 ? "fewer" : word;
}

static char *signed_amount(const struct assay_page *page, double value)
{
    char *text = assay_page_amount(page, fabs(value));
    char *whole = text && isfinite(value) ? assay_formatted("%s%s", value < 0 ? "-" : "+", text) : NULL;
    if (text && !isfinite(value)) {
        return text;
    }
    free(text);
    return whole;
}

static char *interval_text(const struct assay_page *page, const struct assay_profile_change *change)
{
    if (!isfinite(change->change_low) || !isfinite(change->change_high)) {
        return assay_copy("");
    }
    char *low = signed_amount(page, change->change_low);
    char *high = signed_amount(page, change->change_high);
    char *text = low && high ? assay_formatted("[%s, %s]", low, high) : NULL;
    free(low);
    free(high);
    return text;
}

static char *calls_text(const struct assay_page *page, double calls)
{
    return isfinite(calls) ? assay_count_text(calls) : assay_page_dash(page);
}

static char *name_text(const struct assay_difference_pages *pages, const struct assay_profile_change *change)
{
    const struct assay_page *side = change->head != SIZE_MAX ? pages->head : pages->base;
    const struct assay_profile *from = &side->document->profiles[side->index];
    size_t function = change->head != SIZE_MAX ? change->head : change->base;
    char *raw = function < from->function_count ? assay_profile_function_text(&from->functions[function])
                                                : assay_copy(change->name);
    char *clean = raw ? assay_cell_clean(raw, pages->head->options->unicode) : NULL;
    free(raw);
    return clean;
}

char *assay_difference_cell(const struct assay_difference_pages *pages, const struct assay_profile_change *change,
                            enum assay_change_column column)
{
    const struct assay_page *unit = &pages->unit;
    switch (column) {
    case ASSAY_CHANGE_BASE:
        return assay_page_amount(unit, change->base == SIZE_MAX ? NAN : change->base_own);
    case ASSAY_CHANGE_HEAD:
        return assay_page_amount(unit, change->head == SIZE_MAX ? NAN : change->head_own);
    case ASSAY_CHANGE_BY:
        return signed_amount(unit, change->change);
    case ASSAY_CHANGE_INTERVAL:
        return interval_text(unit, change);
    case ASSAY_CHANGE_SAID:
        return assay_copy(unit->cost == ASSAY_PAGE_TIME ? said(change) : said_of_counts(change));
    case ASSAY_CHANGE_BASE_CALLS:
        return calls_text(unit, change->base_calls);
    case ASSAY_CHANGE_HEAD_CALLS:
        return calls_text(unit, change->head_calls);
    default:
        return name_text(pages, change);
    }
}

static void put_change(struct assay_table *table, const struct assay_difference_pages *pages,
                       const struct assay_profile_change *change)
{
    enum assay_style style = !change->proven || !isfinite(change->change) ? ASSAY_STYLE_PLAIN
                             : change->change > 0                         ? ASSAY_STYLE_BAD
                                                                          : ASSAY_STYLE_GOOD;
    struct assay_table_row *row = assay_table_add(table);
    for (size_t i = 0; i < ASSAY_CHANGE_COLUMNS; i++) {
        bool says = i == ASSAY_CHANGE_BY || i == ASSAY_CHANGE_SAID;
        assay_table_put_take(table, row, i, assay_difference_cell(pages, change, (enum assay_change_column)i),
                             says ? style : ASSAY_STYLE_PLAIN);
    }
}

/* ---- around the table ---- */

static void append_sides(struct assay_text *out, const struct assay_page *base, const struct assay_page *head)
{
    const struct assay_page *const pages[] = { base, head };
    static const char *const leads[] = { "base: ", "head: " };
    for (size_t i = 0; i < 2; i++) {
        const struct assay_benchmark *benchmark = pages[i]->benchmark;
        char *text =
            benchmark->plugin ? assay_formatted("%s, %s", benchmark->id, benchmark->plugin) : assay_copy(benchmark->id);
        assay_line_append_led(out, leads[i], text ? text : "", 2, base->options);
        out->failed = out->failed || !text;
        free(text);
    }
}

/* "plain time of one item: base 209.7 ns, head 105.3 ns; calls: base 1.00, head 2.00" */
static void append_totals(struct assay_text *out, const struct assay_profile_difference *difference,
                          const struct assay_page *base, const struct assay_page *head)
{
    const struct assay_profile *sides[] = { base->profile, head->profile };
    bool by_item = difference->unit && strcmp(difference->unit, "item") == 0;
    struct assay_text line = ASSAY_TEXT_INIT;
    char *times[2], *calls[2];
    for (size_t i = 0; i < 2; i++) {
        double units = by_item && sides[i]->items > 0 ? sides[i]->items : 1;
        double each = sides[i]->calls / units;
        times[i] = isfinite(sides[i]->plain_ns) ? assay_cell_ns(sides[i]->plain_ns / units, base->options->unicode)
                                                : assay_page_dash(base);
        calls[i] = calls_text(base, each);
    }
    if (times[0] && times[1] && calls[0] && calls[1]) {
        assay_text_format(&line, "plain time of one %s: base %s, head %s; calls: base %s, head %s",
                          by_item ? "item" : "iteration", times[0], times[1], calls[0], calls[1]);
    } else {
        line.failed = true;
    }
    for (size_t i = 0; i < 2; i++) {
        free(times[i]);
        free(calls[i]);
    }
    assay_page_append_line_take(out, assay_text_take(&line), base->options);
}

char *assay_difference_what(const struct assay_profile_difference *difference, const struct assay_page *unit)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    if (unit->cost == ASSAY_PAGE_TIME) {
        assay_text_format(&line, "own times in %s, ", unit->unit);
    } else {
        assay_text_format(&line, "own %s, ", unit->cost == ASSAY_PAGE_INSTRUCTIONS ? "instructions" : "allocations");
    }
    assay_text_format(&line, "of one %s; head less base", difference->unit ? difference->unit : "iteration");
    if (difference->rounds) {
        assay_text_format(&line, ", from %zu rounds%s", difference->rounds,
                          difference->paired ? " measured side by side" : ", each side by itself");
    }
    if (isfinite(difference->confidence)) {
        assay_text_format(&line, "; intervals hold for all rows together at %.5g %%", difference->confidence * 100);
    }
    return assay_text_take(&line);
}

char *assay_difference_count(const struct assay_profile_difference *difference)
{
    size_t proven = 0;
    for (size_t i = 0; i < difference->change_count; i++) {
        proven += difference->changes[i].proven;
    }
    return proven ? assay_formatted("%zu of %zu functions changed", proven, difference->change_count)
                  : assay_copy("no change is proven");
}

void assay_difference_pages_init(struct assay_difference_pages *pages,
                                 const struct assay_profile_difference *difference, const struct assay_page *base,
                                 const struct assay_page *head)
{
    double largest = 0;
    *pages = (struct assay_difference_pages){ base, head, *base };
    for (size_t i = 0; i < difference->change_count; i++) {
        largest = fmax(largest, difference->changes[i].base_own); /* fmax passes NaN over */
        largest = fmax(largest, difference->changes[i].head_own);
    }
    if (base->cost == ASSAY_PAGE_TIME) {
        pages->unit.unit = assay_time_unit(&pages->unit.unit_size, largest, base->options->unicode);
    }
}

const struct assay_profile_change **assay_difference_order(const struct assay_profile_difference *difference)
{
    const struct assay_profile_change **order = calloc(difference->change_count + 1, sizeof(void *));
    for (size_t i = 0; order && i < difference->change_count; i++) {
        order[i] = &difference->changes[i];
    }
    if (order) {
        qsort(order, difference->change_count, sizeof(void *), larger_first);
    }
    return order;
}

const char *const assay_change_titles[ASSAY_CHANGE_COLUMNS] = {
    [ASSAY_CHANGE_BASE] = "base",
    [ASSAY_CHANGE_HEAD] = "head",
    [ASSAY_CHANGE_BY] = "change",
    [ASSAY_CHANGE_INTERVAL] = "interval",
    [ASSAY_CHANGE_SAID] = "proven",
    [ASSAY_CHANGE_BASE_CALLS] = "base calls",
    [ASSAY_CHANGE_HEAD_CALLS] = "head calls",
    [ASSAY_CHANGE_NAME] = "filename:lineno(function)",
};

static void append_table(struct assay_text *out, const struct assay_profile_difference *difference,
                         const struct assay_difference_pages *pages)
{
    static const unsigned drops[ASSAY_CHANGE_COLUMNS] = {
        [ASSAY_CHANGE_INTERVAL] = 2, [ASSAY_CHANGE_BASE_CALLS] = 1, [ASSAY_CHANGE_HEAD_CALLS] = 1
    };
    const struct assay_report_options *options = pages->unit.options;
    struct assay_table table = { .elastic = ASSAY_CHANGE_NAME };
    const struct assay_profile_change **order = assay_difference_order(difference);
    for (size_t i = 0; i < ASSAY_CHANGE_COLUMNS; i++) {
        bool left = i == ASSAY_CHANGE_INTERVAL || i == ASSAY_CHANGE_SAID || i == ASSAY_CHANGE_NAME;
        assay_table_column(&table, assay_change_titles[i], left, drops[i]);
    }
    for (size_t i = 0; order && i < difference->change_count; i++) {
        if (is_shown(order[i], pages->base, pages->head)) {
            put_change(&table, pages, order[i]);
        }
    }
    assay_names_fit(&table, options->width, options->unicode);
    assay_table_append(out, &table, options->color);
    out->failed = out->failed || table.failed || !order;
    assay_table_release(&table);
    free(order);
}

void assay_difference_append(struct assay_text *out, const struct assay_profile_difference *difference,
                             const struct assay_page *base, const struct assay_page *head)
{
    struct assay_difference_pages pages;
    assay_difference_pages_init(&pages, difference, base, head);
    append_sides(out, base, head);
    assay_text_append_char(out, '\n');
    append_totals(out, difference, base, head);
    assay_page_append_line_take(out, assay_difference_what(difference, &pages.unit), base->options);
    assay_page_append_line_take(out, assay_difference_count(difference), base->options);
    assay_text_append_char(out, '\n');
    append_table(out, difference, &pages);
    if (difference->note_count) {
        assay_text_append_char(out, '\n');
    }
    for (size_t i = 0; i < difference->note_count; i++) {
        assay_line_append_led(out, "note: ", difference->notes[i], 2, base->options);
    }
}
