/* Growing an array by doubling, with the multiplication checked. */
#ifndef ASSAY_BASE_VECTOR_H
#define ASSAY_BASE_VECTOR_H

#include <stdbool.h>
#include <stddef.h>

/* Makes room for `wanted` items of `size` bytes in *items (heap or NULL), doubling *capacity; false, with
 * everything as it was, when out of memory. */
bool assay_reserve(void **items, size_t *capacity, size_t wanted, size_t size);

#endif
