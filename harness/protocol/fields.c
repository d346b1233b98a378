/* Reading the fields of a JSON object: the checks that every message shares stand here once. */
#include "protocol/fields.h"

#include "base/text.h"
#include "protocol/description.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *assay_fields_parse(const char *line, size_t length, struct assay_error *error)
{
    json_error_t problem;
    json_t *object = json_loadb(line, length, JSON_REJECT_DUPLICATES, &problem);

    if (!object) {
        assay_fail(error, ASSAY_EINPUT, "line is not JSON: %s", problem.text);
    } else if (!json_is_object(object)) {
        assay_fail(error, ASSAY_EINPUT, "line is no object: want {...}");
        json_decref(object);
        object = NULL;
    }
    return object;
}

/* The value of a field; NULL when absent or null. */
static const json_t *get(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return value && !json_is_null(value) ? value : NULL;
}

static int wrong(struct assay_error *error, const char *key, const char *wish)
{
    return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want %s", key, wish);
}

int assay_field_missing(const char *key, struct assay_error *error)
{
    return assay_fail(error, ASSAY_EINPUT, "missing \"%s\"", key);
}

int assay_field_no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory for a message");
}

static int copy(char **out, const json_t *value, struct assay_error *error)
{
    char *text = assay_copy_bytes(json_string_value(value), json_string_length(value));

    if (!text) {
        return assay_field_no_memory(error);
    }
    free(*out);
    *out = text;
    return 0;
}

static bool is_line(const json_t *value)
{
    const char *text = json_string_value(value);

    for (; text && *text; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return false;
        }
    }
    return text != NULL;
}

static int read_text(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    return json_is_string(value) ? copy(out, value, error) : wrong(error, field->key, "a text");
}

static int read_line(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    return is_line(value) ? copy(out, value, error) : wrong(error, field->key, "one line of text");
}

static int read_name(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    bool dots = field->kind == ASSAY_FIELD_DOTTED;

    if (!json_is_string(value) || !assay_name_valid(json_string_value(value), dots)) {
        return wrong(error, field->key, dots ? "a name such as primes.below" : "a name such as limit_2");
    }
    return copy(out, value, error);
}

void assay_lines_free(char **lines)
{
    size_t i;

    for (i = 0; lines && lines[i]; i++) {
        free(lines[i]);
    }
    free(lines);
}

static int read_lines(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    size_t i, count = json_array_size(value); /* 0 for NULL */
    char **lines;

    if (value && !json_is_array(value)) {
        return wrong(error, field->key, "an array of lines of text");
    }
    lines = calloc(count + 1, sizeof *lines);
    if (!lines) {
        return assay_field_no_memory(error);
    }
    for (i = 0; i < count; i++) {
        const json_t *item = json_array_get(value, i);
        int code = is_line(item) ? copy(&lines[i], item, error)
                                 : wrong(error, field->key, "an array of lines of text");
        if (code < 0) {
            assay_lines_free(lines);
            return code;
        }
    }
    *(char ***)out = lines;
    return 0;
}

static int read_integer(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    json_int_t integer = json_is_integer(value) ? json_integer_value(value) : -1;

    if (integer < 0 || (uint64_t)integer < field->least || (uint64_t)integer > field->most) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want an integer from %" PRIu64 " to %" PRIu64, field->key,
                          field->least, field->most);
    }
    if (field->kind == ASSAY_FIELD_SMALL) {
        *(uint32_t *)out = (uint32_t)integer;
    } else {
        *(uint64_t *)out = (uint64_t)integer;
    }
    return 0;
}

bool assay_decimal_read(uint64_t *out, const char *text)
{
    uint64_t value = 0;
    const char *digit;

    if (text[0] == '\0' || (text[0] == '0' && text[1] != '\0')) {
        return false;
    }
    for (digit = text; *digit; digit++) {
        uint64_t next = (uint64_t)(*digit - '0');
        if (*digit < '0' || *digit > '9' || value > (UINT64_MAX - next) / 10) {
            return false;
        }
        value = value * 10 + next;
    }
    *out = value;
    return true;
}

static int read_decimal(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    if (!json_is_string(value) || !assay_decimal_read(out, json_string_value(value))) {
        return wrong(error, field->key, "a text of decimal digits, up to 2^64-1");
    }
    return 0;
}

static int read_number(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    double number = json_is_number(value) ? json_number_value(value) : -1.0;

    if (!(number >= 0.0 && number <= ASSAY_FIELD_NUMBER_MAX)) {
        return wrong(error, field->key, "a number from 0 to 1e18");
    }
    *(double *)out = number;
    return 0;
}

/* 12.0 is 12: some languages write all their numbers so. */
static int read_whole(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    double number = json_is_number(value) ? json_number_value(value) : -1.0;

    if (!(number >= 0.0 && number <= 0x1p53 && number == floor(number))) {
        return wrong(error, field->key, "a whole number from 0 to 2^53");
    }
    *(double *)out = number;
    return 0;
}

static int read_bool(void *out, const json_t *value, const struct assay_field *field, struct assay_error *error)
{
    if (!json_is_boolean(value)) {
        return wrong(error, field->key, "true or false");
    }
    *(bool *)out = json_is_true(value);
    return 0;
}

int assay_field_read(void *out, const json_t *object, const struct assay_field *field, struct assay_error *error)
{
    static int (*const readers[])(void *, const json_t *, const struct assay_field *, struct assay_error *) = {
        [ASSAY_FIELD_TEXT] = read_text,       [ASSAY_FIELD_LINE] = read_line,       [ASSAY_FIELD_NAME] = read_name,
        [ASSAY_FIELD_DOTTED] = read_name,     [ASSAY_FIELD_LINES] = read_lines,     [ASSAY_FIELD_INTEGER] = read_integer,
        [ASSAY_FIELD_SMALL] = read_integer,   [ASSAY_FIELD_DECIMAL] = read_decimal, [ASSAY_FIELD_NUMBER] = read_number,
        [ASSAY_FIELD_WHOLE] = read_whole,     [ASSAY_FIELD_BOOL] = read_bool,
    };
    const json_t *value = get(object, field->key);

    if (value || field->kind == ASSAY_FIELD_LINES) {
        return readers[field->kind]((char *)out + field->offset, value, field, error);
    }
    return field->required ? assay_field_missing(field->key, error) : 0;
}

int assay_fields_read(void *out, const json_t *object, const struct assay_field *table, struct assay_error *error)
{
    const struct assay_field *field;
    int code = 0;

    for (field = table; field->key && code == 0; field++) {
        code = assay_field_read(out, object, field, error);
    }
    return code;
}

int assay_field_object(const json_t **out, const json_t *object, const char *key, struct assay_error *error)
{
    const json_t *value = get(object, key);

    if (value && !json_is_object(value)) {
        return wrong(error, key, "an object");
    }
    *out = value;
    return 0;
}

int assay_field_array(const json_t **out, const json_t *object, const char *key, struct assay_error *error)
{
    const json_t *value = get(object, key);

    if (value && !json_is_array(value)) {
        return wrong(error, key, "an array");
    }
    *out = value;
    return 0;
}
