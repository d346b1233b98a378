/* The command profile: benchmarks to passes/, stored documents from files, the document to a file, the table to people.
 */
#include "cli/profile.h"

#include "base/file.h"
#include "cli/command_line.h"
#include "cli/interrupt.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct session {
    const struct assay_invocation *invocation;
    const struct profile_values *values;
    const char *words[2]; /* base, or all there is; head */
    size_t count;
    bool stored[2];
    struct assay_profile_work work;
    struct assay_profile_choice choice;
    struct assay_results results;
    bool interrupted;
};

static void release(struct session *session)
{
    assay_results_release(&session->results);
    assay_profile_choice_release(&session->choice);
    assay_profile_work_release(&session->work);
}

static int prepare(struct session *session, struct assay_error *error)
{
    const char *measured[2];
    size_t count = 0;
    int code = assay_profile_options_check(session->invocation, error);
    if (!code) {
        code = assay_profile_choice_make(&session->choice, session->values, error);
    }
    if (!code && session->values->suite.given) {
        return assay_profile_prepare_suite(&session->work, session->values, error);
    }
    for (size_t i = 0; i < session->count; i++) {
        if (!session->stored[i]) {
            measured[count++] = session->words[i];
        }
    }
    if (!code && count) {
        code = assay_profile_prepare(&session->work, measured, count, session->values, error);
    }
    return code;
}

/* ---- from words to a document ---- */

static int measure(struct assay_document **document, struct session *session, struct assay_error *error)
{
    struct assay_progress_line line;
    struct assay_profile_options wish;
    char *command = assay_command_line((const char *const *)session->invocation->argv);
    struct assay_measure_options options = {
        .places = &session->work.places,
        .command = command ? command : "",
        .program_start_ns = session->invocation->program_start_ns,
        .stop = &assay_interrupt_stop,
        .progress = assay_progress_draw,
        .context = &line,
    };
    assay_profile_configure(&wish, session->values);
    assay_progress_open(&line, session->values->results.quiet.given > 0);
    int code = session->values->suite.given
                   ? assay_profile_run_each(document, session->work.plan, &options, &wish, error)
                   : assay_profile_run(document, session->work.plan, &options, &wish, error);
    assay_progress_clear(&line);
    free(command);
    session->interrupted = assay_interrupt_stop != 0;
    return code;
}

/* Each side by itself, and both in one document; at least one is stored. A measured side that failed stands alone. */
static int join(struct assay_document **document, struct session *session, struct assay_error *error)
{
    struct assay_document *sides[2] = { NULL, NULL };
    int code = 0;
    for (size_t i = 0; i < 2 && !code; i++) { /* what can be refused at once comes first */
        code = session->stored[i] ? assay_profile_load(&sides[i], session->words[i], error) : 0;
    }
    for (size_t i = 0; i < 2 && !code; i++) {
        code = session->stored[i] ? 0 : measure(&sides[i], session, error);
        if (!code && !session->stored[i] && sides[i]->profile_count == 0) {
            *document = sides[i];
            assay_document_free(sides[1 - i]);
            return 0;
        }
    }
    if (!code) {
        return assay_profile_join_take(document, sides[0], sides[1], session->words, error);
    }
    assay_document_free(sides[0]);
    assay_document_free(sides[1]);
    return code;
}

static int make(struct assay_document **document, struct session *session, struct assay_error *error)
{
    if (session->count == 2 && (session->stored[0] || session->stored[1])) {
        return join(document, session, error);
    }
    return session->stored[0] ? assay_profile_load(document, session->words[0], error)
                              : measure(document, session, error);
}

/* ---- from the document to files and people ---- */

static int judge(const struct session *session, const struct assay_document *document)
{
    if (session->interrupted) {
        return ASSAY_EXIT_INTERRUPTED;
    }
    for (size_t i = 0; session->work.plan && i < document->benchmark_count; i++) {
        if (document->benchmarks[i].status != ASSAY_STATUS_OK) {
            return ASSAY_EXIT_FAILED;
        }
    }
    return ASSAY_EXIT_OK;
}

