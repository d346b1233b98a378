/* Scalars of the JSON into fields of the structs, each with its checks. */
#include "result/reader.h"

#include "base/text.h"
#include "result/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void *place(const struct assay_field *field, void *target)
{
    return (char *)target + field->offset;
}

static void set_flag(const struct assay_field *field, void *target, bool flag)
{
    *(bool *)((char *)target + field->count_offset) = flag;
}

ASSAY_SETTER(assay_set_null)
{
    (void)reader, (void)field, (void)target;
    return value->type == ASSAY_VALUE_NULL ? NULL : "an object, an array, or null";
}

ASSAY_SETTER(assay_set_needed)
{
    char **text = place(field, target);
    if (value->type != ASSAY_VALUE_TEXT) {
        return "a text";
    }
    char *made = assay_utf8_clean(value->bytes, value->length, NULL);
    if (!made) {
        assay_reader_fail(reader, ASSAY_ENOMEM, "out of memory");
        return "memory";
    }
    free(*text);
    *text = made;
    return NULL;
}

ASSAY_SETTER(assay_set_text)
{
    if (value->type != ASSAY_VALUE_NULL) {
        return assay_set_needed(reader, field, target, value) ? "a text or null" : NULL;
    }
    char **text = place(field, target);
    free(*text);
    *text = NULL;
    return NULL;
}

bool assay_reader_is_time(const char *bytes, size_t length)
{
    static const char shape[] = "0000-00-00T00:00:00";
    bool good = length >= sizeof shape && length < 40 && bytes[length - 1] == 'Z';
    for (size_t i = 0; good && i < sizeof shape - 1; i++) {
        bool digit = bytes[i] >= '0' && bytes[i] <= '9';
        good = shape[i] == '0' ? digit : bytes[i] == shape[i];
    }
    for (size_t i = sizeof shape - 1; good && i + 1 < length; i++) { /* a fraction of a second */
        good = i == sizeof shape - 1 ? bytes[i] == '.' && length > sizeof shape + 1 : bytes[i] >= '0' && bytes[i] <= '9';
    }
    return good;
}

ASSAY_SETTER(assay_set_time)
{
    bool good = value->type == ASSAY_VALUE_TEXT && assay_reader_is_time(value->bytes, value->length);
    return good ? assay_set_needed(reader, field, target, value) : "a time such as 2026-11-22T16:10:31Z";
}

ASSAY_SETTER(assay_set_number)
{
    (void)reader;
    double number;
    if (value->type != ASSAY_VALUE_NUMBER || !assay_number_parse(value->bytes, value->length, &number)) {
        return "a finite number";
    }
    *(double *)place(field, target) = number;
    return NULL;
}

ASSAY_SETTER(assay_set_real)
{
    if (value->type != ASSAY_VALUE_NULL) {
        return assay_set_number(reader, field, target, value) ? "a finite number or null" : NULL;
    }
    *(double *)place(field, target) = NAN;
    return NULL;
}

ASSAY_SETTER(assay_set_said)
{
    double *real = place(field, target);
    double number = 0;
    (void)reader;
    if (value->type != ASSAY_VALUE_NULL && (value->type != ASSAY_VALUE_NUMBER ||
                                            !assay_number_parse(value->bytes, value->length, &number) || number < 0)) {
        return "a number of 0 or more, or null";
    }
    *real = number;
    return NULL;
}

/* A whole number from 0 to `most`. */
static bool whole(const struct assay_value *value, double most, double *number)
{
    return value->type == ASSAY_VALUE_NUMBER && assay_number_parse(value->bytes, value->length, number) &&
           *number >= 0 && *number <= most && *number == floor(*number);
}

ASSAY_SETTER(assay_set_size)
{
    (void)reader;
    double number = 0;
    if (!whole(value, ASSAY_NUMBER_EXACT, &number)) {
        return "a whole number of 0 or more";
    }
    *(size_t *)place(field, target) = (size_t)number;
    return NULL;
}

ASSAY_SETTER(assay_set_u32)
{
    (void)reader;
    double number = 0;
    if (!whole(value, UINT32_MAX, &number)) {
        return "a whole number up to 2^32-1";
    }
    *(uint32_t *)place(field, target) = (uint32_t)number;
    return NULL;
}

ASSAY_SETTER(assay_set_index)
{
    (void)reader;
    double number = -1;
    if (value->type != ASSAY_VALUE_NULL && !whole(value, INT32_MAX, &number)) {
        return "a whole number of 0 or more, or null";
    }
    *(int32_t *)place(field, target) = (int32_t)number;
    return NULL;
}

static bool parse_u64(const struct assay_value *value, uint64_t *number)
{
    double real = 0;
    if (value->type == ASSAY_VALUE_TEXT) {
        return assay_number_parse_u64(value->bytes, value->length, number);
    }
    if (!whole(value, ASSAY_NUMBER_EXACT, &real)) {
        return false;
    }
    *number = (uint64_t)real;
    return true;
}

ASSAY_SETTER(assay_set_u64)
{
    (void)reader;
    uint64_t number = 0;
    if (!parse_u64(value, &number)) {
        return "a whole number up to 2^53, or a decimal text up to 2^64-1";
    }
    *(uint64_t *)place(field, target) = number;
    return NULL;
}

