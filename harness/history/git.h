/* How git is run: at a directory, in English, whatever GIT_DIR a hook has set. For the files repository*.c only. */
#ifndef ASSAY_HISTORY_GIT_H
#define ASSAY_HISTORY_GIT_H

#include "base/error.h"

#include <stdbool.h>

/* Variables that point git elsewhere, in the form of assay_attended.environment: those of a hook that we are run from. */
extern const char *const assay_git_clean[];

/* Runs git with up to 12 words, ended by NULL. *out: its output without the last line feed (heap; may be NULL); *status: its exit
 * status, where the caller wants to tell failures apart; NULL: any but 0 is ASSAY_EINPUT, in git's words. What no command could do is
 * always an error: no git, not a repository (both ASSAY_EUNAVAILABLE), a repository of another user. */
int assay_git(char **out, int *status, const char *directory, const char *const *words, struct assay_error *error);
/* Whether history is cut off in this clone. */
int assay_git_is_shallow(bool *shallow, const char *directory, struct assay_error *error);

#endif
