/* What stands around the table: the headline, and below it failures, flags in words, what was not counted, warnings and
 * hints. */
#include "reports/text/text.h"

#include "reports/cells.h"
#include "reports/text/lines.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFERENCE_MOVED 0.05

/* Of how many benchmarks a line gives the names. */
enum { NAMES_GIVEN = 3 };

/* Whether two rows failed alike, so that one line tells of both. */
static bool same_failure(const struct assay_benchmark *a, const struct assay_benchmark *b)
{
    const char *x = a->message ? a->message : "";
    const char *y = b->message ? b->message : "";
    return a->status == b->status && strcmp(x, y) == 0;
}

/* The line of row `first` and of all later rows that failed alike. Heap. */
static char *failure_line(const struct assay_report_model *model, size_t first, bool unicode)
{
    const struct assay_benchmark *benchmark = model->rows[first].benchmark;
    struct assay_text line = ASSAY_TEXT_INIT;
    size_t count = 0;
    for (size_t i = first; i < model->row_count; i++) {
        if (same_failure(model->rows[i].benchmark, benchmark) && count++ < NAMES_GIVEN) {
            assay_text_format(&line, "%s%s", count > 1 ? ", " : "", model->rows[i].name);
        }
    }
    if (count > NAMES_GIVEN) {
        assay_text_format(&line, " and %zu more", count - NAMES_GIVEN);
    }
    char *words = assay_cell_words(assay_status_word(benchmark->status), unicode);
    assay_text_format(&line, ": %s", words ? words : "");
    if (benchmark->message) {
        assay_text_format(&line, ": %s", benchmark->message);
    }
    free(words);
    return assay_text_take(&line);
}

void assay_text_append_failures(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options)
{
    bool begun = false;
    for (size_t i = 0; i < model->row_count; i++) {
        const struct assay_benchmark *benchmark = model->rows[i].benchmark;
        bool said = benchmark->status == ASSAY_STATUS_OK && !benchmark->message;
        for (size_t k = 0; k < i && !said; k++) {
            said = same_failure(model->rows[k].benchmark, benchmark);
        }
        if (said) {
            continue;
        }
        if (!begun) {
            assay_line_append_title(out, "failed", options);
        }
        begun = true;
        char *line = failure_line(model, i, options->unicode);
        assay_line_append_led(out, "  ", line ? line : "", 4, options);
        free(line);
    }
}

/* A row's flags, and "not-verified", which is no flag of the document but seen in its `verified`. */
static bool has_flag(const struct assay_report_model *model, const struct assay_report_row *row, const char *flag)
{
    (void)model;
    for (size_t i = 0; i < row->benchmark->flag_count; i++) {
        if (strcmp(row->benchmark->flags[i], flag) == 0) {
            return true;
        }
    }
    return strcmp(flag, "not-verified") == 0 && row->timed && row->benchmark->verified < 0 && row->benchmark->group;
}

static void append_flag(struct assay_text *out, const struct assay_report_model *model, const char *flag, bool *begun,
                        const struct assay_report_options *options)
{
    struct assay_text line = ASSAY_TEXT_INIT;
    const char *explained = assay_report_flag_words(flag);
    char *words = assay_cell_words(flag, options->unicode);
    size_t count = 0;
    if (explained) {
        assay_text_format(&line, "%s", explained);
    }
    for (size_t i = 0; i < model->row_count; i++) {
        if (has_flag(model, &model->rows[i], flag) && count++ < NAMES_GIVEN) {
            assay_text_format(&line, "%s%s", count > 1 ? ", " : explained ? ": " : "", model->rows[i].name);
        }
    }
    if (count > NAMES_GIVEN) {
        assay_text_format(&line, " and %zu more", count - NAMES_GIVEN);
    }
    if (count > 0) {
        if (!*begun) {
            assay_line_append_title(out, "flags", options);
        }
        *begun = true;
        char *lead = assay_formatted("  %s: ", words ? words : "");
        assay_line_append_led(out, lead ? lead : "", line.bytes ? line.bytes : "", 4, options);
        free(lead);
    }
    free(words);
    assay_text_release(&line);
}

