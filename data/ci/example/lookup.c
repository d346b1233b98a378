/* Binary search: the half that cannot hold the number is dropped until one is left. */
#include "lookup.h"

size_t lookup(const uint32_t *table, size_t count, uint32_t wanted)
{
    size_t first = 0;
    while (count > 1) {
        size_t half = count / 2;
        if (table[first + half] <= wanted) {
            first += half;
        }
        count -= half;
    }
    return first;
}
