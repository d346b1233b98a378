/* google-benchmark's JSON as a document: a row of a repetition is a sample, repetitions of one name are a benchmark.
 * Names and the context are read by files of their own. */
#include "import/google_benchmark.h"

#include "import/names.h"

#include "base/number.h"
#include "base/text.h"
#include "base/vector.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum field {
    NAME,
    RUN_NAME,
    RUN_TYPE,
    THREADS,
    ITERATIONS,
    REAL_TIME,
    CPU_TIME,
    TIME_UNIT,
    LABEL,
    ERROR_OCCURRED,
    ERROR_MESSAGE,
    SKIPPED,
    SKIP_MESSAGE,
    FAMILY,
    INSTANCE,
    AGGREGATE_NAME,
    AGGREGATE_UNIT,
    REPETITIONS,
    REPETITION_INDEX,
    FIELDS
};
/* Whatever else is a number is a counter, beside them. A counter may have a field's name: the first is the field. */
static const char *const fields[FIELDS + 1] = {
    [NAME] = "name",
    [RUN_NAME] = "run_name",
    [RUN_TYPE] = "run_type",
    [THREADS] = "threads",
    [ITERATIONS] = "iterations",
    [REAL_TIME] = "real_time",
    [CPU_TIME] = "cpu_time",
    [TIME_UNIT] = "time_unit",
    [LABEL] = "label",
    [ERROR_OCCURRED] = "error_occurred",
    [ERROR_MESSAGE] = "error_message",
    [SKIPPED] = "skipped",
    [SKIP_MESSAGE] = "skip_message",
    [FAMILY] = "family_index",
    [INSTANCE] = "per_family_instance_index",
    [AGGREGATE_NAME] = "aggregate_name",
    [AGGREGATE_UNIT] = "aggregate_unit",
    [REPETITIONS] = "repetitions",
    [REPETITION_INDEX] = "repetition_index",
};

struct reader {
    struct assay_import_reading reading;
    struct assay_import_names names;
    struct assay_text *aggregates; /* of each benchmark of the input, in words */
    size_t capacity;
    enum assay_gbench_threads threads;
    bool any_threads, any_odd_counter, any_collision;
    size_t without_samples;
};

struct row {
    struct assay_json object;
    struct assay_json values[FIELDS];
    char *name; /* of the run: "BM_x/8" */
    bool changed, aggregate;
    double unit_ns;
};

static bool text_is(struct assay_json value, const char *text)
{
    if (assay_json_kind(value) != ASSAY_JSON_TEXT_VALUE) {
        return false;
    }
    struct assay_piece inner = { value.at + 1, (size_t)(value.end - value.at) - 2 };
    return assay_json_key_is(inner, text);
}

/* ---- a row ---- */

/* Before version 1.5 rows have neither run_type nor run_name: a suffix alone tells an aggregate. */
static size_t suffix_length(const char *name)
{
    static const char *const suffixes[] = { "_mean", "_median", "_stddev", "_cv", "_BigO", "_RMS", NULL };
    size_t length = strlen(name);
    for (size_t i = 0; suffixes[i]; i++) {
        size_t own = strlen(suffixes[i]);
        if (length > own && strcmp(name + length - own, suffixes[i]) == 0) {
            return own;
        }
    }
    return 0;
}

static int read_unit(struct reader *reader, struct row *row)
{
    static const struct {
        const char *name;
        double ns;
    } units[] = { { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 } };
    struct assay_json value = row->values[TIME_UNIT];
    row->unit_ns = value.at ? 0 : 1;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (text_is(value, units[i].name)) {
            row->unit_ns = units[i].ns;
        }
    }
    return row->unit_ns > 0 ? 0 : assay_import_want(&reader->reading, value.at, "time_unit", "ns, us, ms or s");
}

