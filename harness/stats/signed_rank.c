/* Wilcoxon's signed-rank test. */
#include "stats/tests.h"

#include "stats/distributions.h"

#include <math.h>
#include <stdlib.h>

#define EXACT_UP_TO 60

struct ranked {
    double size;
    int sign;
    unsigned twice_rank; /* mean ranks of ties end in a half */
};

static int compare_sizes(const void *a, const void *b)
{
    double left = ((const struct ranked *)a)->size;
    double right = ((const struct ranked *)b)->size;
    return (left > right) - (left < right);
}

/* The differences that are not 0, ranked by size; returns how many. *ties gets the sum of t^3 - t. */
static size_t rank_sizes(struct ranked *items, double *ties, const double *differences, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (differences[i] > 0 || differences[i] < 0) {
            items[used++] = (struct ranked){ fabs(differences[i]), differences[i] > 0 ? 1 : -1, 0 };
        }
    }
    qsort(items, used, sizeof *items, compare_sizes);
    *ties = 0;
    for (size_t i = 0, end; i < used; i = end) {
        for (end = i + 1; end < used && !(items[end].size > items[i].size); end++) {
            ;
        }
        for (size_t j = i; j < end; j++) {
            items[j].twice_rank = (unsigned)(i + 1 + end);
        }
        double tied = (double)(end - i);
        *ties += tied * tied * tied - tied;
    }
    return used;
}

/* P(sum of the ranks with positive sign <= `twice_sum` / 2) when signs are fair coins: ways[s] counts, as a share
 * of all sign patterns, those with the doubled rank sum s. */
static int exact_tail(double *tail, const struct ranked *items, size_t count, size_t twice_sum)
{
    size_t most = count * (count + 1);
    double *ways = calloc(most + 1, sizeof *ways);
    if (!ways) {
        return -1;
    }
    ways[0] = 1;
    for (size_t i = 0; i < count; i++) {
        size_t rank = items[i].twice_rank;
        for (size_t sum = most + 1; sum-- > 0;) {
            ways[sum] = ways[sum] / 2 + (sum >= rank ? ways[sum - rank] / 2 : 0);
        }
    }
    *tail = 0;
    for (size_t sum = 0; sum <= twice_sum && sum <= most; sum++) {
        *tail += ways[sum];
    }
    free(ways);
    return 0;
}

static double normal_tail(size_t count, double twice_sum, double ties)
{
    double n = (double)count;
    double mean = n * (n + 1) / 4;
    double variance = n * (n + 1) * (2 * n + 1) / 24 - ties / 48;
    return variance > 0 ? assay_normal_cdf((twice_sum / 2 + 0.5 - mean) / sqrt(variance)) : 1;
}

int assay_signed_rank_p(double *p, const double *differences, size_t count)
{
    struct ranked *items = calloc(count ? count : 1, sizeof *items);
    if (!items) {
        return -1;
    }
    double ties;
    size_t used = rank_sizes(items, &ties, differences, count);
    size_t positive = 0;
    size_t negative = 0;
    for (size_t i = 0; i < used; i++) {
        *(items[i].sign > 0 ? &positive : &negative) += items[i].twice_rank;
    }
    size_t smaller = positive < negative ? positive : negative;
    double tail = 1;
    int code = 0;
    if (used > EXACT_UP_TO) {
        tail = normal_tail(used, (double)smaller, ties);
    } else if (used > 0) {
        code = exact_tail(&tail, items, used, smaller);
    }
    if (code == 0) {
        *p = 2 * tail < 1 ? 2 * tail : 1;
    }
    free(items);
    return code;
}
