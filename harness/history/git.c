/* Runs git and turns its refusals into ours. Knows no commit. */
#include "history/git.h"

#include "base/child.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define GIT_TIMEOUT_S 900.0 /* a work tree of a large repository on a slow disk */
enum { WORDS_MOST = 12, NOT_FOUND = 127, FATAL = 128 };

const char *const assay_git_clean[] = { "GIT_DIR",       "GIT_WORK_TREE",        "GIT_INDEX_FILE",
                                        "GIT_PREFIX",    "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
                                        "GIT_NAMESPACE", NULL };

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* What no command could do there. 0: it is something else. */
static int refuse_place(const char *said, const char *directory, struct assay_error *error)
{
    if (strstr(said, "dubious ownership")) {
        return assay_fail(error, ASSAY_EINPUT,
                          "the repository at '%.160s' belongs to another user, so git refuses it: "
                          "git config --global --add safe.directory DIR",
                          directory);
    }
    if (strstr(said, "not a git repository")) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "'%.160s' is not in a git repository: want --repository DIR", directory);
    }
    if (begins(said, "cannot change to")) {
        return assay_fail(error, ASSAY_EINPUT, "bad --repository '%.160s': there is no such directory", directory);
    }
    return 0;
}

/* Git's own line: "fatal: ..." or "error: ...", the last that it wrote. */
static const char *line_of(char *said)
{
    char *line = said;
    size_t length = strlen(said);
    while (length > 0 && said[length - 1] == '\n') {
        said[--length] = '\0';
    }
    for (char *at = said; (at = strchr(at, '\n')); at++) {
        line = begins(at + 1, "fatal: ") || begins(at + 1, "error: ") ? at + 1 : line;
    }
    line += begins(line, "fatal: ") || begins(line, "error: ") ? strlen("fatal: ") : 0;
    line[strcspn(line, "\n")] = '\0';
    return line[0] ? line : "failed without a word";
}

static int judge(char **out, int *status, struct assay_child_result *result, const char *directory,
                 struct assay_error *error)
{
    int ended = WIFEXITED(result->status) ? WEXITSTATUS(result->status) : FATAL;
    if (ended == NOT_FOUND) {
        return assay_fail(error, ASSAY_EUNAVAILABLE, "cannot run git: want it installed, and in PATH");
    }
    const char *line = ended ? line_of(result->err) : "";
    int code = ended ? refuse_place(line, directory, error) : 0;
    if (!code && ended && !status) {
        code = assay_fail(error, ASSAY_EINPUT, "git: %s", line);
    }
    if (code) {
        return code;
    }
    size_t length = strlen(result->out);
    result->out[length - (length > 0 && result->out[length - 1] == '\n')] = '\0';
    char *text = out ? assay_copy(result->out) : NULL;
    if (out && !text) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    if (out) {
        *out = text;
    }
    if (status) {
        *status = ended;
    }
    return 0;
}

int assay_git(char **out, int *status, const char *directory, const char *const *words, struct assay_error *error)
{
    static const char *const hooks = "core.hooksPath=/dev/null"; /* a checkout of ours is none of the person's */
    const char *place = directory ? directory : ".";
    const char *argv[2 * 8 + 8 + WORDS_MOST] = { "env" };
    size_t count = 1, own = 0;
    for (const char *const *name = assay_git_clean; *name; name++) {
        argv[count++] = "-u";
        argv[count++] = *name;
    }
    const char *const lead[] = { "LC_ALL=C", "git", "-C", place, "-c", hooks };
    for (size_t i = 0; i < sizeof lead / sizeof *lead; i++) {
        argv[count++] = lead[i];
    }
    while (words[own] && own < WORDS_MOST) {
        argv[count++] = words[own++];
    }
    argv[count] = NULL;
    struct assay_child_result result = { 0 };
    int code = assay_child_run(&result, argv, GIT_TIMEOUT_S, error);
    if (!code) {
        code = judge(out, status, &result, place, error);
        assay_child_result_release(&result);
    }
    return code;
}

int assay_git_is_shallow(bool *shallow, const char *directory, struct assay_error *error)
{
    static const char *const words[] = { "rev-parse", "--is-shallow-repository", NULL };
    char *out = NULL;
    int code = assay_git(&out, NULL, directory, words, error);
    if (!code) {
        *shallow = strcmp(out, "true") == 0;
    }
    free(out);
    return code;
}
