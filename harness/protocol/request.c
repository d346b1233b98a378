/* Requests: a table of their words with what reads and writes the fields of each. */
#include "protocol/message.h"

#include "protocol/answer.h"
#include "protocol/fast.h"
#include "protocol/fields.h"
#include "protocol/write.h"

#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct assay_request, member)
#define END { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 }

/* The fields of each kind that one table can read; parameters and expected are read by hand. */
static const struct assay_field no_fields[] = { END };
static const struct assay_field expect_fields[] = {
    { "kernel", ASSAY_FIELD_DOTTED, AT(kernel), true, 0, 0 },
    END,
};
static const struct assay_field setup_fields[] = {
    { "kernel", ASSAY_FIELD_DOTTED, AT(kernel), true, 0, 0 },
    { "seed", ASSAY_FIELD_DECIMAL, AT(seed), true, 0, 0 },
    { "threads", ASSAY_FIELD_SMALL, AT(threads), false, 1, ASSAY_THREADS_MAX },
    { "counters", ASSAY_FIELD_BOOL, AT(counters), false, 0, 0 },
    END,
};
static const struct assay_field calibrate_fields[] = {
    { "batch_ns", ASSAY_FIELD_NUMBER, AT(batch_ns), true, 0, 0 },
    END,
};
static const struct assay_field run_fields[] = {
    { "iterations", ASSAY_FIELD_INTEGER, AT(iterations), true, 1, ASSAY_EXACT_MAX },
    { "batches", ASSAY_FIELD_SMALL, AT(batches), false, 1, ASSAY_BATCHES_MAX },
    { "flush", ASSAY_FIELD_BOOL, AT(flush), false, 0, 0 },
    { "lead_in", ASSAY_FIELD_INTEGER, AT(lead_in), false, 0, ASSAY_EXACT_MAX },
    { "turns", ASSAY_FIELD_LINE, AT(turns), false, 0, 0 },
    { "extra_work", ASSAY_FIELD_INTEGER, AT(extra_work), false, 0, ASSAY_EXACT_MAX },
    END,
};
static const struct assay_field profile_fields[] = {
    { "iterations", ASSAY_FIELD_INTEGER, AT(iterations), true, 1, ASSAY_EXACT_MAX },
    { "batches", ASSAY_FIELD_SMALL, AT(batches), false, 1, ASSAY_BATCHES_MAX },
    { "lead_in", ASSAY_FIELD_INTEGER, AT(lead_in), false, 0, ASSAY_EXACT_MAX },
    { "period_ns", ASSAY_FIELD_NUMBER, AT(period_ns), false, 0, 0 },
    { "timed_share", ASSAY_FIELD_NUMBER, AT(timed_share), false, 0, 0 },
    { "timer", ASSAY_FIELD_BOOL, AT(timer), false, 0, 0 },
    END,
};

static void write_kernel(struct assay_text *line, const struct assay_request *request)
{
    size_t i;

    assay_write_string(line, ",\"kernel\":", request->kernel);
    assay_text_append(line, ",\"parameters\":{");
    for (i = 0; i < request->argument_count; i++) {
        assay_write_string(line, i ? "," : "", request->arguments[i].name);
        assay_write_string(line, ":", request->arguments[i].text);
    }
    assay_text_append_char(line, '}');
}

static void write_setup(struct assay_text *line, const struct assay_request *request)
{
    write_kernel(line, request);
    assay_write_integer(line, ",\"seed\":\"", request->seed);
    assay_write_integer(line, "\",\"threads\":", request->threads);
    if (request->has_expected) {
        assay_answer_write(line, ",\"expected\":", &request->expected);
    }
    assay_text_append(line, request->counters ? ",\"counters\":true" : "");
}

static void write_calibrate(struct assay_text *line, const struct assay_request *request)
{
    assay_write_number(line, ",\"batch_ns\":", request->batch_ns);
}

