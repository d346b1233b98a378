/* Which benchmarks of a document differ in the size of their problem alone, and how their time grows with it. The fit is
 * stats/growth's. Knows no JSON. */
#include "result/scalings.h"

#include "base/number.h"
#include "base/text.h"
#include "stats/growth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_VALUES 3
#define MOST_NAMES 64
#define NORMAL_95 1.959963984540054 /* half a 95 % interval in standard deviations */

/* A benchmark that has the parameter. */
struct member {
    const struct assay_document *document;
    const char *parameter;
    size_t benchmark;
    double n; /* NaN: its text is not a number of 0 or more */
};

static const struct assay_benchmark *benchmark_of(const struct member *member)
{
    return &member->document->benchmarks[member->benchmark];
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int compare_numbers(double a, double b)
{
    return (a > b) - (a < b);
}

/* By the parameters but the one that grows. */
static int compare_parameters(const struct assay_benchmark *a, const struct assay_benchmark *b, const char *parameter)
{
    int order = compare_numbers((double)a->parameter_count, (double)b->parameter_count);
    for (size_t i = 0; i < a->parameter_count && order == 0; i++) {
        order = strcmp(a->parameters[i].name, b->parameters[i].name);
        if (order == 0 && strcmp(a->parameters[i].name, parameter) != 0) {
            order = strcmp(a->parameters[i].text, b->parameters[i].text);
        }
    }
    return order;
}

/* 0: of one family. */
static int compare_families(const struct member *x, const struct member *y)
{
    const struct assay_benchmark *a = benchmark_of(x), *b = benchmark_of(y);
    const char *const texts[][2] = { { a->kernel, b->kernel }, { a->implementation, b->implementation },
                                     { a->mode, b->mode },     { a->version, b->version },
                                     { a->plugin, b->plugin } };
    int order = compare_numbers(a->threads, b->threads);
    order = order ? order : compare_numbers(a->jobs, b->jobs);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0] && order == 0; i++) {
        order = compare_texts(texts[i][0], texts[i][1]);
    }
    return order ? order : compare_parameters(a, b, x->parameter);
}

/* Families together, in each what is no number first, then by growing n, then as they stand in the document. */
static int compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;
    int order = compare_families(x, y);
    order = order ? order : (int)isnan(y->n) - (int)isnan(x->n);
    order = order ? order : compare_numbers(x->n, y->n);
    return order ? order : (x->benchmark > y->benchmark) - (x->benchmark < y->benchmark);
}

static bool is_measured(const struct assay_benchmark *benchmark)
{
    return benchmark->status == ASSAY_STATUS_OK && benchmark->has_statistics && isfinite(benchmark->statistics.median) &&
           benchmark->statistics.median > 0;
}

static const char *text_of(const struct assay_benchmark *benchmark, const char *parameter)
{
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        if (strcmp(benchmark->parameters[i].name, parameter) == 0) {
            return benchmark->parameters[i].text;
        }
    }
    return NULL;
}

/* Those that have the parameter, sorted. Heap; NULL: no memory. */
static struct member *gather(size_t *count, const struct assay_document *document, const char *parameter)
{
    struct member *members = calloc(document->benchmark_count + 1, sizeof *members);
    *count = 0;
    for (size_t i = 0; members && i < document->benchmark_count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        const char *text = is_measured(benchmark) ? text_of(benchmark, parameter) : NULL;
        double n = NAN;
        if (text) {
            bool good = assay_parse_real(text, &n) && n >= 0;
            members[(*count)++] = (struct member){ document, parameter, i, good ? n : NAN };
        }
    }
    if (members) {
        qsort(members, *count, sizeof *members, compare_members);
    }
    return members;
}

/* The standard deviation of ln(median), by the interval over processes, else by the processes' spread; 0: not known. */
static double uncertainty(const struct assay_statistics *statistics)
{
    double deviation = 0;
    if (statistics->ci95.known) {
        deviation = (statistics->ci95.high - statistics->ci95.low) / (2 * NORMAL_95 * statistics->median);
    } else if (statistics->processes > 1) { /* a median's is sqrt(pi / 2) times a mean's */
        deviation = 1.2533141373155 * statistics->spread_between / sqrt(statistics->processes);
    }
    return isfinite(deviation) && deviation > 0 ? deviation : 0;
}

/* Keeps the first member of every n above 0, in place. */
static size_t distinct(struct member *family, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (family[i].n > 0 && (kept == 0 || family[i].n > family[kept - 1].n)) {
            family[kept++] = family[i];
        }
    }
    return kept;
}

static bool copy_fits(struct assay_scaling *scaling, const struct assay_growth *growth)
{
    scaling->forms = calloc(growth->fit_count + 1, sizeof *scaling->forms);
    for (size_t i = 0; scaling->forms && i < growth->fit_count; i++) {
        const struct assay_growth_fit *fit = &growth->fits[i];
        scaling->forms[i] = (struct assay_scaling_form){ assay_copy(assay_growth_form_name(fit->form)),
                                                         fit->coefficient, fit->overhead, fit->error,
                                                         fit->plausible };
        scaling->form_count++;
        if (!scaling->forms[i].form) {
            return false;
        }
    }
    return scaling->forms != NULL;
}

