/* Where a command's result goes: -o and --format, alike for every command. */
#ifndef ASSAY_CLI_OUTPUT_H
#define ASSAY_CLI_OUTPUT_H

#include "base/error.h"
#include "base/text.h"
#include "cli/option.h"

#include <stdbool.h>

extern const char *const assay_text_json[]; /* choices: text, json */
enum assay_text_or_json { ASSAY_AS_TEXT, ASSAY_AS_JSON };

/* What a command of two formats writes: --format, else what the name after -o ends in, else text. */
enum assay_text_or_json assay_output_format(const struct assay_option_value *format,
                                            const struct assay_option_value *output);
/* Whether -o leads there: it was not given, or is "-". */
bool assay_output_is_standard(const struct assay_option_value *output);
/* Writes to the file of -o, or to standard output; consumes `text`; the exit status. */
int assay_output_write(struct assay_text *text, const struct assay_option_value *output);

#endif
