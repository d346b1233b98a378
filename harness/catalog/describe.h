/* Asks plug-ins what they offer: starts a worker for each, two at a time, sends `describe`, reads the reply, ends it.
 * The channel that is measured, and lives longer, is measure/'s; this one is for a question and an answer. */
#ifndef ASSAY_CATALOG_DESCRIBE_H
#define ASSAY_CATALOG_DESCRIBE_H

#include "base/error.h"
#include "protocol/description.h"

#include <stddef.h>

/* How long one worker may take. */
#define ASSAY_DESCRIBE_TIMEOUT_NS 5000000000LL

struct assay_describe {
    char *const *command;   /* borrowed argv, NULL-terminated */
    struct assay_description description; /* the answer, when `problem` is NULL */
    char *problem;          /* why there is none, one line; heap */
};
/* Asks all of them; each has an answer or a problem afterwards. Only running out of memory is an error. */
int assay_describe_all(struct assay_describe *questions, size_t count, struct assay_error *error);

#endif
