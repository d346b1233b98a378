/* Lines to replies, in full: one parse, then look-ups by table. The reply of one batch in its plain shape goes
 * by fast.c. */
#include "protocol/message.h"

#include "protocol/answer.h"
#include "protocol/batch.h"
#include "protocol/fast.h"
#include "protocol/fields.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct assay_reply, member)
#define END { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 }

static int read_verified(int *verified, const json_t *object, struct assay_error *error)
{
    struct verdict {
        bool is_true, is_there;
    } read = { false, false };
    static const struct assay_field field = { "verified", ASSAY_FIELD_BOOL, offsetof(struct verdict, is_true), false, 0, 0 };
    int code = assay_field_read(&read, object, &field, error);

    read.is_there = json_is_boolean(json_object_get(object, "verified"));
    *verified = read.is_there ? read.is_true : -1;
    return code;
}

static int bad_member(const char *key, const char *name, struct assay_error *error)
{
    return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want names with numbers, not '%.60s'", key, name);
}

static int read_measures(struct assay_batch *batch, const json_t *object, struct assay_error *error)
{
    const json_t *members;
    const char *name;
    json_t *value;
    int code = assay_field_object(&members, object, "measures", error);

    if (code != 0 || json_object_size(members) == 0) {
        return code;
    }
    batch->measures = calloc(json_object_size(members), sizeof *batch->measures);
    if (!batch->measures) {
        return assay_field_no_memory(error);
    }
    json_object_foreach((json_t *)members, name, value) {
        struct assay_named_value *measure = &batch->measures[batch->measure_count];
        if (json_is_null(value)) {
            continue;
        }
        if (!assay_name_valid(name, false) || !json_is_number(value)) {
            return bad_member("measures", name, error);
        }
        measure->value = json_number_value(value);
        measure->name = strdup(name);
        if (!measure->name) {
            return assay_field_no_memory(error);
        }
        batch->measure_count++;
    }
    return 0;
}

static int read_values(struct assay_named_values *out, const char *name, const json_t *array, struct assay_error *error)
{
    size_t i;

    out->count = json_array_size(array);
    out->name = strdup(name);
    out->values = calloc(out->count + 1, sizeof *out->values);
    if (!out->name || !out->values) {
        return assay_field_no_memory(error);
    }
    for (i = 0; i < out->count; i++) {
        const json_t *item = json_array_get(array, i);
        if (!json_is_number(item)) {
            return bad_member("observed", name, error);
        }
        out->values[i] = json_number_value(item);
    }
    return 0;
}

static int read_observed(struct assay_batch *batch, const json_t *object, struct assay_error *error)
{
    const json_t *members;
    const char *name;
    json_t *value;
    int code = assay_field_object(&members, object, "observed", error);

    if (code != 0 || json_object_size(members) == 0) {
        return code;
    }
    batch->observed = calloc(json_object_size(members), sizeof *batch->observed);
    if (!batch->observed) {
        return assay_field_no_memory(error);
    }
    json_object_foreach((json_t *)members, name, value) {
        if (!assay_name_valid(name, false) || !json_is_array(value)) {
            return bad_member("observed", name, error);
        }
        code = read_values(&batch->observed[batch->observed_count++], name, value, error);
        if (code != 0) {
            return code;
        }
    }
    return 0;
}

static int read_batch(struct assay_batch *batch, const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "iterations", ASSAY_FIELD_INTEGER, offsetof(struct assay_batch, iterations), true, 1, ASSAY_EXACT_MAX },
        { "elapsed_ns", ASSAY_FIELD_NUMBER, offsetof(struct assay_batch, elapsed_ns), true, 0, 0 },
        END,
    };
    const struct assay_batch_number *number = assay_batch_numbers;
    int code = assay_fields_read(batch, object, table, error);

    for (; code == 0 && number->field.key; number++) {
        code = assay_field_read(batch, object, &number->field, error);
    }
    if (code == 0) {
        code = read_verified(&batch->verified, object, error);
    }
    if (code == 0) {
        code = read_measures(batch, object, error);
    }
    return code == 0 ? read_observed(batch, object, error) : code;
}

/* What is wrong is refused as a wrong answer; a worker that calls it well contradicts itself. */
static int check_verdicts(const struct assay_reply *reply, struct assay_error *error)
{
    size_t i;

    for (i = 0; reply->ok && i < reply->batch_count; i++) {
        if (reply->batches[i].verified == 0) {
            return assay_fail(error, ASSAY_EINPUT, "bad \"verified\": want no false in a reply that is ok, but a refusal as wrong-answer");
        }
    }
    return 0;
}

