/* Reading a description: a stranger's words, so everything is checked before anybody believes it. */
#include "protocol/description.h"

#include "base/number.h"
#include "protocol/fields.h"
#include "protocol/words.h"

#include <stdlib.h>
#include <string.h>

/* Bounds on what one description may hold; duplicates are looked for by pairs. */
#define LIST_MAX ((size_t)256) /* parameters, measures or distributions of a kernel */
#define KERNELS_MAX ((size_t)65536)

/* Puts where the trouble is before what it is. */
static int within(struct assay_error *error, const char *what, const char *name, const struct assay_error *inner)
{
    return assay_fail(error, inner->code, "%s%s%s: %s", what, name ? " " : "", name ? name : "", inner->text);
}

/* Bounds only where there is an order, numbers that parse, the least not above the most. */
static int check_bounds(const struct assay_parameter_description *parameter, struct assay_error *error)
{
    uint64_t whole[2] = { 0, UINT64_MAX };
    double real[2] = { -1e308, 1e308 };
    bool ok = false;

    if (!parameter->least && !parameter->most) {
        return 0;
    }
    if (parameter->type == ASSAY_VALUE_INTEGER) {
        ok = (!parameter->least || assay_parse_integer(parameter->least, &whole[0])) &&
             (!parameter->most || assay_parse_integer(parameter->most, &whole[1])) && whole[0] <= whole[1];
    } else if (parameter->type == ASSAY_VALUE_REAL) {
        ok = (!parameter->least || assay_parse_real(parameter->least, &real[0])) &&
             (!parameter->most || assay_parse_real(parameter->most, &real[1])) && real[0] <= real[1];
    }
    return ok ? 0 : assay_fail(error, ASSAY_EINPUT, "bad bounds: want numbers in order, of an integer or a real");
}

/* The type's word, choices against the type, bounds, and the default against all of them. */
static int check_parameter(struct assay_parameter_description *parameter, const char *type, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    char *canonical = NULL;
    int index = ASSAY_VALUE_INTEGER;

    while (assay_value_type_words[index] && strcmp(assay_value_type_words[index], type) != 0) {
        index++;
    }
    if (!assay_value_type_words[index]) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"type\" '%.60s': want integer, real, choice, text or flag", type);
    }
    parameter->type = (enum assay_value_type)index;
    if ((parameter->type == ASSAY_VALUE_CHOICE) != (parameter->choices[0] != NULL)) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"choices\": want at least one for a choice, none for others");
    }
    if (!parameter->choices[0]) { /* NULL unless CHOICE */
        assay_lines_free(parameter->choices);
        parameter->choices = NULL;
    }
    if (check_bounds(parameter, error) != 0) {
        return ASSAY_EINPUT;
    }
    if (assay_value_canonical(&canonical, parameter, parameter->fallback, &inner) != 0) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"default\": %s", inner.text);
    }
    free(parameter->fallback);
    parameter->fallback = canonical;
    return 0;
}

