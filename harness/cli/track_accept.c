/* The command track accept: a person says, on record, that a change is wanted. Measures nothing. */
#include "cli/track.h"

#include "base/clock.h"
#include "cli/say.h"
#include "cli/terminal.h"
#include "cli/track_slice.h"
#include "reports/cells.h"
#include "reports/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEAST_DIGITS = 4, ALL_DIGITS = 40 }; /* of a commit that is not written out, and of one that is */

struct accept_values {
    struct assay_option_value store, repository, reason, who;
};

#define AT(field) .offset = offsetof(struct accept_values, field)

static bool is_said(const char *text)
{
    return text[strspn(text, " \t\r\n")] != '\0';
}

static const struct assay_option options[] = {
    { ASSAY_TRACK_STORE, AT(store) },
    { ASSAY_TRACK_REPOSITORY, AT(repository) },
    { .name = "reason",
      .kind = ASSAY_OPTION_TEXT,
      .value = "TEXT",
      .group = "What is put on record",
      .summary = "why it is wanted; must be given",
      .wish = "a reason, for those who ask in a year",
      .check = is_said,
      AT(reason) },
    { .name = "who",
      .kind = ASSAY_OPTION_TEXT,
      .value = "NAME",
      .summary = "who says so",
      .fallback = "user.name and user.email of git, or $USER",
      .wish = "a name",
      .check = is_said,
      AT(who) },
    { .name = NULL },
};

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- who ---- */

/* As git takes it: from the environment, else a setting; heap; NULL: there is none, or no git that says it. */
static char *configured(const char *variable, const char *key, const char *repository)
{
    const char *given = getenv(variable);
    struct assay_error ignored = { 0 };
    char *value = NULL;
    if (given && is_said(given)) {
        return assay_copy(given);
    }
    (void)assay_repository_setting(&value, repository, key, &ignored);
    return value;
}

static int find_who(char **who, const struct accept_values *values, struct assay_error *error)
{
    char *name = values->who.given ? assay_copy(values->who.text) : configured("GIT_AUTHOR_NAME", "user.name", values->repository.text);
    char *mail = values->who.given ? NULL : configured("GIT_AUTHOR_EMAIL", "user.email", values->repository.text);
    const char *user = getenv("USER");
    bool named = name && is_said(name), known = named || (user && is_said(user));
    char *made = named && mail && is_said(mail) ? assay_formatted("%s <%s>", name, mail)
                 : named                        ? assay_copy(name)
                 : known                        ? assay_copy(user)
                                                : NULL;
    free(name);
    free(mail);
    if (!known) {
        return assay_fail(error, ASSAY_EUSAGE, "nobody's name is known: want --who NAME, or git config user.name");
    }
    *who = made;
    return made ? 0 : no_memory(error);
}

/* ---- which commit ---- */

/* The commit of the series' points that begins so; *several: more than one does. Borrowed; NULL: none. */
static const char *begun(bool *several, const struct assay_history_series *series, size_t count, const char *beginning)
{
    const char *found = NULL;
    size_t length = strlen(beginning);
    *several = false;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < series[i].point_count; k++) {
            const char *commit = series[i].points[k].commit;
            if (commit && strcmp(commit, beginning) == 0) {
                *several = false;
                return commit;
            }
            if (commit && length >= LEAST_DIGITS && strncmp(commit, beginning, length) == 0) {
                *several = *several || (found && strcmp(found, commit) != 0);
                found = commit;
            }
        }
    }
    return found;
}

/* What the store has, written out or not; else what git says it is (`of_git`, NULL: it knows none); else a name written out. Heap. */
static int find_commit(char **id, const struct assay_history_series *series, size_t count, const char *reference, const char *of_git,
                       const char *repository, struct assay_error *error)
{
    struct assay_commit commit = { .order = -1 };
    bool several = false;
    const char *own = begun(&several, series, count, reference);
    if (several) {
        return assay_fail(error, ASSAY_EINPUT, "commit '%.80s' is not unique: want more of its name", reference);
    }
    if (own || of_git) {
        *id = assay_copy(own ? own : of_git);
        return *id ? 0 : no_memory(error);
    }
    int code = assay_track_commit_named(&commit, reference, repository, error);
    if (!code) {
        *id = commit.id;
        commit.id = NULL;
    }
    assay_commit_release(&commit);
    return code;
}

