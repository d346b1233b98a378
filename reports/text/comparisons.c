/* The text report of comparisons: the verdict, what was compared, and one row a comparison. */
#include "reports/text/text.h"

#include "reports/text/bar.h"
#include "reports/cells.h"
#include "reports/text/lines.h"
#include "reports/text/table.h"
#include "reports/verdicts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_GIVEN = 3, GAP = 2 };
enum column { NAME, RATIO, INTERVAL, VERDICT, PAIRS, BLOCKS, TOOK, WITNESS, BAR, COLUMNS };

/* In the order of enum column. What says which side is faster is never dropped. */
static const struct {
    const char *title;
    bool left;
    unsigned drop;
} fixed[COLUMNS] = {
    [NAME] = { "benchmark", true, 0 },  [RATIO] = { "ratio", false, 0 },          [INTERVAL] = { "interval", true, 0 },
    [VERDICT] = { "verdict", true, 0 }, [PAIRS] = { "pairs", false, 1 },          [BLOCKS] = { "blocks", false, 4 },
    [TOOK] = { "took", false, 3 },      [WITNESS] = { "instructions", false, 5 }, [BAR] = { "", true, 2 },
};

/* How the table is set: from what needs most room to what needs least. */
struct setting {
    const struct assay_report_options *options;
    const struct assay_bar_axis *axis; /* NULL: no bars */
    const char *bar_title;
    bool brief;   /* "slower" in place of "slower by more than 1 %" */
    bool stacked; /* names stand on lines of their own */
    bool witness; /* some row has one */
};

static enum assay_style style_of(const struct assay_compared *row)
{
    static const enum assay_style styles[ASSAY_VERDICT_COUNT] = {
        [ASSAY_VERDICT_SLOWER] = ASSAY_STYLE_BAD,
        [ASSAY_VERDICT_FASTER] = ASSAY_STYLE_GOOD,
        [ASSAY_VERDICT_INCONCLUSIVE] = ASSAY_STYLE_WARN,
    };
    return row->failed ? ASSAY_STYLE_BAD : styles[row->comparison->verdict];
}

static char *show_count(double count)
{
    return count > 0 ? assay_formatted("%.0f", count) : assay_copy("");
}

static void put_numbers(struct assay_table *table, struct assay_table_row *row, const struct assay_compared *from,
                        const struct setting *setting)
{
    const struct assay_comparison *comparison = from->comparison;
    bool unicode = setting->options->unicode;
    char *witness = assay_words_witness(comparison);
    if (witness && !witness[0] && setting->witness) {
        free(witness);
        witness = assay_copy(unicode ? "\xe2\x80\x93" : "-");
    }
    char *ratio = assay_words_ratio(comparison);
    char *const texts[COLUMNS] = {
        [RATIO] = ratio ? assay_formatted("%s%s", setting->stacked ? "  " : "", ratio) : NULL,
        [INTERVAL] = assay_words_interval(comparison),
        [VERDICT] =
            setting->brief ? assay_copy(assay_verdict_word(comparison->verdict)) : assay_words_verdict(comparison),
        [PAIRS] = show_count(comparison->pairs),
        [BLOCKS] = show_count((double)from->blocks),
        [TOOK] = comparison->seconds > 0 ? assay_words_seconds(comparison->seconds) : assay_copy(""),
        [WITNESS] = witness,
        [BAR] = setting->axis ? assay_bar(setting->axis, comparison->ratio, comparison->low, comparison->high,
                                          comparison->margin, unicode)
                              : assay_copy(""),
    };
    free(ratio);
    for (size_t i = RATIO; i < COLUMNS; i++) {
        bool main = i == RATIO || i == VERDICT;
        assay_table_put_take(table, row, i, texts[i], main ? style_of(from) : ASSAY_STYLE_PLAIN);
    }
}

static void put_name(struct assay_table *table, struct assay_table_row *row, const struct assay_compared *from,
                     const struct setting *setting)
{
    size_t width = setting->options->width;
    char *name = assay_cell_clean(from->short_name, setting->options->unicode);
    if (name && setting->stacked && width > 0 && assay_utf8_width(name) > width) {
        char *cut = assay_table_cut(name, width > 3 ? width : 3, setting->options->unicode);
        free(name);
        name = cut;
    }
    assay_table_put_take(table, row, NAME, name, ASSAY_STYLE_PLAIN);
}

static void put_row(struct assay_table *table, const struct assay_compared *from, const struct setting *setting)
{
    struct assay_table_row *row = assay_table_add(table);
    put_name(table, row, from, setting);
    if (setting->stacked && row) {
        row->type = ASSAY_TABLE_HEADING;
        row = assay_table_add(table);
    }
    if (!from->failed) {
        put_numbers(table, row, from, setting);
    } else if (row) {
        row->span = RATIO;
        char *words = assay_words_failure(from->base, from->head);
        assay_table_put_take(table, row, RATIO,
                             words ? assay_formatted("%s%s", setting->stacked ? "  " : "", words) : NULL,
                             ASSAY_STYLE_BAD);
        free(words);
    }
}

