/* The group "git": the work tree of the current directory. Where git refuses (a directory of another user), so do
 * we: its configuration could run programs. */
#include "base/child.h"
#include "base/text.h"
#include "machine/gather.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define GIT_TIMEOUT_S 5.0

static const char *const names[] = { "commit", "parent", "author_date", "branch", "dirty" };

/* Git's word in a line, without the directory's name: documents are handed on. */
static char *refusal(const char *text)
{
    if (strstr(text, "dubious ownership")) {
        return assay_copy(
            "the work tree belongs to another user, so git refuses it (see safe.directory in git-config)");
    }
    return assay_formatted("git: %s", text[0] ? text : "failed without a word");
}

/* Runs git with its output in heap *out (without the line feed at its end); else false with one line in *reason
 * (heap or NULL). */
static bool ask_git(char **out, char **reason, const char *const *argv)
{
    struct assay_child_result result = { 0 };
    struct assay_error error = { 0 };
    if (assay_child_run(&result, argv, GIT_TIMEOUT_S, &error) != 0) {
        *reason = assay_copy(error.text);
        return false;
    }
    bool ended_well = WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0;
    char *text = ended_well ? result.out : result.err;
    if (!ended_well) {
        text += strncmp(text, "fatal: ", strlen("fatal: ")) == 0 ? strlen("fatal: ") : 0;
        text[strcspn(text, "\n")] = 0;
        *reason = refusal(text);
    } else {
        size_t length = strlen(text);
        if (length > 0 && text[length - 1] == '\n') {
            text[length - 1] = 0;
        }
        *out = assay_copy(text);
    }
    assay_child_result_release(&result);
    return ended_well && *out;
}

/* "commit", parents with blanks between, and author date, a line each. */
static void add_commit(struct assay_facts *facts, char *text)
{
    char *parents = strchr(text, '\n');
    char *date = parents ? strchr(parents + 1, '\n') : NULL;
    if (!date) {
        for (size_t i = 0; i < 3; i++) {
            assay_facts_none(facts, "git", names[i], "git log does not say");
        }
        return;
    }
    *parents++ = 0;
    *date++ = 0;
    date[strcspn(date, "\n")] = 0;
    parents[strcspn(parents, " ")] = 0;
    assay_facts_text(facts, "git", "commit", text, "git log");
    if (parents[0]) {
        assay_facts_text(facts, "git", "parent", parents, "git log");
    } else {
        assay_facts_none(facts, "git", "parent", "the first commit has no parent");
    }
    assay_facts_text(facts, "git", "author_date", date, "git log");
}

static void gather_branch(struct assay_facts *facts)
{
    static const char *const argv[] = { "git", "symbolic-ref", "--quiet", "--short", "HEAD", NULL };
    char *out = NULL;
    char *reason = NULL;
    if (ask_git(&out, &reason, argv)) {
        assay_facts_text(facts, "git", "branch", out, "git symbolic-ref");
    } else {
        assay_facts_none(facts, "git", "branch", "no branch is checked out");
    }
    free(out);
    free(reason);
}

static void gather_dirty(struct assay_facts *facts)
{
    static const char *const argv[] = { "git",         "--no-optional-locks",  "status",
                                        "--porcelain", "--untracked-files=no", NULL };
    char *out = NULL;
    char *reason = NULL;
    if (ask_git(&out, &reason, argv)) {
        assay_facts_bool(facts, "git", "dirty", out[0] != 0, "git status");
    } else {
        assay_facts_none(facts, "git", "dirty", reason ? reason : "git status fails");
    }
    free(out);
    free(reason);
}

void assay_gather_git(struct assay_facts *facts, const struct assay_gathering *from)
{
    static const char *const argv[] = { "git", "log", "-1", "--no-show-signature", "--format=%H%n%P%n%aI", NULL };
    (void)from;
    char *out = NULL;
    char *reason = NULL;
    if (ask_git(&out, &reason, argv)) {
        add_commit(facts, out);
        gather_branch(facts);
        gather_dirty(facts);
    } else {
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            assay_facts_none(facts, "git", names[i], reason ? reason : "git cannot be run");
        }
    }
    free(out);
    free(reason);
}
