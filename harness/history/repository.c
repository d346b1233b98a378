/* Commits of a git repository and their order. Runs git (git.c); makes no work tree. */
#include "history/repository.h"

#include "base/number.h"
#include "base/text.h"
#include "history/git.h"

#include <stdlib.h>
#include <string.h>

#define DEEPEN "git fetch --unshallow, or --deepen=N, fetches what is missing"

void assay_commit_release(struct assay_commit *commit)
{
    free(commit->id);
    free(commit->parent);
    free(commit->branch);
    free(commit->author_date);
    free(commit->subject);
    *commit = (struct assay_commit){ .order = -1 };
}

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

int assay_repository_setting(char **value, const char *directory, const char *key, struct assay_error *error)
{
    const char *const words[] = { "config", "--get", key, NULL };
    int status = 0;
    char *out = NULL;
    int code = assay_git(&out, &status, directory, words, error);
    if (code || status != 0 || !out[0]) {
        free(out);
        out = NULL;
    }
    if (!code) {
        *value = out;
    }
    return code;
}

/* The full id of what a person called it; heap. */
static int resolve(char **id, const char *directory, const char *reference, struct assay_error *error)
{
    char *name = assay_formatted("%s^{commit}", reference);
    const char *const words[] = { "rev-parse", "--verify", "--quiet", "--end-of-options", name, NULL };
    bool shallow = false;
    int status = 0;
    char *out = NULL;
    int code = name ? assay_git(&out, &status, directory, words, error) : no_memory(error);
    if (!code && status != 0) {
        code = assay_git_is_shallow(&shallow, directory, error);
    }
    if (!code && status != 0) {
        code = assay_fail(error, ASSAY_EINPUT,
                          shallow ? "unknown commit '%.160s': this clone is shallow; " DEEPEN
                                  : "unknown commit '%.160s': git fetch, if it may be elsewhere",
                          reference);
    }
    free(name);
    if (code) {
        free(out);
        return code;
    }
    *id = out;
    return 0;
}

/* The branch that a name means, without its remote: "main" of HEAD, main, origin/main. NULL: none, or no memory. */
static char *branch_of(const char *directory, const char *reference)
{
    const char *const words[] = { "rev-parse", "--symbolic-full-name", "--end-of-options", reference, NULL };
    struct assay_error ignored = { 0 };
    int status = 0;
    char *out = NULL, *branch = NULL;
    if (assay_git(&out, &status, directory, words, &ignored) || status != 0) {
        free(out);
        return NULL;
    }
    const char *line = strstr(out, "refs/"); /* git before 2.30 echoes the words */
    const char *remote = line && strncmp(line, "refs/remotes/", strlen("refs/remotes/")) == 0
                             ? strchr(line + strlen("refs/remotes/"), '/')
                             : NULL;
    if (remote) {
        branch = assay_copy(remote + 1);
    } else if (line && strncmp(line, "refs/heads/", strlen("refs/heads/")) == 0) {
        branch = assay_copy(line + strlen("refs/heads/"));
    }
    free(out);
    return branch;
}

/* How many first parents it has; -1: nobody knows here. */
static int count_parents(int64_t *order, const char *directory, const char *id, struct assay_error *error)
{
    const char *const words[] = { "rev-list", "--count", "--first-parent", id, NULL };
    bool shallow = false;
    uint64_t count = 0;
    char *out = NULL;
    int code = assay_git_is_shallow(&shallow, directory, error);
    if (!code && !shallow) {
        code = assay_git(&out, NULL, directory, words, error);
    }
    if (!code) {
        *order = !shallow && assay_parse_integer(out, &count) && count > 0 ? (int64_t)count - 1 : -1;
    }
    free(out);
    return code;
}

/* "parents", author date and subject, a line each. */
static int describe(struct assay_commit *commit, const char *directory, struct assay_error *error)
{
    const char *const words[] = { "log", "-1", "--no-show-signature", "--format=%P%n%aI%n%s", commit->id, NULL };
    char *out = NULL;
    int code = assay_git(&out, NULL, directory, words, error);
    char *date = !code ? strchr(out, '\n') : NULL;
    char *subject = date ? strchr(date + 1, '\n') : NULL;
    if (!code && !subject) {
        code = assay_fail(error, ASSAY_EINPUT, "git log does not say what commit '%.40s' is", commit->id);
    }
    if (!code) {
        *date++ = '\0';
        *subject++ = '\0';
        out[strcspn(out, " ")] = '\0';
        commit->parent = out[0] ? assay_copy(out) : NULL;
        commit->author_date = assay_copy(date);
        commit->subject = assay_utf8_clean(subject, strcspn(subject, "\n"), NULL);
        code = commit->author_date && commit->subject && (commit->parent || !out[0]) ? 0 : no_memory(error);
    }
    free(out);
    return code;
}