static void append_flags(struct assay_text *out, const struct assay_report_model *model,
                         const struct assay_report_options *options)
{
    bool begun = false;
    for (size_t i = 0; i < model->row_count; i++) {
        const struct assay_benchmark *benchmark = model->rows[i].benchmark;
        for (size_t k = 0; k < benchmark->flag_count; k++) {
            bool said = false;
            for (size_t before = 0; before < i && !said; before++) {
                said = has_flag(model, &model->rows[before], benchmark->flags[k]);
            }
            if (!said) {
                append_flag(out, model, benchmark->flags[k], &begun, options);
            }
        }
    }
    append_flag(out, model, "not-verified", &begun, options);
}

/* The kernels' own measures: their median. */
static void append_measures(struct assay_text *out, const struct assay_report_model *model,
                            const struct assay_report_options *options)
{
    bool begun = false;
    for (size_t i = 0; i < model->row_count; i++) {
        const struct assay_benchmark *benchmark = model->rows[i].benchmark;
        for (size_t k = 0; k < benchmark->measure_count; k++) {
            const struct assay_measure_values *values = &benchmark->measures[k];
            double median = assay_report_typical(values->values, values->count);
            if (isnan(median)) {
                continue;
            }
            if (!begun) {
                assay_line_append_title(out, "measures", options);
            }
            begun = true;
            char *line = assay_formatted("%s: %s %.4g %s (%s is better)", model->rows[i].name, values->name, median,
                                         values->unit, values->higher_is_better ? "higher" : "lower");
            assay_line_append_led(out, "  ", line ? line : "", 4, options);
            free(line);
        }
    }
}

