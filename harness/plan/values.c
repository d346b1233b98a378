/* Quoting and grids. Knows no kernel: which values are right is said by the catalog's descriptions. */
#include "plan/values.h"

#include "base/vector.h"
#include "protocol/description.h"

#include <stdlib.h>
#include <string.h>

static const char no_memory[] = "out of memory";

/* From the opening quote on. */
static bool take_quoted(char **value, const char **cursor, const char **why)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    const char *p = *cursor;
    char quote = *p++;
    while (*p != '\0' && !(p[0] == quote && p[1] != quote)) {
        assay_text_append_char(&text, *p);
        p += *p == quote ? 2 : 1;
    }
    if (*p == '\0') {
        assay_text_release(&text);
        *why = "a quote is not closed";
        return false;
    }
    char *taken = assay_text_take(&text);
    if (taken == NULL) {
        *why = no_memory;
        return false;
    }
    *value = taken;
    *cursor = p + 1;
    return true;
}

bool assay_value_take(char **value, const char **cursor, const char *ends, const char *forbidden, const char **why)
{
    const char *p = *cursor;
    if (*p == '\'' || *p == '"') {
        char *taken = NULL;
        if (!take_quoted(&taken, &p, why)) {
            return false;
        }
        if (*p != '\0' && strchr(ends, *p) == NULL) {
            free(taken);
            *why = "something stands behind a closing quote";
            return false;
        }
        *value = taken;
        *cursor = p;
        return true;
    }
    size_t length = strcspn(p, ends);
    if (length == 0) {
        *why = "a value is missing ('' is an empty text)";
        return false;
    }
    size_t plain = strcspn(p, "'\"");
    size_t allowed = strcspn(p, forbidden);
    if (plain < length || allowed < length) {
        *why = "a value with one of , : = @ or a quote must be quoted, such as 'a:b'";
        return false;
    }
    *value = assay_copy_bytes(p, length);
    *cursor = p + length;
    *why = no_memory;
    return *value != NULL;
}

static bool is_bare(const char *value)
{
    for (const char *p = value; *p != '\0'; p++) {
        if ((unsigned char)*p <= ' ' || *p == 0x7f || strchr(",:=@'\"", *p) != NULL) {
            return false;
        }
    }
    return value[0] != '\0';
}

void assay_value_append(struct assay_text *text, const char *value)
{
    if (is_bare(value)) {
        assay_text_append(text, value);
        return;
    }
    assay_text_append_char(text, '\'');
    for (const char *p = value; *p != '\0'; p++) {
        assay_text_append(text, *p == '\'' ? "'" : "");
        assay_text_append_char(text, *p);
    }
    assay_text_append_char(text, '\'');
}

/* ---- grids ---- */

static void parameter_release(struct assay_suite_parameter *parameter)
{
    free(parameter->name);
    for (size_t i = 0; parameter->values != NULL && parameter->values[i] != NULL; i++) {
        free(parameter->values[i]);
    }
    free(parameter->values);
}

void assay_grid_release(struct assay_grid *grid)
{
    for (size_t i = 0; i < grid->count; i++) {
        parameter_release(&grid->items[i]);
    }
    free(grid->items);
    free(grid->used);
    *grid = (struct assay_grid){ NULL, NULL, 0 };
}

/* The values after the '='. */
static bool take_values(char ***out, const char *cursor, const char **why)
{
    char **values = NULL;
    size_t count = 0, capacity = 0;
    for (;;) {
        void *items = values;
        if (!assay_reserve(&items, &capacity, count + 2, sizeof *values)) {
            *why = no_memory;
            break;
        }
        values = items;
        values[count] = NULL;
        if (!assay_value_take(&values[count], &cursor, ",", "", why)) {
            break;
        }
        values[++count] = NULL;
        if (*cursor == '\0') {
            *out = values;
            return true;
        }
        cursor++;
    }
    for (size_t i = 0; i < count; i++) {
        free(values[i]);
    }
    free(values);
    return false;
}

static int parse_one(struct assay_grid *grid, const char *text, struct assay_error *error)
{
    struct assay_suite_parameter *parameter = &grid->items[grid->count];
    const char *equals = strchr(text, '=');
    const char *why = NULL;
    char *name = equals != NULL ? assay_copy_bytes(text, (size_t)(equals - text)) : NULL;
    if (name == NULL || !assay_name_valid(name, false)) {
        free(name);
        return assay_fail(error, ASSAY_EUSAGE, "bad -p '%.200s': want NAME=VALUE[,VALUE...], such as limit=1000,2000", text);
    }
    for (size_t i = 0; i < grid->count; i++) {
        if (strcmp(grid->items[i].name, name) == 0) {
            free(name);
            return assay_fail(error, ASSAY_EUSAGE, "bad -p '%.200s': %s stands twice, want its values in one list", text,
                              grid->items[i].name);
        }
    }
    *parameter = (struct assay_suite_parameter){ name, NULL };
    if (!take_values(&parameter->values, equals + 1, &why)) {
        free(name);
        return assay_fail(error, ASSAY_EUSAGE, "bad -p '%.200s': %s", text, why);
    }
    grid->count++;
    return 0;
}

int assay_grid_parse(struct assay_grid *out, const char *const *texts, struct assay_error *error)
{
    size_t count = 0;
    while (texts != NULL && texts[count] != NULL) {
        count++;
    }
    struct assay_grid grid = { calloc(count + 1, sizeof *grid.items), calloc(count + 1, sizeof *grid.used), 0 };
    int code = grid.items != NULL && grid.used != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; i < count && code == 0; i++) {
        code = parse_one(&grid, texts[i], error);
    }
    if (code != 0) {
        assay_grid_release(&grid);
        return code;
    }
    *out = grid;
    return 0;
}
