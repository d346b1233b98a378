/* A quick way to link layouts. Most of a link's time goes into reading the C library's thousands of symbols, again for
 * every layout, and into the compiler that starts the linker. Here the linker is started directly, by the words that
 * the compiler says it would use; in place of libraries it gets stand-ins that hold nothing but the symbols, with their
 * versions, that the plug-in is known to take from them; and the object comes without debugging sections. Whether the
 * result takes the same symbols from the same libraries is checked once a build; if not, or if anything is unusual, the
 * compiler goes on linking. */
#include "catalog/layout_parts.h"

#include "base/child.h"
#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "base/words.h"
#include "catalog/imports.h"

#include <ftw.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_STANDINS = 32 };
static const double step_timeout_s = 60.0;
static const size_t most_json_bytes = 1 << 20;

/* The quick way being made. */
struct making {
    const struct assay_layout_parts *parts;
    struct assay_imports imports; /* of the plug-in as it was linked */
    char *aside;                  /* a directory for what is under way */
    char *object;                 /* without debugging sections, in the cache */
    char *standins[MOST_STANDINS];
    size_t standin_count;
    char **words; /* the linker's command */
    size_t count, capacity;
};

/* Runs a command to its end; true if it ended well. `text` (heap, may be NULL): what it printed, `from_err` of standard
 * error. */
static bool run(char **text, bool from_err, const char *const *argv)
{
    struct assay_child_result result = { 0 };
    struct assay_error ignored = { 0 };
    bool well = assay_child_run(&result, argv, step_timeout_s, &ignored) == 0 && WIFEXITED(result.status) &&
                WEXITSTATUS(result.status) == 0;
    if (well && text != NULL) {
        *text = assay_copy(from_err ? result.err : result.out);
        well = *text != NULL;
    }
    assay_child_result_release(&result);
    return well;
}

/* The compiler's tool of that name, first line of -print-prog-name; heap; NULL: none. */
static char *tool(const char *compiler, const char *name)
{
    char *option = assay_formatted("-print-prog-name=%s", name), *text = NULL;
    const char *const argv[] = { compiler, option, NULL };
    if (option != NULL && run(&text, false, argv)) {
        text[strcspn(text, "\n")] = '\0';
    }
    free(option);
    return text;
}

/* ---- Stand-ins for libraries ---------------------------------------------------------------------------- */

/* Assembly that defines each symbol of the library. */
static void write_code(struct assay_text *code, const struct assay_imports *imports, const char *library)
{
    assay_text_append(code, ".section .note.GNU-stack,\"\"\n.data\n");
    for (size_t i = 0; i < imports->count; i++) {
        const struct assay_import *one = &imports->items[i];
        if (one->library != NULL && strcmp(one->library, library) == 0) {
            assay_text_format(code, ".globl %s\n.type %s, STT_%s\n.size %s, 8\n%s: .skip 8\n", one->symbol, one->symbol,
                              one->function ? "FUNC" : "OBJECT", one->symbol, one->symbol);
        }
    }
}

/* The map of versions names each once. */
static void write_map(struct assay_text *map, const struct assay_imports *imports, const char *library)
{
    for (size_t i = 0; i < imports->count; i++) {
        const struct assay_import *one = &imports->items[i];
        bool mine = one->library != NULL && strcmp(one->library, library) == 0;
        for (size_t k = 0; mine && k < i; k++) { /* written with the first symbol of this version */
            const struct assay_import *other = &imports->items[k];
            mine = other->library == NULL || strcmp(other->library, library) != 0 ||
                   strcmp(other->version, one->version) != 0;
        }
        if (!mine) {
            continue;
        }
        assay_text_format(map, "%s { global:", one->version);
        for (size_t k = i; k < imports->count; k++) {
            const struct assay_import *other = &imports->items[k];
            if (other->library != NULL && strcmp(other->library, library) == 0 &&
                strcmp(other->version, one->version) == 0) {
                assay_text_format(map, " %s;", other->symbol);
            }
        }
        assay_text_append(map, " };\n");
    }
}

static bool write_file(const char *path, const struct assay_text *text)
{
    struct assay_error ignored = { 0 };
    return path != NULL && !text->failed && assay_file_write(path, text->bytes, text->length, &ignored) == 0;
}

