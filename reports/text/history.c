/* What the text report says of histories: a line and a small plot a series, its last changes, and what people accepted. */
#include "reports/text/text.h"

#include "reports/cells.h"
#include "reports/history.h"
#include "reports/text/lines.h"
#include "reports/text/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SERIES_GIVEN = 10, CHANGES_GIVEN = 5, LEVELS = 8, PLOT_LEAST = 8, PLOT_MOST = 100, INDENT = 4 };
#define LEAST_SPAN 0.05 /* of a plot, as a logarithm: the noise of a quiet series must not fill it */

/* Appends `text` (heap; owned) behind `lead`. */
static void append_led_take(struct assay_text *out, const char *lead, char *text, size_t indent,
                            const struct assay_report_options *options)
{
    assay_line_append_led(out, lead, text ? text : "", indent, options);
    out->failed = out->failed || !text;
    free(text);
}

/* "1.081" of a ratio, "2.125 µs" of a time: an end of the plot. */
static char *show_end(const struct assay_history_series *series, double value, bool unicode)
{
    return series->unit == ASSAY_HISTORY_NS ? assay_cell_ns(value, unicode) : assay_formatted("%.3f", value);
}

/* The last points as levels between the smallest and the largest of them, by logarithm. */
static void append_plot(struct assay_text *out, const struct assay_history_series *series,
                        const struct assay_report_options *options)
{
    static const char *const blocks[LEVELS] = { "\xe2\x96\x81", "\xe2\x96\x82", "\xe2\x96\x83", "\xe2\x96\x84",
                                                "\xe2\x96\x85", "\xe2\x96\x86", "\xe2\x96\x87", "\xe2\x96\x88" };
    static const char *const digits[LEVELS] = { "1", "2", "3", "4", "5", "6", "7", "8" };
    size_t most = options->width == 0 ? PLOT_MOST : options->width > INDENT + PLOT_LEAST ? options->width - INDENT : PLOT_LEAST;
    most = most > PLOT_MOST ? PLOT_MOST : most;
    size_t first = series->point_count > most ? series->point_count - most : 0;
    double low = INFINITY, high = -INFINITY;
    for (size_t i = first; i < series->point_count; i++) {
        low = fmin(low, log(series->points[i].value));
        high = fmax(high, log(series->points[i].value));
    }
    double span = fmax(high - low, LEAST_SPAN), bottom = (low + high - span) / 2;
    assay_text_format(out, "%*s", INDENT, "");
    for (size_t i = first; i < series->point_count; i++) {
        double share = (log(series->points[i].value) - bottom) / span;
        size_t level = (size_t)fmin(LEVELS - 1, fmax(0, floor(share * LEVELS)));
        assay_text_append(out, options->unicode ? blocks[level] : digits[level]);
    }
    char *from = show_end(series, exp(low), options->unicode), *to = show_end(series, exp(high), options->unicode);
    char *tail = first > 0 ? assay_formatted(" (last %zu)", most) : assay_copy("");
    char *ends = from && to && tail ? assay_formatted("%s to %s%s", from, to, tail) : NULL;
    size_t used = INDENT + (series->point_count - first) + 2 + (ends ? assay_utf8_width(ends) : 0);
    bool breaks = options->width > 0 && used > options->width;
    assay_text_format(out, breaks ? "\n%*s%s\n" : "%*s%s\n", breaks ? INDENT : 2, "", ends ? ends : "");
    out->failed = out->failed || !ends;
    free(from);
    free(to);
    free(tail);
    free(ends);
}

