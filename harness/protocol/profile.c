/* A profile inside a reply: tables of its columns and numbers, written by hand and read by jansson. Knows no meaning. */
#include "protocol/profile.h"

#include "protocol/fields.h"
#include "protocol/write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) offsetof(struct assay_message_profile, member)
#define END { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 }

static const char *const record_words[] = {
    [ASSAY_RECORD_CALLS] = "calls",
    [ASSAY_RECORD_TREE] = "tree",
    [ASSAY_RECORD_SAMPLES] = "samples",
    [ASSAY_RECORD_ALLOCATIONS] = "allocations",
    [ASSAY_RECORD_LINES] = "lines",
    [ASSAY_RECORD_FUNCTIONS] = "functions",
};

const char *assay_record_word(enum assay_record record)
{
    return record_words[record];
}

/* What a column's numbers may be. */
enum bound { PARENT, OBJECT, WHOLE, REAL };

static const struct column {
    const char *key;
    size_t offset;
    enum bound bound;
    bool required;
} columns[] = {
    { "parent", AT(parent), PARENT, true },      { "object", AT(object), OBJECT, true },
    { "address", AT(address), WHOLE, true },     { "thread", AT(thread), WHOLE, false },
    { "calls", AT(calls), WHOLE, false },        { "intervals", AT(intervals), WHOLE, false },
    { "timed", AT(timed), WHOLE, false },        { "cost_ns", AT(cost_ns), REAL, false },
    { "first", AT(first), WHOLE, false },        { "second", AT(second), WHOLE, false },
    { "folded", AT(folded), WHOLE, false },      { "samples", AT(samples), WHOLE, false },
    { "weight_ns", AT(weight_ns), REAL, false },
};
#define COLUMNS (sizeof columns / sizeof columns[0])

#define NUMBER(name, kind) { #name, kind, AT(name), false, 0, 0 }
#define REAL_NUMBER(name) NUMBER(name, ASSAY_FIELD_NUMBER)
#define COUNT(name) NUMBER(name, ASSAY_FIELD_WHOLE)
static const struct assay_field numbers[] = { /* NaN: not known */
    REAL_NUMBER(elapsed_ns),
    REAL_NUMBER(cpu_ns),
    REAL_NUMBER(main_cpu_ns),
    REAL_NUMBER(queued_ns),
    REAL_NUMBER(period_ns),
    REAL_NUMBER(inside_ns),
    REAL_NUMBER(inside_spread_ns),
    REAL_NUMBER(outside_ns),
    REAL_NUMBER(outside_spread_ns),
    REAL_NUMBER(inside_most_ns),
    REAL_NUMBER(outside_most_ns),
    REAL_NUMBER(untimed_ns),
    REAL_NUMBER(untimed_spread_ns),
    REAL_NUMBER(tick_ns),
    END,
};
static const struct assay_field losses[] = { /* 0: none */
    COUNT(lost),       COUNT(truncated), COUNT(threads), COUNT(folded_calls), COUNT(lost_calls),
    COUNT(jumps),      COUNT(moved),     COUNT(deepest), COUNT(contexts),     COUNT(bytes),
    END,
};
static const struct assay_field words[] = {
    NUMBER(source, ASSAY_FIELD_LINE),
    NUMBER(note, ASSAY_FIELD_LINE),
    END,
};

static double *number_at(const struct assay_message_profile *profile, size_t offset)
{
    return (double *)((char *)(struct assay_message_profile *)profile + offset);
}

static double **column_at(const struct assay_message_profile *profile, const struct column *column)
{
    return (double **)((char *)(struct assay_message_profile *)profile + column->offset);
}

void assay_message_profile_init(struct assay_message_profile *profile)
{
    const struct assay_field *field;

    *profile = (struct assay_message_profile){ .object_count = 0 };
    for (field = numbers; field->key; field++) {
        *number_at(profile, field->offset) = (double)NAN;
    }
}

