/* hyperfine's JSON (--export-json; src/benchmark/benchmark_result.rs of github.com/sharkdp/hyperfine, to version 1.20)
 * as a document: every run of a command is a process of its own, with one sample of one iteration. */
#include "import/reading.h"

#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum field { COMMAND, TIMES, EXIT_CODES, MEMORY, PARAMETERS, PARAMETER, MEAN, FIELDS };
static const char *const fields[FIELDS + 1] = { "command",    "times",     "exit_codes", "memory_usage_byte",
                                                "parameters", "parameter", "mean",       NULL };

static size_t count_of(struct assay_json array)
{
    struct assay_json_walk walk = assay_json_walk(array);
    size_t count = 0;
    while (assay_json_next(&walk)) {
        count++;
    }
    return count;
}

/* A list with an element a time, or none at all. */
static int check_list(const struct assay_import_reading *reading, struct assay_json list, const char *name, size_t runs)
{
    if (!list.at || assay_json_kind(list) == ASSAY_JSON_NULL) {
        return 0;
    }
    return assay_json_kind(list) == ASSAY_JSON_ARRAY && count_of(list) == runs
               ? 0
               : assay_import_want(reading, list.at, name, "an array with an element for each of 'times'");
}

static int read_times(struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                      const struct assay_json *values)
{
    struct assay_json_walk times = assay_json_walk(values[TIMES]), memory = assay_json_walk(values[MEMORY]);
    int code = 0;
    while (!code && assay_json_next(&times)) {
        double seconds = NAN;
        uint64_t bytes = 0;
        if (!assay_json_number(&seconds, times.value) || !(seconds >= 0)) {
            return assay_import_want(reading, times.value.at, "times", "numbers of 0 or more");
        }
        const struct assay_import_sample sample = { 1, seconds * 1e9, NAN, times.value.at };
        code = assay_import_process(reading, benchmark);
        code = code ? code : assay_import_sample(reading, benchmark, &sample);
        if (code || !assay_json_next(&memory) || assay_json_kind(memory.value) == ASSAY_JSON_NULL) {
            continue;
        }
        if (!assay_json_whole(&bytes, memory.value, 0, UINT64_C(1) << 53)) {
            return assay_import_want(reading, memory.value.at, "memory_usage_byte", "whole numbers or null");
        }
        benchmark->processes[benchmark->process_count - 1].peak_bytes = (double)bytes;
    }
    return code;
}

/* null: it was ended by a signal. The first that is not 0 has the word. */
static int read_exit_codes(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                           struct assay_json list)
{
    struct assay_json_walk walk = assay_json_walk(list);
    size_t failed = 0, signalled = 0;
    double first = 0, code = 0;
    while (assay_json_next(&walk)) {
        bool killed = assay_json_kind(walk.value) == ASSAY_JSON_NULL;
        if (!killed && (!assay_json_number(&code, walk.value) || code != floor(code))) {
            return assay_import_want(reading, walk.value.at, "exit_codes", "whole numbers or null");
        }
        first = failed == 0 ? code : first;
        failed += !killed && code != 0;
        signalled += killed;
    }
    if (failed + signalled == 0) {
        return 0;
    }
    benchmark->status = signalled > 0 ? ASSAY_STATUS_CRASHED : ASSAY_STATUS_EXITED;
    benchmark->message =
        signalled > 0 ? assay_formatted("%zu of %zu runs were ended by a signal", signalled, benchmark->samples.count)
                      : assay_formatted("%zu of %zu runs did not exit with 0: the first with %.0f", failed,
                                        benchmark->samples.count, first);
    return benchmark->message ? 0 : assay_import_no_memory(reading);
}

