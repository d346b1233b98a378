/* Histories as words. Knows what stands in the document; searches no change. */
#include "reports/history.h"

#include "base/text.h"
#include "reports/cells.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COMMIT_DIGITS = 12, DATE_LENGTH = 10, CHANGES_GIVEN = 3 };

/* Owns `words`. */
static void append_take(struct assay_text *text, const char *lead, char *words)
{
    if (words && words[0]) {
        assay_text_append(text, lead);
        assay_text_append(text, words);
    }
    text->failed = text->failed || !words;
    free(words);
}

char *assay_words_history_commit(const char *commit)
{
    if (!commit || !commit[0]) {
        return assay_copy("?");
    }
    size_t length = strlen(commit);
    bool hexadecimal = length > COMMIT_DIGITS && strspn(commit, "0123456789abcdef") == length;
    return hexadecimal ? assay_copy_bytes(commit, COMMIT_DIGITS) : assay_copy(commit);
}

char *assay_words_history_date(const char *date)
{
    static const char shape[] = "dddd-dd-ddT";
    bool good = date != NULL;
    for (size_t i = 0; good && shape[i]; i++) {
        good = shape[i] == 'd' ? date[i] >= '0' && date[i] <= '9' : date[i] == shape[i];
    }
    return good ? assay_copy_bytes(date, DATE_LENGTH) : assay_copy(date ? date : "");
}

/* A ratio, as comparisons show theirs. */
static struct assay_comparison as_ratio(double ratio, double low, double high)
{
    return (struct assay_comparison){ .ratio = ratio, .low = low, .high = high };
}

char *assay_words_history_value(const struct assay_history_series *series, size_t point, bool unicode)
{
    const struct assay_history_point *at = &series->points[point];
    const struct assay_comparison ratio = as_ratio(at->value, at->low, at->high);
    return series->unit == ASSAY_HISTORY_NS ? assay_cell_ns(at->value, unicode) : assay_words_ratio(&ratio);
}

char *assay_words_history_interval(const struct assay_history_series *series, size_t point, bool unicode)
{
    const struct assay_history_point *at = &series->points[point];
    const struct assay_comparison ratio = as_ratio(at->value, at->low, at->high);
    const struct assay_interval interval = { .known = true, .low = at->low, .high = at->high };
    if (series->unit == ASSAY_HISTORY_RATIO) {
        return assay_words_interval(&ratio);
    }
    return isfinite(at->low) && isfinite(at->high) ? assay_cell_interval(at->value, &interval, unicode)
                                                    : assay_copy("");
}

char *assay_words_history_acceptance(const struct assay_history_acceptance *acceptance)
{
    char *date = assay_words_history_date(acceptance->when);
    char *words = date ? assay_formatted("accepted by %s on %s: %s", acceptance->who, date, acceptance->reason) : NULL;
    free(date);
    return words;
}

/* "slower by 8.1 %: 1.081 times the time before [1.079, 1.083]" */
static void append_change(struct assay_text *text, const struct assay_history_series *series,
                          const struct assay_history_change *change)
{
    const struct assay_comparison ratio = as_ratio(change->ratio, change->low, change->high);
    double factor = change->ratio >= 1 ? change->ratio : 1 / change->ratio;
    assay_text_append(text, assay_history_direction(change) == 0 ? "perhaps " : "");
    assay_text_append(text, change->ratio >= 1 ? "slower by " : "faster by ");
    append_take(text, "", assay_words_effect(factor - 1));
    if (change->since >= 0) {
        append_take(text, " in small steps since ",
                    assay_words_history_commit(series->points[change->since].commit));
    }
    append_take(text, ": ", assay_words_ratio(&ratio));
    assay_text_append(text, " times the time before");
    bool bounded = isfinite(change->low) || isfinite(change->high);
    append_take(text, " ", bounded ? assay_words_interval(&ratio) : assay_copy("with no bounds"));
}

char *assay_words_history_event(const struct assay_history_series *series, size_t point)
{
    const struct assay_history_change *change = assay_history_change_at(series, point);
    const struct assay_history_acceptance *acceptance = assay_history_acceptance_at(series, point);
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, "");
    if (change) {
        append_change(&text, series, change);
    }
    if (acceptance) {
        append_take(&text, change ? "; " : "", assay_words_history_acceptance(acceptance));
    } else if (change && !change->reported) {
        assay_text_append(&text, "; not reported before");
    }
    return assay_text_take(&text);
}

