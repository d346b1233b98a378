/* Many comparisons at once. Knows each by its evidence, its direction and its estimate alone. */
#include "stats/many.h"

#include "stats/order.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define LEAST_PAIRS 4 /* fewer move together by chance */

double assay_gate_log_evidence(size_t pairs)
{
    assert(pairs > 0);
    return log(2 * (double)pairs / ASSAY_FAMILY_ALPHA);
}

int assay_discoveries(bool *found, const double *log_evidence, size_t pairs, double q)
{
    assert(q > 0 && q <= 1);
    if (pairs == 0) {
        return 0;
    }
    double *sorted = calloc(pairs, sizeof *sorted);
    if (!sorted) {
        return -1;
    }
    for (size_t i = 0; i < pairs; i++) {
        sorted[i] = isnan(log_evidence[i]) ? -INFINITY : log_evidence[i];
    }
    assay_sort(sorted, pairs);
    double need = INFINITY; /* what the k-th largest needs, for the largest k that has it */
    for (size_t k = pairs; k > 0; k--) {
        double wanted = log(2 * (double)pairs / (q * (double)k));
        if (sorted[pairs - k] >= wanted) {
            need = wanted;
            break;
        }
    }
    for (size_t i = 0; i < pairs; i++) {
        found[i] = log_evidence[i] >= need;
    }
    free(sorted);
    return 0;
}

/* The direction of at least three quarters of the pairs; 0: there is none. */
static int common_direction(const int *directions, size_t pairs)
{
    size_t up = 0;
    size_t down = 0;
    for (size_t i = 0; i < pairs; i++) {
        up += directions[i] > 0;
        down += directions[i] < 0;
    }
    if (4 * up >= 3 * pairs) {
        return 1;
    }
    return 4 * down >= 3 * pairs ? -1 : 0;
}

int assay_common_cause(bool *common, double *shift, const int *directions, const double *estimates, size_t pairs,
                       double margin)
{
    assert(margin >= 0);
    int direction = pairs < LEAST_PAIRS ? 0 : common_direction(directions, pairs);
    if (direction == 0) {
        *common = false;
        *shift = 0;
        return 0;
    }
    double *moved = calloc(pairs, sizeof *moved);
    if (!moved) {
        return -1;
    }
    size_t count = 0;
    for (size_t i = 0; i < pairs; i++) {
        if (directions[i] == direction) {
            moved[count++] = estimates[i];
        }
    }
    assay_sort(moved, count);
    double median = assay_sorted_median(moved, count);
    double delta = log1p(margin);
    *common = moved[count - 1] - median <= delta && median - moved[0] <= delta;
    *shift = *common ? median : 0;
    free(moved);
    return 0;
}
