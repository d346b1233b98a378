/* From a recipe and a relocatable object to a plug-in with its functions at given offsets, by way of a linker script.
 * Knows no ELF (sections.h does) and loads nothing. */
#include "catalog/layout.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "catalog/sections.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, LINE = 64 }; /* 2^6 lines a page */
static const double link_timeout_s = 60.0;
static const size_t most_json_bytes = 1 << 20;

/* FNV-1a, 64 bits (Fowler, Noll, Vo): the same on every machine. */
static const uint64_t fnv_basis = UINT64_C(0xcbf29ce484222325);
static uint64_t fnv(uint64_t hash, const void *bytes, size_t length)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ at[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

uint32_t assay_layout_offset(uint32_t k, const char *function)
{
    unsigned char number[4] = { (unsigned char)k, (unsigned char)(k >> 8), (unsigned char)(k >> 16),
                                (unsigned char)(k >> 24) };
    uint64_t hash = fnv(fnv(fnv_basis, number, sizeof number), function, strlen(function));
    hash *=
        UINT64_C(0x9E3779B97F4A7C15); /* FNV's own bits follow neighbouring k too closely; the top ones now do not */
    return (uint32_t)(hash >> 58) * LINE;
}

/* ---- What was built -------------------------------------------------------------------------------- */

/* The parts that a layout is made of. */
struct parts {
    char *object;                   /* NAME.builds/timed.o */
    char *recipe;                   /* NAME.builds/link.json */
    struct assay_sections sections; /* of the object */
    char *directory;                /* in the cache, of this very build */
};

static void parts_release(struct parts *parts)
{
    free(parts->object);
    free(parts->recipe);
    free(parts->directory);
    assay_sections_release(&parts->sections);
}

/* NAME.so -> NAME.builds/FILE; heap, NULL without memory. */
static char *built(const char *plugin, const char *file)
{
    size_t length = strlen(plugin);
    if (length > 3 && strcmp(plugin + length - 3, ".so") == 0) {
        length -= 3;
    }
    return assay_formatted("%.*s.builds/%s", (int)length, plugin, file);
}

static int add_identity(uint64_t *hash, const char *path, struct assay_error *error)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        return assay_fail_errno(error, errno, "cannot find %s", path);
    }
    int64_t numbers[3] = { (int64_t)status.st_size, (int64_t)status.st_mtim.tv_sec, (int64_t)status.st_mtim.tv_nsec };
    *hash = fnv(fnv(*hash, path, strlen(path) + 1), numbers, sizeof numbers);
    return 0;
}

/* The cache directory of a build: path, size and time of its parts, and the plug-in's build-id. */
static int find_directory(struct parts *parts, const char *plugin, struct assay_error *error)
{
    struct assay_sections timed = { NULL, 0, NULL };
    uint64_t hash = fnv_basis;
    char *cache = NULL, *absolute = realpath(plugin, NULL);
    int code = absolute == NULL ? assay_fail_errno(error, errno, "cannot find plug-in %s", plugin) : 0;
    if (code == 0) {
        code = assay_sections_read(&timed, absolute, error);
    }
    if (code != 0 || (code = add_identity(&hash, absolute, error)) != 0 ||
        (code = add_identity(&hash, parts->object, error)) != 0 ||
        (code = add_identity(&hash, parts->recipe, error)) != 0) {
        goto done;
    }
    if (timed.build_id != NULL) {
        hash = fnv(hash, timed.build_id, strlen(timed.build_id));
    }
    cache = assay_cache_directory();
    parts->directory = cache == NULL ? NULL : assay_formatted("%s/layouts/%016" PRIx64, cache, hash);
    if (parts->directory == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
done:
    free(cache);
    free(absolute);
    assay_sections_release(&timed);
    return code;
}

static int find_parts(struct parts *parts, const char *plugin, struct assay_error *error)
{
    parts->object = built(plugin, "timed.o");
    parts->recipe = built(plugin, "link.json");
    if (parts->object == NULL || parts->recipe == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!assay_path_exists(parts->object) || !assay_path_exists(parts->recipe)) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "no layouts of %s: want %s and link.json beside it", plugin,
                          parts->object);
    }
    return find_directory(parts, plugin, error);
}

/* ---- Linking ------------------------------------------------------------------------------------------ */

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

/* The argv of the linking compiler: borrowed strings in a heap array. */
struct command {
    const char **words;
    size_t count;
    size_t capacity;
};

static int append_texts(struct command *command, const json_t *list, const char *recipe, struct assay_error *error)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (word == NULL || command->count + 1 >= command->capacity) {
            return assay_fail(error, ASSAY_EINPUT, "%s: want lists of texts", recipe);
        }
        command->words[command->count++] = word;
    }
    return 0;
}