enum assay_tone assay_history_tone(const struct assay_history_series *series, size_t point)
{
    const struct assay_history_change *change = assay_history_change_at(series, point);
    int way = change ? assay_history_direction(change) : 0;
    if (!change || (way > 0 && assay_history_acceptance_at(series, point))) {
        return ASSAY_TONE_PLAIN;
    }
    return way > 0 ? ASSAY_TONE_BAD : way < 0 ? ASSAY_TONE_GOOD : ASSAY_TONE_WARN;
}

char *assay_words_history_unit(const struct assay_history_series *series)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    if (series->unit == ASSAY_HISTORY_RATIO) {
        append_take(&text, "time over that of build ", assay_words_history_commit(series->reference));
        assay_text_append(&text, ", measured side by side");
    } else {
        assay_text_append(&text, "time of an iteration, not paired with a reference: what the machine did is in it");
    }
    if (series->fingerprint) {
        append_take(&text, "; machine ", assay_copy(series->fingerprint));
    }
    return assay_text_take(&text);
}

/* "40 results from 2026-01-01 to 2026-03-23, the last 1.083 [1.081, 1.085]" */
static void append_span(struct assay_text *text, const struct assay_history_series *series)
{
    size_t count = series->point_count;
    assay_text_format(text, "%zu result%s", count, count == 1 ? "" : "s");
    if (count == 0) {
        return;
    }
    const char *first = series->points[0].author_date, *last = series->points[count - 1].author_date;
    if (first && last && count > 1) {
        append_take(text, " from ", assay_words_history_date(first));
        append_take(text, " to ", assay_words_history_date(last));
    }
    append_take(text, count > 1 ? ", the last " : ": ", assay_words_history_value(series, count - 1, true));
    append_take(text, " ", assay_words_history_interval(series, count - 1, true));
}

char *assay_words_history_summary(const struct assay_history_series *series)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    size_t first = series->change_count > CHANGES_GIVEN ? series->change_count - CHANGES_GIVEN : 0;
    append_span(&text, series);
    assay_text_append(&text, ".");
    if (series->change_count == 0) {
        assay_text_append(&text, " No change was found.");
    } else if (first > 0) {
        assay_text_format(&text, " %zu changes; the last:", series->change_count);
    }
    for (size_t i = first; i < series->change_count; i++) {
        size_t point = series->changes[i].point;
        append_take(&text, i > first ? "; at " : " At ", assay_words_history_commit(series->points[point].commit));
        append_take(&text, ": ", assay_words_history_event(series, point));
    }
    assay_text_append(&text, series->change_count > 0 ? "." : "");
    return assay_text_take(&text);
}

/* ---- all of them ---- */

struct counts {
    size_t series, results, slower, accepted, faster, open;
};

static void count_series(struct counts *counts, const struct assay_history_series *series)
{
    counts->series++;
    counts->results += series->point_count;
    for (size_t i = 0; i < series->change_count; i++) {
        int way = assay_history_direction(&series->changes[i]);
        counts->slower += way > 0;
        counts->faster += way < 0;
        counts->open += way == 0;
        counts->accepted += way > 0 && assay_history_acceptance_at(series, series->changes[i].point);
    }
}

char *assay_words_history_counts(const struct assay_document *const *documents, size_t count)
{
    struct counts counts = { 0 };
    struct assay_text text = ASSAY_TEXT_INIT;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < documents[i]->history_count; k++) {
            count_series(&counts, &documents[i]->history[k]);
        }
    }
    assay_text_format(&text, "%zu series, %zu result%s: ", counts.series, counts.results,
                      counts.results == 1 ? "" : "s");
    if (counts.slower + counts.faster + counts.open == 0) {
        assay_text_append(&text, "no change");
        return assay_text_take(&text);
    }
    assay_text_format(&text, "%zu slower", counts.slower);
    if (counts.accepted > 0) {
        assay_text_format(&text, " (%zu accepted)", counts.accepted);
    }
    assay_text_format(&text, ", %zu faster", counts.faster);
    if (counts.open > 0) {
        assay_text_format(&text, ", %zu not proven", counts.open);
    }
    return assay_text_take(&text);
}

/* 0: a slowdown that nobody accepted, 1: another change, 2: quiet. */
static unsigned class_of(const struct assay_history_series *series)
{
    for (size_t i = 0; i < series->change_count; i++) {
        if (assay_history_tone(series, series->changes[i].point) == ASSAY_TONE_BAD) {
            return 0;
        }
    }
    return series->change_count > 0 ? 1 : 2;
}

size_t *assay_history_order(const struct assay_document *document)
{
    size_t *order = calloc(document->history_count + 1, sizeof *order);
    size_t made = 0;
    for (unsigned class = 0; order && class <= 2; class++) {
        for (size_t i = 0; i < document->history_count; i++) {
            if (class_of(&document->history[i]) == class) {
                order[made++] = i;
            }
        }
    }
    return order;
}
