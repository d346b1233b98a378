/* The gate: file, symbol, version, structs, in that order, each with its own words. Calls no kernel but `unavailable`.
 */
#include "worker/loader.h"

#include "base/text.h"
#include "worker/elf_file.h"
#include "worker/judge.h"

#include <ctype.h>
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#define MOST_KERNELS 1024

/* Magic and version: what stands at the same place in every version, so it is read before any size is believed. */
static int judge_version(const struct assay_judge *judge, const struct assay_plugin *plugin, size_t size)
{
    if (size != 0 && size < offsetof(struct assay_plugin, kernels)) {
        return assay_judge_refuse(judge, "truncated struct: assay_plugin of %zu bytes, want at least %zu", size,
                                  offsetof(struct assay_plugin, build));
    }
    if (memcmp(plugin->magic, ASSAY_PLUGIN_MAGIC, sizeof plugin->magic) != 0) {
        return assay_judge_refuse(judge, "assay_plugin does not begin with " ASSAY_PLUGIN_MAGIC);
    }
    if (plugin->major != ASSAY_ABI_MAJOR) {
        return assay_fail(judge->error, ASSAY_EINPUT, "plug-in '%s' speaks ABI %u.%u, this assay %d.x", judge->plugin,
                          plugin->major, plugin->minor, ASSAY_ABI_MAJOR);
    }
    if (size != 0 && plugin->struct_size > size) {
        return assay_judge_refuse(judge, "truncated struct: assay_plugin says %u bytes and has %zu",
                                  plugin->struct_size, size);
    }
    return 0;
}

