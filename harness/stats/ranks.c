/* Ranks of benchmarks that tie where their intervals overlap. Knows no names. */

#include "stats/stats.h"

#include <assert.h>
#include <stdlib.h>

/* How far apart two medians may be and still tie when an interval is missing. */
#define TIE_WITHOUT_INTERVAL 0.05

struct entry {
    double median;
    const struct assay_interval *interval;
    size_t index;
};

static int compare_entries(const void *a, const void *b)
{
    const struct entry *left = a;
    const struct entry *right = b;
    if (left->median != right->median) {
        return left->median < right->median ? -1 : 1;
    }
    return (left->index > right->index) - (left->index < right->index);
}

/* `later` is not faster than `first`. */
static bool ties(const struct entry *first, const struct entry *later)
{
    if (first->interval->known && later->interval->known) {
        return later->interval->low <= first->interval->high && first->interval->low <= later->interval->high;
    }
    return later->median <= first->median * (1 + TIE_WITHOUT_INTERVAL);
}

int assay_stats_ranks(uint32_t *ranks, const double *medians, const struct assay_interval *intervals, size_t count)
{
    if (count == 0) {
        return 0;
    }
    assert(count <= UINT32_MAX);
    struct entry *entries = calloc(count, sizeof *entries);
    if (!entries) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct entry){ medians[i], &intervals[i], i };
    }
    qsort(entries, count, sizeof *entries, compare_entries);
    size_t first = 0;
    for (size_t i = 0; i < count; i++) {
        if (!ties(&entries[first], &entries[i])) {
            first = i;
        }
        ranks[entries[i].index] = (uint32_t)(first + 1);
    }
    free(entries);
    return 0;
}