static void write_run(struct assay_text *line, const struct assay_request *request)
{
    assay_write_integer(line, ",\"iterations\":", request->iterations);
    if (request->batches != 1) {
        assay_write_integer(line, ",\"batches\":", request->batches);
    }
    assay_text_append(line, request->flush ? ",\"flush\":true" : "");
    if (request->lead_in > 0) { /* a worker of minor version 0 never sees it */
        assay_write_integer(line, ",\"lead_in\":", request->lead_in);
    }
    if (request->turns != NULL) {
        assay_write_string(line, ",\"turns\":", request->turns);
    }
    if (request->extra_work > 0) {
        assay_write_integer(line, ",\"extra_work\":", request->extra_work);
    }
}

static void write_profile(struct assay_text *line, const struct assay_request *request)
{
    assay_write_string(line, ",\"record\":", assay_record_word(request->record));
    assay_write_integer(line, ",\"iterations\":", request->iterations);
    if (request->batches != 1) {
        assay_write_integer(line, ",\"batches\":", request->batches);
    }
    if (request->lead_in > 0) {
        assay_write_integer(line, ",\"lead_in\":", request->lead_in);
    }
    if (request->period_ns > 0.0) {
        assay_write_number(line, ",\"period_ns\":", request->period_ns);
    }
    if (request->timed_share > 0.0) {
        assay_write_number(line, ",\"timed_share\":", request->timed_share);
    }
    assay_text_append(line, request->timer ? ",\"timer\":true" : "");
}

static int read_kernel(struct assay_request *request, const json_t *object, struct assay_error *error)
{
    const json_t *members;
    const char *name;
    json_t *value;
    int code = assay_field_object(&members, object, "parameters", error);

    if (code != 0 || !members) {
        return code;
    }
    request->arguments = calloc(json_object_size(members) + 1, sizeof *request->arguments);
    if (!request->arguments) {
        return assay_field_no_memory(error);
    }
    json_object_foreach((json_t *)members, name, value) {
        struct assay_message_argument *argument = &request->arguments[request->argument_count];
        if (!assay_name_valid(name, false) || !json_is_string(value)) {
            return assay_fail(error, ASSAY_EINPUT, "bad \"parameters\": want names with texts, not '%.60s'", name);
        }
        request->argument_count++;
        argument->name = assay_copy(name);
        argument->text = assay_copy(json_string_value(value));
        if (!argument->name || !argument->text) {
            return assay_field_no_memory(error);
        }
    }
    return 0;
}

static int read_setup(struct assay_request *request, const json_t *object, struct assay_error *error)
{
    int code = read_kernel(request, object, error);

    return code == 0 ? assay_answer_read(&request->expected, &request->has_expected, object, "expected", error) : code;
}

static int read_calibrate(struct assay_request *request, const json_t *object, struct assay_error *error)
{
    (void)object;
    return request->batch_ns > 0.0 ? 0 : assay_fail(error, ASSAY_EINPUT, "bad \"batch_ns\": want a time above 0");
}

static int read_profile(struct assay_request *request, const json_t *object, struct assay_error *error)
{
    struct {
        char *record;
    } read = { NULL };
    static const struct assay_field field = { "record", ASSAY_FIELD_LINE, 0, true, 0, 0 };
    int i, code = assay_field_read(&read, object, &field, error);

    if (code != 0) {
        return code;
    }
    for (i = 0; i < ASSAY_RECORDS && strcmp(assay_record_word((enum assay_record)i), read.record) != 0; i++) {
    }
    if (i == ASSAY_RECORDS) {
        code = assay_fail(error, ASSAY_EINPUT,
                          "bad \"record\" '%.60s': want calls, tree, samples, allocations, lines or functions", read.record);
    }
    free(read.record);
    if (code == 0 && request->timed_share > 1.0) {
        code = assay_fail(error, ASSAY_EINPUT, "bad \"timed_share\": want a share from 0 to 1");
    }
    if (code == 0 && request->period_ns > 0.0 && (request->period_ns < ASSAY_PERIOD_MIN_NS || request->period_ns > ASSAY_PERIOD_MAX_NS)) {
        code = assay_fail(error, ASSAY_EINPUT, "bad \"period_ns\": want 10000 to 1e9");
    }
    request->record = (enum assay_record)i;
    return code;
}