static int read_parameter(void *out, const json_t *object, struct assay_error *error)
{
#define AT(member) offsetof(struct assay_parameter_description, member)
    static const struct assay_field table[] = {
        { "name", ASSAY_FIELD_NAME, AT(name), true, 0, 0 },
        { "summary", ASSAY_FIELD_LINE, AT(summary), true, 0, 0 },
        { "default", ASSAY_FIELD_TEXT, AT(fallback), true, 0, 0 },
        { "least", ASSAY_FIELD_LINE, AT(least), false, 0, 0 },
        { "most", ASSAY_FIELD_LINE, AT(most), false, 0, 0 },
        { "choices", ASSAY_FIELD_LINES, AT(choices), false, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
#undef AT
    static const struct assay_field type_table[] = {
        { "type", ASSAY_FIELD_LINE, 0, true, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
    struct assay_parameter_description *parameter = out;
    struct assay_error inner = { 0 };
    char *type = NULL;
    int code = assay_fields_read(parameter, object, table, &inner);

    if (code == 0) {
        code = assay_fields_read(&type, object, type_table, &inner);
    }
    if (code == 0) {
        code = check_parameter(parameter, type, &inner);
    }
    free(type);
    return code == 0 ? 0 : within(error, "parameter", parameter->name, &inner);
}

static int read_measure(void *out, const json_t *object, struct assay_error *error)
{
    struct measure {
        struct assay_measure_description description;
        char *better;
    } read = { 0 };
    static const struct assay_field table[] = {
        { "name", ASSAY_FIELD_NAME, offsetof(struct measure, description.name), true, 0, 0 },
        { "unit", ASSAY_FIELD_LINE, offsetof(struct measure, description.unit), true, 0, 0 },
        { "better", ASSAY_FIELD_LINE, offsetof(struct measure, better), false, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
    int code = assay_fields_read(&read, object, table, error);

    if (code == 0 && read.better) {
        read.description.higher_is_better = strcmp(read.better, "higher") == 0;
        if (!read.description.higher_is_better && strcmp(read.better, "lower") != 0) {
            code = assay_fail(error, ASSAY_EINPUT, "bad \"better\" '%.60s': want lower or higher", read.better);
        }
    }
    free(read.better);
    *(struct assay_measure_description *)out = read.description;
    return code;
}

/* An array of objects into an array of zeroed structs; *count counts those that are to be released, on an error too. */
struct list {
    const char *key;
    size_t size; /* of a struct */
    size_t most;
    int (*read)(void *item, const json_t *object, struct assay_error *error);
};
static int read_list(void **items, size_t *count, const json_t *object, const struct list *list,
                     struct assay_error *error)
{
    const json_t *array;
    size_t i, size;
    int code = assay_field_array(&array, object, list->key, error);

    size = json_array_size(array);
    if (code != 0 || size == 0) {
        return code;
    }
    if (size > list->most) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want at most %zu", list->key, list->most);
    }
    *items = calloc(size, list->size);
    if (!*items) {
        return assay_field_no_memory(error);
    }
    for (i = 0; code == 0 && i < size; i++) {
        const json_t *item = json_array_get(array, i);
        if (!json_is_object(item)) {
            return assay_fail(error, ASSAY_EINPUT, "bad \"%s\": want an array of objects", list->key);
        }
        *count = i + 1;
        code = list->read((char *)*items + i * list->size, item, error);
    }
    return code;
}

static int check_unique(const char *key, const struct assay_measure_description *items, size_t count,
                        struct assay_error *error)
{
    size_t i, j;

    for (i = 1; i < count; i++) {
        for (j = 0; j < i; j++) {
            if (strcmp(items[i].name, items[j].name) == 0) {
                return assay_fail(error, ASSAY_EINPUT, "%s has %s twice: want each once", key, items[i].name);
            }
        }
    }
    return 0;
}

static int check_parameters(const struct assay_kernel_description *kernel, struct assay_error *error)
{
    size_t i, j;

    for (i = 1; i < kernel->parameter_count; i++) {
        for (j = 0; j < i; j++) {
            if (strcmp(kernel->parameters[i].name, kernel->parameters[j].name) == 0) {
                return assay_fail(error, ASSAY_EINPUT, "parameters has %s twice: want each once",
                                  kernel->parameters[i].name);
            }
        }
    }
    return 0;
}

static int read_lists(struct assay_kernel_description *kernel, const json_t *object, struct assay_error *error)
{
    static const struct list parameters = { "parameters", sizeof *kernel->parameters, LIST_MAX, read_parameter };
    static const struct list measures = { "measures", sizeof *kernel->measures, LIST_MAX, read_measure };
    static const struct list distributions = { "distributions", sizeof *kernel->measures, LIST_MAX, read_measure };
    void *items[3] = { NULL, NULL, NULL };
    int code = read_list(&items[0], &kernel->parameter_count, object, &parameters, error);

    if (code == 0) {
        code = read_list(&items[1], &kernel->measure_count, object, &measures, error);
    }
    if (code == 0) {
        code = read_list(&items[2], &kernel->distribution_count, object, &distributions, error);
    }
    kernel->parameters = items[0];
    kernel->measures = items[1];
    kernel->distributions = items[2];
    if (code == 0) {
        code = check_parameters(kernel, error);
    }
    if (code == 0) {
        code = check_unique("measures", kernel->measures, kernel->measure_count, error);
    }
    return code == 0 ? check_unique("distributions", kernel->distributions, kernel->distribution_count, error) : code;
}

static int read_flags(struct assay_kernel_description *kernel, const json_t *object, struct assay_error *error)
{
    static const struct assay_field table[] = {
        { "flags", ASSAY_FIELD_LINES, 0, false, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
    char **words = NULL;
    size_t i;
    int code = assay_fields_read(&words, object, table, error);

    for (i = 0; code == 0 && words[i]; i++) {
        const struct assay_kernel_flag *flag = assay_kernel_flags;
        while (flag->word && strcmp(flag->word, words[i]) != 0) {
            flag++;
        }
        if (flag->word) { /* others are of a later version */
            *(bool *)((char *)kernel + flag->offset) = true;
        }
    }
    assay_lines_free(words);
    return code;
}

static int check_aliases(const struct assay_kernel_description *kernel, struct assay_error *error)
{
    size_t i;

    for (i = 0; kernel->aliases[i]; i++) {
        if (!assay_name_valid(kernel->aliases[i], true)) {
            return assay_fail(error, ASSAY_EINPUT, "bad alias '%.100s': want a name such as primes1",
                              kernel->aliases[i]);
        }
    }
    return 0;
}

static int read_kernel(void *out, const json_t *object, struct assay_error *error)
{
#define AT(member) offsetof(struct assay_kernel_description, member)
    static const struct assay_field table[] = {
        { "name", ASSAY_FIELD_DOTTED, AT(name), true, 0, 0 },
        { "aliases", ASSAY_FIELD_LINES, AT(aliases), false, 0, 0 },
        { "summary", ASSAY_FIELD_LINE, AT(summary), true, 0, 0 },
        { "version", ASSAY_FIELD_LINE, AT(version), false, 0, 0 },
        { "tags", ASSAY_FIELD_LINES, AT(tags), false, 0, 0 },
        { "expects", ASSAY_FIELD_BOOL, AT(expects), false, 0, 0 },
        { "unavailable", ASSAY_FIELD_LINE, AT(unavailable), false, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
#undef AT
    struct assay_kernel_description *kernel = out;
    struct assay_error inner = { 0 };
    int code = assay_fields_read(kernel, object, table, &inner);

    if (code == 0) {
        code = check_aliases(kernel, &inner);
    }
    if (code == 0) {
        code = read_lists(kernel, object, &inner);
    }
    if (code == 0) {
        code = read_flags(kernel, object, &inner);
    }
    return code == 0 ? 0 : within(error, "kernel", kernel->name, &inner);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No two names or aliases of a worker are equal. Sorted, since there may be thousands. */
static int check_names(const struct assay_description *description, struct assay_error *error)
{
    const char **names;
    size_t i, j, count = 0;
    int code = 0;

    for (i = 0; i < description->kernel_count; i++) {
        for (count++, j = 0; description->kernels[i].aliases[j]; j++) {
            count++;
        }
    }
    names = calloc(count + 1, sizeof *names);
    if (!names) {
        return assay_field_no_memory(error);
    }
    for (count = 0, i = 0; i < description->kernel_count; i++) {
        names[count++] = description->kernels[i].name;
        for (j = 0; description->kernels[i].aliases[j]; j++) {
            names[count++] = description->kernels[i].aliases[j];
        }
    }
    qsort(names, count, sizeof *names, compare_names);
    for (i = 1; code == 0 && i < count; i++) {
        if (strcmp(names[i - 1], names[i]) == 0) {
            code = assay_fail(error, ASSAY_EINPUT, "two kernels answer to %s: want every name once", names[i]);
        }
    }
    free(names);
    return code;
}

static int read_kernels(struct assay_description *out, const json_t *object, struct assay_error *error)
{
    static const struct list kernels = { "kernels", sizeof *out->kernels, KERNELS_MAX, read_kernel };
    void *items = NULL;
    const json_t *array;
    int code = assay_field_array(&array, object, "kernels", error);

    if (code == 0 && !array) {
        code = assay_field_missing("kernels", error);
    }
    if (code == 0) {
        code = read_list(&items, &out->kernel_count, object, &kernels, error);
    }
    out->kernels = items;
    return code == 0 ? check_names(out, error) : code;
}

static int read_abi(struct assay_description *out, const json_t *object, struct assay_error *error)
{
    const json_t *array;
    json_int_t part[2];
    size_t i;
    int code = assay_field_array(&array, object, "abi", error);

    if (code != 0 || !array) {
        return code;
    }
    for (i = 0; i < 2; i++) {
        const json_t *item = json_array_get(array, i);
        part[i] = json_is_integer(item) ? json_integer_value(item) : -1;
    }
    if (json_array_size(array) != 2 || part[0] < 0 || part[0] > UINT16_MAX || part[1] < 0 || part[1] > UINT16_MAX) {
        return assay_fail(error, ASSAY_EINPUT, "bad \"abi\": want [major, minor]");
    }
    out->abi_major = (unsigned)part[0];
    out->abi_minor = (unsigned)part[1];
    return 0;
}

int assay_description_read(struct assay_description *out, const struct json_t *object, struct assay_error *error)
{
#define AT(member) offsetof(struct assay_description, member)
    static const struct assay_field table[] = {
        { "implementation", ASSAY_FIELD_NAME, AT(implementation), true, 0, 0 },
        { "version", ASSAY_FIELD_LINE, AT(version), false, 0, 0 },
        { "build", ASSAY_FIELD_LINE, AT(build), false, 0, 0 },
        { "build_id", ASSAY_FIELD_LINE, AT(build_id), false, 0, 0 },
        { NULL, ASSAY_FIELD_TEXT, 0, false, 0, 0 },
    };
#undef AT
    struct assay_description read = { 0 };
    int code = assay_fields_read(&read, object, table, error);

    if (code == 0) {
        code = read_abi(&read, object, error);
    }
    if (code == 0) {
        code = read_kernels(&read, object, error);
    }
    if (code != 0) {
        assay_description_release(&read);
        return code;
    }
    *out = read;
    return 0;
}
