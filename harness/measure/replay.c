/* A journal into a fresh run: its plan, and what was measured. Trusts nothing in it: what is taken makes a document that
 * holds its rules. Starts nothing and knows no clock. */
#include "measure/replay.h"

#include "base/number.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct replay {
    struct assay_replay *out;
    struct assay_run *run;
    struct assay_catalog *catalog;
    const struct assay_measure_options *options;
    bool begun; /* the run is made: the head was read */
};

/* Whole numbers up to here are exact in a double, and none beyond it is in a document. */
#define EXACT 9007199254740992.0
/* Processes in a row that may lack a line. */
enum { GAP_MAX = 1000 };

static double number_or_nan(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : NAN;
}

static int damaged(struct assay_error *error, const char *what)
{
    return assay_fail(error, ASSAY_EINPUT, "the journal is damaged: %s", what);
}

static bool is_made_of(const char *text, const char *characters, size_t least, size_t most)
{
    size_t length = text != NULL ? strlen(text) : 0;
    return text != NULL && length >= least && length <= most && strspn(text, characters) == length;
}

static bool is_hexadecimal(const char *text, size_t least, size_t most)
{
    return is_made_of(text, "0123456789abcdef", least, most);
}

/* An integer of -1 (none) or more. */
static bool small_integer(int32_t *out, const json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) < -1 || json_integer_value(value) > INT32_MAX) {
        return false;
    }
    *out = (int32_t)json_integer_value(value);
    return true;
}

static int take_head(void *context, const json_t *line, struct assay_error *error)
{
    struct replay *replay = context;
    uint64_t began = 0;
    const char *realtime = json_string_value(json_object_get(line, "realtime_ns"));
    const char *id = json_string_value(json_object_get(line, "id"));
    const char *created = json_string_value(json_object_get(line, "created"));
    /* Both become part of a file's name. */
    bool named = is_hexadecimal(id, 32, 32) && is_made_of(created, "0123456789-:.TZ", 20, 31);
    if (!named || realtime == NULL || !assay_parse_integer(realtime, &began) || began > INT64_MAX) {
        return damaged(error, "its first line is incomplete");
    }
    int result = assay_plan_read(&replay->out->plan, replay->catalog, json_object_get(line, "plan"), error);
    if (result != 0) {
        return result;
    }
    result = assay_run_new(replay->run, replay->out->plan, replay->options, error);
    replay->begun = true;
    if (result != 0) {
        return result;
    }
    struct assay_document *document = replay->run->document;
    free(document->id);
    free(document->created);
    free(replay->run->session->id);
    free(replay->run->session->created);
    document->id = assay_copy(id);
    document->created = assay_copy(created);
    replay->run->session->id = assay_copy(id);
    replay->run->session->created = assay_copy(created);
    replay->out->realtime_ns = (int64_t)began;
    const char *command = json_string_value(json_object_get(line, "command"));
    if (command != NULL) { /* what was asked for, not that it was resumed */
        free(replay->run->session->command);
        replay->run->session->command = assay_copy(command);
    }
    bool copied = document->id != NULL && document->created != NULL && replay->run->session->command != NULL;
    return copied ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* The index under `key`, if it is one of the plan's benchmarks. */
static bool index_of(size_t *index, const struct replay *replay, const json_t *value)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (size_t)json_integer_value(value) >= replay->out->plan->count) {
        return false;
    }
    *index = (size_t)json_integer_value(value);
    return true;
}

static int take_benchmark(struct replay *replay, size_t bench, const json_t *line, struct assay_error *error)
{
    struct assay_benchmark *benchmark = &replay->run->document->benchmarks[bench];
    const char *text = json_string_value(json_object_get(line, "iterations"));
    uint64_t iterations = 0;
    if (text == NULL || !assay_parse_integer(text, &iterations) || iterations > (uint64_t)EXACT) {
        return damaged(error, "a benchmark without iterations");
    }
    replay->run->benches[bench].iterations = iterations;
    replay->run->benches[bench].journaled = true;
    const json_t *answer = json_object_get(line, "answer");
    const char *sum = json_string_value(json_object_get(answer, "sum"));
    const char *sha256 = json_string_value(json_object_get(answer, "sha256"));
    const json_t *count = json_object_get(answer, "count");
    if (answer != NULL && (!json_is_integer(count) || json_integer_value(count) < 0 || sum == NULL ||
                           !assay_parse_integer(sum, &benchmark->answer.sum) || !is_hexadecimal(sha256, 64, 64))) {
        return damaged(error, "an answer that is none");
    }
    if (answer != NULL) {
        benchmark->answer.known = true;
        benchmark->answer.count = (uint64_t)json_integer_value(count);
        memcpy(benchmark->answer.sha256, sha256, 65);
    }
    return 0;
}

