/* Child processes whose output is wanted: run a short command to its end. The worker's channel, which lives
 * longer and is measured, is measure/channel.h. */
#ifndef ASSAY_BASE_CHILD_H
#define ASSAY_BASE_CHILD_H

#include "base/error.h"

#include <stddef.h>

struct assay_child_result {
    int status;    /* as from waitpid */
    char *out;     /* standard output, NUL-terminated; heap */
    size_t length;
    char *err;     /* standard error, at most 64 KiB of it; heap */
};
void assay_child_result_release(struct assay_child_result *result);

/* Runs argv (searched in PATH) with standard input from /dev/null, gathers its output (at most 16 MiB), and
 * kills it after `timeout_s`. A command that cannot be started or outlives its time is an error; one that
 * ends with a status is a result. */
int assay_child_run(struct assay_child_result *result, const char *const *argv, double timeout_s,
                    struct assay_error *error);

#endif
