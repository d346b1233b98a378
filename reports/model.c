/* The rows of a report from a document: order, ranks, ratios, histograms. */
#include "reports/model.h"

#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_shared(const struct assay_report_model *model, const struct assay_report_group *group,
                      const struct assay_pair *wanted)
{
    for (size_t i = group->first; i < group->first + group->count; i++) {
        const struct assay_benchmark *benchmark = model->rows[i].benchmark;
        bool found = false;
        for (size_t k = 0; k < benchmark->parameter_count && !found; k++) {
            found =
                same(benchmark->parameters[k].name, wanted->name) && same(benchmark->parameters[k].text, wanted->text);
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/* What stands behind the id: the mode and threads that are not the usual. */
static void append_suffix(struct assay_text *text, const struct assay_benchmark *benchmark, bool with_mode)
{
    bool mode = with_mode && benchmark->mode && strcmp(benchmark->mode, "warm") != 0;
    if (mode) {
        assay_text_format(text, " (%s)", benchmark->mode);
    }
    if (benchmark->threads > 1) {
        assay_text_format(text, " x%u threads", benchmark->threads);
    }
    if (with_mode && benchmark->jobs > 1) {
        assay_text_format(text, " (%u at once)", benchmark->jobs);
    }
}

static char *full_name(const struct assay_benchmark *benchmark)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, benchmark->id ? benchmark->id : "?");
    append_suffix(&text, benchmark, true);
    return assay_text_take(&text);
}

/* Whether the id ends in "@implementation": that of C does not, nor that of what was imported under its own name. */
static bool is_in_id(const struct assay_benchmark *benchmark)
{
    size_t id = benchmark->id ? strlen(benchmark->id) : 0;
    size_t own = benchmark->implementation ? strlen(benchmark->implementation) : 0;
    const char *end = id > own ? benchmark->id + (id - own) : NULL;
    return own > 0 && end && end[-1] == '@' && strcmp(end, benchmark->implementation) == 0;
}

static char *short_name(const struct assay_report_model *model, const struct assay_report_group *group,
                        const struct assay_benchmark *benchmark)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    const char *lead = ":";
    assay_text_append(&text, benchmark->kernel ? benchmark->kernel : "?");
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        const struct assay_pair *pair = &benchmark->parameters[i];
        if (is_shared(model, group, pair)) {
            continue;
        }
        assay_text_format(&text, "%s%s=%s", lead, pair->name, pair->text);
        lead = ",";
    }
    if (is_in_id(benchmark)) {
        assay_text_format(&text, "@%s", benchmark->implementation);
    }
    append_suffix(&text, benchmark, false);
    return assay_text_take(&text);
}

static char *shared_parameters(const struct assay_report_model *model, const struct assay_report_group *group)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    const struct assay_benchmark *first = model->rows[group->first].benchmark;
    for (size_t i = 0; i < first->parameter_count; i++) {
        const struct assay_pair *pair = &first->parameters[i];
        if (is_shared(model, group, pair)) {
            assay_text_format(&text, "%s%s=%s", text.length ? "," : "", pair->name, pair->text);
        }
    }
    return assay_text_take(&text);
}

static bool fill_row(struct assay_report_row *row, const struct assay_benchmark *benchmark)
{
    double median = benchmark->has_statistics ? benchmark->statistics.median : NAN;
    *row = (struct assay_report_row){
        .benchmark = benchmark, .ratio = NAN, .ratio_low = NAN, .ratio_high = NAN, .rate = NAN
    };
    row->name = full_name(benchmark);
    row->timed = benchmark->has_statistics &&
                 (benchmark->status == ASSAY_STATUS_OK || benchmark->status == ASSAY_STATUS_INTERRUPTED);
    row->rate_is_bytes = !(benchmark->items > 0) && benchmark->bytes > 0;
    double work = row->rate_is_bytes ? benchmark->bytes : benchmark->items;
    if (row->timed && work > 0 && median > 0) {
        row->rate = work / median * 1e9;
    }
    size_t count = benchmark->samples.count;
    double *values = calloc(count ? count : 1, sizeof *values);
    if (!row->name || !values) {
        free(values);
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = assay_samples_ns(&benchmark->samples, i);
    }
    bool good = count == 0 || assay_stats_histogram(row->bins, ASSAY_REPORT_BINS, values, count) == 0;
    free(values);
    return good;
}

