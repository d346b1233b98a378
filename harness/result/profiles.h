/* Profiles on their way in and out of a document; internal to this folder. The reader's tables are in
 * profile_fields.c. */
#ifndef ASSAY_RESULT_PROFILES_H
#define ASSAY_RESULT_PROFILES_H

#include "result/comparison.h"
#include "result/document.h"
#include "result/writer.h"

#include <stdbool.h>
#include <stddef.h>

bool assay_function_kind_parse(enum assay_function_kind *kind, const char *word);
bool assay_agreement_parse(enum assay_agreement *agreement, const char *word);

/* The values of one of assay_tree_columns; the setter frees nothing. */
double *assay_tree_values(const struct assay_profile_tree *tree, size_t column);
void assay_tree_set_values(struct assay_profile_tree *tree, size_t column, double *values);

/* `profiles` and `profile_differences`; nothing where there are none. */
void assay_profiles_write(struct assay_writer *writer, const struct assay_document *document);

/* The rules of profiles[index] and profile_differences[index]. 0, or ASSAY_EINPUT with the place and the wish. */
int assay_profile_check(const struct assay_document *document, size_t index, struct assay_error *error);
int assay_profile_difference_check(const struct assay_document *document, size_t index, struct assay_error *error);

/* Moves the profiles and differences of `from` to `to`, with the indexes of `moved` (an entry a benchmark of `from`).
 * False: out of memory. */
bool assay_profiles_take(struct assay_document *to, struct assay_document *from, const struct assay_moved *moved);

#endif
