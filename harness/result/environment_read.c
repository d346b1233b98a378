/* An exported environment out of its JSON. It is small, so that a tree of it may be made, which documents never are.
 * What it says goes into command lines later: a name that could be more than a name is refused. */
#include "result/environment.h"

#include "base/text.h"
#include "result/reader.h"

#include <stdlib.h>
#include <string.h>

#define MOST_PACKAGES 10000u /* of a machine, or of all its interpreters: what is compared is looked up one by one */
#define MOST_INTERPRETERS 100u

struct source { /* of errors: the file, and the place in it */
    const char *name;
    struct assay_error *error;
};

static int refuse(const struct source *source, const char *place, size_t index, const char *want)
{
    return assay_fail(source->error, ASSAY_EINPUT, "%s: %s[%zu]: want %s", source->name, place, index, want);
}

static int no_memory(const struct source *source)
{
    return assay_fail(source->error, ASSAY_ENOMEM, "out of memory");
}

/* ---- facts ---- */

static int add_fact(struct assay_facts *facts, const char *group, const char *name, json_t *fact,
                    const struct source *source)
{
    json_t *value = json_object_get(fact, "value");
    const char *origin = json_string_value(json_object_get(fact, json_is_null(value) ? "reason" : "source"));
    if (!value || !origin || json_is_object(value) || json_is_array(value)) {
        return assay_fail(source->error, ASSAY_EINPUT,
                          "%s: environment.%.60s.%.60s: want {\"value\": ..., \"source\": ...}, or null and a reason",
                          source->name, group, name);
    }
    if (strlen(name) > ASSAY_MOST_TEXT || strlen(origin) > ASSAY_MOST_TEXT ||
        json_string_length(value) > ASSAY_MOST_TEXT) {
        return assay_fail(source->error, ASSAY_EINPUT, "%s: environment.%.60s.%.60s: a text of over %u bytes",
                          source->name, group, name, ASSAY_MOST_TEXT);
    }
    if (json_is_string(value)) {
        assay_facts_text(facts, group, name, json_string_value(value), origin);
    } else if (json_is_integer(value)) {
        assay_facts_integer(facts, group, name, json_integer_value(value), origin);
    } else if (json_is_real(value)) {
        assay_facts_real(facts, group, name, json_real_value(value), origin);
    } else if (json_is_boolean(value)) {
        assay_facts_bool(facts, group, name, json_is_true(value), origin);
    } else {
        assay_facts_none(facts, group, name, origin);
    }
    return 0;
}

static int no_facts(const struct source *source)
{
    return assay_fail(source->error, ASSAY_EINPUT, "%s: environment: want an object of groups of facts", source->name);
}

static int read_facts(struct assay_facts *facts, json_t *groups, const struct source *source)
{
    const char *group, *name;
    json_t *members, *fact;
    if (!json_is_object(groups)) {
        return no_facts(source);
    }
    json_object_foreach(groups, group, members) {
        if (!json_is_object(members) || strlen(group) > ASSAY_MOST_TEXT) {
            return assay_fail(source->error, ASSAY_EINPUT, "%s: environment.%.60s: want an object of facts",
                              source->name, group);
        }
        json_object_foreach(members, name, fact) {
            int code = facts->count >= ASSAY_MOST_FACTS
                           ? assay_fail(source->error, ASSAY_EINPUT, "%s: environment: more than %d facts",
                                        source->name, ASSAY_MOST_FACTS)
                           : add_fact(facts, group, name, fact, source);
            if (code) {
                return code;
            }
        }
    }
    return facts->failed ? no_memory(source) : facts->count == 0 ? no_facts(source) : 0;
}

/* ---- packages and interpreters ---- */

/* The index of the word in a list ended by NULL; -1: it is none of them. */
static int word_index(const char *word, const char *const *words)
{
    for (int i = 0; word && words[i]; i++) {
        if (strcmp(word, words[i]) == 0) {
            return i;
        }
    }
    return -1;
}

/* An array, or null with a reason, which is then copied; *count 0 for the latter. */
static int read_list(json_t **list, char **reason, json_t *object, const char *name, size_t most,
                     const struct source *source)
{
    char *key = assay_formatted("%s_reason", name);
    const char *why = key ? json_string_value(json_object_get(object, key)) : NULL;
    json_t *found = json_object_get(object, name);
    int code = key ? 0 : no_memory(source);
    free(key);
    if (!code && json_is_null(found) && why && strlen(why) <= ASSAY_MOST_TEXT) {
        *reason = assay_utf8_clean(why, strlen(why), NULL);
        code = *reason ? 0 : no_memory(source);
        for (char *at = *reason; at && *at; at++) { /* one line, as all that was written */
            *at = (unsigned char)*at < ' ' || *at == 0x7f ? ' ' : *at;
        }
    } else if (!code && (!json_is_array(found) || json_array_size(found) > most)) {
        code = assay_fail(source->error, ASSAY_EINPUT, "%s: %s: want a list of at most %zu, or null with %s_reason",
                          source->name, name, most, name);
    }
    *list = found;
    return code;
}

