/* One source built by several compilers with several flags, each build as assay_add_kernel() would make it and kept in
 * the cache. Starts compilers without a shell; loads nothing of what they make. */
#include "compare/compare.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "compare/toolchain.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- Commands ------------------------------------------------------------------------------------------- */

/* An argv: borrowed words, and those that were made for it. */
struct command {
    const char **words;
    size_t count, capacity;
    char *made[4];
    size_t made_count;
    bool failed; /* out of memory */
};

static void add(struct command *command, const char *word)
{
    if (word == NULL ||
        !assay_reserve((void **)&command->words, &command->capacity, command->count + 2, sizeof *command->words)) {
        command->failed = true;
        return;
    }
    command->words[command->count++] = word;
    command->words[command->count] = NULL;
}

static void add_made(struct command *command, char *word)
{
    command->made[command->made_count++] = word;
    add(command, word);
}

static void command_release(struct command *command)
{
    for (size_t i = 0; i < command->made_count; i++) {
        free(command->made[i]);
    }
    free((void *)command->words);
    *command = (struct command){ .words = NULL };
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Of the user's flags: for the linker alone; for compiler and linker. */
static bool is_for_linker(const char *flag)
{
    return begins(flag, "-l") || begins(flag, "-L") || begins(flag, "-Wl,");
}

static bool is_for_both(const char *flag)
{
    static const char *const both[] = { "-fsanitize", "-fopenmp", "-pthread",    "--coverage", "-fprofile",
                                        "-fuse-ld=",  "-m",       "-static-lib", "--target=",  "-stdlib=" };
    for (size_t i = 0; i < sizeof both / sizeof both[0]; i++) {
        if (begins(flag, both[i])) {
            return true;
        }
    }
    return false;
}

static void add_common(struct command *command, const struct assay_recipe *recipe)
{
    add(command, recipe->compiler);
    add(command, "-O2");
    add(command, "-g");
    add(command, "-fPIC");
    add(command, "-ffunction-sections");
    if (recipe->aligns_functions) {
        add(command, "-falign-functions=64");
    }
    if (recipe->aligns_loops) {
        add(command, "-falign-loops=32");
    }
    add(command, "-fno-omit-frame-pointer");
    add(command, "-fvisibility=hidden");
    add_made(command, assay_formatted("-I%s", recipe->include));
}

/* The text that the plug-in gives as its build: version and flags, without what would end a string. */
static char *build_text(const struct assay_recipe *recipe, const struct command *command)
{
    struct assay_text raw = ASSAY_TEXT_INIT, text = ASSAY_TEXT_INIT;
    assay_text_append(&raw, recipe->version);
    for (size_t i = 1; i < command->count; i++) {
        if (!begins(command->words[i], "-I")) {
            assay_text_format(&raw, " %s", command->words[i]);
        }
    }
    if (recipe->shown[0] != '\0') {
        assay_text_format(&raw, " %s", recipe->shown);
    }
    assay_text_append(&text, "-DASSAY_BUILD=\"");
    for (size_t i = 0; raw.bytes != NULL && raw.bytes[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)raw.bytes[i];
        if (byte >= ' ' && byte != 0x7f && strchr("\"\\", byte) == NULL) {
            assay_text_append_char(&text, (char)byte);
        }
    }
    assay_text_append_char(&text, '"');
    char *made = raw.failed ? NULL : assay_text_take(&text);
    assay_text_release(&text);
    assay_text_release(&raw);
    return made;
}

/* Compiler, our flags, the user's, and the source: what is common to preprocessing and compiling. */
static void make_compile(struct command *command, const struct assay_recipe *recipe)
{
    add_common(command, recipe);
    add_made(command, build_text(recipe, command));
    for (size_t i = 0; i < recipe->flag_count; i++) {
        if (!is_for_linker(recipe->flags[i])) {
            add(command, recipe->flags[i]);
        }
    }
    add(command, recipe->source);
}

/* The line that says what is wrong: the first with "error", else the first. */
static const char *first_error(size_t *length, const char *text)
{
    static const char *const signs[] = { ": undefined reference",
                                         "error: " }; /* the linker's own sign says only that it failed */
    const char *at = NULL;
    text = text == NULL ? "" : text;
    for (size_t i = 0; at == NULL && i < sizeof signs / sizeof signs[0]; i++) {
        at = strstr(text, signs[i]);
    }
    at = at == NULL ? text : at;
    while (at > text && at[-1] != '\n') {
        at--;
    }
    *length = strcspn(at, "\n");
    return at;
}

/* Runs a compiler to its end. `result` may be NULL. */
static int run(struct assay_child_result *result, const struct command *command, const struct assay_recipe *recipe,
               struct assay_error *error)
{
    struct assay_child_result made = { 0 };
    if (command->failed) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    int code = assay_child_run(&made, command->words, ASSAY_COMPILE_TIMEOUT_S, error);
    if (code != 0) {
        return code;
    }
    if (!WIFEXITED(made.status) || WEXITSTATUS(made.status) != 0) {
        size_t length = 0;
        const char *line = first_error(&length, made.err);
        code = assay_fail(error, ASSAY_EINPUT, "cannot build %s by '%s %s': %.*s", recipe->source, recipe->compiler,
                          recipe->shown, (int)(length < 300 ? length : 300), length > 0 ? line : "no reason given");
    }
    if (code == 0 && result != NULL) {
        *result = made;
        return 0;
    }
    assay_child_result_release(&made);
    return code;
}

/* ---- One build ------------------------------------------------------------------------------------------ */

/* FNV-1a, 64 bits. */
static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Over compiler, version, all flags, and the source as the preprocessor leaves it: an edit of a header makes another
 * build. */
static int hash_of(uint64_t *out, const struct assay_recipe *recipe, struct assay_error *error)
{
    struct command command = { .words = NULL };
    struct assay_child_result result = { 0 };
    uint64_t hash = hash_bytes(UINT64_C(0xcbf29ce484222325), recipe->version, strlen(recipe->version) + 1);
    make_compile(&command, recipe);
    for (size_t i = 0; i < command.count; i++) {
        hash = hash_bytes(hash, command.words[i], strlen(command.words[i]) + 1);
    }
    for (size_t i = 0; i < recipe->flag_count; i++) {
        hash = hash_bytes(hash, recipe->flags[i], strlen(recipe->flags[i]) + 1);
    }
    add(&command, "-E");
    int code = run(&result, &command, recipe, error);
    if (code == 0) {
        *out = hash_bytes(hash, result.out, result.length);
    }
    assay_child_result_release(&result);
    command_release(&command);
    return code;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_tree(const char *path)
{
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int make_object(const struct assay_recipe *recipe, const char *object, struct assay_error *error)
{
    struct command command = { .words = NULL };
    bool whole_program = false;
    make_compile(&command, recipe);
    add(&command, "-r");
    add(&command, "-nostdlib");
    for (size_t i = 0; i < recipe->flag_count; i++) {
        whole_program = begins(recipe->flags[i], "-flto")           ? true
                        : strcmp(recipe->flags[i], "-fno-lto") == 0 ? false
                                                                    : whole_program;
    }
    if (whole_program) {
        add(&command, "-flinker-output=nolto-rel"); /* machine code, not what it will be made of */
    }
    add(&command, "-o");
    add(&command, object);
    int code = run(NULL, &command, recipe, error);
    command_release(&command);
    return code;
}

/* Arguments of the link, and libraries, as link.json has them. */
static void link_words(struct command *arguments, struct command *libraries, const struct assay_recipe *recipe)
{
    add(arguments, "-shared");
    add(arguments, "-fPIC");
    add(arguments, "-Wl,--build-id=sha1");
    add(arguments, "-Wl,-z,defs");
    for (size_t i = 0; i < recipe->flag_count; i++) {
        if (is_for_both(recipe->flags[i])) {
            add(arguments, recipe->flags[i]);
        } else if (is_for_linker(recipe->flags[i])) {
            add(libraries, recipe->flags[i]);
        }
    }
    add(libraries, "-Wl,--as-needed");
    add(libraries, "-lm");
}

static int make_plugin(const struct assay_recipe *recipe, const char *object, const char *plugin,
                       struct assay_error *error)
{
    struct command command = { .words = NULL }, arguments = { .words = NULL }, libraries = { .words = NULL };
    link_words(&arguments, &libraries, recipe);
    add(&command, recipe->compiler);
    for (size_t i = 0; i < arguments.count; i++) {
        add(&command, arguments.words[i]);
    }
    add(&command, "-o");
    add(&command, plugin);
    add(&command, object);
    for (size_t i = 0; i < libraries.count; i++) {
        add(&command, libraries.words[i]);
    }
    command.failed = command.failed || arguments.failed || libraries.failed;
    int code = run(NULL, &command, recipe, error);
    command_release(&command);
    command_release(&arguments);
    command_release(&libraries);
    return code;
}

static void append_list(struct assay_text *json, const struct command *words)
{
    assay_text_append_char(json, '[');
    for (size_t i = 0; i < words->count; i++) {
        assay_text_append(json, i > 0 ? "," : "");
        assay_text_append_json(json, words->words[i], strlen(words->words[i]));
    }
    assay_text_append_char(json, ']');
}

static int make_link_json(const struct assay_recipe *recipe, const char *path, struct assay_error *error)
{
    struct command arguments = { .words = NULL }, libraries = { .words = NULL };
    struct assay_text json = ASSAY_TEXT_INIT;
    link_words(&arguments, &libraries, recipe);
    assay_text_append(&json, "{\"format\":1,\"compiler\":");
    assay_text_append_json(&json, recipe->compiler, strlen(recipe->compiler));
    assay_text_append(&json, ",\n\"arguments\":");
    append_list(&json, &arguments);
    assay_text_append(&json, ",\n\"libraries\":");
    append_list(&json, &libraries);
    assay_text_append(&json, "}\n");
    int code = json.failed || arguments.failed || libraries.failed
                   ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                   : assay_file_write(path, json.bytes, json.length, error);
    assay_text_release(&json);
    command_release(&arguments);
    command_release(&libraries);
    return code;
}

/* Makes all parts in `directory`, which is there. */
static int make_parts(const struct assay_recipe *recipe, const char *directory, struct assay_error *error)
{
    char *plugin = assay_formatted("%s/%s.so", directory, recipe->name);
    char *builds = assay_formatted("%s/%s.builds", directory, recipe->name);
    char *object = assay_formatted("%s/%s.builds/timed.o", directory, recipe->name);
    char *link = assay_formatted("%s/%s.builds/link.json", directory, recipe->name);
    int code = plugin == NULL || builds == NULL || object == NULL || link == NULL
                   ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                   : assay_directory_make(builds, error);
    if (code == 0 && (code = make_object(recipe, object, error)) == 0 &&
        (code = make_plugin(recipe, object, plugin, error)) == 0) {
        code = make_link_json(recipe, link, error);
    }
    if (code == 0 && (!assay_path_exists(object) || !assay_path_exists(plugin))) {
        code = assay_fail(error, ASSAY_EINPUT, "'%s %s' made no plug-in of %s", recipe->compiler, recipe->shown,
                          recipe->source);
    }
    free(plugin);
    free(builds);
    free(object);
    free(link);
    return code;
}

static bool is_whole(const struct assay_recipe *recipe, const char *directory)
{
    static const char *const parts[] = { ".so", ".builds/timed.o", ".builds/link.json" };
    bool whole = true;
    for (size_t i = 0; whole && i < sizeof parts / sizeof parts[0]; i++) {
        char *path = assay_formatted("%s/%s%s", directory, recipe->name, parts[i]);
        whole = path != NULL && assay_path_exists(path);
        free(path);
    }
    return whole;
}

/* Made aside and renamed: others see it whole or not at all, and of two that make the same one the first wins. */
static int make_in_cache(const struct assay_recipe *recipe, const char *cache, const char *directory,
                         struct assay_error *error)
{
    int code = assay_directory_make(cache, error);
    char *aside = assay_formatted("%s.XXXXXX", directory);
    if (code != 0 || aside == NULL) {
        code = code != 0 ? code : assay_fail(error, ASSAY_ENOMEM, "out of memory");
        goto done;
    }
    if (mkdtemp(aside) == NULL) {
        code = assay_fail_errno(error, errno, "cannot make a directory in %s", cache);
        goto done;
    }
    code = make_parts(recipe, aside, error);
    if (code == 0 && rename(aside, directory) != 0 && !is_whole(recipe, directory)) {
        remove_tree(directory); /* what somebody took parts of */
        if (rename(aside, directory) != 0 && !is_whole(recipe, directory)) {
            code = assay_fail_errno(error, errno, "cannot rename %s", aside);
        }
    }
    remove_tree(aside);
done:
    free(aside);
    return code;
}

static int make_one(struct assay_build *build, const struct assay_recipe *recipe, const char *toolchain,
                    struct assay_error *error)
{
    uint64_t hash = 0;
    char *home = assay_cache_directory(), *cache = NULL, *directory = NULL;
    int code = hash_of(&hash, recipe, error);
    if (code != 0) {
        goto done;
    }
    cache = home == NULL ? NULL : assay_formatted("%s/builds", home);
    directory = cache == NULL ? NULL : assay_formatted("%s/%016" PRIx64, cache, hash);
    if (directory == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (!is_whole(recipe, directory)) {
        code = make_in_cache(recipe, cache, directory, error);
    }
    if (code == 0) {
        build->name =
            recipe->shown[0] != '\0' ? assay_formatted("%s %s", toolchain, recipe->shown) : assay_copy(toolchain);
        build->plugin = assay_formatted("%s/%s.so", directory, recipe->name);
        code = build->name == NULL || build->plugin == NULL ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
    }
done:
    free(home);
    free(cache);
    free(directory);
    return code;
}

static size_t length_of(const char *const *list)
{
    size_t length = 0;
    while (list != NULL && list[length] != NULL) {
        length++;
    }
    return length;
}

int assay_builds_make(struct assay_build **builds, size_t *count, const char *source, const char *const *toolchains,
                      const char *const *cflags, const char *include, struct assay_error *error)
{
    static const char *const usual_toolchain[] = { "cc", NULL }, *const no_flags[] = { "", NULL };
    const char *const *by = length_of(toolchains) > 0 ? toolchains : usual_toolchain;
    const char *const *with = length_of(cflags) > 0 ? cflags : no_flags;
    size_t columns = length_of(with), wanted = length_of(by) * columns;
    struct assay_build *made = wanted > 1000 ? NULL : calloc(wanted, sizeof *made);
    int code = 0;
    if (made == NULL) {
        return wanted > 1000 ? assay_fail(error, ASSAY_EUSAGE, "%zu builds are too many: want at most 1000", wanted)
                             : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    for (size_t i = 0; i < wanted && code == 0; i++) {
        struct assay_recipe recipe = { .compiler = NULL };
        code = assay_recipe_init(&recipe, source, by[i / columns], with[i % columns], include, error);
        if (code == 0) {
            code = make_one(&made[i], &recipe, by[i / columns], error);
        }
        assay_recipe_release(&recipe);
    }
    if (code != 0) {
        assay_builds_free(made, wanted);
        return code;
    }
    *builds = made;
    *count = wanted;
    return 0;
}

void assay_builds_free(struct assay_build *builds, size_t count)
{
    for (size_t i = 0; builds != NULL && i < count; i++) {
        free(builds[i].name);
        free(builds[i].plugin);
    }
    free(builds);
}
