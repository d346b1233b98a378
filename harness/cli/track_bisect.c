/* The command track bisect: which commit made a benchmark slower, by comparisons alone. Knows no git and no worker. */
#include "cli/track_bisect.h"

#include "cli/command_line.h"
#include "cli/compare.h"
#include "cli/interrupt.h"
#include "cli/say.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AT(field) .offset = offsetof(struct bisect_values, field)

static const struct assay_option options[] = {
    { .name = "good",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .group = "Which commits",
      .summary = "a commit where the benchmark was fast, an ancestor of bad",
      .wish = "the name of a commit",
      AT(good) },
    { .name = "bad",
      .kind = ASSAY_OPTION_TEXT,
      .value = "REF",
      .summary = "a commit where it is slow",
      .fallback = "HEAD",
      .wish = "the name of a commit",
      AT(bad) },
    { ASSAY_TRACK_BUILD, AT(build) },
    { ASSAY_TRACK_PLUGINS, AT(plugins) },
    { ASSAY_TRACK_MARGIN, .group = "When it is decided", AT(margin) },
    { .name = "budget",
      .kind = ASSAY_OPTION_DURATION,
      .traits = ASSAY_OPTION_ABOVE,
      .value = "TIME",
      .summary = "ceiling for each comparison",
      .fallback = "30s",
      .wish = "a time above 0, such as 30s",
      .most = ASSAY_LONGEST_S,
      AT(budget) },
    { .name = "strict", .kind = ASSAY_OPTION_FLAG, .summary = "end with status 4 if no commit can be named", AT(strict) },
    { ASSAY_TRACK_REPOSITORY, .group = "Work trees", AT(repository) },
    { .name = "keep",
      .kind = ASSAY_OPTION_TEXT,
      .value = "DIR",
      .summary = "keep work trees, builds and comparisons in DIR, and use those again that are there",
      .fallback = "they are removed",
      .wish = "a directory",
      .completion = ASSAY_COMPLETE_FILE,
      AT(keep) },
    { ASSAY_TRACK_TIMEOUT_BUILD, AT(timeout_build) },
    { .name = "output",
      .letter = 'o',
      .kind = ASSAY_OPTION_TEXT,
      .value = "FILE",
      .group = "Results",
      .summary = "write the document of the last comparison, the commit that is named against its parent",
      .wish = "a file",
      .completion = ASSAY_COMPLETE_FILE,
      AT(results.output) },
    { ASSAY_COMMON_QUIET, AT(results.quiet) },
    { .name = NULL },
};

/* ---- before anything is measured ---- */

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

static int check_options(const struct bisect_values *values, struct assay_error *error)
{
    if (!values->good.given) {
        return assay_fail(error, ASSAY_EUSAGE, "missing --good: want a commit where the benchmark was fast");
    }
    if (!values->build.given) {
        return assay_fail(error, ASSAY_EUSAGE, "missing --build: want the line for a shell that builds a commit's plug-ins");
    }
    return 0;
}

/* Of thousands of commits a few are looked at. */
static int describe(struct assay_bisect *bisect, size_t index, struct assay_error *error)
{
    struct assay_commit *commit = &bisect->commits[index].commit, whole = { .order = -1 };
    int code = commit->author_date ? 0 : assay_repository_commit(&whole, bisect->values->repository.text, commit->id, error);
    if (!code && whole.id) {
        assay_commit_release(commit);
        *commit = whole;
    }
    return code;
}

static int find_commits(struct assay_bisect *bisect, struct assay_error *error)
{
    const struct bisect_values *values = bisect->values;
    const char *repository = values->repository.text, *bad = values->bad.given ? values->bad.text : "HEAD";
    char **ids = NULL;
    size_t count = 0;
    int code = assay_repository_between(&ids, &count, repository, values->good.text, bad, true, error);
    if (!code && count == 0) {
        code = assay_fail(error, ASSAY_EUSAGE, "nothing to bisect: '%.100s' and '%.100s' are the same commit", values->good.text, bad);
    }
    bisect->commits = code ? NULL : calloc(count + 1, sizeof *bisect->commits);
    if (!code && !bisect->commits) {
        code = no_memory(error);
    }
    if (!code) {
        code = assay_repository_commit(&bisect->commits[0].commit, repository, values->good.text, error);
        bisect->count = !code;
    }
    for (size_t i = 0; i < count; i++) {
        if (!code) {
            bisect->commits[bisect->count++].commit = (struct assay_commit){ .id = ids[i], .order = -1 };
        } else {
            free(ids[i]);
        }
    }
    free(ids);
    return code ? code : describe(bisect, count, error);
}