void assay_message_profile_release(struct assay_message_profile *profile)
{
    size_t i;

    for (i = 0; i < profile->object_count; i++) {
        free(profile->objects[i].path);
        free(profile->objects[i].build_id);
    }
    free(profile->objects);
    for (i = 0; i < COLUMNS; i++) {
        free(*column_at(profile, &columns[i]));
    }
    for (i = 0; i < profile->function_count; i++) {
        free(profile->functions[i].name);
        free(profile->functions[i].file);
    }
    free(profile->functions);
    free(profile->edges);
    free(profile->source);
    free(profile->note);
    assay_message_profile_init(profile);
}

/* ---- writing ----------------------------------------------------------------------------------------- */

static void write_objects(struct assay_text *line, const struct assay_message_profile *profile)
{
    size_t i;

    assay_text_append(line, "\"objects\":[");
    for (i = 0; i < profile->object_count; i++) {
        assay_write_string(line, i ? ",{\"path\":" : "{\"path\":", profile->objects[i].path);
        assay_write_string(line, ",\"build_id\":", profile->objects[i].build_id);
        assay_text_append_char(line, '}');
    }
    assay_text_append_char(line, ']');
}

static void write_column(struct assay_text *line, const struct column *column, const double *values, size_t count)
{
    const char *comma = "";
    size_t i;

    assay_text_append(line, column == columns ? "\"" : ",\"");
    assay_text_append(line, column->key);
    assay_text_append(line, "\":[");
    for (i = 0; i < count; i++, comma = ",") {
        if (values[i] < 0) { /* only of an index: none */
            assay_text_append(line, comma);
            assay_text_append(line, "-1");
        } else if (column->bound == REAL) {
            assay_write_time(line, comma, values[i]);
        } else {
            assay_write_number(line, comma, values[i]);
        }
    }
    assay_text_append_char(line, ']');
}

static void write_nodes(struct assay_text *line, const struct assay_message_profile *profile)
{
    size_t i;

    assay_text_append(line, ",\"nodes\":{");
    for (i = 0; i < COLUMNS; i++) {
        const double *values = *column_at(profile, &columns[i]);
        if (values) {
            write_column(line, &columns[i], values, profile->node_count);
        }
    }
    assay_text_append_char(line, '}');
}

static void write_functions(struct assay_text *line, const struct assay_message_profile *profile)
{
    size_t i;

    for (i = 0; i < profile->function_count; i++) {
        const struct assay_message_function *function = &profile->functions[i];
        assay_write_string(line, i ? ",{\"name\":" : ",\"functions\":[{\"name\":", function->name);
        assay_write_string(line, ",\"file\":", function->file);
        assay_write_integer(line, ",\"line\":", function->line);
        assay_write_number(line, ",\"calls\":", function->calls);
        assay_write_number(line, ",\"primitive\":", function->primitive);
        assay_write_time(line, ",\"own_ns\":", function->own_ns);
        assay_write_time(line, ",\"total_ns\":", function->total_ns);
        assay_text_append_char(line, '}');
    }
    assay_text_append(line, profile->function_count ? "]" : "");
}

static void write_edges(struct assay_text *line, const struct assay_message_profile *profile)
{
    size_t i;

    for (i = 0; i < profile->edge_count; i++) {
        const struct assay_message_edge *edge = &profile->edges[i];
        assay_write_integer(line, i ? ",{\"caller\":" : ",\"edges\":[{\"caller\":", edge->caller);
        assay_write_integer(line, ",\"callee\":", edge->callee);
        assay_write_number(line, ",\"calls\":", edge->calls);
        assay_write_number(line, ",\"primitive\":", edge->primitive);
        assay_write_time(line, ",\"own_ns\":", edge->own_ns);
        assay_write_time(line, ",\"total_ns\":", edge->total_ns);
        assay_text_append_char(line, '}');
    }
    assay_text_append(line, profile->edge_count ? "]" : "");
}

static void write_scalars(struct assay_text *line, const struct assay_message_profile *profile)
{
    const struct assay_field *field;

    for (field = numbers; field->key; field++) {
        double value = *number_at(profile, field->offset);
        if (isfinite(value)) {
            assay_text_append(line, ",\"");
            assay_text_append(line, field->key);
            assay_write_number(line, "\":", value);
        }
    }
    for (field = losses; field->key; field++) {
        double value = *number_at(profile, field->offset);
        if (isfinite(value) && value > 0) {
            assay_text_append(line, ",\"");
            assay_text_append(line, field->key);
            assay_write_number(line, "\":", value);
        }
    }
    assay_write_string(line, ",\"source\":", profile->source);
    assay_write_string(line, ",\"note\":", profile->note);
}

