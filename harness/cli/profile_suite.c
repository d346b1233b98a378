/* Several benchmarks that have nothing to do with each other: a profile of each, one after another, in one document. Knows no
 * option. */
#include "cli/profile.h"

#include "base/clock.h"

#include <stdlib.h>

/* What the next of `left` benchmarks may spend of a budget for all. */
static double share_of(double budget_s, int64_t start_ns, size_t left)
{
    double spent_s = (double)(assay_clock_ns() - start_ns) * 1e-9;
    double share_s = (budget_s - spent_s) / (double)left;
    return share_s > 1e-3 ? share_s : 1e-3; /* 0 would mean none was said */
}

int assay_profile_run_each(struct assay_document **out, const struct assay_plan *plan, const struct assay_measure_options *options,
                           const struct assay_profile_options *wish, struct assay_error *error)
{
    struct assay_document *document = NULL;
    int code = 0;
    for (size_t i = 0; i < plan->count && !code && (i == 0 || *options->stop == 0); i++) {
        struct assay_plan one = *plan;
        struct assay_measure_options own = *options;
        struct assay_profile_options its = *wish;
        struct assay_document *made = NULL;
        one.items = &plan->items[i];
        one.count = 1;
        if (wish->budget_s > 0) {
            its.budget_s = share_of(wish->budget_s, options->program_start_ns, plan->count - i);
        }
        own.program_start_ns = i ? assay_clock_ns() : options->program_start_ns;
        code = assay_profile_run(&made, &one, &own, &its, error);
        if (!code && document) {
            code = assay_document_append_take(document, made, error);
        } else if (!code) {
            document = made;
        }
    }
    if (code) {
        assay_document_free(document);
        return code;
    }
    *out = document;
    return 0;
}