static int prepare(struct assay_bisect *bisect, struct assay_error *error)
{
    const struct bisect_values *values = bisect->values;
    int code = check_options(values, error);
    bisect->line = assay_command_line((const char *const *)bisect->invocation->argv);
    code = code || bisect->line ? code : no_memory(error);
    code = code ? code : assay_bisect_name(bisect, bisect->invocation->arguments.names[0], error);
    code = code ? code : find_commits(bisect, error);
    code = code || !values->results.output.given ? code : assay_results_open(&bisect->results, &values->results, NULL, error);
    return code ? code : assay_track_trees_open(&bisect->trees, error);
}

static void release(struct assay_bisect *bisect)
{
    assay_track_trees_close(&bisect->trees);
    assay_results_release(&bisect->results);
    assay_document_free(bisect->document);
    for (size_t i = 0; i < bisect->count; i++) {
        assay_commit_release(&bisect->commits[i].commit);
        free(bisect->commits[i].reason);
    }
    for (size_t i = 0; i < bisect->parameter_count; i++) {
        free(bisect->parameters[i]);
    }
    free(bisect->commits);
    free(bisect->parameters);
    free(bisect->filter);
    free(bisect->line);
}

/* ---- what is said ---- */

static void say_ratio(const struct assay_bisect_ratio *ratio)
{
    printf("%.3f [%.3f, %.3f]", exp(ratio->ratio), exp(ratio->low), exp(ratio->high));
}

static void say_commit(const struct assay_bisect_commit *commit)
{
    printf("%.12s %.60s", commit->commit.id, commit->commit.subject ? commit->commit.subject : "");
}

static void say_candidate(const struct assay_bisect_commit *commit, const struct assay_bisect_ratio *ratio, const char *than)
{
    printf("  %s ", commit->state == ASSAY_BISECT_SLOW ? "slow" : "fast");
    say_commit(commit);
    printf(": ");
    say_ratio(ratio);
    printf(" of %s\n", than);
    fflush(stdout);
}

/* ---- the search ---- */

static int skip(struct assay_bisect_commit *commit, const char *reason, struct assay_error *error)
{
    commit->state = ASSAY_BISECT_SKIPPED;
    commit->reason = assay_copy(reason);
    printf("  skipped ");
    say_commit(commit);
    printf(": %s\n", reason);
    fflush(stdout);
    return commit->reason ? 0 : no_memory(error);
}

/* With good it is 1 if it is fast, and with bad if it is slow: what the one leaves open, the other may say. */
static int judge(struct assay_bisect *bisect, size_t index, double half, struct assay_error *error)
{
    struct assay_bisect_commit *commit = &bisect->commits[index];
    struct assay_bisect_ratio ratio;
    for (int turn = 0; turn < 2; turn++) {
        int code = turn == 0 ? assay_bisect_measure(&ratio, bisect, 0, index, expm1(half), error)
                             : assay_bisect_measure(&ratio, bisect, index, bisect->count - 1, expm1(half), error);
        if (code || bisect->failed || assay_interrupt_stop) {
            return code;
        }
        if (!ratio.measured) {
            return skip(commit, ratio.reason, error);
        }
        int side = assay_bisect_side(ratio.low, ratio.high, half) * (turn == 0 ? 1 : -1);
        if (side != 0) {
            commit->state = side > 0 ? ASSAY_BISECT_SLOW : ASSAY_BISECT_FAST;
            say_candidate(commit, &ratio, turn == 0 ? "good's time" : "its time by bad");
            return 0;
        }
    }
    return skip(commit, "neither fast nor slow could be proven within --budget", error);
}

