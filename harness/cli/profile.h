/* What the files of the command profile share: its options, and the way from them to a plan, a document and a view. */
#ifndef ASSAY_CLI_PROFILE_H
#define ASSAY_CLI_PROFILE_H

#include "catalog/catalog.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "passes/passes.h"
#include "plan/plan.h"

struct profile_values {
    struct assay_option_value suite, against, parameter, filter, threads;
    struct assay_option_value sort, restricted, fold, callers, callees, lines, assembly;
    struct assay_option_value cost, precision, timed_share, no_samples, no_hooks, sampler;
    struct assay_option_value budget, timeout, seed, cpu, memory;
    struct assay_option_value dry_run;
    struct assay_results_values results;
};

/* ---- profile_options.c ---- */
extern const struct assay_option assay_profile_options[];
/* A precision as a fraction: "2%" and "2" are 0.02. False, and *fraction as it was: not one. */
bool assay_precision_parse(double *fraction, const char *text);
/* Checks what the table cannot: options that exclude each other or that a stored document has no use for. */
int assay_profile_options_check(const struct assay_invocation *invocation, struct assay_error *error);
/* Whether the word names a stored document. */
bool assay_profile_is_stored(const char *word);
/* The engine's wishes. */
void assay_profile_configure(struct assay_profile_options *options, const struct profile_values *values);

/* ---- profile_view.c: how profiles are shown ---- */
struct assay_profile_choice {
    struct assay_profile_view view; /* borrows what follows */
    char *storage;                  /* of the sort keys */
    const char **sort;
    char *assembly;
};
/* From the options. Refuses sort keys and restrictions that nothing can be selected by. */
int assay_profile_choice_make(struct assay_profile_choice *choice, const struct profile_values *values,
                              struct assay_error *error);
void assay_profile_choice_release(struct assay_profile_choice *choice);

/* ---- profile_plan.c: which benchmarks ---- */
struct assay_profile_work {
    struct assay_catalog *catalog;
    struct assay_places places;
    struct assay_plan *plan; /* one benchmark, or base and head, or a suite's; NULL: all are stored */
};
/* `words`: what is measured, one or two benchmarks. */
int assay_profile_prepare(struct assay_profile_work *work, const char *const *words, size_t count,
                          const struct profile_values *values, struct assay_error *error);
/* The benchmarks of --suite, those that --filter leaves. */
int assay_profile_prepare_suite(struct assay_profile_work *work, const struct profile_values *values,
                                struct assay_error *error);
void assay_profile_work_release(struct assay_profile_work *work);
/* The plan on standard output; the exit status. */
int assay_profile_print_plan(const struct assay_profile_work *work, const struct profile_values *values);

/* ---- profile_suite.c ---- */
/* Each benchmark of the plan is profiled by itself; a budget is shared out among those that are left. Interrupted: those that
 * were not begun are left out. */
int assay_profile_run_each(struct assay_document **out, const struct assay_plan *plan, const struct assay_measure_options *options,
                           const struct assay_profile_options *wish, struct assay_error *error);

/* ---- profile_stored.c: documents that are there already ---- */
/* A document with at least one profile. */
int assay_profile_load(struct assay_document **out, const char *path, struct assay_error *error);
/* The profile of `base` and that of `head` in a document of their own, with their difference; each is refused unless it
 * has one only. `words` name them in errors. Consumes both, also on failure. */
int assay_profile_join_take(struct assay_document **out, struct assay_document *base, struct assay_document *head,
                            const char *const words[2], struct assay_error *error);

/* ---- profile_assembly.c ---- */
/* The instructions of the functions that were sampled most, with their samples, as text; heap. What stands in the way
 * is said in the text. Runs objdump. */
int assay_profile_assembly(char **text, const struct assay_document *document, struct assay_error *error);

#endif
