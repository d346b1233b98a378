/* Frozen: a kernel whose struct ends before its callbacks. */
#include <stddef.h>
#include <stdint.h>

struct short_kernel {
    uint32_t struct_size;
    uint32_t flags;
    const char *name;
    const char *const *aliases;
    const char *summary;
};
struct plugin {
    char magic[8];
    uint32_t struct_size;
    uint16_t major, minor;
    const struct short_kernel *const *kernels;
    const char *build;
};

static const struct short_kernel kernel = { sizeof kernel, 0, "short.kernel", NULL, "ends early" };
static const struct short_kernel *const kernels[] = { &kernel, NULL };

__attribute__((visibility("default"))) extern const struct plugin assay_plugin;
const struct plugin assay_plugin = {
    { 'A', 'S', 'S', 'A', 'Y', 'P', 'L', 'G' }, sizeof assay_plugin, 1, 0, kernels, NULL
};
