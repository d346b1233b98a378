/* One array to fill, as the functions of forms.inc take it. Knows no generator and no kernel. */
#ifndef GENERATORS_FORMS_H
#define GENERATORS_FORMS_H

#include "ziggurat.h"

#include <stddef.h>

struct fill {
    const void *generator; /* seeded: a struct of the generator that the function is for; copied, not changed */
    size_t count;
    uint64_t bound;                  /* of bounded numbers; above 0 */
    const struct ziggurat *ziggurat; /* of normal numbers by the ziggurat */
    uint64_t *integers;              /* room for `count`: where uint64 and bounded go, */
    double *reals;                   /* and where double and normal go */
};

#endif
