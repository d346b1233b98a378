/* From a recipe and a relocatable object to a plug-in with its functions at given offsets, by way of a linker script.
 */
#include "catalog/layout_parts.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "catalog/layout.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };
static const double link_timeout_s = 60.0;
static const size_t most_json_bytes = 1 << 20;

/* Every function in an output section of its own, at its offset in a page. A function longer than a page pushes the
 * next one to a later page, not to another offset. */
static void write_script(struct assay_text *script, const struct assay_sections *sections, uint32_t k)
{
    assay_text_append(script, "SECTIONS\n{\n");
    for (size_t i = 0; i < sections->count; i++) {
        assay_text_format(script, "  .text.assay.%zu : ALIGN(%d) { . += %" PRIu32 "; *(\".text.%s\") }\n", i, PAGE,
                          assay_layout_offset(k, sections->functions[i]), sections->functions[i]);
    }
    assay_text_append(script, "}\nINSERT AFTER .text;\n");
}

/* Words of a command; heap, ended by NULL. */
struct command {
    char **words;
    size_t count, capacity;
};

static bool add(struct command *command, const char *word)
{
    if (!assay_reserve((void **)&command->words, &command->capacity, command->count + 2, sizeof *command->words) ||
        (command->words[command->count] = assay_copy(word)) == NULL) {
        return false;
    }
    command->words[++command->count] = NULL;
    return true;
}

static int add_all(struct command *command, const json_t *list, const char *recipe, struct assay_error *error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (word == NULL) {
            return assay_fail(error, ASSAY_EINPUT, "%s: want lists of texts", recipe);
        }
        if (!add(command, word)) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    return 0;
}

static int make_command(struct command *command, const json_t *recipe, const struct assay_layout_parts *parts,
                        const char *script, const char *output, struct assay_error *error)
{
    const char *compiler = json_string_value(json_object_get(recipe, "compiler"));
    const json_t *arguments = json_object_get(recipe, "arguments"), *libraries = json_object_get(recipe, "libraries");
    const char *ours[] = { "-T", script, "-o", output, parts->object };
    if (json_integer_value(json_object_get(recipe, "format")) != 1 || compiler == NULL || !json_is_array(arguments) ||
        !json_is_array(libraries)) {
        return assay_fail(error, ASSAY_EINPUT, "%s: want format 1 with compiler, arguments and libraries",
                          parts->recipe);
    }
    int code = add(command, compiler) ? add_all(command, arguments, parts->recipe, error)
                                      : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; code == 0 && i < sizeof ours / sizeof ours[0]; i++) {
        code = add(command, ours[i]) ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    return code != 0 ? code : add_all(command, libraries, parts->recipe, error);
}

int assay_layout_command(char ***words, size_t *count, const struct assay_layout_parts *parts, const char *script,
                         const char *output, struct assay_error *error)
{
    struct command command = { NULL, 0, 0 };
    json_error_t where;
    json_t *recipe = NULL;
    char *json = NULL;
    size_t length = 0;
    int code = assay_file_read(&json, &length, parts->recipe, most_json_bytes, error);
    if (code != 0) {
        return code;
    }
    recipe = json_loadb(json, length, JSON_REJECT_DUPLICATES, &where);
    code = recipe == NULL ? assay_fail(error, ASSAY_EINPUT, "%s:%d: %s", parts->recipe, where.line, where.text)
                          : make_command(&command, recipe, parts, script, output, error);
    if (code == 0) {
        *words = command.words;
        *count = command.count;
        command = (struct command){ NULL, 0, 0 };
    }
    assay_names_free(command.words, command.count);
    json_decref(recipe);
    free(json);
    return code;
}

/* The quick command with its blanks filled in. */
static int quick_command(char ***words, size_t *count, const struct assay_layout_parts *parts, const char *script,
                         const char *output, struct assay_error *error)
{
    struct command command = { NULL, 0, 0 };
    for (size_t i = 0; i < parts->quick_count; i++) {
        const char *word = parts->quick[i];
        word = strcmp(word, ASSAY_LAYOUT_SCRIPT) == 0 ? script : strcmp(word, ASSAY_LAYOUT_OUTPUT) == 0 ? output : word;
        if (!add(&command, word)) {
            assay_names_free(command.words, command.count);
            return assay_fail(error, ASSAY_ENOMEM, "out of memory");
        }
    }
    *words = command.words;
    *count = command.count;
    return 0;
}

static int run_linker(char *const *words, struct assay_error *error)
{
    struct assay_child_result result = { 0 };
    struct assay_error reason = { 0 };
    if (assay_child_run(&result, (const char *const *)words, link_timeout_s, &reason) != 0) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "no layouts: %s", reason.text);
    }
    int code = 0;
    if (!WIFEXITED(result.status) || WEXITSTATUS(result.status) != 0) {
        size_t line = result.err == NULL ? 0 : strcspn(result.err, "\n");
        code = assay_fail(error, ASSAY_EUNAVAILABLE, "no layouts: %s cannot link: %.*s", words[0], (int)line,
                          result.err == NULL ? "" : result.err);
    }
    assay_child_result_release(&result);
    return code;
}

/* One link: by the quick command, or as the recipe says. */
static int run_one(const struct assay_layout_parts *parts, bool quick, const char *script, const char *output,
                   struct assay_error *error)
{
    char **words = NULL;
    size_t count = 0;
    int code = quick ? quick_command(&words, &count, parts, script, output, error)
                     : assay_layout_command(&words, &count, parts, script, output, error);
    if (code == 0) {
        code = run_linker(words, error);
    }
    assay_names_free(words, count);
    return code;
}

/* Unlike assay_file_write not flushed to the disk: a script lives for milliseconds. */
static int write_file(const char *path, const struct assay_text *text, struct assay_error *error)
{
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        return assay_fail_errno(error, errno, "cannot write %s", path);
    }
    bool written = fwrite(text->bytes, 1, text->length, file) == text->length;
    written = fclose(file) == 0 && written;
    return written ? 0 : assay_fail_errno(error, errno, "cannot write %s", path);
}

/* Links into a temporary name and renames, so that two processes, or threads, that link the same layout disturb
 * nothing. */
static int link_into(const char *path, const struct assay_layout_parts *parts, uint32_t k, bool quick,
                     struct assay_error *error)
{
    struct assay_text script = ASSAY_TEXT_INIT;
    char *script_path = assay_formatted("%s.%ld.ld", path, (long)gettid());
    char *output = assay_formatted("%s.%ld.tmp", path, (long)gettid());
    write_script(&script, &parts->sections, k);
    int code = script.failed || script_path == NULL || output == NULL ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                                                                      : assay_directory_make(parts->directory, error);
    if (code == 0 && (code = write_file(script_path, &script, error)) == 0 &&
        (code = run_one(parts, quick, script_path, output, error)) == 0 && rename(output, path) != 0) {
        code = assay_fail_errno(error, errno, "cannot rename %s", output);
    }
    if (script_path != NULL && output != NULL) {
        unlink(script_path);
        unlink(output);
    }
    assay_text_release(&script);
    free(output);
    free(script_path);
    return code;
}

int assay_layout_link_quick(const char *path, const struct assay_layout_parts *parts, uint32_t k,
                            struct assay_error *error)
{
    return link_into(path, parts, k, true, error);
}

int assay_layout_link(const char *path, const struct assay_layout_parts *parts, uint32_t k, struct assay_error *error)
{
    struct assay_error ignored = { 0 };
    if (parts->quick_count > 0 && link_into(path, parts, k, true, &ignored) == 0) {
        return 0;
    }
    return link_into(path, parts, k, false, error);
}