static int look_at(struct assay_bisect *bisect, size_t index, double half, struct assay_error *error)
{
    struct assay_bisect_commit *commit = &bisect->commits[index];
    struct assay_error refusal = { 0 };
    const char *plugins = NULL;
    int code = describe(bisect, index, error);
    if (code) {
        return code;
    }
    code = assay_track_trees_build(&plugins, &bisect->trees, &commit->commit, "commit", &refusal);
    if (code == ASSAY_EINPUT) {
        return skip(commit, refusal.text, error);
    }
    return code ? assay_fail(error, refusal.code, "%s", refusal.text) : judge(bisect, index, half, error);
}

static int search(size_t *fast, size_t *slow, struct assay_bisect *bisect, double half, struct assay_error *error)
{
    int code = 0;
    for (size_t next; !code && !bisect->failed && !assay_interrupt_stop &&
                      (next = assay_bisect_next(bisect->commits, *fast, *slow)) != SIZE_MAX;) {
        code = look_at(bisect, next, half, error);
        *fast = bisect->commits[next].state == ASSAY_BISECT_FAST ? next : *fast;
        *slow = bisect->commits[next].state == ASSAY_BISECT_SLOW ? next : *slow;
    }
    return code;
}

/* ---- its end ---- */

static int say_range(struct assay_bisect *bisect, size_t fast, size_t slow)
{
    struct assay_error unknown = { 0 };
    printf("no commit can be named: it is one of these %zu\n", slow - fast);
    for (size_t i = fast + 1; i <= slow; i++) {
        (void)describe(bisect, i, &unknown); /* without its subject it has its name */
        printf("  ");
        say_commit(&bisect->commits[i]);
        printf(bisect->commits[i].reason ? " (skipped)\n" : "\n");
    }
    return bisect->values->strict.given ? ASSAY_EXIT_UNDECIDED : ASSAY_EXIT_OK;
}

/* The commit against its parent, which no other comparison has measured. */
static int name_one(int *status, struct assay_bisect *bisect, size_t slow, double whole, double margin, struct assay_error *error)
{
    const struct assay_bisect_commit *commit = &bisect->commits[slow];
    struct assay_bisect_ratio ratio;
    int code = assay_bisect_measure(&ratio, bisect, slow - 1, slow, margin, error);
    if (code || bisect->failed || assay_interrupt_stop) {
        return code;
    }
    if (!ratio.measured || ratio.direction <= 0) {
        printf("no commit can be named: ");
        say_commit(commit);
        printf(" is slow and its parent fast, but against each other nothing is proven");
        if (ratio.measured) {
            printf(": ");
            say_ratio(&ratio);
        }
        printf("\n");
        *status = bisect->values->strict.given ? ASSAY_EXIT_UNDECIDED : ASSAY_EXIT_OK;
        return 0;
    }
    printf("first slow commit: ");
    say_commit(commit);
    printf("\n  %s, takes ", commit->commit.author_date ? commit->commit.author_date : "?");
    say_ratio(&ratio);
    printf(" times its parent's time: %.0f %% of the whole slowdown\n", 100.0 * ratio.ratio / whole);
    return 0;
}

static int finish(int *status, struct assay_bisect *bisect, const struct assay_bisect_ratio *whole, double margin,
                  struct assay_error *error)
{
    size_t fast = 0, slow = bisect->count - 1;
    bisect->commits[fast].state = ASSAY_BISECT_FAST;
    bisect->commits[slow].state = ASSAY_BISECT_SLOW;
    int code = search(&fast, &slow, bisect, whole->ratio / 2, error);
    if (!code && !bisect->failed && !assay_interrupt_stop) {
        if (slow - fast == 1) {
            code = name_one(status, bisect, slow, whole->ratio, margin, error);
        } else {
            *status = say_range(bisect, fast, slow);
        }
    }
    if (assay_interrupt_stop && (!code || code == ASSAY_EINTERRUPTED)) {
        say_range(bisect, fast, slow);
        *status = ASSAY_EXIT_INTERRUPTED;
    }
    return code == ASSAY_EINTERRUPTED ? 0 : code;
}