static int take_process(struct replay *replay, size_t bench, const json_t *line, struct assay_error *error)
{
    struct assay_benchmark *benchmark = &replay->run->document->benchmarks[bench];
    const char *seed = json_string_value(json_object_get(line, "seed"));
    const json_t *number = json_object_get(line, "process");
    /* A process that failed before its first batch has no line: its number is free, and stays so. */
    while (json_is_integer(number) && (json_int_t)benchmark->process_count < json_integer_value(number) &&
           json_integer_value(number) - (json_int_t)benchmark->process_count <= GAP_MAX) {
        struct assay_process *gap = assay_benchmark_add_process(benchmark);
        if (gap == NULL) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
        gap->steady = gap->processor = -1;
        gap->warmup_ns = gap->startup_ns = gap->peak_bytes = NAN;
    }
    if (!json_is_integer(number) || (json_int_t)benchmark->process_count != json_integer_value(number) || seed == NULL) {
        return damaged(error, "processes out of order");
    }
    struct assay_process *process = assay_benchmark_add_process(benchmark);
    if (process == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!assay_parse_integer(seed, &process->seed)) {
        return damaged(error, "a process without seed");
    }
    const char *build_id = json_string_value(json_object_get(line, "build_id"));
    if (!small_integer(&process->layout, json_object_get(line, "layout")) ||
        !small_integer(&process->processor, json_object_get(line, "processor")) ||
        (build_id != NULL && !is_hexadecimal(build_id, 0, 128))) {
        return damaged(error, "a process of another shape");
    }
    process->build_id = assay_copy(build_id);
    process->steady = -1;
    process->warmup_ns = number_or_nan(json_object_get(line, "warmup_ns"));
    process->startup_ns = number_or_nan(json_object_get(line, "startup_ns"));
    process->peak_bytes = NAN;
    replay->run->benches[bench].want.processes_done++;
    return 0;
}

/* What one batch gave to a distribution. */
static bool take_observed(struct assay_measure_values *list, const json_t *array)
{
    size_t count = json_array_size(array);
    double *values = calloc(count + 1, sizeof *values);
    for (size_t i = 0; values != NULL && i < count; i++) {
        values[i] = number_or_nan(json_array_get(array, i));
    }
    bool ok = values != NULL && assay_measure_append_counted(list, values, count);
    free(values);
    return ok;
}

static bool take_values(struct assay_benchmark *benchmark, const struct assay_kernel_description *kernel, const json_t *line)
{
    bool ok = true;
    const json_t *measures = json_object_get(line, "measures");
    const json_t *observed = json_object_get(line, "observed");
    for (size_t i = 0; ok && kernel != NULL && i < kernel->measure_count; i++) {
        struct assay_measure_values *list =
            assay_measure_get(&benchmark->measures, &benchmark->measure_count, kernel->measures[i].name,
                              kernel->measures[i].unit, kernel->measures[i].higher_is_better);
        ok = list != NULL && assay_measure_append(list, number_or_nan(json_object_get(measures, kernel->measures[i].name)));
    }
    for (size_t i = 0; ok && kernel != NULL && i < kernel->distribution_count; i++) {
        struct assay_measure_values *list =
            assay_measure_get(&benchmark->distributions, &benchmark->distribution_count, kernel->distributions[i].name,
                              kernel->distributions[i].unit, kernel->distributions[i].higher_is_better);
        ok = list != NULL && take_observed(list, json_object_get(observed, kernel->distributions[i].name));
    }
    return ok;
}

