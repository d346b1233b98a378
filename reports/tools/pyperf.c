/* pyperf's JSON, version 1.0 (pyperf.readthedocs.io, "pyperf JSON format"): a run a process, with all its samples as values in seconds
 * of an iteration. pyperf refuses a file without a benchmark, a value that is not above 0, and text of two lines. */
#include "reports/report.h"

#include "reports/tools/stream.h"
#include "reports/tools/timed.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* `"key":"text"` after `lead`; nothing where there is no text, for pyperf refuses an empty one. */
static void append_text(struct assay_stream *stream, const char *lead, const char *key, const char *text)
{
    char *line = assay_one_line(text, ASSAY_TIMED_NAME_MOST);
    stream->text.failed = stream->text.failed || !line;
    if (line && line[0]) {
        assay_text_format(&stream->text, "%s\"%s\":", lead, key);
        assay_stream_string(stream, line);
    }
    free(line);
}

/* "2026-11-22 16:10:31": what every Python reads. */
static void append_date(struct assay_stream *stream, const char *created)
{
    if (created && strlen(created) >= 19 && created[10] == 'T') {
        assay_text_append(&stream->text, ",\"date\":");
        char *date = assay_formatted("%.10s %.8s", created, created + 11);
        assay_stream_string(stream, date);
        stream->text.failed = stream->text.failed || !date;
        free(date);
    }
}

/* `loops` only where all samples of the run had as many iterations. */
static void append_run_metadata(struct assay_stream *stream, const struct assay_document *document,
                                const struct assay_benchmark *benchmark, const size_t *rows, size_t count)
{
    const struct assay_samples *samples = &benchmark->samples;
    const struct assay_process *process = &benchmark->processes[(size_t)samples->process[rows[0]]];
    double loops = samples->iterations[rows[0]], elapsed_ns = 0;
    for (size_t i = 0; i < count; i++) {
        elapsed_ns += samples->elapsed_ns[rows[i]];
        loops = loops == samples->iterations[rows[i]] ? loops : 0;
    }
    assay_text_append(&stream->text, "{\"duration\":");
    assay_stream_real(stream, elapsed_ns / 1e9);
    append_date(stream, document->sessions[process->session].created);
    if (loops >= 1) {
        assay_text_format(&stream->text, ",\"loops\":%.0f", loops);
    }
    if (process->peak_bytes >= 1 && process->peak_bytes < 0x1p63) {
        assay_text_format(&stream->text, ",\"mem_max_rss\":%.0f", process->peak_bytes);
    }
    assay_text_append_char(&stream->text, '}');
}

/* A run of those of the samples that have a time; false: none has. */
static bool append_run(struct assay_stream *stream, const struct assay_document *document,
                       const struct assay_benchmark *benchmark, const size_t *rows, size_t count, const char *lead)
{
    bool begun = false;
    for (size_t i = 0; i < count; i++) {
        double seconds = assay_samples_ns(&benchmark->samples, rows[i]) / 1e9;
        if (!(seconds > 0)) {
            continue;
        }
        if (!begun) {
            assay_text_format(&stream->text, "%s{\"metadata\":", lead);
            append_run_metadata(stream, document, benchmark, rows, count);
        }
        assay_text_append(&stream->text, begun ? "," : ",\"values\":[");
        assay_stream_real(stream, seconds);
        assay_stream_flush(stream);
        begun = true;
    }
    assay_text_append(&stream->text, begun ? "]}" : "");
    return begun;
}

