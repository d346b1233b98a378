/* Options that several commands have, in one place: each macro is the part of a table's entry that does not depend on
 * the command, to which the entry adds its offset, and its group and fallback where it has them. */
#ifndef ASSAY_CLI_COMMON_H
#define ASSAY_CLI_COMMON_H

#include "cli/option.h"
#include "cli/output.h"
#include "cli/terminal.h"

#define ASSAY_LONGEST_S (240.0 * 3600.0)

/* The formats that run and compare write; each is one of reports/. */
extern const char *const assay_report_choices[];
/* And those that report writes: of profiles too. */
extern const char *const assay_report_formats_all[];

/* NAME=VALUE with something on both sides. */
bool assay_is_assignment(const char *text);
/* An extended regular expression. */
bool assay_is_expression(const char *text);

#define ASSAY_COMMON_SUITE                                                                                             \
    .name = "suite", .kind = ASSAY_OPTION_TEXT, .value = "NAME|FILE",                                                  \
    .wish = "the name of a suite (see assay list --suites), or a file", .completion = ASSAY_COMPLETE_SUITE

#define ASSAY_COMMON_PARAMETER                                                                                         \
    .name = "parameter", .letter = 'p', .kind = ASSAY_OPTION_TEXT, .traits = ASSAY_OPTION_REPEATED,                    \
    .value = "NAME=VALUE[,VALUE...]", .wish = "NAME=VALUE[,VALUE...], such as limit=1000,1e6",                         \
    .check = assay_is_assignment

#define ASSAY_COMMON_FILTER                                                                                            \
    .name = "filter", .kind = ASSAY_OPTION_TEXT, .value = "REGEX",                                                     \
    .summary = "only benchmarks whose id matches the extended regular expression",                                     \
    .wish = "an extended regular expression", .check = assay_is_expression

#define ASSAY_COMMON_THREADS                                                                                           \
    .name = "threads", .kind = ASSAY_OPTION_INTEGER, .value = "N", .summary = "run each kernel on N threads at once",  \
    .fallback = "1", .least = 1, .most = 1024

#define ASSAY_COMMON_TIMEOUT                                                                                           \
    .name = "timeout", .kind = ASSAY_OPTION_DURATION, .traits = ASSAY_OPTION_ABOVE, .value = "TIME",                   \
    .summary = "give up a worker that does not answer for this long", .fallback = "30s", .most = ASSAY_LONGEST_S

#define ASSAY_COMMON_SEED                                                                                              \
    .name = "seed", .kind = ASSAY_OPTION_INTEGER, .value = "N",                                                        \
    .summary = "number that order and inputs are drawn from", .fallback = "a fresh one, recorded",                     \
    .wish = "a whole number below 2^64"

#define ASSAY_COMMON_CPU                                                                                               \
    .name = "cpu", .kind = ASSAY_OPTION_PROCESSORS, .value = "LIST",                                                   \
    .summary = "processors to measure on, such as 0 or 0,2-3; all: not pinned"

#define ASSAY_COMMON_MEMORY                                                                                            \
    .name = "memory", .kind = ASSAY_OPTION_SIZE, .traits = ASSAY_OPTION_ABOVE, .value = "SIZE",                        \
    .summary = "end a worker whose resident memory passes SIZE", .fallback = "80 % of what is free",                   \
    .wish = "a size above 0, such as 512M"

#define ASSAY_COMMON_NO_LAYOUTS                                                                                        \
    .name = "no-layouts", .kind = ASSAY_OPTION_FLAG,                                                                   \
    .summary = "run plug-ins only as they were linked, not in several layouts of their code"

/* -o and --format of commands that end in a document. */
#define ASSAY_COMMON_DOCUMENT                                                                                          \
    .name = "output", .letter = 'o', .kind = ASSAY_OPTION_TEXT, .value = "FILE", .group = "Results",                   \
    .summary = "write to FILE; .html, .md, .txt, .csv and the like imply that format, all other names the document "  \
               "(json), whose place is else assay-results/; -: standard output",                                               \
    .wish = "a file", .completion = ASSAY_COMPLETE_FILE
#define ASSAY_COMMON_REPORT                                                                                            \
    .name = "format", .kind = ASSAY_OPTION_CHOICE, .value = "F", .summary = "what is written",                         \
    .choices = assay_report_choices, .fallback = "text"

/* -o and --format of commands that write text or JSON of their own. */
#define ASSAY_COMMON_OUTPUT                                                                                            \
    .name = "output", .letter = 'o', .kind = ASSAY_OPTION_TEXT, .value = "FILE", .group = "Output",                    \
    .summary = "write to FILE; its ending implies the format", .wish = "a file", .fallback = "-, standard output",     \
    .completion = ASSAY_COMPLETE_FILE
#define ASSAY_COMMON_FORMAT                                                                                            \
    .name = "format", .kind = ASSAY_OPTION_CHOICE, .value = "F", .summary = "how to write it",                         \
    .choices = assay_text_json, .fallback = "text"

#define ASSAY_COMMON_DRY_RUN                                                                                           \
    .name = "dry-run", .kind = ASSAY_OPTION_FLAG, .summary = "print the plan and how long it will take; measure nothing"
#define ASSAY_COMMON_QUIET .name = "quiet", .letter = 'q', .kind = ASSAY_OPTION_FLAG, .summary = "no progress, no hints"
#define ASSAY_COMMON_COLOR                                                                                             \
    .name = "color", .kind = ASSAY_OPTION_CHOICE, .value = "WHEN", .summary = "colour in tables",                      \
    .choices = assay_color_choices, .fallback = "auto"

#endif
