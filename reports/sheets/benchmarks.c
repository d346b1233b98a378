/* A sheet a benchmark: what its samples say, how it was measured, whether its answer was checked, and its flags in words. */
#include "reports/sheets/sheets.h"

#include "base/number.h"
#include "base/text.h"
#include "reports/cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Owns `text`; NULL for what is known and out of memory; an empty text leaves the row out. */
static void put_take(struct assay_sheet *sheet, const char *name, char *text, double number, enum assay_tone tone)
{
    if (text && !text[0]) {
        free(text);
        return;
    }
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    if (!row) {
        free(text);
        return;
    }
    assay_sheet_put_take(sheet, row, 0, assay_copy(name), NAN, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, 1, text, number, tone);
}

static void put_ns(struct assay_sheet *sheet, const char *name, double ns)
{
    if (isfinite(ns)) {
        put_take(sheet, name, assay_cell_ns(ns, true), ns, ASSAY_TONE_PLAIN);
    }
}

static void put_statistics(struct assay_sheet *sheet, const struct assay_report_row *from)
{
    const struct assay_statistics *statistics = &from->benchmark->statistics;
    put_ns(sheet, "median", statistics->median);
    if (statistics->ci95.known) {
        char *low = assay_cell_ns(statistics->ci95.low, true), *high = assay_cell_ns(statistics->ci95.high, true);
        put_take(sheet, "95 % interval", low && high ? assay_formatted("%s to %s", low, high) : NULL, NAN,
                 ASSAY_TONE_PLAIN);
        free(low);
        free(high);
        put_take(sheet, "interval", assay_cell_interval(statistics->median, &statistics->ci95, true), NAN,
                 ASSAY_TONE_PLAIN);
    } else {
        put_take(sheet, "95 % interval", assay_formatted("not known: %s", statistics->ci95_reason), NAN,
                 ASSAY_TONE_WARN);
    }
    put_ns(sheet, "least", statistics->min);
    put_ns(sheet, "5th percentile", statistics->p05);
    put_ns(sheet, "95th percentile", statistics->p95);
    put_ns(sheet, "greatest", statistics->max);
    put_ns(sheet, "mean", statistics->mean);
    put_ns(sheet, "standard deviation", statistics->stddev);
    put_ns(sheet, "median absolute deviation", statistics->mad);
    put_take(sheet, "spread within processes", assay_cell_percent(statistics->spread_within), statistics->spread_within,
             ASSAY_TONE_PLAIN);
    put_take(sheet, "spread between processes", assay_cell_percent(statistics->spread_between),
             statistics->spread_between, ASSAY_TONE_PLAIN);
    put_take(sheet, "samples", assay_cell_samples(statistics, true), (double)statistics->samples, ASSAY_TONE_PLAIN);
    put_take(sheet, from->rate_is_bytes ? "bytes a second" : "items a second", assay_cell_rate(from), from->rate,
             ASSAY_TONE_PLAIN);
}

static void put_answer(struct assay_sheet *sheet, const struct assay_benchmark *benchmark)
{
    const char *source = benchmark->oracle.source ? benchmark->oracle.source : "an oracle";
    if (benchmark->verified > 0) {
        put_take(sheet, "answer", assay_formatted("right, says %s", source), NAN, ASSAY_TONE_GOOD);
    } else if (benchmark->verified == 0) {
        put_take(sheet, "answer", assay_formatted("wrong, says %s", source), NAN, ASSAY_TONE_BAD);
    } else if (benchmark->status != ASSAY_STATUS_OK && !benchmark->answer.known) {
        put_take(sheet, "answer", assay_copy("none"), NAN, ASSAY_TONE_MUTED);
    } else {
        put_take(sheet, "answer", assay_copy("not checked: no oracle knows it"), NAN, ASSAY_TONE_WARN);
    }
    if (benchmark->answer.known) {
        put_take(sheet, "answer's count", assay_formatted("%llu", (unsigned long long)benchmark->answer.count), NAN,
                 ASSAY_TONE_PLAIN);
        put_take(sheet, "answer's sum", assay_formatted("%llu", (unsigned long long)benchmark->answer.sum), NAN,
                 ASSAY_TONE_PLAIN);
    }
}

static double column_sum(const struct assay_samples *samples, const double *values)
{
    double sum = NAN;
    for (size_t i = 0; values && i < samples->count; i++) {
        sum = isnan(values[i]) ? sum : (isnan(sum) ? 0 : sum) + values[i];
    }
    return sum;
}

