/* Frozen: a plug-in of a minor version that is not there yet. Every struct has grown at its end, with values that a
 * host of 1.0 must neither read nor stumble over. */
#include <stddef.h>
#include <stdint.h>

struct new_parameter {
    uint32_t struct_size;
    uint32_t type;
    const char *name, *summary, *fallback, *least, *most;
    const char *const *choices;
    const char *unit; /* new */
    double step;      /* new */
};
struct new_measure {
    uint32_t struct_size;
    uint32_t better;
    const char *name, *unit;
    const char *summary; /* new */
};
struct new_kernel {
    uint32_t struct_size;
    uint32_t flags; /* with a new flag, bit 30 */
    const char *name;
    const char *const *aliases;
    const char *summary, *version;
    const char *const *tags;
    const struct new_parameter *const *parameters;
    const struct new_measure *const *measures;
    const struct new_measure *const *distributions;
    const char *(*unavailable)(void);
    int (*setup)(const void *host, const void *arguments, uint64_t seed, void **state);
    int (*prepare)(void *state, uint64_t iterations);
    int (*run)(void *state, uint64_t iterations);
    int (*answer)(void *state, const void *sink);
    void (*teardown)(void *state);
    int (*expect)(const void *arguments, void *expected);
    int (*work)(const void *arguments, void *work);
    void *later[5]; /* new */
};
struct new_plugin {
    char magic[8];
    uint32_t struct_size;
    uint16_t major, minor;
    const struct new_kernel *const *kernels;
    const char *build;
    const char *licence; /* new */
    uint64_t later[3];   /* new */
};

static int set_up(const void *host, const void *arguments, uint64_t seed, void **state)
{
    (void)host;
    (void)arguments;
    (void)seed;
    *state = NULL;
    return 0;
}

static int run(void *state, uint64_t iterations)
{
    (void)state;
    for (volatile uint64_t i = 0; i < iterations; i++) {
    }
    return 0;
}

static const struct new_parameter size = { sizeof size, 1, "size", "a number", "7", "1", "10", NULL, "bytes", 1.0 };
static const struct new_parameter *const parameters[] = { &size, NULL };
static const struct new_measure speed = { sizeof speed, 1, "speed", "1", "how fast" };
static const struct new_measure *const measures[] = { &speed, NULL };
static const struct new_kernel kernel = { .struct_size = sizeof kernel,
                                          .flags = 4u | 1u << 30,
                                          .name = "new.kernel",
                                          .summary = "of a newer minor version",
                                          .parameters = parameters,
                                          .measures = measures,
                                          .setup = set_up,
                                          .run = run,
                                          .later = { (void *)1, (void *)2, (void *)3, (void *)4, (void *)5 } };
static const struct new_kernel *const kernels[] = { &kernel, NULL };

__attribute__((visibility("default"))) extern const struct new_plugin assay_plugin;
const struct new_plugin assay_plugin = { { 'A', 'S', 'S', 'A', 'Y', 'P', 'L', 'G' },
                                         sizeof assay_plugin,
                                         1,
                                         7,
                                         kernels,
                                         "a newer compiler",
                                         "Apache-2.0",
                                         { 1, 2, 3 } };
