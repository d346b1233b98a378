/* Empties the processor's caches of what a kernel left there. Knows no kernel. */
#ifndef ASSAY_WORKER_CACHES_H
#define ASSAY_WORKER_CACHES_H

#include <stddef.h>

struct assay_caches {
    unsigned char *buffer; /* NULL until first used */
    size_t size;
};

/* Walks memory as large as the largest cache: reads and writes every line. Returns -1 when out of memory. */
int assay_caches_flush(struct assay_caches *caches);
void assay_caches_release(struct assay_caches *caches);

#endif
