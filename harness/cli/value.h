/* One option's value: text to number, with the option's bounds. Knows no command line. */
#ifndef ASSAY_CLI_VALUE_H
#define ASSAY_CLI_VALUE_H

#include "cli/option.h"

/* Reads `text` for `option` into `value` (integer or real; `text` and `given` are the parser's). `spelled` is the
 * option as the user wrote it, for the error. */
int assay_option_value_read(struct assay_option_value *value, const struct assay_option *option, const char *text,
                            const char *spelled, struct assay_error *error);

#endif
