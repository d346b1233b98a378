/* The command run: options to a plan, the plan to measure/, the document to a file, the table to people. */
#include "cli/run.h"

#include "base/file.h"
#include "cli/command_line.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "measure/journal.h"
#include "measure/measure.h"
#include "result/versions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One run, from what it needs to what it leaves. */
struct session {
    const struct assay_invocation *invocation;
    const struct run_values *values;
    struct assay_places places;
    struct assay_catalog *catalog;
    struct assay_plan *plan;
    struct assay_results output;
    struct assay_document *document;
    char *journals; /* the directory */
    char *resumed;  /* the journal to go on with; NULL: a new run */
    char *journal;  /* of this run */
    bool interrupted;
};

static void release(struct session *session)
{
    assay_document_free(session->document);
    assay_results_release(&session->output);
    assay_plan_free(session->plan);
    assay_catalog_close(session->catalog);
    assay_places_release(&session->places);
    free(session->journals);
    free(session->resumed);
    free(session->journal);
}

static int find_journals(struct session *session, struct assay_error *error)
{
    char *state = assay_state_directory();
    session->journals = state ? assay_path_join(state, "journals") : NULL;
    free(state);
    return session->journals ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* Which journal is to be resumed: the one named, or the newest. */
static int find_journal(struct session *session, struct assay_error *error)
{
    const char *named = session->values->resume.text;
    if (!named) {
        return assay_journal_newest(&session->resumed, session->journals, error);
    }
    session->resumed = realpath(named, NULL);
    return session->resumed ? 0 : assay_fail_errno(error, errno, "cannot open the journal '%.160s'", named);
}

/* Where the run of that journal wanted its document; heap; NULL: not said. */
static int journal_output(char **wanted, const struct session *session, struct assay_error *error)
{
    struct assay_journal_info *list = NULL;
    size_t count = 0;
    char *directory = assay_path_directory(session->resumed);
    int code = directory ? assay_journal_list(&list, &count, directory, error)
                         : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    free(directory);
    for (size_t i = 0; i < count && !*wanted; i++) {
        char *path = realpath(list[i].path, NULL);
        if (path && strcmp(path, session->resumed) == 0) {
            *wanted = assay_copy(list[i].output);
        }
        free(path);
    }
    assay_journal_list_free(list, count);
    return code;
}

static int prepare(struct session *session, struct assay_error *error)
{
    int code = assay_run_check(session->invocation, error);
    if (!code) {
        code = assay_places_find(&session->places, error);
    }
    if (!code) {
        code = assay_catalog_open(&session->catalog, &session->places, error);
    }
    if (!code) {
        code = find_journals(session, error);
    }
    if (!code && session->values->resume.given) {
        code = find_journal(session, error);
    } else if (!code) {
        code = assay_run_plan(&session->plan, session->catalog, &session->places, session->invocation, error);
    }
    return code;
}

static int open_output(struct session *session, struct assay_error *error)
{
    char *wanted = NULL;
    int code = 0;
    if (session->resumed) {
        code = journal_output(&wanted, session, error);
    }
    if (!code) {
        code = assay_results_open(&session->output, &session->values->results, wanted, error);
    }
    free(wanted);
    /* Of a resumed run the plan is not read yet: there the joining itself refuses, and the journal is kept. */
    const struct assay_plan *plan = session->plan;
    if (!code && session->output.base && plan) {
        code = assay_document_check_suite(session->output.base, plan->suite, plan->suite_version, error);
    }
    return code;
}

static int measure(struct session *session, struct assay_error *error)
{
    const struct run_values *values = session->values;
    struct assay_progress_line line;
    char *command = assay_command_line((const char *const *)session->invocation->argv);
    struct assay_measure_options options = {
        .places = &session->places,
        .command = command ? command : "",
        .journal = session->journals,
        .output = session->output.journal,
        .program_start_ns = session->invocation->program_start_ns,
        .stop = &assay_interrupt_stop,
        .progress = assay_progress_draw,
        .context = &line,
    };
    int code;
    assay_progress_open(&line, values->results.quiet.given > 0);
    if (session->resumed) {
        code = assay_measure_resume(&session->document, &session->journal, &session->interrupted, &session->plan,
                                    session->catalog, session->resumed, &options, error);
    } else {
        code = assay_measure_run(&session->document, &session->journal, &session->interrupted, session->plan, &options,
                                 error);
    }
    assay_progress_clear(&line);
    free(command);
    return code;
}

static bool named_by_user(const struct assay_plan *plan, const struct assay_benchmark *benchmark)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct assay_planned *item = &plan->items[i];
        if (item->by_user && strcmp(item->id, benchmark->id) == 0) {
            return true;
        }
    }
    return false;
}

