/* What the formats of other tools share: which profile, names that differ, whole numbers, frames of a context. Internal
 * to reports/. */
#ifndef ASSAY_REPORTS_PROFILES_FOREIGN_H
#define ASSAY_REPORTS_PROFILES_FOREIGN_H

#include "base/error.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Holds the document to its rules, and to having a profile; with `single`, to having one only. */
int assay_foreign_check(const struct assay_document *document, const char *format, bool single,
                        struct assay_error *error);
/* Refuses a profile that has edges only: contexts cannot be made from them. */
int assay_foreign_needs_tree(const struct assay_profile *profile, const char *what, struct assay_error *error);

/* A name for every function of the profile, "memcpy in libc.so.6" for a library's. Two functions of one file never have
 * the same: "~2" is appended to the second. Heap; NULL: no memory. */
char **assay_foreign_names(const struct assay_profile *profile);
void assay_foreign_names_free(char **names, const struct assay_profile *profile);

/* To the nearest whole number; 0 for what is not known or below 0; 2^53 at most. */
uint64_t assay_foreign_whole(double value);

/* The functions from the root to `node` of the tree, as indexes, in `frames` (room for the tree's depth or more). */
size_t assay_foreign_frames(const struct assay_profile *profile, size_t node, uint32_t *frames);
/* Nodes on the longest way through the tree. */
size_t assay_foreign_depth(const struct assay_profile *profile, bool *memory);

/* The text with `bad` bytes and control characters replaced by '_'. */
void assay_foreign_put(FILE *to, const char *text, const char *bad);

/* Flushes; an error if anything could not be written. */
int assay_foreign_finish(FILE *to, const char *format, struct assay_error *error);

#endif