/* COMPILER ARGUMENTS -T SCRIPT -o OUTPUT OBJECT LIBRARIES */
static int make_command(struct command *command, const json_t *recipe, const struct parts *parts, const char *script,
                        const char *output, struct assay_error *error)
{
    const char *compiler = json_string_value(json_object_get(recipe, "compiler"));
    const json_t *arguments = json_object_get(recipe, "arguments"), *libraries = json_object_get(recipe, "libraries");
    const char *ours[] = { "-T", script, "-o", output, parts->object };
    if (json_integer_value(json_object_get(recipe, "format")) != 1 || compiler == NULL || !json_is_array(arguments) ||
        !json_is_array(libraries)) {
        return assay_fail(error, ASSAY_EINPUT, "%s: want format 1 with compiler, arguments and libraries",
                          parts->recipe);
    }
    command->capacity = json_array_size(arguments) + json_array_size(libraries) + 7;
    command->words = calloc(command->capacity, sizeof *command->words);
    if (command->words == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    command->words[command->count++] = compiler;
    int code = append_texts(command, arguments, parts->recipe, error);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        command->words[command->count++] = ours[i];
    }
    return code != 0 ? code : append_texts(command, libraries, parts->recipe, error);
}

static int run_linker(const struct command *command, struct assay_error *error)
{
    struct assay_child_result result = { 0 };
    struct assay_error reason = { 0 };
    if (assay_child_run(&result, command->words, link_timeout_s, &reason) != 0) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "no layouts: %s", reason.text);
    }
    int code = 0;
    if (!WIFEXITED(result.status) || WEXITSTATUS(result.status) != 0) {
        size_t line = result.err == NULL ? 0 : strcspn(result.err, "\n");
        code = assay_fail(error, ASSAY_EUNAVAILABLE, "no layouts: %s cannot link: %.*s", command->words[0], (int)line,
                          result.err == NULL ? "" : result.err);
    }
    assay_child_result_release(&result);
    return code;
}

/* Links into a temporary name and renames, so that two processes that link the same layout disturb nothing. */
static int link_layout(const char *path, const struct parts *parts, uint32_t k, struct assay_error *error)
{
    struct assay_text script = ASSAY_TEXT_INIT;
    struct command command = { NULL, 0, 0 };
    json_error_t where;
    json_t *recipe = NULL;
    char *json = NULL;
    size_t length = 0;
    char *script_path = assay_formatted("%s.%ld.ld", path, (long)getpid());
    char *output = assay_formatted("%s.%ld.tmp", path, (long)getpid());
    write_script(&script, &parts->sections, k);
    int code = script.failed || script_path == NULL || output == NULL ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                                                                      : assay_directory_make(parts->directory, error);
    if (code != 0 || (code = assay_file_write(script_path, script.bytes, script.length, error)) != 0 ||
        (code = assay_file_read(&json, &length, parts->recipe, most_json_bytes, error)) != 0) {
        goto done;
    }
    recipe = json_loadb(json, length, JSON_REJECT_DUPLICATES, &where);
    if (recipe == NULL) {
        code = assay_fail(error, ASSAY_EINPUT, "%s:%d: %s", parts->recipe, where.line, where.text);
        goto done;
    }
    code = make_command(&command, recipe, parts, script_path, output, error);
    if (code == 0) {
        code = run_linker(&command, error);
    }
    if (code == 0 && rename(output, path) != 0) {
        code = assay_fail_errno(error, errno, "cannot rename %s", output);
    }
done:
    if (script_path != NULL && output != NULL) {
        unlink(script_path);
        unlink(output);
    }
    assay_text_release(&script);
    free((void *)command.words);
    json_decref(recipe);
    free(json);
    free(output);
    free(script_path);
    return code;
}

int assay_layout_path(char **out, const char *plugin, uint32_t k, struct assay_error *error)
{
    struct parts parts = { NULL, NULL, { NULL, 0, NULL }, NULL };
    char *path = NULL;
    int code = find_parts(&parts, plugin, error);
    if (code != 0) {
        goto done;
    }
    path = assay_formatted("%s/%" PRIu32 ".so", parts.directory, k);
    if (path == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
        goto done;
    }
    if (!assay_path_exists(path)) {
        code = assay_sections_read(&parts.sections, parts.object, error);
        if (code == 0 && parts.sections.count == 0) {
            code = assay_fail(error, ASSAY_EUNAVAILABLE,
                              "no layouts of %s: timed.o has no functions in sections of their own", plugin);
        }
        if (code == 0) {
            code = link_layout(path, &parts, k, error);
        }
    }
    if (code == 0) {
        *out = path;
        path = NULL;
    }
done:
    free(path);
    parts_release(&parts);
    return code;
}
