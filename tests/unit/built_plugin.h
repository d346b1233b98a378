/* A plug-in that this build made, loaded into the test as a host would; and the arguments of its kernels. */
#ifndef ASSAY_TESTS_BUILT_PLUGIN_H
#define ASSAY_TESTS_BUILT_PLUGIN_H

#include <assay/kernel.h>
#include <assay/profile.h>

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What a kernel last said of a failure. */
static char last_reason[500];
static inline void keep_reason(void *context, const char *reason)
{
    (void)context;
    snprintf(last_reason, sizeof last_reason, "%s", reason);
}

struct loaded {
    void *object; /* for dlclose */
    const struct assay_plugin *plugin;
    struct assay_counts *counts;         /* NULL: a timed build */
    const struct assay_profile *profile; /* NULL: a build without hooks */
};

static inline struct loaded load(const char *file)
{
    char path[600];
    struct loaded loaded;
    snprintf(path, sizeof path, "%s/%s", ASSAY_KERNEL_DIRECTORY, file);
    loaded.object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    assert_non_null(loaded.object);
    loaded.plugin = dlsym(loaded.object, "assay_plugin");
    loaded.counts = dlsym(loaded.object, "assay_counts");
    loaded.profile = dlsym(loaded.object, "assay_profile");
    assert_non_null(loaded.plugin);
    return loaded;
}

static inline const struct assay_kernel *find(const struct loaded *loaded, const char *name)
{
    for (size_t i = 0; loaded->plugin->kernels[i] != NULL; i++) {
        if (strcmp(loaded->plugin->kernels[i]->name, name) == 0) {
            return loaded->plugin->kernels[i];
        }
    }
    fail_msg("no kernel %s", name);
    return NULL;
}

/* The arguments of a kernel with one or two parameters. It points into itself: not to be copied. */
struct call {
    struct assay_argument items[2];
    const struct assay_argument *pointers[2];
    struct assay_arguments arguments;
};

/* `second` may be NULL. */
static inline void call_init(struct call *call, const char *first, const char *value, const char *second,
                             const char *other)
{
    call->items[0] = (struct assay_argument){ sizeof(struct assay_argument), first, value };
    call->items[1] = (struct assay_argument){ sizeof(struct assay_argument), second, other };
    call->pointers[0] = &call->items[0];
    call->pointers[1] = &call->items[1];
    call->arguments =
        (struct assay_arguments){ sizeof(struct assay_arguments), second != NULL ? 2 : 1, call->pointers };
}

#endif
