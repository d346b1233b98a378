/* The document's life: made empty, grown by measure/ and by the reader, freed. Knows no JSON text and no file;
 * jansson only to let go of what the reader kept in `rest`. */
#include "result/document.h"

#include "base/clock.h"
#include "base/random.h"
#include "base/text.h"
#include "base/vector.h"

#include <jansson.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_words[ASSAY_STATUS_COUNT] = {
    [ASSAY_STATUS_OK] = "ok",
    [ASSAY_STATUS_WRONG_ANSWER] = "wrong-answer",
    [ASSAY_STATUS_CRASHED] = "crashed",
    [ASSAY_STATUS_TIMED_OUT] = "timed-out",
    [ASSAY_STATUS_OUT_OF_MEMORY] = "out-of-memory",
    [ASSAY_STATUS_EXITED] = "exited",
    [ASSAY_STATUS_FAILED] = "failed",
    [ASSAY_STATUS_PROTOCOL_ERROR] = "protocol-error",
    [ASSAY_STATUS_UNAVAILABLE] = "unavailable",
    [ASSAY_STATUS_IMPLAUSIBLE] = "implausible",
    [ASSAY_STATUS_INTERRUPTED] = "interrupted",
};

const char *assay_status_word(enum assay_status status)
{
    return (unsigned)status < ASSAY_STATUS_COUNT ? status_words[status] : "failed";
}

bool assay_status_parse(enum assay_status *status, const char *word)
{
    for (size_t i = 0; i < ASSAY_STATUS_COUNT; i++) {
        if (strcmp(word, status_words[i]) == 0) {
            *status = (enum assay_status)i;
            return true;
        }
    }
    return false;
}

static char *fresh_id(void)
{
    return assay_formatted("%016llx%016llx", (unsigned long long)assay_random_fresh(),
                           (unsigned long long)assay_random_fresh());
}

static char *now(void)
{
    char buffer[32];
    assay_clock_utc(buffer);
    return assay_copy(buffer);
}

int assay_document_new(struct assay_document **out, struct assay_error *error)
{
    struct assay_document *document = calloc(1, sizeof *document);
    if (!document) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    document->id = fresh_id();
    document->created = now();
    if (!document->id || !document->created) {
        assay_document_free(document);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = document;
    return 0;
}

static void release_texts(char **texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(texts[i]);
    }
    free(texts);
}

static void release_values(struct assay_measure_values *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(list[i].name);
        free(list[i].unit);
        free(list[i].reason);
        free(list[i].values);
        free(list[i].counts);
    }
    free(list);
}

static void release_benchmark(struct assay_benchmark *benchmark)
{
    free(benchmark->id);
    free(benchmark->kernel);
    free(benchmark->version);
    for (size_t i = 0; i < benchmark->parameter_count; i++) {
        free(benchmark->parameters[i].name);
        free(benchmark->parameters[i].text);
    }
    free(benchmark->parameters);
    free(benchmark->implementation);
    free(benchmark->plugin);
    free(benchmark->build);
    free(benchmark->mode);
    free(benchmark->group);
    free(benchmark->message);
    release_texts(benchmark->flags, benchmark->flag_count);
    release_texts(benchmark->tags, benchmark->tag_count);
    free(benchmark->oracle.source);
    for (size_t i = 0; i < benchmark->process_count; i++) {
        free(benchmark->processes[i].build_id);
    }
    free(benchmark->processes);
    assay_samples_release(&benchmark->samples);
    release_values(benchmark->measures, benchmark->measure_count);
    release_values(benchmark->distributions, benchmark->distribution_count);
    release_values(benchmark->counters, benchmark->counter_count);
}

static void release_session(struct assay_session *session)
{
    free(session->id);
    free(session->created);
    free(session->command);
    assay_facts_release(&session->environment);
    free(session->reference_start_ns);
    free(session->reference_elapsed_ns);
}

void assay_document_free(struct assay_document *document)
{
    if (!document) {
        return;
    }
    free(document->id);
    free(document->created);
    free(document->tool_version);
    free(document->tool_commit);
    free(document->suite);
    free(document->suite_version);
    for (size_t i = 0; i < document->session_count; i++) {
        release_session(&document->sessions[i]);
    }
    free(document->sessions);
    for (size_t i = 0; i < document->benchmark_count; i++) {
        release_benchmark(&document->benchmarks[i]);
    }
    free(document->benchmarks);
    for (size_t i = 0; i < document->comparison_count; i++) {
        assay_comparison_release(&document->comparisons[i]);
    }
    free(document->comparisons);
    for (size_t i = 0; i < document->profile_count; i++) {
        assay_profile_release(&document->profiles[i]);
    }
    free(document->profiles);
    for (size_t i = 0; i < document->difference_count; i++) {
        assay_profile_difference_release(&document->differences[i]);
    }
    free(document->differences);
    for (size_t i = 0; i < document->scaling_count; i++) {
        assay_scaling_release(&document->scalings[i]);
    }
    free(document->scalings);
    for (size_t i = 0; i < document->crossover_count; i++) {
        assay_crossover_release(&document->crossovers[i]);
    }
    free(document->crossovers);
    for (size_t i = 0; i < document->history_count; i++) {
        assay_history_release(&document->history[i]);
    }
    free(document->history);
    free(document->common_cause);
    release_texts(document->warnings, document->warning_count);
    if (document->rest) {
        json_decref(document->rest);
    }
    free(document);
}

