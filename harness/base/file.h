/* Paths and whole files. Knows nothing of what is in them. */
#ifndef ASSAY_BASE_FILE_H
#define ASSAY_BASE_FILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Heap "a/b"; b alone if a is empty or b is absolute. */
char *assay_path_join(const char *a, const char *b);
/* The directory part ("." if none) and the last part; heap. */
char *assay_path_directory(const char *path);
char *assay_path_base(const char *path);
bool assay_path_exists(const char *path);
bool assay_path_is_directory(const char *path);
/* Makes the directory and its parents (mode 0777 less umask). */
int assay_directory_make(const char *path, struct assay_error *error);
/* The names in a directory that end with `suffix`, sorted by strcmp, heap array of heap strings. */
int assay_directory_list(char ***names, size_t *count, const char *path, const char *suffix,
                         struct assay_error *error);
void assay_names_free(char **names, size_t count);

/* The whole of a regular file or pipe, NUL-terminated after `length` bytes. Refuses more than `limit` bytes
 * and directories, naming the path. Owned by the caller. */
int assay_file_read(char **bytes, size_t *length, const char *path, size_t limit, struct assay_error *error);
/* Writes under a temporary name in the same directory, flushes, renames. What is not a regular file
 * (/dev/full, a pipe) is written to directly. */
int assay_file_write(const char *path, const char *bytes, size_t length, struct assay_error *error);

/* The same in pieces, for what should not be in memory whole: open, write to `stream`, then commit or abort. */
struct assay_output;
#include <stdio.h>
int assay_output_open(struct assay_output **out, const char *path, struct assay_error *error); /* "-": stdout */
FILE *assay_output_stream(struct assay_output *output); /* borrowed */
int assay_output_commit(struct assay_output *output, struct assay_error *error); /* frees, also on failure */
void assay_output_abort(struct assay_output *output); /* frees and leaves the old file as it was */

/* First lines of small system files (/proc, /sys), without the line end; NULL if there is none. Heap. */
char *assay_file_line(const char *path);

/* $XDG_CACHE_HOME/assay or ~/.cache/assay; $XDG_STATE_HOME/assay or ~/.local/state/assay. Heap; falls back to
 * /tmp/assay-UID where there is no home. Not created. */
char *assay_cache_directory(void);
char *assay_state_directory(void);

#endif
