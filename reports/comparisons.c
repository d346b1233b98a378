/* The rows of a report from the comparisons of a document. */
#include "reports/comparisons.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool ended_well(const struct assay_benchmark *benchmark)
{
    return benchmark->status == ASSAY_STATUS_OK || benchmark->status == ASSAY_STATUS_INTERRUPTED;
}

static void append_suffix(struct assay_text *text, const struct assay_benchmark *benchmark)
{
    if (benchmark->mode && strcmp(benchmark->mode, "warm") != 0) {
        assay_text_format(text, " (%s)", benchmark->mode);
    }
    if (benchmark->threads > 1) {
        assay_text_format(text, " x%u threads", benchmark->threads);
    }
}

/* Both sides have one id, and the comparison is called by it. */
static bool is_called_by_id(const struct assay_compared *row)
{
    return row->base->id && same(row->base->id, row->head->id) && same(row->base->id, row->comparison->id);
}

static char *full_name(const struct assay_compared *row)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, row->comparison->id ? row->comparison->id : "?");
    if (is_called_by_id(row)) {
        append_suffix(&text, row->base);
    }
    return assay_text_take(&text);
}

static bool has_parameter(const struct assay_benchmark *benchmark, const struct assay_pair *wanted)
{
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        if (same(benchmark->parameters[i].name, wanted->name) && same(benchmark->parameters[i].text, wanted->text)) {
            return true;
        }
    }
    return false;
}

static bool is_shared(const struct assay_report_comparisons *comparisons, const struct assay_pair *pair)
{
    for (size_t i = 0; i < comparisons->row_count; i++) {
        if (!has_parameter(comparisons->rows[i].base, pair)) {
            return false;
        }
    }
    return true;
}

static char *short_name(const struct assay_report_comparisons *comparisons, const struct assay_benchmark *benchmark)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    const char *lead = ":";
    assay_text_append(&text, benchmark->kernel);
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        const struct assay_pair *pair = &benchmark->parameters[i];
        if (is_shared(comparisons, pair)) {
            continue;
        }
        assay_text_format(&text, "%s%s=%s", lead, pair->name, pair->text);
        lead = ",";
    }
    if (benchmark->implementation && strcmp(benchmark->implementation, "c") != 0) {
        assay_text_format(&text, "@%s", benchmark->implementation);
    }
    append_suffix(&text, benchmark);
    return assay_text_take(&text);
}

/* Short names, where every row is called by its benchmark's id and there are several. */
static bool set_short_names(struct assay_report_comparisons *comparisons)
{
    struct assay_text shared = ASSAY_TEXT_INIT;
    bool may = comparisons->row_count > 1;
    for (size_t i = 0; i < comparisons->row_count; i++) {
        may = may && is_called_by_id(&comparisons->rows[i]) && comparisons->rows[i].base->kernel;
    }
    assay_text_append(&shared, "");
    const struct assay_benchmark *first = comparisons->rows[0].base;
    for (size_t i = 0; may && i < first->parameter_count; i++) {
        const struct assay_pair *pair = &first->parameters[i];
        if (is_shared(comparisons, pair)) {
            assay_text_format(&shared, "%s%s=%s", shared.length ? "," : "", pair->name, pair->text);
        }
    }
    comparisons->shared = assay_text_take(&shared);
    bool good = comparisons->shared != NULL;
    for (size_t i = 0; i < comparisons->row_count && good; i++) {
        struct assay_compared *row = &comparisons->rows[i];
        row->short_name = may ? short_name(comparisons, row->base) : assay_copy(row->name);
        good = row->short_name != NULL;
    }
    return good;
}

static const char *word(const char *text)
{
    return text ? text : "";
}

/* Bytes of a plug-in's path that tell the sides of many comparisons apart: the folder, where both files are called
 * alike. */
static int telling_length(const char *path, const char *other)
{
    const char *tail = strrchr(path, '/');
    const char *other_tail = strrchr(other, '/');
    bool alike = tail && other_tail && strcmp(tail, other_tail) == 0;
    return (int)(alike ? (size_t)(tail - path) : strlen(path));
}

