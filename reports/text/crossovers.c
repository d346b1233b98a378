/* The text report of crossovers: the answer, what it is about, a row for each value, and what a reader must know. */
#include "reports/crossovers.h"

#include "reports/cells.h"
#include "reports/text/lines.h"
#include "reports/text/table.h"
#include "reports/text/text.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column { VALUE, RATIO, INTERVAL, FASTER, BLOCKS, TOOK, COLUMNS };

static const struct {
    const char *title;
    bool left;
    unsigned drop;
} fixed[COLUMNS] = {
    [VALUE] = { "", false, 0 },       [RATIO] = { "ratio", false, 0 },  [INTERVAL] = { "interval", true, 0 },
    [FASTER] = { "faster", true, 0 }, [BLOCKS] = { "blocks", false, 2 }, [TOOK] = { "took", false, 1 },
};

/* A crossover on its way to a text. */
struct subject {
    const struct assay_document *document;
    const struct assay_crossover *crossover;
    size_t index;
    const struct assay_report_options *options;
    char *parameter; /* its name as a terminal may show it */
};

/* Owns `text`. */
static void append_led_take(struct assay_text *out, const char *lead, char *text, const struct subject *subject)
{
    if (text && text[0]) {
        assay_line_append_led(out, lead, text, 2, subject->options);
    }
    out->failed = out->failed || !text;
    free(text);
}

/* ---- the table ---- */

/* Who is proven faster at a point: a name, or in short the side. */
static char *faster_words(const struct subject *subject, int direction, bool brief)
{
    const struct assay_crossover *crossover = subject->crossover;
    if (direction == 0) {
        return assay_copy("not proven");
    }
    return brief ? assay_copy(direction < 0 ? "head" : "base")
                 : assay_cell_clean(direction < 0 ? crossover->head : crossover->base, subject->options->unicode);
}

static size_t counted_blocks(const struct assay_comparison *comparison)
{
    size_t count = 0;
    for (size_t i = 0; i < comparison->blocks.count; i++) {
        count += comparison->blocks.set_aside[i] == 0;
    }
    return count;
}

static void put_point(struct assay_table *table, const struct subject *subject, size_t point, bool brief)
{
    const struct assay_crossover *crossover = subject->crossover;
    const struct assay_comparison *comparison = &subject->document->comparisons[crossover->comparisons[point]];
    struct assay_table_row *row = assay_table_add(table);
    int direction = assay_comparison_proven(comparison);
    enum assay_style style = direction == 0 ? ASSAY_STYLE_WARN : ASSAY_STYLE_PLAIN;
    char *const texts[COLUMNS] = {
        [VALUE] = assay_words_value(crossover, crossover->values[point]),
        [RATIO] = assay_words_ratio(comparison),
        [INTERVAL] = assay_words_interval(comparison),
        [FASTER] = faster_words(subject, direction, brief),
        [BLOCKS] = assay_formatted("%zu", counted_blocks(comparison)),
        [TOOK] = comparison->seconds > 0 ? assay_words_seconds(comparison->seconds) : assay_copy(""),
    };
    for (size_t i = 0; i < COLUMNS; i++) {
        assay_table_put_take(table, row, i, texts[i], i == FASTER ? style : ASSAY_STYLE_PLAIN);
    }
}

static void build(struct assay_table *table, const struct subject *subject, bool brief)
{
    *table = (struct assay_table){ .elastic = FASTER };
    for (size_t i = 0; i < COLUMNS; i++) {
        assay_table_column(table, i == VALUE ? subject->parameter : fixed[i].title, fixed[i].left,
                           fixed[i].drop);
    }
    for (size_t i = 0; i < subject->crossover->point_count; i++) {
        put_point(table, subject, i, brief);
    }
}

/* With the sides' names where they fit. */
static void append_table(struct assay_text *out, const struct subject *subject)
{
    struct assay_table table;
    build(&table, subject, false);
    if (subject->options->width > 0 && assay_table_measure(&table) > subject->options->width) {
        assay_table_release(&table);
        build(&table, subject, true);
    }
    assay_table_fit(&table, subject->options->width, subject->options->unicode);
    assay_table_append(out, &table, subject->options->color);
    out->failed = out->failed || table.failed;
    assay_table_release(&table);
}

/* ---- above and below it ---- */

static void append_answer(struct assay_text *out, const struct subject *subject)
{
    static const enum assay_style styles[ASSAY_CROSSOVER_OUTCOMES] = {
        [ASSAY_CROSSOVER_UNDECIDED] = ASSAY_STYLE_WARN,
        [ASSAY_CROSSOVER_ONE] = ASSAY_STYLE_GOOD,
        [ASSAY_CROSSOVER_NONE] = ASSAY_STYLE_GOOD,
        [ASSAY_CROSSOVER_SEVERAL] = ASSAY_STYLE_GOOD,
    };
    const struct assay_crossover *crossover = subject->crossover;
    struct assay_text lines = ASSAY_TEXT_INIT;
    char *words = assay_words_crossover(subject->document, subject->index);
    assay_line_append(&lines, 0, words ? words : "", 2, subject->options);
    char *whole = assay_text_take(&lines);
    size_t length = whole ? strlen(whole) : 0;
    if (length > 0) {
        whole[length - 1] = '\0';
        assay_style_append(out, whole, styles[crossover->outcome], subject->options->color);
        assay_text_append_char(out, '\n');
    }
    if (crossover->reason && crossover->outcome != ASSAY_CROSSOVER_UNDECIDED) {
        append_led_take(out, "but: ", assay_copy(crossover->reason), subject);
    }
    out->failed = out->failed || !words || !whole;
    free(words);
    free(whole);
}

