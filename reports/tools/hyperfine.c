/* hyperfine's --export-json, as its scripts and Bencher read it: an entry a benchmark with the seconds of an iteration in each
 * repetition, and what hyperfine would compute of those. All CPU time stands as `user`, for a document does not part it. */
#include "reports/report.h"

#include "reports/tools/stream.h"
#include "reports/tools/timed.h"
#include "stats/stats.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void append_member_text(struct assay_stream *stream, const char *lead, const char *name, const char *text)
{
    assay_text_append(&stream->text, lead);
    assay_stream_string(stream, name);
    assay_text_append_char(&stream->text, ':');
    assay_stream_string(stream, text);
}

/* An object has a key once; of parameters of one name the first stands. */
static bool is_first(const struct assay_benchmark *benchmark, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(benchmark->parameters[i].name, benchmark->parameters[index].name) == 0) {
            return false;
        }
    }
    return true;
}

static void append_parameters(struct assay_stream *stream, const struct assay_benchmark *benchmark)
{
    const char *lead = ",\n      \"parameters\":{";
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        if (is_first(benchmark, i)) {
            append_member_text(stream, lead, benchmark->parameters[i].name, benchmark->parameters[i].text);
            lead = ",";
        }
    }
    assay_text_append(&stream->text, benchmark->parameter_count > 0 ? "}" : "");
}

/* Seconds of an iteration in each repetition; their statistics, and the mean CPU time where all have one. */
static bool append_numbers(struct assay_stream *stream, const double *seconds, const struct assay_repetitions *repetitions)
{
    const struct assay_stats_input input = { .values_ns = seconds,
                                             .count = repetitions->count,
                                             .process = calloc(repetitions->count, sizeof(uint32_t)),
                                             .processes = 1 };
    struct assay_statistics statistics;
    double cpu_s = 0;
    for (size_t i = 0; i < repetitions->count; i++) {
        cpu_s += repetitions->items[i].cpu_ns / 1e9 / (double)repetitions->count;
    }
    bool good = input.process && assay_stats_compute(&statistics, &input) == 0;
    free((void *)(uintptr_t)input.process);
    if (!good) {
        return false;
    }
    assay_stream_member(stream, "mean", statistics.mean);
    if (repetitions->count > 1) {
        assay_stream_member(stream, "stddev", statistics.stddev);
    } else {
        assay_text_append(&stream->text, ",\"stddev\":null");
    }
    assay_stream_member(stream, "median", statistics.median);
    assay_stream_member(stream, "user", cpu_s);
    assay_stream_member(stream, "system", 0);
    assay_stream_member(stream, "min", statistics.min);
    assay_stream_member(stream, "max", statistics.max);
    return true;
}

static void append_lists(struct assay_stream *stream, const double *seconds, size_t count)
{
    assay_text_append(&stream->text, ",\n      \"times\":");
    for (size_t i = 0; i < count; i++) {
        assay_text_append_char(&stream->text, i > 0 ? ',' : '[');
        assay_stream_real(stream, seconds[i]);
        assay_stream_flush(stream);
    }
    assay_text_append(&stream->text, "],\n      \"exit_codes\":");
    for (size_t i = 0; i < count; i++) {
        assay_text_append(&stream->text, i > 0 ? ",0" : "[0");
    }
    assay_text_append_char(&stream->text, ']');
}

static bool append_benchmark(struct assay_stream *stream, const struct assay_timed *timed)
{
    struct assay_repetitions repetitions = { 0 };
    bool good = assay_repetitions_fill(&repetitions, timed->benchmark);
    double *seconds = calloc(repetitions.count + 1, sizeof *seconds);
    for (size_t i = 0; good && seconds && i < repetitions.count; i++) {
        seconds[i] = repetitions.items[i].ns / 1e9;
    }
    assay_text_append(&stream->text, "    {\"command\":");
    assay_stream_string(stream, timed->name);
    good = good && seconds && repetitions.count > 0 && append_numbers(stream, seconds, &repetitions);
    if (good) {
        append_lists(stream, seconds, repetitions.count);
        append_parameters(stream, timed->benchmark);
    }
    assay_text_append_char(&stream->text, '}');
    free(seconds);
    assay_repetitions_release(&repetitions);
    return good;
}

int assay_report_hyperfine(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error)
{
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    struct assay_timed_list list = { 0 };
    (void)options;
    int code = assay_timed_open(&list, report, error);
    bool good = !code;
    assay_text_append(&stream.text, "{\n  \"results\":[\n");
    for (size_t i = 0; good && i < list.count; i++) {
        assay_text_append(&stream.text, i > 0 ? ",\n" : "");
        good = append_benchmark(&stream, &list.items[i]);
    }
    assay_text_append(&stream.text, "\n  ]\n}\n");
    stream.text.failed = stream.text.failed || (!code && !good);
    assay_timed_release(&list);
    return assay_stream_end(&stream, code, error);
}
