/* Whom to ask what the answer of a benchmark must be. Knows no worker: measure/ asks. */
#include "plan/items.h"

#include <string.h>

/* Whether both kernels take the same parameters, so that the arguments of one mean the same to the other. */
static bool same_parameters(const struct assay_kernel_description *a, const struct assay_kernel_description *b)
{
    if (a->parameter_count != b->parameter_count) {
        return false;
    }
    for (size_t i = 0; i < a->parameter_count; i++) {
        if (strcmp(a->parameters[i].name, b->parameters[i].name) != 0 || a->parameters[i].type != b->parameters[i].type) {
            return false;
        }
    }
    return true;
}

void assay_plan_find_oracles(struct assay_plan *plan, const struct assay_catalog *catalog)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct assay_planned *item = &plan->items[i];
        struct assay_found found;
        if (item->source == NULL || item->unavailable != NULL) {
            continue;
        }
        if (item->kernel->expects || !item->source->is_worker) {
            item->oracle = item->source; /* a plug-in without oracle still says how much work it does */
        } else if (assay_catalog_find(&found, catalog, NULL, item->kernel_name, "c", NULL) == 0 && found.kernel->expects &&
                   same_parameters(found.kernel, item->kernel)) {
            item->oracle = found.source;
        }
    }
}