static const struct {
    const char *word;
    const struct assay_field *fields;
    int (*read)(struct assay_request *request, const json_t *object, struct assay_error *error); /* NULL: no more */
    void (*write)(struct assay_text *line, const struct assay_request *request);
} kinds[] = {
    [ASSAY_REQUEST_UNKNOWN] = { "", no_fields, NULL, NULL },
    [ASSAY_REQUEST_DESCRIBE] = { "describe", no_fields, NULL, NULL },
    [ASSAY_REQUEST_EXPECT] = { "expect", expect_fields, read_kernel, write_kernel },
    [ASSAY_REQUEST_SETUP] = { "setup", setup_fields, read_setup, write_setup },
    [ASSAY_REQUEST_CALIBRATE] = { "calibrate", calibrate_fields, read_calibrate, write_calibrate },
    [ASSAY_REQUEST_RUN] = { "run", run_fields, NULL, write_run },
    [ASSAY_REQUEST_ANSWER] = { "answer", no_fields, NULL, NULL },
    [ASSAY_REQUEST_PROFILE] = { "profile", profile_fields, read_profile, write_profile },
    [ASSAY_REQUEST_TEARDOWN] = { "teardown", no_fields, NULL, NULL },
    [ASSAY_REQUEST_QUIT] = { "quit", no_fields, NULL, NULL },
};
#define KINDS (sizeof kinds / sizeof kinds[0])

const char *assay_request_word(enum assay_request_kind kind)
{
    return kinds[kind].word;
}

static enum assay_request_kind find_kind(const char *word)
{
    size_t i;

    for (i = 1; i < KINDS; i++) {
        if (strcmp(kinds[i].word, word) == 0) {
            return (enum assay_request_kind)i;
        }
    }
    return ASSAY_REQUEST_UNKNOWN;
}

void assay_request_release(struct assay_request *request)
{
    size_t i;

    free(request->word);
    free(request->kernel);
    free(request->turns);
    for (i = 0; i < request->argument_count; i++) {
        free(request->arguments[i].name);
        free(request->arguments[i].text);
    }
    free(request->arguments);
    assay_message_answer_release(&request->expected);
    *request = (struct assay_request){ 0 };
}

void assay_request_write(struct assay_text *line, const struct assay_request *request)
{
    const char *word = request->kind == ASSAY_REQUEST_UNKNOWN ? request->word : kinds[request->kind].word;

    assay_write_integer(line, "{\"id\":", request->id);
    assay_write_string(line, ",\"request\":", word);
    if (kinds[request->kind].write) {
        kinds[request->kind].write(line, request);
    }
    assay_text_append_char(line, '}');
}

static int read_fields(struct assay_request *read, const json_t *object, struct assay_error *error)
{
    static const struct assay_field id[] = {
        { "id", ASSAY_FIELD_INTEGER, AT(id), true, 1, ASSAY_EXACT_MAX },
        { "request", ASSAY_FIELD_LINE, AT(word), true, 0, 0 },
        END,
    };
    int code = assay_fields_read(read, object, id, error);

    if (code != 0) {
        return code;
    }
    read->kind = find_kind(read->word);
    code = assay_fields_read(read, object, kinds[read->kind].fields, error);
    if (code == 0 && kinds[read->kind].read) {
        code = kinds[read->kind].read(read, object, error);
    }
    if (read->kind != ASSAY_REQUEST_UNKNOWN) {
        free(read->word);
        read->word = NULL;
    }
    return code;
}

int assay_request_read(struct assay_request *out, const char *line, size_t length, struct assay_error *error)
{
    struct assay_request read = { .threads = 1, .batches = 1 };
    json_t *object;
    uint64_t id;
    int code;

    if (assay_fast_run_request(out, line, length)) {
        return 0;
    }
    object = assay_fields_parse(line, length, error);
    code = object ? read_fields(&read, object, error) : ASSAY_EINPUT;
    if (code == 0) {
        *out = read;
    } else {
        id = read.id;
        assay_request_release(&read);
        out->id = id;
    }
    json_decref(object);
    return code;
}