static bool was_said(const struct assay_report_model *model, size_t row, size_t counter)
{
    const struct assay_measure_values *wanted = &model->rows[row].benchmark->counters[counter];
    for (size_t i = 0; i <= row; i++) {
        const struct assay_benchmark *benchmark = model->rows[i].benchmark;
        for (size_t k = 0; k < (i < row ? benchmark->counter_count : counter); k++) {
            if (benchmark->counters[k].reason && strcmp(benchmark->counters[k].reason, wanted->reason) == 0 &&
                strcmp(benchmark->counters[k].name, wanted->name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void append_uncounted(struct assay_text *out, const struct assay_report_model *model,
                             const struct assay_report_options *options)
{
    bool begun = false;
    for (size_t i = 0; i < model->row_count; i++) {
        const struct assay_benchmark *benchmark = model->rows[i].benchmark;
        for (size_t k = 0; k < benchmark->counter_count; k++) {
            if (!benchmark->counters[k].reason || was_said(model, i, k)) {
                continue;
            }
            if (!begun) {
                assay_line_append_title(out, "not counted", options);
            }
            begun = true;
            char *line = assay_formatted("%s: %s", benchmark->counters[k].name, benchmark->counters[k].reason);
            assay_line_append_led(out, "  ", line ? line : "", 4, options);
            free(line);
        }
    }
}

void assay_text_append_warnings(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options)
{
    const struct assay_document *document = model->document;
    bool moved = model->reference_shift > REFERENCE_MOVED;
    if (document->warning_count > 0 || moved) {
        assay_line_append_title(out, "warnings", options);
    }
    if (moved) {
        char *line =
            assay_formatted("this machine changed its speed: a fixed chain of work took %.1f %% longer at one time "
                            "than at another; times taken far apart are not alike",
                            model->reference_shift * 100);
        assay_line_append_led(out, "  ", line ? line : "", 4, options);
        free(line);
    }
    for (size_t i = 0; i < document->warning_count; i++) {
        assay_line_append_led(out, "  ", document->warnings[i], 4, options);
    }
}

static void append_hints(struct assay_text *out, const struct assay_report_model *model,
                         const struct assay_report_options *options)
{
    bool timed = false, baseline = false;
    for (size_t i = 0; i < model->row_count; i++) {
        timed = timed || model->rows[i].timed;
        baseline = baseline || model->rows[i].benchmark->baseline;
    }
    if (!timed) {
        return;
    }
    assay_text_append_char(out, '\n');
    char *line = assay_formatted(
        "time: the median iteration, with its 95 %% interval over processes. ratio: to the %s. within, between: spread of "
        "the batches of a process, and of the processes. samples: processes by batches.",
        baseline ? "group's baseline, or else its fastest" : "fastest of the group");
    assay_line_append_led(out, "", line ? line : "", 0, options);
    free(line);
    assay_line_append_led(
        out, "",
        "An hour later this is another machine: times of two runs do not compare. Measure both in one run; "
        "`assay compare A B` decides which of two is faster.",
        0, options);
}

/* "10×10 samples each" where that is true of all rows; else NULL. Heap. */
static char *common_samples(const struct assay_report_model *model, bool unicode)
{
    char *common = NULL;
    for (size_t i = 0; i < model->row_count; i++) {
        if (!model->rows[i].timed) {
            continue;
        }
        char *own = assay_cell_samples(&model->rows[i].benchmark->statistics, unicode);
        bool differs = !own || (common && strcmp(common, own) != 0);
        if (differs || common) {
            free(own);
        } else {
            common = own;
        }
        if (differs) {
            free(common);
            return NULL;
        }
    }
    char *words = common ? assay_formatted("%s samples each", common) : NULL;
    free(common);
    return words;
}

void assay_text_append_session(struct assay_text *out, size_t *column, const struct assay_document *document,
                               const struct assay_report_options *options)
{
    const struct assay_session *first = document->session_count > 0 ? &document->sessions[0] : NULL;
    const struct assay_fact *processor = first ? assay_facts_find(&first->environment, "cpu", "model") : NULL;
    if (processor && processor->kind == ASSAY_FACT_TEXT) {
        assay_line_append_part_take(out, column, assay_copy(processor->text), options);
    }
    if (first) {
        assay_line_append_part_take(out, column, assay_copy(first->created ? first->created : "?"), options);
    }
    /* What another tool measured was drawn from no seed of ours. */
    const struct assay_fact *tool = first ? assay_facts_find(&first->environment, "import", "format") : NULL;
    if (tool && tool->kind == ASSAY_FACT_TEXT) {
        assay_line_append_part_take(out, column, assay_formatted("imported from %s", tool->text), options);
    } else if (first) {
        assay_line_append_part_take(out, column, assay_formatted("seed %llu", (unsigned long long)first->seed),
                                    options);
    }
}

void assay_text_append_headline(struct assay_text *out, const struct assay_report_model *model,
                                const struct assay_report_options *options)
{
    const struct assay_document *document = model->document;
    size_t column = 0;
    if (document->suite) {
        assay_line_append_part_take(out, &column, assay_formatted("suite %s", document->suite), options);
    }
    if (document->benchmark_count > 0 || document->history_count == 0) {
        assay_line_append_part_take(
            out, &column,
            assay_formatted("%zu benchmark%s", document->benchmark_count, document->benchmark_count == 1 ? "" : "s"),
            options);
    } else {
        assay_line_append_part_take(out, &column, assay_formatted("history of %zu series", document->history_count), options);
    }
    char *samples = common_samples(model, options->unicode);
    if (samples) {
        assay_line_append_part_take(out, &column, samples, options);
    }
    if (document->session_count > 1) {
        assay_line_append_part_take(out, &column, assay_formatted("%zu sessions", document->session_count), options);
    }
    assay_text_append_session(out, &column, document, options);
    assay_text_append(out, "\n\n");
}

void assay_text_append_notes(struct assay_text *out, const struct assay_report_model *model,
                             const struct assay_report_options *options)
{
    assay_text_append_distributions(out, model, options);
    assay_text_append_together(out, model, options);
    assay_text_append_failures(out, model, options);
    append_flags(out, model, options);
    if (options->columns & ASSAY_SHOW_MEASURES) {
        append_measures(out, model, options);
    }
    if (options->columns & (ASSAY_SHOW_COUNTERS | ASSAY_SHOW_ALLOCATIONS)) {
        append_uncounted(out, model, options);
    }
    assay_text_append_warnings(out, model, options);
    if (options->hints) {
        append_hints(out, model, options);
    }
}