ASSAY_SETTER(assay_set_known_u64)
{
    bool known = value->type != ASSAY_VALUE_NULL;
    const char *want = known ? assay_set_u64(reader, field, target, value) : NULL;
    if (!want) {
        set_flag(field, target, known);
    }
    return want;
}

ASSAY_SETTER(assay_set_sha256)
{
    (void)reader;
    char *digest = place(field, target);
    bool known = value->type != ASSAY_VALUE_NULL;
    bool good = !known || (value->type == ASSAY_VALUE_TEXT && value->length == 64);
    for (size_t i = 0; known && good && i < 64; i++) {
        good = value->bytes[i] && strchr("0123456789abcdef", value->bytes[i]);
    }
    if (!good) {
        return "64 hexadecimal digits, or null";
    }
    memset(digest, 0, 65);
    if (known) {
        memcpy(digest, value->bytes, 64);
    }
    if (field->count_offset) {
        set_flag(field, target, known);
    }
    return NULL;
}

ASSAY_SETTER(assay_set_truth)
{
    (void)reader;
    if (value->type != ASSAY_VALUE_TRUTH && value->type != ASSAY_VALUE_NULL) {
        return "true, false, or null";
    }
    *(int *)place(field, target) = value->type == ASSAY_VALUE_NULL ? -1 : value->truth;
    return NULL;
}

ASSAY_SETTER(assay_set_bool)
{
    (void)reader;
    if (value->type != ASSAY_VALUE_TRUTH) {
        return "true or false";
    }
    *(bool *)place(field, target) = value->truth;
    return NULL;
}

/* The text if it is short; else "". */
static const char *word(char buffer[32], const struct assay_value *value)
{
    buffer[0] = '\0';
    if (value->type == ASSAY_VALUE_TEXT && value->length < 32) {
        memcpy(buffer, value->bytes, value->length);
        buffer[value->length] = '\0';
    }
    return buffer;
}

ASSAY_SETTER(assay_set_status)
{
    (void)reader;
    char buffer[32];
    return assay_status_parse(place(field, target), word(buffer, value)) ? NULL : "a known status, such as 'ok'";
}

ASSAY_SETTER(assay_set_better)
{
    (void)reader;
    char buffer[32];
    bool higher = strcmp(word(buffer, value), "higher") == 0;
    if (!higher && strcmp(buffer, "lower") != 0) {
        return "'lower' or 'higher'";
    }
    *(bool *)place(field, target) = higher;
    return NULL;
}

ASSAY_SETTER(assay_set_reason)
{
    (void)reader;
    char *reason = place(field, target);
    const size_t room = sizeof(((struct assay_statistics *)0)->ci95_reason);
    if (value->type != ASSAY_VALUE_TEXT && value->type != ASSAY_VALUE_NULL) {
        return "a text or null";
    }
    size_t length = value->type == ASSAY_VALUE_TEXT ? value->length : 0;
    bool cut = length >= room;
    if (cut) {
        length = room - 1;
    }
    while (cut && length > 0 && ((unsigned char)value->bytes[length] & 0xc0) == 0x80) {
        length--; /* not inside a character */
    }
    memset(reason, 0, room);
    for (size_t i = 0; i < length; i++) {
        reason[i] = value->bytes[i] ? value->bytes[i] : '?';
    }
    return NULL;
}

ASSAY_SETTER(assay_set_schema)
{
    static const char family[] = "assay.result/";
    (void)field, (void)target;
    if (value->type != ASSAY_VALUE_TEXT || value->length < sizeof family - 1 ||
        memcmp(value->bytes, family, sizeof family - 1) != 0) {
        return "'assay.result/1'";
    }
    if (value->length != sizeof family || value->bytes[sizeof family - 1] != '1') {
        assay_fail(reader->error, ASSAY_EINPUT, "document is %.*s, this assay reads assay.result/1",
                   (int)(value->length < 60 ? value->length : 60), value->bytes);
        return "another version";
    }
    reader->has_schema = true;
    return NULL;
}

ASSAY_SETTER(assay_set_fact)
{
    struct assay_fact *fact = &reader->fact;
    const bool is_real = value->type == ASSAY_VALUE_NUMBER &&
                         (memchr(value->bytes, '.', value->length) || memchr(value->bytes, 'e', value->length) ||
                          memchr(value->bytes, 'E', value->length));
    double number = 0;
    if (value->type == ASSAY_VALUE_NUMBER && !assay_number_parse(value->bytes, value->length, &number)) {
        return "a finite number";
    }
    switch (value->type) {
    case ASSAY_VALUE_NULL:
        fact->kind = ASSAY_FACT_NONE;
        return NULL;
    case ASSAY_VALUE_TRUTH:
        fact->kind = ASSAY_FACT_BOOL;
        fact->truth = value->truth;
        return NULL;
    case ASSAY_VALUE_NUMBER:
        if (!is_real && fabs(number) <= ASSAY_NUMBER_EXACT) {
            fact->kind = ASSAY_FACT_INTEGER;
            fact->integer = (int64_t)number;
        } else {
            fact->kind = ASSAY_FACT_REAL;
            fact->real = number;
        }
        return NULL;
    case ASSAY_VALUE_TEXT:
        fact->kind = ASSAY_FACT_TEXT;
        return assay_set_needed(reader, field, target, value);
    }
    return "a value";
}
