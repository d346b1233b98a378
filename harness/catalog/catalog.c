/* The catalog: searches directories, takes what the cache knows, asks workers for the rest. */
#include "catalog/catalog.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "catalog/cache.h"
#include "catalog/describe.h"
#include "catalog/keys.h"
#include "catalog/worker.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct assay_catalog {
    struct assay_source **sources; /* each on the heap: callers keep pointers while others are added */
    size_t count;
    size_t capacity;
    char *worker;  /* path of assay-worker */
    char *workers; /* its directory */
    char *cache;   /* path of the cache */
};

static const char plugin_suffix[] = ".so";
static const char worker_suffix[] = ".worker.yaml";

static bool has_suffix(const char *path, const char *suffix)
{
    size_t length = strlen(path), end = strlen(suffix);
    return length > end && strcmp(path + length - end, suffix) == 0;
}

static void source_free(struct assay_source *source)
{
    if (source == NULL) {
        return;
    }
    free(source->path);
    assay_texts_free(source->command);
    assay_texts_free(source->required);
    assay_description_release(&source->description);
    free(source->unavailable);
    free(source);
}

void assay_catalog_close(struct assay_catalog *catalog)
{
    if (catalog == NULL) {
        return;
    }
    for (size_t i = 0; i < catalog->count; i++) {
        source_free(catalog->sources[i]);
    }
    free(catalog->sources);
    free(catalog->worker);
    free(catalog->workers);
    free(catalog->cache);
    free(catalog);
}

size_t assay_catalog_count(const struct assay_catalog *catalog)
{
    return catalog->count;
}

const struct assay_source *assay_catalog_at(const struct assay_catalog *catalog, size_t index)
{
    return catalog->sources[index];
}

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* The command of `assay-worker PLUGIN.so`. */
static bool plugin_command(struct assay_source *source, const char *worker)
{
    source->command = calloc(3, sizeof *source->command);
    return source->command != NULL && (source->command[0] = assay_copy(worker)) != NULL &&
           (source->command[1] = assay_copy(source->path)) != NULL;
}

/* The command of a *.worker.yaml; what is wrong with it makes the source unavailable. Its implementation is kept also then,
 * so that a benchmark that asks for it gets the reason. */
static int worker_command(struct assay_source *source, const char *workers, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    struct assay_worker_file file = { 0 };
    int code = assay_worker_file_read(&file, source->path, workers, &inner);
    if (code == ASSAY_ENOMEM) {
        return no_memory(error);
    }
    if (code != 0) {
        source->unavailable = assay_copy(inner.text);
        return source->unavailable != NULL ? 0 : no_memory(error);
    }
    source->command = file.command;
    source->required = file.required;
    source->description.implementation = file.implementation;
    source->unavailable = file.unavailable;
    return 0;
}

/* A source that is not described yet. `path` is absolute. */
static int source_new(struct assay_source **out, const struct assay_catalog *catalog, const char *path,
                      struct assay_error *error)
{
    struct stat status;
    int code = 0;
    struct assay_source *source = calloc(1, sizeof *source);
    if (source == NULL || (source->path = assay_copy(path)) == NULL) {
        source_free(source);
        return no_memory(error);
    }
    source->is_worker = has_suffix(path, worker_suffix);
    if (stat(path, &status) != 0) {
        source->unavailable = assay_copy(strerror(errno));
        code = source->unavailable != NULL ? 0 : no_memory(error);
    } else if (!S_ISREG(status.st_mode)) {
        source->unavailable = assay_copy("not a regular file");
        code = source->unavailable != NULL ? 0 : no_memory(error);
    } else if (source->is_worker) {
        code = worker_command(source, catalog->workers, error);
    } else if (!plugin_command(source, catalog->worker)) {
        code = no_memory(error);
    }
    if (code != 0) {
        source_free(source);
        return code;
    }
    *out = source;
    return 0;
}

static int append_source(struct assay_catalog *catalog, struct assay_source *taken, struct assay_error *error)
{
    void *sources = catalog->sources;
    if (!assay_reserve(&sources, &catalog->capacity, catalog->count + 1, sizeof *catalog->sources)) {
        source_free(taken);
        return no_memory(error);
    }
    catalog->sources = sources;
    catalog->sources[catalog->count++] = taken;
    return 0;
}

