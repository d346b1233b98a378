/* The command compare: two sides to pairs, the pairs to compare/, the document to a file, the verdicts to people. */
#include "cli/compare.h"

#include "base/file.h"
#include "base/version.h"
#include "cli/command_line.h"
#include "cli/interrupt.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "machine/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what the results say to a script ---- */

/* Whether an item of that benchmark was named by the user. Items are the document's benchmarks, in order. */
static bool is_failed(const struct assay_benchmark *benchmark, const struct assay_planned *item)
{
    switch (benchmark->status) {
    case ASSAY_STATUS_OK:
    case ASSAY_STATUS_INTERRUPTED:
        return false;
    case ASSAY_STATUS_UNAVAILABLE:
        return item && item->by_user;
    default:
        return true;
    }
}

static bool is_refused(const struct assay_comparison *comparison)
{
    static const char prefix[] = "refused:";
    return comparison->reason && strncmp(comparison->reason, prefix, sizeof(prefix) - 1) == 0;
}

/* A crash stands over a regression: what crashed was not compared, and a script that sees 1 would look no further. */
static int judge(const struct assay_compare_session *session, const struct assay_document *document)
{
    const struct assay_plan *plan = session->work.plan;
    const struct compare_values *values = session->values;
    bool across = values->crossover.given > 0;
    bool failed = false, regressed = false, undecided = false;
    if (session->interrupted) {
        return ASSAY_EXIT_INTERRUPTED;
    }
    for (size_t i = 0; i < document->benchmark_count; i++) {
        const struct assay_planned *item = plan && i < plan->count ? &plan->items[i] : NULL;
        failed = failed || is_failed(&document->benchmarks[i], across ? &plan->items[0] : item);
    }
    for (size_t i = 0; i < document->comparison_count; i++) {
        const struct assay_comparison *comparison = &document->comparisons[i];
        failed = failed || is_refused(comparison);
        regressed = regressed || assay_compare_is_regression(comparison);
        undecided = undecided || comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE;
    }
    for (size_t i = 0; i < document->crossover_count; i++) { /* what its values are is no regression, nor open */
        regressed = false;
        undecided = document->crossovers[i].outcome == ASSAY_CROSSOVER_UNDECIDED;
    }
    if (failed) {
        return ASSAY_EXIT_FAILED;
    }
    if (values->self.given) { /* what was added is no regression */
        return ASSAY_EXIT_OK;
    }
    return regressed ? ASSAY_EXIT_REGRESSION : undecided && values->strict.given ? ASSAY_EXIT_UNDECIDED : ASSAY_EXIT_OK;
}

/* ---- from sides to a document ---- */

/* What the plan knows and the engine does not. */
static int annotate(struct assay_document *document, const struct assay_compare_work *work, struct assay_error *error)
{
    bool right = true;
    for (size_t i = 0; i < work->warning_count; i++) {
        right = right && assay_document_warn(document, "%s", work->warnings[i]);
    }
    for (size_t i = 0; i < work->count && i < document->comparison_count; i++) {
        if (work->labels[i]) {
            right = right && assay_comparison_note(&document->comparisons[i], "%s", work->labels[i]);
        }
    }
    return right ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* Nothing in common: a document that says so. */
static int say_nothing(struct assay_document **out, const struct assay_compare_session *session, struct assay_error *error)
{
    struct assay_document *document = NULL;
    int code = assay_document_new(&document, error);
    struct assay_session *own = code ? NULL : assay_document_add_session(document);
    if (!code && own) {
        document->tool_version = assay_copy(assay_version());
        own->command = assay_command_line((const char *const *)session->invocation->argv);
        own->seed = session->work.plan->seed;
        assay_machine_collect(&own->environment);
        code = annotate(document, &session->work, error);
    }
    if (!code && (!own || !own->command || !document->tool_version)) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (code) {
        assay_document_free(document);
        return code;
    }
    *out = document;
    return 0;
}

static int measure(struct assay_document **document, struct assay_compare_session *session, struct assay_error *error)
{
    const struct compare_values *values = session->values;
    if (session->work.count == 0) {
        return say_nothing(document, session, error);
    }
    assay_compare_configure(&session->options, values);
    assay_progress_open(&session->line, values->results.quiet.given > 0);
    int code = values->crossover.given ? assay_compare_measure_crossover(document, session, error)
               : values->self.given
                   ? assay_compare_measure_self(document, session, error)
                   : assay_compare_measure(document, session, values->budget.given ? values->budget.real : -1.0, error);
    assay_progress_clear(&session->line);
    return code ? code : annotate(*document, &session->work, error);
}

/* Two stored documents: nothing is measured. */
static int compare_stored(struct assay_document **document, const struct assay_compare_session *session,
                          struct assay_error *error)
{
    const char *const *names = session->invocation->arguments.names;
    struct assay_document *sides[2] = { NULL, NULL };
    struct assay_compare_options options;
    char *command = assay_command_line((const char *const *)session->invocation->argv);
    assay_compare_configure(&options, session->values);
    int code = assay_document_load(&sides[0], names[0], error);
    if (!code) {
        code = assay_document_load(&sides[1], names[1], error);
    }
    if (!code) {
        code = assay_compare_stored(document, sides[0], sides[1], options.margin, session->values->force.given > 0,
                                    command ? command : "", error);
    }
    assay_document_free(sides[0]);
    assay_document_free(sides[1]);
    free(command);
    return code;
}

/* ---- from the document to files and people ---- */

/* --self has a table of its own. */
static int report_self(const struct assay_results *results, const struct assay_document *document,
                       struct assay_error *error)
{
    struct assay_terminal terminal;
    struct assay_text text = ASSAY_TEXT_INIT;
    int code = 0;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_NEVER);
    size_t width = results->render || terminal.width == 0 ? 100 : terminal.width < 40 ? 40 : terminal.width;
    if (!assay_self_text(&text, document, width)) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    } else if (results->render) {
        code = assay_file_write(results->render, text.bytes, text.length, error);
    } else {
        fwrite(text.bytes, 1, text.length, stdout);
    }
    assay_text_release(&text);
    return code;
}

