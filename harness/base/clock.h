/* The coordinator's clock: CLOCK_MONOTONIC in nanoseconds, and wall time for people. */
#ifndef ASSAY_BASE_CLOCK_H
#define ASSAY_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t assay_clock_ns(void);
/* RFC 3339 in UTC with seconds, e.g. 2026-11-22T16:10:31Z; 21 bytes with the NUL. */
void assay_clock_utc(char buffer[32]);

#endif
