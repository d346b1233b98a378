/* Layouts: the same code linked at other places. In layout k every function starts at an offset modulo 4096 that is a
 * hash of k and the function's name, so that two builds of one source put a function at the same offset.
 * Links NAME.builds/timed.o by the compiler named in NAME.builds/link.json, into the cache directory, on demand. */
#ifndef ASSAY_CATALOG_LAYOUT_H
#define ASSAY_CATALOG_LAYOUT_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The path of layout `k` (1 and up) of the plug-in `plugin`, linked if it is not in the cache; heap. ASSAY_EUNAVAILABLE
 * with the reason if the plug-in came without its relocatable object or there is no linker. */
int assay_layout_path(char **out, const char *plugin, uint32_t k, struct assay_error *error);
/* Offset of a function in layout k, below 4096 and a multiple of 64: 64 times the top 6 bits of FNV-1a (64 bits, of k
 * as four bytes, least first, and the name) times 0x9E3779B97F4A7C15. Code that the compiler puts apart
 * ("unlikely.NAME", "startup.NAME") is a function of that name; two static functions of one name share one offset, one
 * behind the other. */
uint32_t assay_layout_offset(uint32_t k, const char *function);

/* How several layouts are linked; zeros are fine. */
struct assay_layouts_options {
    unsigned at_once;                  /* linkers at the same time, 1 to 64; 0: 1 */
    const bool *processors;            /* those the linkers may use, a bool each; NULL: those of the caller */
    unsigned processor_count;          /* of `processors` */
    const volatile sig_atomic_t *stop; /* looked at before each link; may be NULL */
};
/* Links the layouts `numbers` that are not in the cache yet. The first error ends it, as does *stop
 * (ASSAY_EINTERRUPTED); what was linked by then stays. assay_layout_path then finds each of them at once. */
int assay_layouts_link(const char *plugin, const uint32_t *numbers, size_t count,
                       const struct assay_layouts_options *options, struct assay_error *error);
/* The layouts that a plug-in brings along, NAME.builds/layouts/[any name].so, sorted by name: absolute paths, heap
 * array of heap strings (assay_names_free). None there: *count is 0 and all is well. */
int assay_layouts_foreign(char ***paths, size_t *count, const char *plugin, struct assay_error *error);

#endif
