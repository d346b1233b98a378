/* Goes on with an interrupted run: replays its journal into a fresh run, then measures what is missing. */
#include "measure/replay.h"

#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

/* What is exact in a double, and so in a document: 104 days. */
#define LONGEST_NS ((int64_t)1 << 53)

/* Time goes on from when the run began, also through the pause. */
static int set_clock(struct assay_run *run, const struct assay_replay *replay, const char *path, struct assay_error *error)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int64_t since_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec - replay->realtime_ns;
    int64_t last_ns = (int64_t)replay->last_ns;
    since_ns = since_ns > last_ns ? since_ns : last_ns + 1; /* the wall clock was set back */
    if (since_ns > LONGEST_NS - LONGEST_NS / 16) {
        return assay_fail(error, ASSAY_EINPUT, "the run of journal '%s' began too long ago to go on: want at most 97 days", path);
    }
    run->start_ns = assay_clock_ns() - since_ns;
    if (run->budget_s > 0) {
        double spent_s = (replay->last_ns - replay->paused_ns) * 1e-9;
        run->budget_s = run->budget_s > spent_s ? run->budget_s - spent_s : 0;
        run->limits.budget_end_ns = run->options->program_start_ns + (int64_t)((run->budget_s - run->reserve_s) * 1e9);
    }
    (void)assay_document_warn(run->document, "the run was resumed after a pause: its batches lie apart in time");
    return 0;
}

int assay_measure_resume(struct assay_document **out, char **journal_path, bool *interrupted, struct assay_plan **plan,
                         struct assay_catalog *catalog, const char *journal_to_resume,
                         const struct assay_measure_options *options, struct assay_error *error)
{
    struct assay_run run;
    struct assay_replay replay = { 0 };
    struct assay_journal journal = { .fd = -1, .line = ASSAY_TEXT_INIT };
    bool begun = false;
    char *path = NULL;
    int result = journal_to_resume != NULL ? 0 : assay_journal_newest(&path, options->journal, error);
    if (result == 0 && path == NULL) {
        path = assay_copy(journal_to_resume);
        result = path != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (result == 0) {
        result = assay_journal_reopen(&journal, path, error);
    }
    if (result == 0) {
        result = assay_replay_journal(&replay, &run, catalog, path, options, error);
        begun = result == 0;
    }
    if (result == 0) {
        result = set_clock(&run, &replay, path, error);
    }
    if (result == 0) {
        result = assay_journal_mend(&journal, replay.length, error);
    }
    if (result == 0 && !run.ended) {
        result = assay_journal_resumed(&journal, (double)(assay_clock_ns() - run.start_ns), error);
    }
    if (result != 0) {
        goto done;
    }
    run.journal = journal;
    journal = (struct assay_journal){ .fd = -1, .line = ASSAY_TEXT_INIT };
    *journal_path = assay_copy(path);
    result = assay_run_go(&run, error);
    if (result == 0) {
        *interrupted = run.interrupted;
        *out = run.document;
        run.document = NULL;
        *plan = replay.plan;
        replay.plan = NULL;
    }
done:
    if (begun) {
        assay_run_release(&run);
    }
    assay_journal_release(&journal);
    assay_plan_free(replay.plan);
    free(path);
    return result;
}
