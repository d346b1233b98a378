/* Frozen: a plug-in of major version 2, of which a host of version 1 knows magic, size and version, and nothing else.
 */
#include <stdint.h>

struct later_plugin {
    char magic[8];
    uint32_t struct_size;
    uint16_t major, minor;
    uint64_t something_else[4];
};

__attribute__((visibility("default"))) extern const struct later_plugin assay_plugin;
const struct later_plugin assay_plugin = {
    { 'A', 'S', 'S', 'A', 'Y', 'P', 'L', 'G' }, sizeof assay_plugin, 2, 0, { 1, 2, 3, 4 }
};
