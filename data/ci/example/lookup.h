/* Finds a number in a sorted table. */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stddef.h>
#include <stdint.h>

/* The index of `wanted` in `table`, which is sorted and holds it; `count` above 0. */
size_t lookup(const uint32_t *table, size_t count, uint32_t wanted);

#endif
