/* Where assay's own parts are: beside the program in a build tree, under the prefix when installed. Reads no part. */
#include "catalog/catalog.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each part's path relative to the program's directory: in the build tree, and installed. */
struct layout {
    const char *worker, *kernels, *suites, *reference, *templates, *preload, *include;
};
static const struct layout build_tree = { "assay-worker",   "kernels",        "data/suites", "data/reference",
                                          "data/templates", "libassay-allocations.so", "data/include" };
static const struct layout installed = { "../libexec/assay/assay-worker",
                                         "../lib/assay/kernels",
                                         "../share/assay/suites",
                                         "../share/assay/reference",
                                         "../share/assay/templates",
                                         "../lib/assay/libassay-allocations.so",
                                         "../include" };

void assay_places_release(struct assay_places *places)
{
    free(places->worker);
    for (char **directory = places->plugin_directories; directory != NULL && *directory != NULL; directory++) {
        free(*directory);
    }
    free(places->plugin_directories);
    free(places->suites);
    free(places->reference);
    free(places->templates);
    free(places->preload);
    free(places->include);
    *places = (struct assay_places){ 0 };
}

/* DIRECTORY/PART without `..`, if it is there; else as it would be. */
static char *part(const char *directory, const char *relative)
{
    char *joined = assay_path_join(directory, relative);
    char *real = joined != NULL ? realpath(joined, NULL) : NULL;
    if (real == NULL) {
        return joined;
    }
    free(joined);
    return real;
}

static bool add_directory(char ***directories, size_t *count, size_t *capacity, char *taken)
{
    void *items = *directories;
    if (taken == NULL || !assay_reserve(&items, capacity, *count + 2, sizeof **directories)) {
        free(taken);
        return false;
    }
    *directories = items;
    (*directories)[(*count)++] = taken;
    (*directories)[*count] = NULL;
    return true;
}

/* ASSAY_PATH's directories, absolute, then `own`. */
static bool plugin_directories(char ***out, char *own_taken)
{
    const char *path = getenv("ASSAY_PATH");
    size_t count = 0, capacity = 0;
    bool right = true;
    while (path != NULL && *path != '\0' && right) {
        size_t length = strcspn(path, ":");
        if (length > 0) {
            char *given = assay_copy_bytes(path, length);
            char *real = given != NULL ? realpath(given, NULL) : NULL;
            /* One that is not there is kept as it was written: the catalog says so. */
            right = add_directory(out, &count, &capacity, real != NULL ? real : given);
            if (real != NULL) {
                free(given);
            }
        }
        path += length + (path[length] == ':');
    }
    if (!right) {
        free(own_taken);
        return false;
    }
    return add_directory(out, &count, &capacity, own_taken);
}

static int program_directory(char **out, struct assay_error *error)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length < 0) {
        return assay_fail(error, ASSAY_EIO, "cannot find this program's own path: want /proc to be there");
    }
    path[length] = '\0';
    char *directory = assay_path_directory(path);
    if (directory == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    *out = directory;
    return 0;
}

int assay_places_find(struct assay_places *places, struct assay_error *error)
{
    char *directory = NULL;
    int code = program_directory(&directory, error);
    if (code != 0) {
        return code;
    }
    struct assay_places found = { 0 };
    char *beside = assay_path_join(directory, build_tree.worker);
    bool in_tree = beside != NULL && assay_path_exists(beside);
    const struct layout *layout = in_tree ? &build_tree : &installed;
    found.worker = part(directory, layout->worker);
    found.suites = part(directory, layout->suites);
    found.reference = part(directory, layout->reference);
    found.templates = part(directory, layout->templates);
    found.preload = part(directory, layout->preload);
    found.include = part(directory, layout->include);
    if (found.preload != NULL && !assay_path_exists(found.preload)) {
        free(found.preload);
        found.preload = NULL;
    }
    bool right = plugin_directories(&found.plugin_directories, part(directory, layout->kernels));
    if (!right || found.worker == NULL || found.suites == NULL || found.reference == NULL || found.templates == NULL ||
        found.include == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (!assay_path_exists(found.worker)) {
        code = assay_fail(error, ASSAY_EIO, "the worker is missing: want it at %s or %s", found.worker, beside);
    }
    free(beside);
    free(directory);
    if (code != 0) {
        assay_places_release(&found);
        return code;
    }
    *places = found;
    return 0;
}
