/* Intervals of shares. Knows no function and no clock. */
#include "profile/merge_parts.h"

#include "stats/distributions.h"

#include <limits.h>
#include <math.h>

struct assay_share assay_share_of(const double *part, const double *whole, size_t rounds)
{
    double parts = 0, wholes = 0;
    for (size_t i = 0; i < rounds; i++) {
        parts += part[i];
        wholes += whole[i];
    }
    struct assay_share share = { NAN, NAN, NAN };
    if (!(wholes > 0)) {
        return share;
    }
    share.value = fmin(1, parts / wholes); /* periods are drawn: a few samples may weigh more than the time */
    if (rounds < 2) {
        return share;
    }
    double n = (double)rounds, squares = 0;
    for (size_t i = 0; i < rounds; i++) {
        double rest = part[i] - share.value * whole[i];
        squares += rest * rest;
    }
    double error = sqrt(squares / (n - 1) / n) / (wholes / n);
    double half = assay_student_quantile(0.975, n - 1) * error;
    share.low = fmax(0, share.value - half);
    share.high = fmin(1, share.value + half);
    return share;
}

/* The p at which P(X <= k) is `tail`: falls as p rises. */
static double proportion_with_tail(unsigned k, unsigned n, double tail)
{
    double low = 0, high = 1;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (assay_binomial_cdf(k, n, middle) > tail) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

struct assay_share assay_share_of_few(double hits, double n)
{
    struct assay_share share = { NAN, NAN, NAN };
    if (!(n >= 1) || !(hits >= 0) || hits > n || n > INT_MAX) {
        return share;
    }
    unsigned k = (unsigned)hits, all = (unsigned)n;
    share.value = hits / n;
    share.low = k == 0 ? 0 : proportion_with_tail(k - 1, all, 0.975);
    share.high = k >= all ? 1 : proportion_with_tail(k, all, 0.025);
    return share;
}
