/* Suite files: keys by tables, benchmarks, includes with their chain. */
#include "catalog/suite.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "catalog/keys.h"
#include "catalog/suite_parts.h"
#include "catalog/yaml.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 256, CHAIN_MAX = 16 };

/* A file that has been read or is being read, known by what it is and not by how it was named. */
struct visited {
    char *path;
    dev_t device;
    ino_t inode;
    bool known; /* device and inode are set */
    bool open;  /* its includes are being read: it stands in the chain */
};
struct loading {
    const char *directory;
    struct assay_suite *suite;
    size_t capacity; /* of the suite's entries */
    struct visited files[FILES_MAX];
    size_t file_count;
    struct assay_error *error;
};
/* One file's keys. */
struct content {
    char *name, *version, *summary;
    struct assay_protocol protocol;
    struct assay_requirement_list environment;
    const struct assay_yaml *include;
    const struct assay_yaml *benchmarks;
};

static int load_file(struct content *out, struct loading *loading, const char *path, const struct assay_yaml *from);

static void content_release(struct content *content)
{
    free(content->name);
    free(content->version);
    free(content->summary);
    assay_requirements_free(content->environment.items, content->environment.count);
}

void assay_suite_close(struct assay_suite *suite)
{
    if (suite == NULL) {
        return;
    }
    for (size_t i = 0; i < suite->entry_count; i++) {
        assay_suite_entry_release(&suite->entries[i]);
    }
    free(suite->entries);
    assay_requirements_free(suite->requirements, suite->requirement_count);
    free(suite->name);
    free(suite->version);
    free(suite->summary);
    free(suite->file);
    free(suite);
}

static int read_version(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error)
{
    int code = assay_key_text(into, key, node, error);
    if (code != 0) {
        return code;
    }
    unsigned numbers = 0;
    const char *p = *(char **)into;
    for (; numbers < 3; numbers++) {
        size_t digits = strspn(p, "0123456789");
        if (digits == 0 || digits > 9 || p[digits] != (numbers < 2 ? '.' : '\0')) {
            break;
        }
        p += digits + 1;
    }
    return numbers == 3 ? 0 : assay_yaml_fail(error, node, "bad version '%s': want x.y.z, such as 1.0.0", *(char **)into);
}

static int read_benchmarks(struct loading *loading, const struct assay_yaml *list)
{
    struct assay_suite *suite = loading->suite;
    if (list->kind != ASSAY_YAML_SEQUENCE) {
        return assay_yaml_fail(loading->error, list, "'benchmarks' is a list of mappings such as '- kernel: primes.trial', "
                               "this is %s", assay_yaml_word(list));
    }
    bool more = false;
    for (size_t i = 0, which = 0; i < list->count; which = more ? which + 1 : 0, i += !more) {
        const struct assay_yaml *node = list->items[i].value;
        void *entries = suite->entries;
        if (suite->entry_count >= ASSAY_SUITE_ENTRIES_MAX) {
            return assay_yaml_fail(loading->error, node, "more than %u benchmarks", ASSAY_SUITE_ENTRIES_MAX);
        }
        if (!assay_reserve(&entries, &loading->capacity, suite->entry_count + 1, sizeof *suite->entries)) {
            return assay_fail(loading->error, ASSAY_ENOMEM, "%s: out of memory", list->file);
        }
        suite->entries = entries;
        int code = assay_suite_read_benchmark(&suite->entries[suite->entry_count], &more, which, node, loading->error);
        if (code != 0) {
            return code;
        }
        suite->entry_count++;
    }
    return 0;
}

/* ---- includes ---- */

static bool is_path(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') != NULL || (length > 5 && strcmp(name + length - 5, ".yaml") == 0) ||
           (length > 4 && strcmp(name + length - 4, ".yml") == 0);
}

/* An unknown suite's name with the nearest there is. */
static int fail_unknown(const char *directory, const char *name, struct assay_error *error)
{
    char **names = NULL;
    size_t count = 0;
    const char *nearest = NULL;
    struct assay_text all = ASSAY_TEXT_INIT;
    int code;
    struct assay_error inner = { 0 };
    if (assay_suite_names(&names, &count, directory, &inner) != 0) {
        return assay_fail(error, ASSAY_EUSAGE, "unknown suite '%s': %s", name, inner.text);
    }
    const char **ended = calloc(count + 1, sizeof *ended);
    for (size_t i = 0; i < count; i++) {
        assay_text_format(&all, "%s%s", i > 0 ? ", " : "", names[i]);
        if (ended != NULL) {
            ended[i] = names[i];
        }
    }
    if (ended != NULL) {
        nearest = assay_nearest(name, ended);
    }
    free(ended);
    if (nearest != NULL) {
        code = assay_fail(error, ASSAY_EUSAGE, "unknown suite '%s': did you mean '%s'?", name, nearest);
    } else if (count > 0) {
        code = assay_fail(error, ASSAY_EUSAGE, "unknown suite '%s': want one of %s, or a file's path", name, all.bytes);
    } else {
        code = assay_fail(error, ASSAY_EUSAGE, "unknown suite '%s': there is none in %s", name, directory);
    }
    assay_text_release(&all);
    assay_names_free(names, count);
    return code;
}

