/* What stands below the table of comparisons: which side failed and how, what must be known of a comparison and is
 * worth a line, why instructions are not known, and what to do next. */
#include "reports/text/text.h"

#include "reports/cells.h"
#include "reports/text/lines.h"
#include "reports/verdicts.h"
#include "stats/sequence.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CARRY_OVER_WORTH_SAYING 0.001
#define DRIFT_P 0.01
#define MOST_BUDGET_S 7200

/* Failed sides. */

static bool failed_alike(const struct assay_benchmark *a, const struct assay_benchmark *b)
{
    const char *x = a->message ? a->message : "";
    const char *y = b->message ? b->message : "";
    return a->status == b->status && strcmp(x, y) == 0;
}

static char *failure_line(const struct assay_compared *row, const char *side, const struct assay_benchmark *benchmark)
{
    char *words = assay_cell_words(assay_status_word(benchmark->status), true);
    char *line = words ? assay_formatted("%s of %s: %s%s%s", side, row->short_name, words,
                                         benchmark->message ? ": " : "", benchmark->message ? benchmark->message : "")
                       : NULL;
    free(words);
    return line;
}

static void append_failures(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                            const struct assay_report_options *options)
{
    bool begun = false;
    for (size_t i = 0; i < comparisons->row_count; i++) {
        const struct assay_compared *row = &comparisons->rows[i];
        bool alike = failed_alike(row->base, row->head);
        for (int side = 0; side < (alike ? 1 : 2); side++) {
            const struct assay_benchmark *benchmark = side ? row->head : row->base;
            if (benchmark->status == ASSAY_STATUS_OK && !benchmark->message) {
                continue;
            }
            if (!begun) {
                assay_line_append_title(out, "failed", options);
            }
            begun = true;
            char *line = failure_line(row, alike ? "both sides" : side ? "head" : "base", benchmark);
            assay_line_append_led(out, "  ", line ? line : "", 4, options);
            out->failed = out->failed || !line;
            free(line);
        }
    }
}

/* Facts of one comparison: each a line, "" where it is not worth one. `alone`: nothing else is compared. */

static char *reason(const struct assay_compared *row, bool alone)
{
    bool said = alone && row->comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE;
    return assay_copy(row->comparison->reason && !said ? row->comparison->reason : "");
}

static char *wanted(const struct assay_compared *row, bool alone)
{
    bool open = row->comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE;
    return open && !alone ? assay_words_wanted(row->comparison) : assay_copy("");
}

/* Beside other rows, only a direction that the verdict does not tell. */
static char *direction(const struct assay_compared *row, bool alone)
{
    enum assay_verdict verdict = row->comparison->verdict;
    bool told = verdict == ASSAY_VERDICT_SLOWER || verdict == ASSAY_VERDICT_FASTER || verdict == ASSAY_VERDICT_SHIFTED;
    return alone || !told ? assay_words_direction(row->comparison) : assay_copy("");
}

static char *design(const struct assay_compared *row, bool alone)
{
    static const char *const words[][2] = {
        { "duet", "both sides ran at once, each on a processor of its own" },
        { "layouts",
          "the unit is a pair of layouts that the plug-ins bring, because a rebuild alone could move the result" },
    };
    const char *own = row->comparison->design ? row->comparison->design : "";
    for (size_t i = 0; alone && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(own, words[i][0]) == 0) {
            return assay_copy(words[i][1]);
        }
    }
    return assay_copy("");
}

static char *unit(const struct assay_compared *row, bool alone)
{
    (void)alone;
    bool item = row->comparison->unit && strcmp(row->comparison->unit, "item") == 0;
    return assay_copy(item ? "times are per item: an iteration is not the same amount of work on both sides" : "");
}

static char *injected(const struct assay_compared *row, bool alone)
{
    (void)alone;
    if (!(row->comparison->injected > 0)) {
        return assay_copy("");
    }
    return assay_formatted("head was given %.3g %% more work, to test the test", row->comparison->injected * 100);
}

static char *set_aside_words(size_t set_aside, size_t blocks)
{
    return assay_formatted("%zu of %zu blocks set aside, by a rule that does not see which side was disturbed",
                           set_aside, set_aside + blocks);
}

