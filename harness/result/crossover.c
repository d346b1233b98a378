/* A crossover in memory. Knows no JSON. */
#include "result/crossover.h"

#include "result/crossovers.h"

#include "base/vector.h"

#include <math.h>
#include <stdlib.h>

const char *assay_crossover_outcome_word(enum assay_crossover_outcome outcome)
{
    static const char *const words[ASSAY_CROSSOVER_OUTCOMES] = { "undecided", "one", "none", "several" };
    return (unsigned)outcome < ASSAY_CROSSOVER_OUTCOMES ? words[outcome] : NULL;
}

int assay_comparison_proven(const struct assay_comparison *comparison)
{
    if (comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE) {
        return 0;
    }
    return (comparison->low > 1) - (comparison->high < 1); /* false with NaN */
}

/* There are some dozens of both: growing by one is soon enough. */
bool assay_crossover_add_change(struct assay_crossover *crossover, const struct assay_crossover_change *change)
{
    struct assay_crossover_change *changes =
        reallocarray(crossover->changes, crossover->change_count + 1, sizeof *changes);
    if (!changes) {
        return false;
    }
    changes[crossover->change_count++] = *change;
    crossover->changes = changes;
    return true;
}

bool assay_crossover_add_point(struct assay_crossover *crossover, double value, size_t comparison)
{
    size_t count = crossover->point_count + 1;
    double *values = reallocarray(crossover->values, count, sizeof *values);
    crossover->values = values ? values : crossover->values;
    size_t *comparisons = reallocarray(crossover->comparisons, count, sizeof *comparisons);
    crossover->comparisons = comparisons ? comparisons : crossover->comparisons;
    if (!values || !comparisons) {
        return false;
    }
    values[count - 1] = value;
    comparisons[count - 1] = comparison;
    crossover->point_count = count;
    return true;
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

bool assay_crossovers_take(struct assay_document *to, struct assay_document *from, size_t first_comparison)
{
    for (size_t i = 0; i < from->crossover_count; i++) {
        struct assay_crossover *into = assay_document_add_crossover(to);
        if (!into) {
            return false;
        }
        *into = from->crossovers[i];
        from->crossovers[i] = (struct assay_crossover){ 0 };
        for (size_t k = 0; k < into->point_count; k++) {
            into->comparisons[k] += first_comparison;
        }
    }
    return true;
}