static int report(const struct assay_results *results, const struct compare_values *values,
                  const struct assay_document *document, struct assay_error *error)
{
    bool own = values->self.given && strcmp(results->shown->name, "text") == 0;
    return own ? report_self(results, document, error) : assay_results_report(results, document, error);
}

/* Saves, reports, and gives the exit status; consumes the document. */
static int deliver(const struct assay_compare_session *session, struct assay_results *results,
                   struct assay_document *measured)
{
    struct assay_error error = { 0 };
    struct assay_document *document = NULL;
    char *path = NULL;
    int status = judge(session, measured);
    if (assay_results_save(&document, &path, results, measured, &error)) {
        return assay_say_error(&error);
    }
    int code = report(results, session->values, document, &error);
    fflush(stdout);
    if (code && (results->render || !assay_output_is_gone())) {
        status = assay_say_error(&error);
    }
    if (!session->values->results.quiet.given && !session->values->part.given) {
        assay_results_say_where(path);
    }
    free(path);
    assay_document_free(document);
    return assay_finish_output(status);
}

static bool is_stored(const struct assay_invocation *invocation)
{
    const struct assay_arguments *arguments = &invocation->arguments;
    const char *name = arguments->rest || !arguments->name_count ? "" : arguments->names[0];
    size_t length = strlen(name);
    return length > 5 && strcmp(name + length - 5, ".json") == 0;
}

static int compare(const struct assay_invocation *invocation)
{
    struct assay_compare_session session = { .invocation = invocation, .values = invocation->values };
    struct assay_results results = { 0 };
    struct assay_document *document = NULL;
    struct assay_error error = { 0 };
    int status = ASSAY_EXIT_OK;
    assay_interrupt_open();
    bool stored = is_stored(invocation);
    int code = assay_compare_check(invocation, &error);
    if (!code && !stored) {
        code = assay_compare_prepare(&session.work, invocation, &error);
    }
    if (!code && session.values->crossover.given) {
        code = assay_compare_find_range(&session, &error);
    }
    if (!code && session.values->dry_run.given) {
        status = session.values->crossover.given ? assay_compare_print_search(&session)
                                                 : assay_compare_print_plan(&session.work, session.values);
        goto done;
    }
    if (!code) {
        code = assay_results_open(&results, &session.values->results, NULL, &error);
    }
    if (!code) {
        code = stored ? compare_stored(&document, &session, &error) : measure(&document, &session, &error);
    }
    if (code) {
        assay_document_free(document);
        status = assay_say_error(&error);
    } else {
        status = deliver(&session, &results, document);
    }
done:
    assay_results_release(&results);
    assay_compare_range_release(&session.range);
    assay_compare_work_release(&session.work);
    return status;
}

static const struct assay_example examples[] = {
    { "assay compare primes.trial primes.listed", "which kernel is faster, by how much, and how sure that is" },
    { "assay compare old/primes.so:primes.trial new/primes.so", "one kernel from two builds" },
    { "assay compare old/ new/ --budget 2m --strict", "every kernel that both directories of plug-ins have" },
    { "assay compare -- 'gzip -1 -c file' -- 'gzip -9 -c file'", "two commands, start-up included" },
    { "assay compare kernel.c --toolchain gcc,clang --cflags -O2 --cflags -O3", "four builds, each with the first" },
    { "assay compare sieve.bytes sieve.wheel30 --crossover limit --from 1e3 --to 1e7",
      "from which limit on the other one is faster" },
    { "assay compare primes.trial --self 20 -o self.json", "false alarms and power on this machine" },
    { NULL, NULL },
};

const struct assay_command assay_command_compare = {
    .syntax = { .command = "compare",
                .options = assay_compare_options,
                .positional = { .name = "BASE HEAD",
                                .summary =
                                    "benchmarks (a kernel named on one side holds for both), plug-ins or directories "
                                    "of them, documents (*.json), or BASE alone: a source with --toolchain, or "
                                    "anything with --self; see assay help names",
                                .most = 2,
                                .completion = ASSAY_COMPLETE_BENCHMARK },
                .takes_command = true,
                .command_operand = "-- COMMAND... -- COMMAND..." },
    .summary = "say which of two is faster, by how much, and how sure that is",
    .description = "Runs both sides in turns, in fresh pairs of processes, until the verdict stands: same, shifted (a "
                   "difference, but "
                   "less than the margin), slower, faster, or inconclusive. Looking at it all the time is allowed for: "
                   "a second run "
                   "would say the same. The document, with every block, is written beside the report.",
    .examples = examples,
    .values_size = sizeof(struct compare_values),
    .run = compare,
};