static int begin_row(struct reader *reader, struct row *row, struct assay_json object)
{
    const struct assay_import_reading *reading = &reader->reading;
    *row = (struct row){ .object = object };
    if (assay_json_kind(object) != ASSAY_JSON_OBJECT) {
        return assay_import_want(reading, object.at, NULL, "an object");
    }
    reader->any_collision |= assay_json_members(row->values, fields, object).at != NULL;
    enum field named = row->values[RUN_NAME].at ? RUN_NAME : NAME;
    if (!row->values[named].at) {
        return assay_import_refuse(reading->source, object.at, reading->error, "%s: no member 'name'", reading->place);
    }
    int code = assay_import_text(reading, &row->name, &row->changed, row->values[named], fields[named]);
    if (!code && row->name[0] == '\0') {
        code = assay_import_want(reading, row->values[named].at, fields[named], "a name");
    }
    if (!code) {
        size_t suffix = row->values[RUN_TYPE].at ? 0 : suffix_length(row->name);
        row->aggregate = text_is(row->values[RUN_TYPE], "aggregate") || suffix > 0;
        row->name[strlen(row->name) - (named == NAME ? suffix : 0)] = '\0';
    }
    return code;
}

static uint64_t whole_or(struct assay_json value, uint64_t otherwise)
{
    uint64_t read = otherwise;
    (void)assay_json_whole(&read, value, 0, UINT32_MAX);
    return read;
}

/* Two families may have one name. */
static int find_benchmark(struct reader *reader, struct assay_benchmark **out, const struct row *row)
{
    struct assay_import_reading *reading = &reader->reading;
    struct assay_document *document = reading->document;
    void *aggregates = reader->aggregates;
    size_t count = document->benchmark_count - reading->first;
    char *key = assay_formatted("%" PRIu64 ".%" PRIu64 ".%s", whole_or(row->values[FAMILY], 0),
                                whole_or(row->values[INSTANCE], 0), row->name);
    size_t *known = key ? assay_import_names_get(&reader->names, key) : NULL;
    free(key);
    if (!known) {
        return assay_import_no_memory(reading);
    }
    if (*known != SIZE_MAX) {
        *out = &document->benchmarks[*known];
        return 0;
    }
    uint64_t threads = 1;
    if (row->values[THREADS].at && !assay_json_whole(&threads, row->values[THREADS], 1, 1000000)) {
        return assay_import_want(reading, row->values[THREADS].at, "threads", "a whole number from 1 to 1000000");
    }
    bool room = assay_reserve(&aggregates, &reader->capacity, count + 1, sizeof *reader->aggregates);
    reader->aggregates = aggregates;
    if (room) {
        reader->aggregates[count] = (struct assay_text)ASSAY_TEXT_INIT;
    }
    int code = room ? assay_import_benchmark(reading, out, assay_copy(row->name), row->changed)
                    : assay_import_no_memory(reading);
    if (code) {
        return code;
    }
    *known = document->benchmark_count - 1;
    (*out)->threads = (uint32_t)threads;
    code = assay_gbench_name(reading, *out, row->name);
    return code ? code : assay_import_process(reading, *out);
}

/* ---- what a row says ---- */

static int add_aggregate(struct reader *reader, const struct row *row)
{
    struct assay_benchmark *benchmark = NULL;
    char shown[32];
    double value = NAN;
    if (!assay_json_number(&value, row->values[REAL_TIME]) || !isfinite(value)) {
        return 0; /* of a fit (BigO, RMS), which is of a family and has no time */
    }
    int code = find_benchmark(reader, &benchmark, row);
    if (code) {
        return code;
    }
    size_t index = (size_t)(benchmark - reader->reading.document->benchmarks) - reader->reading.first;
    struct assay_text *words = &reader->aggregates[index];
    char *name = assay_json_text(row->values[AGGREGATE_NAME], NULL);
    if (text_is(row->values[AGGREGATE_UNIT], "percentage")) {
        (void)snprintf(shown, sizeof shown, "%.3g %%", 100 * value);
    } else {
        (void)assay_format_ns(shown, value * row->unit_ns);
    }
    if (words->length < 200) {
        assay_text_format(words, "%s%.20s %s", words->length > 0 ? ", " : "", name ? name : "an aggregate", shown);
    }
    free(name);
    return words->failed ? assay_import_no_memory(&reader->reading) : 0;
}

