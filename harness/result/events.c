/* The reader's stack: what yajl says becomes a field of the innermost open thing. Knows frames and tables; which field
 * goes where is said in fields.c. */
#include "result/reader.h"

#include "base/text.h"
#include "base/vector.h"
#include "result/number.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct assay_frame *top(struct assay_reader *reader)
{
    return &reader->frames[reader->depth - 1];
}

/* One element more in the frame's list. */
static int count_element(struct assay_reader *reader, struct assay_frame *frame)
{
    if (frame->field->most && frame->count >= frame->field->most) {
        assay_reader_fail(reader, ASSAY_EINPUT, "more than %zu elements", frame->field->most);
        return 0;
    }
    frame->count++;
    return 1;
}

static int push_real(struct assay_reader *reader, struct assay_frame *frame, const struct assay_value *value)
{
    char *target = frame->target;
    double **values = (double **)(void *)(target + frame->field->offset);
    size_t *count = (size_t *)(void *)(target + frame->field->count_offset);
    size_t *capacity = (size_t *)(void *)(target + frame->field->capacity_offset);
    double number = NAN;
    if (!count_element(reader, frame)) {
        return 0;
    }
    if (value->type != ASSAY_VALUE_NULL &&
        (value->type != ASSAY_VALUE_NUMBER || !assay_number_parse(value->bytes, value->length, &number))) {
        return assay_reader_refuse(reader, "a finite number or null");
    }
    if (*count == *capacity) {
        void *items = *values;
        bool room = assay_reserve(&items, capacity, *count + 1, sizeof number);
        *values = items;
        if (!room) {
            return assay_reader_no_memory(reader);
        }
    }
    (*values)[(*count)++] = number;
    return 1;
}

static int push_text(struct assay_reader *reader, struct assay_frame *frame, const struct assay_value *value)
{
    char *target = frame->target;
    if (!count_element(reader, frame)) {
        return 0;
    }
    if (value->type != ASSAY_VALUE_TEXT) {
        return assay_reader_refuse(reader, "a text");
    }
    char *text = assay_utf8_clean(value->bytes, value->length, NULL);
    return assay_texts_append_take((char ***)(void *)(target + frame->field->offset),
                                   (size_t *)(void *)(target + frame->field->count_offset), text) ||
           assay_reader_no_memory(reader);
}

static int push_bound(struct assay_reader *reader, struct assay_frame *frame, const struct assay_value *value)
{
    struct assay_interval *interval = (struct assay_interval *)(void *)((char *)frame->target + frame->field->offset);
    double number;
    frame->count++;
    if (frame->count > 2 || value->type != ASSAY_VALUE_NUMBER ||
        !assay_number_parse(value->bytes, value->length, &number)) {
        return assay_reader_refuse(reader, "two finite numbers");
    }
    *(frame->count == 1 ? &interval->low : &interval->high) = number;
    return 1;
}

/* The first element goes to `offset`, the second to `count_offset`. */
static int push_end(struct assay_reader *reader, struct assay_frame *frame, const struct assay_value *value)
{
    double number = NAN;
    frame->count++;
    if (frame->count > 2 ||
        (value->type != ASSAY_VALUE_NULL &&
         (value->type != ASSAY_VALUE_NUMBER || !assay_number_parse(value->bytes, value->length, &number)))) {
        return assay_reader_refuse(reader, "two finite numbers or nulls");
    }
    size_t offset = frame->count == 1 ? frame->field->offset : frame->field->count_offset;
    *(double *)(void *)((char *)frame->target + offset) = number;
    return 1;
}

static int push_parameter(struct assay_reader *reader, struct assay_frame *frame, const struct assay_value *value)
{
    if (value->type != ASSAY_VALUE_TEXT) {
        return assay_reader_refuse(reader, "a text");
    }
    char *text = assay_utf8_clean(value->bytes, value->length, NULL);
    bool good = text && assay_benchmark_add_parameter(frame->target, frame->key, text);
    free(text);
    free(frame->key);
    frame->key = NULL;
    return good || assay_reader_no_memory(reader);
}

static int set_field(struct assay_reader *reader, struct assay_frame *frame, const struct assay_value *value)
{
    const struct assay_field *field = frame->pending;
    if (!field) {
        return 1; /* unknown, and no more than a scalar */
    }
    if (!field->set) {
        return assay_reader_refuse(reader, field->opens == ASSAY_OPENS_OBJECT ? "an object" : "an array or object");
    }
    const char *want = field->set(reader, field, frame->target, value);
    return want ? assay_reader_refuse(reader, want) : 1; /* an error that was said before wins */
}

