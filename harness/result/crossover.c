/* A crossover in memory. Knows no JSON. */
#include "result/crossover.h"

#include "result/document.h"

#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

const char *assay_crossover_outcome_word(enum assay_crossover_outcome outcome)
{
    static const char *const words[ASSAY_CROSSOVER_OUTCOMES] = { "undecided", "one", "none", "several" };
    return (unsigned)outcome < ASSAY_CROSSOVER_OUTCOMES ? words[outcome] : NULL;
}

void assay_crossover_release(struct assay_crossover *crossover)
{
    free(crossover->base);
    free(crossover->head);
    free(crossover->parameter);
    free(crossover->changes);
    free(crossover->values);
    free(crossover->comparisons);
    free(crossover->reason);
}

struct assay_crossover *assay_document_add_crossover(struct assay_document *document)
{
    void *items = document->crossovers;
    bool room = assay_reserve(&items, &document->crossover_capacity, document->crossover_count + 1,
                              sizeof *document->crossovers);
    document->crossovers = items;
    if (!room) {
        return NULL;
    }
    struct assay_crossover *crossover = &document->crossovers[document->crossover_count++];
    *crossover = (struct assay_crossover){ .from = NAN, .to = NAN, .confidence = NAN, .seconds = NAN };
    return crossover;
}
