/* Names, and the values of parameters: one grammar for the command line, suites, plug-ins and the protocol. */
#include "protocol/description.h"

#include "base/number.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool lower(char byte)
{
    return byte >= 'a' && byte <= 'z';
}

static bool word_byte(char byte)
{
    return lower(byte) || (byte >= '0' && byte <= '9') || byte == '_';
}

bool assay_name_valid(const char *name, bool dots)
{
    size_t i;

    if (!name || !lower(name[0])) {
        return false;
    }
    for (i = 1; name[i] && i <= ASSAY_NAME_MAX; i++) {
        bool dot = dots && name[i] == '.' && name[i - 1] != '.' && name[i + 1] != '\0';
        if (!dot && !word_byte(name[i])) {
            return false;
        }
    }
    return i <= ASSAY_NAME_MAX;
}

/* "bad limit '1x': want an integer from 0 to 100": the wish with the parameter's bounds. */
static int refuse(const struct assay_parameter_description *parameter, const char *text, const char *wish,
                  struct assay_error *error)
{
    const char *from = parameter->least ? " from " : "";
    const char *to = parameter->most ? parameter->least ? " to " : " up to " : "";

    return assay_fail(error, ASSAY_EUSAGE, "bad %s '%.100s': want %s%s%s%s%s", parameter->name, text, wish, from,
                      parameter->least ? parameter->least : "", to, parameter->most ? parameter->most : "");
}

static int canonical_integer(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                             struct assay_error *error)
{
    uint64_t value, bound;

    if (!assay_parse_integer(text, &value) ||
        (parameter->least && assay_parse_integer(parameter->least, &bound) && value < bound) ||
        (parameter->most && assay_parse_integer(parameter->most, &bound) && value > bound)) {
        return refuse(parameter, text, "an integer", error);
    }
    *canonical = assay_formatted("%" PRIu64, value);
    return 0;
}

static int canonical_real(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                          struct assay_error *error)
{
    struct assay_text shortest = ASSAY_TEXT_INIT;
    double value, bound;

    if (!assay_parse_real(text, &value) ||
        (parameter->least && assay_parse_real(parameter->least, &bound) && value < bound) ||
        (parameter->most && assay_parse_real(parameter->most, &bound) && value > bound)) {
        return refuse(parameter, text, "a number", error);
    }
    assay_text_append_real(&shortest, value);
    *canonical = shortest.failed ? NULL : assay_text_take(&shortest);
    assay_text_release(&shortest);
    return 0;
}

static int canonical_choice(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                            struct assay_error *error)
{
    struct assay_text wish = ASSAY_TEXT_INIT;
    size_t i;

    for (i = 0; parameter->choices && parameter->choices[i]; i++) {
        if (strcmp(parameter->choices[i], text) == 0) {
            *canonical = assay_copy(text);
            return 0;
        }
    }
    for (i = 0; parameter->choices && parameter->choices[i]; i++) {
        assay_text_append(&wish, i == 0 ? "" : parameter->choices[i + 1] ? ", " : " or ");
        assay_text_append(&wish, parameter->choices[i]);
    }
    refuse(parameter, text, wish.bytes && !wish.failed ? wish.bytes : "one of its choices", error);
    assay_text_release(&wish);
    return ASSAY_EUSAGE;
}

static int canonical_text(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                          struct assay_error *error)
{
    bool changed = false;
    char *clean = assay_utf8_clean(text, strlen(text), &changed);

    if (clean && changed) {
        free(clean);
        return refuse(parameter, text, "UTF-8 text", error);
    }
    *canonical = clean;
    return 0;
}

static int canonical_flag(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                          struct assay_error *error)
{
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
        return refuse(parameter, text, "true or false", error);
    }
    *canonical = assay_copy(text);
    return 0;
}

typedef int (*canonical_fn)(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                            struct assay_error *error);

int assay_value_canonical(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                          struct assay_error *error)
{
    static const canonical_fn table[] = {
        [ASSAY_VALUE_INTEGER] = canonical_integer, [ASSAY_VALUE_REAL] = canonical_real,
        [ASSAY_VALUE_CHOICE] = canonical_choice,   [ASSAY_VALUE_TEXT] = canonical_text,
        [ASSAY_VALUE_FLAG] = canonical_flag,
    };
    char *value = NULL;
    int code;

    assert(parameter->type >= ASSAY_VALUE_INTEGER && parameter->type <= ASSAY_VALUE_FLAG);
    code = table[parameter->type](&value, parameter, text, error);
    if (code != 0) {
        return code;
    }
    if (!value) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory for a value of %s", parameter->name);
    }
    *canonical = value;
    return 0;
}
