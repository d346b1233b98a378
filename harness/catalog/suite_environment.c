/* What a suite wants of the machine: conditions on facts, as they are written. Knows no fact: whether there is one of that name,
 * and whether it is as it should be, is for plan/requirements.c to say. */
#include "catalog/suite_parts.h"

#include "base/number.h"
#include "base/text.h"
#include "catalog/keys.h"

#include <stdlib.h>
#include <string.h>

enum { CONDITIONS_MAX = 64, FACT_MAX = 80, WISH_MAX = 120 };

/* Longer ones first: ">=" is not ">" and a value that begins with "=". */
static const struct {
    const char *text;
    enum assay_relation relation;
} operators[] = {
    { "!=", ASSAY_UNEQUAL }, { ">=", ASSAY_AT_LEAST }, { "<=", ASSAY_AT_MOST },
    { "<", ASSAY_BELOW },    { ">", ASSAY_ABOVE },     { "=", ASSAY_EQUAL },
};

enum assay_relation assay_relation_of(const char **value, const char *wish)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t length = strlen(operators[i].text);
        if (strncmp(wish, operators[i].text, length) == 0) {
            *value = wish + length;
            return operators[i].relation;
        }
    }
    *value = wish;
    return ASSAY_EQUAL;
}

void assay_requirements_free(struct assay_suite_requirement *requirements, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(requirements[i].fact);
        free(requirements[i].wish);
    }
    free(requirements);
}

static bool is_fact_name(const char *fact)
{
    size_t group = strspn(fact, "abcdefghijklmnopqrstuvwxyz_");
    size_t length = strlen(fact);
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)fact[i] <= ' ' || fact[i] == 0x7f) {
            return false;
        }
    }
    return group > 0 && fact[group] == '.' && fact[group + 1] != '\0' && length <= FACT_MAX;
}

int assay_requirement_check(const char *fact, const char *wish, struct assay_error *error)
{
    const char *value = NULL;
    enum assay_relation relation = assay_relation_of(&value, wish);
    double real = 0;
    uint64_t size = 0;
    if (!is_fact_name(fact)) {
        return assay_fail(error, ASSAY_EINPUT, "'%.80s' is not a fact of the environment: want a group and a name such as "
                          "frequency.governor", fact);
    }
    if (value[0] == '\0' || value[0] == ' ' || strchr("=<>!", value[0]) != NULL || strlen(wish) > WISH_MAX) {
        return assay_fail(error, ASSAY_EINPUT, "bad condition '%.120s' for %s: want a value, or one of = != >= <= < > and a value",
                          wish, fact);
    }
    if (relation != ASSAY_EQUAL && relation != ASSAY_UNEQUAL && !assay_parse_real(value, &real) &&
        !assay_parse_size(value, &size)) {
        return assay_fail(error, ASSAY_EINPUT, "bad condition '%s' for %s: only a number is more or less than another", wish,
                          fact);
    }
    return 0;
}

/* The condition without its '?' and without blanks around operator and value. NULL: out of memory. */
static char *read_wish(bool *warn_only, const char *text)
{
    const char *value = NULL;
    text += strspn(text, " ");
    (void)assay_relation_of(&value, text);
    size_t operator_length = (size_t)(value - text);
    value += strspn(value, " ");
    size_t length = strlen(value);
    *warn_only = length > 0 && value[length - 1] == '?';
    length -= *warn_only;
    while (length > 0 && value[length - 1] == ' ') {
        length--;
    }
    return assay_formatted("%.*s%.*s", (int)operator_length, text, (int)length, value);
}

static int read_condition(struct assay_suite_requirement *requirement, const struct assay_yaml *mapping,
                          const struct assay_yaml_item *item, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    char *text = NULL;
    int code = assay_key_text(&text, item->key, item->value, error);
    if (code != 0) {
        return code;
    }
    requirement->line = item->line;
    requirement->fact = assay_copy(item->key);
    requirement->wish = read_wish(&requirement->warn_only, text);
    free(text);
    if (requirement->fact == NULL || requirement->wish == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", mapping->file);
    }
    code = assay_requirement_check(requirement->fact, requirement->wish, &inner);
    return code != 0 ? assay_yaml_fail_key(error, mapping, item, "%s", inner.text) : 0;
}

int assay_suite_read_environment(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    struct assay_requirement_list *list = into;
    if (node->kind != ASSAY_YAML_MAPPING) {
        return assay_yaml_fail(error, node, "'%s' is a mapping such as {frequency.governor: performance}, this is %s", key,
                               assay_yaml_word(node));
    }
    if (node->count > CONDITIONS_MAX) {
        return assay_yaml_fail(error, node, "more than %d conditions on the environment", CONDITIONS_MAX);
    }
    list->items = calloc(node->count + 1, sizeof *list->items);
    if (list->items == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
    }
    int code = 0;
    for (size_t i = 0; i < node->count && code == 0; i++) {
        code = read_condition(&list->items[list->count++], node, &node->items[i], error);
    }
    return code;
}