static bool same_name(const struct assay_kernel_description *a, const char *name)
{
    if (strcmp(a->name, name) == 0) {
        return true;
    }
    for (char **alias = a->aliases; *alias != NULL; alias++) {
        if (strcmp(*alias, name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a name or alias of the last kernel is taken already, by an earlier kernel or by itself. */
static int judge_unique(const struct assay_judge *judge, const struct assay_description *all)
{
    const struct assay_kernel_description *last = &all->kernels[all->kernel_count - 1];
    for (size_t i = 0; i + 1 < all->kernel_count; i++) {
        if (same_name(&all->kernels[i], last->name)) {
            return assay_judge_refuse(judge, "duplicate name '%s'", last->name);
        }
        for (char **alias = last->aliases; *alias != NULL; alias++) {
            if (same_name(&all->kernels[i], *alias)) {
                return assay_judge_refuse(judge, "duplicate name '%s'", *alias);
            }
        }
    }
    for (char **alias = last->aliases; *alias != NULL; alias++) {
        bool again = strcmp(*alias, last->name) == 0;
        for (char **before = last->aliases; before < alias; before++) {
            again = again || strcmp(*before, *alias) == 0;
        }
        if (again) {
            return assay_judge_refuse(judge, "duplicate name '%s'", *alias);
        }
    }
    return 0;
}

static int judge_kernels(struct assay_loaded *loaded, const struct assay_judge *judge,
                         const struct assay_kernel *const *kernels)
{
    size_t count = 0;
    while (kernels[count] != NULL) {
        if (++count > MOST_KERNELS) {
            return assay_judge_refuse(judge, "more than %d kernels: does the array end with NULL?", MOST_KERNELS);
        }
    }
    if (count == 0) {
        return assay_judge_refuse(judge, "no kernels");
    }
    loaded->kernels = calloc(count, sizeof *loaded->kernels);
    loaded->description.kernels = calloc(count, sizeof *loaded->description.kernels);
    if (loaded->kernels == NULL || loaded->description.kernels == NULL) {
        return assay_fail(judge->error, ASSAY_ENOMEM, "out of memory while reading plug-in '%s'", judge->plugin);
    }
    for (size_t i = 0; i < count; i++) {
        loaded->description.kernel_count = i + 1; /* also half-made: released with the rest */
        int code = assay_judge_kernel(&loaded->kernels[i], &loaded->description.kernels[i], judge, kernels[i], i + 1);
        if (code != 0 || (code = judge_unique(judge, &loaded->description)) != 0) {
            return code;
        }
    }
    loaded->kernel_count = count;
    return 0;
}

/* Compiler and flags, made one line: a build system may have put anything there. */
static char *copy_build(const char *build)
{
    char *copy = assay_utf8_clean(build, strlen(build), NULL);
    for (char *at = copy; at != NULL && *at != '\0'; at++) {
        if (iscntrl((unsigned char)*at)) {
            *at = ' ';
        }
    }
    return copy;
}

int assay_loaded_judge(struct assay_loaded **out, const struct assay_plugin *plugin, size_t size, const char *name,
                       struct assay_error *error)
{
    struct assay_judge judge = { .plugin = name, .error = error };
    struct assay_plugin own;
    struct assay_loaded *loaded = NULL;
    int code = judge_version(&judge, plugin, size);
    if (code != 0 || (code = assay_judge_copy(&judge, &own, sizeof own, plugin, plugin->struct_size,
                                              offsetof(struct assay_plugin, build), "assay_plugin")) != 0) {
        return code;
    }
    if (own.kernels == NULL) {
        return assay_judge_refuse(&judge, "no kernels");
    }
    loaded = calloc(1, sizeof *loaded);
    if (loaded == NULL) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory while reading plug-in '%s'", name);
    }
    code = judge_kernels(loaded, &judge, own.kernels);
    if (code != 0) {
        goto done;
    }
    loaded->description.abi_major = own.major;
    loaded->description.abi_minor = own.minor;
    loaded->description.implementation = assay_copy("c");
    loaded->description.build = own.build != NULL ? copy_build(own.build) : NULL;
    if (loaded->description.implementation == NULL || (own.build != NULL && loaded->description.build == NULL)) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory while reading plug-in '%s'", name);
        goto done;
    }
    *out = loaded;
    loaded = NULL;
done:
    assay_loaded_free(loaded);
    return code;
}

/* dlopen takes a name without a slash for a library to search; ours are always paths. */
static void *open_object(const char *path, const char *name, struct assay_error *error)
{
    char *beside = strchr(path, '/') == NULL ? assay_formatted("./%s", path) : assay_copy(path);
    if (beside == NULL) {
        assay_fail(error, ASSAY_ENOMEM, "out of memory while loading plug-in '%s'", name);
        return NULL;
    }
    void *handle = dlopen(beside, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        const char *why = dlerror();
        assay_fail(error, ASSAY_EINPUT, "cannot load plug-in '%s': %s", name, why != NULL ? why : "?");
    }
    free(beside);
    return handle;
}

/* How many bytes the symbol has in the object's own table; 0: it does not say. */
static size_t symbol_size(const void *address)
{
    Dl_info info;
    void *entry = NULL;
    if (dladdr1(address, &info, &entry, RTLD_DL_SYMENT) == 0 || entry == NULL || info.dli_saddr != address) {
        return 0;
    }
    return (size_t)((const ElfW(Sym) *)entry)->st_size;
}

struct assay_profile assay_loaded_profile(const struct assay_profile *profile)
{
    struct assay_profile own = { .records = 0 };
    if (profile == NULL || memcmp(profile->magic, ASSAY_PROFILE_MAGIC, sizeof profile->magic) != 0 ||
        profile->major != ASSAY_PROFILE_MAJOR || profile->struct_size < offsetof(struct assay_profile, read_tree)) {
        return own;
    }
    memcpy(&own, profile, profile->struct_size < sizeof own ? profile->struct_size : sizeof own);
    if (own.start == NULL || own.stop == NULL || own.read == NULL) {
        own.records = 0;
    }
    if (own.read_tree == NULL || own.calibrate == NULL || own.losses == NULL || own.set_share == NULL) {
        own.records &= ~(ASSAY_PROFILE_TREE | ASSAY_PROFILE_TIMES | ASSAY_PROFILE_COST);
    }
    if (own.set_cost == NULL) {
        own.records &= ~ASSAY_PROFILE_COST;
    }
    return own;
}

int assay_loaded_open(struct assay_loaded **out, const char *path, struct assay_error *error)
{
    char build_id[ASSAY_BUILD_ID_SIZE];
    char name[ASSAY_PLUGIN_NAME_SIZE];
    struct assay_loaded *loaded = NULL;
    assay_plugin_name(name, path);
    int code = assay_elf_check(build_id, path, error);
    if (code != 0) {
        return code;
    }
    void *handle = open_object(path, name, error);
    if (handle == NULL) {
        return error != NULL ? error->code : ASSAY_EINPUT;
    }
    const struct assay_plugin *plugin = dlsym(handle, "assay_plugin");
    if (plugin == NULL) {
        code = assay_fail(error, ASSAY_EINPUT, "plug-in '%s' has no symbol assay_plugin", name);
        goto done;
    }
    code = assay_loaded_judge(&loaded, plugin, symbol_size(plugin), name, error);
    if (code != 0) {
        goto done;
    }
    if (build_id[0] != '\0' && (loaded->description.build_id = assay_copy(build_id)) == NULL) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory while loading plug-in '%s'", name);
        goto done;
    }
    struct assay_counts *counts = dlsym(handle, "assay_counts");
    loaded->counts = counts != NULL && counts->struct_size >= sizeof *counts ? counts : NULL;
    loaded->profile = assay_loaded_profile(dlsym(handle, "assay_profile"));
    *out = loaded;
    loaded = NULL;
done:
    assay_loaded_free(loaded);
    return code; /* the object stays: its constructors may have made threads */
}

void assay_loaded_free(struct assay_loaded *loaded)
{
    if (loaded != NULL) {
        assay_description_release(&loaded->description);
        free(loaded->kernels);
        free(loaded);
    }
}

int assay_loaded_ask(struct assay_loaded *loaded, struct assay_error *error)
{
    for (size_t i = 0; i < loaded->kernel_count; i++) {
        struct assay_kernel_description *description = &loaded->description.kernels[i];
        const char *reason = loaded->kernels[i].unavailable != NULL ? loaded->kernels[i].unavailable() : NULL;
        if (reason == NULL || description->unavailable != NULL) {
            continue;
        }
        description->unavailable = copy_build(reason);
        if (description->unavailable == NULL) {
            return assay_fail(error, ASSAY_ENOMEM, "out of memory while asking kernel '%s'", description->name);
        }
    }
    return 0;
}

long assay_loaded_find(const struct assay_loaded *loaded, const char *name)
{
    for (size_t i = 0; i < loaded->kernel_count; i++) {
        if (same_name(&loaded->description.kernels[i], name)) {
            return (long)i;
        }
    }
    return -1;
}
