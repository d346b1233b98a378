/* The text report: the comparisons where there are any; else the table, one row a benchmark, groups apart, as wide as
 * there is room. */
#include "reports/text/text.h"

#include "base/number.h"
#include "reports/cells.h"
#include "reports/crossovers.h"
#include "reports/profiles/profiles.h"
#include "reports/scalings.h"
#include "reports/text/lines.h"
#include "reports/text/table.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum column { RANK, NAME, TIME, INTERVAL, RATIO, RANGE, WITHIN, BETWEEN, RATE, SAMPLES, HISTOGRAM, FIXED_COLUMNS };

/* In the order of enum column. What goes first when the line is short is what the rest says already. */
static const struct {
    const char *title;
    bool left;
    unsigned drop;
} fixed[FIXED_COLUMNS] = {
    [RANK] = { "#", false, 9 },           [NAME] = { "benchmark", true, 0 },   [TIME] = { "time", false, 0 },
    [INTERVAL] = { "interval", true, 0 }, [RATIO] = { "ratio", false, 0 },     [RANGE] = { "range", true, 2 },
    [WITHIN] = { "within", false, 6 },    [BETWEEN] = { "between", false, 7 }, [RATE] = { "items/s", false, 5 },
    [SAMPLES] = { "samples", false, 3 },  [HISTOGRAM] = { "shape", true, 4 },
};

/* Columns on demand. */

static char *show_si(double value)
{
    char buffer[32];
    if (!isfinite(value)) {
        return NULL;
    }
    assay_format_si(buffer, value, "");
    size_t length = strlen(buffer);
    if (length > 0 && buffer[length - 1] == ' ') {
        buffer[length - 1] = '\0';
    }
    return assay_copy(buffer);
}

static char *show_cpu(const struct assay_benchmark *benchmark, const char *argument, bool unicode)
{
    (void)argument;
    size_t count = benchmark->samples.count;
    double *values = calloc(count ? count : 1, sizeof *values);
    for (size_t i = 0; values && i < count; i++) {
        values[i] = benchmark->samples.cpu_ns[i] / benchmark->samples.iterations[i];
    }
    double median = values ? assay_report_typical(values, count) : NAN;
    free(values);
    return isfinite(median) ? assay_cell_ns(median, unicode) : NULL;
}

static char *show_counter(const struct assay_benchmark *benchmark, const char *argument, bool unicode)
{
    (void)unicode;
    return show_si(assay_report_counter(benchmark, argument));
}

static char *show_peak(const struct assay_benchmark *benchmark, const char *argument, bool unicode)
{
    char buffer[32];
    double most = NAN;
    (void)argument, (void)unicode;
    for (size_t i = 0; i < benchmark->process_count; i++) {
        most = fmax(most, benchmark->processes[i].peak_bytes); /* fmax passes NaN over */
    }
    return most >= 0 ? assay_copy(assay_format_size(buffer, (uint64_t)most)) : NULL;
}

/* The sum of a column's known values. */
static char *show_sum(const struct assay_benchmark *benchmark, const char *argument, bool unicode)
{
    double sum = NAN;
    (void)unicode;
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        const double *values = assay_samples_column(&benchmark->samples, i);
        if (strcmp(assay_columns[i].name, argument) != 0) {
            continue;
        }
        for (size_t k = 0; k < benchmark->samples.count; k++) {
            sum = isnan(values[k]) ? sum : (isnan(sum) ? 0 : sum) + values[k];
        }
    }
    return isfinite(sum) ? assay_formatted("%.0f", sum) : NULL;
}

static char *show_operations(const struct assay_benchmark *benchmark, const char *argument, bool unicode)
{
    (void)argument, (void)unicode;
    return isfinite(benchmark->operations) ? assay_formatted("%.0f", benchmark->operations) : NULL;
}

static const struct demanded {
    unsigned bit;
    const char *title;
    char *(*show)(const struct assay_benchmark *benchmark, const char *argument, bool unicode); /* NULL: not known */
    const char *argument;
} demanded[] = {
    { ASSAY_SHOW_CPU, "cpu time", show_cpu, NULL },
    { ASSAY_SHOW_ALLOCATIONS, "allocations", show_counter, "allocations" },
    { ASSAY_SHOW_ALLOCATIONS, "alloc. bytes", show_counter, "allocated_bytes" },
    { ASSAY_SHOW_MEMORY, "peak memory", show_peak, NULL },
    { ASSAY_SHOW_SWITCHES, "switches", show_sum, "voluntary_switches" },
    { ASSAY_SHOW_SWITCHES, "involuntary", show_sum, "involuntary_switches" },
    { ASSAY_SHOW_FAULTS, "faults", show_sum, "faults" },
    { ASSAY_SHOW_COUNTERS, "cycles", show_counter, "cycles" },
    { ASSAY_SHOW_COUNTERS, "instructions", show_counter, "instructions" },
    { ASSAY_SHOW_COUNTERS, "branch misses", show_counter, "branch_misses" },
    { ASSAY_SHOW_COUNTERS, "cache misses", show_counter, "cache_misses" },
    { ASSAY_SHOW_OPERATIONS, "operations", show_operations, NULL },
};
#define DEMANDED (sizeof demanded / sizeof demanded[0])

