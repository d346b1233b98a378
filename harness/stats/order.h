/* Order statistics of sorted arrays, shared by the files of this folder. Pure; allocates only in the copy. */
#ifndef ASSAY_STATS_ORDER_H
#define ASSAY_STATS_ORDER_H

#include <stdbool.h>
#include <stddef.h>

void assay_sort(double *values, size_t count);
/* A sorted heap copy; NULL when out of memory. `count` above 0. */
double *assay_sorted(const double *values, size_t count);
bool assay_all_finite(const double *values, size_t count);

/* Of ascending values; `count` above 0. The quantile is Hyndman and Fan's type 7. */
double assay_sorted_median(const double *sorted, size_t count);
double assay_sorted_quantile(const double *sorted, size_t count, double p);
/* The median absolute deviation from `center`; overwrites `values`, in any order. */
double assay_mad_in_place(double *values, size_t count, double center);
/* The same of ascending values about their median, which stay as they are; linear. */
double assay_sorted_mad(const double *sorted, size_t count);

#endif
