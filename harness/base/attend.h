/* A child process that runs for seconds or hours while we wait: a build, a measuring assay. What is short and whose output is wanted
 * goes through child.h. */
#ifndef ASSAY_BASE_ATTEND_H
#define ASSAY_BASE_ATTEND_H

#include "base/error.h"

#include <signal.h>

struct assay_attended {
    const char *const *argv;        /* searched in PATH; standard input is /dev/null */
    const char *directory;          /* where it runs; NULL: here */
    const char *const *environment; /* "NAME=VALUE" set and "NAME" unset, ended by NULL; NULL: ours */
    const char *output;             /* file that takes its standard output; NULL: ours takes it */
    const char *errors;             /* likewise standard error; the same path: both into one */
    double timeout_s;               /* 0: as long as it takes */
    const volatile sig_atomic_t *stop; /* a signal's number: the child gets it, once, and is waited for; NULL: never */
};
/* It has a process group of its own, and is told (SIGTERM) when we die. *status: as from waitpid. ASSAY_EIO: it cannot be started, or
 * took too long and was killed with its group. */
int assay_attend(int *status, const struct assay_attended *child, struct assay_error *error);

#endif
