/* What the files of the command run share: its options, and the way from them to a plan and to files. */
#ifndef ASSAY_CLI_RUN_H
#define ASSAY_CLI_RUN_H

#include "catalog/catalog.h"
#include "cli/command.h"
#include "plan/plan.h"
#include "reports/report.h"

struct run_values {
    struct assay_option_value suite, parameter, filter, threads, cold, prepare;
    struct assay_option_value budget, samples, processes, batch, warmup, timeout;
    struct assay_option_value order, seed, cpu, jobs, memory, no_layouts;
    struct assay_option_value output, format, columns, append, resume, dry_run, quiet, color;
};
extern const struct assay_option assay_run_options[];

/* ---- run_plan.c: what is measured ---- */

/* Checks what the table cannot: options that exclude each other, processors, the program after "--". */
int assay_run_check(const struct assay_invocation *invocation, struct assay_error *error);
/* The plan of the command line, for kernels of `catalog`. */
int assay_run_plan(struct assay_plan **plan, struct assay_catalog *catalog, const struct assay_places *places,
                   const struct assay_invocation *invocation, struct assay_error *error);
/* The plan and how long it will take, on standard output; the exit status. */
int assay_run_print_plan(const struct assay_plan *plan, const struct run_values *values);

/* ---- run_output.c: where it goes ---- */
struct run_output {
    const struct run_values *values;
    const struct assay_report_format *format;
    char *document;     /* path, or a directory with '/' at its end: the name is made from the document's id */
    char *journal;      /* absolute, for the journal: where the document will go; NULL: not said (--append) */
    const char *render; /* the file that takes the report; NULL: standard output */
    const struct assay_report_format *shown; /* the report's format */
    struct assay_document *base;             /* --append: the document so far */
    bool made;                               /* the directory was made for this run, and is still empty */
};
/* Decides, and makes sure, before anything is measured, that files can be made there. `resumed` is where the journal's
 * run wanted its document; NULL: not said. */
int assay_run_output_open(struct run_output *output, const struct run_values *values, const char *resumed,
                          struct assay_error *error);
void assay_run_output_release(struct run_output *output);
/* Saves the document (joined with that of --append); consumes it, and gives in *shown the one to be reported. *path is
 * where it is now; heap. */
int assay_run_output_save(struct assay_document **shown, char **path, struct run_output *output,
                          struct assay_document *document, struct assay_error *error);
/* Writes the report to its file or to standard output. */
int assay_run_output_report(const struct run_output *output, const struct assay_document *document,
                            struct assay_error *error);

#endif