/* The first point of that commit; SIZE_MAX: none. */
static size_t point_at(const struct assay_history_series *series, const char *commit)
{
    for (size_t i = 0; i < series->point_count; i++) {
        if (series->points[i].commit && strcmp(series->points[i].commit, commit) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

/* ---- what is shown ---- */

/* Owns `text`; a line for this terminal. */
static void say_take(const char *lead, char *text, bool unicode)
{
    char *clean = text ? assay_cell_clean(text, unicode) : NULL;
    printf("%s%s\n", lead, clean ? clean : "out of memory");
    free(clean);
    free(text);
}

static void show_decision(const struct assay_store_decision *decision, bool unicode)
{
    char *commit = assay_words_history_commit(decision->commit);
    say_take("accepted: ", assay_formatted("%s at %s by %s: %s", decision->benchmark, commit ? commit : "?", decision->who, decision->reason),
             unicode);
    free(commit);
}

/* What happened there to each benchmark that changed, and how many did not. */
static void show_changes(const struct assay_history_series *series, size_t count, const char *commit, bool unicode)
{
    size_t found = 0, quiet = 0;
    const char *last = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t point = point_at(&series[i], commit);
        if (point < SIZE_MAX && assay_history_change_at(&series[i], point)) {
            char *words = assay_words_history_event(&series[i], point);
            say_take("  ", words ? assay_formatted("%s: %s", series[i].benchmark, words) : NULL, unicode);
            free(words);
        } else if (point < SIZE_MAX) {
            quiet++;
            last = series[i].benchmark;
        }
        found += point < SIZE_MAX;
    }
    if (quiet == 1) {
        say_take("  ", assay_formatted("%s: no change was found there", last), unicode);
    } else if (quiet > 1) {
        printf("  of %zu histories: no change was found there\n", quiet);
    }
    if (found == 0) {
        char *name = assay_words_history_commit(commit);
        say_take("  ", name ? assay_formatted("no result of %s is there yet", name) : NULL, unicode);
        free(name);
    }
}

/* ---- all of it ---- */

/* What the decision is about: a commit on whatever branch, and benchmarks that may have no result of it where git knows the commit, since
 * the check that found the change need not have recorded it. Nothing takes a decision back: what looks like a slip is refused. */
static int find_target(char **commit, struct assay_store *store, const char *address, const char *const *names, const char *of_git,
                       const struct accept_values *values, struct assay_error *error)
{
    const struct assay_store_query query = { .benchmark = names[0] };
    struct assay_history_series *series = NULL;
    size_t count = 0, there = 0;
    int code = assay_store_series(&series, &count, store, &query, error);
    if (!code && count == 0) {
        code = of_git ? assay_track_check_name(store, address, names[0], error)
                      : assay_track_unknown(store, address, names[0], error);
    }
    code = code ? code : find_commit(commit, series, count, names[1], of_git, values->repository.text, error);
    for (size_t i = 0; i < count && !code; i++) {
        there += point_at(&series[i], *commit) < SIZE_MAX;
    }
    bool whole = !code && strlen(*commit) >= ALL_DIGITS;
    if (!code && there == 0 && !of_git && !whole) {
        code = assay_fail(error, ASSAY_EINPUT, "unknown commit '%.80s': no result is of it, and there is no git repository to ask", *commit);
    }
    assay_track_free(series, count);
    return code;
}

static int show_all(struct assay_store *store, const struct assay_store_decision *decision, struct assay_error *error)
{
    const struct assay_track_slice slice = { .query = { .benchmark = decision->benchmark } };
    struct assay_terminal terminal;
    struct assay_history_series *series = NULL;
    size_t count = 0;
    assay_terminal_look(&terminal, STDOUT_FILENO, ASSAY_COLOR_NEVER);
    show_decision(decision, terminal.unicode); /* it is on record, whatever becomes of the rest */
    int code = assay_track_find(&series, &count, store, &slice, error);
    if (!code) {
        show_changes(series, count, decision->commit, terminal.unicode);
    }
    assay_track_free(series, count);
    return code;
}

static int decide(struct assay_store *store, const char *address, const char *const *names, const char *of_git,
                  const struct accept_values *values, struct assay_error *error)
{
    char when[32], *who = NULL, *commit = NULL;
    int code = find_target(&commit, store, address, names, of_git, values, error);
    code = code ? code : find_who(&who, values, error);
    if (!code) {
        assay_clock_utc(when);
        const struct assay_store_decision decision = {
            .benchmark = names[0], .commit = commit, .who = who, .when = when, .reason = values->reason.text
        };
        code = assay_store_accept(store, &decision, error);
        code = code ? code : show_all(store, &decision, error);
    }
    free(who);
    free(commit);
    return code;
}

static int run(const struct assay_invocation *invocation)
{
    const struct accept_values *values = invocation->values;
    const char *address = assay_track_address(&values->store), *const *names = invocation->arguments.names;
    struct assay_commit of_git = { .order = -1 };
    struct assay_store *store = NULL;
    struct assay_error error = { 0 }, unknown = { 0 };
    if (!values->reason.given) {
        return assay_say_errorf("missing --reason: want why it is wanted, for those who ask in a year");
    }
    (void)assay_repository_commit(&of_git, values->repository.text, names[1], &unknown); /* the store may know it, or says what is wrong */
    int code = assay_store_open(&store, address, of_git.id ? ASSAY_STORE_CREATE : ASSAY_STORE_WRITE, &error);
    code = code ? code : decide(store, address, names, of_git.id, values, &error);
    assay_commit_release(&of_git);
    assay_store_close(store);
    return assay_finish_output(code ? assay_say_error(&error) : ASSAY_EXIT_OK);
}

static const struct assay_example examples[] = {
    { "assay track accept sieve.bytes 3c820b7b174a --reason 'checks its input now'", "a slowdown that is wanted" },
    { "assay track accept 'sieve.*' HEAD --reason 'a safer allocator'", "of all that begin so" },
    { NULL, NULL },
};

const struct assay_command assay_command_track_accept = {
    .syntax = { .command = "track accept",
                .options = options,
                .positional = { .name = "BENCHMARK COMMIT",
                                .summary = "its id, where '*' stands for any text, and the commit that changed it",
                                .least = 2,
                                .most = 2,
                                .completion = ASSAY_COMPLETE_BENCHMARK } },
    .summary = "put on record that a change is wanted",
    .description = "What was accepted is not told again, slow creep is measured from there on, and the commit becomes the default "
                   "reference of `assay track check`. A decision stands in every log and page, with its reason.",
    .examples = examples,
    .values_size = sizeof(struct accept_values),
    .run = run,
};