/* A directory of ASSAY_PATH that cannot be searched is listed, like anything else that is broken. */
static int append_broken(struct assay_catalog *catalog, const char *path, const char *reason, struct assay_error *error)
{
    struct assay_source *source = calloc(1, sizeof *source);
    if (source == NULL || (source->path = assay_copy(path)) == NULL ||
        (source->unavailable = assay_copy(reason)) == NULL) {
        source_free(source);
        return no_memory(error);
    }
    return append_source(catalog, source, error);
}

static int search_directory(struct assay_catalog *catalog, const char *directory, struct assay_error *error)
{
    static const char *const suffixes[] = { plugin_suffix, worker_suffix };
    for (size_t k = 0; k < 2; k++) {
        char **names = NULL;
        size_t count = 0;
        struct assay_error inner = { 0 };
        if (assay_directory_list(&names, &count, directory, suffixes[k], &inner) != 0) {
            return append_broken(catalog, directory, inner.text, error);
        }
        int code = 0;
        for (size_t i = 0; i < count && code == 0; i++) {
            struct assay_source *source = NULL;
            char *path = assay_path_join(directory, names[i]);
            code = path != NULL ? source_new(&source, catalog, path, error) : no_memory(error);
            if (code == 0) {
                code = append_source(catalog, source, error);
            }
            free(path);
        }
        assay_names_free(names, count);
        if (code != 0) {
            return code;
        }
    }
    return 0;
}

/* What a description depends on: the file itself, every file that its command names, and the programs that it needs. */
static void stamp_source(struct assay_text *stamp, const struct assay_source *source, const char *worker_stamp)
{
    assay_text_clear(stamp);
    assay_cache_stamp(stamp, source->path);
    if (!source->is_worker) {
        assay_text_append(stamp, worker_stamp);
        return;
    }
    for (char **word = source->command; *word != NULL; word++) {
        assay_text_append(stamp, *word);
        assay_text_append_char(stamp, ';');
        if ((*word)[0] == '/') {
            assay_cache_stamp(stamp, *word);
        }
    }
    for (char **word = source->required; word != NULL && *word != NULL; word++) {
        assay_cache_stamp(stamp, *word);
    }
}

/* Whether a description will be the same tomorrow as long as its files are: a missing library may be installed. */
static bool is_lasting(const struct assay_description *description)
{
    for (size_t i = 0; i < description->kernel_count; i++) {
        if (description->kernels[i].unavailable != NULL) {
            return false;
        }
    }
    return true;
}

/* Moves an answer into its source; a worker must be of the implementation that its file says. */
static int settle(struct assay_source *source, struct assay_describe *question, struct assay_error *error)
{
    const char *said = question->description.implementation;
    const char *wanted = source->is_worker ? source->description.implementation : said;
    if (question->problem == NULL && strcmp(said, wanted) != 0) {
        question->problem = assay_formatted("says it is %s, want %s", said, wanted);
        if (question->problem == NULL) {
            return no_memory(error);
        }
    }
    if (question->problem != NULL) {
        source->unavailable = question->problem;
        question->problem = NULL;
        return 0;
    }
    assay_description_release(&source->description);
    source->description = question->description;
    question->description = (struct assay_description){ 0 };
    return 0;
}

/* Asks for those of `sources` that the cache does not know, and tells the cache. */
static int ask(struct assay_source **sources, size_t count, struct assay_cache *cache, const char *worker_stamp,
               struct assay_error *error)
{
    struct assay_describe *questions = calloc(count, sizeof *questions);
    struct assay_text stamp = ASSAY_TEXT_INIT;
    if (questions == NULL) {
        return no_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        questions[i].command = sources[i]->command;
    }
    int code = assay_describe_all(questions, count, error);
    for (size_t i = 0; i < count && code == 0; i++) {
        code = settle(sources[i], &questions[i], error);
        if (code == 0 && sources[i]->unavailable == NULL && is_lasting(&sources[i]->description)) {
            stamp_source(&stamp, sources[i], worker_stamp);
            if (!stamp.failed) {
                assay_cache_put(cache, sources[i]->path, stamp.bytes, &sources[i]->description);
            }
        }
    }
    for (size_t i = 0; i < count; i++) {
        assay_description_release(&questions[i].description);
        free(questions[i].problem);
    }
    free(questions);
    assay_text_release(&stamp);
    return code;
}

