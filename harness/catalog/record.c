/* Descriptions to fields and back. A thousand of them are read in a few milliseconds, which JSON would not do. */
#include "catalog/record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* More of anything than this in one description is a broken record. */
#define COUNT_MAX 100000u

void assay_record_field(struct assay_text *text, const char *value)
{
    if (value == NULL) {
        assay_text_append(text, "\\N\t");
        return;
    }
    for (;;) {
        size_t plain = strcspn(value, "\t\n\\");
        assay_text_append_bytes(text, value, plain);
        value += plain;
        if (*value == '\0') {
            break;
        }
        assay_text_append_char(text, '\\');
        assay_text_append_char(text, *value == '\t' ? 't' : *value == '\n' ? 'n' : '\\');
        value++;
    }
    assay_text_append_char(text, '\t');
}

bool assay_record_next(char **value, char **cursor)
{
    char *begin = *cursor, *from = begin, *to = begin;
    bool absent = from[0] == '\\' && from[1] == 'N' && from[2] == '\t';
    for (; *from != '\t' && !absent; from++) {
        if (*from == '\\') {
            from++;
            if (*from != 't' && *from != 'n' && *from != '\\') {
                return false;
            }
            *to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : '\\';
        } else if (*from == '\0') {
            return false;
        } else {
            *to++ = *from;
        }
    }
    *cursor = absent ? begin + 3 : from + 1;
    *to = '\0';
    *value = absent ? NULL : begin;
    return true;
}

/* ---- writing ---- */

static void put_count(struct assay_text *text, size_t count)
{
    assay_text_format(text, "%zu\t", count);
}

static void put_texts(struct assay_text *text, char *const *texts)
{
    size_t count = 0;
    while (texts != NULL && texts[count] != NULL) {
        count++;
    }
    put_count(text, count);
    for (size_t i = 0; i < count; i++) {
        assay_record_field(text, texts[i]);
    }
}

static void put_measures(struct assay_text *text, const struct assay_measure_description *measures, size_t count)
{
    put_count(text, count);
    for (size_t i = 0; i < count; i++) {
        assay_record_field(text, measures[i].name);
        assay_record_field(text, measures[i].unit);
        put_count(text, measures[i].higher_is_better);
    }
}

static void put_parameter(struct assay_text *text, const struct assay_parameter_description *parameter)
{
    assay_record_field(text, parameter->name);
    put_count(text, (size_t)parameter->type);
    assay_record_field(text, parameter->summary);
    assay_record_field(text, parameter->fallback);
    assay_record_field(text, parameter->least);
    assay_record_field(text, parameter->most);
    put_count(text, parameter->choices != NULL);
    put_texts(text, parameter->choices);
}

/* The kernel's flags, in the order of their bits. */
static size_t pack_flags(const struct assay_kernel_description *kernel)
{
    return (size_t)kernel->makes_threads | (size_t)kernel->forks << 1 | (size_t)kernel->deterministic << 2 |
           (size_t)kernel->one_iteration << 3 | (size_t)kernel->shared_state << 4 | (size_t)kernel->expects << 5;
}

static void put_kernel(struct assay_text *text, const struct assay_kernel_description *kernel)
{
    assay_record_field(text, kernel->name);
    put_texts(text, kernel->aliases);
    assay_record_field(text, kernel->summary);
    assay_record_field(text, kernel->version);
    put_texts(text, kernel->tags);
    put_count(text, kernel->parameter_count);
    for (size_t i = 0; i < kernel->parameter_count; i++) {
        put_parameter(text, &kernel->parameters[i]);
    }
    put_measures(text, kernel->measures, kernel->measure_count);
    put_measures(text, kernel->distributions, kernel->distribution_count);
    put_count(text, pack_flags(kernel));
    assay_record_field(text, kernel->unavailable);
}

void assay_record_write(struct assay_text *text, const struct assay_description *description)
{
    assay_record_field(text, description->implementation);
    assay_record_field(text, description->version);
    put_count(text, description->abi_major);
    put_count(text, description->abi_minor);
    assay_record_field(text, description->build);
    assay_record_field(text, description->build_id);
    put_count(text, description->kernel_count);
    for (size_t i = 0; i < description->kernel_count; i++) {
        put_kernel(text, &description->kernels[i]);
    }
}

/* ---- reading: each takes from *cursor and is false when it cannot; what it filled is released by the caller ---- */

static bool get_text(char **out, char **cursor, bool required)
{
    char *value = NULL;
    if (!assay_record_next(&value, cursor) || (value == NULL && required)) {
        return false;
    }
    *out = assay_copy(value);
    return value == NULL || *out != NULL;
}