int assay_repository_commit(struct assay_commit *out, const char *directory, const char *reference,
                            struct assay_error *error)
{
    struct assay_commit commit = { .order = -1 };
    int code = resolve(&commit.id, directory, reference, error);
    if (!code) {
        code = describe(&commit, directory, error);
    }
    if (!code) {
        code = count_parents(&commit.order, directory, commit.id, error);
    }
    if (code) {
        assay_commit_release(&commit);
        return code;
    }
    commit.branch = branch_of(directory, reference);
    *out = commit;
    return 0;
}

int assay_repository_merge_base(char **commit, const char *directory, const char *base, const char *head,
                                struct assay_error *error)
{
    char *ids[2] = { NULL, NULL };
    char *out = NULL;
    bool shallow = false;
    int status = 0;
    int code = resolve(&ids[0], directory, base, error);
    if (!code) {
        code = resolve(&ids[1], directory, head, error);
    }
    const char *const words[] = { "merge-base", ids[0], ids[1], NULL };
    if (!code) {
        code = assay_git(&out, &status, directory, words, error);
    }
    if (!code && status != 0) {
        code = assay_git_is_shallow(&shallow, directory, error);
    }
    if (!code && status != 0) {
        code = assay_fail(error, ASSAY_EINPUT,
                          shallow ? "no common ancestor of '%.100s' and '%.100s' in this clone, which is shallow; " DEEPEN
                                  : "'%.100s' and '%.100s' have no common ancestor",
                          base, head);
    }
    free(ids[0]);
    free(ids[1]);
    if (code) {
        free(out);
        return code;
    }
    out[strcspn(out, "\n")] = '\0'; /* of several, the first: git calls each of them best */
    *commit = out;
    return 0;
}

static int check_ancestor(const char *directory, const char *good, const char *bad, struct assay_error *error)
{
    const char *const words[] = { "merge-base", "--is-ancestor", good, bad, NULL };
    bool shallow = false;
    int status = 0;
    int code = assay_git(NULL, &status, directory, words, error);
    if (!code && status != 0) {
        code = assay_git_is_shallow(&shallow, directory, error);
    }
    if (!code && status != 0) {
        code = assay_fail(error, ASSAY_EINPUT,
                          shallow ? "'%.100s' is no ancestor of '%.100s' in this clone, which is shallow; " DEEPEN
                                  : "'%.100s' is no ancestor of '%.100s': want two commits of one line",
                          good, bad);
    }
    return code;
}

/* Lines to a heap array; *count of them. NULL: no memory. */
static char **split(size_t *count, char *text)
{
    size_t lines = 0, used = 0;
    for (const char *at = text; *at; at++) {
        lines += at[1] == '\n' || at[1] == '\0';
    }
    char **items = calloc(lines + 1, sizeof *items);
    bool right = items != NULL;
    for (char *line = strtok(text, "\n"); line && right && used < lines; line = strtok(NULL, "\n")) {
        items[used] = assay_copy(line);
        right = items[used++] != NULL;
    }
    for (size_t i = 0; !right && i < used; i++) {
        free(items[i]);
    }
    if (!right) {
        free(items);
        return NULL;
    }
    *count = used;
    return items;
}

int assay_repository_changes(size_t *count, const char *directory, struct assay_error *error)
{
    static const char *const words[] = { "--no-optional-locks", "status", "--porcelain", "--untracked-files=no", NULL };
    size_t lines = 0;
    int status = 0;
    char *out = NULL;
    int code = assay_git(&out, &status, directory, words, error);
    for (const char *at = code || status != 0 ? "" : out; *at; at++) {
        lines += at[1] == '\n' || at[1] == '\0';
    }
    free(out);
    if (!code) {
        *count = lines;
    }
    return code;
}

int assay_repository_between(char ***ids, size_t *count, const char *directory, const char *good, const char *bad,
                             bool first_parent, struct assay_error *error)
{
    char *ends[2] = { NULL, NULL };
    char *range = NULL, *out = NULL;
    int code = resolve(&ends[0], directory, good, error);
    if (!code) {
        code = resolve(&ends[1], directory, bad, error);
    }
    if (!code) {
        code = check_ancestor(directory, ends[0], ends[1], error);
    }
    if (!code) {
        range = assay_formatted("%s..%s", ends[0], ends[1]);
        const char *const words[] = { "rev-list", "--reverse", "--topo-order", range,
                                      first_parent ? "--first-parent" : NULL, NULL };
        code = range ? assay_git(&out, NULL, directory, words, error) : no_memory(error);
    }
    if (!code) {
        size_t found = 0;
        char **items = split(&found, out);
        code = items ? 0 : no_memory(error);
        if (items) {
            *ids = items;
            *count = found;
        }
    }
    free(ends[0]);
    free(ends[1]);
    free(range);
    free(out);
    return code;
}
