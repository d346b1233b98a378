/* A scaling in memory. Knows no JSON. */
#include "result/scaling.h"

#include "result/document.h"

#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

void assay_scaling_release(struct assay_scaling *scaling)
{
    for (size_t i = 0; i < scaling->form_count; i++) {
        free(scaling->forms[i].form);
    }
    free(scaling->forms);
    free(scaling->benchmarks);
    free(scaling->kernel);
    free(scaling->implementation);
    free(scaling->parameter);
    free(scaling->values);
    free(scaling->best);
    free(scaling->reason);
}

struct assay_scaling *assay_document_add_scaling(struct assay_document *document)
{
    void *items = document->scalings;
    bool room = assay_reserve(&items, &document->scaling_capacity, document->scaling_count + 1,
                              sizeof *document->scalings);
    document->scalings = items;
    if (!room) {
        return NULL;
    }
    struct assay_scaling *scaling = &document->scalings[document->scaling_count++];
    *scaling = (struct assay_scaling){ .exponent = NAN, .low = NAN, .high = NAN };
    return scaling;
}
