/* What every command says in the same way: errors, and the end of standard output. */
#ifndef ASSAY_CLI_SAY_H
#define ASSAY_CLI_SAY_H

#include "base/error.h"

#include <stdbool.h>

/* Prints "assay: TEXT" on standard error; returns the exit status that belongs to the error's code. */
int assay_say_error(const struct assay_error *error);
int assay_say_errorf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether nobody reads standard output any more, as in `assay run | head -1`. */
bool assay_output_is_gone(void);
/* Flushes standard output. `status`, or ASSAY_EXIT_USAGE with a message when it could not be written; a reader who
 * went away is no error. */
int assay_finish_output(int status);

#endif