/* The path of the suite `name`; relative paths stand beside the file `beside` (NULL: the current directory). */
static int resolve(char **out, const char *directory, const char *name, const char *beside, struct assay_error *error)
{
    char *path = NULL;
    if (is_path(name)) {
        char *folder = beside != NULL && strchr(beside, '/') != NULL ? assay_path_directory(beside) : assay_copy("");
        path = folder != NULL ? assay_path_join(folder, name) : NULL;
        free(folder);
    } else {
        path = assay_formatted("%s/%s.yaml", directory, name);
        if (path != NULL && !assay_path_exists(path)) {
            free(path);
            return fail_unknown(directory, name, error);
        }
    }
    if (path == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = path;
    return 0;
}

/* Errors below an include say where it stands, where they do not name a place of their own. */
static int fail_include(struct loading *loading, const struct assay_yaml *node, const struct assay_error *inner, int code)
{
    assay_fail(loading->error, code, "%s:%u:%u: %s", node->file, node->line, node->column, inner->text);
    return code;
}

static int read_includes(struct loading *loading, const struct assay_yaml *include)
{
    char **names = NULL;
    int code = assay_key_texts(&names, "include", include, loading->error);
    for (size_t i = 0; code == 0 && names[i] != NULL; i++) {
        const struct assay_yaml *node = include->kind == ASSAY_YAML_SEQUENCE ? include->items[i].value : include;
        if (loading->directory == NULL) {
            code = assay_yaml_fail(loading->error, node, "a suite from here cannot include others");
            break;
        }
        struct assay_error inner = { 0 };
        char *path = NULL;
        code = resolve(&path, loading->directory, names[i], node->file, &inner);
        if (code != 0) {
            fail_include(loading, node, &inner, code);
            break;
        }
        struct content content = { .protocol = ASSAY_PROTOCOL_UNSET };
        code = load_file(&content, loading, path, node);
        content_release(&content); /* an included suite gives its benchmarks only */
        free(path);
    }
    assay_texts_free(names);
    return code;
}

/* ---- files ---- */

static int read_content(struct content *content, struct loading *loading, const struct assay_yaml *root)
{
    static const struct assay_key fields[] = {
        { "format", assay_key_format, 0, true },
        { "name", assay_key_text, offsetof(struct content, name), true },
        { "version", read_version, offsetof(struct content, version), true },
        { "summary", assay_key_text, offsetof(struct content, summary), false },
        { "protocol", assay_suite_read_protocol, offsetof(struct content, protocol), false },
        { "environment", assay_suite_read_environment, offsetof(struct content, environment), false },
        { "include", assay_key_node, offsetof(struct content, include), false },
        { "benchmarks", assay_key_node, offsetof(struct content, benchmarks), false },
        { NULL, NULL, 0, false }
    };
    int code = assay_keys_read(content, "a suite", root, fields, loading->error);
    if (code == 0 && content->include == NULL && content->benchmarks == NULL) {
        code = assay_yaml_fail(loading->error, root, "a suite needs the key 'benchmarks' or 'include'");
    }
    if (code == 0 && content->include != NULL) {
        code = read_includes(loading, content->include);
    }
    if (code == 0 && content->benchmarks != NULL) {
        code = read_benchmarks(loading, content->benchmarks);
    }
    return code;
}

/* The chain of files that are open now, from `first` to the one that closes the circle. */
static int fail_cycle(struct loading *loading, size_t first, const struct assay_yaml *from)
{
    struct assay_text chain = ASSAY_TEXT_INIT;
    for (size_t i = first; i < loading->file_count; i++) {
        if (loading->files[i].open) {
            assay_text_format(&chain, "%s -> ", loading->files[i].path);
        }
    }
    assay_text_append(&chain, loading->files[first].path);
    int code = assay_yaml_fail(loading->error, from, "suites include each other: %s", chain.bytes ? chain.bytes : "");
    assay_text_release(&chain);
    return code;
}

/* Takes note of a file. *again says that its benchmarks are there already; a file that is still open is a cycle. */
static int visit(bool *again, struct loading *loading, const char *path, const struct assay_yaml *from)
{
    struct stat status;
    bool known = stat(path, &status) == 0;
    size_t open = 0;
    *again = false;
    for (size_t i = 0; i < loading->file_count; i++) {
        const struct visited *file = &loading->files[i];
        open += file->open;
        if (known && file->known && file->device == status.st_dev && file->inode == status.st_ino) {
            *again = true;
            return file->open ? fail_cycle(loading, i, from) : 0;
        }
    }
    if (loading->file_count == FILES_MAX || open == CHAIN_MAX) {
        return assay_yaml_fail(loading->error, from, "too many suites included: at most %d files, %d in a chain", FILES_MAX,
                               CHAIN_MAX);
    }
    struct visited *file = &loading->files[loading->file_count];
    *file = (struct visited){ assay_copy(path), 0, 0, known, true };
    if (file->path == NULL) {
        return assay_fail(loading->error, ASSAY_ENOMEM, "%s: out of memory", path);
    }
    if (known) {
        file->device = status.st_dev;
        file->inode = status.st_ino;
    }
    loading->file_count++;
    return 0;
}

/* Reads an included file; the entries go to the suite at once. */
static int load_file(struct content *out, struct loading *loading, const char *path, const struct assay_yaml *from)
{
    bool again = false;
    struct assay_error inner = { 0 };
    int code = visit(&again, loading, path, from);
    if (code != 0 || again) {
        return code;
    }
    size_t index = loading->file_count - 1;
    struct assay_yaml_document document = { NULL, NULL };
    code = assay_yaml_read(&document, path, &inner);
    if (code != 0) {
        fail_include(loading, from, &inner, code);
    } else {
        code = read_content(out, loading, document.root);
    }
    assay_yaml_release(&document);
    loading->files[index].open = false;
    return code;
}

static int finish(struct assay_suite **out, struct loading *loading, struct content *content)
{
    struct assay_suite *suite = loading->suite;
    if (suite->entry_count == 0) {
        return assay_fail(loading->error, ASSAY_EINPUT, "%s: the suite has no benchmarks", suite->file);
    }
    suite->name = content->name;
    suite->version = content->version;
    suite->summary = content->summary != NULL ? content->summary : assay_copy("");
    suite->protocol = content->protocol;
    suite->requirements = content->environment.items;
    suite->requirement_count = content->environment.count;
    *content = (struct content){ .protocol = ASSAY_PROTOCOL_UNSET };
    if (suite->summary == NULL) {
        return assay_fail(loading->error, ASSAY_ENOMEM, "%s: out of memory", suite->file);
    }
    *out = suite;
    loading->suite = NULL;
    return 0;
}

int assay_suite_parse(struct assay_suite **out, const char *directory, const char *file, const char *bytes, size_t length,
                      struct assay_error *error)
{
    struct content content = { .protocol = ASSAY_PROTOCOL_UNSET };
    struct assay_yaml_document document = { NULL, NULL };
    struct loading *loading = calloc(1, sizeof *loading);
    if (loading == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", file);
    }
    loading->directory = directory;
    loading->error = error;
    loading->suite = calloc(1, sizeof *loading->suite);
    bool again = false;
    int code = 0;
    if (loading->suite == NULL || (loading->suite->file = assay_copy(file)) == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "%s: out of memory", file);
        goto done;
    }
    code = assay_yaml_parse(&document, file, bytes, length, error);
    if (code == 0) {
        code = visit(&again, loading, file, document.root);
    }
    if (code == 0) {
        code = read_content(&content, loading, document.root);
    }
    if (code == 0) {
        code = finish(out, loading, &content);
    }
done:
    assay_suite_close(loading->suite);
    for (size_t i = 0; i < loading->file_count; i++) {
        free(loading->files[i].path);
    }
    free(loading);
    content_release(&content);
    assay_yaml_release(&document);
    return code;
}

int assay_suite_open(struct assay_suite **out, const char *directory, const char *name_or_file, struct assay_error *error)
{
    char *path = NULL;
    char *bytes = NULL;
    size_t length = 0;
    int code = resolve(&path, directory, name_or_file, NULL, error);
    if (code == 0) {
        code = assay_file_read(&bytes, &length, path, ASSAY_YAML_BYTES_MAX, error);
    }
    if (code == 0) {
        code = assay_suite_parse(out, directory, path, bytes, length, error);
    }
    free(bytes);
    free(path);
    return code;
}

int assay_suite_names(char ***names, size_t *count, const char *directory, struct assay_error *error)
{
    int code = assay_directory_list(names, count, directory, ".yaml", error);
    for (size_t i = 0; code == 0 && i < *count; i++) {
        (*names)[i][strlen((*names)[i]) - strlen(".yaml")] = '\0';
    }
    return code;
}
