/* pyperf's JSON (pyperf/_bench.py of github.com/psf/pyperf, formats 6 and 1.0) as a document: a run is a process, a
 * value is a sample. Warm-ups and calibration are no samples. */
#include "import/reading.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char origin[] = "pyperf's metadata";

/* What is wanted of metadata. The file, a benchmark and a run have them: the innermost has the word. */
enum wanted { NAME, UNIT, LOOPS, INNER_LOOPS, COMMAND_PEAK, OWN_PEAK, PROCESSORS, WANTED };
static const char *const wanted[WANTED + 1] = {
    "name", "unit", "loops", "inner_loops", "command_max_rss", "mem_max_rss", "cpu_affinity", NULL
};
struct metadata {
    struct assay_json values[WANTED];
};

static int refine(struct metadata *metadata, const struct assay_import_reading *reading, struct assay_json inner)
{
    struct metadata own;
    int code = inner.at ? assay_import_members(reading, own.values, wanted, 0, inner) : 0;
    for (size_t i = 0; inner.at && i < WANTED && !code; i++) {
        metadata->values[i] = own.values[i].at ? own.values[i] : metadata->values[i];
    }
    return code;
}

static int read_loops(uint64_t *loops, const struct assay_import_reading *reading, const struct metadata *metadata,
                      enum wanted name)
{
    struct assay_json value = metadata->values[name];
    *loops = 1;
    return value.at && !assay_json_whole(loops, value, 1, UINT64_C(1) << 53)
               ? assay_import_want(reading, value.at, wanted[name], "a whole number from 1 to 2^53")
               : 0;
}

/* ---- a run ---- */

/* Since format 1.0 a warm-up is [loops, seconds of a loop]; NaN for what is none of these. */
static double warmup_ns(struct assay_json warmups, double inner_loops)
{
    struct assay_json_walk walk = assay_json_walk(warmups);
    double sum = assay_json_kind(warmups) == ASSAY_JSON_ARRAY ? 0 : NAN;
    while (!walk.object && assay_json_next(&walk)) {
        struct assay_json_walk pair = assay_json_walk(walk.value);
        double loops = NAN, seconds = NAN;
        bool good = assay_json_next(&pair) && assay_json_number(&loops, pair.value) && assay_json_next(&pair) &&
                    assay_json_number(&seconds, pair.value) && loops >= 0 && seconds >= 0;
        sum += good ? loops * seconds * inner_loops * 1e9 : NAN;
    }
    return isfinite(sum) ? sum : NAN;
}

static void describe_process(struct assay_process *process, const struct metadata *metadata)
{
    static const enum wanted peaks[] = { COMMAND_PEAK, OWN_PEAK };
    uint64_t number = 0;
    for (size_t i = 0; i < 2 && isnan(process->peak_bytes); i++) {
        if (assay_json_whole(&number, metadata->values[peaks[i]], 1, UINT64_C(1) << 53)) {
            process->peak_bytes = (double)number;
        }
    }
    char *processor = assay_json_text(metadata->values[PROCESSORS], NULL); /* "2": pinned; "0-3" says no one */
    if (processor && assay_piece_whole(&number, (struct assay_piece){ processor, strlen(processor) }, 100000)) {
        process->processor = (int32_t)number;
    }
    free(processor);
}

