/* The request `profile`: batches as `run` does them, each recorded. What this worker can record, it says in its hello. */
#ifndef ASSAY_WORKER_PROFILE_H
#define ASSAY_WORKER_PROFILE_H

#include "worker/requests.h"

#include <stddef.h>

/* Appends the capabilities of this process (static texts, six at most). */
void assay_profile_capabilities(char **capabilities, size_t *count, const struct assay_session *session);

#endif
