/* The command track check: two commits built and compared in one job, and what people decided. Knows no git and no SQL. */
#include "cli/track_check.h"

#include "cli/command_line.h"
#include "cli/interrupt.h"
#include "cli/say.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) .offset = offsetof(struct check_values, field)

static const struct assay_option options[] = {
    { .name = "base",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .group = "What is compared",
      .summary = "the commit that head is compared with; of two that parted, the one where they did",
      .fallback = "where head left origin/HEAD, main or master; on that branch itself the commit before head",
      .wish = "the name of a commit",
      AT(base) },
    { .name = "head",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .summary = "the commit that is checked",
      .fallback = "HEAD",
      .wish = "the name of a commit",
      AT(head) },
    { ASSAY_TRACK_BUILD, AT(build) },
    { ASSAY_TRACK_PLUGINS, AT(plugins) },
    { ASSAY_COMMON_FILTER, AT(filter) },
    { ASSAY_COMMON_PARAMETER, .summary = "set a parameter on both sides; a pair for each value", AT(parameter) },
    { ASSAY_TRACK_MARGIN, .group = "When it is decided", AT(margin) },
    { .name = "budget",
      .kind = ASSAY_OPTION_DURATION,
      .traits = ASSAY_OPTION_ABOVE,
      .value = "TIME",
      .summary = "ceiling for all pairs of a comparison together",
      .fallback = "10s for each pair",
      .wish = "a time above 0, such as 10s",
      .most = ASSAY_LONGEST_S,
      AT(budget) },
    { .name = "strict",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "end with status 4 if a comparison is inconclusive",
      AT(strict) },
    { .name = "store",
      .kind = ASSAY_OPTION_TEXT,
      .value = "STORE",
      .group = "History",
      .summary = "a file (made if it is not there), or postgresql://...: what was accepted passes, and head is recorded",
      .fallback = "$ASSAY_STORE; else none",
      .wish = "a file or an address",
      .completion = ASSAY_COMPLETE_FILE,
      AT(store) },
    { .name = "reference",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .summary = "compare head with the build of this pinned commit too, and record that in the store",
      .fallback = "the store's last accepted commit",
      .wish = "the name of a commit",
      AT(reference) },
    { .name = "against-history",
      .kind = ASSAY_OPTION_FLAG,
      .summary = "no base: compare RESULT, or a run of head's build, with the store's times of this kind of machine; weaker",
      AT(against_history) },
    { ASSAY_TRACK_REPOSITORY, .group = "Work trees", AT(repository) },
    { ASSAY_TRACK_KEEP, AT(keep) },
    { ASSAY_TRACK_TIMEOUT_BUILD, AT(timeout_build) },
    { ASSAY_COMMON_DOCUMENT, AT(results.output) },
    { ASSAY_COMMON_REPORT, AT(results.format) },
    { .name = "summary",
      .kind = ASSAY_OPTION_TEXT,
      .value = "FILE.md",
      .summary = "write what a pull request should show, in Markdown",
      .wish = "a file",
      .completion = ASSAY_COMPLETE_FILE,
      AT(summary) },
    { ASSAY_COMMON_QUIET, AT(results.quiet) },
    { ASSAY_COMMON_COLOR, AT(results.color) },
    { .name = NULL },
};

/* ---- the command line ---- */

static int check_options(const struct assay_invocation *invocation, struct assay_error *error)
{
    const struct check_values *values = invocation->values;
    const struct assay_arguments *arguments = &invocation->arguments;
    const char *setting = getenv("ASSAY_STORE");
    bool stored = values->store.given || (setting && setting[0]);
    bool against = values->against_history.given > 0;
    if (arguments->name_count && !against) {
        return assay_fail(error, ASSAY_EUSAGE, "unexpected '%.160s': want --against-history with a result", arguments->names[0]);
    }
    if (against && !stored) {
        return assay_fail(error, ASSAY_EUSAGE, "missing --store: --against-history wants results to compare with");
    }
    if (against && values->reference.given) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --reference with --against-history: nothing else is built");
    }
    if (arguments->name_count && values->build.given) {
        return assay_fail(error, ASSAY_EUSAGE, "bad --build with '%.160s': it has been measured", arguments->names[0]);
    }
    if (!arguments->name_count && !values->build.given) {
        return assay_fail(error, ASSAY_EUSAGE, "missing --build: want the line for a shell that builds a commit's plug-ins");
    }
    if (values->reference.given && !stored) {
        return assay_fail(error, ASSAY_EUSAGE, "missing --store: want a place to record what --reference measures");
    }
    return 0;
}

static void set_trees(struct assay_check *check)
{
    const struct check_values *values = check->values;
    check->trees = (struct assay_track_trees){ .repository = values->repository.text,
                                               .command = values->build.text,
                                               .directory = values->plugins.text,
                                               .keep = values->keep.text,
                                               .timeout_s = values->timeout_build.real,
                                               .quiet = values->results.quiet.given > 0,
                                               .lock = -1 };
}

