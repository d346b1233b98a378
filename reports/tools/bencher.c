/* Bencher Metric Format (bencher.dev/bmf.json): for each benchmark its measures, each a value with bounds. "latency" is the
 * median in nanoseconds, "ratio" what a comparison found for its head, both with their intervals; counters and the
 * kernel's own measures go by their names. */
#include "reports/report.h"

#include "reports/tools/stream.h"
#include "reports/tools/timed.h"

#include <math.h>
#include <string.h>

enum { MEASURE_NAME_MOST = 64 };

static void append_metric(struct assay_stream *stream, const char *name, double value, double low, double high)
{
    assay_stream_string(stream, name);
    assay_text_append(&stream->text, ":{\"value\":");
    assay_stream_real(stream, value);
    if (isfinite(low)) {
        assay_stream_member(stream, "lower_value", low);
    }
    if (isfinite(high)) {
        assay_stream_member(stream, "upper_value", high);
    }
    assay_text_append_char(&stream->text, '}');
}

/* Measures that Bencher can name, and that are not ours already. */
static bool is_new(const struct assay_benchmark *benchmark, const char *name)
{
    if (!name[0] || strlen(name) > MEASURE_NAME_MOST || strcmp(name, "latency") == 0 || strcmp(name, "ratio") == 0) {
        return false;
    }
    for (size_t i = 0; i < benchmark->counter_count; i++) {
        if (strcmp(benchmark->counters[i].name, name) == 0) {
            return false;
        }
    }
    return true;
}

static void append_measures(struct assay_stream *stream, const struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < benchmark->counter_count; i++) {
        const struct assay_measure_values *counter = &benchmark->counters[i];
        double typical = assay_report_typical(counter->values, counter->count);
        bool named = counter->name[0] && strlen(counter->name) <= MEASURE_NAME_MOST;
        if (isfinite(typical) && named && strcmp(counter->name, "latency") != 0 && strcmp(counter->name, "ratio") != 0) {
            assay_text_append_char(&stream->text, ',');
            append_metric(stream, counter->name, typical, NAN, NAN);
        }
    }
    for (size_t i = 0; i < benchmark->measure_count; i++) {
        const struct assay_measure_values *measure = &benchmark->measures[i];
        double typical = assay_report_typical(measure->values, measure->count);
        if (isfinite(typical) && is_new(benchmark, measure->name)) {
            assay_text_append_char(&stream->text, ',');
            append_metric(stream, measure->name, typical, NAN, NAN);
        }
    }
}

/* A head that is in several comparisons has the ratio of the first; the key of an object stands once. */
static const struct assay_comparison *comparison_of(const struct assay_document *document, size_t head)
{
    for (size_t i = 0; i < document->comparison_count; i++) {
        const struct assay_comparison *comparison = &document->comparisons[i];
        if (comparison->head == head && comparison->head != comparison->base && isfinite(comparison->ratio)) {
            return comparison;
        }
    }
    return NULL;
}

static void append_benchmark(struct assay_stream *stream, const struct assay_document *document,
                             const struct assay_timed *timed)
{
    const struct assay_benchmark *benchmark = timed->benchmark;
    const struct assay_statistics *statistics = &benchmark->statistics;
    const struct assay_comparison *comparison = comparison_of(document, (size_t)(benchmark - document->benchmarks));
    bool known = statistics->ci95.known;
    assay_stream_string(stream, timed->name);
    assay_text_append(&stream->text, ":{");
    append_metric(stream, "latency", statistics->median, known ? statistics->ci95.low : NAN,
                  known ? statistics->ci95.high : NAN);
    if (comparison) {
        assay_text_append_char(&stream->text, ',');
        append_metric(stream, "ratio", comparison->ratio, comparison->low, comparison->high);
    }
    append_measures(stream, benchmark);
    assay_text_append_char(&stream->text, '}');
    assay_stream_flush(stream);
}

int assay_report_bencher(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                         struct assay_error *error)
{
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    struct assay_timed_list list = { 0 };
    const struct assay_document *document = report->parts[0].document;
    (void)options;
    int code = assay_timed_open(&list, report, error);
    assay_text_append(&stream.text, "{");
    for (size_t i = 0; i < list.count && !stream.text.failed; i++) {
        assay_text_append(&stream.text, i > 0 ? ",\n" : "\n");
        append_benchmark(&stream, document, &list.items[i]);
    }
    assay_text_append(&stream.text, "\n}\n");
    assay_timed_release(&list);
    return assay_stream_end(&stream, code, error);
}