static void build(struct assay_table *table, const struct assay_report_comparisons *comparisons,
                  const struct setting *setting)
{
    *table = (struct assay_table){ .elastic = NAME };
    for (size_t i = 0; i < COLUMNS; i++) {
        bool bar = i == BAR && setting->bar_title;
        assay_table_column(table, bar ? setting->bar_title : fixed[i].title, fixed[i].left, fixed[i].drop);
    }
    for (size_t i = 0; i < comparisons->row_count; i++) {
        put_row(table, &comparisons->rows[i], setting);
    }
}

/* Columns that the table needs when all is dropped that may be. */
static size_t least_width(const struct assay_report_comparisons *comparisons, const struct setting *setting)
{
    struct assay_table table;
    size_t width = 0;
    build(&table, comparisons, setting);
    assay_table_measure(&table);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (fixed[i].drop == 0 && !table.columns[i].hidden) {
            width += table.columns[i].width + (width ? GAP : 0);
        }
    }
    assay_table_release(&table);
    return width;
}

/* The roomiest setting that keeps the names whole. */
static void choose(struct setting *setting, const struct assay_report_comparisons *comparisons)
{
    for (unsigned i = 0; i < 4; i++) {
        setting->brief = i % 2;
        setting->stacked = i / 2;
        if (setting->options->width == 0 || least_width(comparisons, setting) <= setting->options->width) {
            break;
        }
    }
}

static bool has_witness(const struct assay_report_comparisons *comparisons)
{
    bool any = false;
    for (size_t i = 0; i < comparisons->row_count && !any; i++) {
        char *witness = assay_words_witness(comparisons->rows[i].comparison);
        any = witness && witness[0];
        free(witness);
    }
    return any;
}

static bool find_axis(struct assay_bar_axis *axis, const struct assay_report_comparisons *comparisons)
{
    size_t count = comparisons->row_count;
    double *ends = calloc(2 * count, sizeof *ends);
    double margin = 0;
    for (size_t i = 0; ends && i < count; i++) {
        ends[i] = comparisons->rows[i].comparison->low;
        ends[count + i] = comparisons->rows[i].comparison->high;
        margin = fmax(margin, comparisons->rows[i].comparison->margin);
    }
    bool found = ends && assay_bar_axis(axis, ends, ends + count, count, margin);
    free(ends);
    return found;
}

static void append_table(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                         const struct assay_report_options *options)
{
    struct assay_table table;
    struct assay_bar_axis axis;
    bool drawn = find_axis(&axis, comparisons);
    char *title = drawn ? assay_bar_title(&axis) : NULL;
    struct setting setting = {
        .options = options, .axis = title ? &axis : NULL, .bar_title = title, .witness = has_witness(comparisons)
    };
    choose(&setting, comparisons);
    build(&table, comparisons, &setting);
    assay_table_fit(&table, options->width, options->unicode);
    assay_table_append(out, &table, options->color);
    out->failed = out->failed || table.failed || (drawn && !title);
    assay_table_release(&table);
    free(title);
}

/* Above the table. */

static void append_styled(struct assay_text *out, const char *text, enum assay_style style,
                          const struct assay_report_options *options)
{
    struct assay_text lines = ASSAY_TEXT_INIT;
    assay_line_append(&lines, 0, text, 2, options);
    char *whole = assay_text_take(&lines);
    size_t length = whole ? strlen(whole) : 0;
    if (length > 0) {
        whole[length - 1] = '\0';
        assay_style_append(out, whole, style, options->color);
        assay_text_append_char(out, '\n');
    }
    out->failed = out->failed || !whole;
    free(whole);
}

/* Owns `text`. */
static void append_led_take(struct assay_text *out, const char *lead, char *text,
                            const struct assay_report_options *options)
{
    if (text && text[0]) {
        assay_line_append_led(out, lead, text, 2, options);
    }
    out->failed = out->failed || !text;
    free(text);
}

static char *extreme_words(const struct assay_compared *row)
{
    char *ratio = assay_words_ratio(row->comparison);
    char *interval = assay_words_interval(row->comparison);
    char *verdict = assay_words_verdict(row->comparison);
    char *words = ratio && interval && verdict
                      ? assay_formatted("%s takes %s times base's time%s%s, %s", row->short_name, ratio,
                                        interval[0] ? " " : "", interval, verdict)
                      : NULL;
    free(ratio);
    free(interval);
    free(verdict);
    return words;
}

static const char stored_words[] = "none: stored documents decide less than one run of both, and fail no build";

