/* A document to values: which of its benchmarks are of the commit, and what each says. Knows no store and no commit. */
#include "cli/track_values.h"

#include "base/text.h"
#include "base/vector.h"
#include "history/judge.h"
#include "reports/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static void release_value(struct assay_store_value *value)
{
    free((char *)(uintptr_t)value->benchmark);
    free((char *)(uintptr_t)value->flags);
    free((double *)(uintptr_t)value->samples);
}

void assay_track_values_release(struct assay_track_values *values)
{
    for (size_t i = 0; i < values->count; i++) {
        release_value(&values->items[i]);
    }
    free(values->items);
    *values = (struct assay_track_values){ 0 };
}

/* ---- what a benchmark says ---- */

/* Its flags, and the version of its work without the part that changes nothing. Heap. */
static char *flags_of(const struct assay_benchmark *benchmark)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    const char *version = benchmark->version;
    assay_text_append(&text, "");
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        assay_text_format(&text, "%s%s", i > 0 ? " " : "", benchmark->flags[i]);
    }
    size_t length = version ? strcspn(version, ".") : 0;
    length += version && version[length] ? 1 + strcspn(version + length + 1, ".") : 0;
    if (length > 0 && !memchr(version, ' ', length)) {
        assay_text_format(&text, "%s%s%.*s", text.length > 0 ? " " : "", ASSAY_HISTORY_VERSION, (int)length, version);
    }
    return assay_text_take(&text);
}

/* Nanoseconds an iteration; heap; *count 0: none. False: out of memory. */
static bool copy_samples(const double **samples, size_t *count, const struct assay_benchmark *benchmark)
{
    double *made = benchmark->samples.count > 0 ? calloc(benchmark->samples.count, sizeof *made) : NULL;
    for (size_t i = 0; made && i < benchmark->samples.count; i++) {
        made[i] = assay_samples_ns(&benchmark->samples, i);
    }
    *samples = made;
    *count = made ? benchmark->samples.count : 0;
    return made || benchmark->samples.count == 0;
}

static void put_median(struct assay_store_value *value, const struct assay_benchmark *benchmark)
{
    const struct assay_statistics *statistics = &benchmark->statistics;
    bool around = statistics->ci95.known && statistics->ci95.low > 0 && statistics->ci95.low <= statistics->median &&
                  statistics->ci95.high >= statistics->median;
    value->value = statistics->median > 0 ? statistics->median : (double)NAN;
    value->low = around ? statistics->ci95.low : (double)NAN;
    value->high = around ? statistics->ci95.high : (double)NAN;
}

/* An interval with an end that is not known, or not above 0, has no end there. */
static void put_ratio(struct assay_store_value *value, const struct assay_comparison *comparison)
{
    value->value = comparison->ratio > 0 ? comparison->ratio : (double)NAN;
    value->low = comparison->low > 0 && comparison->low <= comparison->ratio ? comparison->low : (double)NAN;
    value->high = comparison->high >= comparison->ratio ? comparison->high : (double)NAN;
}

/* An answer that is known to be wrong has no time. */
static enum assay_status status_of(const struct assay_benchmark *benchmark)
{
    return benchmark->status == ASSAY_STATUS_OK && benchmark->verified == 0 ? ASSAY_STATUS_WRONG_ANSWER : benchmark->status;
}

static int add(struct assay_track_values *values, const char *name, const struct assay_benchmark *benchmark,
               const struct assay_comparison *comparison, const char *reference, struct assay_error *error)
{
    void *items = values->items;
    enum assay_status status = status_of(benchmark);
    bool room = assay_reserve(&items, &values->capacity, values->count + 1, sizeof *values->items);
    values->items = items;
    if (!room) {
        return no_memory(error);
    }
    struct assay_store_value *value = &values->items[values->count++];
    *value = (struct assay_store_value){ .benchmark = assay_copy(name),
                                         .unit = comparison ? ASSAY_HISTORY_RATIO : ASSAY_HISTORY_NS,
                                         .reference = comparison ? reference : NULL,
                                         .value = NAN,
                                         .low = NAN,
                                         .high = NAN,
                                         .status = assay_status_word(status),
                                         .flags = flags_of(benchmark) };
    bool good = value->benchmark && value->flags;
    if (comparison && status == ASSAY_STATUS_OK) {
        put_ratio(value, comparison);
    } else if (status == ASSAY_STATUS_OK && benchmark->has_statistics) {
        put_median(value, benchmark);
    }
    if (!comparison && isfinite(value->value)) { /* of a wrong answer no time is kept */
        good = good && copy_samples(&value->samples, &value->sample_count, benchmark);
    }
    return good ? 0 : no_memory(error);
}

/* ---- which benchmarks are of the commit ---- */

/* Two builds of one benchmark stand against each other: base is of another commit. */
static bool is_of_two_builds(const struct assay_document *document, const struct assay_comparison *comparison)
{
    const char *base = document->benchmarks[comparison->base].id, *head = document->benchmarks[comparison->head].id;
    return comparison->base != comparison->head && base && head && strcmp(base, head) == 0;
}

