/* Why a request is refused: a status of the protocol and one line. The first one wins, as with struct assay_error. */
#ifndef ASSAY_WORKER_REFUSAL_H
#define ASSAY_WORKER_REFUSAL_H

#include "base/error.h"

struct assay_refusal {
    const char *status; /* "failed", "unavailable", ...: static; NULL while there is none */
    struct assay_error error;
};

/* Returns -1. */
int assay_refuse(struct assay_refusal *failure, const char *status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
