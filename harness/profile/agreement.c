/* Whether samples and hooks say the same of a function. Knows no pass. */
#include "profile/merge_parts.h"

#include <math.h>

/* Processors overlap a body with its caller for so many ticks: what the out-of-order window holds. */
#define WINDOW_TICKS 150
/* How far the hooks' sum may be from the plain time before short bodies are taken to overlap. */
#define CLOSURE_MOST 0.03

/* Time by samples of a function and of the libraries that it calls, which hooks cannot tell apart, an iteration. */
static struct assay_share near_of(const struct merge *merge, size_t i)
{
    const struct assay_profile_function_row *row = &merge->out->functions[i];
    const struct about *about = &merge->about[i];
    double own = 0, with_libraries = 0;
    for (size_t r = 0; r < merge->passes->round_count; r++) {
        own += about->own[r];
        with_libraries += about->near[r];
    }
    double more = (with_libraries - own) * merge->to_ns;
    struct assay_share near = { row->own + more, row->own_low + more, row->own_high + more };
    return near;
}

/* Time without samples (the system, waiting, other programs), an iteration. Hooks read the wall clock: any of it may be
 * in any function's hooked time. */
static double outside_of(const struct assay_profile *out)
{
    double sum = 0;
    for (size_t i = 0; i < out->function_count; i++) {
        if (out->functions[i].kind == ASSAY_FUNCTION_OUTSIDE && isnan(out->functions[i].samples) &&
            isfinite(out->functions[i].own)) {
            sum += out->functions[i].own;
        }
    }
    return sum;
}

static void compare(struct merge *merge, size_t i, double corrected, double outside)
{
    struct assay_profile *out = merge->out;
    struct assay_profile_function_row *row = &out->functions[i];
    struct assay_share near = near_of(merge, i);
    double low = row->hooked_own - row->hooked_own_error, high = row->hooked_own + row->hooked_own_error;
    if (isnan(near.low) || isnan(low)) {
        return;
    }
    bool meet = low <= near.high + outside && high >= near.low;
    double tick_ns = merge->passes->trees[0].recorded.tick_ns;
    bool is_short = row->hooked_own / merge->about[i].hooked_calls < WINDOW_TICKS * tick_ns;
    if (is_short && (!meet || out->closure > CLOSURE_MOST)) {
        double more = fmax(0, corrected - merge->passes->plain_ns);
        row->agreement = ASSAY_OVERLAPS;
        row->range_low = fmax(0, fmin(near.low, low) - more);
        row->range_high = fmax(near.high, high);
        return;
    }
    row->agreement = meet ? ASSAY_AGREES : ASSAY_DISAGREES;
}

void merge_agreement(struct merge *merge)
{
    const struct assay_passes *passes = merge->passes;
    if (passes->tree_count == 0 || passes->round_count == 0) {
        return;
    }
    double corrected = (merge->out->closure + 1) * passes->plain_ns, outside = outside_of(merge->out);
    for (size_t i = 0; i < merge->out->function_count; i++) {
        if (merge->out->functions[i].agreement != ASSAY_TOO_SMALL && merge->about[i].hooked_calls > 0) {
            compare(merge, i, corrected, outside);
        }
    }
}