/* First whether there is anything to find. */
static int confirm(struct assay_bisect_ratio *whole, bool *slower, struct assay_bisect *bisect, double margin,
                   struct assay_error *error)
{
    const char *plugins = NULL;
    size_t last = bisect->count - 1;
    int code = assay_track_trees_build(&plugins, &bisect->trees, &bisect->commits[0].commit, "good", error);
    code = code ? code : assay_track_trees_build(&plugins, &bisect->trees, &bisect->commits[last].commit, "bad", error);
    code = code ? code : assay_bisect_measure(whole, bisect, 0, last, margin, error);
    if (code || bisect->failed || assay_interrupt_stop) {
        return code;
    }
    if (!whole->measured) {
        return assay_fail(error, ASSAY_EINPUT, "cannot compare '%.100s' of good with that of bad: %s",
                          bisect->invocation->arguments.names[0], whole->reason);
    }
    *slower = whole->direction > 0;
    printf(*slower ? "bad is slower than good: " : "no slowdown between them: bad takes ");
    say_ratio(whole);
    printf(" times good's time, over %zu commit%s\n", last, last == 1 ? "" : "s");
    fflush(stdout);
    return 0;
}

static int bisect_all(int *status, struct assay_bisect *bisect, struct assay_error *error)
{
    struct assay_bisect_ratio whole = { .measured = false };
    double margin = 0.01;
    bool slower = false;
    if (bisect->values->margin.given) {
        assay_margin_parse(&margin, bisect->values->margin.text);
    }
    int code = confirm(&whole, &slower, bisect, margin, error);
    if (code || bisect->failed || (assay_interrupt_stop && !slower)) { /* once it is slower, an end says what is left */
        return code;
    }
    if (!slower) {
        *status = bisect->values->strict.given ? ASSAY_EXIT_UNDECIDED : ASSAY_EXIT_OK;
        return 0;
    }
    return finish(status, bisect, &whole, margin, error);
}

static int save(struct assay_bisect *bisect, struct assay_error *error)
{
    char *path = NULL;
    struct assay_document *shown = NULL, *measured = bisect->document;
    bisect->document = NULL;
    int code = assay_results_save(&shown, &path, &bisect->results, measured, error);
    bisect->document = shown;
    if (!code && bisect->results.render) {
        code = assay_results_report(&bisect->results, shown, error);
    }
    if (!code && !bisect->values->results.quiet.given) {
        assay_results_say_where(bisect->results.render ? bisect->results.render : path);
    }
    free(path);
    return code;
}

static int run(const struct assay_invocation *invocation)
{
    const struct bisect_values *values = invocation->values;
    struct assay_bisect bisect = { .invocation = invocation,
                                   .values = values,
                                   .trees = { .repository = values->repository.text,
                                              .command = values->build.text,
                                              .directory = values->plugins.text,
                                              .keep = values->keep.text,
                                              .timeout_s = values->timeout_build.real,
                                              .quiet = values->results.quiet.given > 0,
                                              .lock = -1 } };
    struct assay_error error = { 0 };
    int status = ASSAY_EXIT_OK;
    assay_interrupt_open();
    int code = prepare(&bisect, &error);
    code = code ? code : bisect_all(&status, &bisect, &error);
    if (!code && bisect.document && values->results.output.given) {
        code = save(&bisect, &error);
    }
    if (code) {
        status = assay_say_error(&error);
    } else if (bisect.failed) { /* the child has said what is wrong */
        status = ASSAY_EXIT_USAGE;
    } else if (assay_interrupt_stop) {
        status = ASSAY_EXIT_INTERRUPTED;
    }
    release(&bisect);
    return assay_finish_output(status);
}

static const struct assay_example examples[] = {
    { "assay track bisect sieve.bytes --good v1.2 --build make", "which commit since v1.2 made it slower" },
    { "assay track bisect sieve.bytes:limit=1e6 --good v1.2 --build make --keep trees",
      "with a parameter; what was built and measured stays for the next time" },
    { NULL, NULL },
};

const struct assay_command assay_command_track_bisect = {
    .syntax = { .command = "track bisect",
                .options = options,
                .positional = { .name = "BENCHMARK",
                                .summary = "KERNEL[:NAME=VALUE,...][@IMPLEMENTATION], as commits' plug-ins have it",
                                .least = 1,
                                .most = 1,
                                .completion = ASSAY_COMPLETE_BENCHMARK } },
    .summary = "find the commit that made a benchmark slower",
    .description = "Bisects the first parents between two commits. Each candidate is built and compared with good, and where that says too "
                   "little with bad; at the end the commit is compared with its parent. What does not build is skipped.",
    .examples = examples,
    .values_size = sizeof(struct bisect_values),
    .run = run,
};