static int read_run(struct assay_import_reading *reading, struct assay_benchmark *benchmark, struct assay_json run,
                    const struct metadata *outer, bool per_loop)
{
    static const char *const names[] = { "values", "metadata", "warmups", NULL };
    struct assay_json values[3];
    uint64_t loops = 1, inner_loops = 1;
    struct metadata metadata = *outer;
    int code = assay_import_members(reading, values, names, 0, run);
    code = code ? code : refine(&metadata, reading, values[1]);
    if (!code && values[0].at && assay_json_kind(values[0]) != ASSAY_JSON_ARRAY) {
        code = assay_import_want(reading, values[0].at, "values", "an array");
    }
    if (code || !assay_json_first(values[0]).at) {
        return code; /* a calibration */
    }
    code = read_loops(&loops, reading, &metadata, LOOPS);
    code = code ? code : read_loops(&inner_loops, reading, &metadata, INNER_LOOPS);
    double iterations = (double)loops * (double)inner_loops;
    if (!code && iterations > 0x1p53) {
        code = assay_import_want(reading, run.at, NULL, "at most 2^53 loops in all");
    }
    code = code ? code : assay_import_process(reading, benchmark);
    if (code) {
        return code;
    }
    struct assay_process *process = &benchmark->processes[benchmark->process_count - 1];
    process->warmup_ns = per_loop ? warmup_ns(values[2], (double)inner_loops) : NAN;
    describe_process(process, &metadata);
    struct assay_json_walk walk = assay_json_walk(values[0]);
    while (!code && assay_json_next(&walk)) {
        double seconds = NAN;
        if (!assay_json_number(&seconds, walk.value) || !(seconds > 0)) {
            return assay_import_want(reading, walk.value.at, "values", "numbers above 0");
        }
        const struct assay_import_sample sample = { iterations, seconds * iterations * 1e9, NAN, walk.value.at };
        code = assay_import_sample(reading, benchmark, &sample);
    }
    return code;
}

/* ---- a benchmark ---- */

/* NULL: seconds. */
static int read_unit(char **unit, const struct assay_import_reading *reading, const struct metadata *metadata)
{
    struct assay_json value = metadata->values[UNIT];
    int code = value.at ? assay_import_text(reading, unit, NULL, value, "metadata.unit") : 0;
    if (*unit && strcmp(*unit, "second") == 0) {
        free(*unit);
        *unit = NULL;
    }
    return code;
}

static int read_runs(struct assay_import_reading *reading, struct assay_benchmark *benchmark, struct assay_json runs,
                     const struct metadata *metadata, bool per_loop)
{
    char place[sizeof reading->place];
    struct assay_json_walk walk = assay_json_walk(runs);
    char *unit = NULL;
    int code = read_unit(&unit, reading, metadata);
    (void)snprintf(place, sizeof place, "%s", reading->place);
    for (size_t i = 0; !unit && !code && assay_json_next(&walk); i++) {
        (void)snprintf(reading->place, sizeof reading->place, "%.30s.runs[%zu]", place, i);
        code = read_run(reading, benchmark, walk.value, metadata, per_loop);
    }
    if (!code && benchmark->samples.count == 0) {
        benchmark->status = ASSAY_STATUS_UNAVAILABLE;
        benchmark->message = unit ? assay_formatted("its values are no times, but of the unit %.60s", unit)
                                  : assay_copy("none of its runs has a value: they calibrate alone");
        code = benchmark->message ? 0 : assay_import_no_memory(reading);
    }
    free(unit);
    return code;
}

static int read_benchmark(struct assay_import_reading *reading, struct assay_json object, const struct metadata *common,
                          bool per_loop)
{
    static const char *const names[] = { "runs", "metadata", NULL };
    struct assay_benchmark *benchmark = NULL;
    struct assay_json values[2];
    struct metadata metadata = *common;
    char *name = NULL;
    bool changed = false;
    int code = assay_import_members(reading, values, names, 1, object);
    if (!code && assay_json_kind(values[0]) != ASSAY_JSON_ARRAY) {
        code = assay_import_want(reading, values[0].at, "runs", "an array");
    }
    code = code ? code : refine(&metadata, reading, values[1]);
    if (!code && !metadata.values[NAME].at) { /* not said for all runs: the first has the word */
        code = refine(&metadata, reading, assay_json_member(assay_json_first(values[0]), "metadata"));
    }
    if (!code && !metadata.values[NAME].at) {
        return assay_import_refuse(reading->source, object.at, reading->error, "%s: no member 'name' in its metadata",
                                   reading->place);
    }
    code = code ? code : assay_import_text(reading, &name, &changed, metadata.values[NAME], "metadata.name");
    code = code ? code : assay_import_benchmark(reading, &benchmark, name, changed);
    return code ? code : read_runs(reading, benchmark, values[0], &metadata, per_loop);
}

/* ---- the whole ---- */

