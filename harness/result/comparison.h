/* A comparison on its way in and out of a document; internal to this folder. The reader's tables are in
 * comparison_fields.c. */
#ifndef ASSAY_RESULT_COMPARISON_H
#define ASSAY_RESULT_COMPARISON_H

#include "result/document.h"
#include "result/writer.h"

#include <stdbool.h>
#include <stddef.h>

/* Puts a heap array in the place of a column, without freeing what stood there. */
void assay_blocks_set_column(struct assay_blocks *blocks, size_t column, double *values);

/* `comparisons` and `common_cause`; nothing where there are none. */
void assay_comparisons_write(struct assay_writer *writer, const struct assay_document *document);

/* The rules of comparisons[index]. 0, or ASSAY_EINPUT with the place and the wish. */
int assay_comparison_check(const struct assay_document *document, size_t index, struct assay_error *error);

/* Where a benchmark of an appended document went. */
struct assay_moved {
    size_t benchmark;     /* its index now */
    size_t first_process; /* what its processes' indexes grew by */
};
/* Moves the comparisons of `from` to `to`, with the indexes of `moved` (an entry a benchmark of `from`), and what it
 * says of them all. False: out of memory. */
bool assay_comparisons_take(struct assay_document *to, struct assay_document *from, const struct assay_moved *moved);

#endif
