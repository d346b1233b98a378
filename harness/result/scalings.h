/* Scalings on their way in and out of a document; internal to this folder. The reader's tables are in scaling_fields.c.
 */
#ifndef ASSAY_RESULT_SCALINGS_H
#define ASSAY_RESULT_SCALINGS_H

#include "result/document.h"
#include "result/writer.h"

#include <stddef.h>

/* `scalings`; nothing where there are none. */
void assay_scalings_write(struct assay_writer *writer, const struct assay_document *document);

/* The rules of scalings[index]. 0, or ASSAY_EINPUT with the place and the wish. */
int assay_scaling_check(const struct assay_document *document, size_t index, struct assay_error *error);

/* Makes them anew from the benchmarks' statistics: a scaling for each family of benchmarks with status ok and equal
 * kernel, version, implementation, plug-in, mode, threads, jobs and parameters but one, whose texts are all numbers of 0
 * and more, at least 3 of them different and above 0. Of equal benchmarks the first counts. Looks at the first 64
 * names of parameters that the document has. */
int assay_scalings_compute(struct assay_document *document, struct assay_error *error);

#endif
