/* A document as JSON, field by field in the order that a person wants to read them. Streams: the samples are never in
 * memory twice. docs/result-document.md describes what is written here; the schema is data/schema/result-1.json. */
#include "result/document.h"

#include "base/file.h"
#include "result/comparison.h"
#include "result/crossovers.h"
#include "result/histories.h"
#include "result/profiles.h"
#include "result/names.h"
#include "result/scalings.h"
#include "result/writer.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void write_session(struct assay_writer *writer, const struct assay_session *session, bool first)
{
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_text(writer, "id", session->id);
    assay_writer_text(writer, "created", session->created);
    assay_writer_text(writer, "command", session->command);
    assay_writer_decimal(writer, "seed", session->seed);
    assay_writer_real(writer, "duration_s", session->duration_s);
    if (!first) {
        assay_writer_facts(writer, "environment", &session->environment);
    }
    if (session->reference_count > 0) {
        assay_writer_open(writer, "reference", '{', false);
        assay_writer_real(writer, "operations", session->reference_operations);
        assay_writer_reals(writer, "start_ns", session->reference_start_ns, session->reference_count);
        assay_writer_reals(writer, "elapsed_ns", session->reference_elapsed_ns, session->reference_count);
        assay_writer_close(writer, '}');
    } else {
        assay_writer_text(writer, "reference", NULL);
    }
    assay_writer_close(writer, '}');
}

static void write_answer(struct assay_writer *writer, const struct assay_answer *answer)
{
    if (!answer->known) {
        assay_writer_text(writer, "answer", NULL);
        return;
    }
    assay_writer_open(writer, "answer", '{', true);
    assay_writer_u64(writer, "count", answer->count);
    assay_writer_decimal(writer, "sum", answer->sum);
    assay_writer_text(writer, "sha256", answer->sha256[0] ? answer->sha256 : NULL);
    assay_writer_close(writer, '}');
}

static void write_oracle(struct assay_writer *writer, const struct assay_oracle *oracle)
{
    if (!oracle->source) {
        assay_writer_text(writer, "oracle", NULL);
        return;
    }
    assay_writer_open(writer, "oracle", '{', true);
    if (oracle->count_known) {
        assay_writer_u64(writer, "count", oracle->count);
    } else {
        assay_writer_text(writer, "count", NULL);
    }
    if (oracle->sum_known) {
        assay_writer_decimal(writer, "sum", oracle->sum);
    } else {
        assay_writer_text(writer, "sum", NULL);
    }
    assay_writer_text(writer, "sha256", oracle->sha256_known ? oracle->sha256 : NULL);
    assay_writer_text(writer, "source", oracle->source);
    assay_writer_close(writer, '}');
}

static double said(double value)
{
    return value > 0 ? value : NAN;
}

static void write_work(struct assay_writer *writer, const struct assay_benchmark *benchmark)
{
    assay_writer_open(writer, "work", '{', true);
    assay_writer_real(writer, "items", said(benchmark->items));
    assay_writer_real(writer, "bytes", said(benchmark->bytes));
    assay_writer_real(writer, "least_operations", said(benchmark->least_operations));
    assay_writer_real(writer, "operations", benchmark->operations);
    assay_writer_close(writer, '}');
}

static void write_statistics(struct assay_writer *writer, const struct assay_benchmark *benchmark)
{
    const struct assay_statistics *statistics = &benchmark->statistics;
    if (!benchmark->has_statistics) {
        assay_writer_text(writer, "statistics", NULL);
        return;
    }
    const struct {
        const char *name;
        double value;
    } reals[] = {
        { "min", statistics->min },
        { "median", statistics->median },
        { "mean", statistics->mean },
        { "max", statistics->max },
        { "stddev", statistics->stddev },
        { "mad", statistics->mad },
        { "p05", statistics->p05 },
        { "p95", statistics->p95 },
        { "spread_within", statistics->spread_within },
        { "spread_between", statistics->spread_between },
    };
    assay_writer_open(writer, "statistics", '{', false);
    assay_writer_u64(writer, "samples", statistics->samples);
    assay_writer_u64(writer, "processes", statistics->processes);
    assay_writer_u64(writer, "sessions", statistics->sessions);
    for (size_t i = 0; i < sizeof reals / sizeof reals[0]; i++) {
        assay_writer_real(writer, reals[i].name, reals[i].value);
    }
    if (statistics->ci95.known) {
        assay_writer_reals(writer, "ci95", (const double[]){ statistics->ci95.low, statistics->ci95.high }, 2);
    } else {
        assay_writer_text(writer, "ci95", NULL);
    }
    assay_writer_text(writer, "ci95_reason", statistics->ci95.known ? NULL : statistics->ci95_reason);
    assay_writer_close(writer, '}');
}