static bool fill(struct assay_scaling *scaling, const struct member *family, size_t count,
                 const struct assay_growth *growth)
{
    const struct assay_benchmark *first = benchmark_of(family);
    scaling->benchmarks = calloc(count, sizeof *scaling->benchmarks);
    scaling->values = calloc(count, sizeof *scaling->values);
    scaling->kernel = assay_copy(first->kernel ? first->kernel : "");
    scaling->implementation = assay_copy(first->implementation ? first->implementation : "c");
    scaling->parameter = assay_copy(family->parameter);
    if (!scaling->benchmarks || !scaling->values || !scaling->kernel || !scaling->implementation ||
        !scaling->parameter || !copy_fits(scaling, growth)) {
        return false;
    }
    scaling->count = count;
    for (size_t i = 0; i < count; i++) {
        scaling->benchmarks[i] = family[i].benchmark;
        scaling->values[i] = family[i].n;
    }
    scaling->exponent = growth->exponent;
    scaling->low = growth->low;
    scaling->high = growth->high;
    scaling->best = growth->has_best ? assay_copy(scaling->forms[0].form) : NULL;
    scaling->reason = growth->reason[0] ? assay_copy(growth->reason) : NULL;
    return (scaling->best || !growth->has_best) && (scaling->reason || !growth->reason[0]);
}

/* A family that is one adds its scaling. False: no memory. */
static bool add_family(struct assay_document *document, struct member *family, size_t count)
{
    if (count < LEAST_VALUES || isnan(family[0].n)) {
        return true;
    }
    bool has_zero = family[0].n <= 0;
    size_t kept = distinct(family, count);
    if (kept < LEAST_VALUES) {
        return true;
    }
    struct assay_growth growth;
    struct assay_growth_point *points = calloc(kept + 1, sizeof *points);
    for (size_t i = 0; points && i < kept; i++) {
        const struct assay_statistics *statistics = &benchmark_of(&family[i])->statistics;
        points[i] = (struct assay_growth_point){ family[i].n, statistics->median, uncertainty(statistics) };
    }
    if (points && has_zero) { /* left out, and said so */
        points[kept] = (struct assay_growth_point){ 0, points[0].time_ns, 0 };
    }
    bool good = points && assay_growth_compute(&growth, points, kept + has_zero) == 0;
    if (good && growth.values >= LEAST_VALUES) { /* fewer: numbers that are one as logarithms */
        struct assay_scaling *scaling = assay_document_add_scaling(document);
        good = scaling && fill(scaling, family, kept, &growth);
    }
    free(points);
    return good;
}

static bool add_families(struct assay_document *document, const char *parameter)
{
    size_t count;
    struct member *members = gather(&count, document, parameter);
    bool good = members != NULL;
    for (size_t i = 0, end; i < count && good; i = end) {
        for (end = i + 1; end < count && compare_families(&members[i], &members[end]) == 0; end++) {
            ;
        }
        good = add_family(document, members + i, end - i);
    }
    free(members);
    return good;
}

static size_t first_benchmark(const struct assay_scaling *scaling)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < scaling->count; i++) {
        first = scaling->benchmarks[i] < first ? scaling->benchmarks[i] : first;
    }
    return first;
}

/* As their benchmarks stand in the document. */
static int compare_scalings(const void *a, const void *b)
{
    const struct assay_scaling *x = a, *y = b;
    size_t first = first_benchmark(x), second = first_benchmark(y);
    return first != second ? (first > second) - (first < second) : strcmp(x->parameter, y->parameter);
}

/* The names of parameters, each once; borrowed. */
static size_t parameter_names(const char *names[MOST_NAMES], const struct assay_document *document)
{
    size_t count = 0;
    for (size_t i = 0; i < document->benchmark_count; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        for (size_t k = 0; k < benchmark->parameter_count && count < MOST_NAMES; k++) {
            bool known = false;
            for (size_t at = 0; at < count && !known; at++) {
                known = strcmp(names[at], benchmark->parameters[k].name) == 0;
            }
            if (!known) {
                names[count++] = benchmark->parameters[k].name;
            }
        }
    }
    return count;
}

int assay_scalings_compute(struct assay_document *document, struct assay_error *error)
{
    const char *names[MOST_NAMES];
    size_t count = parameter_names(names, document);
    bool good = true;
    for (size_t i = 0; i < document->scaling_count; i++) {
        assay_scaling_release(&document->scalings[i]);
    }
    document->scaling_count = 0;
    for (size_t i = 0; i < count && good; i++) {
        good = add_families(document, names[i]);
    }
    if (document->scaling_count > 1) {
        qsort(document->scalings, document->scaling_count, sizeof *document->scalings, compare_scalings);
    }
    return good ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}
