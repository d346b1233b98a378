/* Frozen: a plug-in from before the optional fields at the ends of the structs. The layouts are written out by hand and
 * must not be changed: a host of major version 1 accepts them for ever, and takes what they lack for zero. */
#include <stddef.h>
#include <stdint.h>

struct old_host {
    uint32_t struct_size;
    uint16_t major, minor;
    void *context;
    void (*fail)(void *context, const char *reason);
};
struct old_sink {
    uint32_t struct_size;
    uint16_t major, minor;
    void *context;
    void (*integer)(void *context, uint64_t value);
};
struct old_parameter {
    uint32_t struct_size;
    uint32_t type;
    const char *name, *summary, *fallback;
};
struct old_kernel { /* ends with answer */
    uint32_t struct_size;
    uint32_t flags;
    const char *name;
    const char *const *aliases;
    const char *summary;
    const char *version;
    const char *const *tags;
    const struct old_parameter *const *parameters;
    const void *measures;
    const void *distributions;
    const char *(*unavailable)(void);
    int (*setup)(const struct old_host *host, const void *arguments, uint64_t seed, void **state);
    int (*prepare)(void *state, uint64_t iterations);
    int (*run)(void *state, uint64_t iterations);
    int (*answer)(void *state, const struct old_sink *sink);
};
struct old_plugin { /* ends with kernels */
    char magic[8];
    uint32_t struct_size;
    uint16_t major, minor;
    const struct old_kernel *const *kernels;
};

static uint64_t answer_of_all = 42;

static int set_up(const struct old_host *host, const void *arguments, uint64_t seed, void **state)
{
    (void)arguments;
    (void)seed;
    *state = &answer_of_all;
    return host->struct_size >= sizeof *host ? 0 : -1;
}

static int run(void *state, uint64_t iterations)
{
    for (uint64_t i = 0; i < iterations; i++) {
        *(volatile uint64_t *)state = 42;
    }
    return 0;
}

static int answer(void *state, const struct old_sink *sink)
{
    sink->integer(sink->context, *(uint64_t *)state);
    return 0;
}

static const struct old_parameter size = { sizeof size, 1, "size", "a number without bounds", "7" };
static const struct old_parameter *const parameters[] = { &size, NULL };
static const struct old_kernel kernel = { .struct_size = sizeof kernel,
                                          .flags = 4,
                                          .name = "old.kernel",
                                          .summary = "of an older minor version",
                                          .parameters = parameters,
                                          .setup = set_up,
                                          .run = run,
                                          .answer = answer };
static const struct old_kernel *const kernels[] = { &kernel, NULL };

__attribute__((visibility("default"))) extern const struct old_plugin assay_plugin;
const struct old_plugin assay_plugin = {
    { 'A', 'S', 'S', 'A', 'Y', 'P', 'L', 'G' }, sizeof assay_plugin, 1, 0, kernels
};
