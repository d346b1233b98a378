/* A run from the plan to the document: rounds of fresh processes until the protocol, the samples or the budget end it.
 * Knows no JSON and prints nothing. */
#include "measure/run.h"

#include "base/clock.h"
#include "machine/machine.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

/* The processes that wait for their turn at the same time, one piece of the round. */
static int run_piece(struct assay_run *run, const uint32_t *benches, const uint32_t *batches, size_t count, bool shuffle,
                     struct assay_error *error)
{
    int result = assay_slots_open(run, benches, count, error);
    uint32_t wanted[ASSAY_SCHEDULE_WINDOW] = { 0 };
    for (size_t i = 0; i < run->slot_count; i++) {
        for (size_t k = 0; k < count; k++) {
            wanted[i] = run->slots[i].bench == benches[k] ? batches[k] : wanted[i];
        }
    }
    if (result == 0) {
        result = assay_batches_run(run, wanted, shuffle, error);
    }
    int closed = assay_slots_close(run, result == 0 ? error : NULL);
    return result != 0 ? result : closed;
}

/* Between blocks of work: a machine that slowed down shows here. */
int assay_run_reference(struct assay_run *run, struct assay_error *error)
{
    if (run->pinned) {
        (void)assay_machine_pin(0, run->processors, ASSAY_PROCESSORS_MAX, NULL);
    }
    double start_ns = (double)(assay_clock_ns() - run->start_ns);
    double elapsed_ns = (double)assay_machine_chain_ns(ASSAY_REFERENCE_OPERATIONS);
    if (run->pinned) {
        (void)assay_machine_pin(0, run->own, ASSAY_PROCESSORS_MAX, NULL);
    }
    if (!assay_session_add_reference(run->session, start_ns, elapsed_ns)) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    return assay_journal_reference(&run->journal, start_ns, elapsed_ns, error);
}

/* The next piece of a round, from *next on: benchmarks that wish for the same company. How many; *next moves behind the
 * last one that was looked at. */
static size_t take_piece(uint32_t *benches, uint32_t *batches, size_t *next, const struct assay_run *run,
                         const struct assay_round *round, uint32_t jobs, size_t window)
{
    size_t count = 0;
    for (; *next < round->count && count < window; (*next)++) {
        if (run->plan->items[round->benchmarks[*next]].jobs == jobs) {
            benches[count] = round->benchmarks[*next];
            batches[count++] = round->batches[*next];
        }
    }
    return count;
}

/* Those that are measured alone first, then those that are measured two at a time, and so on. */
static int run_round(struct assay_run *run, const struct assay_round *round, bool shuffle, struct assay_error *error)
{
    int result = 0;
    for (uint32_t jobs = 1; jobs <= ASSAY_LANES_MAX && result == 0; jobs++) {
        size_t window = shuffle ? ASSAY_SCHEDULE_WINDOW : jobs < ASSAY_SCHEDULE_WINDOW ? jobs : ASSAY_SCHEDULE_WINDOW;
        for (size_t next = 0; next < round->count && result == 0 && !assay_run_stopped(run);) {
            uint32_t benches[ASSAY_SCHEDULE_WINDOW], batches[ASSAY_SCHEDULE_WINDOW];
            size_t count = take_piece(benches, batches, &next, run, round, jobs, window);
            if (count == 0) {
                break;
            }
            run->lanes = jobs;
            result = assay_run_reference(run, error);
            result = result != 0 ? result : run_piece(run, benches, batches, count, shuffle, error);
        }
    }
    return result;
}

/* Wants of the benchmarks; sequential order looks at one of them at a time, or at as many as are measured together. */
static void copy_wants(struct assay_want *wants, const struct assay_run *run, bool sequential)
{
    uint32_t taken = 0, jobs = 1;
    for (size_t i = 0; i < run->plan->count; i++) {
        uint32_t own = run->plan->items[i].jobs;
        wants[i] = run->benches[i].want;
        bool done = wants[i].samples > 0 ? wants[i].samples_done >= wants[i].samples : wants[i].processes_done >= wants[i].processes;
        if (sequential && (done || (taken > 0 && (own != jobs || taken >= jobs)))) {
            wants[i].active = false;
        }
        jobs = taken == 0 && wants[i].active ? own : jobs;
        taken += wants[i].active;
    }
}

static int run_rounds(struct assay_run *run, struct assay_error *error)
{
    bool shuffle = run->plan->protocol.order == 0;
    struct assay_want *wants = calloc(run->plan->count + 1, sizeof *wants);
    int result = wants != NULL ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    while (result == 0 && !assay_run_stopped(run)) {
        struct assay_round round = { 0 };
        copy_wants(wants, run, !shuffle);
        if (assay_schedule_round(&round, wants, run->plan->count, ASSAY_USUAL_BATCHES, assay_run_left_s(run), shuffle, &run->random) != 0) {
            result = assay_fail(error, ASSAY_ENOMEM, "out of memory");
            break;
        }
        size_t count = round.count;
        if (count > 0) {
            result = run_round(run, &round, shuffle, error);
        }
        assay_round_release(&round);
        if (count == 0) {
            break;
        }
    }
    free(wants);
    return result;
}

int assay_run_go(struct assay_run *run, struct assay_error *error)
{
    assay_machine_collect(&run->session->environment);
    assay_machine_collect_load(&run->session->environment, "before");
    int result = assay_run_begin(run, error);
    if (result == 0 && !run->ended) {
        assay_run_link(run);
        result = run_rounds(run, error);
    }
    if (result == 0 && !run->ended && run->session->reference_count > 0) {
        result = assay_run_reference(run, error);
    }
    run->limits.budget_end_ns = 0;
    if (result == 0 && !assay_run_stopped(run)) {
        assay_passes_run(run);
    }
    run->interrupted = run->interrupted || assay_run_stopped(run);
    assay_machine_collect_load(&run->session->environment, "after");
    run->session->duration_s = (double)(assay_clock_ns() - run->start_ns) * 1e-9;
    if (result == 0) {
        result = assay_run_finish(run, error);
    }
    if (result == 0 && !run->interrupted && !run->ended) {
        result = assay_journal_end(&run->journal, error);
    }
    return result;
}

int assay_measure_run(struct assay_document **out, char **journal_path, bool *interrupted, const struct assay_plan *plan,
                      const struct assay_measure_options *options, struct assay_error *error)
{
    struct assay_run run;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    int result = assay_run_new(&run, plan, options, error);
    if (result != 0) {
        goto done;
    }
    struct assay_journal_head head = { .id = run.document->id,
                                       .created = run.document->created,
                                       .command = options->command,
                                       .output = options->output,
                                       .realtime_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec };
    result = assay_journal_create(&run.journal, options->journal, &head, plan, error);
    if (result != 0) {
        goto done;
    }
    *journal_path = assay_copy(run.journal.path);
    result = assay_run_go(&run, error);
    if (result == 0) {
        *interrupted = run.interrupted;
        *out = run.document;
        run.document = NULL;
    }
done:
    assay_run_release(&run);
    return result;
}
