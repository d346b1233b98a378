/* The processors that this process may run on, and pinning to some of them. */
#include "machine/machine.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* More than any Linux kernel is built for. */
#define MASK_PROCESSORS 8192

unsigned assay_machine_processors(bool *set, unsigned capacity)
{
    unsigned count = 0;
    size_t size = CPU_ALLOC_SIZE(MASK_PROCESSORS);
    cpu_set_t *mask = CPU_ALLOC(MASK_PROCESSORS);
    memset(set, 0, capacity * sizeof *set);
    if (mask && sched_getaffinity(0, size, mask) == 0) {
        for (unsigned i = 0; i < capacity && i < MASK_PROCESSORS; i++) {
            if (CPU_ISSET_S(i, size, mask)) {
                set[i] = true;
                count++;
            }
        }
    }
    if (mask) {
        CPU_FREE(mask);
    }
    return count;
}

int assay_machine_pin(pid_t pid, const bool *set, unsigned capacity, struct assay_error *error)
{
    size_t size = CPU_ALLOC_SIZE(MASK_PROCESSORS);
    cpu_set_t *mask = CPU_ALLOC(MASK_PROCESSORS);
    if (!mask) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    CPU_ZERO_S(size, mask);
    unsigned count = 0;
    unsigned first = 0;
    for (unsigned i = 0; i < capacity && i < MASK_PROCESSORS; i++) {
        if (!set[i]) {
            continue;
        }
        CPU_SET_S(i, size, mask);
        first = count++ == 0 ? i : first;
    }
    int code = 0;
    if (count == 0) {
        code = assay_fail(error, ASSAY_EUSAGE, "cannot pin to no processor: want at least one");
    } else if (sched_setaffinity(pid, size, mask) != 0) {
        code = assay_fail_errno(error, errno, "cannot pin process %d to %u processor%s from number %u on", (int)pid,
                                count, count == 1 ? "" : "s", first);
    }
    CPU_FREE(mask);
    return code;
}