/* What a profile's format cannot be written from: everything failed. The table says what did. */
static int report(struct session *session, const struct assay_document *document, struct assay_error *error)
{
    struct assay_results *results = &session->results;
    if (document->profile_count == 0 && results->shown->of_profiles) {
        results->shown = assay_report_format_find("text");
        results->render = NULL;
    }
    if (session->values->assembly.given && document->profile_count && strcmp(results->shown->name, "text") == 0) {
        int code = assay_profile_assembly(&session->choice.assembly, document, error);
        if (code) {
            return code;
        }
        session->choice.view.assembly = session->choice.assembly;
    }
    results->view = &session->choice.view;
    return assay_results_report(results, document, error);
}

/* The document first: a report that fails, or a reader who went away, must not cost it. */
static int deliver(struct session *session, struct assay_document *made)
{
    struct assay_error error = { 0 };
    struct assay_document *document = made;
    char *path = NULL;
    int status = judge(session, made);
    bool shown_only = session->count == 1 && session->stored[0];
    if (!shown_only && assay_results_save(&document, &path, &session->results, made, &error)) {
        return assay_say_error(&error);
    }
    int code = report(session, document, &error);
    fflush(stdout);
    if (code && (session->results.render || !assay_output_is_gone())) {
        status = assay_say_error(&error);
    }
    if (path && !session->values->results.quiet.given) {
        assay_results_say_where(path);
    }
    free(path);
    assay_document_free(document);
    return assay_finish_output(status);
}

static int profile(const struct assay_invocation *invocation)
{
    const struct profile_values *values = invocation->values;
    struct session session = {
        .invocation = invocation,
        .values = values,
        .words = { invocation->arguments.name_count ? invocation->arguments.names[0] : NULL, values->against.text },
        .count = values->against.given ? 2 : 1,
    };
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    int status;
    assay_interrupt_open();
    for (size_t i = 0; i < session.count; i++) {
        session.stored[i] = session.words[i] && assay_profile_is_stored(session.words[i]);
    }
    int code = prepare(&session, &error);
    if (!code && values->dry_run.given && session.work.plan) {
        status = assay_profile_print_plan(&session.work, values);
        release(&session);
        return status;
    }
    if (!code) {
        code = assay_results_open_profiles(&session.results, &values->results, session.count == 1 && session.stored[0],
                                           &error);
    }
    if (!code) {
        code = make(&document, &session, &error);
    }
    status = code ? assay_say_error(&error) : deliver(&session, document);
    release(&session);
    return status;
}

static const struct assay_example examples[] = {
    { "assay profile primes.trial:limit=10000",
      "where the time of an iteration goes, and how often each function is called" },
    { "assay profile primes.trial --sort cumulative --restrict 10", "the ten functions with the most below them" },
    { "assay profile primes.trial --callers --restrict 'trial_'", "who called the functions of that name" },
    { "assay profile primes.trial --lines --asm", "the hottest lines and instructions" },
    { "assay profile primes.trial --against primes.listed", "which functions make the difference" },
    { "assay profile --suite lab-profile --budget 3m", "the lab's five generators, in C and in CPython" },
    { "assay profile primes.trial -o trial.pstats", "a file for python3 -m pstats" },
    { "assay profile assay-results/FILE.json --fold", "a stored profile once more, in another way" },
    { NULL, NULL },
};

const struct assay_command assay_command_profile = {
    .syntax = { .command = "profile",
                .options = assay_profile_options,
                .positional = { .name = "BENCHMARK",
                                .summary =
                                    "[PATH.so:]KERNEL[:NAME=VALUE,...][@IMPLEMENTATION], or the stored document of "
                                    "a profile (*.json); see assay help names",
                                .most = 1,
                                .completion = ASSAY_COMPLETE_BENCHMARK } },
    .summary = "say where the time goes, and how often each function is called",
    .description =
        "Runs the benchmark in several builds: one counts calls, exactly; one times them by calling context; the "
        "one that is timed is sampled. What the profiler itself costs is measured, subtracted and printed, and "
        "so is what does not add up. The document is written beside the table.",
    .examples = examples,
    .values_size = sizeof(struct profile_values),
    .run = profile,
};