/* Rows that belong together stand together, in the order in which their groups come first. */
static bool make_groups(struct assay_report_model *model)
{
    const struct assay_document *document = model->document;
    size_t count = document->benchmark_count;
    bool *placed = calloc(count ? count : 1, sizeof *placed);
    bool good = placed != NULL;
    for (size_t i = 0; i < count && good; i++) {
        const struct assay_benchmark *head = &document->benchmarks[i];
        if (placed[i]) {
            continue;
        }
        struct assay_report_group *group = &model->groups[model->group_count++];
        *group = (struct assay_report_group){ .name = head->group, .mode = head->mode, .jobs = head->jobs, .first = model->row_count };
        for (size_t k = i; k < count && good; k++) {
            const struct assay_benchmark *benchmark = &document->benchmarks[k];
            if (placed[k] || !same(benchmark->group, head->group) || !same(benchmark->mode, head->mode) ||
                benchmark->jobs != head->jobs) {
                continue;
            }
            placed[k] = true;
            group->count++;
            good = fill_row(&model->rows[model->row_count++], benchmark);
        }
    }
    free(placed);
    return good;
}

static double median_of(const struct assay_report_row *row)
{
    return row->benchmark->statistics.median;
}

static bool may_rank(const struct assay_report_row *row)
{
    return row->timed && row->benchmark->status == ASSAY_STATUS_OK && row->benchmark->verified == 1;
}

/* Ranks of the rows that have a right to one: those with a verified answer. */
static bool rank(struct assay_report_model *model, struct assay_report_group *group)
{
    double *medians = calloc(group->count, sizeof *medians);
    struct assay_interval *intervals = calloc(group->count, sizeof *intervals);
    uint32_t *ranks = calloc(group->count, sizeof *ranks);
    struct assay_report_row *rows = &model->rows[group->first];
    size_t count = 0;
    bool good = medians && intervals && ranks;
    for (size_t i = 0; i < group->count && good; i++) {
        if (!may_rank(&rows[i])) {
            continue;
        }
        medians[count] = median_of(&rows[i]);
        intervals[count++] = rows[i].benchmark->statistics.ci95;
    }
    good = good && (count < 2 || assay_stats_ranks(ranks, medians, intervals, count) == 0);
    group->ranked = good && count > 1;
    for (size_t i = 0, at = 0; i < group->count && group->ranked; i++) {
        if (may_rank(&rows[i])) {
            rows[i].rank = ranks[at++];
        }
    }
    free(medians);
    free(intervals);
    free(ranks);
    return good;
}

/* The row that the group's author named; else the fastest verified one; where none is verified, the fastest that is
 * well; NULL: none. */
static const struct assay_report_row *reference(const struct assay_report_model *model,
                                                const struct assay_report_group *group)
{
    const struct assay_report_row *best = NULL;
    for (size_t i = group->first; i < group->first + group->count; i++) {
        const struct assay_report_row *row = &model->rows[i];
        if (!row->timed || row->benchmark->status != ASSAY_STATUS_OK) {
            continue;
        }
        if (row->benchmark->baseline) {
            return row;
        }
        bool better =
            best && may_rank(row) == may_rank(best) ? median_of(row) < median_of(best) : !best || may_rank(row);
        if (better) {
            best = row;
        }
    }
    return best;
}

static void set_ratios(struct assay_report_model *model, const struct assay_report_group *group)
{
    const struct assay_report_row *base = group->name && group->count > 1 ? reference(model, group) : NULL;
    for (size_t i = group->first; base && i < group->first + group->count; i++) {
        struct assay_report_row *row = &model->rows[i];
        if (!row->timed || !(median_of(base) > 0)) {
            continue;
        }
        row->ratio = median_of(row) / median_of(base);
        const struct assay_interval *own = &row->benchmark->statistics.ci95;
        const struct assay_interval *other = &base->benchmark->statistics.ci95;
        if (row != base && own->known && other->known && other->low > 0) {
            row->ratio_low = own->low / other->high;
            row->ratio_high = own->high / other->low;
        }
    }
}

/* 0: ranked; 1: timed; 2: failed. */
static int class_of(const struct assay_report_row *row)
{
    return row->rank > 0 ? 0 : row->timed ? 1 : 2;
}

static int compare_rows(const void *a, const void *b)
{
    const struct assay_report_row *left = a;
    const struct assay_report_row *right = b;
    if (class_of(left) != class_of(right)) {
        return class_of(left) - class_of(right);
    }
    if (class_of(left) < 2 && median_of(left) != median_of(right)) {
        return median_of(left) < median_of(right) ? -1 : 1;
    }
    return (left->benchmark > right->benchmark) - (left->benchmark < right->benchmark);
}

