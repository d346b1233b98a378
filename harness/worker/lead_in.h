/* A lead-in: a run before a batch that warms up caches and predictors. Knows no clock; nothing of it is reported. */
#ifndef ASSAY_WORKER_LEAD_IN_H
#define ASSAY_WORKER_LEAD_IN_H

#include "worker/instance.h"
#include "worker/refusal.h"

#include <stdint.h>

/* Prepares, runs `iterations` on every thread at once, and drops the answers. It fails as a batch would. */
int assay_lead_in(struct assay_instance *instance, uint64_t iterations, struct assay_refusal *failure);

#endif