static void append_change(struct assay_text *out, const struct assay_history_series *series, size_t index,
                          const struct assay_report_options *options)
{
    static const enum assay_style styles[ASSAY_TONES] = { [ASSAY_TONE_PLAIN] = ASSAY_STYLE_PLAIN,
                                                          [ASSAY_TONE_MUTED] = ASSAY_STYLE_DIM,
                                                          [ASSAY_TONE_GOOD] = ASSAY_STYLE_GOOD,
                                                          [ASSAY_TONE_WARN] = ASSAY_STYLE_WARN,
                                                          [ASSAY_TONE_BAD] = ASSAY_STYLE_BAD };
    size_t at = series->changes[index].point;
    const struct assay_history_point *point = &series->points[at];
    struct assay_text lines = ASSAY_TEXT_INIT;
    char *date = assay_words_history_date(point->author_date), *commit = assay_words_history_commit(point->commit);
    char *line = date && commit ? assay_formatted("%s%s%s %s", date, date[0] ? " " : "", commit,
                                                  point->subject ? point->subject : "")
                                : NULL;
    append_led_take(out, "    ", line, 6, options);
    append_led_take(&lines, "      ", assay_words_history_event(series, at), 6, options);
    bool failed = lines.failed;
    char *whole = assay_text_take(&lines);
    size_t length = whole ? strlen(whole) : 0;
    if (length > 0) {
        whole[length - 1] = '\0'; /* a style ends before its line */
        assay_style_append(out, whole, styles[assay_history_tone(series, at)], options->color);
        assay_text_append_char(out, '\n');
    }
    out->failed = out->failed || failed || !whole;
    free(date);
    free(commit);
    free(whole);
}

/* The last acceptances that no change shows: of a commit that is not in the series, or of one where nothing was found. */
static void append_others(struct assay_text *out, const struct assay_history_series *series,
                          const struct assay_report_options *options)
{
    size_t first = series->accepted_count > CHANGES_GIVEN ? series->accepted_count - CHANGES_GIVEN : 0;
    for (size_t i = first; i < series->accepted_count; i++) {
        const struct assay_history_acceptance *acceptance = &series->accepted[i];
        bool here = acceptance->point >= 0;
        if (!here || !assay_history_change_at(series, (size_t)acceptance->point)) {
            char *commit =
                assay_words_history_commit(here ? series->points[acceptance->point].commit : acceptance->commit);
            char *words = assay_words_history_acceptance(acceptance);
            append_led_take(out, "    ", commit && words ? assay_formatted("%s %s", commit, words) : NULL, 6, options);
            free(commit);
            free(words);
        }
    }
}

static void append_series(struct assay_text *out, const struct assay_history_series *series,
                          const struct assay_report_options *options)
{
    size_t count = series->point_count;
    char *unit = assay_words_history_unit(series);
    char *value = count > 0 ? assay_words_history_value(series, count - 1, options->unicode) : assay_copy("nothing yet");
    char *interval = count > 0 ? assay_words_history_interval(series, count - 1, options->unicode) : assay_copy("");
    char *line = unit && value && interval
                     ? assay_formatted("%s: %zu result%s, the last %s%s%s (%s)", series->benchmark, count,
                                       count == 1 ? "" : "s", value, interval[0] ? " " : "", interval, unit)
                     : NULL;
    append_led_take(out, "  ", line, 4, options);
    if (count > 1) {
        append_plot(out, series, options);
    }
    size_t first = series->change_count > CHANGES_GIVEN ? series->change_count - CHANGES_GIVEN : 0;
    if (first > 0) {
        append_led_take(out, "    ", assay_formatted("%zu changes before these", first), 4, options);
    }
    for (size_t i = first; i < series->change_count; i++) {
        append_change(out, series, i, options);
    }
    append_others(out, series, options);
    free(unit);
    free(value);
    free(interval);
}

void assay_text_append_history(struct assay_text *out, const struct assay_document *document,
                               const struct assay_report_options *options)
{
    size_t *order = document->history_count > 0 ? assay_history_order(document) : NULL;
    if (!order) {
        out->failed = out->failed || document->history_count > 0;
        return;
    }
    assay_line_append_title(out, "history", options);
    for (size_t i = 0; i < document->history_count && i < SERIES_GIVEN; i++) {
        append_series(out, &document->history[order[i]], options);
    }
    if (document->history_count > SERIES_GIVEN) {
        append_led_take(out, "  ",
                        assay_formatted("%zu further series are not shown here", document->history_count - SERIES_GIVEN),
                        4, options);
    }
    free(order);
}
