/* Completions of the shells, from the tables. A file a shell; no file knows a command by name, but for `list`, which
 * every shell asks for the names of benchmarks and suites. */
#ifndef ASSAY_CLI_COMPLETION_H
#define ASSAY_CLI_COMPLETION_H

#include "cli/option.h"

#include <stddef.h>

extern const char *const assay_completion_shells[]; /* NULL-terminated */
/* Writes the script of assay_completion_shells[shell] to `output` ("-": standard output); the exit status. */
int assay_completion_print(size_t shell, const char *output);

/* ---- for the shells ---- */
#define ASSAY_ASK_BENCHMARKS "assay list --names 2>/dev/null"
#define ASSAY_ASK_SUITES "assay list --suites --names 2>/dev/null"

void assay_completion_bash(struct assay_text *to);
void assay_completion_zsh(struct assay_text *to);
void assay_completion_fish(struct assay_text *to);

/* The option number `index` that is not hidden; NULL after the end. */
const struct assay_option *assay_completion_option(const struct assay_syntax *syntax, size_t index);
/* Each first word of the commands once ("env" of "env show"), with a space after it. */
void assay_completion_print_first_words(struct assay_text *to);
/* Each second word of the commands that begin with `first`, likewise; how many there are. */
size_t assay_completion_print_second_words(struct assay_text *to, const char *first);
/* The words of assay help. */
void assay_completion_print_topics(struct assay_text *to);
void assay_completion_print_choices(struct assay_text *to, const char *const *choices);
/* Whether command number `index` has the first word of no command before it. */
bool assay_completion_is_new(size_t index);
/* `string` for the inside of single quotes ('\'' for a quote), with a backslash before characters of `special`. */
void assay_completion_print_quoted(struct assay_text *to, const char *string, const char *special);

#endif
