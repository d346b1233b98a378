/* What libassay-allocations.so, loaded before everything else, shares with the worker that finds it by dlsym. */
#ifndef ASSAY_WORKER_ALLOCATIONS_H
#define ASSAY_WORKER_ALLOCATIONS_H

#include <stdint.h>

/* Grows only at its end. Counters of the process, changed by atomic additions. */
struct assay_allocations {
    uint32_t struct_size;
    uint32_t reserved;
    uint64_t calls; /* of malloc, calloc, realloc, posix_memalign, aligned_alloc, memalign, valloc that gave memory */
    uint64_t bytes; /* asked for by them; nothing is taken off when memory is freed */
    /* The same of the calling thread alone. Allocates nothing and may be called anywhere, also by a hook. */
    void (*read_thread)(uint64_t *calls, uint64_t *bytes);
};

#define ASSAY_ALLOCATIONS_SYMBOL "assay_allocations"

#endif