/* "primes.trial:limit=10000, old/primes.so, gcc 12.2.0 -O2": what of it tells this side from the other one. */
static char *side_label(const struct assay_benchmark *side, const struct assay_benchmark *other, bool many)
{
    enum { ID, PLUGIN, BUILD };
    const char *const pairs[][2] = { [ID] = { word(side->id), word(other->id) },
                                     [PLUGIN] = { word(side->plugin), word(other->plugin) },
                                     [BUILD] = { word(side->build), word(other->build) } };
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, "");
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *own = pairs[i][0];
        int length = many && i == PLUGIN ? telling_length(own, pairs[i][1]) : (int)strlen(own);
        if (strcmp(own, pairs[i][1]) != 0) {
            assay_text_format(&text, "%s%.*s", text.length ? ", " : "", length ? length : 1, length ? own : "?");
        }
    }
    return assay_text_take(&text);
}

/* The labels of the sides, empty where they differ between rows. */
static bool set_labels(struct assay_report_comparisons *comparisons)
{
    bool good = true;
    for (size_t i = 0; i < comparisons->row_count && good; i++) {
        const struct assay_compared *row = &comparisons->rows[i];
        bool many = comparisons->row_count > 1;
        char *base = side_label(row->base, row->head, many);
        char *head = side_label(row->head, row->base, many);
        good = base && head;
        if (good && i == 0) {
            comparisons->base_label = base;
            comparisons->head_label = head;
            continue;
        }
        if (good && (strcmp(base, comparisons->base_label) != 0 || strcmp(head, comparisons->head_label) != 0)) {
            comparisons->base_label[0] = '\0';
            comparisons->head_label[0] = '\0';
        }
        free(base);
        free(head);
    }
    return good;
}

static bool fill_row(struct assay_compared *row, const struct assay_document *document,
                     const struct assay_comparison *comparison)
{
    *row = (struct assay_compared){ .comparison = comparison,
                                    .base = &document->benchmarks[comparison->base],
                                    .head = &document->benchmarks[comparison->head] };
    row->failed = !isfinite(comparison->ratio) && (!ended_well(row->base) || !ended_well(row->head));
    row->fails_gate = comparison->verdict == ASSAY_VERDICT_SLOWER && isfinite(comparison->gate_log_evidence) &&
                      comparison->log_evidence >= comparison->gate_log_evidence;
    for (size_t i = 0; i < comparison->blocks.count; i++) {
        row->set_aside += comparison->blocks.set_aside[i] != 0;
    }
    row->blocks = comparison->blocks.count - row->set_aside;
    row->name = full_name(row);
    return row->name != NULL;
}

/* What a reader must act on stands first. */
static int class_of(const struct assay_compared *row)
{
    static const int classes[ASSAY_VERDICT_COUNT] = {
        [ASSAY_VERDICT_SLOWER] = 0,       [ASSAY_VERDICT_FASTER] = 1, [ASSAY_VERDICT_SHIFTED] = 2,
        [ASSAY_VERDICT_INCONCLUSIVE] = 3, [ASSAY_VERDICT_SAME] = 4,
    };
    return row->failed ? 5 : classes[row->comparison->verdict];
}

static double effect_of(const struct assay_compared *row)
{
    double ratio = row->comparison->ratio;
    return ratio > 0 && isfinite(ratio) ? fabs(log(ratio)) : -1;
}

static int compare_rows(const void *a, const void *b)
{
    const struct assay_compared *left = a;
    const struct assay_compared *right = b;
    if (class_of(left) != class_of(right)) {
        return class_of(left) - class_of(right);
    }
    if (effect_of(left) != effect_of(right)) {
        return effect_of(left) > effect_of(right) ? -1 : 1;
    }
    return (left->comparison > right->comparison) - (left->comparison < right->comparison);
}

bool assay_compared_goes_further(const struct assay_compared *row, const struct assay_compared *other,
                                 int way)
{
    enum assay_verdict proven = way > 0 ? ASSAY_VERDICT_SLOWER : ASSAY_VERDICT_FASTER;
    bool own = row->comparison->verdict == proven;
    if (!other || own != (other->comparison->verdict == proven)) {
        return !other || own;
    }
    return way * row->comparison->ratio > way * other->comparison->ratio;
}

