/* Descriptions of paired differences when their number is fixed. Knows no order of looks, no block and no verdict. */
#include "stats/paired.h"

#include "stats/distributions.h"
#include "stats/order.h"
#include "stats/tests.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_UP_TO 60
#define SIGMA_OF_MAD 1.4826

static const struct assay_interval unbounded = { -INFINITY, INFINITY, false };

/* How many Walsh averages (a value with itself among them) are at most `limit`. The average grows with both indexes, so
 * one walk along the edge counts them all. */
static uint64_t averages_up_to(const double *sorted, size_t count, double limit)
{
    uint64_t found = 0;
    size_t end = count; /* sorted[low] has partners below this one */
    for (size_t low = 0; low < count; low++) {
        while (end > low && sorted[low] / 2 + sorted[end - 1] / 2 > limit) {
            end--;
        }
        if (end <= low) {
            break;
        }
        found += end - low;
    }
    return found;
}

/* Doubles in their order as whole numbers, and back: neighbours differ by 1. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | (UINT64_C(1) << 63);
}

static double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The `rank`-th smallest Walsh average, from 1: the least double that has that many averages up to it. At most 64
 * walks, where a list of all averages would be 16 MB for 2000 values. */
static double walsh_average(const double *sorted, size_t count, uint64_t rank)
{
    uint64_t low = key_of(sorted[0]);
    uint64_t high = key_of(sorted[count - 1]);
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (averages_up_to(sorted, count, value_of(middle)) >= rank) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return value_of(low) + 0.0; /* not -0 */
}

/* The largest k with P(W < k) at most `tail`, W the rank sum of `count` fair coins; 0 where there is none. */
static int signed_rank_cut(uint64_t *cut, size_t count, double tail)
{
    if (count > EXACT_UP_TO) {
        double n = (double)count;
        double mean = n * (n + 1) / 4;
        double deviation = sqrt(n * (n + 1) * (2 * n + 1) / 24);
        *cut = (uint64_t)fmax(0, floor(mean + assay_normal_quantile(tail) * deviation + 0.5));
        return 0;
    }
    size_t most = count * (count + 1) / 2;
    double *share = calloc(most + 1, sizeof *share); /* of all patterns of signs, by their rank sum */
    if (!share) {
        return -1;
    }
    share[0] = 1;
    for (size_t rank = 1; rank <= count; rank++) {
        for (size_t sum = most + 1; sum-- > 0;) {
            share[sum] = share[sum] / 2 + (sum >= rank ? share[sum - rank] / 2 : 0);
        }
    }
    uint64_t k = 0;
    for (double below = share[0]; below <= tail && k <= most; below += share[k]) {
        k++;
    }
    *cut = k;
    free(share);
    return 0;
}

int assay_hodges_lehmann(double *estimate, struct assay_interval *interval, const double *values, size_t count,
                         double confidence)
{
    assert(count > 0 && count <= UINT32_MAX && confidence > 0 && confidence < 1);
    uint64_t cut;
    double *sorted = assay_sorted(values, count);
    if (!sorted || signed_rank_cut(&cut, count, (1 - confidence) / 2) != 0) {
        free(sorted);
        return -1;
    }
    uint64_t all = (uint64_t)count * (count + 1) / 2;
    double middle = walsh_average(sorted, count, (all + 1) / 2);
    *estimate = all % 2 == 1 ? middle : middle / 2 + walsh_average(sorted, count, all / 2 + 1) / 2;
    *interval = unbounded;
    if (cut > 0) {
        interval->low = walsh_average(sorted, count, cut);
        interval->high = walsh_average(sorted, count, all + 1 - cut);
        interval->known = true;
    }
    free(sorted);
    return 0;
}

