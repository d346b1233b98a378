/* Dates of commits as points in time, so that offsets do not matter. Knows no store. */
#ifndef ASSAY_HISTORY_INSTANT_H
#define ASSAY_HISTORY_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

/* RFC 3339 ("2026-02-07T09:30:00+01:00", "...Z", fractions of a second passed over) to seconds since 1970, UTC. False, with
 * *seconds untouched: NULL, or anything else. */
bool assay_history_instant(int64_t *seconds, const char *date);

#endif
