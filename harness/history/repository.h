/* A git repository as the history needs it: commits, their order, and work trees of them. Runs git; knows no store and no benchmark.
 * Every refusal names what is wrong and what helps: not a repository, an unknown commit, a shallow clone ("git fetch --unshallow"). */
#ifndef ASSAY_HISTORY_REPOSITORY_H
#define ASSAY_HISTORY_REPOSITORY_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assay_commit { /* all heap; NULL: not known */
    char *id, *parent, *branch, *author_date, *subject;
    int64_t order; /* first-parent ancestors; -1: the clone is shallow */
};
void assay_commit_release(struct assay_commit *commit);
/* A setting as git has it there, such as "user.name"; heap; *value NULL: it is not set. */
int assay_repository_setting(char **value, const char *directory, const char *key, struct assay_error *error);
/* `directory`: anywhere in the work tree; NULL: here. ASSAY_EUNAVAILABLE: in no repository, or there is no git. */
int assay_repository_commit(struct assay_commit *out, const char *directory, const char *reference, struct assay_error *error);
/* The commit that `base` means for `head`: their merge base; *base heap. */
int assay_repository_merge_base(char **commit, const char *directory, const char *base, const char *head, struct assay_error *error);
/* The commits after `good` up to `bad`, oldest first; good must be an ancestor of bad, else ASSAY_EINPUT. Heap array of heap ids. */
int assay_repository_between(char ***ids, size_t *count, const char *directory, const char *good, const char *bad, bool first_parent, struct assay_error *error);

/* Files of the work tree that git knows and that no commit has as they are; 0 of a bare repository. */
int assay_repository_changes(size_t *count, const char *directory, struct assay_error *error);

/* A commit checked out in a directory of its own and built there. */
struct assay_worktree {
    char *commit; /* full id */
    char *path;   /* of the work tree */
    bool made;    /* by this program: removed by assay_worktree_remove */
};
/* Under `parent` (heap path DIR/COMMIT12). Adds by `git worktree add --detach`; one that is there already and clean is used again. */
int assay_worktree_add(struct assay_worktree *out, const char *directory, const char *commit, const char *parent, struct assay_error *error);
void assay_worktree_remove(struct assay_worktree *worktree, const char *directory); /* also releases; never fails aloud */
/* Runs `command` by sh -c in the work tree, its output to `log` (a path). A failure is ASSAY_EINPUT: "building COMMIT12 failed with status
 * 2: LAST LINES" and names the log. ASSAY_CI_COMMIT is set in its environment. `stop`: a signal's number when somebody asked us to end: the
 * build gets it, and ASSAY_EINTERRUPTED is given; NULL: never. */
int assay_worktree_build(const struct assay_worktree *worktree, const char *command, const char *log, double timeout_s,
                         const volatile sig_atomic_t *stop, struct assay_error *error);

#endif