/* The exit status that the results ask for. */
static int judge(const struct session *session)
{
    if (session->interrupted) {
        return ASSAY_EXIT_INTERRUPTED;
    }
    for (size_t i = 0; i < session->document->benchmark_count; i++) {
        const struct assay_benchmark *benchmark = &session->document->benchmarks[i];
        if (benchmark->status == ASSAY_STATUS_OK) {
            continue;
        }
        if (benchmark->status != ASSAY_STATUS_UNAVAILABLE || named_by_user(session->plan, benchmark)) {
            return ASSAY_EXIT_FAILED;
        }
    }
    return ASSAY_EXIT_OK;
}

/* The document first: a report that fails, or a reader who went away, must not cost it. */
static int deliver(struct session *session, struct assay_error *error)
{
    char *path = NULL;
    struct assay_document *measured = session->document;
    session->document = NULL;
    int code = assay_results_save(&session->document, &path, &session->output, measured, error);
    if (code) {
        return code;
    }
    if (session->journal) {
        code = assay_journal_remove(session->journal, error);
    }
    if (assay_results_report(&session->output, session->document, error) && !code) {
        code = session->output.render || !assay_output_is_gone() ? error->code : 0;
    }
    fflush(stdout);
    if (!session->values->results.quiet.given) {
        assay_results_say_where(path);
    }
    free(path);
    return code;
}

static int say_unsaved(const struct session *session, struct assay_error *error)
{
    if (!session->journal) {
        return assay_say_error(error);
    }
    struct assay_error whole = { 0 };
    assay_fail(&whole, error->code, "%s; what was measured is kept: assay run --resume", error->text);
    return assay_say_error(&whole);
}

static int run(const struct assay_invocation *invocation)
{
    struct session session = { .invocation = invocation, .values = invocation->values };
    struct assay_error error = { 0 };
    int status;
    assay_interrupt_open();
    int code = prepare(&session, &error);
    if (!code && session.values->dry_run.given) {
        status = assay_run_print_plan(session.plan, session.values);
        release(&session);
        return status;
    }
    if (!code) {
        code = open_output(&session, &error);
    }
    if (!code) {
        code = measure(&session, &error);
    }
    if (code == ASSAY_EUSAGE && session.journal && !session.resumed) { /* refused before anything was measured */
        struct assay_error ignored = { 0 };
        (void)assay_journal_remove(session.journal, &ignored);
    }
    if (code) {
        status = assay_say_error(&error);
    } else {
        status = judge(&session);
        if (deliver(&session, &error)) {
            status = session.document ? assay_say_error(&error) : say_unsaved(&session, &error);
        } else {
            status = assay_finish_output(status);
        }
    }
    release(&session);
    return status;
}

static const struct assay_example examples[] = {
    { "assay run", "the suite quick: every prime generator and sieve" },
    { "assay run primes.trial primes.below:bound=1000@cpython", "two benchmarks, one of them in Python" },
    { "assay run primes.trial -p limit=1e3,1e4,1e5 --columns cpu", "one kernel with three values of a parameter" },
    { "assay run --budget 30s --suite lab-timeit", "a suite, in half a minute" },
    { "assay run --prepare 'rm -rf build' -- make", "a program from outside, start-up included" },
    { NULL, NULL },
};

const struct assay_command assay_command_run = {
    .syntax = { .command = "run",
                .options = assay_run_options,
                .positional = { .name = "BENCHMARK",
                                .summary = "[PATH.so:]KERNEL[:NAME=VALUE,...][@IMPLEMENTATION], see assay help names; "
                                           "none: the suite",
                                .most = SIZE_MAX,
                                .completion = ASSAY_COMPLETE_BENCHMARK },
                .takes_command = true },
    .summary = "time benchmarks, check their answers, print a table",
    .description =
        "Measures benchmarks in batches, in random interleaved order over fresh processes, checks the answer "
        "of every batch, and prints a table with an uncertainty beside every number. The document, with "
        "every sample, is written beside it. A program after '--' is timed as a whole process.",
    .examples = examples,
    .values_size = sizeof(struct run_values),
    .run = run,
};