static void set_extremes(struct assay_report_comparisons *comparisons)
{
    for (size_t i = 0; i < comparisons->row_count; i++) {
        const struct assay_compared *row = &comparisons->rows[i];
        if (!isfinite(row->comparison->ratio)) {
            continue;
        }
        comparisons->worst = assay_compared_goes_further(row, comparisons->worst, 1) ? row : comparisons->worst;
        comparisons->best = assay_compared_goes_further(row, comparisons->best, -1) ? row : comparisons->best;
    }
    if (comparisons->worst == comparisons->best) {
        comparisons->worst = comparisons->best = NULL;
    }
}

static double common(double so_far, double own, bool first)
{
    return first || so_far == own ? own : NAN;
}

static void count(struct assay_report_comparisons *comparisons)
{
    comparisons->stored = true;
    for (size_t i = 0; i < comparisons->row_count; i++) {
        const struct assay_compared *row = &comparisons->rows[i];
        const struct assay_comparison *comparison = row->comparison;
        double more = comparison->seconds_needed - comparison->seconds;
        bool open = comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE && ended_well(row->base) && ended_well(row->head);
        comparisons->failed += row->failed;
        comparisons->counts[comparison->verdict] += !row->failed;
        comparisons->gate_failures += row->fails_gate;
        comparisons->discoveries += comparison->discovery;
        comparisons->stored = comparisons->stored && same(comparison->design, "stored");
        comparisons->margin = common(comparisons->margin, comparison->margin, i == 0);
        comparisons->confidence = common(comparisons->confidence, comparison->confidence, i == 0);
        comparisons->gate_log_evidence = common(comparisons->gate_log_evidence, comparison->gate_log_evidence, i == 0);
        comparisons->open += open;
        comparisons->more_s += open && more > 0 ? more : 0;
    }
}

int assay_report_comparisons_new(struct assay_report_comparisons **out, const struct assay_document *document,
                                 struct assay_error *error)
{
    size_t count_all = document->comparison_count;
    for (size_t i = 0; i < count_all; i++) {
        const struct assay_comparison *comparison = &document->comparisons[i];
        if (comparison->base >= document->benchmark_count || comparison->head >= document->benchmark_count) {
            return assay_fail(error, ASSAY_EINPUT, "comparison %zu names a benchmark that is not there", i);
        }
    }
    struct assay_report_comparisons *comparisons = calloc(1, sizeof *comparisons);
    bool good = comparisons != NULL;
    if (good) {
        comparisons->document = document;
        comparisons->rows = calloc(count_all ? count_all : 1, sizeof *comparisons->rows);
        good = comparisons->rows != NULL;
    }
    for (size_t i = 0; i < count_all && good; i++) {
        good = fill_row(&comparisons->rows[comparisons->row_count++], document, &document->comparisons[i]);
    }
    good = good && (count_all == 0 || (set_short_names(comparisons) && set_labels(comparisons)));
    if (!good) {
        assay_report_comparisons_free(comparisons);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    qsort(comparisons->rows, comparisons->row_count, sizeof *comparisons->rows, compare_rows);
    count(comparisons);
    set_extremes(comparisons);
    *out = comparisons;
    return 0;
}

void assay_report_comparisons_free(struct assay_report_comparisons *comparisons)
{
    if (!comparisons) {
        return;
    }
    for (size_t i = 0; i < comparisons->row_count; i++) {
        free(comparisons->rows[i].name);
        free(comparisons->rows[i].short_name);
    }
    free(comparisons->rows);
    free(comparisons->shared);
    free(comparisons->base_label);
    free(comparisons->head_label);
    free(comparisons);
}

enum assay_tone assay_compared_tone(const struct assay_compared *row)
{
    static const enum assay_tone tones[ASSAY_VERDICT_COUNT] = {
        [ASSAY_VERDICT_INCONCLUSIVE] = ASSAY_TONE_WARN, [ASSAY_VERDICT_SAME] = ASSAY_TONE_MUTED,
        [ASSAY_VERDICT_SHIFTED] = ASSAY_TONE_PLAIN,     [ASSAY_VERDICT_SLOWER] = ASSAY_TONE_BAD,
        [ASSAY_VERDICT_FASTER] = ASSAY_TONE_GOOD,
    };
    return row->failed ? ASSAY_TONE_BAD : tones[row->comparison->verdict];
}
