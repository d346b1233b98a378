/* A worker under valgrind's callgrind, or beside the processor's counters, that runs one batch in a process of its own
 * and ends: for exact counts of instructions. Everything that could change a count from one process to the next is kept
 * the same: the plug-in's path, what libc chooses by the processor, when symbols are bound. Knows no statistics and no
 * profile. */
#ifndef ASSAY_MEASURE_VALGRIND_H
#define ASSAY_MEASURE_VALGRIND_H

#include "measure/channel.h"
#include "plan/plan.h"

#include <stdbool.h>
#include <stdint.h>

struct assay_valgrind {
    const struct assay_planned *planned;
    uint64_t seed;
    bool callgrind; /* else the processor's counters */
    double timeout_s;
    const volatile sig_atomic_t *stop; /* may be NULL */
    /* set by init */
    char *directory; /* for what callgrind writes, and the plug-in under a name that is as long for any plug-in: the
                        length of a path can move memory */
    char *plugin;
    char *output; /* what callgrind wrote of the last batch */
    struct assay_channel_limits limits;
};

/* Why nothing can be counted, whatever counts; NULL: it can. Static. */
const char *assay_valgrind_objection(const struct assay_planned *planned);
/* Whether there is a valgrind in PATH. */
bool assay_valgrind_is_installed(void);
/* The caller has set the first fields. False: no temporary directory. Release it in any case. */
bool assay_valgrind_init(struct assay_valgrind *valgrind, const char *plugin);
void assay_valgrind_release(struct assay_valgrind *valgrind);
/* From now on, so long for all batches, and as much memory as is free. */
void assay_valgrind_limit(struct assay_valgrind *valgrind);
/* A process that runs one batch of so many iterations and ends; *instructions by its counters, if it reads them, else
 * NaN. */
bool assay_valgrind_batch(double *instructions, const struct assay_valgrind *valgrind, uint64_t iterations,
                          struct assay_failure *failure);
/* A failure in words for people. Heap; NULL: no memory. */
char *assay_valgrind_explain(const struct assay_valgrind *valgrind, const struct assay_failure *failure);

#endif
