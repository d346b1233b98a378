/* Go's benchmark format as a document: a line is a sample, lines of one name and configuration are a benchmark, and
 * "PASS" ends a process. Knows no grammar (benchfmt.h). */
#include "import/benchfmt.h"

#include "import/names.h"
#include "import/reading.h"

#include "base/text.h"
#include "base/vector.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KEYS = 64 };

struct key {
    struct assay_piece name, value;
    bool differs; /* not the same for all results: each says it of itself */
};
struct unit {
    struct assay_piece name;
    bool higher;
};

struct reader {
    struct assay_import_reading reading;
    struct assay_import_names names;
    struct key keys[MOST_KEYS];
    struct unit units[MOST_KEYS];
    size_t key_count, unit_count;
    size_t *processes; /* in which process each benchmark of the input was seen last, from 1 */
    size_t capacity, process;
    size_t others, without_time;
    bool more_keys; /* than there is room for: results are not told apart by them */
};

static bool same(struct assay_piece a, struct assay_piece b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

/* ---- what holds for all results ---- */

static struct key *find_key(struct reader *reader, struct assay_piece name)
{
    for (size_t i = 0; i < reader->key_count; i++) {
        if (same(reader->keys[i].name, name)) {
            return &reader->keys[i];
        }
    }
    return NULL;
}

static void meet_key(struct reader *reader, const struct assay_benchfmt_line *line, bool late)
{
    struct key *key = find_key(reader, line->key);
    if (key) {
        key->differs |= !same(key->value, line->value);
    } else if (reader->key_count < MOST_KEYS && line->line.length <= ASSAY_BENCHFMT_LINE) {
        reader->keys[reader->key_count++] = (struct key){ line->key, line->value, late };
    } else {
        reader->more_keys = true;
    }
}

/* "better=higher": which way a figure is good. */
static void meet_unit(struct reader *reader, const struct assay_benchfmt_line *line)
{
    struct assay_piece rest = line->value;
    for (struct assay_piece word = assay_benchfmt_word(&rest); word.length > 0; word = assay_benchfmt_word(&rest)) {
        bool higher = assay_piece_is(word, "better=higher");
        if ((higher || assay_piece_is(word, "better=lower")) && reader->unit_count < MOST_KEYS) {
            reader->units[reader->unit_count++] = (struct unit){ line->key, higher };
        }
    }
}

/* A rate is good when it is high, and the rest when it is low, unless the file says so. */
static bool is_higher_better(const struct reader *reader, struct assay_piece unit)
{
    for (size_t i = 0; i < reader->unit_count; i++) {
        if (same(reader->units[i].name, unit)) {
            return reader->units[i].higher;
        }
    }
    return unit.length > 2 && memcmp(unit.at + unit.length - 2, "/s", 2) == 0;
}

static struct assay_piece whole_of(const struct assay_import_source *source)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* which editors put before UTF-8 */
    size_t skipped = source->length >= 3 && memcmp(source->bytes, mark, 3) == 0 ? 3 : 0;
    return (struct assay_piece){ source->bytes + skipped, source->length - skipped };
}

/* Keys that change on the way are no facts of the session. */
static void meet_all(struct reader *reader)
{
    struct assay_piece rest = whole_of(reader->reading.source);
    struct assay_benchfmt_line line;
    bool late = false;
    for (assay_benchfmt_next(&line, &rest); line.kind != ASSAY_BENCHFMT_END; assay_benchfmt_next(&line, &rest)) {
        if (line.kind == ASSAY_BENCHFMT_KEY) {
            meet_key(reader, &line, late);
        } else if (line.kind == ASSAY_BENCHFMT_UNIT) {
            meet_unit(reader, &line);
        }
        late |= line.kind == ASSAY_BENCHFMT_RESULT;
    }
}

