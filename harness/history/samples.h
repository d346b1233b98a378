/* Samples as a store keeps them: packed without loss. Knows no database. */
#ifndef ASSAY_HISTORY_SAMPLES_H
#define ASSAY_HISTORY_SAMPLES_H

#include "base/error.h"

#include <stddef.h>

/* One byte of format (1), the number of samples in 8 bytes, the lowest first, then a zlib stream of the differences of neighbours: of their
 * bits as integers, so that every double comes back as it was, sign and NaN included; zigzag, first all lowest bytes, then the next. Heap. */
int assay_samples_pack(void **bytes, size_t *length, const double *samples, size_t count, struct assay_error *error);
/* ASSAY_EINPUT: these bytes are not what pack wrote. */
int assay_samples_unpack(double **samples, size_t *count, const void *bytes, size_t length, struct assay_error *error);

#endif
