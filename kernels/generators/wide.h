/* Products of 128 bits, which standard C does not have. Knows no generator. */
#ifndef GENERATORS_WIDE_H
#define GENERATORS_WIDE_H

#include <stdint.h>

__extension__ typedef unsigned __int128 uint128; /* gcc and clang, on every 64-bit machine */

/* The lower half of the product; the upper one goes to `upper`. */
static inline uint64_t wide_product(uint64_t *upper, uint64_t a, uint64_t b)
{
    uint128 product = (uint128)a * b;
    *upper = (uint64_t)(product >> 64);
    return (uint64_t)product;
}

#endif