static int add_facts(struct reader *reader)
{
    static const char origin[] = "a line of Go's benchmark format", differs[] = "differs between results";
    const struct assay_import_reading *reading = &reader->reading;
    struct assay_facts *facts = assay_import_facts(reading);
    int code = 0;
    for (size_t i = 0; i < reader->key_count && !code; i++) {
        const struct key *key = &reader->keys[i];
        bool is_cpu = assay_piece_is(key->name, "cpu");
        bool is_known = assay_piece_is(key->name, "goos") || assay_piece_is(key->name, "goarch") ||
                        assay_piece_is(key->name, "pkg");
        char *name = assay_utf8_clean(key->name.at, key->name.length, NULL);
        char *value = assay_utf8_clean(key->value.at, key->value.length, NULL);
        if (!name || !value) {
            code = assay_import_no_memory(reading);
        } else if (is_cpu && key->differs) {
            assay_facts_none(facts, "cpu", "model", differs);
        } else if (is_cpu) {
            assay_facts_text(facts, "cpu", "model", value, origin);
        } else if (!key->differs) {
            code = assay_import_fact_text(reading, is_known ? "" : "config_", name, value, origin);
        }
        free(name);
        free(value);
    }
    return code || !facts->failed ? code : assay_import_no_memory(reading);
}

/* ---- a benchmark ---- */

static int add_part(struct reader *reader, struct assay_benchmark *benchmark, const char *part, size_t length,
                    struct assay_text *kernel)
{
    const char *equals = memchr(part, '=', length);
    bool added = false;
    int code = 0;
    if (equals && equals > part) {
        char *name = assay_copy_bytes(part, (size_t)(equals - part));
        char *value = assay_copy_bytes(equals + 1, length - (size_t)(equals - part) - 1);
        code = name && value ? assay_import_parameter(&reader->reading, benchmark, name, value, &added)
                             : assay_import_no_memory(&reader->reading);
        free(name);
        free(value);
    }
    if (!added) {
        assay_text_append(kernel, kernel->length > 0 ? "/" : "");
        assay_text_append_bytes(kernel, part, length);
    }
    return code;
}

/* "Sum/small/n=10-8": kernel "Sum/small", n=10, gomaxprocs=8. */
static int read_name(struct reader *reader, struct assay_benchmark *benchmark)
{
    struct assay_text kernel = ASSAY_TEXT_INIT;
    const char *name = benchmark->id;
    size_t length = strlen(name), digits = 0;
    int code = 0;
    while (digits < length && name[length - digits - 1] >= '0' && name[length - digits - 1] <= '9') {
        digits++;
    }
    bool has_processors = digits > 0 && length > digits + 1 && name[length - digits - 1] == '-';
    const char *end = name + (has_processors ? length - digits - 1 : length);
    for (const char *at = name; at <= end && !code;) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        const char *behind = slash ? slash : end;
        if (at == name) { /* the function's own name */
            assay_text_append_bytes(&kernel, at, (size_t)(behind - at));
        } else {
            code = add_part(reader, benchmark, at, (size_t)(behind - at), &kernel);
        }
        at = behind + 1;
    }
    if (has_processors && !code) {
        bool added = false;
        code = assay_import_parameter(&reader->reading, benchmark, "gomaxprocs", name + length - digits, &added);
    }
    benchmark->kernel = code || kernel.failed ? NULL : assay_text_take(&kernel);
    assay_text_release(&kernel);
    return code || benchmark->kernel ? code : assay_import_no_memory(&reader->reading);
}

/* "pkg=example.com/x", for the keys that differ. */
static int add_tags(struct reader *reader, struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < reader->key_count; i++) {
        const struct key *key = &reader->keys[i];
        if (!key->differs || key->value.length == 0) {
            continue;
        }
        char *tag =
            assay_formatted("%.*s=%.*s", (int)key->name.length, key->name.at, (int)key->value.length, key->value.at);
        char *clean = tag ? assay_utf8_clean(tag, strlen(tag), NULL) : NULL;
        bool good = clean && assay_benchmark_tag(benchmark, clean);
        free(tag);
        free(clean);
        if (!good) {
            return assay_import_no_memory(&reader->reading);
        }
    }
    return 0;
}