static int take_batch(struct replay *replay, const json_t *batch, const json_t *line, struct assay_error *error)
{
    double row[ASSAY_COLUMN_COUNT];
    size_t bench = 0;
    if (json_array_size(batch) != ASSAY_COLUMN_COUNT + 2 || !index_of(&bench, replay, json_array_get(batch, 0))) {
        return damaged(error, "a batch of another shape");
    }
    for (size_t i = 0; i < ASSAY_COLUMN_COUNT; i++) {
        row[i] = number_or_nan(json_array_get(batch, i + 2));
    }
    struct assay_benchmark *benchmark = &replay->run->document->benchmarks[bench];
    enum { ITERATIONS, ELAPSED, CPU, START, PROCESS };
    int32_t verified = 0;
    double end_ns = row[START] + row[ELAPSED]; /* the document's own rules are asked of all rows at the end */
    if (!small_integer(&verified, json_array_get(batch, 1)) || verified > 1 || !(end_ns >= 0 && end_ns <= EXACT)) {
        return damaged(error, "a batch of impossible values");
    }
    if (!assay_samples_append(&benchmark->samples, row) ||
        !take_values(benchmark, replay->out->plan->items[bench].kernel, line)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    benchmark->verified = benchmark->samples.count == 1 || verified < benchmark->verified ? verified : benchmark->verified;
    replay->run->benches[bench].want.samples_done++;
    replay->run->benches[bench].want.batch_s = row[ELAPSED] * 1e-9;
    replay->out->last_ns = end_ns > replay->out->last_ns ? end_ns : replay->out->last_ns;
    return 0;
}

static int take_failed(struct replay *replay, size_t bench, const json_t *line, struct assay_error *error)
{
    enum assay_status status = ASSAY_STATUS_OK;
    const char *word = json_string_value(json_object_get(line, "status"));
    const char *message = json_string_value(json_object_get(line, "message"));
    if (word == NULL || !assay_status_parse(&status, word) || status == ASSAY_STATUS_OK) {
        return damaged(error, "a failure without status");
    }
    assay_failure_set(&replay->run->benches[bench].failure, status, "%s", message != NULL ? message : "");
    replay->run->benches[bench].want.active = false;
    if (status == ASSAY_STATUS_WRONG_ANSWER) {
        replay->run->document->benchmarks[bench].verified = 0;
    }
    return 0;
}

static int take_flag(struct replay *replay, size_t bench, const json_t *line, struct assay_error *error)
{
    const char *flag = json_string_value(json_object_get(line, "flag"));
    if (flag == NULL) {
        return damaged(error, "a flag without word");
    }
    bool ok = assay_benchmark_flag(&replay->run->document->benchmarks[bench], flag);
    return ok ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int take_reference(struct replay *replay, const json_t *reference, struct assay_error *error)
{
    double start_ns = number_or_nan(json_array_get(reference, 0));
    double elapsed_ns = number_or_nan(json_array_get(reference, 1));
    if (!(start_ns >= 0) || !(elapsed_ns >= 0) || !(start_ns + elapsed_ns <= EXACT)) {
        return damaged(error, "a reference of impossible values");
    }
    bool ok = assay_session_add_reference(replay->run->session, start_ns, elapsed_ns);
    return ok ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int take_resumed(struct replay *replay, const json_t *resumed, struct assay_error *error)
{
    double start_ns = number_or_nan(resumed);
    if (!(start_ns >= 0 && start_ns <= EXACT)) {
        return damaged(error, "a pause of impossible length");
    }
    if (start_ns > replay->out->last_ns) {
        replay->out->paused_ns += start_ns - replay->out->last_ns;
        replay->out->last_ns = start_ns;
    }
    return 0;
}

static int take_end(struct replay *replay, const json_t *end, struct assay_error *error)
{
    (void)error;
    replay->run->ended = json_is_true(end);
    return 0;
}

/* The lines of the run as a whole, by their key. Others tell a resumed run nothing. */
static const struct {
    const char *key;
    int (*take)(struct replay *, const json_t *, struct assay_error *);
} common_lines[] = { { "reference", take_reference }, { "resumed", take_resumed }, { "end", take_end } };

/* The lines that name a benchmark: by which key, and who reads them. */
static const struct {
    const char *key;
    const char *index_key;
    int (*take)(struct replay *, size_t, const json_t *, struct assay_error *);
} lines[] = { { "benchmark", "benchmark", take_benchmark },
              { "process", "of", take_process },
              { "failed", "failed", take_failed },
              { "flagged", "flagged", take_flag } };

static int take_line(void *context, const json_t *line, struct assay_error *error)
{
    struct replay *replay = context;
    const json_t *batch = json_object_get(line, "batch");
    if (batch != NULL) {
        return take_batch(replay, batch, line, error);
    }
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        size_t bench = 0;
        if (json_object_get(line, lines[i].key) == NULL) {
            continue;
        }
        if (!index_of(&bench, replay, json_object_get(line, lines[i].index_key))) {
            return damaged(error, "a benchmark that its plan does not have");
        }
        return lines[i].take(replay, bench, line, error);
    }
    for (size_t i = 0; i < sizeof common_lines / sizeof common_lines[0]; i++) {
        const json_t *value = json_object_get(line, common_lines[i].key);
        if (value != NULL) {
            return common_lines[i].take(replay, value, error);
        }
    }
    return 0;
}

int assay_replay_journal(struct assay_replay *out, struct assay_run *run, struct assay_catalog *catalog, const char *path,
                         const struct assay_measure_options *options, struct assay_error *error)
{
    struct assay_replay made = { 0 };
    struct replay replay = { .out = &made, .run = run, .catalog = catalog, .options = options };
    int result = assay_journal_read(&made.length, path, take_head, take_line, &replay, error);
    struct assay_error broken = { 0 };
    if (result == 0 && assay_document_check(run->document, &broken) != 0) {
        result = damaged(error, broken.text);
    }
    if (result != 0) {
        if (replay.begun) {
            assay_run_release(run);
        }
        assay_plan_free(made.plan);
        return result;
    }
    *out = made;
    return 0;
}
