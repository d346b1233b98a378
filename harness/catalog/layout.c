/* Layouts: which function goes where, what a plug-in's layouts are made of, where they are kept. Knows no ELF
 * (sections.h does) and no linker (layout_link.c does), and loads nothing. */
#include "catalog/layout.h"

#include "base/file.h"
#include "base/text.h"
#include "catalog/layout_parts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LINE = 64 }; /* 2^6 lines a page */

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

void assay_layout_parts_release(struct assay_layout_parts *parts)
{
    free(parts->object);
    free(parts->recipe);
    free(parts->directory);
    assay_names_free(parts->quick, parts->quick_count);
    assay_sections_release(&parts->sections);
    *parts = (struct assay_layout_parts){ .object = NULL };
}

/* How layouts are linked; another number finds none of those linked otherwise. */
static const char link_format[] = "2";

/* NAME.so -> NAME.builds/FILE; heap, NULL without memory. */
char *assay_layout_part(const char *plugin, const char *file)
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
static int find_directory(struct assay_layout_parts *parts, const char *plugin, struct assay_error *error)
{
    struct assay_sections timed = { NULL, 0, NULL };
    uint64_t hash = fnv(fnv_basis, link_format, sizeof link_format);
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

static int find_paths(struct assay_layout_parts *parts, const char *plugin, struct assay_error *error)
{
    parts->object = assay_layout_part(plugin, "timed.o");
    parts->recipe = assay_layout_part(plugin, "link.json");
    if (parts->object == NULL || parts->recipe == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!assay_path_exists(parts->object) || !assay_path_exists(parts->recipe)) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "no layouts of %s: want %s and link.json beside it", plugin,
                          parts->object);
    }
    return find_directory(parts, plugin, error);
}

int assay_layout_parts_find(struct assay_layout_parts *out, const char *plugin, struct assay_error *error)
{
    struct assay_layout_parts parts = { .object = NULL };
    int code = find_paths(&parts, plugin, error);
    if (code == 0) {
        *out = parts;
        parts = (struct assay_layout_parts){ .object = NULL };
    }
    assay_layout_parts_release(&parts);
    return code;
}

int assay_layout_parts_read(struct assay_layout_parts *parts, const char *plugin, struct assay_error *error)
{
    int code = assay_sections_read(&parts->sections, parts->object, error);
    if (code == 0 && parts->sections.count == 0) {
        code = assay_fail(error, ASSAY_EUNAVAILABLE,
                          "no layouts of %s: timed.o has no functions in sections of their own", plugin);
    }
    return code != 0 ? code : assay_layout_quick_find(parts, plugin, error);
}

char *assay_layout_file(const struct assay_layout_parts *parts, uint32_t k)
{
    return assay_formatted("%s/%" PRIu32 ".so", parts->directory, k);
}

int assay_layout_path(char **out, const char *plugin, uint32_t k, struct assay_error *error)
{
    struct assay_layout_parts parts = { .object = NULL };
    int code = assay_layout_parts_find(&parts, plugin, error);
    if (code != 0) {
        return code;
    }
    char *path = assay_layout_file(&parts, k);
    if (path == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (!assay_path_exists(path) && (code = assay_layout_parts_read(&parts, plugin, error)) == 0) {
        code = assay_layout_link(path, &parts, k, error);
    }
    if (code == 0) {
        *out = path;
        path = NULL;
    }
    free(path);
    assay_layout_parts_release(&parts);
    return code;
}
