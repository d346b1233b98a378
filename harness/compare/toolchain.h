/* What one build of a source is made of: a compiler, what it takes, the user's flags. Internal to compare/. */
#ifndef ASSAY_COMPARE_TOOLCHAIN_H
#define ASSAY_COMPARE_TOOLCHAIN_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Bounds each run of a compiler. */
#define ASSAY_COMPILE_TIMEOUT_S 120.0

struct assay_recipe {
    char *compiler; /* absolute; likewise the source; heap, as all but what is const */
    char *version;  /* first line of --version */
    char *source;
    char *name;   /* of the plug-in: the source's, without what follows the first dot */
    char **flags; /* the user's words */
    size_t flag_count;
    const char *include;                 /* directory that holds assay/kernel.h */
    const char *shown;                   /* the user's flags as they were written */
    bool aligns_functions, aligns_loops; /* whether the compiler takes -falign-functions=64, -falign-loops=32 */
};
/* `recipe` is zeroed before; release it in any case. ASSAY_EUNAVAILABLE: no such compiler; ASSAY_EINPUT: no such
 * source, words that cannot be split, flags that decide what is made (-o, -c, -E, ...). */
int assay_recipe_init(struct assay_recipe *recipe, const char *source, const char *toolchain, const char *flags,
                      const char *include, struct assay_error *error);
void assay_recipe_release(struct assay_recipe *recipe);

#endif
