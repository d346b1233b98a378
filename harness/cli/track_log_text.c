/* Histories and events for a terminal: tables and lines as wide as there is room. Knows no store. */
#include "cli/track_log_text.h"

#include "cli/track_news.h"
#include "cli/track_plot.h"
#include "cli/track_slice.h"
#include "reports/cells.h"
#include "reports/history.h"
#include "reports/text/lines.h"
#include "reports/text/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_GIVEN = 20, ELSEWHERE_GIVEN = 5, PLOT_WIDTH = 100, SIGN_COLUMNS = 2 };

/* Owns `text`. */
static void append_led_take(struct assay_text *out, const char *lead, char *text, size_t indent,
                            const struct assay_report_options *options)
{
    assay_line_append_led(out, lead, text ? text : "", indent, options);
    out->failed = out->failed || !text;
    free(text);
}

/* Owns `text`, which may come from outside. */
static char *clean_take(char *text, const struct assay_report_options *options)
{
    char *clean = text ? assay_cell_clean(text, options->unicode) : NULL;
    free(text);
    return clean;
}

/* ---- a row a result ---- */

enum column { SIGN, COMMIT, DATE, VALUE, INTERVAL, FLAGS, BRANCH, SUBJECT, COLUMNS };

static void add_columns(struct assay_table *table, const struct assay_history_series *series)
{
    assay_table_column(table, "", true, 0);
    assay_table_column(table, "commit", true, 0);
    assay_table_column(table, "date", true, 4);
    assay_table_column(table, series->unit == ASSAY_HISTORY_RATIO ? "ratio" : "time", false, 0);
    assay_table_column(table, "interval", true, 3);
    assay_table_column(table, "flags", true, 2);
    assay_table_column(table, "branch", true, 1);
    assay_table_column(table, "subject", true, 0);
    table->elastic = SUBJECT;
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

/* The branch stands where it is another than most are of: nowhere, if all are of one. */
static bool is_of_one_branch(const struct assay_history_series *series)
{
    const char *branch = NULL;
    for (size_t i = 0; i < series->point_count; i++) {
        const char *own = series->points[i].branch;
        if (own && branch && strcmp(own, branch) != 0) {
            return false;
        }
        branch = own ? own : branch;
    }
    return true;
}

static void put_row(struct assay_table *table, const struct assay_history_series *series, size_t index, bool branches,
                    const struct assay_report_options *options)
{
    static const enum assay_style styles[ASSAY_TONES] = { [ASSAY_TONE_MUTED] = ASSAY_STYLE_DIM,
                                                          [ASSAY_TONE_GOOD] = ASSAY_STYLE_GOOD,
                                                          [ASSAY_TONE_WARN] = ASSAY_STYLE_WARN,
                                                          [ASSAY_TONE_BAD] = ASSAY_STYLE_BAD };
    const struct assay_history_point *point = &series->points[index];
    struct assay_table_row *row = assay_table_add(table);
    bool valued = assay_track_has_value(point);
    enum assay_style style = styles[assay_history_tone(series, index)];
    char *const cells[COLUMNS] = {
        [SIGN] = assay_copy(assay_track_sign(series, index, options->unicode)),
        [COMMIT] = clean_take(assay_words_history_commit(point->commit), options),
        [DATE] = clean_take(assay_words_history_date(point->author_date), options),
        [VALUE] = valued ? assay_words_history_value(series, index, options->unicode) : assay_copy("-"),
        [INTERVAL] = valued ? assay_words_history_interval(series, index, options->unicode) : assay_copy(""),
        [FLAGS] = clean_take(flags_of(point), options),
        [BRANCH] = clean_take(assay_copy(branches && point->branch ? point->branch : ""), options),
        [SUBJECT] = clean_take(assay_copy(point->subject ? point->subject : ""), options),
    };
    for (size_t i = 0; i < COLUMNS; i++) {
        assay_table_put_take(table, row, i, cells[i], i == SIGN || i == VALUE ? style : ASSAY_STYLE_PLAIN);
    }
}

/* Owns the table. */
static void append_table(struct assay_text *out, struct assay_table *table, const struct assay_report_options *options)
{
    assay_table_fit(table, options->width, options->unicode);
    assay_table_append(out, table, options->color);
    out->failed = out->failed || table->failed;
    assay_table_release(table);
}

/* ---- what happened ---- */

/* "▲ 2026-02-07 3c820b7b174a sieve: check the limits" and a line below it. */
static void append_happened(struct assay_text *out, const struct assay_history_series *series, size_t index,
                            const struct assay_report_options *options)
{
    const struct assay_history_point *point = &series->points[index];
    char *date = assay_words_history_date(point->author_date), *commit = assay_words_history_commit(point->commit);
    char *lead = assay_formatted("%s ", assay_track_sign(series, index, options->unicode));
    char *line = date && commit ? assay_formatted("%s%s%s %s", date, date[0] ? " " : "", commit, point->subject ? point->subject : "")
                                : NULL;
    append_led_take(out, lead ? lead : "", line, SIGN_COLUMNS, options);
    append_led_take(out, "    ", assay_words_history_event(series, index), 4, options);
    free(lead);
    free(date);
    free(commit);
}

/* Acceptances of commits that are not in the series. */
static void append_elsewhere(struct assay_text *out, const struct assay_history_series *series,
                             const struct assay_report_options *options)
{
    size_t given = 0;
    for (size_t i = series->accepted_count; i-- > 0 && given < ELSEWHERE_GIVEN;) {
        const struct assay_history_acceptance *acceptance = &series->accepted[i];
        if (acceptance->point < 0) {
            char *commit = assay_words_history_commit(acceptance->commit);
            char *words = assay_words_history_acceptance(acceptance);
            append_led_take(out, "  not shown here: ", commit && words ? assay_formatted("%s %s", commit, words) : NULL, 4, options);
            free(commit);
            free(words);
            given++;
        }
    }
}

static void append_head(struct assay_text *out, const struct assay_history_series *series, const struct assay_report_options *options)
{
    size_t last = series->point_count;
    while (last > 0 && !assay_track_has_value(&series->points[last - 1])) {
        last--;
    }
    char *value = last > 0 ? assay_words_history_value(series, last - 1, options->unicode) : assay_copy("");
    char *interval = last > 0 ? assay_words_history_interval(series, last - 1, options->unicode) : assay_copy("");
    char *line = value && interval ? assay_formatted("%s: %zu result%s%s%s%s%s", series->benchmark, series->point_count,
                                                     series->point_count == 1 ? "" : "s", last > 0 ? ", the last " : ", none has a value",
                                                     value, interval[0] ? " " : "", interval)
                                   : NULL;
    append_led_take(out, "", line, 2, options);
    append_led_take(out, "  ", assay_words_history_unit(series), 2, options);
    free(value);
    free(interval);
}

void assay_track_log_series(struct assay_text *out, const struct assay_history_series *series,
                            const struct assay_report_options *options)
{
    struct assay_table table = { 0 };
    bool branches = !is_of_one_branch(series), happened = false;
    append_head(out, series, options);
    assay_track_plot(out, series, options->width > 0 ? options->width : PLOT_WIDTH, options->unicode);
    assay_text_append_char(out, '\n');
    add_columns(&table, series);
    for (size_t i = 0; i < series->point_count; i++) {
        put_row(&table, series, i, branches, options);
    }
    append_table(out, &table, options);
    for (size_t i = 0; i < series->point_count; i++) {
        if (assay_track_sign(series, i, true)[0]) {
            assay_text_append(out, happened ? "" : "\n");
            append_happened(out, series, i, options);
            happened = true;
        }
    }
    append_elsewhere(out, series, options);
}

/* ---- all of a store ---- */

void assay_track_log_list(struct assay_text *out, const struct assay_store_listed *items, size_t count,
                          const struct assay_report_options *options)
{
    struct assay_table table = { 0 };
    enum { NAME, UNIT, REFERENCE, MACHINE, POINTS, NEWEST, NEWEST_DATE };
    assay_table_column(&table, "benchmark", true, 0);
    assay_table_column(&table, "unit", true, 3);
    assay_table_column(&table, "reference", true, 1);
    assay_table_column(&table, "machine", true, 2);
    assay_table_column(&table, "results", false, 0);
    assay_table_column(&table, "newest", true, 4);
    assay_table_column(&table, "date", true, 5);
    for (size_t i = 0; i < count; i++) {
        const struct assay_store_listed *item = &items[i];
        struct assay_table_row *row = assay_table_add(&table);
        assay_table_put_take(&table, row, NAME, clean_take(assay_copy(item->benchmark), options), ASSAY_STYLE_PLAIN);
        assay_table_put_take(&table, row, UNIT, assay_copy(assay_history_unit_word(item->unit)), ASSAY_STYLE_PLAIN);
        assay_table_put_take(&table, row, REFERENCE,
                             item->reference ? clean_take(assay_words_history_commit(item->reference), options) : assay_copy(""),
                             ASSAY_STYLE_PLAIN);
        assay_table_put_take(&table, row, MACHINE, clean_take(assay_copy(item->fingerprint ? item->fingerprint : ""), options),
                             ASSAY_STYLE_PLAIN);
        assay_table_put_take(&table, row, POINTS, assay_formatted("%zu", item->points), ASSAY_STYLE_PLAIN);
        assay_table_put_take(&table, row, NEWEST, clean_take(assay_words_history_commit(item->newest_commit), options), ASSAY_STYLE_PLAIN);
        assay_table_put_take(&table, row, NEWEST_DATE, clean_take(assay_words_history_date(item->newest_date), options), ASSAY_STYLE_PLAIN);
    }
    append_table(out, &table, options);
}

/* "slower: 3 benchmarks, worst sieve.bytes +5.2 % [4.1, 6.3]"; `first`: the first member that way. */
static void append_way(struct assay_text *words, const struct assay_event *event, const struct assay_history_series *series, int way)
{
    size_t count = way > 0 ? event->slower : event->faster;
    for (size_t i = 0; i < event->member_count && count > 0; i++) {
        const struct assay_history_series *own = &series[event->members[i].series];
        const struct assay_history_change *change = &own->changes[event->members[i].change];
        if (assay_history_direction(change) != way) {
            continue;
        }
        assay_text_format(words, "%s%s%s: %zu benchmark%s, %s%s ", words->length > 0 ? "; " : "", way > 0 ? "slower" : "faster",
                          change->since >= 0 ? " in small steps" : "", count, count == 1 ? "" : "s",
                          count == 1 ? "" : way > 0 ? "worst " : "best ", own->benchmark);
        assay_track_effect(words, change);
        return;
    }
}

static void append_event(struct assay_text *out, const struct assay_event *event, const struct assay_history_series *series,
                         const struct assay_report_options *options)
{
    const struct assay_history_series *worst = &series[event->members[0].series];
    size_t point = worst->changes[event->members[0].change].point;
    const struct assay_history_acceptance *acceptance = assay_history_acceptance_at(worst, point);
    struct assay_text words = ASSAY_TEXT_INIT;
    char *date = assay_words_history_date(event->author_date), *commit = assay_words_history_commit(event->commit);
    char *lead = assay_formatted("%s ", assay_track_sign(worst, point, options->unicode));
    append_led_take(out, lead ? lead : "",
                    date && commit ? assay_formatted("%s%s%s %s", date, date[0] ? " " : "", commit, event->subject ? event->subject : "")
                                   : NULL,
                    SIGN_COLUMNS, options);
    append_way(&words, event, series, 1);
    append_way(&words, event, series, -1);
    assay_text_append(&words, words.length > 0 ? "" : "changed, but which way is not proven");
    if (event->accepted && acceptance) {
        char *accepted = assay_words_history_acceptance(acceptance);
        assay_text_format(&words, "; %s", accepted ? accepted : "");
        free(accepted);
    } else if (!event->reported) {
        assay_text_append(&words, "; not reported before");
    }
    append_led_take(out, "    ", words.failed ? NULL : assay_text_take(&words), 4, options);
    assay_text_release(&words);
    free(lead);
    free(date);
    free(commit);
}

void assay_track_log_events(struct assay_text *out, const struct assay_event *events, size_t count,
                            const struct assay_history_series *series, const struct assay_report_options *options)
{
    size_t first = count > EVENTS_GIVEN ? count - EVENTS_GIVEN : 0;
    assay_line_append_title(out, "events", options);
    if (count == 0) {
        append_led_take(out, "  ", assay_copy("no level changed"), 2, options);
    } else if (first > 0) {
        append_led_take(out, "  ", assay_formatted("%zu before these", first), 2, options);
    }
    for (size_t i = first; i < count; i++) {
        append_event(out, &events[i], series, options);
    }
}
