/* What the files of the command run share: its options, and the way from them to a plan and to files. */
#ifndef ASSAY_CLI_RUN_H
#define ASSAY_CLI_RUN_H

#include "catalog/catalog.h"
#include "cli/command.h"
#include "cli/results.h"
#include "plan/plan.h"

struct run_values {
    struct assay_option_value suite, parameter, filter, threads, cold, prepare;
    struct assay_option_value budget, samples, processes, batch, warmup, timeout;
    struct assay_option_value order, seed, cpu, jobs, memory, no_layouts;
    struct assay_option_value resume, dry_run;
    struct assay_results_values results;
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

#endif