static int read_batches(struct assay_reply *reply, const json_t *object, struct assay_error *error)
{
    const json_t *array;
    size_t i, count;
    int code = assay_field_array(&array, object, "batches", error);

    count = json_array_size(array);
    if (code != 0 || count == 0) {
        return code;
    }
    if (count > ASSAY_BATCHES_MAX) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"batches\": want at most %u", ASSAY_BATCHES_MAX);
    }
    reply->batches = calloc(count, sizeof *reply->batches);
    if (!reply->batches) {
        return assay_field_no_memory(error);
    }
    for (i = 0; code == 0 && i < count; i++) {
        const json_t *item = json_array_get(array, i);
        if (!json_is_object(item)) {
            return assay_fail(error, ASSAY_EINPUT, "bad \"batches\": want an array of objects");
        }
        assay_batch_init(&reply->batches[i]);
        reply->batch_count = i + 1;
        code = read_batch(&reply->batches[i], item, error);
    }
    return code;
}

static int read_work(struct assay_reply *reply, const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "items", ASSAY_FIELD_NUMBER, AT(items), false, 0, 0 },
        { "bytes", ASSAY_FIELD_NUMBER, AT(bytes), false, 0, 0 },
        { "least_operations", ASSAY_FIELD_NUMBER, AT(least_operations), false, 0, 0 },
        END,
    };
    const json_t *work;
    int code = assay_field_object(&work, object, "work", error);

    return code == 0 && work ? assay_fields_read(reply, work, table, error) : code;
}

/* A refusal's words: the status is one of a closed list; the message is cleaned, since it may hold a kernel's words. */
static int read_refusal(struct assay_reply *reply, const json_t *object, struct assay_error *error)
{
    static const char *const statuses[] = { "failed", "unavailable", "protocol-error", "wrong-answer", "out-of-memory" };
    static const struct assay_field table[] = {
        { "status", ASSAY_FIELD_LINE, AT(status), true, 0, 0 },
        { "message", ASSAY_FIELD_TEXT, AT(message), true, 0, 0 },
        END,
    };
    size_t i;
    char *byte;
    int code = assay_fields_read(reply, object, table, error);

    if (code != 0) {
        return code;
    }
    for (byte = reply->message; *byte; byte++) {
        if ((unsigned char)*byte < 0x20 || *byte == 0x7f) {
            *byte = ' ';
        }
    }
    for (i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (strcmp(statuses[i], reply->status) == 0) {
            return 0;
        }
    }
    return assay_fail(error, ASSAY_EINPUT,
                      "bad \"status\" '%.60s': want failed, unavailable, protocol-error, wrong-answer or out-of-memory",
                      reply->status);
}

/* What only a describe, expect, calibrate, answer or teardown brings. */
static int read_rare(struct assay_reply *reply, const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "iterations", ASSAY_FIELD_INTEGER, AT(iterations), false, 1, ASSAY_EXACT_MAX },
        { "elapsed_ns", ASSAY_FIELD_NUMBER, AT(elapsed_ns), false, 0, 0 },
        { "peak_bytes", ASSAY_FIELD_NUMBER, AT(peak_bytes), false, 0, 0 },
        END,
    };
    int code = assay_fields_read(reply, object, table, error);

    if (code == 0 && json_object_get(object, "kernels")) {
        code = assay_description_read(&reply->description, object, error);
        reply->has_description = code == 0;
    }
    if (code == 0) {
        code = assay_answer_read(&reply->expected, &reply->has_expected, object, "expected", error);
    }
    return code == 0 ? read_work(reply, object, error) : code;
}

static int read_profile(struct assay_reply *reply, const json_t *object, struct assay_error *error)
{
    const json_t *profile;
    int code = assay_field_object(&profile, object, "profile", error);

    if (code == 0 && profile) {
        code = assay_message_profile_read(&reply->profile, profile, error);
        reply->has_profile = code == 0;
    }
    return code;
}

static int read_reply(struct assay_reply *reply, const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "id", ASSAY_FIELD_INTEGER, AT(id), false, 1, ASSAY_EXACT_MAX },
        { "ok", ASSAY_FIELD_BOOL, AT(ok), true, 0, 0 },
        END,
    };
    int code = assay_fields_read(reply, object, table, error);

    if (code == 0 && !json_object_get(object, "id")) {
        code = assay_field_missing("id", error);
    }
    if (code == 0 && !reply->ok) {
        code = read_refusal(reply, object, error);
    }
    if (code == 0) {
        code = read_batches(reply, object, error);
    }
    if (code == 0) {
        code = check_verdicts(reply, error);
    }
    if (code == 0) {
        code = read_profile(reply, object, error);
    }
    if (code == 0) {
        code = assay_answer_read(&reply->answer, &reply->has_answer, object, "answer", error);
    }
    if (code == 0) {
        code = read_verified(&reply->verified, object, error);
    }
    if (code == 0 && reply->ok && reply->batch_count == 0) {
        code = read_rare(reply, object, error);
    }
    return code;
}

int assay_reply_read(struct assay_reply *out, const char *line, size_t length, struct assay_error *error)
{
    struct assay_reply read = { .verified = -1, .peak_bytes = (double)NAN };
    json_t *object;
    int code;

    if (assay_fast_run_reply(out, line, length)) {
        return 0;
    }
    object = assay_fields_parse(line, length, error);
    code = object ? read_reply(&read, object, error) : ASSAY_EINPUT;
    if (code == 0) {
        *out = read;
    } else {
        assay_reply_release(&read);
    }
    json_decref(object);
    return code;
}
