/* What the files of the command compare share: its options, and the way from them to pairs of benchmarks. */
#ifndef ASSAY_CLI_COMPARE_H
#define ASSAY_CLI_COMPARE_H

#include "catalog/catalog.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/results.h"
#include "compare/compare.h"
#include "plan/pairs.h"

struct compare_values {
    struct assay_option_value suite, parameter, filter, toolchain, cflags, threads;
    struct assay_option_value margin, confidence, strict, budget, pairs, self, timeout;
    struct assay_option_value crossover, from, to;
    struct assay_option_value duet, instructions, seed, cpu, memory, no_layouts;
    struct assay_option_value force, dry_run;
    struct assay_option_value part; /* of a larger command's work, which says the rest: nothing in common is no mistake */
    struct assay_results_values results;
};

/* ---- compare_options.c ---- */
extern const struct assay_option assay_compare_options[];
/* A margin as a fraction: "1%" and "1" are 0.01. Without the sign nothing below 0.1 is taken: 0.01 would be a hundredth
 * of what it looks like. False, and *fraction as it was: not a margin. */
bool assay_margin_parse(double *fraction, const char *text);
/* Checks what the table cannot: options that exclude each other or that what is compared has no use for. */
int assay_compare_check(const struct assay_invocation *invocation, struct assay_error *error);

/* ---- compare_sides.c: what the words mean ---- */
enum assay_side_kind {
    ASSAY_SIDE_BENCHMARK, /* `text` is a benchmark's name */
    ASSAY_SIDE_PLUGINS,   /* a plug-in, or a directory of them: all their kernels */
    ASSAY_SIDE_SOURCE,    /* a C file to be built, `kernel` behind it */
    ASSAY_SIDE_DOCUMENT
};
struct assay_side {
    enum assay_side_kind kind;
    char *text;         /* the name or path */
    const char *kernel; /* SOURCE: "KERNEL[:...]", in the word of the command line; NULL: all kernels */
};
/* One side from its word. `builds`: a C file may stand there. */
int assay_side_read(struct assay_side *side, const char *word, bool builds, struct assay_error *error);
void assay_side_release(struct assay_side *side);
/* A kernel named on one side holds for both, where the other is a plug-in: makes that a benchmark. Refuses two that
 * cannot be compared. */
int assay_sides_match(struct assay_side *base, struct assay_side *head, struct assay_error *error);
/* The benchmark of a side of "-- COMMAND... -- COMMAND...": the words up to the next "--" or the end, which *words then
 * points behind. One word is a line as for a shell, several are a program and its arguments. */
int assay_side_command(char **benchmark, const char *const **words, struct assay_error *error);

/* ---- compare_plan.c: which benchmarks meet ---- */
struct assay_compare_work {
    struct assay_catalog *catalog;
    struct assay_places places;
    struct assay_plan *plan;
    struct assay_compare_pair *pairs;
    char **labels; /* for each pair, what its sides are where the ids do not say it; NULL: nothing to say */
    size_t count;
    char **warnings; /* for the document */
    size_t warning_count;
    bool may_lack; /* --part: a directory without plug-ins has no benchmark, and is no mistake */
    char *fixed; /* --crossover: "limit=1000", beside -p; NULL: nothing */
};
/* From the command line to pairs. Builds what --toolchain asks for. */
int assay_compare_prepare(struct assay_compare_work *work, const struct assay_invocation *invocation,
                          struct assay_error *error);
/* Plans anew, with the parameter of "NAME=VALUE" at that value on both sides. Takes the text, also on failure; NULL: no
 * memory. */
int assay_compare_prepare_at(struct assay_compare_work *work, const struct assay_invocation *invocation, char **taken,
                             struct assay_error *error);
void assay_compare_work_release(struct assay_compare_work *work);
/* The pairs on standard output; the exit status. */
int assay_compare_print_plan(const struct assay_compare_work *work, const struct compare_values *values);

/* ---- compare_crossover.c: --crossover ---- */
/* Where a crossover is looked for. */
struct assay_compare_range {
    const char *parameter; /* of the command line */
    char *base, *head;     /* what the sides are called: their ids without the parameter */
    char *hint;            /* what may make their answers agree; NULL: nothing is known */
    double from, to;
    bool whole;
};
struct assay_compare_session;
/* Checks what --crossover, --from and --to say against the kernels that were planned, and plans both at --from. */
int assay_compare_find_range(struct assay_compare_session *session, struct assay_error *error);
void assay_compare_range_release(struct assay_compare_range *range);
/* Looks for it, into one document. */
int assay_compare_measure_crossover(struct assay_document **out, struct assay_compare_session *session,
                                    struct assay_error *error);
/* What --dry-run prints of it. */
int assay_compare_print_search(const struct assay_compare_session *session);

/* ---- compare_run.c: measuring ---- */
struct assay_compare_session {
    const struct assay_invocation *invocation;
    const struct compare_values *values;
    struct assay_compare_work work;
    struct assay_compare_options options; /* but `measure`, `progress` and `context`, which each run sets */
    struct assay_progress_line line;
    bool interrupted;
    struct assay_compare_range range; /* of --crossover */
};
void assay_compare_configure(struct assay_compare_options *options, const struct compare_values *values);
/* Takes what stands in no pair out of the plan. */
int assay_compare_drop_unpaired(struct assay_compare_work *work, struct assay_error *error);
/* All pairs once, within `budget_s` from now (below 0: the default for each), into a document. */
int assay_compare_measure(struct assay_document **out, struct assay_compare_session *session, double budget_s,
                          struct assay_error *error);
/* --self: all pairs N times with nothing and N times with the margin injected, in random order, into one document. */
int assay_compare_measure_self(struct assay_document **out, struct assay_compare_session *session,
                               struct assay_error *error);

/* ---- compare_self.c: what --self found, as text ---- */
struct assay_self_row {
    const char *id;
    double injected_least, injected_most;         /* fractions, of the runs with work added: whole iterations are */
    size_t same_runs, false_alarms;               /* nothing injected: slower, faster or shifted is a false alarm */
    size_t injected_runs, found, wrong_direction; /* a proven direction */
    double median_s;                              /* of all its comparisons */
};
/* Counts the comparisons of base and head, the first of which is comparisons[index]. -1: out of memory. */
int assay_self_count(struct assay_self_row *row, const struct assay_document *document, size_t index);
/* The table. False: out of memory. */
bool assay_self_text(struct assay_text *text, const struct assay_document *document, size_t width);

#endif
