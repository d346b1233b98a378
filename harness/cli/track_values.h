/* What of a document goes into a store: a value a benchmark, and with a pinned reference a ratio a comparison. For track_record.c and
 * track_document.c. */
#ifndef ASSAY_CLI_TRACK_VALUES_H
#define ASSAY_CLI_TRACK_VALUES_H

#include "base/error.h"
#include "base/file.h"
#include "history/store.h"
#include "result/document.h"

#include <stddef.h>

struct assay_track_values {
    struct assay_store_value *items; /* by benchmark and unit, each once; heap, with their texts and samples */
    size_t count, capacity;
    size_t left_out; /* benchmarks of a name that another has: the first that is ok is taken */
};
/* `reference`: commit of the build that base of every comparison is; NULL: no ratio is taken. */
int assay_track_values_fill(struct assay_track_values *values, const struct assay_document *document, const char *reference,
                            struct assay_error *error);
void assay_track_values_release(struct assay_track_values *values);
/* The names that a store knows the document's benchmarks by, each once, sorted; heap (assay_names_free). */
int assay_track_names(char ***names, size_t *count, const struct assay_document *document, struct assay_error *error);

#endif
