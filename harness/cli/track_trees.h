/* Commits checked out and built, for track check and track bisect: where their trees stand, which are built already, that none is left. */
#ifndef ASSAY_CLI_TRACK_TREES_H
#define ASSAY_CLI_TRACK_TREES_H

#include "base/error.h"
#include "cli/common.h"
#include "cli/option.h"
#include "history/repository.h"

#include <stdbool.h>
#include <stddef.h>

/* ---- options of both commands ---- */
#define ASSAY_TRACK_BUILD                                                                                              \
    .name = "build", .kind = ASSAY_OPTION_TEXT, .value = "COMMAND",                                                    \
    .summary = "line for a shell that builds a commit's plug-ins, in its own work tree", .wish = "a line for a shell",  \
    .completion = ASSAY_COMPLETE_PROGRAM
#define ASSAY_TRACK_PLUGINS                                                                                            \
    .name = "plugins", .kind = ASSAY_OPTION_TEXT, .value = "DIR",                                                      \
    .summary = "where the build leaves its plug-ins, in the work tree", .fallback = "build",                           \
    .wish = "a directory within the work tree, such as build", .check = assay_track_is_within
#define ASSAY_TRACK_KEEP                                                                                               \
    .name = "keep", .kind = ASSAY_OPTION_TEXT, .value = "DIR",                                                         \
    .summary = "keep work trees and builds in DIR, and use those again that are there", .wish = "a directory",         \
    .fallback = "they are removed", .completion = ASSAY_COMPLETE_FILE
#define ASSAY_TRACK_TIMEOUT_BUILD                                                                                      \
    .name = "timeout-build", .kind = ASSAY_OPTION_DURATION, .traits = ASSAY_OPTION_ABOVE, .value = "TIME",             \
    .summary = "give up a build that takes longer", .fallback = "1h", .most = ASSAY_LONGEST_S
#define ASSAY_TRACK_MARGIN                                                                                             \
    .name = "margin", .kind = ASSAY_OPTION_TEXT, .value = "PCT",                                                       \
    .summary = "difference that matters, in percent with or without the sign", .fallback = "1%",                       \
    .wish = "a percentage above 0, from 0.05% to 100%, such as 1% or 0.5; below 0.1 with the sign",                     \
    .check = assay_track_is_margin
bool assay_track_is_within(const char *path);
bool assay_track_is_margin(const char *text); /* track_compare.c */

struct assay_track_tree {
    struct assay_worktree worktree;
    char *plugins; /* the directory of its plug-ins */
};
struct assay_track_trees {
    const char *repository; /* NULL: here */
    const char *command;    /* --build */
    const char *directory;  /* --plugins; NULL: build */
    const char *keep;       /* NULL: nothing is kept */
    double timeout_s;       /* 0: an hour */
    bool quiet;
    char *place; /* where the trees stand; absolute */
    int lock;    /* held while we live: whose it is not, may be swept */
    struct assay_track_tree **items;
    size_t count, capacity;
};
/* The options are set already. Sweeps what killed programs left. Close it also after a failure. */
int assay_track_trees_open(struct assay_track_trees *trees, struct assay_error *error);
/* *plugins: the directory of that commit's plug-ins, built if it is not; borrowed; it is there, if perhaps without a plug-in. `whose`
 * ("base") stands in messages. ASSAY_EINPUT: it does not build. */
int assay_track_trees_build(const char **plugins, struct assay_track_trees *trees, const struct assay_commit *commit,
                            const char *whose, struct assay_error *error);
void assay_track_trees_close(struct assay_track_trees *trees);

#endif