int assay_reader_scalar(struct assay_reader *reader, const struct assay_value *value)
{
    if (reader->skipping) {
        return 1;
    }
    if (reader->resting || reader->rest_key) {
        return assay_rest_scalar(reader, value);
    }
    if (reader->depth == 0) {
        return assay_reader_refuse(reader, "an object");
    }
    struct assay_frame *frame = top(reader);
    switch (frame->type) {
    case ASSAY_OPENS_OBJECT:
        return set_field(reader, frame, value);
    case ASSAY_OPENS_REALS:
        return push_real(reader, frame, value);
    case ASSAY_OPENS_TEXTS:
        return push_text(reader, frame, value);
    case ASSAY_OPENS_INTERVAL:
        return push_bound(reader, frame, value);
    case ASSAY_OPENS_ENDS:
        return push_end(reader, frame, value);
    case ASSAY_OPENS_PARAMETERS:
        return push_parameter(reader, frame, value);
    case ASSAY_OPENS_OBJECTS:
    case ASSAY_OPENS_ENVIRONMENT:
    case ASSAY_OPENS_GROUP:
    case ASSAY_OPENS_NOTHING:
        break;
    }
    return assay_reader_refuse(reader, "an object");
}

static int object_key(struct assay_reader *reader, struct assay_frame *frame, const char *bytes, size_t length)
{
    const struct assay_shape *shape = frame->shape;
    frame->pending = NULL;
    for (size_t i = 0; i < shape->count; i++) {
        const struct assay_field *field = &shape->fields[i];
        if (strlen(field->name) != length || memcmp(field->name, bytes, length) != 0) {
            continue;
        }
        if (frame->seen & (uint64_t)1 << i) {
            assay_reader_fail(reader, ASSAY_EINPUT, "duplicate field '%s'", field->name);
            return 0;
        }
        frame->seen |= (uint64_t)1 << i;
        frame->pending = field;
        return 1;
    }
    return reader->depth == 1 ? assay_rest_begin(reader, bytes, length) : 1;
}

static bool is_duplicate(const struct assay_reader *reader, const struct assay_frame *frame, const char *key)
{
    if (frame->type == ASSAY_OPENS_PARAMETERS) {
        const struct assay_benchmark *benchmark = frame->target;
        for (size_t i = 0; i < benchmark->parameter_count; i++) {
            if (strcmp(benchmark->parameters[i].name, key) == 0) {
                return true;
            }
        }
        return false;
    }
    const char *group = reader->frames[reader->depth - 2].key;
    return frame->type == ASSAY_OPENS_GROUP && assay_facts_find(reader->facts, group, key);
}

int assay_reader_key(struct assay_reader *reader, const char *bytes, size_t length)
{
    if (reader->skipping) {
        return 1;
    }
    if (reader->resting) {
        return assay_rest_key(reader, bytes, length);
    }
    struct assay_frame *frame = top(reader);
    if (frame->type == ASSAY_OPENS_OBJECT) {
        return object_key(reader, frame, bytes, length);
    }
    free(frame->key);
    frame->key = NULL;
    if (!count_element(reader, frame)) {
        return 0;
    }
    char *key = assay_utf8_clean(bytes, length, NULL);
    if (!key) {
        return assay_reader_no_memory(reader);
    }
    if (is_duplicate(reader, frame, key)) {
        assay_reader_fail(reader, ASSAY_EINPUT, "duplicate field '%.60s'", key);
        free(key);
        return 0;
    }
    frame->key = key;
    return 1;
}

static int push(struct assay_reader *reader, struct assay_frame frame)
{
    if (reader->depth >= ASSAY_READER_FRAMES) {
        return assay_reader_too_deep(reader);
    }
    reader->frames[reader->depth++] = frame;
    return 1;
}

/* An object whose fields are known: a field's, an element of a list, or a fact. */
static int push_object(struct assay_reader *reader, const struct assay_field *field, void *parent)
{
    void *target = field->open ? field->open(reader) : (char *)parent + field->offset;
    if (!target) {
        return assay_reader_no_memory(reader);
    }
    return push(reader, (struct assay_frame){
                            .type = ASSAY_OPENS_OBJECT, .shape = field->shape, .field = field, .target = target });
}

