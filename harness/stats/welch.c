/* Welch's interval. Knows no process and no session: which values are independent, the caller must know. */
#include "stats/welch.h"

#include "stats/distributions.h"

#include <assert.h>
#include <math.h>

static double mean_of(const double *values, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return sum / (double)count;
}

/* The variance of the mean: s^2 / n. */
static double variance_of_mean(const double *values, size_t count, double mean)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += (values[i] - mean) * (values[i] - mean);
    }
    return sum / (double)(count - 1) / (double)count;
}

void assay_welch(struct assay_welch *welch, const double *base, size_t base_count, const double *head,
                 size_t head_count)
{
    assert(base_count > 1 && head_count > 1);
    double base_mean = mean_of(base, base_count);
    double head_mean = mean_of(head, head_count);
    double b = variance_of_mean(base, base_count, base_mean);
    double h = variance_of_mean(head, head_count, head_mean);
    double below = b * b / (double)(base_count - 1) + h * h / (double)(head_count - 1);
    *welch =
        (struct assay_welch){ head_mean - base_mean, sqrt(b + h), below > 0 ? (b + h) * (b + h) / below : INFINITY };
}

/* t of `degrees`; the normal's where there are no finite ones. */
static double quantile(double p, double degrees)
{
    return isfinite(degrees) ? assay_student_quantile(p, degrees) : assay_normal_quantile(p);
}

void assay_welch_interval(struct assay_interval *interval, const struct assay_welch *welch, double confidence)
{
    assert(confidence > 0 && confidence < 1);
    double half = quantile(0.5 + confidence / 2, welch->degrees) * welch->error;
    *interval = (struct assay_interval){ welch->difference - half, welch->difference + half, true };
}

double assay_welch_detectable(const struct assay_welch *welch, double confidence, double power)
{
    assert(confidence > 0 && confidence < 1 && power > 0 && power < 1);
    return (quantile(0.5 + confidence / 2, welch->degrees) + quantile(power, welch->degrees)) * welch->error;
}