/* Of all repetitions the first that failed has the word. */
static int add_failure(struct reader *reader, struct assay_benchmark *benchmark, struct assay_json message,
                       enum assay_status status)
{
    char *words = NULL;
    bool changed = false;
    if (benchmark->status != ASSAY_STATUS_OK) {
        return 0;
    }
    benchmark->status = status;
    if (message.at) {
        int code = assay_import_text(&reader->reading, &words, &changed, message, "error_message");
        if (code) {
            return code;
        }
    }
    benchmark->message = words ? words : assay_copy("google-benchmark gives no reason");
    return benchmark->message && (!changed || assay_benchmark_flag(benchmark, "invalid-utf8"))
               ? 0
               : assay_import_no_memory(&reader->reading);
}

static int add_label(struct reader *reader, struct assay_benchmark *benchmark, struct assay_json label)
{
    char *words = NULL;
    if (!label.at || assay_benchmark_tag_value(benchmark, "label")) {
        return 0;
    }
    int code = assay_import_text(&reader->reading, &words, NULL, label, "label");
    char *tag = words ? assay_formatted("label=%s", words) : NULL;
    if (!code && !(tag && assay_benchmark_tag(benchmark, tag))) {
        code = assay_import_no_memory(&reader->reading);
    }
    free(words);
    free(tag);
    return code;
}

static int add_counter(struct reader *reader, struct assay_benchmark *benchmark, struct assay_piece key,
                       struct assay_json value)
{
    static const struct assay_import_measure known[] = {
        { "items_per_second", "items/s", true, NAN },     { "bytes_per_second", "bytes/s", true, NAN },
        { "allocs_per_iter", "allocations", false, NAN }, { "max_bytes_used", "bytes", false, NAN },
        { "total_allocated_bytes", "bytes", false, NAN }, { "net_heap_growth", "bytes", false, NAN },
    };
    bool added = false;
    double number = NAN;
    if (!assay_json_number(&number, value)) {
        return 0;
    }
    if (key.length > ASSAY_IMPORT_TEXT) {
        return assay_import_want(&reader->reading, key.at, NULL, "names of at most 65536 bytes");
    }
    char *name = assay_json_key(key);
    struct assay_import_measure measure = { name, "1", false, number };
    for (size_t i = 0; name && i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, name) == 0) {
            measure = known[i];
            measure.value = number;
        }
    }
    reader->any_odd_counter |= isnan(number);
    int code = name ? assay_import_measure(&reader->reading, benchmark, &measure, key.at, &added)
                    : assay_import_no_memory(&reader->reading);
    reader->any_collision |= !added;
    free(name);
    return code;
}

static bool is_field(struct assay_piece key)
{
    for (size_t i = 0; fields[i]; i++) {
        if (assay_json_key_is(key, fields[i])) {
            return true;
        }
    }
    return false;
}

static int add_counters(struct reader *reader, struct assay_benchmark *benchmark, struct assay_json object)
{
    struct assay_json_walk walk = assay_json_walk(object);
    int code = 0;
    while (!code && assay_json_next(&walk)) {
        code = is_field(walk.key) ? 0 : add_counter(reader, benchmark, walk.key, walk.value);
    }
    return code;
}

