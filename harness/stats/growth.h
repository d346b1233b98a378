/* How time grows with a size n: the exponent of a free power law with its interval, and which of the field's forms of
 * growth fit, by points (n, time). Pure: knows no benchmark. docs/statistics.md, "How time grows", has the reasons and
 * what simulations say.
 *
 * A curve is time = overhead + coefficient x form(n), overhead >= 0, fitted by least squares of ln(time / curve): every
 * point counts by its relative distance. What a point lies off is taken for misfit of the curve (a cache that is full)
 * and not for noise of the measurement, which is usually far smaller; but it is never taken for less than that noise. */
#ifndef ASSAY_STATS_GROWTH_H
#define ASSAY_STATS_GROWTH_H

#include <stdbool.h>
#include <stddef.h>

struct assay_growth_point {
    double n;           /* above 0; 0 is left out, as its logarithm is */
    double time_ns;     /* above 0 */
    double uncertainty; /* standard deviation of ln(time); 0: not known */
};

/* In the order of growth. Logarithms are natural. */
#define ASSAY_GROWTH_FORMS 12
const char *assay_growth_form_name(unsigned form); /* "n log n"; NULL: no such form */
/* The form's value at n; NaN where it is not defined or does not grow yet (log log n and what is divided by log n below
 * 3, log n below 1). */
double assay_growth_form_value(unsigned form, double n);

struct assay_growth_fit {
    unsigned form;
    double coefficient; /* ns for each unit of the form */
    double overhead;    /* ns; 0: none was needed */
    double error;       /* root mean square of ln(time / curve) */
    bool plausible;     /* the best form, or not to be told apart from it */
};

struct assay_growth {
    size_t count;          /* points with n above 0 */
    size_t values;         /* different n among them; with fewer than 3 nothing else is known */
    double exponent;       /* of time = c n^exponent, */
    double low, high;      /* and its 95 % interval; NaN: fewer than 3 values */
    bool has_best;         /* fits[0] is the best form */
    struct assay_growth_fit fits[ASSAY_GROWTH_FORMS]; /* those that are defined for all n: best, plausible, others */
    size_t fit_count;
    char reason[160];      /* why there is no best form, or what it rests on; else empty */
};
/* 0; or -1: out of memory, or a point that is not finite or out of its bounds.
 *
 * Exponent: the least-squares line through (ln n, ln time); Student's t with points-2 degrees on the scatter about it,
 * wider where neighbouring points are off to the same side, and at least 1.96 standard errors by the points' own
 * uncertainties. It is the growth over these n; beyond them it may change.
 * Best: the smallest AICc (Hurvich and Tsai, 1989) among the forms, each with and (from 5 points) without an overhead,
 * that a free power law does not beat with 99 % (F test); with no such form there is no best one. With fewer than 5
 * values, or all within a factor below 8, a form is best only if it is the one plausible form.
 * Plausible: within the 95 % likelihood region about the best, RSS <= RSS(best) + t^2 s^2 (Bates and Watts, 1988), s^2
 * likewise for what neighbours have in common; with an
 * overhead only if it is proven to grow at all (99 %), as any form with a large overhead is a constant. */
int assay_growth_compute(struct assay_growth *growth, const struct assay_growth_point *points, size_t count);

#endif