static int add_fact(const struct assay_import_reading *reading, const char *name, struct assay_json value)
{
    static const char *const left_out[] = { "name", "unit", "loops", "inner_loops", "hostname", NULL };
    struct assay_facts *facts = assay_import_facts(reading);
    uint64_t count = 0;
    for (size_t i = 0; left_out[i]; i++) {
        if (strcmp(name, left_out[i]) == 0) {
            return 0;
        }
    }
    if (strcmp(name, "cpu_count") == 0 && assay_json_whole(&count, value, 1, 1000000)) {
        assay_facts_integer(facts, "topology", "processors", (int64_t)count, origin);
        return 0;
    }
    if (strcmp(name, "cpu_model_name") == 0 && assay_json_kind(value) == ASSAY_JSON_TEXT_VALUE) {
        char *model = NULL;
        int code = assay_import_text(reading, &model, NULL, value, name);
        if (!code) {
            assay_facts_text(facts, "cpu", "model", model, origin);
        }
        free(model);
        return code;
    }
    return assay_import_fact(reading, "pyperf_", name, value, origin);
}

static int add_facts(const struct assay_import_reading *reading, struct assay_json metadata)
{
    struct assay_json_walk walk = assay_json_walk(metadata);
    int code = 0;
    while (!code && assay_json_next(&walk)) {
        char *name = assay_json_key(walk.key);
        code = name ? add_fact(reading, name, walk.value) : assay_import_no_memory(reading);
        free(name);
    }
    return code || !assay_import_facts(reading)->failed ? code : assay_import_no_memory(reading);
}

/* "1.0", or the number 6 before it; *per_loop: warm-ups are of a loop, as values are. */
static int read_version(bool *per_loop, const struct assay_import_reading *reading, struct assay_json version)
{
    uint64_t number = 0;
    char *text = assay_json_text(version, NULL);
    bool known = text ? strcmp(text, "1.0") == 0 : assay_json_whole(&number, version, 6, 6);
    *per_loop = text != NULL;
    free(text);
    return known ? 0
                 : assay_import_want(reading, version.at, "version",
                                     "\"1.0\" or 6 (python3 -m pyperf convert reads others)");
}

int assay_import_read_pyperf(struct assay_document *document, const struct assay_import_source *source,
                             struct assay_error *error)
{
    static const char *const names[] = { "benchmarks", "version", "metadata", NULL };
    struct assay_import_reading reading = { .document = document, .source = source, .error = error };
    struct assay_json whole, values[3];
    struct metadata common = { 0 };
    bool per_loop = true;
    int code = assay_json_open(&whole, source, error);
    code = code ? code : assay_import_members(&reading, values, names, 2, whole);
    code = code ? code : read_version(&per_loop, &reading, values[1]);
    if (!code && assay_json_kind(values[0]) != ASSAY_JSON_ARRAY) {
        code = assay_import_want(&reading, values[0].at, "benchmarks", "an array");
    }
    code = code ? code : refine(&common, &reading, values[2]);
    code = code ? code : assay_import_begin(&reading, "pyperf", "pyperf's metadata does not say it");
    code = code ? code : add_facts(&reading, values[2]);
    if (code) {
        return code;
    }
    struct assay_json_walk walk = assay_json_walk(values[0]);
    for (size_t i = 0; !code && assay_json_next(&walk); i++) {
        (void)snprintf(reading.place, sizeof reading.place, "benchmarks[%zu]", i);
        code = read_benchmark(&reading, walk.value, &common, per_loop);
    }
    code = code ? code : assay_import_finish(&reading, "an element of 'benchmarks' that pyperf wrote");
    return code ? code : assay_import_warn(&reading, "pyperf checks no answer: no result is verified");
}

bool assay_import_sniff_pyperf(const struct assay_import_source *source)
{
    struct assay_json whole = assay_json_peek(source->bytes, source->length);
    struct assay_json first = assay_json_first(assay_json_member(whole, "benchmarks"));
    return assay_json_kind(assay_json_member(first, "runs")) == ASSAY_JSON_ARRAY;
}