int assay_layouts_interval(double *estimate, struct assay_interval *interval, const double *layout_means, size_t count,
                           double confidence)
{
    assert(count > 0 && confidence > 0 && confidence < 1);
    if (count >= ASSAY_LEAST_LAYOUTS) {
        return assay_hodges_lehmann(estimate, interval, layout_means, count, confidence);
    }
    double n = (double)count;
    double mean = 0;
    for (size_t i = 0; i < count; i++) {
        mean += layout_means[i] / n;
    }
    *estimate = mean;
    *interval = unbounded;
    if (count >= 2) {
        double squares = 0;
        for (size_t i = 0; i < count; i++) {
            squares += (layout_means[i] - mean) * (layout_means[i] - mean);
        }
        double half = assay_student_quantile(0.5 + confidence / 2, n - 1) * sqrt(squares / (n - 1) / n);
        *interval = (struct assay_interval){ mean - half, mean + half, true };
    }
    return 0;
}

struct placed {
    double value;
    size_t place; /* in the order of time */
};

static int compare_placed(const void *a, const void *b)
{
    double left = ((const struct placed *)a)->value;
    double right = ((const struct placed *)b)->value;
    return (left > right) - (left < right);
}

/* Ranks less their mean, in the order of time; ties share theirs. */
static void center_ranks(double *ranks, struct placed *items, const double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        items[i] = (struct placed){ values[i], i };
    }
    qsort(items, count, sizeof *items, compare_placed);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && !(items[end].value > items[i].value); end++) {
            ;
        }
        for (size_t j = i; j < end; j++) {
            ranks[items[j].place] = ((double)i + (double)end - (double)count) / 2;
        }
    }
}

int assay_rank_autocorrelation(double *value, const double *values, size_t count)
{
    if (count < 8) {
        *value = NAN;
        return 0;
    }
    struct placed *items = calloc(count, sizeof *items);
    double *ranks = calloc(count, sizeof *ranks);
    int code = -1;
    if (items && ranks) {
        center_ranks(ranks, items, values, count);
        double products = 0;
        double squares = ranks[0] * ranks[0];
        for (size_t i = 1; i < count; i++) {
            products += ranks[i] * ranks[i - 1];
            squares += ranks[i] * ranks[i];
        }
        *value = squares > 0 ? products / squares : NAN;
        code = 0;
    }
    free(ranks);
    free(items);
    return code;
}

int assay_drift_p(double *p, const double *values, size_t count)
{
    double s = 0;
    double variance = 0;
    if (assay_trend_add(&s, &variance, values, count) != 0) {
        return -1;
    }
    *p = assay_trend_p(s, variance);
    return 0;
}

double assay_between_share(const double *halves, size_t count)
{
    if (count < 4) {
        return NAN;
    }
    double n = (double)count;
    double mean = 0;
    for (size_t i = 0; i < 2 * count; i++) {
        mean += halves[i] / (2 * n);
    }
    double within = 0;  /* mean square within blocks: one degree of freedom each */
    double between = 0; /* mean square between them: count - 1 */
    for (size_t i = 0; i < count; i++) {
        double difference = halves[2 * i] - halves[2 * i + 1];
        double center = (halves[2 * i] + halves[2 * i + 1]) / 2 - mean;
        within += difference * difference / 2 / n;
        between += 2 * center * center / (n - 1);
    }
    double component = fmax(0, (between - within) / 2);
    return component + within > 0 ? component / (component + within) : NAN;
}

int assay_spread(double *spread, const double *values, size_t count)
{
    assert(count > 0);
    double *sorted = assay_sorted(values, count);
    if (!sorted) {
        return -1;
    }
    *spread = SIGMA_OF_MAD * assay_sorted_mad(sorted, count);
    free(sorted);
    return 0;
}

void assay_wilson(struct assay_interval *interval, size_t hits, size_t n, double confidence)
{
    assert(n > 0 && hits <= n && confidence > 0 && confidence < 1);
    double z = assay_normal_quantile(0.5 + confidence / 2);
    double count = (double)n;
    double share = (double)hits / count;
    double center = (share + z * z / (2 * count)) / (1 + z * z / count);
    double half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count));
    interval->low = hits == 0 ? 0 : fmax(0, center - half);
    interval->high = hits == n ? 1 : fmin(1, center + half);
    interval->known = true;
}