/* The name with the values of all keys that differ, for the tree of names. Heap. */
static char *full_name(const struct reader *reader, struct assay_piece name)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append_bytes(&text, name.at, name.length);
    for (size_t i = 0; i < reader->key_count; i++) {
        if (reader->keys[i].differs) {
            assay_text_format(&text, "\n%zu ", i);
            assay_text_append_bytes(&text, reader->keys[i].value.at, reader->keys[i].value.length);
        }
    }
    char *clean = text.failed ? NULL : assay_utf8_clean(text.bytes ? text.bytes : "", text.length, NULL);
    assay_text_release(&text);
    return clean;
}

static int find_benchmark(struct reader *reader, size_t *index, struct assay_piece name)
{
    struct assay_import_reading *reading = &reader->reading;
    struct assay_benchmark *benchmark = NULL;
    size_t count = reading->document->benchmark_count - reading->first;
    void *processes = reader->processes;
    char *full = full_name(reader, name);
    size_t *known = full ? assay_import_names_get(&reader->names, full) : NULL;
    bool changed = false;
    free(full);
    bool room = known && assay_reserve(&processes, &reader->capacity, count + 1, sizeof *reader->processes);
    reader->processes = processes;
    if (!room) {
        return assay_import_no_memory(reading);
    }
    if (*known == SIZE_MAX) {
        char *id = assay_utf8_clean(name.at, name.length, &changed);
        int code = assay_import_benchmark(reading, &benchmark, id, changed);
        code = code ? code : read_name(reader, benchmark);
        code = code ? code : add_tags(reader, benchmark);
        if (code) {
            return code;
        }
        *known = count;
        reader->processes[count] = 0;
    }
    *index = *known;
    return 0;
}

/* ---- a result ---- */

/* Nanoseconds of an iteration; NULL: the line does not say them. */
static const struct assay_benchfmt_figure *time_of(double *ns, const struct assay_benchfmt_result *result)
{
    for (size_t i = 0; i < result->count; i++) {
        const struct assay_benchfmt_figure *figure = &result->figures[i];
        bool seconds = assay_piece_is(figure->unit, "sec/op");
        if (seconds || assay_piece_is(figure->unit, "ns/op")) {
            *ns = figure->value * (seconds ? 1e9 : 1);
            return figure;
        }
    }
    return NULL;
}

static int add_measures(struct reader *reader, struct assay_benchmark *benchmark,
                        const struct assay_benchfmt_result *result, const struct assay_benchfmt_figure *time)
{
    int code = 0;
    for (size_t i = 0; i < result->count && !code; i++) {
        const struct assay_benchfmt_figure *figure = &result->figures[i];
        char *unit = figure == time ? NULL : assay_utf8_clean(figure->unit.at, figure->unit.length, NULL);
        const struct assay_import_measure measure = { unit, unit, is_higher_better(reader, figure->unit),
                                                      figure->value };
        bool added = false;
        if (figure == time) {
            continue;
        }
        code = unit ? assay_import_measure(&reader->reading, benchmark, &measure, figure->unit.at, &added)
                    : assay_import_no_memory(&reader->reading);
        free(unit);
    }
    return code;
}

static int add_result(struct reader *reader, const struct assay_benchfmt_line *line)
{
    struct assay_import_reading *reading = &reader->reading;
    struct assay_benchfmt_result result;
    size_t index = 0;
    double ns = NAN;
    int code = assay_benchfmt_read(&result, line, reading->source, reading->error);
    code = code ? code : find_benchmark(reader, &index, result.name);
    if (code) {
        return code;
    }
    struct assay_benchmark *benchmark = &reading->document->benchmarks[reading->first + index];
    const struct assay_benchfmt_figure *time = time_of(&ns, &result);
    if (!time) {
        reader->without_time++;
        return 0;
    }
    if (reader->processes[index] != reader->process) {
        reader->processes[index] = reader->process;
        code = assay_import_process(reading, benchmark);
    }
    const struct assay_import_sample sample = { (double)result.iterations, ns * (double)result.iterations, NAN,
                                                time->unit.at };
    code = code ? code : assay_import_sample(reading, benchmark, &sample);
    return code ? code : add_measures(reader, benchmark, &result, time);
}