/* Makes the stand-in of one library, under its last name in the cache. */
static bool make_standin(struct making *making, const char *compiler, const char *library)
{
    struct assay_text code = ASSAY_TEXT_INIT, map = ASSAY_TEXT_INIT;
    char *code_path = assay_formatted("%s/standin.s", making->aside),
         *map_path = assay_formatted("%s/standin.map", making->aside);
    char *made = assay_formatted("%s/standin.so", making->aside);
    char *name = assay_formatted("-Wl,-soname,%s", library);
    char *script = assay_formatted("-Wl,--version-script=%s", map_path == NULL ? "" : map_path);
    char *path = assay_formatted("%s/standin-%zu.so", making->parts->directory, making->standin_count);
    const char *const argv[] = { compiler, "-shared", "-nostdlib", name, script, "-o", made, code_path, NULL };
    write_code(&code, &making->imports, library);
    write_map(&map, &making->imports, library);
    bool ok = made != NULL && name != NULL && script != NULL && path != NULL && write_file(code_path, &code) &&
              write_file(map_path, &map) && run(NULL, false, argv) && rename(made, path) == 0;
    if (ok) {
        making->standins[making->standin_count++] = path;
        path = NULL;
    }
    assay_text_release(&code);
    assay_text_release(&map);
    free(code_path);
    free(map_path);
    free(made);
    free(name);
    free(script);
    free(path);
    return ok;
}

static bool makes_sense(const struct assay_imports *imports)
{
    for (size_t i = 0; i < imports->count; i++) {
        if (imports->items[i].library == NULL && !imports->items[i].weak) {
            return false; /* whose it is, nobody knows */
        }
    }
    return !imports->odd && imports->library_count <= MOST_STANDINS;
}

static bool make_standins(struct making *making, const char *compiler)
{
    bool ok = makes_sense(&making->imports);
    for (size_t i = 0; ok && i < making->imports.library_count; i++) {
        bool any = false;
        for (size_t k = 0; k < making->imports.count; k++) {
            const char *library = making->imports.items[k].library;
            any = any || (library != NULL && strcmp(library, making->imports.libraries[i]) == 0);
        }
        ok = any && make_standin(making, compiler, making->imports.libraries[i]);
    }
    return ok;
}

/* ---- The command ---------------------------------------------------------------------------------------- */

static bool add(struct making *making, const char *word)
{
    if (!assay_reserve((void **)&making->words, &making->capacity, making->count + 2, sizeof *making->words) ||
        (making->words[making->count] = assay_copy(word)) == NULL) {
        return false;
    }
    making->words[++making->count] = NULL;
    return true;
}

/* The last line of what -### printed that holds a command: they begin with a blank. */
static const char *last_command(char *text)
{
    const char *found = NULL;
    for (char *line = text; line != NULL && *line != '\0';) {
        char *feed = strchr(line, '\n');
        found = *line == ' ' ? line : found;
        if (feed != NULL) {
            *feed++ = '\0';
        }
        line = feed;
    }
    return found;
}

static bool is_library(const char *word)
{
    return strncmp(word, "-l", 2) == 0 && strcmp(word, "-lgcc") != 0; /* that one is linked in, not taken from */
}

/* The compiler's words to its linker, without plug-ins and libraries, with our object and the stand-ins. */
static bool take_words(struct making *making, char *const *words, size_t count, const char *linker)
{
    bool ok = count > 0 && add(making, linker), object = false;
    for (size_t i = 1; ok && i < count; i++) {
        const char *word = words[i];
        if (strcmp(word, "-plugin") == 0) {
            i++;
        } else if (strncmp(word, "-fuse-ld", 8) == 0 || strstr(word, "-flto") != NULL) {
            return false;
        } else if (strncmp(word, "-plugin-opt=", 12) == 0 || is_library(word)) {
            continue;
        } else if (strcmp(word, making->parts->object) == 0) {
            object = true;
            ok = add(making, making->object);
            for (size_t k = 0; ok && k < making->standin_count; k++) {
                ok = add(making, making->standins[k]);
            }
        } else {
            ok = add(making, word);
        }
    }
    return ok && object;
}

static bool make_words(struct making *making, char *const *slow, size_t slow_count)
{
    const char **argv = calloc(slow_count + 2, sizeof *argv);
    char *text = NULL, **words = NULL, *linker = NULL;
    size_t count = 0;
    bool ok = argv != NULL;
    for (size_t i = 0; ok && i < slow_count; i++) {
        argv[i] = slow[i];
    }
    if (ok) {
        argv[slow_count] = "-###";
        ok = run(&text, true, argv);
    }
    const char *line = ok ? last_command(text) : NULL;
    struct assay_error ignored = { 0 };
    ok = line != NULL && assay_words_split(&words, &count, line, &ignored) == 0 && count > 0;
    if (ok) { /* gcc names a wrapper that only looks for constructors */
        const char *base = strrchr(words[0], '/') == NULL ? words[0] : strrchr(words[0], '/') + 1;
        linker = strcmp(base, "collect2") == 0 ? tool(slow[0], "ld") : assay_copy(words[0]);
        ok = linker != NULL && take_words(making, words, count, linker);
    }
    free(linker);
    assay_names_free(words, count);
    free(text);
    free((void *)argv);
    return ok;
}

