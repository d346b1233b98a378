/* Scalings in a result document: `scalings[]`, how the time of a kernel grows with one numeric parameter. Computed from
 * the samples whenever the statistics are (assay_document_compute); stored so that a reader need not. Owned by the
 * document. docs/statistics.md says how, docs/result-document.md has the fields. NaN: not known, written as null. */
#ifndef ASSAY_RESULT_SCALING_H
#define ASSAY_RESULT_SCALING_H

#include <stdbool.h>
#include <stddef.h>

/* One form of growth, fitted: time = overhead + coefficient x form(n). */
struct assay_scaling_form {
    char *form;         /* "n log n" */
    double coefficient; /* ns for each unit of the form */
    double overhead;    /* ns; 0: none was needed */
    double error;       /* typical relative distance of a point from the curve: root mean square of ln(time / curve) */
    bool plausible;     /* cannot be told apart from the best form */
};

struct assay_scaling {
    size_t *benchmarks; /* indexes into benchmarks[], by growing n */
    size_t count;       /* distinct values of n, one benchmark each */
    char *kernel;       /* what they share */
    char *implementation;
    char *parameter;    /* which one grows */
    double *values;     /* of the parameter; `count` */
    double exponent;    /* of a free power law, time = c n^exponent, */
    double low, high;   /* and its 95 % interval; NaN: too few points */
    char *best;         /* form that fits best; NULL: none, `reason` says why */
    struct assay_scaling_form *forms; /* all that were tried, best first */
    size_t form_count;
    char *reason;       /* why there is no best form, or what it rests on; NULL */
};
void assay_scaling_release(struct assay_scaling *scaling);

#endif