/* Beside other rows, one line tells of all. */
static char *set_aside(const struct assay_compared *row, bool alone)
{
    return alone && row->set_aside > 0 ? set_aside_words(row->set_aside, row->blocks) : assay_copy("");
}

static char *carry_over(const struct assay_compared *row, bool alone)
{
    const struct assay_comparison *comparison = row->comparison;
    bool apart = comparison->carry_over_low > 0 || comparison->carry_over_high < 0;
    (void)alone;
    if (!apart || !(fabs(comparison->carry_over) > CARRY_OVER_WORTH_SAYING)) {
        return assay_copy("");
    }
    return assay_formatted("carry-over: a batch after the other side takes %.3f times as long as one after itself "
                           "[%.3f, %.3f]",
                           exp(comparison->carry_over), exp(comparison->carry_over_low),
                           exp(comparison->carry_over_high));
}

static char *drift(const struct assay_compared *row, bool alone)
{
    (void)alone;
    if (!(row->comparison->drift_p < DRIFT_P)) {
        return assay_copy("");
    }
    return assay_formatted("drift: the ratio moved while it was measured (p = %.1g)", row->comparison->drift_p);
}

static char *floor_of_hardware(const struct assay_compared *row, bool alone)
{
    const struct assay_comparison *comparison = row->comparison;
    double half = (log(comparison->high) - log(comparison->low)) / 2;
    (void)alone;
    if (!(half < 2 * ASSAY_SEQUENCE_FLOOR) || row->blocks == 0) {
        return assay_copy("");
    }
    return assay_formatted(
        "the hardware's floor: %.2g %% at each end of the interval stays, however long it is measured",
        ASSAY_SEQUENCE_FLOOR * 100);
}

static char *same_code(const struct assay_compared *row, bool alone)
{
    (void)alone;
    bool odd = row->comparison->same_code == 1 && row->comparison->direction != 0 && !(row->comparison->injected > 0);
    return assay_copy(odd ? "both sides' machine code is the same: what differs lies outside of it" : "");
}

static char *instructions(const struct assay_compared *row, bool alone)
{
    const struct assay_comparison *comparison = row->comparison;
    if (!alone || !isfinite(comparison->base_instructions) || !isfinite(comparison->head_instructions)) {
        return assay_copy("");
    }
    return assay_formatted("instructions an iteration: %.0f in base, %.0f in head (%s)", comparison->base_instructions,
                           comparison->head_instructions,
                           comparison->instructions_source ? comparison->instructions_source : "?");
}

static char *(*const facts[])(const struct assay_compared *row, bool alone) = {
    reason,       wanted,    design,     unit,  injected,  direction,
    instructions, same_code, carry_over, drift, set_aside, floor_of_hardware,
};
#define FACTS (sizeof facts / sizeof facts[0])

/* One line below its name, or below the title where nothing else is compared; owns `line`. */
static void append_fact_take(struct assay_text *out, bool *begun, bool *named, const struct assay_compared *row,
                             bool alone, char *line, const struct assay_report_options *options)
{
    if (line && line[0]) {
        if (!*begun) {
            assay_line_append_title(out, "notes", options);
        }
        if (!*named && !alone) {
            assay_line_append_led(out, "  ", row->short_name, 4, options);
        }
        *begun = *named = true;
        assay_line_append_led(out, alone ? "  " : "    ", line, alone ? 4 : 6, options);
    }
    out->failed = out->failed || !line;
    free(line);
}

static void append_facts(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                         const struct assay_report_options *options)
{
    bool begun = false;
    bool alone = comparisons->row_count == 1;
    size_t aside = 0;
    size_t blocks = 0;
    for (size_t i = 0; i < comparisons->row_count; i++) {
        const struct assay_compared *row = &comparisons->rows[i];
        bool named = false;
        aside += row->set_aside;
        blocks += row->blocks;
        for (size_t k = 0; k < FACTS; k++) {
            append_fact_take(out, &begun, &named, row, alone, facts[k](row, alone), options);
        }
        for (size_t k = 0; k < row->comparison->note_count; k++) {
            append_fact_take(out, &begun, &named, row, alone, assay_copy(row->comparison->notes[k]), options);
        }
    }
    if (!alone && aside > 0) {
        bool named = true;
        append_fact_take(out, &begun, &named, &comparisons->rows[0], true, set_aside_words(aside, blocks), options);
    }
}

