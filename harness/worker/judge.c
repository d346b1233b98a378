/* A plug-in is from outside: no size, name, default or array of it is believed before it was looked at. A pointer that
 * points nowhere cannot be found out; it ends this process, and the coordinator says so.
 * Knows no file, no dlopen and no protocol. */
#include "worker/judge.h"

#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Arrays end with NULL; one that does not is cut off here instead of being read for ever. */
#define MOST_ENTRIES 256

/* A struct that states more than this is not a newer version but garbage. */
#define MOST_STRUCT_BYTES 65536

int assay_judge_refuse(const struct assay_judge *judge, const char *format, ...)
{
    char words[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    bool kernel = judge->kernel != NULL;
    bool part = judge->part != NULL;
    return assay_fail(judge->error, ASSAY_EINPUT, "plug-in '%s': %s%s%s%s%s%s", judge->plugin, kernel ? "kernel '" : "",
                      kernel ? judge->kernel : "", kernel ? "': " : "", part ? judge->part : "", part ? ": " : "",
                      words);
}

static int no_memory(const struct assay_judge *judge)
{
    return assay_fail(judge->error, ASSAY_ENOMEM, "out of memory while reading plug-in '%s'", judge->plugin);
}

int assay_judge_copy(const struct assay_judge *judge, void *to, size_t ours, const void *from, uint32_t claimed,
                     size_t least, const char *what)
{
    /* Every field behind the least ones is a pointer or as wide: a size between two fields would cut one in half. */
    if (claimed < least || claimed % sizeof(void *) != 0) {
        return assay_judge_refuse(judge, "truncated struct: %s of %u bytes, want at least %zu in whole fields", what,
                                  claimed, least);
    }
    if (claimed > MOST_STRUCT_BYTES) {
        return assay_judge_refuse(judge, "%s of %u bytes, want at most %d", what, claimed, MOST_STRUCT_BYTES);
    }
    memset(to, 0, ours);
    memcpy(to, from, claimed < ours ? claimed : ours);
    return 0;
}

static bool has_control(const char *text)
{
    for (; *text != '\0'; text++) {
        if (iscntrl((unsigned char)*text)) {
            return true;
        }
    }
    return false;
}

int assay_judge_line(char **out, const struct assay_judge *judge, const char *what, const char *text)
{
    if (text == NULL) {
        return assay_judge_refuse(judge, "no %s", what);
    }
    if (has_control(text)) {
        return assay_judge_refuse(judge, "%s has a control character, want one line of text", what);
    }
    char *copy = assay_utf8_clean(text, strlen(text), NULL);
    if (copy == NULL) {
        return no_memory(judge);
    }
    *out = copy;
    return 0;
}

/* Like assay_judge_line, for texts that mean something: invalid UTF-8 is refused too. */
static int exact_line(char **out, const struct assay_judge *judge, const char *what, const char *text)
{
    int code = assay_judge_line(out, judge, what, text);
    if (code == 0 && strcmp(*out, text) != 0) {
        return assay_judge_refuse(judge, "%s is not UTF-8", what);
    }
    return code;
}

/* A heap copy of a NULL-terminated array of lines; an empty one for NULL. */
static int copy_lines(char ***out, const struct assay_judge *judge, const char *what, const char *const *from)
{
    size_t count = 0;
    while (from != NULL && from[count] != NULL) {
        if (++count > MOST_ENTRIES) {
            return assay_judge_refuse(judge, "more than %d entries of %s: does the array end with NULL?", MOST_ENTRIES,
                                      what);
        }
    }
    char **lines = calloc(count + 1, sizeof *lines);
    if (lines == NULL) {
        return no_memory(judge);
    }
    *out = lines; /* the description's release frees what is there so far */
    for (size_t i = 0; i < count; i++) {
        int code = exact_line(&lines[i], judge, what, from[i]);
        if (code != 0) {
            return code;
        }
    }
    return 0;
}

static int check_name(const struct assay_judge *judge, const char *what, const char *name, bool dots)
{
    if (name == NULL || name[0] == '\0') {
        return assay_judge_refuse(judge, "%s without a name", what);
    }
    if (!assay_name_valid(name, dots)) {
        return assay_judge_refuse(judge, "bad name of %s %s '%.64s': want %s, at most 63 bytes",
                                  what[0] == 'a' ? "an" : "a", what, name,
                                  dots ? "[a-z][a-z0-9_]*(.[a-z0-9_]+)*" : "[a-z][a-z0-9_]*");
    }
    return 0;
}

/* ---- parameters -------------------------------------------------------------------------------------- */

/* Canonical text of a bound. A bound is read as a value of a parameter that has none. */
static int copy_bound(char **out, const struct assay_judge *judge, const struct assay_parameter_description *parameter,
                      const char *what, const char *text)
{
    if (text == NULL) {
        return 0;
    }
    if (parameter->type != ASSAY_VALUE_INTEGER && parameter->type != ASSAY_VALUE_REAL) {
        return assay_judge_refuse(judge, "%s is for integer and real parameters", what);
    }
    struct assay_parameter_description boundless = *parameter;
    boundless.least = boundless.most = NULL;
    struct assay_error why = { 0 };
    if (assay_value_canonical(out, &boundless, text, &why) != 0) {
        return assay_judge_refuse(judge, "bad %s: %s", what, why.text);
    }
    return 0;
}

static int check_choices(const struct assay_judge *judge, const struct assay_parameter_description *parameter)
{
    char **choices = parameter->choices;
    if (choices == NULL || choices[0] == NULL) {
        return assay_judge_refuse(judge, "a choice without choices");
    }
    for (size_t i = 0; choices[i] != NULL; i++) {
        for (size_t before = 0; before < i; before++) {
            if (strcmp(choices[before], choices[i]) == 0) {
                return assay_judge_refuse(judge, "duplicate choice '%.64s'", choices[i]);
            }
        }
    }
    return 0;
}

static int describe_parameter(struct assay_parameter_description *to, const struct assay_judge *judge,
                              const struct assay_parameter *from)
{
    int code;
    if (from->type < ASSAY_INTEGER || from->type > ASSAY_FLAG) {
        return assay_judge_refuse(judge, "type %u is unknown, want 1 to 5", from->type);
    }
    to->type = (enum assay_value_type)from->type; /* the numbers of the ABI and of the protocol are the same */
    to->name = assay_copy(from->name);
    if (to->name == NULL) {
        return no_memory(judge);
    }
    if ((code = assay_judge_line(&to->summary, judge, "summary", from->summary)) != 0 ||
        (code = copy_bound(&to->least, judge, to, "least", from->least)) != 0 ||
        (code = copy_bound(&to->most, judge, to, "most", from->most)) != 0) {
        return code;
    }
    if (to->type == ASSAY_VALUE_CHOICE) {
        if ((code = copy_lines(&to->choices, judge, "choices", from->choices)) != 0 ||
            (code = check_choices(judge, to)) != 0) {
            return code;
        }
    } else if (from->choices != NULL) {
        return assay_judge_refuse(judge, "choices are for choice parameters");
    }
    if (from->fallback == NULL) {
        return assay_judge_refuse(judge, "no default");
    }
    struct assay_error why = { 0 };
    if (assay_value_canonical(&to->fallback, to, from->fallback, &why) != 0) {
        return assay_judge_refuse(judge, "bad default: %s", why.text);
    }
    return 0;
}

/* Counts an array of pointers; -1 after a refusal. */
static long count_entries(const struct assay_judge *judge, const void *const *entries, const char *what)
{
    long count = 0;
    while (entries != NULL && entries[count] != NULL) {
        if (++count > MOST_ENTRIES) {
            assay_judge_refuse(judge, "more than %d %s: does the array end with NULL?", MOST_ENTRIES, what);
            return -1;
        }
    }
    return count;
}

static int judge_parameters(struct assay_kernel_description *to, const struct assay_judge *kernel,
                            const struct assay_parameter *const *from)
{
    long count = count_entries(kernel, (const void *const *)from, "parameters");
    if (count <= 0) {
        return (int)(count < 0 ? ASSAY_EINPUT : 0);
    }
    to->parameters = calloc((size_t)count, sizeof *to->parameters);
    if (to->parameters == NULL) {
        return no_memory(kernel);
    }
    for (size_t i = 0; i < (size_t)count; i++) {
        struct assay_parameter own;
        char part[96];
        struct assay_judge judge = *kernel;
        snprintf(part, sizeof part, "parameter %zu", i + 1);
        judge.part = part;
        int code = assay_judge_copy(&judge, &own, sizeof own, from[i], from[i]->struct_size,
                                    offsetof(struct assay_parameter, least), "struct assay_parameter");
        if (code != 0 || (code = check_name(kernel, "parameter", own.name, false)) != 0) {
            return code;
        }
        snprintf(part, sizeof part, "parameter '%s'", own.name);
        for (size_t before = 0; before < i; before++) {
            if (strcmp(to->parameters[before].name, own.name) == 0) {
                return assay_judge_refuse(kernel, "duplicate parameter '%s'", own.name);
            }
        }
        to->parameter_count = i + 1; /* also half-made: released with the rest */
        if ((code = describe_parameter(&to->parameters[i], &judge, &own)) != 0) {
            return code;
        }
    }
    return 0;
}

/* ---- measures and distributions ---------------------------------------------------------------------- */

static int judge_measures(struct assay_measure_description **out, size_t *out_count, const struct assay_judge *kernel,
                          const struct assay_measure *const *from, const char *what)
{
    char plural[32];
    snprintf(plural, sizeof plural, "%ss", what);
    long count = count_entries(kernel, (const void *const *)from, plural);
    if (count <= 0) {
        return (int)(count < 0 ? ASSAY_EINPUT : 0);
    }
    struct assay_measure_description *list = calloc((size_t)count, sizeof *list);
    if (list == NULL) {
        return no_memory(kernel);
    }
    *out = list;
    for (size_t i = 0; i < (size_t)count; i++) {
        struct assay_measure own;
        int code = assay_judge_copy(kernel, &own, sizeof own, from[i], from[i]->struct_size,
                                    sizeof(struct assay_measure), "struct assay_measure");
        if (code != 0 || (code = check_name(kernel, what, own.name, false)) != 0) {
            return code;
        }
        for (size_t before = 0; before < i; before++) {
            if (strcmp(list[before].name, own.name) == 0) {
                return assay_judge_refuse(kernel, "duplicate %s '%s'", what, own.name);
            }
        }
        *out_count = i + 1;
        list[i].higher_is_better = own.better == ASSAY_HIGHER;
        list[i].name = assay_copy(own.name);
        if (list[i].name == NULL) {
            return no_memory(kernel);
        }
        if ((code = assay_judge_line(&list[i].unit, kernel, "unit", own.unit)) != 0) {
            return code;
        }
    }
    return 0;
}

/* ---- the kernel -------------------------------------------------------------------------------------- */

/* x.y.z, decimal. */
static bool is_version(const char *text)
{
    for (int part = 0; part < 3; part++) {
        if (!isdigit((unsigned char)*text)) {
            return false;
        }
        while (isdigit((unsigned char)*text)) {
            text++;
        }
        if (*text != (part < 2 ? '.' : '\0')) {
            return false;
        }
        text += part < 2;
    }
    return true;
}

static int describe_names(struct assay_kernel_description *to, const struct assay_judge *judge,
                          const struct assay_kernel *own)
{
    int code;
    if ((code = copy_lines(&to->aliases, judge, "aliases", own->aliases)) != 0 ||
        (code = copy_lines(&to->tags, judge, "tags", own->tags)) != 0 ||
        (code = assay_judge_line(&to->summary, judge, "summary", own->summary)) != 0) {
        return code;
    }
    for (char **alias = to->aliases; *alias != NULL; alias++) {
        if ((code = check_name(judge, "alias", *alias, true)) != 0) {
            return code;
        }
    }
    if (own->version != NULL) {
        if (!is_version(own->version)) {
            return assay_judge_refuse(judge, "bad version '%.32s': want x.y.z", own->version);
        }
        to->version = assay_copy(own->version);
        if (to->version == NULL) {
            return no_memory(judge);
        }
    }
    return 0;
}

int assay_judge_kernel(struct assay_kernel *to, struct assay_kernel_description *description,
                       const struct assay_judge *plugin, const struct assay_kernel *from, size_t index)
{
    char part[32];
    struct assay_kernel own;
    struct assay_judge judge = *plugin;
    snprintf(part, sizeof part, "kernel %zu", index);
    judge.part = part;
    int code = assay_judge_copy(&judge, &own, sizeof own, from, from->struct_size,
                                offsetof(struct assay_kernel, answer), "struct assay_kernel");
    if (code != 0 || (code = check_name(&judge, "kernel", own.name, true)) != 0) {
        return code;
    }
    judge.part = NULL;
    judge.kernel = own.name;
    if (own.setup == NULL || own.run == NULL) {
        return assay_judge_refuse(&judge, "no %s function", own.setup == NULL ? "setup" : "run");
    }
    description->name = assay_copy(own.name);
    if (description->name == NULL) {
        return no_memory(&judge);
    }
    description->makes_threads = (own.flags & ASSAY_MAKES_THREADS) != 0;
    description->forks = (own.flags & ASSAY_FORKS) != 0;
    description->deterministic = (own.flags & ASSAY_DETERMINISTIC) != 0;
    description->one_iteration = (own.flags & ASSAY_ONE_ITERATION) != 0;
    description->shared_state = (own.flags & ASSAY_SHARED_STATE) != 0;
    description->expects = own.expect != NULL;
    if ((code = describe_names(description, &judge, &own)) != 0 ||
        (code = judge_parameters(description, &judge, own.parameters)) != 0 ||
        (code = judge_measures(&description->measures, &description->measure_count, &judge, own.measures, "measure")) !=
            0 ||
        (code = judge_measures(&description->distributions, &description->distribution_count, &judge, own.distributions,
                               "distribution")) != 0) {
        return code;
    }
    *to = own;
    return 0;
}
