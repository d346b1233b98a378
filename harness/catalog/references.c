/* Known answers from YAML files: which kernels, which values of parameters, what the answer is and who says so.
 * Knows no kernel's code; the answers come from tables and papers, never from what they check. */
#include "catalog/catalog.h"

#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "base/vector.h"
#include "catalog/keys.h"
#include "catalog/yaml.h"
#include "protocol/message.h"

#include <fnmatch.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char **kernels; /* globs */
    struct assay_parameter_list parameters;
    struct assay_message_answer answer;
};
struct assay_references {
    struct entry *entries;
    size_t count;
    size_t capacity;
};

static void entry_release(struct entry *entry)
{
    assay_texts_free(entry->kernels);
    assay_parameter_list_release(&entry->parameters);
    free(entry->answer.source);
}

void assay_references_close(struct assay_references *references)
{
    if (references == NULL) {
        return;
    }
    for (size_t i = 0; i < references->count; i++) {
        entry_release(&references->entries[i]);
    }
    free(references->entries);
    free(references);
}

/* Names of kernels with `*` and `?`: nothing else, so that nothing else is special. */
static int read_globs(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    int code = assay_key_texts(into, key, node, error);
    char **globs = *(char ***)into;
    for (size_t i = 0; code == 0 && globs[i] != NULL; i++) {
        if (globs[i][strspn(globs[i], "abcdefghijklmnopqrstuvwxyz0123456789_.*?")] != '\0') {
            code = assay_yaml_fail(error, node, "bad kernel '%s': want a name such as primes.trial, or with * and ?",
                                   globs[i]);
        }
    }
    return code;
}

static int read_entry(struct assay_references *references, const struct assay_yaml *node, struct assay_error *error)
{
    static const struct assay_key fields[] = {
        { "kernels", read_globs, offsetof(struct entry, kernels), true },
        { "parameters", assay_key_parameters, offsetof(struct entry, parameters), false },
        ASSAY_KEYS_ANSWER(offsetof(struct entry, answer)),
        { NULL, NULL, 0, false }
    };
    struct entry entry = { 0 };
    void *entries = references->entries;
    int code = assay_keys_read(&entry, "a known answer", node, fields, error);
    if (code == 0) {
        code = assay_key_answer_check(&entry.answer, node, error);
    }
    if (code == 0 && !assay_reserve(&entries, &references->capacity, references->count + 1, sizeof entry)) {
        code = assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
    }
    if (code != 0) {
        entry_release(&entry);
        return code;
    }
    references->entries = entries;
    references->entries[references->count++] = entry;
    return 0;
}

static int read_file(struct assay_references *references, const char *path, struct assay_error *error)
{
    struct content {
        const struct assay_yaml *answers;
    } content = { NULL };
    static const struct assay_key fields[] = { { "format", assay_key_format, 0, true },
                                                 { "answers", assay_key_node, offsetof(struct content, answers), true },
                                                 { NULL, NULL, 0, false } };
    struct assay_yaml_document document = { NULL, NULL };
    int code = assay_yaml_read(&document, path, error);
    if (code == 0) {
        code = assay_keys_read(&content, "a file of known answers", document.root, fields, error);
    }
    if (code == 0 && content.answers->kind != ASSAY_YAML_SEQUENCE) {
        code = assay_yaml_fail(error, content.answers, "'answers' is a list, this is %s", assay_yaml_word(content.answers));
    }
    for (size_t i = 0; code == 0 && i < content.answers->count; i++) {
        code = read_entry(references, content.answers->items[i].value, error);
    }
    assay_yaml_release(&document);
    return code;
}

int assay_references_open(struct assay_references **out, const char *directory, struct assay_error *error)
{
    char **names = NULL;
    size_t count = 0;
    int code = assay_directory_list(&names, &count, directory, ".yaml", error);
    if (code != 0) {
        return code;
    }
    struct assay_references *references = calloc(1, sizeof *references);
    if (references == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    for (size_t i = 0; code == 0 && i < count; i++) {
        char *path = assay_path_join(directory, names[i]);
        code = path != NULL ? read_file(references, path, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
        free(path);
    }
    assay_names_free(names, count);
    if (code != 0) {
        assay_references_close(references);
        return code;
    }
    *out = references;
    return 0;
}

/* Whether a value as written in the file is the argument's canonical text: as it is, or as an integer's. */
static bool same_value(const char *written, const char *canonical)
{
    char decimal[32];
    uint64_t value = 0;
    if (strcmp(written, canonical) == 0) {
        return true;
    }
    if (!assay_parse_integer(written, &value)) {
        return false;
    }
    snprintf(decimal, sizeof decimal, "%llu", (unsigned long long)value);
    return strcmp(decimal, canonical) == 0;
}

static bool fits_parameter(const struct assay_suite_parameter *parameter, const struct assay_message_argument *arguments,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(arguments[i].name, parameter->name) == 0) {
            for (char **value = parameter->values; *value != NULL; value++) {
                if (same_value(*value, arguments[i].text)) {
                    return true;
                }
            }
        }
    }
    return false; /* an answer for a value of a parameter says nothing of a kernel without that parameter */
}

static bool fits(const struct entry *entry, const char *kernel, const struct assay_message_argument *arguments, size_t count)
{
    char **glob = entry->kernels;
    while (*glob != NULL && fnmatch(*glob, kernel, 0) != 0) {
        glob++;
    }
    bool fitting = *glob != NULL;
    for (size_t i = 0; i < entry->parameters.count && fitting; i++) {
        fitting = fits_parameter(&entry->parameters.items[i], arguments, count);
    }
    return fitting;
}

bool assay_references_find(struct assay_message_answer *out, const struct assay_references *references, const char *kernel,
                           const struct assay_message_argument *arguments, size_t count)
{
    for (size_t i = 0; references != NULL && i < references->count; i++) {
        if (fits(&references->entries[i], kernel, arguments, count)) {
            *out = references->entries[i].answer;
            return true;
        }
    }
    return false;
}