static void put_demanded(struct assay_table *table, struct assay_table_row *row, const struct assay_report_row *from,
                         const struct assay_report_options *options)
{
    size_t column = FIXED_COLUMNS;
    for (size_t i = 0; i < DEMANDED; i++) {
        if (!(options->columns & demanded[i].bit)) {
            continue;
        }
        char *text = demanded[i].show(from->benchmark, demanded[i].argument, options->unicode);
        if (!text) {
            text = assay_copy(options->unicode ? "\xe2\x80\x93" : "-");
        }
        assay_table_put_take(table, row, column++, text, ASSAY_STYLE_PLAIN);
    }
}

static void put_timed(struct assay_table *table, struct assay_table_row *row, const struct assay_report_row *from,
                      const struct assay_report_options *options)
{
    const struct assay_statistics *statistics = &from->benchmark->statistics;
    bool unicode = options->unicode;
    enum assay_style best = from->rank == 1 ? ASSAY_STYLE_GOOD : ASSAY_STYLE_PLAIN;
    char *const texts[FIXED_COLUMNS] = {
        [TIME] = assay_cell_ns(statistics->median, unicode),
        [INTERVAL] = assay_cell_interval(statistics->median, &statistics->ci95, unicode),
        [RATIO] = assay_cell_ratio(from->ratio),
        [RANGE] = assay_cell_range(from->ratio_low, from->ratio_high, unicode),
        [WITHIN] = assay_cell_percent(statistics->spread_within),
        [BETWEEN] = assay_cell_percent(statistics->spread_between),
        [RATE] = assay_cell_rate(from),
        [SAMPLES] = assay_cell_samples(statistics, unicode),
        [HISTOGRAM] = assay_cell_histogram(from, unicode),
    };
    for (size_t i = TIME; i < FIXED_COLUMNS; i++) {
        bool main = i == TIME || i == RATIO;
        assay_table_put_take(table, row, i, texts[i], main ? best : i == RANGE ? ASSAY_STYLE_DIM : ASSAY_STYLE_PLAIN);
    }
    if (from->rank > 0) {
        assay_table_put_take(table, row, RANK, assay_formatted("%u", from->rank), best);
    }
    put_demanded(table, row, from, options);
    assay_table_put_take(table, row, table->column_count - 1, assay_cell_flags(from->benchmark, unicode),
                         ASSAY_STYLE_WARN);
}

static void put_row(struct assay_table *table, const struct assay_report_row *from, bool short_names,
                    const struct assay_report_options *options)
{
    struct assay_table_row *row = assay_table_add(table);
    const char *name = short_names ? from->short_name : from->name;
    assay_table_put_take(table, row, NAME, assay_cell_clean(name, options->unicode), ASSAY_STYLE_PLAIN);
    if (from->timed) {
        put_timed(table, row, from, options);
    } else if (row) {
        bool broken = from->benchmark->status != ASSAY_STATUS_UNAVAILABLE;
        char *words = from->benchmark->status == ASSAY_STATUS_OK
                          ? assay_copy("no samples")
                          : assay_cell_words(assay_status_word(from->benchmark->status), options->unicode);
        row->span = TIME;
        assay_table_put_take(table, row, TIME, words, broken ? ASSAY_STYLE_BAD : ASSAY_STYLE_WARN);
    }
}

static void put_heading(struct assay_table *table, const struct assay_report_group *group, bool short_names,
                        const struct assay_report_options *options)
{
    static const char *const modes[][2] = { { "first", "first iteration of a fresh process" },
                                            { "flushed", "caches flushed before each batch" } };
    struct assay_text text = ASSAY_TEXT_INIT;
    const char *mode = group->mode && strcmp(group->mode, "warm") != 0 ? group->mode : NULL;
    for (size_t i = 0; mode && i < sizeof modes / sizeof modes[0]; i++) {
        mode = strcmp(mode, modes[i][0]) == 0 ? modes[i][1] : mode;
    }
    assay_text_append(&text, group->name);
    if (mode) {
        assay_text_format(&text, ", %s", mode);
    }
    if (group->jobs > 1) {
        assay_text_format(&text, ", %u at once", group->jobs);
    }
    if (short_names && group->shared[0]) {
        assay_text_format(&text, " (%s)", group->shared);
    }
    struct assay_table_row *row = assay_table_add(table);
    if (row) {
        row->type = ASSAY_TABLE_HEADING;
    }
    char *raw = assay_text_take(&text);
    assay_table_put_take(table, row, 0, raw ? assay_cell_clean(raw, options->unicode) : NULL, ASSAY_STYLE_BOLD);
    free(raw);
}