static void append_subject(struct assay_text *out, const struct subject *subject)
{
    const struct assay_crossover *crossover = subject->crossover;
    size_t column = 0;
    char *from = assay_words_value(crossover, crossover->from), *to = assay_words_value(crossover, crossover->to);
    char *took = crossover->seconds > 0 ? assay_words_seconds(crossover->seconds) : assay_copy("");
    assay_text_append_char(out, '\n');
    append_led_take(out, "base: ", assay_copy(crossover->base), subject);
    append_led_take(out, "head: ", assay_copy(crossover->head), subject);
    if (from && to && took) {
        assay_line_append_part_take(out, &column, assay_formatted("%s from %s to %s", crossover->parameter, from, to),
                                    subject->options);
        assay_line_append_part_take(out, &column,
                                    assay_formatted("confidence %.5g %% of all together", crossover->confidence * 100),
                                    subject->options);
    }
    if (took && took[0]) {
        assay_line_append_part_take(out, &column, assay_formatted("took %s", took), subject->options);
    }
    assay_text_append_session(out, &column, subject->document, subject->options);
    assay_text_append(out, "\n\n");
    out->failed = out->failed || !from || !to || !took;
    free(from);
    free(to);
    free(took);
}

static const struct assay_comparison *comparison_at(const struct subject *subject, size_t point)
{
    return &subject->document->comparisons[subject->crossover->comparisons[point]];
}

/* Whether a note stands at an earlier point, or earlier at this one. */
static bool was_said(const struct subject *subject, size_t point, size_t note)
{
    const char *words = comparison_at(subject, point)->notes[note];
    for (size_t i = 0; i <= point; i++) {
        const struct assay_comparison *other = comparison_at(subject, i);
        for (size_t k = 0; k < (i == point ? note : other->note_count); k++) {
            if (strcmp(other->notes[k], words) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* What must be known of the comparisons: the same of many is said once. */
static void append_notes(struct assay_text *out, const struct subject *subject)
{
    bool begun = false;
    for (size_t i = 0; i < subject->crossover->point_count; i++) {
        const struct assay_comparison *comparison = comparison_at(subject, i);
        for (size_t k = 0; k < comparison->note_count; k++) {
            if (was_said(subject, i, k)) {
                continue;
            }
            if (!begun) {
                assay_line_append_title(out, "notes", subject->options);
            }
            begun = true;
            char *value = assay_words_value(subject->crossover, subject->crossover->values[i]);
            char *line = value ? assay_formatted("%s=%s: %s", subject->crossover->parameter, value,
                                                 comparison->notes[k])
                               : NULL;
            assay_line_append_led(out, "  ", line ? line : "", 4, subject->options);
            out->failed = out->failed || !line;
            free(value);
            free(line);
        }
    }
}

/* Whether no side failed: what more time may help. */
static bool is_whole(const struct subject *subject)
{
    bool whole = true;
    for (size_t i = 0; i < subject->crossover->point_count; i++) {
        const struct assay_comparison *comparison = comparison_at(subject, i);
        const size_t sides[] = { comparison->base, comparison->head };
        for (size_t k = 0; k < 2; k++) {
            enum assay_status status = subject->document->benchmarks[sides[k]].status;
            whole = whole && (status == ASSAY_STATUS_OK || status == ASSAY_STATUS_TIMED_OUT ||
                              status == ASSAY_STATUS_INTERRUPTED);
        }
    }
    return whole;
}

static void append_hints(struct assay_text *out, const struct subject *subject)
{
    const struct assay_crossover *crossover = subject->crossover;
    char *looked = assay_words_looked(subject->document, subject->index);
    assay_text_append_char(out, '\n');
    append_led_take(out, "", looked, subject);
    assay_line_append(out, 0,
                      "ratio: head's time over base's, with the interval that each value needs for the confidence of "
                      "all together.",
                      0, subject->options);
    if (crossover->reason && crossover->seconds > 0 && is_whole(subject)) {
        char *line = assay_formatted("A longer `--budget` gives each value more time; this took %.0f s.",
                                     ceil(crossover->seconds));
        append_led_take(out, "", line, subject);
    }
}

int assay_text_append_crossovers(struct assay_text *out, const struct assay_report_model *model,
                                 const struct assay_report_options *options, struct assay_error *error)
{
    const struct assay_document *document = model->document;
    for (size_t i = 0; i < document->crossover_count; i++) {
        const struct assay_crossover *crossover = &document->crossovers[i];
        for (size_t k = 0; k < crossover->point_count; k++) {
            if (crossover->comparisons[k] >= document->comparison_count) {
                return assay_fail(error, ASSAY_EINPUT, "crossover %zu names a comparison that is not there", i);
            }
        }
        struct subject subject = { document, crossover, i, options, assay_cell_clean(crossover->parameter, options->unicode) };
        if (!subject.parameter) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
        assay_text_append(out, i > 0 ? "\n" : "");
        append_answer(out, &subject);
        append_subject(out, &subject);
        append_table(out, &subject);
        append_notes(out, &subject);
        free(subject.parameter);
        if (i + 1 == document->crossover_count && assay_crossovers_count_others(document) == 0) {
            assay_text_append_failures(out, model, options);
            assay_text_append_warnings(out, model, options);
        }
        if (options->hints) {
            append_hints(out, &subject);
        }
    }
    return 0;
}
