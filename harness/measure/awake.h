/* A process of the lowest priority that does nothing on a processor, so that the processor is never halted between two
 * batches. A halted virtual processor is given away by its host, and comes back late and to another core: on a shared
 * machine the spread of batches fell from 1.9 to 0.1 % with it. */
#ifndef ASSAY_MEASURE_AWAKE_H
#define ASSAY_MEASURE_AWAKE_H

#include "base/error.h"

#include <sys/types.h>

/* Starts it on `processor`; *pid is to be ended with assay_awake_end. It dies with its parent. */
int assay_awake_begin(pid_t *pid, int processor, struct assay_error *error);
/* 0 is fine. */
void assay_awake_end(pid_t pid);

#endif