static bool get_count(size_t *out, char **cursor)
{
    char *value = NULL;
    if (!assay_record_next(&value, cursor) || value == NULL || value[0] < '0' || value[0] > '9') {
        return false;
    }
    char *end = NULL;
    unsigned long number = strtoul(value, &end, 10);
    *out = (size_t)number;
    return *end == '\0' && number <= COUNT_MAX;
}

static bool get_texts(char ***out, char **cursor)
{
    size_t count = 0;
    if (!get_count(&count, cursor) || (*out = calloc(count + 1, sizeof **out)) == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!get_text(&(*out)[i], cursor, true)) {
            return false;
        }
    }
    return true;
}

static bool get_measures(struct assay_measure_description **out, size_t *out_count, char **cursor)
{
    size_t count = 0;
    if (!get_count(&count, cursor)) {
        return false;
    }
    if (count > 0 && (*out = calloc(count, sizeof **out)) == NULL) {
        return false;
    }
    *out_count = count;
    for (size_t i = 0; i < count; i++) {
        size_t higher = 0;
        if (!get_text(&(*out)[i].name, cursor, true) || !get_text(&(*out)[i].unit, cursor, true) ||
            !get_count(&higher, cursor)) {
            return false;
        }
        (*out)[i].higher_is_better = higher != 0;
    }
    return true;
}

static bool get_parameter(struct assay_parameter_description *parameter, char **cursor)
{
    size_t type = 0, has_choices = 0;
    char **choices = NULL;
    if (!get_text(&parameter->name, cursor, true) || !get_count(&type, cursor) ||
        !get_text(&parameter->summary, cursor, true) || !get_text(&parameter->fallback, cursor, true) ||
        !get_text(&parameter->least, cursor, false) || !get_text(&parameter->most, cursor, false) ||
        !get_count(&has_choices, cursor) || type < ASSAY_VALUE_INTEGER || type > ASSAY_VALUE_FLAG) {
        return false;
    }
    parameter->type = (enum assay_value_type)type;
    bool right = get_texts(&choices, cursor);
    if (has_choices != 0) {
        parameter->choices = choices;
        return right;
    }
    free(choices);
    return right;
}

static bool get_kernel(struct assay_kernel_description *kernel, char **cursor)
{
    size_t count = 0, flags = 0;
    if (!get_text(&kernel->name, cursor, true) || !get_texts(&kernel->aliases, cursor) ||
        !get_text(&kernel->summary, cursor, true) || !get_text(&kernel->version, cursor, false) ||
        !get_texts(&kernel->tags, cursor) || !get_count(&count, cursor)) {
        return false;
    }
    if (count > 0 && (kernel->parameters = calloc(count, sizeof *kernel->parameters)) == NULL) {
        return false;
    }
    kernel->parameter_count = count;
    for (size_t i = 0; i < count; i++) {
        if (!get_parameter(&kernel->parameters[i], cursor)) {
            return false;
        }
    }
    if (!get_measures(&kernel->measures, &kernel->measure_count, cursor) ||
        !get_measures(&kernel->distributions, &kernel->distribution_count, cursor) || !get_count(&flags, cursor)) {
        return false;
    }
    kernel->makes_threads = flags & 1u;
    kernel->forks = flags >> 1 & 1u;
    kernel->deterministic = flags >> 2 & 1u;
    kernel->one_iteration = flags >> 3 & 1u;
    kernel->shared_state = flags >> 4 & 1u;
    kernel->expects = flags >> 5 & 1u;
    return get_text(&kernel->unavailable, cursor, false);
}

bool assay_record_read(struct assay_description *out, char *cursor)
{
    struct assay_description description = { 0 };
    size_t major = 0, minor = 0, count = 0;
    bool right = get_text(&description.implementation, &cursor, true) && get_text(&description.version, &cursor, false) &&
                 get_count(&major, &cursor) && get_count(&minor, &cursor) && get_text(&description.build, &cursor, false) &&
                 get_text(&description.build_id, &cursor, false) && get_count(&count, &cursor);
    description.abi_major = (unsigned)major;
    description.abi_minor = (unsigned)minor;
    if (right && count > 0) {
        description.kernels = calloc(count, sizeof *description.kernels);
        right = description.kernels != NULL;
        description.kernel_count = right ? count : 0;
    }
    for (size_t i = 0; right && i < count; i++) {
        right = get_kernel(&description.kernels[i], &cursor);
    }
    if (!right || *cursor != '\0') {
        assay_description_release(&description);
        return false;
    }
    *out = description;
    return true;
}