/* A repetition's time, with the wall time that assay means by it. */
static int add_sample(struct reader *reader, struct assay_benchmark *benchmark, const struct row *row)
{
    struct assay_import_reading *reading = &reader->reading;
    struct assay_import_sample sample = { .cpu_ns = NAN, .at = row->values[REAL_TIME].at };
    uint64_t iterations = 0;
    double real = NAN, cpu = NAN;
    if (!row->values[ITERATIONS].at || !row->values[REAL_TIME].at) {
        return assay_import_refuse(reading->source, row->object.at, reading->error, "%s: no member '%s'",
                                   reading->place, row->values[ITERATIONS].at ? "real_time" : "iterations");
    }
    if (!assay_json_whole(&iterations, row->values[ITERATIONS], 1, UINT64_C(1) << 53)) {
        return assay_import_want(reading, row->values[ITERATIONS].at, "iterations", "a whole number from 1 to 2^53");
    }
    if (!assay_json_number(&real, row->values[REAL_TIME]) &&
        assay_json_kind(row->values[REAL_TIME]) != ASSAY_JSON_NULL) {
        return assay_import_want(reading, row->values[REAL_TIME].at, "real_time", "a number");
    }
    if (isnan(real) && benchmark->status != ASSAY_STATUS_OK) {
        return 0; /* as with add_failure(), the first has the word */
    }
    if (isnan(real)) {
        benchmark->status = ASSAY_STATUS_FAILED;
        benchmark->message = assay_copy("its real_time is not a finite number");
        return benchmark->message ? 0 : assay_import_no_memory(reading);
    }
    (void)assay_json_number(&cpu, row->values[CPU_TIME]);
    bool sum = benchmark->threads > 1 && reader->threads == ASSAY_GBENCH_SUM;
    sample.iterations = (double)iterations;
    sample.elapsed_ns = real * row->unit_ns * sample.iterations / (sum ? benchmark->threads : 1);
    sample.cpu_ns = cpu * row->unit_ns * sample.iterations;
    int code = assay_import_sample(reading, benchmark, &sample);
    code = code ? code : add_counters(reader, benchmark, row->object);
    return code ? code : add_label(reader, benchmark, row->values[LABEL]);
}

static int read_row(struct reader *reader, struct assay_json object)
{
    struct assay_benchmark *benchmark = NULL;
    struct row row;
    int code = begin_row(reader, &row, object);
    if (!code) {
        code = read_unit(reader, &row);
    }
    if (!code && row.aggregate) {
        code = add_aggregate(reader, &row);
    } else if (!code) {
        code = find_benchmark(reader, &benchmark, &row);
    }
    if (benchmark && !code) {
        reader->any_threads |= benchmark->threads > 1;
        code = assay_json_is_true(row.values[ERROR_OCCURRED])
                   ? add_failure(reader, benchmark, row.values[ERROR_MESSAGE], ASSAY_STATUS_FAILED)
               : assay_json_is_true(row.values[SKIPPED])
                   ? add_failure(reader, benchmark, row.values[SKIP_MESSAGE], ASSAY_STATUS_UNAVAILABLE)
                   : add_sample(reader, benchmark, &row);
    }
    free(row.name);
    return code;
}

/* ---- the whole ---- */

/* What has aggregates alone is shown with their words, and without a time: a mean is no sample. */
static int settle(struct reader *reader)
{
    const struct assay_import_reading *reading = &reader->reading;
    struct assay_document *document = reading->document;
    for (size_t i = reading->first; i < document->benchmark_count; i++) {
        struct assay_benchmark *benchmark = &document->benchmarks[i];
        const struct assay_text *words = &reader->aggregates[i - reading->first];
        if (benchmark->samples.count > 0 || benchmark->status != ASSAY_STATUS_OK) {
            continue;
        }
        benchmark->status = ASSAY_STATUS_UNAVAILABLE;
        benchmark->message = assay_formatted("the file has its aggregates alone, and no repetition to compute from: %s",
                                             words->bytes ? words->bytes : "none");
        reader->without_samples++;
        if (!benchmark->message) {
            return assay_import_no_memory(reading);
        }
    }
    return 0;
}