static int read_lines(struct reader *reader)
{
    struct assay_piece rest = whole_of(reader->reading.source);
    struct assay_benchfmt_line line;
    int code = 0;
    for (size_t i = 0; i < reader->key_count; i++) { /* not said yet */
        reader->keys[i].value.length = reader->keys[i].differs ? 0 : reader->keys[i].value.length;
    }
    for (assay_benchfmt_next(&line, &rest); line.kind != ASSAY_BENCHFMT_END && !code;
         assay_benchfmt_next(&line, &rest)) {
        struct key *key = line.kind == ASSAY_BENCHFMT_KEY ? find_key(reader, line.key) : NULL;
        if (key) {
            key->value = line.value;
        }
        if (line.kind == ASSAY_BENCHFMT_RESULT) {
            code = add_result(reader, &line);
        }
        reader->process += line.kind == ASSAY_BENCHFMT_PASS;
        reader->others += line.kind == ASSAY_BENCHFMT_OTHER &&
                          assay_piece_trimmed(line.line.at, line.line.at + line.line.length).length > 0;
    }
    return code;
}

/* ---- the whole ---- */

static int settle(struct reader *reader)
{
    const struct assay_import_reading *reading = &reader->reading;
    struct assay_document *document = reading->document;
    bool one_process = true;
    for (size_t i = reading->first; i < document->benchmark_count; i++) {
        struct assay_benchmark *benchmark = &document->benchmarks[i];
        one_process = one_process && benchmark->process_count <= 1;
        if (benchmark->samples.count == 0) {
            benchmark->status = ASSAY_STATUS_UNAVAILABLE;
            benchmark->message = assay_copy("none of its lines has a time: want a figure in ns/op or sec/op");
            if (!benchmark->message) {
                return assay_import_no_memory(reading);
            }
        }
    }
    int code = assay_import_warn(
        reading, "a line of Go's benchmark format does not say whether an answer was right: no result is "
                 "verified");
    if (!code && one_process) {
        code = assay_import_warn(
            reading, "lines of Go's benchmark format between two lines PASS come from one process: there is no "
                     "interval without several");
    }
    if (!code && reader->more_keys) {
        code = assay_import_warn(reading, "keys behind the first 64 of a file, and those of over 65536 bytes, are left out: "
                                          "they tell no results apart");
    }
    bool good =
        code || reader->others == 0 ||
        assay_document_warn(document, "%.160s: %zu line%s of other output %s ignored", reading->source->name,
                            reader->others, reader->others == 1 ? "" : "s", reader->others == 1 ? "was" : "were");
    good =
        good && (code || reader->without_time == 0 ||
                 assay_document_warn(document, "%.160s: %zu line%s without a time %s left out", reading->source->name,
                                     reader->without_time, reader->without_time == 1 ? "" : "s",
                                     reader->without_time == 1 ? "is" : "are"));
    return good ? code : assay_import_no_memory(reading);
}

int assay_import_read_benchfmt(struct assay_document *document, const struct assay_import_source *source,
                               struct assay_error *error)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    reader->reading = (struct assay_import_reading){ .document = document, .source = source, .error = error };
    reader->process = 1;
    int code = assay_import_begin(&reader->reading, "benchfmt", "Go's benchmark format does not say it");
    meet_all(reader);
    code = code ? code : add_facts(reader);
    code = code ? code : read_lines(reader);
    code = code ? code : assay_import_finish(&reader->reading, "lines such as BenchmarkName-8  1000  5.4 ns/op");
    code = code ? code : settle(reader);
    assay_import_names_release(&reader->names);
    free(reader->processes);
    free(reader);
    return code;
}

bool assay_import_sniff_benchfmt(const struct assay_import_source *source)
{
    struct assay_piece rest = whole_of(source);
    struct assay_benchfmt_line line;
    struct assay_benchfmt_result result;
    for (assay_benchfmt_next(&line, &rest); line.kind != ASSAY_BENCHFMT_END; assay_benchfmt_next(&line, &rest)) {
        if (line.kind == ASSAY_BENCHFMT_RESULT && assay_benchfmt_read(&result, &line, source, NULL) == 0) {
            return true;
        }
    }
    return false;
}
