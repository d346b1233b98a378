/* Requirements against facts. Knows no machine and no suite file. */
#include "plan/requirements.h"

#include "base/number.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *suite_name(const struct assay_plan *plan)
{
    return plan->suite != NULL ? plan->suite : "?";
}

/* ---- which fact ---- */

static const struct assay_fact *find_fact(const struct assay_facts *facts, const char *fact)
{
    const char *dot = strchr(fact, '.');
    char *group = dot != NULL ? assay_copy_bytes(fact, (size_t)(dot - fact)) : NULL;
    const struct assay_fact *found = group != NULL ? assay_facts_find(facts, group, dot + 1) : NULL;
    free(group);
    return found;
}

static bool of_group(const struct assay_fact *fact, const char *name)
{
    size_t length = strlen(fact->group);
    return strncmp(fact->group, name, length) == 0 && name[length] == '.';
}

/* The nearest name of the fact's group; where none is near, all that there are; where there is no such group, the nearest of all. */
static int fail_unknown(const char *suite, const char *fact, const struct assay_facts *facts, struct assay_error *error)
{
    char **names = calloc(facts->count + 1, sizeof *names);
    struct assay_text group = ASSAY_TEXT_INIT;
    size_t count = 0;
    for (size_t i = 0; i < facts->count; i++) {
        if (of_group(&facts->items[i], fact)) {
            assay_text_format(&group, "%s%s", group.length > 0 ? ", " : "", facts->items[i].name);
        }
    }
    for (size_t i = 0; names != NULL && i < facts->count; i++) {
        if (group.length == 0 || of_group(&facts->items[i], fact)) {
            names[count] = assay_formatted("%s.%s", facts->items[i].group, facts->items[i].name);
            count += names[count] != NULL;
        }
    }
    const char *nearest = names != NULL ? assay_nearest(fact, (const char *const *)names) : NULL;
    size_t shared = group.length > 0 ? (size_t)(strchr(fact, '.') - fact) : 0;
    /* What both have in common must not make a name near that is not. */
    const char *const one[] = { nearest != NULL ? nearest + shared : NULL, NULL };
    nearest = nearest != NULL && assay_nearest(fact + shared, one) != NULL ? nearest : NULL;
    int code;
    if (nearest != NULL) {
        code = assay_fail(error, ASSAY_EUSAGE, "suite '%.60s': the environment has no fact '%s': did you mean '%s'?", suite, fact,
                          nearest);
    } else if (group.length > 0) {
        code = assay_fail(error, ASSAY_EUSAGE, "suite '%.60s': the environment has no fact '%s': of this group there are %.200s",
                          suite, fact, group.bytes);
    } else {
        code = assay_fail(error, ASSAY_EUSAGE, "suite '%.60s': the environment has no fact '%s': `assay env show` lists those there "
                          "are", suite, fact);
    }
    for (size_t i = 0; i < count; i++) {
        free(names[i]);
    }
    free(names);
    assay_text_release(&group);
    return code;
}

/* ---- whether it is met ---- */

static bool is_number(const struct assay_fact *fact)
{
    return fact->kind == ASSAY_FACT_INTEGER || fact->kind == ASSAY_FACT_REAL;
}

static bool wanted_number(double *number, const struct assay_fact *fact, const char *text)
{
    size_t length = strlen(fact->name);
    uint64_t size = 0;
    if (assay_parse_real(text, number)) {
        return true;
    }
    if (length < 6 || strcmp(fact->name + length - 6, "_bytes") != 0 || !assay_parse_size(text, &size)) {
        return false;
    }
    *number = (double)size;
    return true;
}

/* `order` of the fact and what is wanted: negative, 0 or positive. */
static bool holds(enum assay_relation relation, int order)
{
    switch (relation) {
    case ASSAY_EQUAL:
        return order == 0;
    case ASSAY_UNEQUAL:
        return order != 0;
    case ASSAY_AT_LEAST:
        return order >= 0;
    case ASSAY_AT_MOST:
        return order <= 0;
    case ASSAY_BELOW:
        return order < 0;
    case ASSAY_ABOVE:
        return order > 0;
    }
    return false;
}

/* Whether a fact that has a value is as wanted. */
static int judge(bool *met, const struct assay_fact *fact, const struct assay_suite_requirement *requirement, const char *suite,
                 struct assay_error *error)
{
    const char *value = NULL;
    double wanted = 0;
    enum assay_relation relation = assay_relation_of(&value, requirement->wish);
    bool ordered = relation != ASSAY_EQUAL && relation != ASSAY_UNEQUAL;
    if (is_number(fact) && wanted_number(&wanted, fact, value)) {
        double found = fact->kind == ASSAY_FACT_INTEGER ? (double)fact->integer : fact->real;
        *met = holds(relation, (found > wanted) - (found < wanted));
        return 0;
    }
    if (is_number(fact) || ordered) {
        return assay_fail(error, ASSAY_EUSAGE, "suite '%.60s': bad condition '%s' for %s: %s", suite, requirement->wish,
                          requirement->fact, is_number(fact) ? "want a number" : "it is no number, want = or !=");
    }
    char *shown = assay_fact_show(fact);
    if (shown == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *met = holds(relation, strcmp(shown, value));
    free(shown);
    return 0;
}

/* *words: what is wanted and what is; NULL: it is met. */
static int check_one(char **words, const struct assay_suite_requirement *requirement, const struct assay_facts *facts,
                     const char *suite, struct assay_error *error)
{
    const struct assay_fact *fact = find_fact(facts, requirement->fact);
    bool met = false;
    *words = NULL;
    if (fact == NULL) {
        return fail_unknown(suite, requirement->fact, facts, error);
    }
    if (fact->kind == ASSAY_FACT_NONE) {
        *words = assay_formatted("%s %s, which is not known: %.120s", requirement->fact, requirement->wish,
                                 fact->origin != NULL ? fact->origin : "nobody says why");
        return *words != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int code = judge(&met, fact, requirement, suite, error);
    if (code != 0 || met) {
        return code;
    }
    char *shown = assay_fact_show(fact);
    *words = shown != NULL ? assay_formatted("%s %s, is %.120s", requirement->fact, requirement->wish, shown) : NULL;
    free(shown);
    return *words != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

int assay_plan_check_requirements(const struct assay_plan *plan, const struct assay_facts *facts, assay_requirement_fn warn,
                                  void *context, struct assay_error *error)
{
    struct assay_text strict = ASSAY_TEXT_INIT;
    char **words = calloc(plan->requirement_count + 1, sizeof *words);
    int code = words != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; i < plan->requirement_count && code == 0; i++) {
        const struct assay_suite_requirement *requirement = &plan->requirements[i];
        code = check_one(&words[i], requirement, facts, suite_name(plan), error);
        if (code == 0 && words[i] != NULL && !requirement->warn_only) {
            assay_text_format(&strict, "%s%s", strict.length > 0 ? "; " : "", words[i]);
        }
    }
    if (code == 0 && strict.length > 0) {
        code = assay_fail(error, ASSAY_EUSAGE, "suite '%.60s' wants %s", suite_name(plan), strict.bytes);
    }
    for (size_t i = 0; i < plan->requirement_count && code == 0; i++) {
        char *line = words[i] != NULL ? assay_formatted("suite '%.60s' wants %s", suite_name(plan), words[i]) : NULL;
        if (words[i] != NULL && (line == NULL || !warn(context, line))) {
            code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
        free(line);
    }
    for (size_t i = 0; words != NULL && i < plan->requirement_count; i++) {
        free(words[i]);
    }
    free(words);
    assay_text_release(&strict);
    return code;
}
