/* Crossovers on their way in and out of a document; internal to this folder. The reader's tables are in
 * crossover_fields.c. */
#ifndef ASSAY_RESULT_CROSSOVERS_H
#define ASSAY_RESULT_CROSSOVERS_H

#include "result/document.h"
#include "result/writer.h"

#include <stdbool.h>
#include <stddef.h>

/* `crossovers`; nothing where there are none. */
void assay_crossovers_write(struct assay_writer *writer, const struct assay_document *document);

/* The rules of crossovers[index]: points that name comparisons, changes between points that are proven opposite, and
 * an outcome that its own comparisons support. 0, or ASSAY_EINPUT with the place and the wish. */
int assay_crossover_check(const struct assay_document *document, size_t index, struct assay_error *error);

/* Moves the crossovers of `from` to `to`, where the comparisons of `from` stand from `first_comparison` on. False: out
 * of memory. */
bool assay_crossovers_take(struct assay_document *to, struct assay_document *from, size_t first_comparison);

#endif