/* Why instructions are not known: NULL where they are, or nobody asked. */
static const char *not_counted(const struct assay_compared *row)
{
    const struct assay_comparison *comparison = row->comparison;
    bool known = isfinite(comparison->base_instructions) && isfinite(comparison->head_instructions);
    return known ? NULL : comparison->instructions_source;
}

static void append_uncounted(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                             const struct assay_report_options *options)
{
    bool begun = false;
    for (size_t i = 0; i < comparisons->row_count; i++) {
        const char *own = not_counted(&comparisons->rows[i]);
        bool said = !own;
        size_t count = 0;
        for (size_t k = 0; own && k < comparisons->row_count; k++) {
            const char *other = not_counted(&comparisons->rows[k]);
            bool alike = other && strcmp(own, other) == 0;
            said = said || (alike && k < i);
            count += alike;
        }
        if (said) {
            continue;
        }
        if (!begun) {
            assay_line_append_title(out, "not counted", options);
        }
        begun = true;
        char *line = count > 1 ? assay_formatted("instructions of %zu comparisons: %s", count, own)
                     : comparisons->row_count > 1
                         ? assay_formatted("instructions of %s: %s", comparisons->rows[i].short_name, own)
                         : assay_formatted("instructions: %s", own);
        assay_line_append_led(out, "  ", line ? line : "", 4, options);
        out->failed = out->failed || !line;
        free(line);
    }
}

/* A budget that would decide what is open, as the command line takes it; NULL: none is known, or nobody would wait. */
static char *budget(const struct assay_report_comparisons *comparisons)
{
    const struct assay_document *document = comparisons->document;
    double spent = document->session_count > 0 ? document->sessions[document->session_count - 1].duration_s : NAN;
    double needed = 0;
    for (size_t i = 0; i < comparisons->row_count; i++) {
        needed += fmax(0, comparisons->rows[i].comparison->seconds); /* fmax passes NaN over */
    }
    needed = fmax(needed, spent) + comparisons->more_s;
    if (!(comparisons->more_s > 0) || needed > MOST_BUDGET_S) {
        return NULL;
    }
    return needed > 120 ? assay_formatted("%.0fm", ceil(needed / 60)) : assay_formatted("%.0fs", ceil(needed / 5) * 5);
}

static void append_hints(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                         const struct assay_report_options *options)
{
    bool asked = false;
    for (size_t i = 0; i < comparisons->row_count; i++) {
        asked = asked || comparisons->rows[i].comparison->instructions_source;
    }
    assay_text_append_char(out, '\n');
    assay_line_append(out, 0, "ratio: head's time over base's. The verdict comes from its interval alone.", 0, options);
    char *seconds = budget(comparisons);
    char *line =
        comparisons->stored
            ? assay_copy("`assay compare` of the kernels themselves measures both in one run and decides more.")
        : seconds ? assay_formatted("`--budget %s` gives what is open the time that it needs.", seconds)
        : comparisons->open > 0
            ? assay_copy("A wider `--margin` is decided sooner, and so is anything on a quiet machine.")
        : comparisons->counts[ASSAY_VERDICT_SLOWER] > 0 && !asked
            ? assay_copy("`--instructions` tells whether head does more work, or the same work slower.")
            : NULL;
    if (line) {
        assay_line_append(out, 0, line, 0, options);
    }
    free(seconds);
    free(line);
}

void assay_text_append_compared(struct assay_text *out, const struct assay_report_comparisons *comparisons,
                                const struct assay_report_model *model, const struct assay_report_options *options)
{
    append_failures(out, comparisons, options);
    append_facts(out, comparisons, options);
    append_uncounted(out, comparisons, options);
    assay_text_append_warnings(out, model, options);
    if (options->hints) {
        append_hints(out, comparisons, options);
    }
}