static void release(struct assay_check *check)
{
    assay_track_trees_close(&check->trees);
    assay_store_close(check->store);
    assay_document_free(check->document);
    assay_results_release(&check->results);
    assay_commit_release(&check->base);
    assay_commit_release(&check->head);
    assay_commit_release(&check->reference);
    for (size_t i = 0; i < check->warning_count; i++) {
        free(check->warnings[i]);
    }
    free(check->warnings);
    free(check->line);
    assay_text_release(&check->judged);
    assay_text_release(&check->news);
}

/* ---- the way of a check ---- */

static int prepare(struct assay_check *check, struct assay_error *error)
{
    bool stored = check->invocation->arguments.name_count > 0;
    int code = check_options(check->invocation, error);
    check->line = assay_command_line((const char *const *)check->invocation->argv);
    if (!code && !check->line) {
        code = assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (!code) {
        code = stored ? assay_results_open_profiles(&check->results, &check->values->results, true, error)
                      : assay_results_open(&check->results, &check->values->results, NULL, error);
    }
    return code;
}

static int check_commits(struct assay_check *check, struct assay_error *error)
{
    int code = assay_check_find_commits(check, error);
    code = code ? code : assay_check_open_store(check, error);
    code = code ? code : assay_check_find_reference(check, error);
    code = code ? code : assay_track_trees_open(&check->trees, error);
    code = code ? code : assay_check_measure(check, error);
    return code || !check->document ? code : assay_check_accept(check, error);
}

/* Below a report that is read; else out of its way. */
static void say(const struct assay_check *check, const char *lines)
{
    bool beside = check->results.render || strcmp(check->results.shown->name, "text") != 0;
    if (lines && lines[0]) {
        fprintf(beside ? stderr : stdout, "%s%s", beside ? "" : "\n", lines);
    }
}

static int show(struct assay_check *check, struct assay_error *error)
{
    struct assay_document *measured = check->document;
    char *path = NULL;
    int code = 0;
    check->document = NULL;
    if (check->invocation->arguments.name_count > 0) { /* it has a file already */
        check->document = measured;
    } else {
        code = assay_results_save(&check->document, &path, &check->results, measured, error);
    }
    if (!code) {
        code = assay_results_report(&check->results, check->document, error);
        code = code && !check->results.render && assay_output_is_gone() ? 0 : code;
        say(check, check->judged.bytes);
        fflush(stdout);
    }
    if (!code && path && !check->values->results.quiet.given) {
        assay_results_say_where(path);
    }
    free(path);
    return code;
}

/* A verdict that is there stands, whatever recording it comes to; that it is not on record is an error all the same. */
static int finish(struct assay_check *check)
{
    struct assay_error error = { 0 }, refusal = { 0 };
    int code = assay_check_record(check, &refusal);
    if (assay_interrupt_stop) {
        check->status = ASSAY_EXIT_INTERRUPTED;
    }
    int status = check->status;
    if (show(check, &error)) {
        return assay_say_error(&error);
    }
    say(check, check->news.bytes);
    if (check->values->summary.given && assay_check_summarize(check, &error)) {
        status = assay_say_error(&error);
    }
    if (code && code != ASSAY_EINTERRUPTED) {
        status = assay_say_error(&refusal);
    }
    return assay_finish_output(status);
}

static int run(const struct assay_invocation *invocation)
{
    struct assay_check check = { .invocation = invocation,
                                 .values = invocation->values,
                                 .base = { .order = -1 },
                                 .head = { .order = -1 },
                                 .reference = { .order = -1 } };
    struct assay_error error = { 0 };
    int status = ASSAY_EXIT_USAGE;
    assay_interrupt_open();
    set_trees(&check);
    int code = prepare(&check, &error);
    if (!code) {
        code = check.values->against_history.given ? assay_check_against_history(&check, &error)
                                                   : check_commits(&check, &error);
    }
    if (code) {
        status = assay_say_error(&error);
    } else if (check.document) {
        status = finish(&check);
    } /* else the child has said what is wrong */
    release(&check);
    return status;
}

static const struct assay_example examples[] = {
    { "assay track check --build 'cmake -S . -B build && cmake --build build'",
      "what this branch does to its benchmarks" },
    { "assay track check --base v1.2 --head v1.3 --build make --plugins out", "two releases" },
    { "assay track check --build make --store history.db --summary summary.md",
      "in CI: what was accepted passes, head is recorded, and the pull request gets a summary" },
    { "assay track check --against-history result.json --store history.db",
      "where the base cannot be built: weaker, and it says by how much" },
    { NULL, NULL },
};

const struct assay_command assay_command_track_check = {
    .syntax = { .command = "track check",
                .options = options,
                .positional = { .name = "RESULT",
                                .summary = "with --against-history: a document that was measured already",
                                .most = 1,
                                .completion = ASSAY_COMPLETE_FILE } },
    .summary = "build two commits, compare their benchmarks here and now, and fail on a proven regression",
    .description = "Both commits are built in work trees of their own and measured side by side, as by `assay compare`: never "
                   "today's result against last week's. What only one of them has is said, and is no failure.",
    .examples = examples,
    .values_size = sizeof(struct check_values),
    .run = run,
};
