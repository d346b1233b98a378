/* Counts allocations: stands before the C library's allocator by LD_PRELOAD and passes every call on by glibc's second
 * names, so that nothing has to be looked up while the process starts. free stays the C library's own.
 * Knows no kernel; must not allocate, print or depend on anything but libc. */
#include "worker/allocations.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define VISIBLE __attribute__((visibility("default")))

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* Initial-exec: the library is loaded with the program, and other models would allocate at the first touch. */
static __thread __attribute__((tls_model("initial-exec"))) struct {
    uint64_t calls, bytes;
} mine;

static void read_thread(uint64_t *calls, uint64_t *bytes)
{
    *calls = mine.calls;
    *bytes = mine.bytes;
}

VISIBLE struct assay_allocations assay_allocations = { sizeof(struct assay_allocations), 0, 0, 0, read_thread };

static void *count(void *memory, size_t size)
{
    if (memory != NULL) {
        mine.calls++;
        mine.bytes += size;
        __atomic_fetch_add(&assay_allocations.calls, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&assay_allocations.bytes, size, __ATOMIC_RELAXED);
    }
    return memory;
}

VISIBLE void *malloc(size_t size)
{
    return count(__libc_malloc(size), size);
}

VISIBLE void *calloc(size_t items, size_t size)
{
    return count(__libc_calloc(items, size), items * size); /* memory was given: the product did not overflow */
}

VISIBLE void *realloc(void *old, size_t size)
{
    return count(__libc_realloc(old, size), size);
}

VISIBLE void *reallocarray(void *old, size_t items, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(items, size, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(old, total);
}

VISIBLE void *memalign(size_t alignment, size_t size);
VISIBLE void *memalign(size_t alignment, size_t size)
{
    return count(__libc_memalign(alignment, size), size);
}

VISIBLE void *aligned_alloc(size_t alignment, size_t size)
{
    return memalign(alignment, size);
}

VISIBLE void *valloc(size_t size)
{
    return memalign((size_t)sysconf(_SC_PAGESIZE), size);
}

VISIBLE int posix_memalign(void **out, size_t alignment, size_t size)
{
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
        return EINVAL;
    }
    int before = errno;
    void *memory = memalign(alignment, size);
    errno = before; /* it reports by its value alone */
    if (memory == NULL) {
        return ENOMEM;
    }
    *out = memory;
    return 0;
}
