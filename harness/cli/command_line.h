/* Command lines as text that a shell would read back. */
#ifndef ASSAY_CLI_COMMAND_LINE_H
#define ASSAY_CLI_COMMAND_LINE_H

#include "base/error.h"

/* The words joined by spaces, quoted for a shell where needed; heap; NULL: no memory. */
char *assay_command_line(const char *const *words);
/* Whether `program` can be started: a path, or a name in PATH. */
int assay_command_check(const char *program, struct assay_error *error);

#endif