static bool settle_group(struct assay_report_model *model, struct assay_report_group *group)
{
    if (group->name) {
        if (!rank(model, group)) {
            return false;
        }
        set_ratios(model, group);
        qsort(&model->rows[group->first], group->count, sizeof *model->rows, compare_rows);
    }
    bool share = group->name && group->count > 1;
    group->shared = share ? shared_parameters(model, group) : assay_copy("");
    for (size_t i = group->first; i < group->first + group->count; i++) {
        struct assay_report_row *row = &model->rows[i];
        row->short_name = share ? short_name(model, group, row->benchmark) : assay_copy(row->name);
        if (!row->short_name) {
            return false;
        }
    }
    return group->shared != NULL;
}

static double spread_of_chain(const struct assay_document *document);

int assay_report_model_new(struct assay_report_model **out, const struct assay_document *document,
                           struct assay_error *error)
{
    size_t count = document->benchmark_count;
    struct assay_report_model *model = calloc(1, sizeof *model);
    bool good = model != NULL;
    if (good) {
        model->document = document;
        model->rows = calloc(count ? count : 1, sizeof *model->rows);
        model->groups = calloc(count ? count : 1, sizeof *model->groups);
        model->reference_shift = spread_of_chain(document);
        good = model->rows && model->groups && make_groups(model);
    }
    for (size_t i = 0; good && i < model->group_count; i++) {
        good = settle_group(model, &model->groups[i]);
    }
    if (!good) {
        assay_report_model_free(model);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = model;
    return 0;
}

void assay_report_model_free(struct assay_report_model *model)
{
    if (!model) {
        return;
    }
    for (size_t i = 0; i < model->row_count; i++) {
        free(model->rows[i].name);
        free(model->rows[i].short_name);
    }
    for (size_t i = 0; i < model->group_count; i++) {
        free(model->groups[i].shared);
    }
    free(model->rows);
    free(model->groups);
    free(model);
}

/* Largest over smallest median of stretches of the reference chain, less 1: a single disturbed measurement does not
 * move the median of its stretch. */
static double spread_of_chain(const struct assay_document *document)
{
    double low = INFINITY;
    double high = 0;
    for (size_t s = 0; s < document->session_count; s++) {
        const struct assay_session *session = &document->sessions[s];
        size_t count = session->reference_count;
        size_t stretches = count >= 24 ? 8 : count >= 6 ? count / 3 : count > 0;
        for (size_t i = 0; i < stretches; i++) {
            size_t from = i * count / stretches;
            size_t to = (i + 1) * count / stretches;
            double median = assay_report_typical(session->reference_elapsed_ns + from, to - from);
            if (isnan(median) || !(session->reference_operations > 0)) {
                continue;
            }
            low = fmin(low, median / session->reference_operations);
            high = fmax(high, median / session->reference_operations);
        }
    }
    return low > 0 && isfinite(low) ? high / low - 1 : NAN;
}

double assay_report_typical(const double *values, size_t count)
{
    double median = NAN;
    size_t known = 0;
    double *kept = calloc(count ? count : 1, sizeof *kept);
    for (size_t i = 0; kept && i < count; i++) {
        if (isfinite(values[i])) {
            kept[known++] = values[i];
        }
    }
    if (known > 0 && assay_stats_median(&median, kept, known)) {
        median = NAN;
    }
    free(kept);
    return median;
}

double assay_report_counter(const struct assay_benchmark *benchmark, const char *name)
{
    for (size_t i = 0; i < benchmark->counter_count; i++) {
        if (strcmp(benchmark->counters[i].name, name) == 0) {
            return assay_report_typical(benchmark->counters[i].values, benchmark->counters[i].count);
        }
    }
    return NAN;
}

const char *assay_report_flag_words(const char *flag)
{
    static const char *const words[][2] = {
        { "drift", "its time moved while the run went on" },
        { "two-modes", "the samples fall into two clusters; a median between them says little" },
        { "few-samples", "fewer than 6 processes, or an interval wider than 10 % each way" },
        { "noisy-neighbour", "over 5 % of the batches were disturbed by other work on this machine" },
        { "not-steady", "within processes later batches differ from earlier ones, or times had not settled when warm-up ended" },
        { "at-once", "measured at the same time as others, which disturbs all of them" },
        { "prints", "the kernel wrote to standard output or standard error" },
        { "invalid-utf8", "a name or message held bytes that are not UTF-8" },
        { "interrupted", "the run was ended before all batches were taken" },
        { "not-verified", "no oracle knows the answer, so it takes no rank" },
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(flag, words[i][0]) == 0) {
            return words[i][1];
        }
    }
    return NULL;
}