/* Which of many fail a build, and what that takes. */
static char *gate_words(const struct assay_report_comparisons *comparisons)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    size_t given = 0;
    if (comparisons->stored) {
        return assay_copy(stored_words);
    }
    for (size_t i = 0; i < comparisons->row_count; i++) {
        if (comparisons->rows[i].fails_gate && given++ < NAMES_GIVEN) {
            assay_text_format(&text, "%s%s", given > 1 ? ", " : "", comparisons->rows[i].short_name);
        }
    }
    if (given > NAMES_GIVEN) {
        assay_text_format(&text, " and %zu more", given - NAMES_GIVEN);
    }
    assay_text_append(&text, given == 0 ? "none fails the build" : given == 1 ? " fails the build" : " fail the build");
    if (isfinite(comparisons->gate_log_evidence)) {
        char *odds = assay_words_odds(comparisons->gate_log_evidence);
        assay_text_format(&text, "; with %zu comparisons it takes evidence of %s", comparisons->row_count,
                          odds ? odds : "");
        text.failed = text.failed || !odds;
        free(odds);
    }
    return assay_text_take(&text);
}

static void append_many(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                        const struct assay_report_options *options)
{
    const size_t *counts = comparisons->counts;
    enum assay_style style = counts[ASSAY_VERDICT_SLOWER] > 0 || comparisons->failed > 0 ? ASSAY_STYLE_BAD
                             : counts[ASSAY_VERDICT_INCONCLUSIVE] > 0                    ? ASSAY_STYLE_WARN
                                                                                         : ASSAY_STYLE_GOOD;
    char *words = assay_words_counts(counts, comparisons->failed, comparisons->margin);
    append_styled(out, words ? words : "", style, options);
    out->failed = out->failed || !words;
    free(words);
    if (comparisons->worst) {
        append_led_take(out, "worst: ", extreme_words(comparisons->worst), options);
        append_led_take(out, "best: ", extreme_words(comparisons->best), options);
    }
    append_led_take(out, "gate: ", gate_words(comparisons), options);
    if (!comparisons->stored) {
        append_led_take(out, "different: ",
                        assay_formatted("%zu of %zu, at most 5 %% of them falsely (e-BH)", comparisons->discoveries,
                                        comparisons->row_count),
                        options);
    }
}

static void append_one(struct assay_text *out, const struct assay_compared *row,
                       const struct assay_report_options *options)
{
    const struct assay_comparison *comparison = row->comparison;
    enum assay_style style = style_of(row);
    bool bare = row->failed && !comparison->reason;
    char *words = bare ? assay_words_failure(row->base, row->head) : assay_words_sentence(comparison);
    append_styled(out, words ? words : "", style == ASSAY_STYLE_PLAIN ? ASSAY_STYLE_BOLD : style, options);
    out->failed = out->failed || !words;
    free(words);
    if (comparison->design && strcmp(comparison->design, "stored") == 0) {
        append_led_take(out, "gate: ", assay_copy(stored_words), options);
    } else if (comparison->verdict == ASSAY_VERDICT_SLOWER && isfinite(comparison->gate_log_evidence) &&
               isfinite(comparison->log_evidence)) {
        char *own = assay_words_odds(comparison->log_evidence);
        char *wanted = assay_words_odds(comparison->gate_log_evidence);
        append_led_take(out, "gate: ",
                        own && wanted ? assay_formatted("%s the build; evidence of %s, it takes %s",
                                                        row->fails_gate ? "fails" : "does not fail", own, wanted)
                                      : NULL,
                        options);
        free(own);
        free(wanted);
    }
}

/* What was compared, and how. */
static void append_subject(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                           const struct assay_report_options *options)
{
    const struct assay_document *document = comparisons->document;
    size_t column = 0;
    assay_text_append_char(out, '\n');
    if (comparisons->base_label[0] || comparisons->head_label[0]) {
        append_led_take(out, "base: ", assay_copy(comparisons->base_label), options);
        append_led_take(out, "head: ", assay_copy(comparisons->head_label), options);
    }
    if (document->suite) {
        assay_line_append_part_take(out, &column, assay_formatted("suite %s", document->suite), options);
    }
    if (comparisons->shared[0]) {
        assay_line_append_part_take(out, &column, assay_formatted("all with %s", comparisons->shared), options);
    }
    if (isfinite(comparisons->margin)) {
        assay_line_append_part_take(out, &column, assay_formatted("margin %.3g %%", comparisons->margin * 100),
                                    options);
    }
    if (isfinite(comparisons->confidence)) {
        assay_line_append_part_take(out, &column, assay_formatted("confidence %.5g %%", comparisons->confidence * 100),
                                    options);
    }
    assay_text_append_session(out, &column, document, options);
    assay_text_append(out, "\n\n");
}

int assay_text_append_comparisons(struct assay_text *out, const struct assay_report_model *model,
                                  const struct assay_report_options *options, struct assay_error *error)
{
    struct assay_report_comparisons *comparisons = NULL;
    int result = assay_report_comparisons_new(&comparisons, model->document, error);
    if (result) {
        return result;
    }
    if (model->document->common_cause) {
        assay_line_append_led(out, "common cause: ", model->document->common_cause, 2, options);
    }
    if (comparisons->row_count == 1) {
        append_one(out, &comparisons->rows[0], options);
    } else {
        append_many(out, comparisons, options);
    }
    append_subject(out, comparisons, options);
    append_table(out, comparisons, options);
    assay_text_append_compared(out, comparisons, model, options);
    assay_report_comparisons_free(comparisons);
    return 0;
}