/* True or false; *good false: neither. */
static bool read_truth(bool *good, json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    *good = *good && json_is_boolean(value);
    return json_is_true(value);
}

static int read_package(struct assay_software *software, json_t *from, size_t index, const struct source *source)
{
    static const char *const archives[] = { "distribution", "other", NULL };
    const char *name = json_string_value(json_object_get(from, "name"));
    const char *version = json_string_value(json_object_get(from, "version"));
    const char *architecture = json_string_value(json_object_get(from, "architecture"));
    json_t *archive = json_object_get(from, "archive");
    int place = word_index(json_string_value(archive), archives);
    bool good = true;
    bool foreign = read_truth(&good, from, "foreign");
    bool manual = read_truth(&good, from, "manual");
    bool toolchain = read_truth(&good, from, "toolchain");
    if (!assay_software_is_package_name(name) || !assay_software_is_version(version) ||
        !assay_software_is_word(architecture)) {
        return refuse(source, "packages", index, "a Debian package's name, version and architecture");
    }
    if (!good || (place < 0 && !json_is_null(archive))) {
        return refuse(source, "packages", index,
                      "foreign, manual and toolchain true or false, and archive distribution, other or null");
    }
    struct assay_package *made = assay_software_add_package(software, name, architecture, version);
    if (!made) {
        return no_memory(source);
    }
    made->foreign = foreign;
    made->manual = manual;
    made->toolchain = toolchain;
    made->archive = (enum assay_archive)(place + 1); /* none of the words: unknown, the first */
    return 0;
}

static int read_packages(struct assay_software *software, json_t *root, const struct source *source)
{
    json_t *list = NULL;
    int code = read_list(&list, &software->packages_reason, root, "packages", MOST_PACKAGES, source);
    for (size_t i = 0; !code && i < json_array_size(list); i++) {
        code = read_package(software, json_array_get(list, i), i, source);
    }
    assay_software_sort(software);
    for (size_t i = 1; !code && i < software->package_count; i++) {
        const struct assay_package *one = &software->packages[i - 1], *other = &software->packages[i];
        if (strcmp(one->name, other->name) == 0 && strcmp(one->architecture, other->architecture) == 0) {
            code = assay_fail(source->error, ASSAY_EINPUT, "%s: packages: '%s' stands there twice", source->name,
                              one->name);
        }
    }
    return code;
}

static int read_modules(struct assay_software *software, struct assay_interpreter *interpreter, json_t *from,
                        const struct source *source)
{
    static const char *const bringers[] = { "system", "index", "elsewhere", NULL };
    json_t *list = NULL;
    int code = read_list(&list, &interpreter->reason, from, "packages", MOST_PACKAGES, source);
    for (size_t i = 0; !code && i < json_array_size(list); i++) {
        json_t *module = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(module, "name"));
        const char *version = json_string_value(json_object_get(module, "version"));
        int bringer = word_index(json_string_value(json_object_get(module, "from")), bringers);
        if (!assay_software_is_module_text(name) || !assay_software_is_module_text(version) || bringer < 0) {
            return refuse(source, interpreter->name, i, "a package's name, version, and where it is from");
        }
        assay_software_add_module(software, interpreter, name, version, (enum assay_bringer)bringer);
    }
    return code;
}

/* Words for people, such as "PyPy 7.3.11 (Python 3.9.16)": nothing that a terminal or a file of lines would obey. */
static bool is_plain(const char *text)
{
    size_t length = text ? strlen(text) : 0;
    bool plain = length > 0 && length <= 200;
    for (size_t i = 0; plain && i < length; i++) {
        plain = text[i] >= ' ' && text[i] <= '~';
    }
    return plain;
}

static int read_interpreter(struct assay_software *software, json_t *from, size_t index, const struct source *source)
{
    const char *name = json_string_value(json_object_get(from, "name"));
    static const char *const programs[] = { "python3", "pypy3", "graalpy", NULL }; /* others are not run */
    const char *program = json_string_value(json_object_get(from, "program"));
    const char *version = json_string_value(json_object_get(from, "version"));
    bool good = assay_software_is_word(name) && word_index(program, programs) >= 0 && is_plain(version);
    bool truths = true;
    bool packaged = read_truth(&truths, from, "packaged");
    bool separate = read_truth(&truths, from, "separate");
    for (size_t i = 0; good && i < software->interpreter_count; i++) {
        good = strcmp(software->interpreters[i].name, name) != 0;
    }
    if (!good) {
        return refuse(source, "interpreters", index, "an interpreter's own name, its program (python3, pypy3 or graalpy) and its version");
    }
    if (!truths) {
        return refuse(source, "interpreters", index, "packaged and separate true or false");
    }
    struct assay_interpreter *made = assay_software_add_interpreter(software, name, program, version);
    if (!made) {
        return no_memory(source);
    }
    made->packaged = packaged;
    made->separate = separate;
    return read_modules(software, made, from, source);
}

