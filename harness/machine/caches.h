/* The caches of processor 0, as the kernel lists them. Internal to this folder. */
#ifndef ASSAY_MACHINE_CACHES_H
#define ASSAY_MACHINE_CACHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assay_cache {
    int64_t level;
    bool data;
    bool instructions; /* both: unified */
    int64_t bytes;
    int64_t ways; /* -1: not told */
    int64_t line_bytes;
    char shared_by[128]; /* a list of processors, or empty */
};
/* The cache with this index; false if there is none, or it has no size. */
bool assay_cache_read(struct assay_cache *cache, unsigned index);
#define ASSAY_CACHES_MOST 16

#endif
