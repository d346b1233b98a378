/* Top-level fields that this version does not model, built as jansson values and kept in the document's `rest`. */
#include "result/reader.h"

#include "base/text.h"
#include "result/number.h"

#include <stdlib.h>
#include <string.h>

/* Puts `made` (taken) into the innermost open thing. */
static int put_take(struct assay_reader *reader, json_t *made)
{
    if (!made) {
        return assay_reader_no_memory(reader);
    }
    json_t *into = reader->resting ? reader->rest[reader->resting - 1] : reader->document->rest;
    int bad;
    if (json_is_object(into)) {
        bad = json_object_set_new(into, reader->rest_key, made);
        free(reader->rest_key);
        reader->rest_key = NULL;
    } else {
        bad = json_array_append_new(into, made);
    }
    return bad ? assay_reader_no_memory(reader) : 1;
}

int assay_rest_key(struct assay_reader *reader, const char *bytes, size_t length)
{
    json_t *into = reader->resting ? reader->rest[reader->resting - 1] : reader->document->rest;
    reader->rest_key = assay_utf8_clean(bytes, length, NULL);
    if (!reader->rest_key) {
        return assay_reader_no_memory(reader);
    }
    if (json_object_get(into, reader->rest_key)) {
        assay_reader_fail(reader, ASSAY_EINPUT, "duplicate field '%.60s'", reader->rest_key);
        return 0;
    }
    return 1;
}

int assay_rest_begin(struct assay_reader *reader, const char *key, size_t length)
{
    struct assay_document *document = reader->document;
    if (!document->rest) {
        document->rest = json_object();
    }
    if (!document->rest) {
        return assay_reader_no_memory(reader);
    }
    return assay_rest_key(reader, key, length);
}

static json_t *number(const struct assay_value *value)
{
    bool whole = !memchr(value->bytes, '.', value->length) && !memchr(value->bytes, 'e', value->length) &&
                 !memchr(value->bytes, 'E', value->length);
    bool negative = value->bytes[0] == '-';
    uint64_t size = 0;
    double real = 0;
    if (whole && assay_number_parse_u64(value->bytes + negative, value->length - negative, &size) &&
        size <= INT64_MAX) {
        return json_integer(negative ? -(json_int_t)size : (json_int_t)size);
    }
    return assay_number_parse(value->bytes, value->length, &real) ? json_real(real) : NULL;
}

int assay_rest_scalar(struct assay_reader *reader, const struct assay_value *value)
{
    json_t *made = NULL;
    switch (value->type) {
    case ASSAY_VALUE_NULL:
        made = json_null();
        break;
    case ASSAY_VALUE_TRUTH:
        made = json_boolean(value->truth);
        break;
    case ASSAY_VALUE_NUMBER:
        made = number(value);
        if (!made) {
            assay_reader_fail(reader, ASSAY_EINPUT, "a number is not finite");
            return 0;
        }
        break;
    case ASSAY_VALUE_TEXT: {
        char *text = assay_utf8_clean(value->bytes, value->length, NULL);
        made = text ? json_string(text) : NULL;
        free(text);
        break;
    }
    }
    return put_take(reader, made);
}

int assay_rest_open(struct assay_reader *reader, bool object)
{
    json_t *made = object ? json_object() : json_array();
    if (!put_take(reader, made)) {
        return 0;
    }
    reader->rest[reader->resting++] = made; /* borrowed: its owner is what it was put into */
    return 1;
}

int assay_rest_close(struct assay_reader *reader)
{
    reader->resting--;
    return 1;
}
