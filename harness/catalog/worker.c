/* NAME.worker.yaml: which command starts a worker. Starts nothing. */
#include "catalog/worker.h"

#include "base/file.h"
#include "base/text.h"
#include "catalog/keys.h"
#include "catalog/yaml.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS_MAX = 64 };

void assay_worker_file_release(struct assay_worker_file *file)
{
    free(file->implementation);
    assay_texts_free(file->command);
    assay_texts_free(file->required);
    free(file->unavailable);
    *file = (struct assay_worker_file){ 0 };
}

static bool is_program(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

/* The first program of that name in the absolute directories of PATH. *out stays NULL if there is none. */
static int search_path(char **out, const char *word, struct assay_error *error)
{
    const char *path = getenv("PATH");
    path = path != NULL ? path : "/usr/local/bin:/usr/bin:/bin";
    while (*path != '\0') {
        size_t length = strcspn(path, ":");
        if (path[0] == '/') {
            char *candidate = assay_formatted("%.*s/%s", (int)length, path, word);
            if (candidate == NULL) {
                return assay_fail(error, ASSAY_ENOMEM, "out of memory");
            }
            if (is_program(candidate)) {
                *out = candidate;
                return 0;
            }
            free(candidate);
        }
        path += length + (path[length] == ':');
    }
    return assay_fail(error, ASSAY_EUNAVAILABLE, "needs %s, which is not installed", word);
}

static int take_path(char **out, const char *path, struct assay_error *error)
{
    if (path[0] != '/' || !is_program(path)) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "needs %s, which is not %s", path,
                          path[0] == '/' ? "an executable file" : "an absolute path");
    }
    char *copy = assay_copy(path);
    if (copy == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = copy;
    return 0;
}

int assay_program_find(char **out, const char *word, struct assay_error *error)
{
    const char *wanted = getenv("ASSAY_PYTHON");
    if (strchr(word, '/') != NULL) {
        return take_path(out, word, error);
    }
    if (strcmp(word, "python3") != 0) {
        return search_path(out, word, error);
    }
    if (wanted == NULL || wanted[0] == '\0') {
        /* Debian's own Python first: another one in PATH may lack the system's modules. */
        return is_program("/usr/bin/python3") ? take_path(out, "/usr/bin/python3", error) : search_path(out, word, error);
    }
    struct assay_error inner = { 0 };
    int code = strchr(wanted, '/') != NULL ? take_path(out, wanted, &inner) : search_path(out, wanted, &inner);
    return code == 0 ? 0 : assay_fail(error, code, "ASSAY_PYTHON: %s", inner.text);
}

/* A word of the command with ${here}, ${assay} and $$ replaced. */
static int expand(char **out, const struct assay_yaml *node, const char *word, const char *here, const char *workers,
                  struct assay_error *error)
{
    const struct {
        const char *written, *value;
    } names[] = { { "${here}", here }, { "${assay}", workers }, { "$$", "$" } };
    struct assay_text text = ASSAY_TEXT_INIT;
    while (*word != '\0') {
        size_t plain = strcspn(word, "$");
        assay_text_append_bytes(&text, word, plain);
        word += plain;
        size_t i = 0;
        while (*word != '\0' && i < 3 && strncmp(word, names[i].written, strlen(names[i].written)) != 0) {
            i++;
        }
        if (i == 3) {
            assay_text_release(&text);
            return assay_yaml_fail(error, node, "unknown '$' in a word of the command: want ${here}, ${assay} or $$");
        }
        if (*word != '\0') {
            assay_text_append(&text, names[i].value);
            word += strlen(names[i].written);
        }
    }
    char *taken = assay_text_take(&text);
    if (taken == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", node->file);
    }
    *out = taken;
    return 0;
}

struct content {
    char *implementation;
    const struct assay_yaml *command;
    char **requires;
};

static int read_command(char ***out, const struct assay_yaml *list, const char *path, const char *workers,
                        struct assay_error *error)
{
    if (list->kind != ASSAY_YAML_SEQUENCE || list->count == 0 || list->count > WORDS_MAX) {
        return assay_yaml_fail(error, list, "'command' is a list of 1 to %d words", WORDS_MAX);
    }
    char **words = calloc(list->count + 1, sizeof *words);
    char *here = assay_path_directory(path);
    int code = words != NULL && here != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", path);
    for (size_t i = 0; code == 0 && i < list->count; i++) {
        const struct assay_yaml *node = list->items[i].value;
        if (node->kind != ASSAY_YAML_SCALAR || (node->text[0] == '\0' && !node->quoted)) {
            code = assay_yaml_fail(error, node, "a word of 'command' is a text, this is %s", assay_yaml_word(node));
        } else {
            code = expand(&words[i], node, node->text, here, workers, error);
        }
    }
    free(here);
    if (code != 0) {
        assay_texts_free(words);
        return code;
    }
    *out = words;
    return 0;
}

/* Puts the paths of programs into the command and into what it requires; what is missing goes to `unavailable`. */
static int find_programs(struct assay_worker_file *file, struct assay_error *error)
{
    struct assay_error reason = { 0 };
    char *program = NULL;
    int code = 0;
    for (char **word = file->required; code == 0 && word != NULL && *word != NULL; word++) {
        char *found = NULL;
        code = assay_program_find(&found, *word, &reason);
        if (code == 0) {
            free(*word);
            *word = found;
        }
    }
    if (code == 0) {
        code = assay_program_find(&program, file->command[0], &reason);
    }
    if (code == ASSAY_EUNAVAILABLE) {
        file->unavailable = assay_copy(reason.text);
        return file->unavailable != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (code != 0) {
        return assay_fail(error, code, "%s", reason.text);
    }
    free(file->command[0]);
    file->command[0] = program;
    return 0;
}

int assay_worker_file_read(struct assay_worker_file *out, const char *path, const char *workers, struct assay_error *error)
{
    static const struct assay_key fields[] = {
        { "format", assay_key_format, 0, true },
        { "implementation", assay_key_text, offsetof(struct content, implementation), true },
        { "command", assay_key_node, offsetof(struct content, command), true },
        { "requires", assay_key_texts, offsetof(struct content, requires), false },
        { NULL, NULL, 0, false }
    };
    struct assay_yaml_document document = { NULL, NULL };
    struct content content = { NULL, NULL, NULL };
    struct assay_worker_file file = { 0 };
    int code = assay_yaml_read(&document, path, error);
    if (code == 0) {
        code = assay_keys_read(&content, "a description of a worker", document.root, fields, error);
    }
    if (code == 0 && !assay_name_valid(content.implementation, false)) {
        code = assay_yaml_fail(error, document.root, "'%s' is not an implementation's name: want one such as cpython",
                               content.implementation);
    }
    if (code == 0) {
        code = read_command(&file.command, content.command, path, workers, error);
    }
    file.implementation = content.implementation;
    file.required = content.requires;
    if (code == 0) {
        code = find_programs(&file, error);
    }
    assay_yaml_release(&document);
    if (code != 0) {
        assay_worker_file_release(&file);
        return code;
    }
    *out = file;
    return 0;
}