static void write_index(struct assay_writer *writer, const char *key, int32_t value)
{
    if (value < 0) {
        assay_writer_text(writer, key, NULL);
    } else {
        assay_writer_i64(writer, key, value);
    }
}

static void write_processes(struct assay_writer *writer, const struct assay_benchmark *benchmark)
{
    assay_writer_open(writer, "processes", '[', false);
    for (size_t i = 0; i < benchmark->process_count; i++) {
        const struct assay_process *process = &benchmark->processes[i];
        assay_writer_open(writer, NULL, '{', true);
        assay_writer_u64(writer, "session", process->session);
        write_index(writer, "layout", process->layout);
        write_index(writer, "processor", process->processor);
        assay_writer_decimal(writer, "seed", process->seed);
        assay_writer_text(writer, "build_id", process->build_id);
        assay_writer_truth(writer, "steady", process->steady);
        assay_writer_real(writer, "warmup_ns", process->warmup_ns);
        assay_writer_real(writer, "startup_ns", process->startup_ns);
        assay_writer_real(writer, "peak_bytes", process->peak_bytes);
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
}

static void write_samples(struct assay_writer *writer, const struct assay_samples *samples)
{
    assay_writer_open(writer, "samples", '{', false);
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        assay_writer_reals(writer, assay_columns[i].name, assay_samples_column(samples, i), samples->count);
    }
    assay_writer_close(writer, '}');
}

static void write_counts(struct assay_writer *writer, const struct assay_measure_values *values)
{
    if (values->counts_count > 0) {
        assay_writer_reals(writer, "counts", values->counts, values->counts_count);
    } else {
        assay_writer_text(writer, "counts", NULL);
    }
}

static bool write_values(struct assay_writer *writer, const char *key, const struct assay_measure_values *list,
                         size_t count, bool counted)
{
    struct assay_names names = { 0 };
    assay_writer_open(writer, key, '[', false);
    for (size_t i = 0; i < count; i++) {
        assay_writer_open(writer, NULL, '{', false);
        assay_writer_text(writer, "name", assay_names_add(&names, list[i].name));
        assay_writer_text(writer, "unit", list[i].unit ? list[i].unit : "");
        assay_writer_text(writer, "better", list[i].higher_is_better ? "higher" : "lower");
        assay_writer_text(writer, "reason", list[i].reason);
        assay_writer_reals(writer, "values", list[i].values, list[i].count);
        if (counted) {
            write_counts(writer, &list[i]);
        }
        assay_writer_close(writer, '}');
    }
    assay_writer_close(writer, ']');
    bool good = !names.failed;
    assay_names_release(&names);
    return good;
}

static bool write_parameters(struct assay_writer *writer, const struct assay_benchmark *benchmark)
{
    struct assay_names names = { 0 };
    assay_writer_open(writer, "parameters", '{', true);
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        assay_writer_text(writer, assay_names_add(&names, benchmark->parameters[i].name),
                          benchmark->parameters[i].text);
    }
    assay_writer_close(writer, '}');
    bool good = !names.failed;
    assay_names_release(&names);
    return good;
}

/* The flags, and "invalid-utf8" where a text of the benchmark had to be cleaned. */
static void write_flags(struct assay_writer *writer, const struct assay_benchmark *benchmark)
{
    bool add = assay_benchmark_is_dirty(benchmark);
    assay_writer_open(writer, "flags", '[', true);
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        assay_writer_text(writer, NULL, benchmark->flags[i]);
        add = add && strcmp(benchmark->flags[i], "invalid-utf8") != 0;
    }
    if (add) {
        assay_writer_text(writer, NULL, "invalid-utf8");
    }
    assay_writer_close(writer, ']');
}

static void write_tags(struct assay_writer *writer, const struct assay_benchmark *benchmark)
{
    assay_writer_open(writer, "tags", '[', true);
    for (size_t i = 0; i < benchmark->tag_count; i++) {
        assay_writer_text(writer, NULL, benchmark->tags[i]);
    }
    assay_writer_close(writer, ']');
}

