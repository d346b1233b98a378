/* Where the work trees of track check and track bisect stand. With --keep in a directory of the user's; else in one of our own in the
 * cache, which a lock marks as in use: what a killed program left there is removed by the next. Compares nothing. */
#include "cli/track_trees.h"

#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"
#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define BUILD_S 3600.0
#define STAMP_MOST (1u << 20)

static int no_memory(struct assay_error *error)
{
    return assay_fail(error, ASSAY_ENOMEM, "out of memory");
}

/* Of another directory all commits would have the same plug-ins. */
bool assay_track_is_within(const char *path)
{
    return path[0] && path[0] != '/' && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0;
}

/* ---- the place ---- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    (void)remove(path);
    return 0;
}

/* Holds DIRECTORY/lock; -1: it cannot, or (at once) another does. */
static int lock_directory(const char *directory, bool wait)
{
    char *path = assay_path_join(directory, "lock");
    int file = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
    free(path);
    if (file >= 0 && flock(file, wait ? LOCK_EX : LOCK_EX | LOCK_NB) != 0) {
        close(file);
        return -1;
    }
    return file;
}

static void sweep(const char *directory)
{
    char **names = NULL;
    size_t count = 0;
    if (assay_directory_list(&names, &count, directory, "", NULL)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char *path = strncmp(names[i], "run-", 4) == 0 ? assay_path_join(directory, names[i]) : NULL;
        int lock = path ? lock_directory(path, false) : -1;
        if (lock >= 0) {
            (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
            close(lock);
        }
        free(path);
    }
    assay_names_free(names, count);
}

/* A directory of our own. Nobody sweeps between its making and its lock: that is what the parent's lock is for. */
static int make_own(struct assay_track_trees *trees, struct assay_error *error)
{
    char *cache = assay_cache_directory();
    char *parent = cache ? assay_path_join(cache, "track") : NULL;
    int code = parent ? assay_directory_make(parent, error) : no_memory(error);
    int gate = code ? -1 : lock_directory(parent, true);
    if (!code) {
        sweep(parent);
        trees->place = assay_formatted("%s/run-XXXXXX", parent);
    }
    if (!code && (!trees->place || !mkdtemp(trees->place))) {
        code = assay_fail_errno(error, errno, "cannot make a directory in '%.200s'", parent);
        free(trees->place);
        trees->place = NULL;
    }
    trees->lock = code ? -1 : lock_directory(trees->place, false);
    if (gate >= 0) {
        close(gate);
    }
    free(parent);
    free(cache);
    return code;
}

static int open_kept(struct assay_track_trees *trees, struct assay_error *error)
{
    int code = assay_directory_make(trees->keep, error);
    trees->place = code ? NULL : realpath(trees->keep, NULL);
    if (!code && !trees->place) {
        return assay_fail_errno(error, errno, "bad --keep '%.200s'", trees->keep);
    }
    trees->lock = code ? -1 : lock_directory(trees->place, false);
    if (!code && trees->lock < 0) {
        code = assay_fail(error, ASSAY_EINPUT, "bad --keep '%.200s': another assay is at work there, or it cannot be written",
                          trees->keep);
    }
    return code;
}

int assay_track_trees_open(struct assay_track_trees *trees, struct assay_error *error)
{
    trees->lock = -1;
    trees->timeout_s = trees->timeout_s > 0.0 ? trees->timeout_s : BUILD_S;
    trees->directory = trees->directory ? trees->directory : "build";
    return trees->keep ? open_kept(trees, error) : make_own(trees, error);
}

void assay_track_trees_close(struct assay_track_trees *trees)
{
    for (size_t i = 0; i < trees->count; i++) {
        trees->items[i]->worktree.made = trees->items[i]->worktree.made && !trees->keep;
        assay_worktree_remove(&trees->items[i]->worktree, trees->repository);
        free(trees->items[i]->plugins);
        free(trees->items[i]);
    }
    if (trees->place && !trees->keep) {
        (void)nftw(trees->place, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    if (trees->place && trees->lock >= 0) {
        close(trees->lock);
    }
    free(trees->items);
    free(trees->place);
    trees->items = NULL;
    trees->place = NULL;
    trees->count = trees->capacity = 0;
}

/* ---- a commit ---- */

/* What is built there: another command, or another commit of the same first digits, is built anew. Heap; NULL: no memory. */
static char *stamp_of(const struct assay_track_trees *trees, const struct assay_commit *commit)
{
    return assay_formatted("%s\n%s\n", commit->id, trees->command);
}

static bool is_built(const struct assay_track_tree *tree, const char *path, const char *stamp)
{
    char *bytes = NULL;
    size_t length = 0;
    bool built = !tree->worktree.made && assay_file_read(&bytes, &length, path, STAMP_MOST, NULL) == 0 &&
                 strcmp(bytes, stamp) == 0;
    free(bytes);
    return built;
}

/* What a build says outlives its tree if it fails: a person wants to read it. Heap; NULL: no memory. */
static char *log_of(const struct assay_track_trees *trees, const struct assay_commit *commit)
{
    if (trees->keep) {
        return assay_formatted("%s/%.12s.log", trees->place, commit->id);
    }
    char *state = assay_state_directory();
    char *directory = state ? assay_path_join(state, "builds") : NULL;
    char *path = directory && assay_directory_make(directory, NULL) == 0
                     ? assay_formatted("%s/%.12s-%ld.log", directory, commit->id, (long)getpid())
                     : assay_formatted("%s/%.12s.log", trees->place, commit->id);
    free(directory);
    free(state);
    return path;
}

static void say(const struct assay_track_trees *trees, const struct assay_commit *commit, const char *whose, bool built)
{
    if (!trees->quiet) {
        fprintf(stderr, "%s: %.12s %.60s%s\n", whose, commit->id, commit->subject ? commit->subject : "",
                built ? " (built already)" : "");
    }
}

static int build(struct assay_track_trees *trees, struct assay_track_tree *tree, const struct assay_commit *commit,
                 const char *whose, struct assay_error *error)
{
    struct assay_error inner = { 0 };
    char *stamp = stamp_of(trees, commit), *log = log_of(trees, commit);
    char *path = assay_formatted("%s/%.12s.built", trees->place, commit->id);
    int code = stamp && log && path ? 0 : no_memory(&inner);
    bool built = !code && is_built(tree, path, stamp);
    if (!code) {
        say(trees, commit, whose, built);
    }
    if (!code && !built) {
        unlink(path);
        code = assay_worktree_build(&tree->worktree, trees->command, log, trees->timeout_s, &assay_interrupt_stop, &inner);
    }
    if (!code && !built && !trees->keep) {
        unlink(log);
    }
    if (!code && !built) {
        code = assay_file_write(path, stamp, strlen(stamp), &inner);
    }
    if (!code) {
        code = assay_directory_make(tree->plugins, &inner);
    }
    free(stamp);
    free(log);
    free(path);
    return code ? assay_fail(error, inner.code, "%s: %s", whose, inner.text) : 0;
}

static struct assay_track_tree *find(const struct assay_track_trees *trees, const char *commit)
{
    for (size_t i = 0; i < trees->count; i++) {
        if (trees->items[i]->worktree.commit && strcmp(trees->items[i]->worktree.commit, commit) == 0) {
            return trees->items[i];
        }
    }
    return NULL;
}

static int add(struct assay_track_tree **out, struct assay_track_trees *trees, const struct assay_commit *commit,
               struct assay_error *error)
{
    void *items = trees->items;
    bool room = assay_reserve(&items, &trees->capacity, trees->count + 1, sizeof *trees->items);
    trees->items = items;
    struct assay_track_tree *tree = room ? calloc(1, sizeof *tree) : NULL;
    if (!tree) {
        return no_memory(error);
    }
    trees->items[trees->count++] = tree;
    int code = assay_worktree_add(&tree->worktree, trees->repository, commit->id, trees->place, error);
    tree->plugins = code ? NULL : assay_path_join(tree->worktree.path, trees->directory);
    *out = tree;
    return code || tree->plugins ? code : no_memory(error);
}

int assay_track_trees_build(const char **plugins, struct assay_track_trees *trees, const struct assay_commit *commit,
                            const char *whose, struct assay_error *error)
{
    struct assay_track_tree *tree = find(trees, commit->id);
    int code = 0;
    if (tree) { /* base and head are the same commit */
        *plugins = tree->plugins;
        return 0;
    }
    if (assay_interrupt_stop) {
        return assay_fail(error, ASSAY_EINTERRUPTED, "interrupted before building %.12s", commit->id);
    }
    code = add(&tree, trees, commit, error);
    if (!code) {
        code = build(trees, tree, commit, whose, error);
    }
    if (!code) {
        *plugins = tree->plugins;
    }
    return code;
}