/* A group of one that is called as its row needs no heading. */
static bool stands_alone(const struct assay_report_model *model, const struct assay_report_group *group)
{
    const struct assay_report_row *row = &model->rows[group->first];
    const char *name = group->jobs > 1 && row->benchmark->id ? row->benchmark->id : row->name;
    return group->count == 1 && group->name && strcmp(group->mode ? group->mode : "warm", "warm") == 0 &&
           strcmp(group->name, name) == 0;
}

static void build(struct assay_table *table, const struct assay_report_model *model, bool short_names,
                  const struct assay_report_options *options)
{
    *table = (struct assay_table){ .elastic = NAME };
    for (size_t i = 0; i < FIXED_COLUMNS; i++) {
        assay_table_column(table, fixed[i].title, fixed[i].left, fixed[i].drop);
    }
    for (size_t i = 0; i < DEMANDED; i++) {
        if (options->columns & demanded[i].bit) {
            assay_table_column(table, demanded[i].title, false, 8);
        }
    }
    assay_table_column(table, "flags", true, 1);
    for (size_t i = 0; i < model->group_count; i++) {
        const struct assay_report_group *group = &model->groups[i];
        bool alone = stands_alone(model, group);
        if (i == 0 || !alone || !stands_alone(model, group - 1)) {
            struct assay_table_row *gap = assay_table_add(table);
            if (gap) {
                gap->type = ASSAY_TABLE_GAP;
            }
        }
        if (group->name && !alone) {
            put_heading(table, group, short_names, options);
        }
        for (size_t k = group->first; k < group->first + group->count; k++) {
            put_row(table, &model->rows[k], short_names, options);
        }
    }
}

static bool append_table(struct assay_text *out, const struct assay_report_model *model,
                         const struct assay_report_options *options)
{
    struct assay_table table;
    build(&table, model, false, options);
    if (options->width > 0 && assay_table_measure(&table) > options->width) {
        assay_table_release(&table);
        build(&table, model, true, options);
    }
    assay_table_fit(&table, options->width, options->unicode);
    assay_table_append(out, &table, options->color);
    bool good = !table.failed;
    assay_table_release(&table);
    return good;
}

/* One document: its crossovers, comparisons or profiles, and else its benchmarks; its history with either. */
static int append_part(struct assay_text *out, const struct assay_report_part *part,
                       const struct assay_report_options *options, struct assay_error *error)
{
    const struct assay_document *document = part->document;
    const struct assay_report_model *model = part->benchmarks;
    size_t others = assay_crossovers_count_others(document);
    bool compared = document->comparison_count > 0;
    bool listed = !compared || (options->columns & ASSAY_SHOW_BENCHMARKS);
    int result = 0;
    if (document->profile_count > 0) {
        result = assay_text_append_profiles(out, model, options, error);
        assay_text_append_history(out, document, options);
        return result;
    }
    if (document->crossover_count > 0) {
        result = assay_text_append_crossovers(out, model, options, error);
        assay_text_append(out, others > 0 ? "\n" : "");
    }
    if (!result && compared && (document->crossover_count == 0 || others > 0)) {
        result = assay_text_append_comparisons(out, model, options, error);
    }
    if (!result && listed) {
        assay_text_append(out, compared ? "\n" : "");
        assay_text_append_headline(out, model, options);
        if (document->benchmark_count > 0 || document->history_count == 0) {
            out->failed = !append_table(out, model, options) || out->failed;
        }
        assay_text_append_scalings(out, document, options);
        assay_text_append_history(out, document, options);
        assay_text_append_notes(out, model, options);
    } else {
        assay_text_append_history(out, document, options);
    }
    return result;
}

int assay_report_text(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    int result = 0;
    if (options->verdict) {
        assay_text_append_verdict(&out, report, options);
    }
    for (size_t i = 0; i < report->part_count && !result; i++) {
        if (report->part_count > 1) {
            assay_line_append_title(&out, report->parts[i].name ? report->parts[i].name : "document", options);
            assay_text_append_char(&out, '\n');
        }
        result = append_part(&out, &report->parts[i], options, error);
    }
    if (!result && options->verdict) {
        assay_text_append_environments(&out, report, options);
    }
    errno = 0;
    if (!result && out.failed) {
        result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (!result && (fwrite(out.bytes ? out.bytes : "", 1, out.length, to) != out.length || fflush(to))) {
        result = assay_fail_errno(error, errno ? errno : EIO, "cannot write the table");
    }
    assay_text_release(&out);
    return result;
}