static bool write_benchmark(struct assay_writer *writer, const struct assay_benchmark *benchmark)
{
    bool good = true;
    assay_writer_open(writer, NULL, '{', false);
    assay_writer_text(writer, "id", benchmark->id ? benchmark->id : "");
    assay_writer_text(writer, "kernel", benchmark->kernel ? benchmark->kernel : "");
    assay_writer_text(writer, "version", benchmark->version);
    good &= write_parameters(writer, benchmark);
    assay_writer_text(writer, "implementation", benchmark->implementation ? benchmark->implementation : "c");
    assay_writer_text(writer, "plugin", benchmark->plugin);
    assay_writer_text(writer, "build", benchmark->build);
    assay_writer_text(writer, "mode", benchmark->mode ? benchmark->mode : "warm");
    assay_writer_u64(writer, "threads", benchmark->threads);
    assay_writer_u64(writer, "jobs", benchmark->jobs);
    assay_writer_text(writer, "group", benchmark->group);
    assay_writer_truth(writer, "baseline", benchmark->baseline);
    write_tags(writer, benchmark);
    assay_writer_text(writer, "status", assay_status_word(benchmark->status));
    assay_writer_text(writer, "message", benchmark->message);
    write_flags(writer, benchmark);
    write_answer(writer, &benchmark->answer);
    assay_writer_truth(writer, "verified", benchmark->verified);
    write_oracle(writer, &benchmark->oracle);
    write_work(writer, benchmark);
    write_statistics(writer, benchmark);
    write_processes(writer, benchmark);
    write_samples(writer, &benchmark->samples);
    good &= write_values(writer, "measures", benchmark->measures, benchmark->measure_count, false);
    good &= write_values(writer, "distributions", benchmark->distributions, benchmark->distribution_count, true);
    good &= write_values(writer, "counters", benchmark->counters, benchmark->counter_count, false);
    assay_writer_close(writer, '}');
    return good;
}

static void write_head(struct assay_writer *writer, const struct assay_document *document)
{
    const struct assay_session *first = &document->sessions[0];
    assay_writer_text(writer, "schema", "assay.result/1");
    assay_writer_text(writer, "id", document->id);
    assay_writer_text(writer, "created", document->created);
    assay_writer_open(writer, "tool", '{', true);
    assay_writer_text(writer, "name", "assay");
    assay_writer_text(writer, "version", document->tool_version);
    assay_writer_text(writer, "commit", document->tool_commit);
    assay_writer_close(writer, '}');
    assay_writer_text(writer, "command", first->command);
    assay_writer_decimal(writer, "seed", first->seed);
    if (document->suite) {
        assay_writer_open(writer, "suite", '{', true);
        assay_writer_text(writer, "name", document->suite);
        assay_writer_text(writer, "version", document->suite_version);
        assay_writer_close(writer, '}');
    } else {
        assay_writer_text(writer, "suite", NULL);
    }
    assay_writer_facts(writer, "environment", &first->environment);
}

static void write_warnings(struct assay_writer *writer, const struct assay_document *document)
{
    static const char cleaned[] = "some text was not UTF-8; what could not be read is U+FFFD";
    assay_writer_open(writer, "warnings", '[', false);
    for (size_t i = 0; i < document->warning_count; i++) {
        assay_writer_text(writer, NULL, document->warnings[i]);
    }
    if (writer->dirty) {
        assay_writer_text(writer, NULL, cleaned);
    }
    assay_writer_close(writer, ']');
}

/* Fields of other makers and later versions, kept as they came. */
static bool write_rest(struct assay_writer *writer, const struct json_t *rest)
{
    const char *key;
    json_t *value;
    bool good = true;
    json_object_foreach((json_t *)(uintptr_t)rest, key, value)
    {
        char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);
        if (text) {
            assay_writer_raw(writer, key, text);
        }
        good = good && text;
        free(text);
    }
    return good;
}

int assay_document_write(const struct assay_document *document, FILE *to, struct assay_error *error)
{
    int result = assay_document_check(document, error);
    if (result) {
        return result;
    }
    bool good = true;
    struct assay_writer writer;
    assay_writer_init(&writer, to);
    assay_writer_open(&writer, NULL, '{', false);
    write_head(&writer, document);
    assay_writer_open(&writer, "sessions", '[', false);
    for (size_t i = 0; i < document->session_count; i++) {
        write_session(&writer, &document->sessions[i], i == 0);
    }
    assay_writer_close(&writer, ']');
    bool dirty = writer.dirty; /* benchmarks say so themselves, by a flag */
    assay_writer_open(&writer, "benchmarks", '[', false);
    for (size_t i = 0; i < document->benchmark_count; i++) {
        good &= write_benchmark(&writer, &document->benchmarks[i]);
    }
    assay_writer_close(&writer, ']');
    writer.dirty = dirty;
    assay_comparisons_write(&writer, document);
    assay_crossovers_write(&writer, document);
    assay_scalings_write(&writer, document);
    assay_profiles_write(&writer, document);
    assay_history_write(&writer, document);
    write_warnings(&writer, document);
    good &= write_rest(&writer, document->rest);
    assay_writer_close(&writer, '}');
    result = assay_writer_finish(&writer, error);
    return !result && !good ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : result;
}

int assay_document_save(const struct assay_document *document, const char *path, struct assay_error *error)
{
    struct assay_output *output = NULL;
    int result = assay_output_open(&output, path, error);
    if (result) {
        return result;
    }
    struct assay_error inner = { 0 };
    result = assay_document_write(document, assay_output_stream(output), &inner);
    if (!result) {
        return assay_output_commit(output, error);
    }
    assay_output_abort(output);
    return assay_fail(error, result, "'%s': %s", path, inner.text);
}
