/* Man pages: a page's prose, with synopsis and options from the table. */
#ifndef ASSAY_CLI_MANUAL_H
#define ASSAY_CLI_MANUAL_H

#include "base/error.h"

/* Copies the template to `output` ("-": standard output), replacing the lines @SYNOPSIS@, @OPTIONS@, @EXAMPLES@,
 * @COMMANDS@ and @TOPICS@, and the word @VERSION@. `page` is a command, or the first word of several ("env");
 * NULL: the page of assay itself. */
int assay_manual_write(const char *page, const char *path, const char *output, struct assay_error *error);

#endif
