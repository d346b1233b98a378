/* What `python -m timeit` does: one process, one number of iterations, the best of some repeats. Prints nothing. */
#ifndef ASSAY_MEASURE_TIMEIT_H
#define ASSAY_MEASURE_TIMEIT_H

#include "base/error.h"
#include "measure/measure.h"

struct assay_timeit {
    uint64_t loops;      /* iterations of each repeat */
    double *seconds;     /* of each repeat, in order; heap */
    size_t repeats;
    enum assay_status status;
    char *message;       /* NULL when ok */
    int verified;        /* 1, 0, -1 */
};
void assay_timeit_release(struct assay_timeit *timeit);
/* Called with the options' `context` after each trial run while the number of iterations is sought: 1, 2, 5, 10, 20, 50, ... until one takes 0.2 s. */
typedef void (*assay_timeit_trial_fn)(void *context, uint64_t loops, double seconds);
/* `loops` 0: sought. A kernel that fails is a result with its status; an error is what prevents measuring at all.
 * `benchmark` is an item of `plan`. */
int assay_timeit_run(struct assay_timeit *out, const struct assay_plan *plan, const struct assay_planned *benchmark,
                     uint64_t loops, uint32_t repeats, assay_timeit_trial_fn trial,
                     const struct assay_measure_options *options, struct assay_error *error);

#endif
