/* What requests and replies have in common: answers; and the hello. */
#include "protocol/message.h"

#include "protocol/answer.h"
#include "protocol/fields.h"
#include "protocol/write.h"

#include <stdlib.h>
#include <string.h>

void assay_message_answer_release(struct assay_message_answer *answer)
{
    free(answer->source);
    *answer = (struct assay_message_answer){ 0 };
}

void assay_answer_write(struct assay_text *line, const char *key, const struct assay_message_answer *answer)
{
    const char *comma = "{";

    assay_text_append(line, key);
    if (answer->count_known) {
        assay_write_integer(line, "{\"count\":", answer->count);
        comma = ",";
    }
    if (answer->sum_known) {
        assay_text_append(line, comma);
        assay_write_integer(line, "\"sum\":\"", answer->sum);
        assay_text_append_char(line, '"');
        comma = ",";
    }
    if (answer->sha256_known) {
        assay_text_append(line, comma);
        assay_write_string(line, "\"sha256\":", answer->sha256);
        comma = ",";
    }
    if (answer->source) {
        assay_text_append(line, comma);
        assay_write_string(line, "\"source\":", answer->source);
        comma = ",";
    }
    assay_text_append(line, *comma == '{' ? "{}" : "}");
}

static bool is_digest(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* Numbers that may be known or not: read into a value that no number can be. */
struct raw_answer {
    uint64_t count, sum;
    char *sum_text, *sha256, *source;
};

int assay_answer_read(struct assay_message_answer *out, bool *has, const json_t *object, const char *key,
                      struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "count", ASSAY_FIELD_INTEGER, offsetof(struct raw_answer, count), false, 0, ASSAY_EXACT_MAX },
        { "sum", ASSAY_FIELD_DECIMAL, offsetof(struct raw_answer, sum), false, 0, 0 },
        { "sum", ASSAY_FIELD_LINE, offsetof(struct raw_answer, sum_text), false, 0, 0 },
        { "sha256", ASSAY_FIELD_LINE, offsetof(struct raw_answer, sha256), false, 0, 0 },
        { "source", ASSAY_FIELD_LINE, offsetof(struct raw_answer, source), false, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
    struct raw_answer raw = { .count = UINT64_MAX };
    const json_t *member;
    int code = assay_field_object(&member, object, key, error);

    if (code != 0 || !member) {
        return code;
    }
    code = assay_fields_read(&raw, member, table, error);
    if (code == 0 && raw.sha256 && !is_digest(raw.sha256)) {
        code = assay_fail(error, ASSAY_EINPUT, "bad \"sha256\": want 64 lower-case hexadecimal digits");
    }
    if (code == 0) {
        *out = (struct assay_message_answer){ .count_known = raw.count != UINT64_MAX, .sum_known = raw.sum_text != NULL,
                                              .sha256_known = raw.sha256 != NULL, .sum = raw.sum };
        out->count = out->count_known ? raw.count : 0;
        if (raw.sha256) {
            memcpy(out->sha256, raw.sha256, sizeof out->sha256);
        }
        out->source = raw.source;
        raw.source = NULL;
        *has = true;
    }
    free(raw.sum_text);
    free(raw.sha256);
    free(raw.source);
    return code;
}

void assay_hello_release(struct assay_hello *hello)
{
    free(hello->implementation);
    free(hello->version);
    assay_lines_free(hello->capabilities);
    *hello = (struct assay_hello){ 0 };
}

void assay_hello_write(struct assay_text *line, const struct assay_hello *hello)
{
    assay_write_integer(line, "{\"assay_worker\":", hello->major);
    assay_write_integer(line, ",\"minor\":", hello->minor);
    assay_write_string(line, ",\"implementation\":", hello->implementation);
    assay_write_string(line, ",\"version\":", hello->version);
    assay_write_integer(line, ",\"pid\":", (uint64_t)hello->pid);
    assay_write_strings(line, ",\"capabilities\":", hello->capabilities);
    assay_text_append_char(line, '}');
}

/* The version stands alone: of another version nothing else is believed. */
static int check_version(const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "assay_worker", ASSAY_FIELD_SMALL, 0, true, 0, UINT32_MAX },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
    uint32_t major = 0;
    struct assay_error inner = { 0 };

    if (assay_fields_read(&major, object, table, &inner) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "first line is no hello of a worker: %s", inner.text);
    }
    if (major != ASSAY_PROTOCOL_MAJOR) {
        return assay_fail(error, ASSAY_EINPUT, "worker speaks protocol %u, want %d", (unsigned)major,
                          ASSAY_PROTOCOL_MAJOR);
    }
    return 0;
}

int assay_hello_read(struct assay_hello *out, const char *line, size_t length, struct assay_error *error)
{
    struct hello {
        struct assay_hello hello;
        uint64_t pid;
        uint32_t minor;
    } read = { .hello = { .major = ASSAY_PROTOCOL_MAJOR } };
    static const struct assay_field table[] = {
        { "minor", ASSAY_FIELD_SMALL, offsetof(struct hello, minor), true, 0, UINT32_MAX },
        { "implementation", ASSAY_FIELD_NAME, offsetof(struct hello, hello.implementation), true, 0, 0 },
        { "version", ASSAY_FIELD_LINE, offsetof(struct hello, hello.version), false, 0, 0 },
        { "pid", ASSAY_FIELD_INTEGER, offsetof(struct hello, pid), true, 0, INT32_MAX },
        { "capabilities", ASSAY_FIELD_LINES, offsetof(struct hello, hello.capabilities), false, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
    json_t *object = assay_fields_parse(line, length, error);
    int code = ASSAY_EINPUT;

    if (object) {
        code = check_version(object, error);
    }
    if (code == 0) {
        code = assay_fields_read(&read, object, table, error);
    }
    if (code == 0) {
        read.hello.minor = read.minor;
        read.hello.pid = (int64_t)read.pid;
        *out = read.hello;
    } else {
        assay_hello_release(&read.hello);
    }
    json_decref(object);
    return code;
}

bool assay_hello_can(const struct assay_hello *hello, const char *capability)
{
    size_t i;

    for (i = 0; hello->capabilities && hello->capabilities[i]; i++) {
        if (strcmp(hello->capabilities[i], capability) == 0) {
            return true;
        }
    }
    return false;
}
