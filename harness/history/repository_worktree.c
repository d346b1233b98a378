/* Work trees of commits: added, built by a command, removed. Runs git and sh; knows no plug-in. */
#include "history/repository.h"

#include "base/attend.h"
#include "base/file.h"
#include "base/text.h"
#include "history/git.h"

#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAME = 12, TAIL_BYTES = 65536, SAID_LINES = 3, SAID_MOST = 220 };

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* ---- adding ---- */

/* What the directory's own git says to some words; NULL: it fails, or there is no memory. */
static char *ask(const char *path, const char *const *words)
{
    struct assay_error ignored = { 0 };
    int status = 0;
    char *out = NULL;
    if (assay_git(&out, &status, path, words, &ignored) || status != 0) {
        free(out);
        return NULL;
    }
    return out;
}

static bool says(const char *path, const char *const *words, const char *wanted)
{
    char *out = ask(path, words);
    bool same = out && strcmp(out, wanted) == 0;
    free(out);
    return same;
}

/* Whether the directory is a work tree's top, and not only somewhere within one. */
static bool is_worktree(const char *path)
{
    static const char *const top[] = { "rev-parse", "--show-toplevel", NULL };
    char *real = realpath(path, NULL);
    bool is = real && says(path, top, real);
    free(real);
    return is;
}

/* Whether it holds that commit, and of what git knows nothing else. */
static bool is_clean_at(const char *path, const char *commit)
{
    static const char *const head[] = { "rev-parse", "HEAD", NULL };
    static const char *const changes[] = { "status", "--porcelain", "--untracked-files=no", NULL };
    return is_worktree(path) && says(path, head, commit) && says(path, changes, "");
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    (void)remove(path);
    return 0;
}

