/* The table of commands: what main, help, pages and completions walk over. A command is one file that ends in its
 * `struct assay_command`; adding one means a line in commands.c and a page in docs/man. */
#ifndef ASSAY_CLI_COMMAND_H
#define ASSAY_CLI_COMMAND_H

#include "cli/option.h"

#include <stdint.h>

/* docs/exit-status.md */
enum assay_exit {
    ASSAY_EXIT_OK = 0,
    ASSAY_EXIT_REGRESSION = 1,   /* a proven regression, or an environment that blocks */
    ASSAY_EXIT_USAGE = 2,        /* wrong usage, invalid input, I/O error */
    ASSAY_EXIT_FAILED = 3,       /* some benchmark failed */
    ASSAY_EXIT_UNDECIDED = 4,    /* with --strict: a comparison is inconclusive */
    ASSAY_EXIT_INTERRUPTED = 130 /* what was measured is kept */
};

/* A command line that has been read. */
struct assay_invocation {
    const struct assay_command *command;
    const void *values; /* the command's own struct of option values */
    struct assay_arguments arguments;
    int argc; /* the whole line, for the document */
    char *const *argv;
    int64_t program_start_ns;
};

struct assay_example {
    const char *line;
    const char *summary;
};

struct assay_command {
    struct assay_syntax syntax;           /* its name is here */
    const char *summary;                  /* a phrase: "time benchmarks and print a table" */
    const char *description;              /* a sentence or two below the usage in --help; may be NULL */
    const struct assay_example *examples; /* ended by a NULL line; may be NULL */
    size_t values_size;
    int (*run)(const struct assay_invocation *invocation); /* the exit status */
};

extern const struct assay_command *const assay_commands[]; /* NULL-terminated, in the order of the help */

/* The command that argv begins with: one word, or two ("env show"). *words says how many were used; NULL: none. */
const struct assay_command *assay_command_find(char *const *argv, int *words);

extern const struct assay_command assay_command_list, assay_command_run, assay_command_compare, assay_command_profile,
    assay_command_timeit, assay_command_report, assay_command_import, assay_command_env_show, assay_command_env_export,
    assay_command_env_check, assay_command_env_diff, assay_command_new, assay_command_help;

#endif
