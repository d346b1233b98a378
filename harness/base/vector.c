/* Growing an array by doubling. Knows no element type. */
#include "base/vector.h"

#include <stdint.h>
#include <stdlib.h>

bool assay_reserve(void **items, size_t *capacity, size_t wanted, size_t size)
{
    if (wanted <= *capacity) {
        return true;
    }
    size_t grown = *capacity < 8 ? 8 : *capacity;
    while (grown < wanted) {
        if (grown > SIZE_MAX / 2) {
            return false;
        }
        grown *= 2;
    }
    if (size == 0 || grown > SIZE_MAX / size) {
        return false;
    }
    void *moved = realloc(*items, grown * size);
    if (moved == NULL) {
        return false;
    }
    *items = moved;
    *capacity = grown;
    return true;
}