void assay_message_profile_write(struct assay_text *line, const struct assay_message_profile *profile)
{
    assay_text_append(line, ",\"profile\":{");
    write_objects(line, profile);
    if (profile->node_count > 0) {
        write_nodes(line, profile);
    }
    write_functions(line, profile);
    write_edges(line, profile);
    write_scalars(line, profile);
    assay_text_append_char(line, '}');
}

/* ---- reading ----------------------------------------------------------------------------------------- */

/* An array of objects; *count is 0 where it is not there. */
static int find_items(const json_t **array, size_t *count, const json_t *object, const char *key, struct assay_error *error)
{
    size_t i;
    int code = assay_field_array(array, object, key, error);

    *count = code == 0 ? json_array_size(*array) : 0;
    for (i = 0; i < *count; i++) {
        if (!json_is_object(json_array_get(*array, i))) {
            *count = 0;
            return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want an array of objects", key);
        }
    }
    return code;
}

static int read_objects(struct assay_message_profile *profile, const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "path", ASSAY_FIELD_LINE, offsetof(struct assay_message_object, path), true, 0, 0 },
        { "build_id", ASSAY_FIELD_LINE, offsetof(struct assay_message_object, build_id), false, 0, 0 },
        END,
    };
    const json_t *array;
    size_t i, count;
    int code = find_items(&array, &count, object, "objects", error);

    if (code != 0 || count == 0) {
        return code;
    }
    profile->objects = calloc(count, sizeof *profile->objects);
    if (!profile->objects) {
        return assay_field_no_memory(error);
    }
    for (i = 0; code == 0 && i < count; i++) {
        profile->object_count = i + 1;
        code = assay_fields_read(&profile->objects[i], json_array_get(array, i), table, error);
    }
    return code;
}

/* Whether the number may stand in the row `at`. */
static bool fits(double value, enum bound bound, size_t at, size_t object_count)
{
    switch (bound) {
    case PARENT: return value >= -1 && value < (double)at && value == floor(value);
    case OBJECT: return value >= -1 && value < (double)object_count && value == floor(value);
    case WHOLE: return value >= 0 && value <= 0x1p53 && value == floor(value);
    case REAL: return value >= 0 && value <= ASSAY_FIELD_NUMBER_MAX;
    }
    return false;
}

static int read_column(struct assay_message_profile *profile, const struct column *column, const json_t *nodes,
                       struct assay_error *error)
{
    static const char *const wishes[] = { [PARENT] = "parents before their children, or -1",
                                          [OBJECT] = "indexes of objects, or -1",
                                          [WHOLE] = "whole numbers from 0 to 2^53",
                                          [REAL] = "numbers from 0 to 1e18" };
    double *values;
    const json_t *array;
    size_t i, count;
    int code = assay_field_array(&array, nodes, column->key, error);

    if (code != 0 || !array) {
        return code == 0 && column->required ? assay_field_missing(column->key, error) : code;
    }
    count = json_array_size(array);
    if (column == columns) {
        profile->node_count = count;
    }
    if (count != profile->node_count || count > ASSAY_PROFILE_NODES_MAX) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want as many as parents, and at most %zu, not %zu", column->key,
                          ASSAY_PROFILE_NODES_MAX, count);
    }
    values = *column_at(profile, column) = calloc(count + 1, sizeof *values);
    if (!values) {
        return assay_field_no_memory(error);
    }
    for (i = 0; i < count; i++) {
        const json_t *item = json_array_get(array, i);
        values[i] = json_number_value(item);
        if (!json_is_number(item) || !fits(values[i], column->bound, i, profile->object_count)) {
            return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want %s", column->key, wishes[column->bound]);
        }
    }
    return 0;
}

