/* Memory of the hooks: whole pages by mmap, so that a kernel that counts its allocations sees none of it. Zeroed, and
 * not there until it is touched. */
#ifndef ASSAY_HOOKS_PAGES_H
#define ASSAY_HOOKS_PAGES_H

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

/* NULL: none to be had. errno stays as the kernel's code left it. */
static inline void *assay_hooks_pages(size_t size)
{
    int before = errno;
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    errno = before;
    return pages == MAP_FAILED ? NULL : pages;
}

static inline void assay_hooks_drop(void *pages, size_t size)
{
    if (pages != NULL) {
        munmap(pages, size);
    }
}

#endif
