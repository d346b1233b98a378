/* The coordinator's side of measuring: starts workers, decides what runs next, keeps the journal, fills a document.
 * Prints nothing; progress goes through a callback between batches. */
#ifndef ASSAY_MEASURE_MEASURE_H
#define ASSAY_MEASURE_MEASURE_H

#include "base/error.h"
#include "base/facts.h"
#include "plan/plan.h"
#include "result/document.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct assay_progress {
    const char *what;     /* id of the benchmark that runs; NULL: starting workers */
    double estimate_ns;   /* its current estimate; NaN: none yet */
    double share;         /* of the work done, 0 to 1 */
    double left_s;        /* expected; NaN: unknown */
};
typedef void (*assay_progress_fn)(void *context, const struct assay_progress *progress);

struct assay_measure_options {
    const struct assay_places *places;
    const char *command;         /* the command line, for the document */
    const char *journal;         /* directory of journals */
    const char *output;          /* where the document will go, kept in the journal for --resume; may be NULL */
    int64_t program_start_ns;    /* budgets count from here */
    const volatile sig_atomic_t *stop; /* becomes non-zero when the user asks to end */
    assay_progress_fn progress;  /* may be NULL */
    void *context;
};

/* How long the plan is expected to take, from what is known before anything ran; seconds. */
double assay_measure_expected_s(const struct assay_plan *plan);

/* What a run's environment has beside the machine's facts: how the plan's plug-ins were built, and libraries. */
void assay_measure_add_facts(struct assay_facts *facts, const struct assay_plan *plan);

/* Runs the plan. A suite's requirement that is not met is ASSAY_EUSAGE, before anything is measured. The document is complete whatever happens to a worker; `*interrupted` says that the user ended it.
 * On an I/O error of the journal the run ends with an error, and the journal keeps what was written.
 * `*journal_path` (heap) is the journal; remove it with assay_journal_remove once the document is safe. */
int assay_measure_run(struct assay_document **out, char **journal_path, bool *interrupted, const struct assay_plan *plan,
                      const struct assay_measure_options *options, struct assay_error *error);
/* Goes on with the run of a journal: its plan, its seed, its batches; what was measured is not measured again. A budget
 * goes on where it stood. The document keeps the id and the time of the run that began it. `*plan` is the caller's. */
int assay_measure_resume(struct assay_document **out, char **journal_path, bool *interrupted, struct assay_plan **plan,
                         struct assay_catalog *catalog, const char *journal_to_resume,
                         const struct assay_measure_options *options, struct assay_error *error);

#endif
