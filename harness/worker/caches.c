/* By use, not by instruction: clflush wants the kernel's addresses, and there is none for everything in user mode. */
#include "worker/caches.h"

#include "machine/machine.h"

#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 64 };

int assay_caches_flush(struct assay_caches *caches)
{
    if (caches->buffer == NULL) {
        size_t size = (size_t)assay_machine_cache_bytes();
        unsigned char *buffer = malloc(size);
        if (buffer == NULL) {
            return -1;
        }
        memset(buffer, 1, size); /* real pages, not the kernel's one page of zeros */
        caches->buffer = buffer;
        caches->size = size;
    }
    volatile unsigned char *bytes = caches->buffer;
    for (size_t at = 0; at < caches->size; at += LINE_BYTES) {
        bytes[at]++;
    }
    return 0;
}

void assay_caches_release(struct assay_caches *caches)
{
    free(caches->buffer);
    caches->buffer = NULL;
}
