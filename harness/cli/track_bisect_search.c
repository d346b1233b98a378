/* Where a bisection looks next, and what an interval says of a commit. Pure: measures nothing. */
#include "cli/track_bisect.h"

#include <math.h>

size_t assay_bisect_next(const struct assay_bisect_commit *commits, size_t fast, size_t slow)
{
    size_t middle = fast + (slow - fast) / 2;
    for (size_t distance = 0; distance < slow - fast; distance++) {
        size_t below = middle - distance, above = middle + distance;
        if (distance < middle - fast && commits[below].state == ASSAY_BISECT_UNKNOWN) {
            return below;
        }
        if (above > fast && above < slow && commits[above].state == ASSAY_BISECT_UNKNOWN) {
            return above;
        }
    }
    return SIZE_MAX;
}

int assay_bisect_side(double low, double high, double half)
{
    return isfinite(low) && low > half ? 1 : isfinite(high) && high < half ? -1 : 0;
}
