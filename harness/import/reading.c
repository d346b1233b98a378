/* From what a format says to fields of a document: bounds, refusals, and the shapes that all formats share. Knows no
 * format. */
#include "import/reading.h"

#include "base/text.h"
#include "result/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#undef assay_import_no_memory /* the analyzer sees them as they are here */
#undef assay_import_want

static const double LONGEST_NS = 1e18;
enum { MOST_FACTS = 1024 }; /* of one input; what comes behind is left out */

int assay_import_no_memory(const struct assay_import_reading *reading)
{
    return assay_fail(reading->error, ASSAY_ENOMEM, "out of memory");
}

int assay_import_want(const struct assay_import_reading *reading, const char *at, const char *member, const char *want)
{
    const char *place = reading->place;
    return assay_import_refuse(reading->source, at, reading->error, "%s%s%.60s%swant %s", place,
                               place[0] && member ? "." : "", member ? member : "", place[0] || member ? ": " : "",
                               want);
}

int assay_import_members(const struct assay_import_reading *reading, struct assay_json *values,
                         const char *const *names, size_t needed, struct assay_json object)
{
    const char *place = reading->place[0] ? reading->place : "the JSON";
    if (assay_json_kind(object) != ASSAY_JSON_OBJECT) {
        return assay_import_want(reading, object.at, NULL, "an object");
    }
    struct assay_json twice = assay_json_members(values, names, object);
    if (twice.at) {
        return assay_import_refuse(reading->source, twice.at, reading->error, "%s: want each member once", place);
    }
    for (size_t i = 0; i < needed; i++) {
        if (!values[i].at) {
            return assay_import_refuse(reading->source, object.at, reading->error, "%s: no member '%s'", place,
                                       names[i]);
        }
    }
    return 0;
}

int assay_import_text(const struct assay_import_reading *reading, char **text, bool *changed, struct assay_json value,
                      const char *member)
{
    if (assay_json_kind(value) != ASSAY_JSON_TEXT_VALUE) {
        return assay_import_want(reading, value.at, member, "a text");
    }
    if (value.end - value.at > (ptrdiff_t)ASSAY_IMPORT_TEXT + 2) {
        return assay_import_want(reading, value.at, member, "at most 65536 bytes");
    }
    *text = assay_json_text(value, changed);
    return *text ? 0 : assay_import_no_memory(reading);
}

/* ---- the session ---- */

int assay_import_begin(struct assay_import_reading *reading, const char *format, const char *unsaid)
{
    struct assay_session *session = assay_document_add_session(reading->document);
    if (!session) {
        return assay_import_no_memory(reading);
    }
    reading->first = reading->document->benchmark_count;
    assay_facts_text(&session->environment, "import", "format", format, reading->source->name);
    assay_facts_none(&session->environment, "cpu", "model", unsaid);
    assay_facts_none(&session->environment, "machine", "fingerprint", unsaid);
    return session->environment.failed ? assay_import_no_memory(reading) : 0;
}

struct assay_facts *assay_import_facts(const struct assay_import_reading *reading)
{
    return &reading->document->sessions[reading->document->session_count - 1].environment;
}

/* Prefixes are ours, and short. False: there are facts enough, or no name. */
static bool fact_name(char own[64], const struct assay_facts *facts, const char *prefix, const char *name)
{
    size_t length = strlen(prefix);
    memcpy(own, prefix, length + 1);
    for (const char *part = name; length + 1 < 64 && *part; part++) {
        char low = *part >= 'A' && *part <= 'Z' ? (char)(*part - 'A' + 'a') : *part;
        own[length++] = (low >= 'a' && low <= 'z') || (low >= '0' && low <= '9') ? low : '_';
    }
    own[length] = '\0';
    return length > 0 && facts->count < MOST_FACTS;
}

int assay_import_fact(const struct assay_import_reading *reading, const char *prefix, const char *name,
                      struct assay_json value, const char *origin)
{
    struct assay_facts *facts = assay_import_facts(reading);
    char own[64];
    double number = NAN;
    if (!fact_name(own, facts, prefix, name)) {
        return 0;
    }
    if (assay_json_kind(value) == ASSAY_JSON_TEXT_VALUE) {
        char *text = NULL;
        int code = assay_import_text(reading, &text, NULL, value, name);
        if (code) {
            return code;
        }
        assay_facts_text(facts, "import", own, text, origin);
        free(text);
    } else if (assay_json_kind(value) == ASSAY_JSON_TRUTH) {
        assay_facts_bool(facts, "import", own, assay_json_is_true(value), origin);
    } else if (assay_json_number(&number, value) && number == floor(number) && fabs(number) <= ASSAY_NUMBER_EXACT) {
        assay_facts_integer(facts, "import", own, (int64_t)number, origin);
    } else if (isfinite(number)) {
        assay_facts_real(facts, "import", own, number, origin);
    }
    return facts->failed ? assay_import_no_memory(reading) : 0;
}

int assay_import_fact_text(const struct assay_import_reading *reading, const char *prefix, const char *name,
                           const char *text, const char *origin)
{
    struct assay_facts *facts = assay_import_facts(reading);
    char own[64];
    if (fact_name(own, facts, prefix, name)) {
        assay_facts_text(facts, "import", own, text, origin);
    }
    return facts->failed ? assay_import_no_memory(reading) : 0;
}