static int warn(const struct reader *reader)
{
    static const char *const threads[] = {
        [ASSAY_GBENCH_WALL] =
            "with threads, real_time is the wall time over the iterations of all of them: it was written by "
            "google-benchmark before 1.9.0, whose later versions mean another time",
        [ASSAY_GBENCH_SUM] =
            "with threads, google-benchmark from 1.9.0 on says the wall time over the iterations of one of them: "
            "the times here are that over their number, as those of assay and of google-benchmark before 1.9.0",
        [ASSAY_GBENCH_UNSURE] =
            "with threads, real_time depends on the version of google-benchmark (from 1.9.0 on it is the "
            "number of threads times as much), which library_version does not tell: taken as before 1.9.0",
    };
    const struct assay_import_reading *reading = &reader->reading;
    int code = assay_import_warn(
        reading, "google-benchmark measures all repetitions in one process, so there is no interval, and "
                 "checks no answer, so no result is verified");
    if (!code && reader->any_threads) {
        code = assay_import_warn(reading, threads[reader->threads]);
    }
    if (!code && reader->any_odd_counter) {
        code = assay_import_warn(reading, "counters that are no finite number (NaN, Infinity) are null");
    }
    if (!code && reader->any_collision) {
        code = assay_import_warn(reading, "a counter has the name of a field or of another counter: it is left out");
    }
    if (!code && reader->without_samples > 0 &&
        !assay_document_warn(reading->document,
                             "%.160s: %zu benchmark%s without a repetition (see --benchmark_report_aggregates_only)",
                             reading->source->name, reader->without_samples, reader->without_samples == 1 ? "" : "s")) {
        code = assay_import_no_memory(reading);
    }
    return code;
}

static int read_rows(struct reader *reader, struct assay_json rows)
{
    struct assay_import_reading *reading = &reader->reading;
    struct assay_json_walk walk = assay_json_walk(rows);
    int code = 0;
    for (size_t i = 0; !code && assay_json_next(&walk); i++) {
        (void)snprintf(reading->place, sizeof reading->place, "benchmarks[%zu]", i);
        code = read_row(reader, walk.value);
    }
    reading->place[0] = '\0';
    code = code ? code : assay_import_finish(reading, "an element of 'benchmarks' that google-benchmark wrote");
    code = code ? code : settle(reader);
    return code ? code : warn(reader);
}

int assay_import_read_google_benchmark(struct assay_document *document, const struct assay_import_source *source,
                                       struct assay_error *error)
{
    static const char *const names[] = { "benchmarks", "context", NULL };
    struct reader reader = { .reading = { .document = document, .source = source, .error = error } };
    struct assay_json whole, values[2];
    int code = assay_json_open(&whole, source, error);
    code = code ? code : assay_import_members(&reader.reading, values, names, 1, whole);
    if (!code && assay_json_kind(values[0]) != ASSAY_JSON_ARRAY) {
        code = assay_import_want(&reader.reading, values[0].at, "benchmarks", "an array");
    }
    if (!code && values[1].at && assay_json_kind(values[1]) != ASSAY_JSON_OBJECT) {
        code = assay_import_want(&reader.reading, values[1].at, "context", "an object");
    }
    code = code ? code : assay_import_begin(&reader.reading, "google-benchmark", "google-benchmark does not say it");
    code = code ? code : assay_gbench_context(&reader.threads, &reader.reading, values[1]);
    code = code ? code : read_rows(&reader, values[0]);
    for (size_t i = 0; reader.aggregates && i < document->benchmark_count - reader.reading.first; i++) {
        assay_text_release(&reader.aggregates[i]);
    }
    free(reader.aggregates);
    assay_import_names_release(&reader.names);
    return code;
}

bool assay_import_sniff_google_benchmark(const struct assay_import_source *source)
{
    struct assay_json whole = assay_json_peek(source->bytes, source->length);
    struct assay_json rows = assay_json_member(whole, "benchmarks");
    return assay_json_kind(rows) == ASSAY_JSON_ARRAY &&
           (assay_json_kind(assay_json_member(whole, "context")) == ASSAY_JSON_OBJECT ||
            assay_json_member(assay_json_first(rows), "real_time").at);
}
