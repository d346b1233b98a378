/* On which processors the two sides of a link run. Knows neither link nor process: it pins what it is told to. */
#ifndef ASSAY_TRANSPORT_PLACEMENT_H
#define ASSAY_TRANSPORT_PLACEMENT_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct placement {
    cpu_set_t allowed; /* where the calling thread may run: what placement_choose() found */
    int allowed_count;
    int driver, server; /* processors; -1: wherever the scheduler likes */
};

/* `name`: free; same, both sides on one processor; other, on two, of different cores where there are such. The
 * processors are among those allowed to the calling thread, other ones for another `number`, as far as there are.
 * False: `reason` says why, one line. */
bool placement_choose(struct placement *placement, const char *name, uint32_t number, char *reason, size_t size);
/* Pins a thread or process (0: the calling thread) to a processor; -1 does nothing. False: errno. */
bool placement_pin(int processor, pid_t pid);
/* Lets the calling thread run wherever it could before. */
void placement_restore(const struct placement *placement);

#endif
