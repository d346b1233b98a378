/* Help for people, from the tables: of assay, of a command, of a topic. */
#ifndef ASSAY_CLI_HELP_H
#define ASSAY_CLI_HELP_H

#include "cli/command.h"

/* Prints the help of a command, or of assay (NULL), on standard output; the exit status. */
int assay_help_print(const struct assay_command *command);
/* Commands that share a first word: "env" of "env show". */
bool assay_help_has_group(const char *word);
int assay_help_print_group(const char *word);

/* The option as people write it: "-o, --output FILE". `bare`: without the indent that lines up long options. */
void assay_help_spell(struct assay_text *text, const struct assay_option *option, bool bare);
/* The option's summary with its choices and default. */
void assay_help_summary(struct assay_text *text, const struct assay_option *option);
/* "[BENCHMARK...] [-- COMMAND...]" */
void assay_help_operands(struct assay_text *text, const struct assay_syntax *syntax);

#endif