static int read_software(struct assay_software *software, json_t *root, const struct source *source)
{
    json_t *list = NULL;
    json_t *distribution = json_object_get(root, "distribution");
    const char *id = json_string_value(json_object_get(distribution, "id"));
    const char *release = json_string_value(json_object_get(distribution, "release"));
    if ((id && !assay_software_is_word(id)) || (release && !assay_software_is_word(release))) {
        return assay_fail(source->error, ASSAY_EINPUT, "%s: distribution: want words such as debian and 12",
                          source->name);
    }
    software->distribution = assay_copy(id);
    software->release = assay_copy(release);
    int code = read_packages(software, root, source);
    if (!code) {
        code = read_list(&list, &software->interpreters_reason, root, "interpreters", MOST_INTERPRETERS, source);
    }
    size_t modules = 0;
    for (size_t i = 0; !code && i < json_array_size(list); i++) {
        code = read_interpreter(software, json_array_get(list, i), i, source);
        modules += code ? 0 : software->interpreters[software->interpreter_count - 1].module_count;
        if (modules > MOST_PACKAGES) {
            code = assay_fail(source->error, ASSAY_EINPUT, "%s: interpreters: more than %u packages in all", source->name,
                              MOST_PACKAGES);
        }
    }
    assay_software_sort(software);
    return !code && software->failed ? no_memory(source) : code;
}

/* ---- the whole ---- */

static int read_environment(struct assay_environment *made, json_t *root, const struct source *source)
{
    json_t *created = json_object_get(root, "created");
    if (!json_is_string(created) || !assay_reader_is_time(json_string_value(created), json_string_length(created))) {
        return assay_fail(source->error, ASSAY_EINPUT, "%s: created: want a time such as 2026-11-22T16:10:31Z",
                          source->name);
    }
    made->created = assay_copy(json_string_value(created));
    if (!made->created) {
        return no_memory(source);
    }
    int code = read_facts(&made->facts, json_object_get(root, "environment"), source);
    return code ? code : read_software(&made->software, root, source);
}

static enum assay_environment_kind kind_of(const char *schema)
{
    static const char result[] = "assay.result/";
    if (schema && strncmp(schema, ASSAY_ENVIRONMENT_SCHEMA, strlen(ASSAY_ENVIRONMENT_SCHEMA)) == 0) {
        return ASSAY_IS_ENVIRONMENT;
    }
    return schema && strncmp(schema, result, strlen(result)) == 0 ? ASSAY_IS_RESULT : ASSAY_IS_NEITHER;
}

static int take(struct assay_environment *out, enum assay_environment_kind *kind, json_t *root,
                const struct source *source)
{
    const char *schema = json_string_value(json_object_get(root, "schema"));
    struct assay_environment made = { 0 };
    *kind = kind_of(schema);
    if (*kind == ASSAY_IS_RESULT) {
        return 0;
    }
    if (*kind == ASSAY_IS_NEITHER) {
        return assay_fail(source->error, ASSAY_EINPUT,
                          "%s: neither an environment nor a result document: want what assay env export or assay run "
                          "wrote",
                          source->name);
    }
    if (strcmp(schema, ASSAY_ENVIRONMENT_SCHEMA "1") != 0) {
        return assay_fail(source->error, ASSAY_EINPUT,
                          "%s: schema '%.60s' is not known: this assay reads " ASSAY_ENVIRONMENT_SCHEMA
                          "1, a newer one may read it",
                          source->name, schema);
    }
    int code = read_environment(&made, root, source);
    if (code) {
        assay_environment_release(&made);
    } else {
        *out = made;
    }
    return code;
}

int assay_environment_read(struct assay_environment *out, enum assay_environment_kind *kind, const char *bytes,
                           size_t length, const char *name, struct assay_error *error)
{
    json_error_t problem;
    const struct source source = { name, error };
    *kind = ASSAY_IS_NEITHER;
    if (length > ASSAY_ENVIRONMENT_BYTES) {
        return assay_fail(error, ASSAY_EINPUT, "%s: over %zu bytes: an environment is never that long", name,
                          ASSAY_ENVIRONMENT_BYTES);
    }
    json_t *root = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &problem);
    if (!root) {
        return assay_fail(error, ASSAY_EINPUT, "%s: line %d: not JSON: %s", name, problem.line, problem.text);
    }
    int code = take(out, kind, root, &source);
    json_decref(root);
    return code;
}
