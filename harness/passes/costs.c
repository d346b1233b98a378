/* Costs that are not time: allocations by the profile build, instructions by callgrind; and what an interpreter's own
 * profiler tells. Knows no sample. */
#include "passes/engine.h"

#include "base/file.h"
#include "base/text.h"
#include "measure/scratch.h"
#include "measure/valgrind.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const double PROCESS_S = 0.05;
/* What valgrind makes of an iteration's time, at the most, and what its start costs. */
static const double VALGRIND_SLOWDOWN = 100, VALGRIND_START_S = 2;
/* A profiler written for an interpreter makes calls some three times as long. */
static const double FUNCTIONS_NS = 2e8, FUNCTIONS_SLOWDOWN = 4;
enum { FUNCTIONS_BATCHES_MOST = 1000 };

/* ---- allocations ---- */

void engine_allocations(struct engine *engine, struct subject *subject)
{
    const char *reason = NULL;
    if (subject->instrumented == NULL) {
        subject_note(
            subject,
            "no profile build: allocations cannot be told by function (it is NAME.builds/profile.so beside NAME.so: "
            "assay_add_kernel() without TIMED_ONLY makes it, and so does a project from `assay new`)");
        return;
    }
    char *preload = assay_run_preload(&engine->run, &reason);
    if (preload == NULL) {
        subject_note(subject, "allocations are not counted: %s", reason);
        return;
    }
    const char *environment[] = { preload, NULL };
    struct question question = {
        .pass_name = "allocations",
        .plugin = subject->instrumented,
        .environment = environment,
        .seed = subject->seed,
        .request = { .kind = ASSAY_REQUEST_PROFILE, .iterations = 1, .batches = 1, .record = ASSAY_RECORD_ALLOCATIONS },
        .expected_s = PROCESS_S + subject->iteration_ns * 1e-9
    };
    (void)engine_ask(engine, subject, &subject->allocations, &question);
    free(preload);
}

/* ---- instructions ---- */

/* Runs a batch and puts what callgrind wrote under a name of its own, in the directory of all. */
static bool count_into(const char *to, const struct assay_valgrind *valgrind, uint64_t iterations,
                       struct assay_failure *failure)
{
    double ignored = NAN;
    if (!assay_valgrind_batch(&ignored, valgrind, iterations, failure)) {
        return false;
    }
    if (rename(valgrind->output, to) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "callgrind wrote nothing");
        return false;
    }
    return true;
}

/* A kernel that runs one iteration at a time cannot run two: its first is taken as it is, from nothing. */
static bool count_nothing(const char *to, struct assay_failure *failure)
{
    static const char nothing[] = "version: 1\nevents: Ir\ntotals: 0\n";
    struct assay_error error = { 0 };
    if (assay_file_write(to, nothing, sizeof nothing - 1, &error) != 0) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "%s", error.text);
        return false;
    }
    return true;
}

static bool count_both(struct subject *subject, struct assay_valgrind *valgrind, struct assay_failure *failure)
{
    char *one = assay_path_join(subject->callgrind, "one"), *two = assay_path_join(subject->callgrind, "two");
    bool ok = one != NULL && two != NULL;
    if (!ok) {
        assay_failure_set(failure, ASSAY_STATUS_FAILED, "out of memory");
    }
    bool single = valgrind->planned->kernel->one_iteration;
    ok = ok && (single ? count_nothing(one, failure) : count_into(one, valgrind, 1, failure)) &&
         count_into(two, valgrind, single ? 1 : 2, failure);
    free(one);
    free(two);
    return ok;
}

void engine_instructions(struct engine *engine, struct subject *subject)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    double left_s = engine_left_s(engine),
           needed_s = 2 * VALGRIND_START_S + 3 * VALGRIND_SLOWDOWN * subject->iteration_ns * 1e-9;
    double limit_s = engine->wish->budget_s > 0 ? left_s : fmax(left_s, needed_s);
    struct assay_valgrind valgrind = { .planned = planned,
                                       .seed = subject->seed,
                                       .callgrind = true,
                                       .timeout_s = fmin(engine->run.limits.timeout_s, limit_s),
                                       .stop = engine->run.limits.stop };
    const char *objection = assay_valgrind_objection(planned);
    struct assay_failure failure = { 0 };
    if (objection == NULL && !assay_valgrind_is_installed()) {
        objection = "valgrind is not installed";
    }
    if (objection == NULL && limit_s <= 0) {
        objection = "the budget is used up";
    }
    if (objection != NULL) {
        subject_note(subject, "instructions are not counted: %s", objection);
        return;
    }
    subject->callgrind = assay_scratch_make("callgrind");
    bool ok = subject->callgrind != NULL && assay_valgrind_init(&valgrind, planned->source->path);
    if (!ok) {
        assay_failure_set(&failure, ASSAY_STATUS_FAILED, "cannot make a temporary directory");
    }
    if (ok) {
        assay_valgrind_limit(&valgrind);
        ok = count_both(subject, &valgrind, &failure);
    }
    if (!ok && failure.status == ASSAY_STATUS_INTERRUPTED) {
        engine->run.interrupted = true;
    } else if (!ok) {
        char *words = assay_valgrind_explain(&valgrind, &failure);
        subject_note(subject, "instructions are not counted: %s", words != NULL ? words : failure.message);
        free(words);
    }
    assay_valgrind_release(&valgrind);
    if (!ok) {
        assay_scratch_remove(subject->callgrind);
        subject->callgrind = NULL;
    } else {
        subject->iterations += planned->kernel->one_iteration ? 1 : 3;
    }
}

/* ---- an interpreter's functions ---- */

void engine_functions(struct engine *engine, struct subject *subject)
{
    const struct assay_planned *planned = &engine->plan.items[subject->bench];
    if (engine->wish->cost == ASSAY_COST_ALLOCATIONS) {
        subject_note(subject, "allocations are not counted: not a C plug-in");
        return;
    }
    if (!subject->functions_offered) {
        subject_note(subject, "the worker of implementation '%s' has no profiler", planned->implementation);
        return;
    }
    double iteration_ns = fmax(1, subject->iteration_ns);
    double batches = fmax(1, fmin(FUNCTIONS_BATCHES_MOST, floor(FUNCTIONS_NS * engine->scale / iteration_ns)));
    /* One iteration a batch: what a batch calls once is called once an iteration. */
    struct question question = { .pass_name = "functions",
                                 .plugin = planned->source->path,
                                 .seed = subject->seed,
                                 .warm_up = iteration_ns < FUNCTIONS_NS ? 1 : 0,
                                 .timed = true,
                                 .request = { .kind = ASSAY_REQUEST_PROFILE,
                                              .iterations = 1,
                                              .batches = (uint32_t)batches,
                                              .record = ASSAY_RECORD_FUNCTIONS },
                                 .expected_s = PROCESS_S + batches * iteration_ns * FUNCTIONS_SLOWDOWN * 1e-9 };
    (void)engine_ask(engine, subject, &subject->functions, &question);
}