static int open_field(struct assay_reader *reader, struct assay_frame *frame, bool object)
{
    const struct assay_field *field = frame->pending;
    if (!field) {
        reader->skipping = 1;
        return 1;
    }
    bool want_object = field->opens == ASSAY_OPENS_OBJECT || field->opens == ASSAY_OPENS_PARAMETERS ||
                       field->opens == ASSAY_OPENS_ENVIRONMENT;
    if (field->opens == ASSAY_OPENS_NOTHING) {
        return assay_reader_refuse(reader, "a text, number, true, false or null");
    }
    if (want_object != object) {
        return assay_reader_refuse(reader, want_object ? "an object" : "an array");
    }
    if (field->opens == ASSAY_OPENS_OBJECT) {
        return push_object(reader, field, frame->target);
    }
    if (field->opens == ASSAY_OPENS_ENVIRONMENT) {
        reader->facts = field->open ? field->open(reader) : (void *)((char *)frame->target + field->offset);
    }
    void *target = field->opens == ASSAY_OPENS_REALS && field->open ? field->open(reader) : frame->target;
    return push(reader, (struct assay_frame){ .type = field->opens, .field = field, .target = target });
}

int assay_reader_open(struct assay_reader *reader, bool object)
{
    if (reader->depth + reader->skipping + reader->resting >= ASSAY_READER_DEPTH) {
        return assay_reader_too_deep(reader);
    }
    if (reader->skipping) {
        reader->skipping++;
        return 1;
    }
    if (reader->resting || reader->rest_key) {
        return assay_rest_open(reader, object);
    }
    if (reader->depth == 0) {
        static const struct assay_field document = { .name = "", .opens = ASSAY_OPENS_OBJECT };
        return object ? push(reader, (struct assay_frame){ .type = ASSAY_OPENS_OBJECT,
                                                           .shape = &assay_shape_document,
                                                           .field = &document,
                                                           .target = reader->document })
                      : assay_reader_refuse(reader, "an object");
    }
    struct assay_frame *frame = top(reader);
    switch (frame->type) {
    case ASSAY_OPENS_OBJECT:
        return open_field(reader, frame, object);
    case ASSAY_OPENS_OBJECTS:
        if (!count_element(reader, frame)) {
            return 0;
        }
        return object ? push_object(reader, frame->field, frame->target) : assay_reader_refuse(reader, "an object");
    case ASSAY_OPENS_ENVIRONMENT:
        return object ? push(reader, (struct assay_frame){ .type = ASSAY_OPENS_GROUP, .field = frame->field })
                      : assay_reader_refuse(reader, "an object");
    case ASSAY_OPENS_GROUP:
        return object ? push_object(reader, &assay_field_fact, NULL) : assay_reader_refuse(reader, "an object");
    case ASSAY_OPENS_REALS:
    case ASSAY_OPENS_TEXTS:
    case ASSAY_OPENS_INTERVAL:
    case ASSAY_OPENS_ENDS:
    case ASSAY_OPENS_PARAMETERS:
    case ASSAY_OPENS_NOTHING:
        break;
    }
    return assay_reader_refuse(reader, "a scalar");
}

static int close_object(struct assay_reader *reader, struct assay_frame *frame)
{
    const struct assay_shape *shape = frame->shape;
    frame->pending = NULL;
    for (size_t i = 0; i < shape->count; i++) {
        if (shape->fields[i].required && !(frame->seen & (uint64_t)1 << i)) {
            assay_reader_fail(reader, ASSAY_EINPUT, "no field '%s'", shape->fields[i].name);
            return 0;
        }
    }
    return !shape->close || shape->close(reader, frame->target) == 0;
}

int assay_reader_close(struct assay_reader *reader)
{
    if (reader->skipping) {
        reader->skipping--;
        return 1;
    }
    if (reader->resting) {
        return assay_rest_close(reader);
    }
    struct assay_frame *frame = top(reader);
    if (frame->type == ASSAY_OPENS_OBJECT && !close_object(reader, frame)) {
        return 0;
    }
    if (frame->type == ASSAY_OPENS_INTERVAL) {
        struct assay_interval *interval =
            (struct assay_interval *)(void *)((char *)frame->target + frame->field->offset);
        if (frame->count != 2) {
            return assay_reader_refuse(reader, "two finite numbers");
        }
        interval->known = true;
    }
    if (frame->type == ASSAY_OPENS_ENDS && frame->count != 2) {
        return assay_reader_refuse(reader, "two finite numbers or nulls");
    }
    free(frame->key);
    frame->key = NULL;
    reader->depth--;
    return 1;
}