/* Texts; before version 1.11 one parameter, whose name is not said. */
static int read_parameters(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                           const struct assay_json *values)
{
    bool added = false, changed = false;
    struct assay_json_walk walk = assay_json_walk(values[PARAMETERS]);
    int code = 0;
    if (values[PARAMETERS].at && assay_json_kind(values[PARAMETERS]) != ASSAY_JSON_OBJECT) {
        return assay_import_want(reading, values[PARAMETERS].at, "parameters", "an object");
    }
    while (!code && assay_json_next(&walk)) {
        char *text = NULL;
        char *name = walk.key.length <= ASSAY_IMPORT_TEXT ? assay_json_key(walk.key) : assay_copy("");
        code = name ? assay_import_text(reading, &text, &changed, walk.value, "parameters")
                    : assay_import_no_memory(reading);
        code = code ? code : assay_import_parameter(reading, benchmark, name, text, &added);
        if (!code && (!added || name[0] == '\0')) {
            code = assay_import_want(reading, walk.key.at, "parameters", "at most 64, each name once");
        }
        free(text);
        free(name);
    }
    if (!code && assay_json_kind(values[PARAMETER]) == ASSAY_JSON_TEXT_VALUE) {
        char *text = NULL;
        code = assay_import_text(reading, &text, &changed, values[PARAMETER], "parameter");
        code = code ? code : assay_import_parameter(reading, benchmark, "parameter", text, &added);
        free(text);
    }
    return code || !changed || assay_benchmark_flag(benchmark, "invalid-utf8") ? code : assay_import_no_memory(reading);
}

/* What a file without times has: said, and no sample made of it. */
static int say_mean(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                    struct assay_json mean)
{
    double seconds = NAN;
    char shown[32] = "unknown";
    if (assay_json_number(&seconds, mean) && seconds >= 0) {
        (void)assay_format_ns(shown, seconds * 1e9);
    }
    benchmark->status = ASSAY_STATUS_UNAVAILABLE;
    benchmark->message = assay_formatted("the file has no times to compute from: its mean is %s", shown);
    return benchmark->message ? 0 : assay_import_no_memory(reading);
}

static int read_result(struct assay_import_reading *reading, struct assay_json object)
{
    struct assay_benchmark *benchmark = NULL;
    struct assay_json values[FIELDS];
    char *command = NULL;
    bool changed = false;
    int code = assay_import_members(reading, values, fields, 1, object);
    code = code ? code : assay_import_text(reading, &command, &changed, values[COMMAND], "command");
    code = code ? code : assay_import_benchmark(reading, &benchmark, command, changed);
    if (code) {
        return code;
    }
    code = read_parameters(reading, benchmark, values);
    if (!code && (!values[TIMES].at || assay_json_kind(values[TIMES]) == ASSAY_JSON_NULL)) {
        return say_mean(reading, benchmark, values[MEAN]);
    }
    if (!code && (assay_json_kind(values[TIMES]) != ASSAY_JSON_ARRAY || count_of(values[TIMES]) == 0)) {
        return assay_import_want(reading, values[TIMES].at, "times", "an array of 1 number or more");
    }
    size_t runs = code ? 0 : count_of(values[TIMES]);
    code = code ? code : check_list(reading, values[EXIT_CODES], "exit_codes", runs);
    code = code ? code : check_list(reading, values[MEMORY], "memory_usage_byte", runs);
    code = code ? code : read_times(reading, benchmark, values);
    return code ? code : read_exit_codes(reading, benchmark, values[EXIT_CODES]);
}

int assay_import_read_hyperfine(struct assay_document *document, const struct assay_import_source *source,
                                struct assay_error *error)
{
    static const char *const names[] = { "results", NULL };
    struct assay_import_reading reading = { .document = document, .source = source, .error = error };
    struct assay_json whole, results;
    int code = assay_json_open(&whole, source, error);
    code = code ? code : assay_import_members(&reading, &results, names, 1, whole);
    if (!code && assay_json_kind(results) != ASSAY_JSON_ARRAY) {
        code = assay_import_want(&reading, results.at, "results", "an array");
    }
    code = code ? code : assay_import_begin(&reading, "hyperfine", "hyperfine says nothing of the machine");
    if (code) {
        return code;
    }
    struct assay_json_walk walk = assay_json_walk(results);
    for (size_t i = 0; !code && assay_json_next(&walk); i++) {
        (void)snprintf(reading.place, sizeof reading.place, "results[%zu]", i);
        code = read_result(&reading, walk.value);
    }
    code = code ? code : assay_import_finish(&reading, "an element of 'results' that hyperfine wrote");
    return code ? code
                : assay_import_warn(&reading,
                                    "hyperfine times a whole process a run, its start included, says neither where nor "
                                    "when, and checks no output: no result is verified");
}

bool assay_import_sniff_hyperfine(const struct assay_import_source *source)
{
    struct assay_json whole = assay_json_peek(source->bytes, source->length);
    struct assay_json first = assay_json_first(assay_json_member(whole, "results"));
    return assay_json_member(first, "command").at && assay_json_member(first, "mean").at;
}
