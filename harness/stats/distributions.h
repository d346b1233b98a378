/* Distributions that the statistics need, over Boost.Math; a C face (distributions.cc is the one file that
 * includes Boost). All pure; an argument outside its domain gives NaN, and nothing is ever thrown. */
#ifndef ASSAY_STATS_DISTRIBUTIONS_H
#define ASSAY_STATS_DISTRIBUTIONS_H

#ifdef __cplusplus
extern "C" {
#endif

/* P(X <= k) for X ~ Binomial(n, p). */
double assay_binomial_cdf(unsigned k, unsigned n, double p);
/* Standard normal: distribution function and quantile (p in (0, 1)). */
double assay_normal_cdf(double x);
double assay_normal_quantile(double p);
/* Student's t with `degrees` > 0: quantile. */
double assay_student_quantile(double p, double degrees);

#ifdef __cplusplus
}
#endif
#endif
