/* What of a profile is shown, and in which order: sort keys and restrictions as Python's pstats has them. Pure. */
#ifndef ASSAY_PROFILE_TABLE_H
#define ASSAY_PROFILE_TABLE_H

#include "base/error.h"
#include "result/profile.h"

#include <stddef.h>

/* Sort keys: calls ncalls cumulative cumtime tottime time pcalls filename module name nfl stdname line; pstats' meaning and
 * direction; unambiguous beginnings are taken as pstats takes them. Several: the first decides. */
extern const char *const assay_sort_keys[]; /* NULL-terminated */

struct assay_selection {
    const char *const *sort;     /* NULL-terminated; empty: "tottime" */
    const char *const *restrict_to; /* in order: a whole number (so many rows), a fraction with a point between 0 and 1 (so much
                                    of the rows), else an extended regular expression over `filename:lineno(function)` */
    bool fold_inlined;           /* inlined functions' cost and samples go to the function they are inlined into, as far as the tree tells */
};
/* Order and choice: indexes into profile->functions, heap. *note tells in pstats' words what a restriction did ("List
 * reduced from 12 to 3 due to restriction <3>"), heap, NULL: nothing. ASSAY_EUSAGE: an unknown or ambiguous key, with the nearest
 * name; a bad regular expression. */
int assay_profile_select(size_t **rows, size_t *count, char **note, const struct assay_profile *profile,
                         const struct assay_selection *selection, struct assay_error *error);
/* `filename:lineno(function)` as pstats writes it, file without directories; libraries "{memcpy in libc.so.6}", outside "[kernel]".
 * Heap; NULL: no memory. */
char *assay_profile_function_text(const struct assay_profile_function_row *function);
/* A copy of the profile in which no function is inlined: cost, samples and edges of each inlined function are those of the symbols that
 * hold it. */
int assay_profile_fold(struct assay_profile *out, const struct assay_profile *profile, struct assay_error *error);

#endif