/* The name of each benchmark, with the mode and threads that are not the usual, borrowed from the model; NULL of those that are not of
 * the document's commit. Heap; NULL: out of memory. */
static const char **names_of(const struct assay_document *document, const struct assay_report_model *model)
{
    const char **names = calloc(document->benchmark_count + 1, sizeof *names);
    for (size_t i = 0; names && i < model->row_count; i++) {
        names[model->rows[i].benchmark - document->benchmarks] = model->rows[i].name;
    }
    for (size_t i = 0; names && i < document->comparison_count; i++) {
        if (is_of_two_builds(document, &document->comparisons[i])) {
            names[document->comparisons[i].base] = NULL;
        }
    }
    return names;
}

static int add_all(struct assay_track_values *values, const struct assay_document *document, const char *const *names,
                   const char *reference, struct assay_error *error)
{
    int code = 0;
    for (size_t i = 0; i < document->benchmark_count && !code; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        bool says = benchmark->has_statistics || benchmark->status != ASSAY_STATUS_OK;
        code = names[i] && says ? add(values, names[i], benchmark, NULL, NULL, error) : 0;
    }
    for (size_t i = 0; reference && i < document->comparison_count && !code; i++) {
        const struct assay_comparison *comparison = &document->comparisons[i];
        const struct assay_benchmark *head = &document->benchmarks[comparison->head];
        const struct assay_benchmark *base = &document->benchmarks[comparison->base];
        bool paired = is_of_two_builds(document, comparison) && names[comparison->head];
        if (paired && (status_of(head) != ASSAY_STATUS_OK || status_of(base) == ASSAY_STATUS_OK)) {
            code = add(values, names[comparison->head], head, comparison, reference, error);
        }
    }
    return code;
}

static int compare_values(const void *a, const void *b)
{
    const struct assay_store_value *x = a, *y = b;
    int name = strcmp(x->benchmark, y->benchmark);
    if (name || x->unit != y->unit) {
        return name ? name : x->unit < y->unit ? -1 : 1;
    }
    return (isfinite(x->value) == 0) - (isfinite(y->value) == 0);
}

/* A sort that keeps what is equal in its order: the first of a name is taken. */
static bool sort_values(struct assay_track_values *values)
{
    struct assay_store_value *copy = values->count > 0 ? calloc(values->count, sizeof *copy) : NULL;
    for (size_t width = 1; copy && width < values->count; width *= 2) {
        for (size_t from = 0; from < values->count; from += 2 * width) {
            size_t middle = from + width < values->count ? from + width : values->count;
            size_t end = middle + width < values->count ? middle + width : values->count;
            for (size_t left = from, right = middle, to = from; to < end; to++) {
                bool take = left < middle && (right >= end || compare_values(&values->items[left], &values->items[right]) <= 0);
                copy[to] = values->items[take ? left++ : right++];
            }
        }
        memcpy(values->items, copy, values->count * sizeof *copy);
    }
    free(copy);
    return copy || values->count == 0;
}

static void drop_repeated(struct assay_track_values *values)
{
    size_t kept = 0;
    for (size_t i = 0; i < values->count; i++) {
        struct assay_store_value *value = &values->items[i];
        bool again = kept > 0 && strcmp(values->items[kept - 1].benchmark, value->benchmark) == 0 &&
                     values->items[kept - 1].unit == value->unit;
        if (again) {
            release_value(value);
            values->left_out++;
        } else {
            values->items[kept++] = *value;
        }
    }
    values->count = kept;
}

int assay_track_values_fill(struct assay_track_values *values, const struct assay_document *document, const char *reference,
                            struct assay_error *error)
{
    struct assay_report_model *model = NULL;
    int code = assay_report_model_new(&model, document, error);
    const char **names = code ? NULL : names_of(document, model);
    *values = (struct assay_track_values){ 0 };
    if (!code) {
        code = names ? add_all(values, document, names, reference, error) : no_memory(error);
    }
    if (!code && !sort_values(values)) {
        code = no_memory(error);
    }
    if (!code) {
        drop_repeated(values);
    } else {
        assay_track_values_release(values);
    }
    free(names);
    assay_report_model_free(model);
    return code;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int assay_track_names(char ***names, size_t *count, const struct assay_document *document, struct assay_error *error)
{
    struct assay_report_model *model = NULL;
    int code = assay_report_model_new(&model, document, error);
    char **made = code ? NULL : calloc(model->row_count + 1, sizeof *made);
    size_t taken = 0, kept = 0;
    bool good = made != NULL;
    for (size_t i = 0; good && i < model->row_count; i++) {
        made[taken] = assay_copy(model->rows[i].name);
        good = made[taken++] != NULL;
    }
    if (good && taken > 1) {
        qsort(made, taken, sizeof *made, compare_names);
    }
    for (size_t i = 0; good && i < taken; i++) {
        if (kept > 0 && strcmp(made[kept - 1], made[i]) == 0) {
            free(made[i]);
        } else {
            made[kept++] = made[i];
        }
    }
    assay_report_model_free(model);
    if (!good) {
        assay_names_free(made, taken);
        return code ? code : no_memory(error);
    }
    *names = made;
    *count = kept;
    return 0;
}
