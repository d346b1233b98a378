/* The option table: what a command accepts, in one place. The parser, --help, the man page and the shells'
 * completions all read it. Knows no command and prints nothing. */
#ifndef ASSAY_CLI_OPTION_H
#define ASSAY_CLI_OPTION_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum assay_option_kind {
    ASSAY_OPTION_FLAG,
    ASSAY_OPTION_TEXT,
    ASSAY_OPTION_INTEGER,
    ASSAY_OPTION_REAL,
    ASSAY_OPTION_DURATION,
    ASSAY_OPTION_SIZE,
    ASSAY_OPTION_PROCESSORS, /* a list of processors, or "all" */
    ASSAY_OPTION_CHOICE,     /* one of `choices` */
    ASSAY_OPTION_CHOICES     /* a comma-separated list of them; the last of `choices` is "all" */
};

/* What a shell offers in the place of a value. */
enum assay_completion {
    ASSAY_COMPLETE_NOTHING,
    ASSAY_COMPLETE_FILE,
    ASSAY_COMPLETE_BENCHMARK,
    ASSAY_COMPLETE_SUITE,
    ASSAY_COMPLETE_TOPIC,
    ASSAY_COMPLETE_PROGRAM
};

#define ASSAY_OPTION_REPEATED 1u /* may stand more than once: flags are counted, texts gathered */
#define ASSAY_OPTION_OPTIONAL 2u /* the value may be left out; a next word that begins with '-' is not it */
#define ASSAY_OPTION_HIDDEN 4u   /* for build scripts: in no help, page or completion */
#define ASSAY_OPTION_ABOVE 8u    /* `least` itself is refused */

struct assay_option {
    const char *name; /* long, without "--"; NULL ends a table */
    char letter;      /* short; 0: none */
    enum assay_option_kind kind;
    unsigned traits;
    const char *value;               /* "TIME", for people; NULL for a flag */
    const char *group;               /* heading in the help; NULL: that of the option before */
    const char *summary;             /* a phrase without full stop */
    const char *fallback;            /* what holds without the option, for people; NULL: nothing to say */
    const char *wish;                /* ends "bad --x 'y': want ..."; NULL: made from kind and bounds */
    double least, most;              /* INTEGER, REAL; DURATION: seconds; SIZE: bytes. `most` 0: no bound */
    const char *const *choices;      /* NULL-terminated */
    bool (*check)(const char *text); /* TEXT: whether the value will do; NULL: anything but "" */
    enum assay_completion completion;
    size_t offset; /* of the struct assay_option_value in the command's values */
};

/* What the parser found for an option; all zero when it was not given. */
struct assay_option_value {
    unsigned given;     /* how often */
    const char *text;   /* as last written, borrowed from the command line; NULL: none */
    uint64_t integer;   /* INTEGER, SIZE; CHOICE: its index; CHOICES: a bit each, all of them for "all" */
    double real;        /* REAL; DURATION: seconds */
    const char **texts; /* REPEATED TEXT: every one, NULL-terminated; heap */
};

struct assay_positional {
    const char *name; /* "BENCHMARK", or several, "BASE HEAD"; NULL: the command takes none */
    const char *summary;
    size_t least, most; /* how many */
    enum assay_completion completion;
};

/* What a command accepts. Every command accepts --help besides. */
struct assay_syntax {
    const char *command; /* "run", "env show" */
    const struct assay_option *options;
    struct assay_positional positional;
    bool takes_command; /* what stands after "--" is the command line of a program */
    const char *command_operand; /* how the help shows that; NULL: "-- COMMAND..." */
};

struct assay_arguments {
    bool help;          /* --help was given: nothing else was looked at */
    const char **names; /* positionals, NULL-terminated; heap; never NULL */
    size_t name_count;
    const char *const *rest; /* takes_command: the words after "--", NULL-terminated, borrowed; NULL: no "--" */
};

/* Reads the words of `argv` (NULL-terminated, after the command's name) into `values` (zeroed by the caller) and
 * `arguments`. The error names the option as written and the wish. Release both also after a failure. */
int assay_option_parse(struct assay_arguments *arguments, void *values, const struct assay_syntax *syntax,
                       char *const *argv, struct assay_error *error);
void assay_arguments_release(struct assay_arguments *arguments, void *values, const struct assay_syntax *syntax);

/* The command's options one after the other, --help last; NULL after the end. */
const struct assay_option *assay_option_at(const struct assay_syntax *syntax, size_t index);
/* What a value must be: "1 to 100000", "a time above 0, such as 10ms". */
void assay_option_wish(struct assay_text *text, const struct assay_option *option);
/* "a, b or c". */
void assay_option_choices(struct assay_text *text, const char *const *choices, const char *joint);
/* The option's value in a command's values. */
struct assay_option_value *assay_option_value(void *values, const struct assay_option *option);

#endif
