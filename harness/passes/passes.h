/* `assay profile`: runs the passes over one benchmark, or over two side by side, in workers, and keeps what comes out in a
 * document. docs/profiles.md. Knows no option and no text. */
#ifndef ASSAY_PASSES_PASSES_H
#define ASSAY_PASSES_PASSES_H

#include "base/error.h"
#include "measure/measure.h"
#include "plan/plan.h"
#include "result/document.h"

enum assay_cost { ASSAY_COST_TIME, ASSAY_COST_INSTRUCTIONS, ASSAY_COST_ALLOCATIONS };

struct assay_profile_options {
    enum assay_cost cost;
    double precision;      /* half an interval of an own share, a fraction: rounds are added until all that have 30 samples reach it; 0.02 */
    double budget_s;       /* a ceiling for all; 0: 15 s a benchmark */
    double period_ns;      /* of the samples, in the mean; 1e6 */
    double timed_share;    /* of the calls; 0: chosen, so that hooks dilate no more than fivefold */
    bool lines;            /* line counts from the coverage build, lines and addresses from samples */
    bool no_samples, no_hooks; /* leave a pass out: samples; times by hooks (calls are counted all the same) */
    bool timer;            /* sample by a timer's signal even where cpu-clock works */
};

/* plan: one benchmark (profiles[0]), or two (profiles[0], profiles[1] and one difference, rounds side by side). A pass that
 * fails, or a build that is missing, becomes a note in the profile; a kernel that fails in the plain pass fails its benchmark (status and
 * message as in `run`) and has no profile. Interrupted: what is there is kept. */
int assay_profile_run(struct assay_document **out, const struct assay_plan *plan, const struct assay_measure_options *options,
                      const struct assay_profile_options *wish, struct assay_error *error);

#endif
