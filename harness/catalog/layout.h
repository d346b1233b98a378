/* Layouts: the same code linked at other places. In layout k every function starts at an offset modulo 4096 that is a
 * hash of k and the function's name, so that two builds of one source put a function at the same offset.
 * Links NAME.builds/timed.o by the compiler named in NAME.builds/link.json, into the cache directory, on demand. */
#ifndef ASSAY_CATALOG_LAYOUT_H
#define ASSAY_CATALOG_LAYOUT_H

#include "base/error.h"

#include <stdint.h>

/* The path of layout `k` (1 and up) of the plug-in `plugin`, linked if it is not in the cache; heap. ASSAY_EUNAVAILABLE
 * with the reason if the plug-in came without its relocatable object or there is no linker. */
int assay_layout_path(char **out, const char *plugin, uint32_t k, struct assay_error *error);
/* Offset of a function in layout k, below 4096 and a multiple of 64: 64 times the top 6 bits of FNV-1a (64 bits, of k
 * as four bytes, least first, and the name) times 0x9E3779B97F4A7C15. Code that the compiler puts apart
 * ("unlikely.NAME", "startup.NAME") is a function of that name; two static functions of one name share one offset, one
 * behind the other. */
uint32_t assay_layout_offset(uint32_t k, const char *function);

#endif
