/* What every generator here shares: how 64 random bits become a double. Knows no generator.
 *
 * The upper 53 bits, times 2^-53: every multiple of 2^-53 in [0, 1) is equally likely, and 1 never comes. The lower
 * bits are left out because many generators' lower bits are their worse ones. numpy and the authors of xoshiro do it
 * so. */
#ifndef GENERATORS_UNIT_H
#define GENERATORS_UNIT_H

#include <stdint.h>

static inline double unit_double(uint64_t bits)
{
    return (double)(int64_t)(bits >> 11) * 0x1p-53; /* signed: one instruction on x86-64 */
}

#endif
