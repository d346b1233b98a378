/* The text of Go's benchmarks (golang.org/design/14313-benchmark-format), as benchstat reads it: a line a repetition, for
 * benchstat takes lines for independent. Names are `Benchmark` and kernel/parameter=value/...-threads, and what would end a
 * part of them is written as %XX. */
#include "reports/report.h"

#include "reports/tools/stream.h"
#include "reports/tools/timed.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One part of a name, or a key: no space, no '/', and nothing that is not one line. */
static void append_part(struct assay_text *text, const char *part)
{
    char *line = assay_one_line(part ? part : "?", ASSAY_TIMED_NAME_MOST);
    text->failed = text->failed || !line;
    for (const char *at = line; at && *at; at++) {
        if (*at == ' ' || *at == '/' || *at == '%') {
            assay_text_format(text, "%%%02X", (unsigned)(unsigned char)*at);
        } else {
            assay_text_append_char(text, *at);
        }
    }
    free(line);
}

/* A key of the name's own: all of what tells this benchmark from others. */
static void append_pair(struct assay_text *text, const char *name, const char *value)
{
    assay_text_append_char(text, '/');
    append_part(text, name);
    assay_text_append_char(text, '=');
    append_part(text, value);
}

/* The last "-N" is threads, always there, so that a value that ends in "-8" is not read as some. */
static void append_name(struct assay_text *text, const struct assay_timed *timed)
{
    const struct assay_benchmark *benchmark = timed->benchmark;
    assay_text_append(text, "Benchmark");
    append_part(text, benchmark->kernel && benchmark->kernel[0] ? benchmark->kernel : "?");
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        append_pair(text, benchmark->parameters[i].name, benchmark->parameters[i].text);
    }
    if (benchmark->implementation && strcmp(benchmark->implementation, "c") != 0) {
        append_pair(text, "implementation", benchmark->implementation);
    }
    if (benchmark->mode && strcmp(benchmark->mode, "warm") != 0) {
        append_pair(text, "mode", benchmark->mode);
    }
    if (benchmark->jobs > 1) {
        assay_text_format(text, "/jobs=%" PRIu32, benchmark->jobs);
    }
    if (timed->side) {
        assay_text_format(text, "/side=%s", timed->side);
    }
    assay_text_format(text, "-%" PRIu32, benchmark->threads);
}

/* `key: value`, of one line; nothing where there is no value. */
static void append_setting(struct assay_text *text, const char *key, const char *value)
{
    char *line = assay_one_line(value, ASSAY_TIMED_NAME_MOST);
    text->failed = text->failed || !line;
    if (line && line[0]) {
        assay_text_format(text, "%s: %s\n", key, line);
    }
    free(line);
}

static void append_settings(struct assay_text *text, const struct assay_document *document)
{
    const struct assay_facts *facts = &document->sessions[0].environment;
    const struct assay_fact *model = assay_facts_find(facts, "cpu", "model");
    append_setting(text, "date", document->sessions[0].created);
    append_setting(text, "cpu", model && model->kind == ASSAY_FACT_TEXT ? model->text : NULL);
    append_setting(text, "suite", document->suite);
    append_setting(text, "assay-version", document->tool_version);
    append_setting(text, "assay-document", document->id);
    assay_text_append(text, "Unit ns/op better=lower assume=nothing\n");
    assay_text_append(text, "Unit cpu-ns/op better=lower assume=nothing\n");
}

static void append_number(struct assay_text *text, double value, const char *unit)
{
    assay_text_append_char(text, ' ');
    assay_text_append_real(text, value);
    assay_text_format(text, " %s", unit);
}

/* Names of this format, which hold less than an id: what becomes alike by that is numbered, for benchstat takes lines of
 * one name for one benchmark. False: out of memory; release it all the same. */
static bool name_all(struct assay_timed_list *names, const struct assay_timed_list *list)
{
    bool good = (names->items = calloc(list->count + 1, sizeof *names->items)) != NULL;
    for (size_t i = 0; good && i < list->count; i++) {
        struct assay_text name = ASSAY_TEXT_INIT;
        append_name(&name, &list->items[i]);
        names->items[names->count] = list->items[i];
        names->items[names->count].name = assay_text_take(&name);
        good = names->items[names->count++].name != NULL;
    }
    return good && assay_timed_tell_apart(names, "/copy=", '-');
}

static bool append_benchmark(struct assay_stream *stream, const struct assay_timed *timed)
{
    const struct assay_benchmark *benchmark = timed->benchmark;
    struct assay_repetitions repetitions = { 0 };
    bool good = assay_repetitions_fill(&repetitions, benchmark);
    for (size_t i = 0; good && i < repetitions.count; i++) {
        const struct assay_repetition *repetition = &repetitions.items[i];
        /* Go reads iterations as an int, so that more than it holds would void the line. */
        assay_text_format(&stream->text, "%s %.0f", timed->name, fmin(repetition->iterations, 0x1p53));
        append_number(&stream->text, repetition->ns, "ns/op");
        if (isfinite(repetition->cpu_ns)) {
            append_number(&stream->text, repetition->cpu_ns, "cpu-ns/op");
        }
        if (benchmark->bytes > 0 && repetition->ns > 0 && isfinite(benchmark->bytes / repetition->ns)) {
            append_number(&stream->text, benchmark->bytes / repetition->ns * 1e3, "MB/s");
        }
        assay_text_append_char(&stream->text, '\n');
        assay_stream_flush(stream);
    }
    assay_repetitions_release(&repetitions);
    return good;
}

int assay_report_benchfmt(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                          struct assay_error *error)
{
    struct assay_stream stream = ASSAY_STREAM_INIT(to);
    struct assay_timed_list list = { 0 }, names = { 0 };
    (void)options;
    int code = assay_timed_open(&list, report, error);
    bool good = !code && name_all(&names, &list);
    if (good) {
        append_settings(&stream.text, report->parts[0].document);
    }
    for (size_t i = 0; good && i < names.count; i++) {
        good = append_benchmark(&stream, &names.items[i]);
    }
    stream.text.failed = stream.text.failed || (!code && !good);
    assay_timed_release(&names);
    assay_timed_release(&list);
    return assay_stream_end(&stream, code, error);
}