static int read_nodes(struct assay_message_profile *profile, const json_t *object, struct assay_error *error)
{
    const json_t *nodes;
    size_t i;
    int code = assay_field_object(&nodes, object, "nodes", error);

    for (i = 0; code == 0 && nodes && i < COLUMNS; i++) {
        code = read_column(profile, &columns[i], nodes, error);
    }
    return code;
}

#define OF_FUNCTION(member) offsetof(struct assay_message_function, member)
static int read_functions(struct assay_message_profile *profile, const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "name", ASSAY_FIELD_LINE, OF_FUNCTION(name), true, 0, 0 },
        { "file", ASSAY_FIELD_LINE, OF_FUNCTION(file), true, 0, 0 },
        { "line", ASSAY_FIELD_SMALL, OF_FUNCTION(line), false, 0, UINT32_MAX },
        { "calls", ASSAY_FIELD_WHOLE, OF_FUNCTION(calls), true, 0, 0 },
        { "primitive", ASSAY_FIELD_WHOLE, OF_FUNCTION(primitive), true, 0, 0 },
        { "own_ns", ASSAY_FIELD_NUMBER, OF_FUNCTION(own_ns), true, 0, 0 },
        { "total_ns", ASSAY_FIELD_NUMBER, OF_FUNCTION(total_ns), true, 0, 0 },
        END,
    };
    const json_t *array;
    size_t i, count;
    int code = find_items(&array, &count, object, "functions", error);

    if (code != 0 || count == 0) {
        return code;
    }
    profile->functions = calloc(count, sizeof *profile->functions);
    if (!profile->functions) {
        return assay_field_no_memory(error);
    }
    for (i = 0; code == 0 && i < count; i++) {
        profile->function_count = i + 1;
        code = assay_fields_read(&profile->functions[i], json_array_get(array, i), table, error);
    }
    return code;
}

#define OF_EDGE(member) offsetof(struct assay_message_edge, member)
static int read_edges(struct assay_message_profile *profile, const json_t *object, struct assay_error *error)
{
    const uint64_t last = profile->function_count > 0 ? profile->function_count - 1 : 0;
    const struct assay_field table[] = {
        { "caller", ASSAY_FIELD_SMALL, OF_EDGE(caller), true, 0, last },
        { "callee", ASSAY_FIELD_SMALL, OF_EDGE(callee), true, 0, last },
        { "calls", ASSAY_FIELD_WHOLE, OF_EDGE(calls), true, 0, 0 },
        { "primitive", ASSAY_FIELD_WHOLE, OF_EDGE(primitive), true, 0, 0 },
        { "own_ns", ASSAY_FIELD_NUMBER, OF_EDGE(own_ns), true, 0, 0 },
        { "total_ns", ASSAY_FIELD_NUMBER, OF_EDGE(total_ns), true, 0, 0 },
        END,
    };
    const json_t *array;
    size_t i, count;
    int code = find_items(&array, &count, object, "edges", error);

    if (code == 0 && count > 0 && profile->function_count == 0) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"edges\": want functions that they join");
    }
    if (code != 0 || count == 0) {
        return code;
    }
    profile->edges = calloc(count, sizeof *profile->edges);
    if (!profile->edges) {
        return assay_field_no_memory(error);
    }
    profile->edge_count = count;
    for (i = 0; code == 0 && i < count; i++) {
        code = assay_fields_read(&profile->edges[i], json_array_get(array, i), table, error);
    }
    return code;
}

int assay_message_profile_read(struct assay_message_profile *out, const json_t *object, struct assay_error *error)
{
    struct assay_message_profile read;
    const struct assay_field *const tables[] = { numbers, losses, words };
    size_t i;
    int code;

    assay_message_profile_init(&read);
    code = read_objects(&read, object, error);
    if (code == 0) {
        code = read_nodes(&read, object, error);
    }
    if (code == 0) {
        code = read_functions(&read, object, error);
    }
    if (code == 0) {
        code = read_edges(&read, object, error);
    }
    for (i = 0; code == 0 && i < sizeof tables / sizeof tables[0]; i++) {
        code = assay_fields_read(&read, object, tables[i], error);
    }
    if (code == 0) {
        *out = read;
    } else {
        assay_message_profile_release(&read);
    }
    return code;
}