struct assay_benchmark *assay_document_add(struct assay_document *document)
{
    void *items = document->benchmarks;
    bool room = assay_reserve(&items, &document->benchmark_capacity, document->benchmark_count + 1,
                              sizeof *document->benchmarks);
    document->benchmarks = items;
    char *mode = room ? assay_copy("warm") : NULL;
    if (!mode) {
        return NULL;
    }
    struct assay_benchmark *benchmark = &document->benchmarks[document->benchmark_count++];
    *benchmark = (struct assay_benchmark){ .mode = mode, .threads = 1, .jobs = 1, .verified = -1, .operations = NAN };
    return benchmark;
}

/* A list that has no capacity of its own grows by one; such lists are short. */
static bool grow(void **items, size_t count, size_t size)
{
    void *grown = count < SIZE_MAX / size ? reallocarray(*items, count + 1, size) : NULL;
    if (grown) {
        *items = grown;
    }
    return grown != NULL;
}

struct assay_session *assay_document_add_session(struct assay_document *document)
{
    struct assay_session fresh = { .id = fresh_id(), .created = now(), .duration_s = NAN };
    void *items = document->sessions;
    if (!fresh.id || !fresh.created || !grow(&items, document->session_count, sizeof fresh)) {
        release_session(&fresh);
        return NULL;
    }
    document->sessions = items;
    document->sessions[document->session_count] = fresh;
    return &document->sessions[document->session_count++];
}

bool assay_texts_append_take(char ***texts, size_t *count, char *text)
{
    void *items = *texts;
    if (!text || !grow(&items, *count, sizeof text)) {
        free(text);
        return false;
    }
    *texts = items;
    (*texts)[(*count)++] = text;
    return true;
}

bool assay_document_warn(struct assay_document *document, const char *format, ...)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    va_list arguments;
    va_start(arguments, format);
    assay_text_vformat(&text, format, arguments);
    va_end(arguments);
    char *line = assay_text_take(&text);
    return assay_texts_append_take(&document->warnings, &document->warning_count, line);
}

bool assay_benchmark_tag(struct assay_benchmark *benchmark, const char *tag)
{
    return assay_texts_append_take(&benchmark->tags, &benchmark->tag_count, assay_copy(tag));
}

const char *assay_benchmark_tag_value(const struct assay_benchmark *benchmark, const char *name)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < benchmark->tag_count; i++) {
        if (strncmp(benchmark->tags[i], name, length) == 0 && benchmark->tags[i][length] == '=') {
            return benchmark->tags[i] + length + 1;
        }
    }
    return NULL;
}

bool assay_benchmark_flag(struct assay_benchmark *benchmark, const char *word)
{
    for (size_t i = 0; i < benchmark->flag_count; i++) {
        if (strcmp(benchmark->flags[i], word) == 0) {
            return true;
        }
    }
    return assay_texts_append_take(&benchmark->flags, &benchmark->flag_count, assay_copy(word));
}

struct assay_process *assay_benchmark_add_process(struct assay_benchmark *benchmark)
{
    void *items = benchmark->processes;
    bool room =
        assay_reserve(&items, &benchmark->process_capacity, benchmark->process_count + 1, sizeof *benchmark->processes);
    benchmark->processes = items;
    if (!room) {
        return NULL;
    }
    struct assay_process *process = &benchmark->processes[benchmark->process_count++];
    *process = (struct assay_process){
        .layout = -1, .processor = -1, .steady = -1, .warmup_ns = NAN, .startup_ns = NAN, .peak_bytes = NAN
    };
    return process;
}

bool assay_benchmark_add_parameter(struct assay_benchmark *benchmark, const char *name, const char *text)
{
    struct assay_pair pair = { assay_copy(name), assay_copy(text) };
    void *items = benchmark->parameters;
    if (!pair.name || !pair.text || !grow(&items, benchmark->parameter_count, sizeof pair)) {
        free(pair.name);
        free(pair.text);
        return false;
    }
    benchmark->parameters = items;
    benchmark->parameters[benchmark->parameter_count++] = pair;
    return true;
}

static struct assay_measure_values *measure_add(struct assay_measure_values **list, size_t *count, const char *name,
                                                const char *unit, bool higher_is_better)
{
    struct assay_measure_values fresh = { .name = assay_copy(name ? name : ""),
                                          .unit = assay_copy(unit ? unit : ""),
                                          .higher_is_better = higher_is_better };
    void *items = *list;
    if (!fresh.name || !fresh.unit || !grow(&items, *count, sizeof fresh)) {
        free(fresh.name);
        free(fresh.unit);
        return NULL;
    }
    *list = items;
    (*list)[*count] = fresh;
    return &(*list)[(*count)++];
}

struct assay_measure_values *assay_measure_get(struct assay_measure_values **list, size_t *count, const char *name,
                                               const char *unit, bool higher_is_better)
{
    for (size_t i = 0; i < *count; i++) {
        if (strcmp((*list)[i].name, name) == 0) {
            return &(*list)[i];
        }
    }
    return measure_add(list, count, name, unit, higher_is_better);
}
