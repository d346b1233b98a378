/* The difference of two means whose variances may differ (Welch, 1947): what two sets of independent units that were
 * measured apart can say of each other. Pure; allocates nothing. */
#ifndef ASSAY_STATS_WELCH_H
#define ASSAY_STATS_WELCH_H

#include "stats/stats.h"

#include <stddef.h>

struct assay_welch {
    double difference; /* mean of `head` less mean of `base` */
    double error;      /* its standard error; 0 where no side varies */
    double degrees;    /* Welch and Satterthwaite's; infinite where the error is 0 */
};
/* Of finite values, at least 2 on each side (asserted). */
void assay_welch(struct assay_welch *welch, const double *base, size_t base_count, const double *head,
                 size_t head_count);
/* difference +- t(degrees) error. */
void assay_welch_interval(struct assay_interval *interval, const struct assay_welch *welch, double confidence);
/* The smallest true difference that an interval of this error excludes 0 for with probability `power`: (t(1 - alpha/2)
 * + t(power)) error, which from 9 degrees on has a power within 0.1 % of 90 % by the noncentral t. */
double assay_welch_detectable(const struct assay_welch *welch, double confidence, double power);

#endif
