/* Values of parameters as people write them: bare, or quoted by ' or " with the quote inside doubled. For plan/ alone. */
#ifndef ASSAY_PLAN_VALUES_H
#define ASSAY_PLAN_VALUES_H

#include "base/error.h"
#include "base/text.h"
#include "catalog/suite.h"

#include <stdbool.h>
#include <stddef.h>

/* Takes the value that begins at *cursor (heap) and moves on to what ends it: a byte of `ends`, or the end of the text.
 * A bare value must hold no quote and no byte of `forbidden`. On failure *why is a reason (static text). */
bool assay_value_take(char **value, const char **cursor, const char *ends, const char *forbidden, const char **why);
/* Appends `value`, quoted if it could not be read back bare. */
void assay_value_append(struct assay_text *text, const char *value);

/* What -p says: parameters with one or more values each. */
struct assay_grid {
    struct assay_suite_parameter *items;
    bool *used; /* by some kernel; one an item */
    size_t count;
};
/* From "NAME=V1,V2" texts, NULL-terminated (NULL: none). */
int assay_grid_parse(struct assay_grid *out, const char *const *texts, struct assay_error *error);
void assay_grid_release(struct assay_grid *grid);

#endif