/* A run a process, also where the process is the only one. */
static void append_runs(struct assay_stream *stream, const struct assay_document *document,
                        const struct assay_benchmark *benchmark)
{
    struct assay_repetitions repetitions = { 0 };
    const char *lead = "\n    ";
    if (!assay_repetitions_fill(&repetitions, benchmark)) {
        stream->text.failed = true;
    } else if (benchmark->samples.count == 0) {
        assay_text_append(&stream->text, "{\"values\":[");
        assay_stream_real(stream, benchmark->statistics.median / 1e9);
        assay_text_append(&stream->text, "]}");
    } else if (!repetitions.of_processes) {
        append_run(stream, document, benchmark, repetitions.order, benchmark->samples.count, lead);
    }
    for (size_t i = 0; repetitions.of_processes && i < repetitions.count && !stream->text.failed; i++) {
        const struct assay_repetition *repetition = &repetitions.items[i];
        const size_t *rows = repetitions.order + repetition->first;
        lead = append_run(stream, document, benchmark, rows, repetition->count, lead) ? ",\n    " : lead;
    }
    assay_repetitions_release(&repetitions);
}

static bool has_a_value(const struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < benchmark->samples.count; i++) {
        if (assay_samples_ns(&benchmark->samples, i) / 1e9 > 0) {
            return true;
        }
    }
    return benchmark->samples.count == 0 && benchmark->statistics.median / 1e9 > 0;
}

static void append_benchmark(struct assay_stream *stream, const struct assay_document *document,
                             const struct assay_timed *timed)
{
    const struct assay_benchmark *benchmark = timed->benchmark;
    assay_text_append(&stream->text, "{\"metadata\":{");
    assay_text_append(&stream->text, "\"name\":"); /* whole: what is cut might be another's */
    assay_stream_string(stream, timed->name);
    append_text(stream, ",", "implementation", benchmark->implementation);
    append_text(stream, ",", "kernel_version", benchmark->version);
    append_text(stream, ",", "mode", benchmark->mode);
    append_text(stream, ",", "build", benchmark->build);
    assay_text_format(&stream->text, ",\"threads\":%" PRIu32 "},\n   \"runs\":[", benchmark->threads);
    append_runs(stream, document, benchmark);
    assay_text_append(&stream->text, "]}");
}

static void append_head(struct assay_stream *stream, const struct assay_document *document)
{
    const struct assay_facts *facts = &document->sessions[0].environment;
    const struct assay_fact *model = assay_facts_find(facts, "cpu", "model");
    const struct assay_fact *processors = assay_facts_find(facts, "topology", "processors");
    assay_text_append(&stream->text, "{\"version\":\"1.0\",\n \"metadata\":{\"unit\":\"second\"");
    append_text(stream, ",", "assay_version", document->tool_version);
    append_text(stream, ",", "cpu_model_name", model && model->kind == ASSAY_FACT_TEXT ? model->text : NULL);
    append_text(stream, ",", "suite", document->suite);
    if (processors && processors->kind == ASSAY_FACT_INTEGER && processors->integer > 0) {
        assay_text_format(&stream->text, ",\"cpu_count\":%" PRId64, processors->integer);
    }
    assay_text_append(&stream->text, "},\n \"benchmarks\":[\n  ");
}

int assay_report_pyperf(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                        struct assay_error *error)
{
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    struct assay_timed_list list = { 0 };
    const struct assay_document *document = report->parts[0].document;
    const char *lead = "";
    (void)options;
    int code = assay_timed_open(&list, report, error);
    if (!code) {
        append_head(&stream, document);
    }
    for (size_t i = 0; !code && i < list.count && !stream.text.failed; i++) {
        if (has_a_value(list.items[i].benchmark)) {
            assay_text_append(&stream.text, lead);
            append_benchmark(&stream, document, &list.items[i]);
            lead = ",\n  ";
        }
    }
    if (!code && !stream.text.failed && !lead[0]) {
        code = assay_fail(error, ASSAY_EINPUT, "pyperf holds no report without a benchmark, and none has a time");
    }
    assay_text_append(&stream.text, "\n ]}\n");
    assay_timed_release(&list);
    return assay_stream_end(&stream, code, error);
}

static const char *why_not(const struct assay_benchmark *benchmark)
{
    const char *why = assay_timed_why_not(benchmark);
    return why || has_a_value(benchmark) ? why : "a time of 0";
}

char *assay_report_pyperf_left_out(const struct assay_document *document)
{
    return assay_left_out(document, why_not);
}