/* ---- benchmarks ---- */

int assay_import_benchmark(struct assay_import_reading *reading, struct assay_benchmark **out, char *id_take,
                           bool changed)
{
    if (id_take && reading->document->benchmark_count >= ASSAY_IMPORT_BENCHMARKS) {
        free(id_take);
        return assay_fail(reading->error, ASSAY_EINPUT, "'%.160s': want at most %u benchmarks", reading->source->name,
                          ASSAY_IMPORT_BENCHMARKS);
    }
    struct assay_benchmark *benchmark = id_take ? assay_document_add(reading->document) : NULL;
    if (!benchmark) {
        free(id_take);
        return assay_import_no_memory(reading);
    }
    benchmark->id = id_take;
    benchmark->implementation = assay_copy("imported");
    benchmark->threads = 1;
    if (!benchmark->implementation || (changed && !assay_benchmark_flag(benchmark, "invalid-utf8"))) {
        return assay_import_no_memory(reading);
    }
    *out = benchmark;
    return 0;
}

int assay_import_parameter(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                           const char *name, const char *text, bool *added)
{
    *added = benchmark->parameter_count < ASSAY_IMPORT_PARAMETERS;
    for (size_t i = 0; i < benchmark->parameter_count && *added; i++) {
        *added = strcmp(benchmark->parameters[i].name, name) != 0;
    }
    return *added && !assay_benchmark_add_parameter(benchmark, name, text) ? assay_import_no_memory(reading) : 0;
}

int assay_import_process(struct assay_import_reading *reading, struct assay_benchmark *benchmark)
{
    if (++reading->processes > ASSAY_IMPORT_PROCESSES) {
        return assay_fail(reading->error, ASSAY_EINPUT, "'%.160s': want at most %u processes", reading->source->name,
                          ASSAY_IMPORT_PROCESSES);
    }
    struct assay_process *process = assay_benchmark_add_process(benchmark);
    if (!process) {
        return assay_import_no_memory(reading);
    }
    process->session = (uint32_t)(reading->document->session_count - 1);
    return 0;
}

static bool is_time(double ns)
{
    return ns >= 0 && ns <= LONGEST_NS;
}

int assay_import_sample(struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                        const struct assay_import_sample *sample)
{
    const double row[ASSAY_COLUMN_COUNT] = { sample->iterations,
                                             sample->elapsed_ns,
                                             sample->cpu_ns,
                                             NAN,
                                             (double)benchmark->process_count - 1,
                                             NAN,
                                             NAN,
                                             NAN,
                                             NAN,
                                             NAN };
    if (!is_time(sample->elapsed_ns) || !(isnan(sample->cpu_ns) || is_time(sample->cpu_ns))) {
        return assay_import_want(reading, sample->at, NULL, "a time from 0 to 1e9 s in all");
    }
    if (++reading->samples > ASSAY_IMPORT_SAMPLES) {
        return assay_fail(reading->error, ASSAY_EINPUT, "'%.160s': want at most %u samples", reading->source->name,
                          ASSAY_IMPORT_SAMPLES);
    }
    return assay_samples_append(&benchmark->samples, row) ? 0 : assay_import_no_memory(reading);
}

/* With null for every sample below `wanted` that it has no value of. */
static bool pad(struct assay_measure_values *values, size_t wanted)
{
    bool good = true;
    while (good && values->count < wanted) {
        good = assay_measure_append(values, NAN);
    }
    return good;
}

int assay_import_measure(const struct assay_import_reading *reading, struct assay_benchmark *benchmark,
                         const struct assay_import_measure *measure, const char *at, bool *added)
{
    size_t samples = benchmark->samples.count;
    struct assay_measure_values *values = assay_measure_get(&benchmark->measures, &benchmark->measure_count,
                                                            measure->name, measure->unit, measure->higher_is_better);
    if (benchmark->measure_count > ASSAY_IMPORT_MEASURES) {
        return assay_import_want(reading, at, NULL, "at most 64 figures beside the time");
    }
    *added = values && values->count < samples;
    bool good = values && (!*added || (pad(values, samples - 1) && assay_measure_append(values, measure->value)));
    return good ? 0 : assay_import_no_memory(reading);
}

/* ---- the end ---- */

int assay_import_finish(const struct assay_import_reading *reading, const char *want)
{
    struct assay_document *document = reading->document;
    if (document->benchmark_count == reading->first) {
        return assay_fail(reading->error, ASSAY_EINPUT, "no benchmark in '%.160s': want %s", reading->source->name,
                          want);
    }
    for (size_t i = reading->first; i < document->benchmark_count; i++) {
        struct assay_benchmark *benchmark = &document->benchmarks[i];
        if (!benchmark->kernel) {
            benchmark->kernel = assay_copy(benchmark->id);
        }
        bool good = benchmark->kernel != NULL;
        for (size_t k = 0; k < benchmark->measure_count && good; k++) {
            good = pad(&benchmark->measures[k], benchmark->samples.count);
        }
        if (!good) {
            return assay_import_no_memory(reading);
        }
    }
    return 0;
}

int assay_import_warn(const struct assay_import_reading *reading, const char *words)
{
    return assay_import_warn_once(reading->document, words) ? 0 : assay_import_no_memory(reading);
}