/* Whether the cache knows the source as it is now. */
static bool recall(struct assay_source *source, struct assay_cache *cache, struct assay_text *stamp, const char *worker_stamp)
{
    struct assay_description description = { 0 };
    stamp_source(stamp, source, worker_stamp);
    if (stamp->failed || !assay_cache_take(&description, cache, source->path, stamp->bytes)) {
        return false;
    }
    assay_description_release(&source->description);
    source->description = description;
    return true;
}

/* Describes the sources from `first` on. */
static int describe_from(struct assay_catalog *catalog, size_t first, struct assay_error *error)
{
    struct assay_cache *cache = NULL;
    struct assay_text stamp = ASSAY_TEXT_INIT, worker_stamp = ASSAY_TEXT_INIT;
    struct assay_source **unknown = calloc(catalog->count - first + 1, sizeof *unknown);
    size_t count = 0;
    int code = unknown != NULL ? assay_cache_open(&cache, catalog->cache, error) : no_memory(error);
    assay_text_append(&worker_stamp, catalog->worker);
    assay_text_append_char(&worker_stamp, ';');
    assay_cache_stamp(&worker_stamp, catalog->worker);
    if (code == 0 && worker_stamp.failed) {
        code = no_memory(error);
    }
    for (size_t i = first; code == 0 && i < catalog->count; i++) {
        struct assay_source *source = catalog->sources[i];
        if (source->unavailable == NULL && !recall(source, cache, &stamp, worker_stamp.bytes)) {
            unknown[count++] = source;
        }
    }
    if (code == 0 && count > 0) {
        code = ask(unknown, count, cache, worker_stamp.bytes, error);
        if (code == 0) {
            assay_cache_save(cache);
        }
    }
    assay_cache_close(cache);
    assay_text_release(&stamp);
    assay_text_release(&worker_stamp);
    free(unknown);
    return code;
}

int assay_catalog_open(struct assay_catalog **out, const struct assay_places *places, struct assay_error *error)
{
    int code = 0;
    struct assay_catalog *catalog = calloc(1, sizeof *catalog);
    if (catalog == NULL) {
        return no_memory(error);
    }
    char *directory = assay_cache_directory();
    catalog->worker = assay_copy(places->worker);
    catalog->workers = assay_path_directory(places->worker);
    catalog->cache = directory != NULL ? assay_path_join(directory, "catalog") : NULL;
    free(directory);
    if (catalog->worker == NULL || catalog->workers == NULL || catalog->cache == NULL) {
        code = no_memory(error);
    }
    for (char **plugins = places->plugin_directories; code == 0 && *plugins != NULL; plugins++) {
        code = search_directory(catalog, *plugins, error);
    }
    if (code == 0) {
        code = describe_from(catalog, 0, error);
    }
    if (code != 0) {
        assay_catalog_close(catalog);
        return code;
    }
    *out = catalog;
    return 0;
}

static struct assay_source *find_path(const struct assay_catalog *catalog, const char *path)
{
    for (size_t i = 0; i < catalog->count; i++) {
        if (strcmp(catalog->sources[i]->path, path) == 0) {
            return catalog->sources[i];
        }
    }
    return NULL;
}

int assay_catalog_load(const struct assay_source **out, struct assay_catalog *catalog, const char *path,
                       struct assay_error *error)
{
    char *real = realpath(path, NULL);
    if (real == NULL) {
        return assay_fail_errno(error, errno, "cannot load plug-in '%s'", path);
    }
    struct assay_source *source = find_path(catalog, real);
    int code = 0;
    if (source == NULL) {
        code = source_new(&source, catalog, real, error);
        if (code == 0) {
            code = append_source(catalog, source, error);
        }
        if (code == 0) {
            code = describe_from(catalog, catalog->count - 1, error);
        }
    }
    free(real);
    if (code == 0 && source->unavailable != NULL) {
        code = assay_fail(error, ASSAY_EINPUT, "cannot load plug-in '%s': %s", path, source->unavailable);
    }
    if (code != 0) {
        return code;
    }
    *out = source;
    return 0;
}
