/* google-benchmark's JSON, as its own compare.py, Bencher and github-action-benchmark read it (docs/tools.md and json_reporter.cc
 * of github.com/google/benchmark). A row a repetition, then the median with its interval; no row for what failed: all three
 * readers would take its time of 0 for a very fast one. */
#include "reports/report.h"

#include "reports/tools/stream.h"
#include "reports/tools/timed.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MOST = 1000 };

/* Members of a row that stand before its numbers. */
static void begin_row(struct assay_stream *stream, const struct assay_timed *timed, const char *suffix, size_t family,
                      size_t instance)
{
    char *name = assay_formatted("%s%s", timed->name, suffix);
    stream->text.failed = stream->text.failed || !name;
    assay_text_append(&stream->text, "{\"name\":");
    assay_stream_string(stream, name);
    assay_text_format(&stream->text, ",\"family_index\":%zu,\"per_family_instance_index\":%zu,\"run_name\":", family,
                      instance);
    assay_stream_string(stream, timed->name);
    free(name);
}

/* Times as google-benchmark gives them: nanoseconds of an iteration. A CPU time that is not known is the real one, for a row
 * without one is passed over. */
static void end_row(struct assay_stream *stream, double iterations, double ns, double cpu_ns)
{
    assay_text_format(&stream->text, ",\"iterations\":%.0f", iterations); /* whole, and readers want to see that */
    assay_stream_member(stream, "real_time", ns);
    assay_stream_member(stream, "cpu_time", isfinite(cpu_ns) ? cpu_ns : ns);
    assay_text_append(&stream->text, ",\"time_unit\":\"ns\"");
}

static void append_rates(struct assay_stream *stream, const struct assay_benchmark *benchmark, double ns)
{
    if (benchmark->bytes > 0 && ns > 0) {
        assay_stream_member(stream, "bytes_per_second", benchmark->bytes / ns * 1e9);
    }
    if (benchmark->items > 0 && ns > 0) {
        assay_stream_member(stream, "items_per_second", benchmark->items / ns * 1e9);
    }
}

static double typical_cpu(const struct assay_repetitions *repetitions)
{
    double *values = calloc(repetitions->count + 1, sizeof *values);
    for (size_t i = 0; values && i < repetitions->count; i++) {
        values[i] = repetitions->items[i].cpu_ns;
    }
    double cpu_ns = values ? assay_report_typical(values, repetitions->count) : NAN;
    free(values);
    return cpu_ns;
}

static void append_median(struct assay_stream *stream, const struct assay_timed *timed, size_t family, size_t instance,
                          const struct assay_repetitions *repetitions)
{
    const struct assay_statistics *statistics = &timed->benchmark->statistics;
    assay_text_append(&stream->text, ",\n    ");
    begin_row(stream, timed, "_median", family, instance);
    assay_text_format(&stream->text,
                      ",\"run_type\":\"aggregate\",\"repetitions\":%zu,\"threads\":%" PRIu32
                      ",\"aggregate_name\":\"median\",\"aggregate_unit\":\"time\"",
                      repetitions->count, timed->benchmark->threads);
    end_row(stream, (double)repetitions->count, statistics->median, typical_cpu(repetitions));
    if (statistics->ci95.known) {
        assay_stream_member(stream, "ci95_low", statistics->ci95.low);
        assay_stream_member(stream, "ci95_high", statistics->ci95.high);
    }
    assay_text_append_char(&stream->text, '}');
}

static bool append_benchmark(struct assay_stream *stream, const struct assay_timed *timed, size_t family,
                             size_t instance)
{
    struct assay_repetitions repetitions = { 0 };
    bool good = assay_repetitions_fill(&repetitions, timed->benchmark);
    size_t count = repetitions.count < ROWS_MOST ? repetitions.count : ROWS_MOST;
    for (size_t i = 0; good && i < count; i++) { /* of more than there is room for, evenly over the run */
        const struct assay_repetition *repetition = &repetitions.items[i * repetitions.count / count];
        assay_text_append(&stream->text, i > 0 ? ",\n    " : "");
        begin_row(stream, timed, "", family, instance);
        assay_text_format(&stream->text,
                          ",\"run_type\":\"iteration\",\"repetitions\":%zu,\"repetition_index\":%zu,\"threads\":%" PRIu32,
                          count, i, timed->benchmark->threads);
        end_row(stream, repetition->iterations, repetition->ns, repetition->cpu_ns);
        append_rates(stream, timed->benchmark, repetition->ns);
        assay_text_append_char(&stream->text, '}');
        assay_stream_flush(stream);
    }
    if (good && repetitions.count > 1) {
        append_median(stream, timed, family, instance, &repetitions);
    }
    assay_repetitions_release(&repetitions);
    return good;
}

