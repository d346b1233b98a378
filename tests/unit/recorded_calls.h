/* Runs a kernel of tests/profile in a build with hooks, and compares what was recorded with the kernel's table. */
#ifndef ASSAY_TESTS_RECORDED_CALLS_H
#define ASSAY_TESTS_RECORDED_CALLS_H

#include "built_plugin.h"
#include "exact.h"

#include <stdbool.h>
#include <stdlib.h>

struct exact_plugin {
    struct loaded loaded;
    const struct exact *exact;
};

static inline struct exact_plugin load_exact(const char *name, const char *build)
{
    char file[200];
    struct exact_plugin plugin;
    snprintf(file, sizeof file, "%s.builds/%s.so", name, build);
    plugin.loaded = load(file);
    plugin.exact = dlsym(plugin.loaded.object, "exact_calls");
    assert_non_null(plugin.exact);
    assert_non_null(plugin.loaded.profile);
    return plugin;
}

/* One iteration between start and stop. */
static inline void record(const struct exact_plugin *plugin, const char *kernel, uint32_t records)
{
    assert_int_equal(plugin->loaded.profile->start(records), 0);
    assert_int_equal(find(&plugin->loaded, kernel)->run(NULL, 1), 0);
    plugin->loaded.profile->stop();
}

static inline const struct exact *exact_of(const struct exact_plugin *plugin, const char *kernel, uint64_t address)
{
    for (const struct exact *exact = plugin->exact; exact->kernel != NULL; exact++) {
        if (strcmp(exact->kernel, kernel) == 0 && (uint64_t)(uintptr_t)exact->address == address) {
            return exact;
        }
    }
    return NULL;
}

static inline uint64_t true_calls(const struct exact *exact)
{
    return exact->calls + (exact->counted != NULL ? *exact->counted : 0);
}

/* ---- Functions --------------------------------------------------------------------------------------- */

struct functions {
    const struct exact_plugin *plugin;
    const char *kernel;
    uint64_t before;
    size_t right, wrong;
};

static inline int take_function(void *context, const struct assay_profile_function *function)
{
    struct functions *functions = context;
    const struct exact *exact = exact_of(functions->plugin, functions->kernel, function->address);
    assert_true(function->address > functions->before); /* ascending, none twice */
    functions->before = function->address;
    if (exact != NULL && function->calls == true_calls(exact)) {
        functions->right++;
    } else {
        functions->wrong++;
        print_message("%s: %s: %llu calls, want %llu\n", functions->kernel,
                      exact != NULL ? exact->function : "(not in the table)", (unsigned long long)function->calls,
                      exact != NULL ? (unsigned long long)true_calls(exact) : 0);
    }
    return 0;
}

/* How many functions of the kernel were told with another number than the table's, or not at all, or are not in it. */
static inline size_t wrong_calls(const struct exact_plugin *plugin, const char *kernel)
{
    struct functions functions = { plugin, kernel, 0, 0, 0 };
    size_t listed = 0;
    assert_int_equal(plugin->loaded.profile->read(take_function, &functions), 0);
    for (const struct exact *exact = plugin->exact; exact->kernel != NULL; exact++) {
        listed += strcmp(exact->kernel, kernel) == 0;
    }
    assert_true(listed > 0);
    return functions.wrong + (functions.right < listed && functions.wrong == 0 ? listed - functions.right : 0);
}

/* ---- Contexts ---------------------------------------------------------------------------------------- */

struct contexts {
    struct assay_profile_context *items;
    size_t count, capacity;
};

static inline int take_context(void *context, const struct assay_profile_context *one)
{
    struct contexts *contexts = context;
    assert_true(one->parent < (int64_t)contexts->count && one->parent >= -1);
    assert_true((one->parent == -1) == (one->address == 0));
    assert_true(one->timed <= one->intervals && one->folded <= one->calls);
    if (contexts->count == contexts->capacity) {
        contexts->capacity = 2 * contexts->capacity + 64;
        contexts->items = realloc(contexts->items, contexts->capacity * sizeof *contexts->items);
        assert_non_null(contexts->items);
    }
    contexts->items[contexts->count++] = *one;
    return 0;
}

/* The caller frees `items`. */
static inline struct contexts read_contexts(const struct exact_plugin *plugin)
{
    struct contexts contexts = { NULL, 0, 0 };
    assert_int_equal(plugin->loaded.profile->read_tree(take_context, &contexts), 0);
    return contexts;
}

static inline bool within_itself(const struct contexts *contexts, const struct assay_profile_context *one)
{
    for (int64_t at = one->parent; at >= 0; at = contexts->items[at].parent) {
        if (contexts->items[at].address == one->address) {
            return true;
        }
    }
    return false;
}

/* Functions whose calls, primitive calls or number of contexts are not the table's. Nothing may be folded. */
static inline size_t wrong_contexts(const struct exact_plugin *plugin, const char *kernel)
{
    struct contexts contexts = read_contexts(plugin);
    size_t wrong = 0;
    for (const struct exact *exact = plugin->exact; exact->kernel != NULL; exact++) {
        uint64_t calls = 0, primitive = 0, places = 0;
        if (strcmp(exact->kernel, kernel) != 0) {
            continue;
        }
        for (size_t i = 0; i < contexts.count; i++) {
            if (contexts.items[i].address == (uint64_t)(uintptr_t)exact->address) {
                calls += contexts.items[i].calls;
                primitive += within_itself(&contexts, &contexts.items[i]) ? 0 : contexts.items[i].calls;
                places++;
            }
        }
        if (calls != true_calls(exact) ||
            (exact->contexts > 0 && (primitive != exact->primitive || places != exact->contexts))) {
            wrong++;
            print_message("%s: %s: %llu calls, %llu primitive, %llu contexts, want %llu, %llu, %llu\n", kernel,
                          exact->function, (unsigned long long)calls, (unsigned long long)primitive,
                          (unsigned long long)places, (unsigned long long)true_calls(exact),
                          (unsigned long long)exact->primitive, (unsigned long long)exact->contexts);
        }
    }
    free(contexts.items);
    return wrong;
}

static inline struct assay_profile_losses losses_of(const struct exact_plugin *plugin)
{
    struct assay_profile_losses losses;
    memset(&losses, 0xff, sizeof losses);
    plugin->loaded.profile->losses(&losses);
    assert_int_equal(losses.struct_size, sizeof losses);
    return losses;
}

#endif