static void put_how(struct assay_sheet *sheet, const struct assay_benchmark *benchmark)
{
    const struct assay_samples *samples = &benchmark->samples;
    const struct {
        const char *name;
        double value;
    } sums[] = {
        { "context switches, voluntary", column_sum(samples, samples->voluntary_switches) },
        { "context switches, involuntary", column_sum(samples, samples->involuntary_switches) },
        { "page faults", column_sum(samples, samples->faults) },
    };
    put_take(sheet, "mode", assay_copy(benchmark->mode ? benchmark->mode : ""), NAN, ASSAY_TONE_PLAIN);
    put_take(sheet, "threads", benchmark->threads > 1 ? assay_formatted("%u", benchmark->threads) : assay_copy(""),
             benchmark->threads, ASSAY_TONE_PLAIN);
    put_take(sheet, "at once", benchmark->jobs > 1 ? assay_formatted("%u", benchmark->jobs) : assay_copy(""),
             benchmark->jobs, ASSAY_TONE_PLAIN);
    if (samples->count > 0) {
        double iterations = column_sum(samples, samples->iterations);
        put_take(sheet, "iterations", assay_formatted("%.0f", iterations), iterations, ASSAY_TONE_PLAIN);
        put_take(sheet, "time measured", assay_cell_ns(column_sum(samples, samples->elapsed_ns), true),
                 column_sum(samples, samples->elapsed_ns), ASSAY_TONE_PLAIN);
    }
    for (size_t i = 0; i < sizeof sums / sizeof sums[0]; i++) {
        if (isfinite(sums[i].value)) {
            put_take(sheet, sums[i].name, assay_formatted("%.0f", sums[i].value), sums[i].value, ASSAY_TONE_PLAIN);
        }
    }
    put_take(sheet, "operations an iteration",
             isfinite(benchmark->operations) ? assay_formatted("%.0f", benchmark->operations) : assay_copy(""),
             benchmark->operations, ASSAY_TONE_PLAIN);
    put_take(sheet, "implementation", assay_copy(benchmark->implementation ? benchmark->implementation : ""), NAN,
             ASSAY_TONE_PLAIN);
    put_take(sheet, "version", assay_copy(benchmark->version ? benchmark->version : ""), NAN, ASSAY_TONE_PLAIN);
    put_take(sheet, "built by", assay_copy(benchmark->build ? benchmark->build : ""), NAN, ASSAY_TONE_MUTED);
    put_take(sheet, "plug-in", assay_copy(benchmark->plugin ? benchmark->plugin : ""), NAN, ASSAY_TONE_MUTED);
}

static char *amount(double value, const char *unit)
{
    char buffer[32];
    if (strcmp(unit ? unit : "", "ns") == 0) {
        return assay_cell_ns(value, true);
    }
    return assay_copy(assay_format_si(buffer, value, !unit || strcmp(unit, "1") == 0 ? "" : unit));
}

/* The kernel's own measures, counters and distributions: their middle, and of distributions the tail, where at least ten
 * values lie beyond it. */
static void put_values(struct assay_sheet *sheet, const struct assay_measure_values *list, size_t count)
{
    static const double tails[] = { 0.9, 0.99, 0.999 };
    for (size_t i = 0; i < count; i++) {
        const struct assay_measure_values *values = &list[i];
        double median = assay_report_typical(values->values, values->count);
        if (!isfinite(median)) {
            if (values->reason) {
                put_take(sheet, values->name, assay_formatted("not known: %s", values->reason), NAN, ASSAY_TONE_MUTED);
            }
            continue;
        }
        put_take(sheet, values->name, amount(median, values->unit), median, ASSAY_TONE_PLAIN);
        for (size_t k = 0; values->counts_count > 0 && k < sizeof tails / sizeof tails[0]; k++) {
            double tail = NAN;
            char *name = assay_formatted("%s, p%g", values->name, tails[k] * 100);
            if ((double)values->count * (1 - tails[k]) >= 10 - 1e-9 &&
                assay_stats_quantile(&tail, values->values, values->count, tails[k]) == 0) {
                put_take(sheet, name ? name : "", amount(tail, values->unit), tail, ASSAY_TONE_PLAIN);
            }
            free(name);
        }
    }
}

static bool add(struct assay_section *section, const struct assay_report *report, size_t at,
                const struct assay_report_row *from)
{
    const struct assay_benchmark *benchmark = from->benchmark;
    size_t index = (size_t)(benchmark - report->parts[at].document->benchmarks);
    struct assay_sheet *sheet = assay_section_add(section, "benchmark", at, index);
    if (!sheet) {
        return false;
    }
    assay_sheet_title_take(sheet, assay_copy(from->name));
    assay_sheet_column(sheet, "what", NULL, false);
    assay_sheet_column(sheet, "value", NULL, false);
    if (benchmark->status != ASSAY_STATUS_OK) {
        char *words = assay_cell_words(assay_status_word(benchmark->status), true);
        put_take(sheet, "status",
                 words && benchmark->message ? assay_formatted("%s: %s", words, benchmark->message) : assay_copy(words),
                 NAN, ASSAY_TONE_BAD);
        free(words);
    }
    if (benchmark->has_statistics) {
        put_statistics(sheet, from);
    }
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        const char *words = assay_report_flag_words(benchmark->flags[i]);
        char *flag = assay_cell_words(benchmark->flags[i], true);
        put_take(sheet, flag ? flag : "", assay_copy(words ? words : "flagged"), NAN, ASSAY_TONE_WARN);
        free(flag);
    }
    put_answer(sheet, benchmark);
    put_how(sheet, benchmark);
    put_values(sheet, benchmark->measures, benchmark->measure_count);
    put_values(sheet, benchmark->distributions, benchmark->distribution_count);
    put_values(sheet, benchmark->counters, benchmark->counter_count);
    return true;
}

bool assay_sheets_benchmarks(struct assay_section *section, const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        const struct assay_report_model *model = report->parts[i].benchmarks;
        for (size_t k = 0; k < model->row_count; k++) {
            if (!add(section, report, i, &model->rows[k])) {
                return false;
            }
        }
    }
    if (section->sheet_count == 0) {
        return true;
    }
    section->summary = assay_copy("Each benchmark: how its times are spread, in which order they came, and how it was "
                                  "measured.");
    return section->summary != NULL;
}
