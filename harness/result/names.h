/* Names from outside on their way out: cleaned to UTF-8, and still different from each other. Knows no JSON. */
#ifndef ASSAY_RESULT_NAMES_H
#define ASSAY_RESULT_NAMES_H

#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>

struct assay_names { /* zero it before use */
    char **items;
    size_t count;
    bool failed;
};
/* The name cleaned, with "~2", "~3", ... appended if one that was added before is the same; borrowed. */
const char *assay_names_add(struct assay_names *names, const char *name);
void assay_names_release(struct assay_names *names);

/* Has any text of the benchmark bytes that are not UTF-8? */
bool assay_benchmark_is_dirty(const struct assay_benchmark *benchmark);

#endif