/* The object without debugging sections, if the compiler has a tool for it; else as it is. */
static bool make_object(struct making *making, const char *compiler)
{
    char *objcopy = tool(compiler, "objcopy"), *made = assay_formatted("%s/timed.o", making->aside);
    char *path = assay_formatted("%s/timed.o", making->parts->directory);
    const char *const argv[] = { objcopy, "--strip-debug", making->parts->object, made, NULL };
    bool stripped =
        objcopy != NULL && made != NULL && path != NULL && run(NULL, false, argv) && rename(made, path) == 0;
    making->object = stripped ? path : assay_copy(making->parts->object);
    if (!stripped) {
        free(path);
    }
    free(made);
    free(objcopy);
    return making->object != NULL;
}

/* Links once and looks at what came out. */
static bool proves_right(struct making *making)
{
    struct assay_layout_parts quick = *making->parts;
    struct assay_imports imports = { .libraries = NULL };
    struct assay_sections sections = { .functions = NULL };
    struct assay_error ignored = { 0 };
    char *path = assay_formatted("%s/1.so", making->aside);
    quick.quick = making->words;
    quick.quick_count = making->count;
    bool right = path != NULL && assay_layout_link_quick(path, &quick, 1, &ignored) == 0 &&
                 assay_imports_read(&imports, path, &ignored) == 0 && assay_imports_equal(&imports, &making->imports) &&
                 assay_sections_read(&sections, path, &ignored) == 0 && sections.build_id != NULL;
    assay_sections_release(&sections);
    assay_imports_release(&imports);
    free(path);
    return right;
}

/* ---- Keeping it ------------------------------------------------------------------------------------------ */

static int save(const char *path, char *const *words, size_t count, struct assay_error *error)
{
    struct assay_text json = ASSAY_TEXT_INIT;
    assay_text_append_char(&json, '[');
    for (size_t i = 0; i < count; i++) {
        assay_text_append(&json, i > 0 ? "," : "");
        assay_text_append_json(&json, words[i], strlen(words[i]));
    }
    assay_text_append(&json, "]\n");
    int code = json.failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory")
                           : assay_file_write(path, json.bytes, json.length, error);
    assay_text_release(&json);
    return code;
}

/* True: the file is there and was read. */
static bool load(struct assay_layout_parts *parts, const char *path)
{
    struct assay_error ignored = { 0 };
    struct making making = { .parts = parts };
    char *json = NULL;
    size_t length = 0;
    json_t *list = NULL;
    bool read = assay_file_read(&json, &length, path, most_json_bytes, &ignored) == 0;
    if (read) {
        list = json_loadb(json, length, 0, NULL);
        read = json_is_array(list);
    }
    for (size_t i = 0; read && i < json_array_size(list); i++) {
        const char *word = json_string_value(json_array_get(list, i));
        read = word != NULL && add(&making, word);
    }
    if (read) {
        parts->quick = making.words;
        parts->quick_count = making.count;
    } else {
        assay_names_free(making.words, making.count);
    }
    json_decref(list);
    free(json);
    return read;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

/* Tries everything; true with the words in `making`. */
static bool make(struct making *making, const char *plugin, char *const *slow, size_t slow_count)
{
    struct assay_error ignored = { 0 };
    making->aside = assay_formatted("%s/quick.XXXXXX", making->parts->directory);
    if (making->aside == NULL || mkdtemp(making->aside) == NULL) {
        return false;
    }
    bool ok = assay_imports_read(&making->imports, plugin, &ignored) == 0 && make_object(making, slow[0]) &&
              make_standins(making, slow[0]) && make_words(making, slow, slow_count) && proves_right(making);
    (void)nftw(making->aside, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return ok;
}

int assay_layout_quick_find(struct assay_layout_parts *parts, const char *plugin, struct assay_error *error)
{
    struct making making = { .parts = parts };
    char **slow = NULL;
    size_t slow_count = 0;
    char *path = assay_formatted("%s/quick.json", parts->directory);
    int code = path == NULL ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
    if (code != 0 || load(parts, path) || (code = assay_directory_make(parts->directory, error)) != 0 ||
        (code = assay_layout_command(&slow, &slow_count, parts, ASSAY_LAYOUT_SCRIPT, ASSAY_LAYOUT_OUTPUT, error)) !=
            0) {
        goto done;
    }
    const char *const asked[] = { slow[0], "--version", NULL };
    if (!run(NULL, false, asked)) {
        goto done; /* without it nothing can be linked; it may come back */
    }
    bool made = make(&making, plugin, slow, slow_count);
    code = save(path, making.words, made ? making.count : 0, error);
    if (code == 0 && made) {
        parts->quick = making.words;
        parts->quick_count = making.count;
        making.words = NULL;
        making.count = 0;
    }
done:
    for (size_t i = 0; i < making.standin_count; i++) {
        free(making.standins[i]);
    }
    assay_names_free(making.words, making.count);
    assay_imports_release(&making.imports);
    free(making.object);
    free(making.aside);
    assay_names_free(slow, slow_count);
    free(path);
    return code;
}
