/* Random variates for simulations with fixed seeds. For tests alone. */
#ifndef ASSAY_TESTS_VARIATES_H
#define ASSAY_TESTS_VARIATES_H

#include "base/random.h"

#include <math.h>

/* Uniform in (0, 1). */
static inline double variate_open(struct assay_random *random)
{
    return (assay_random_real(random) * 9007199254740991.0 + 0.5) / 9007199254740992.0;
}

/* Standard normal (Box and Muller, 1958). */
static inline double variate_normal(struct assay_random *random)
{
    double radius = sqrt(-2 * log(variate_open(random)));
    return radius * cos(6.283185307179586 * variate_open(random));
}

static inline double variate_laplace(struct assay_random *random)
{
    double u = variate_open(random) - 0.5;
    return (u < 0 ? 1 : -1) * log(1 - 2 * fabs(u));
}

#endif