/* The tree, and what git remembers of it. What a build made read-only, or git does not let go, goes all the same. */
static void take_away(const char *path, const char *directory)
{
    const char *const words[] = { "worktree", "remove", "--force", "--force", path, NULL };
    static const char *const prune[] = { "worktree", "prune", NULL };
    free(ask(directory, words));
    if (assay_path_exists(path)) {
        (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    free(ask(directory, prune));
}

static int check_out(const char *path, const char *directory, const char *commit, struct assay_error *error)
{
    static const char *const prune[] = { "worktree", "prune", NULL };
    const char *const words[] = { "worktree", "add", "--detach", "--force", "--quiet", path, commit, NULL };
    if (assay_path_exists(path) && !is_worktree(path)) {
        return assay_fail(error, ASSAY_EINPUT, "'%.200s' is in the way: want to make a work tree there", path);
    }
    if (assay_path_exists(path)) {
        take_away(path, directory);
    }
    free(ask(directory, prune)); /* trees that a killed program left, and somebody removed */
    int code = assay_git(NULL, NULL, directory, words, error);
    if (code) {
        take_away(path, directory);
    }
    return code;
}

int assay_worktree_add(struct assay_worktree *out, const char *directory, const char *commit, const char *parent,
                       struct assay_error *error)
{
    int code = assay_directory_make(parent, error);
    char *real = !code ? realpath(parent, NULL) : NULL;
    if (!code && !real) {
        code = assay_fail_errno(error, errno, "cannot find '%.200s'", parent);
    }
    struct assay_worktree worktree = { .commit = assay_copy(commit),
                                       .path = real ? assay_formatted("%s/%.*s", real, NAME, commit) : NULL };
    free(real);
    if (!code && (!worktree.commit || !worktree.path)) {
        code = no_memory(error);
    }
    if (!code && !is_clean_at(worktree.path, commit)) {
        code = check_out(worktree.path, directory, commit, error);
        worktree.made = !code;
    }
    if (code) {
        free(worktree.commit);
        free(worktree.path);
        return code;
    }
    *out = worktree;
    return 0;
}

void assay_worktree_remove(struct assay_worktree *worktree, const char *directory)
{
    if (worktree->made && worktree->path) {
        take_away(worktree->path, directory);
    }
    free(worktree->commit);
    free(worktree->path);
    *worktree = (struct assay_worktree){ 0 };
}

/* ---- building ---- */

/* The last bytes of a file as text without NULs; NULL: it cannot be read. */
static char *tail_of(const char *path)
{
    FILE *file = fopen(path, "re");
    char *bytes = file ? malloc(TAIL_BYTES + 1) : NULL;
    size_t got = 0;
    if (bytes) {
        if (fseek(file, -TAIL_BYTES, SEEK_END) != 0) {
            rewind(file);
        }
        got = fread(bytes, 1, TAIL_BYTES, file);
    }
    if (file) {
        fclose(file);
    }
    char *text = bytes ? assay_utf8_clean(bytes, got, NULL) : NULL;
    free(bytes);
    return text;
}

static bool says_error(const char *line)
{
    return strcasestr(line, "error:") != NULL;
}

static void append_line(struct assay_text *said, const char *line)
{
    assay_text_append(said, said->length ? " | " : "");
    assay_text_format(said, "%.*s", SAID_MOST / 2, line + strspn(line, " \t"));
}

/* The last lines of a log in one: with the last that calls itself an error, which make and ninja leave far above. Heap. */
static char *last_words(const char *log)
{
    const char *lines[SAID_LINES] = { NULL }, *wrong = NULL;
    struct assay_text said = ASSAY_TEXT_INIT;
    char *tail = tail_of(log), *rest = tail;
    for (char *line; rest && (line = strsep(&rest, "\n"));) {
        line[strcspn(line, "\r")] = '\0';
        if (line[strspn(line, " \t")] == '\0') {
            continue;
        }
        wrong = says_error(line) ? line : wrong;
        memmove(lines, lines + 1, (SAID_LINES - 1) * sizeof *lines);
        lines[SAID_LINES - 1] = line;
    }
    bool shown = !wrong;
    for (size_t i = 0; i < SAID_LINES; i++) {
        shown = shown || lines[i] == wrong;
    }
    if (!shown) {
        append_line(&said, wrong);
    }
    for (size_t i = shown ? 0 : 1; i < SAID_LINES; i++) {
        if (lines[i]) {
            append_line(&said, lines[i]);
        }
    }
    free(tail);
    char *text = said.length ? assay_text_take(&said) : assay_copy("it said nothing");
    assay_text_release(&said);
    return text;
}

static int refuse(int status, const struct assay_worktree *worktree, const char *log, struct assay_error *error)
{
    char *said = last_words(log);
    if (!said) {
        return no_memory(error);
    }
    size_t length = strlen(said);
    bool cut = length > SAID_MOST;
    int code = assay_fail(error, ASSAY_EINPUT, "building %.*s failed with %s %d: %s%s (log: %.160s)", NAME,
                          worktree->commit, WIFSIGNALED(status) ? "signal" : "status",
                          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), cut ? "..." : "",
                          cut ? said + length - SAID_MOST : said, log);
    free(said);
    return code;
}

int assay_worktree_build(const struct assay_worktree *worktree, const char *command, const char *log, double timeout_s,
                         const volatile sig_atomic_t *stop, struct assay_error *error)
{
    const char *const argv[] = { "sh", "-c", command, NULL };
    const char *environment[16];
    size_t count = 0;
    int status = 0;
    char *commit = assay_formatted("ASSAY_CI_COMMIT=%s", worktree->commit);
    if (!commit) {
        return no_memory(error);
    }
    for (const char *const *name = assay_git_clean; *name; name++) {
        environment[count++] = *name;
    }
    environment[count++] = commit;
    environment[count] = NULL;
    const struct assay_attended build = { .argv = argv,
                                          .directory = worktree->path,
                                          .environment = environment,
                                          .output = log,
                                          .errors = log,
                                          .timeout_s = timeout_s,
                                          .stop = stop };
    struct assay_error inner = { 0 };
    int code = assay_attend(&status, &build, &inner);
    free(commit);
    if (stop && *stop) {
        return assay_fail(error, ASSAY_EINTERRUPTED, "interrupted while building %.*s", NAME, worktree->commit);
    }
    if (code) {
        return assay_fail(error, ASSAY_EINPUT, "building %.*s failed: %s (log: %.160s)", NAME, worktree->commit,
                          inner.text, log);
    }
    return status == 0 ? 0 : refuse(status, worktree, log, error);
}