static bool is_of_family(const struct assay_timed *one, const struct assay_timed *other)
{
    return one->benchmark->kernel && other->benchmark->kernel &&
           strcmp(one->benchmark->kernel, other->benchmark->kernel) == 0;
}

static int by_kernel(const void *a, const void *b)
{
    const struct assay_timed *const *one = a, *const *other = b;
    const char *kernel = (*one)->benchmark->kernel, *other_kernel = (*other)->benchmark->kernel;
    int order = strcmp(kernel ? kernel : "", other_kernel ? other_kernel : "");
    return order ? order : (*one > *other) - (*one < *other);
}

/* The benchmarks of a kernel are a family: gives each its number, and its place among them. False: out of memory. */
static bool number_families(const struct assay_timed_list *list, size_t *families, size_t *instances)
{
    const struct assay_timed **sorted = calloc(list->count + 1, sizeof *sorted);
    size_t count = 0;
    for (size_t i = 0; sorted && i < list->count; i++) {
        sorted[i] = &list->items[i];
    }
    if (sorted) {
        qsort(sorted, list->count, sizeof *sorted, by_kernel);
    }
    for (size_t i = 0, first = 0; sorted && i < list->count; i++) { /* for now by the first of them */
        first = i > 0 && is_of_family(sorted[i - 1], sorted[i]) ? first : i;
        families[sorted[i] - list->items] = (size_t)(sorted[first] - list->items);
        instances[sorted[i] - list->items] = i - first;
    }
    for (size_t i = 0; sorted && i < list->count; i++) {
        families[i] = families[i] == i ? count++ : families[families[i]];
    }
    bool good = sorted != NULL;
    free(sorted);
    return good;
}

static double real_fact(const struct assay_facts *facts, const char *group, const char *name)
{
    const struct assay_fact *fact = assay_facts_find(facts, group, name);
    return !fact                             ? 0
           : fact->kind == ASSAY_FACT_INTEGER ? (double)fact->integer
           : fact->kind == ASSAY_FACT_REAL    ? fact->real
                                              : 0;
}

static void append_text(struct assay_stream *stream, const char *name, const char *text)
{
    assay_text_format(&stream->text, ",\"%s\":", name);
    assay_stream_string(stream, text);
}

/* Bencher wants caches to be an array; it is empty, for who shares a cache is not in the document. */
static void append_context(struct assay_stream *stream, const struct assay_document *document)
{
    const struct assay_session *session = &document->sessions[0];
    const struct assay_fact *model = assay_facts_find(&session->environment, "cpu", "model");
    assay_text_append(&stream->text, "{\n  \"context\":{\"date\":");
    assay_stream_string(stream, session->created);
    append_text(stream, "host_name", "");
    append_text(stream, "executable", "assay");
    assay_text_append(&stream->text, ",\"num_cpus\":");
    assay_stream_real(stream, real_fact(&session->environment, "topology", "processors"));
    assay_stream_member(stream, "mhz_per_cpu", round(real_fact(&session->environment, "frequency", "most_khz") / 1000));
    assay_text_append(&stream->text, ",\"caches\":[],\"load_avg\":[");
    assay_stream_real(stream, real_fact(&session->environment, "load", "before_1m"));
    assay_text_append(&stream->text, "],\"library_build_type\":\"release\",\"json_schema_version\":1");
    append_text(stream, "assay_version", document->tool_version);
    append_text(stream, "cpu_model", model && model->kind == ASSAY_FACT_TEXT ? model->text : "");
    assay_text_append(&stream->text, "},\n  \"benchmarks\":[\n    ");
}

int assay_report_google_benchmark(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                                  struct assay_error *error)
{
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    struct assay_timed_list list = { 0 };
    (void)options;
    int code = assay_timed_open(&list, report, error);
    bool good = !code;
    size_t *families = calloc(list.count + 1, sizeof *families);
    size_t *instances = calloc(list.count + 1, sizeof *instances);
    good = good && families && instances && number_families(&list, families, instances);
    if (good) {
        append_context(&stream, report->parts[0].document);
    }
    for (size_t i = 0; good && i < list.count; i++) {
        assay_text_append(&stream.text, i > 0 ? ",\n    " : "");
        good = append_benchmark(&stream, &list.items[i], families[i], instances[i]);
    }
    assay_text_append(&stream.text, "\n  ]\n}\n");
    stream.text.failed = stream.text.failed || (!code && !good);
    free(families);
    free(instances);
    assay_timed_release(&list);
    return assay_stream_end(&stream, code, error);
}
