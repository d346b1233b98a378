/* All comparisons of a document together: discoveries, and whether one cause moved them all. Measures nothing. */
#include "compare/experiment.h"

#include "base/text.h"
#include "stats/many.h"

#include <math.h>
#include <stdlib.h>

/* The share of false ones among what is called a discovery. */
static const double FALSE_DISCOVERIES = 0.05;
/* What the reference chain must have moved to have moved with them. */
static const double CHAIN_SHARE = 0.5;

/* By how much the reference chain moved from the first reading to the last, as a log ratio; NaN: not read. */
static double chain_shift(const struct assay_document *document)
{
    const struct assay_session *session = &document->sessions[0];
    if (session->reference_count < 2 || session->reference_elapsed_ns[0] <= 0) {
        return NAN;
    }
    return log(session->reference_elapsed_ns[session->reference_count - 1] / session->reference_elapsed_ns[0]);
}

static int name_cause(struct assay_document *document, double shift)
{
    double chain = chain_shift(document);
    bool chain_too = isfinite(chain) && chain * shift > 0 && fabs(chain) >= CHAIN_SHARE * fabs(shift);
    document->common_cause =
        assay_formatted("all comparisons moved together, to about %.3f times the time%s", exp(shift),
                        chain_too ? ", and so did the reference chain: it is the machine"
                                  : ": look for what they share, a compiler, its flags, a library");
    return document->common_cause != NULL ? 0 : -1;
}

int assay_comparisons_judge(struct assay_document *document, double margin, struct assay_error *error)
{
    size_t count = document->comparison_count, known = 0;
    double *evidence = calloc(count + 1, sizeof *evidence), *estimates = calloc(count + 1, sizeof *estimates);
    int *directions = calloc(count + 1, sizeof *directions);
    bool *found = calloc(count + 1, sizeof *found);
    bool common = false;
    double shift = 0;
    int result = evidence != NULL && estimates != NULL && directions != NULL && found != NULL ? 0 : -1;
    for (size_t i = 0; result == 0 && i < count; i++) {
        const struct assay_comparison *row = &document->comparisons[i];
        evidence[i] = isfinite(row->log_evidence) ? row->log_evidence : 0;
        if (row->ratio > 0) {
            directions[known] = row->direction;
            estimates[known++] = log(row->ratio);
        }
    }
    if (result == 0 && count > 0) {
        result = assay_discoveries(found, evidence, count, FALSE_DISCOVERIES);
    }
    for (size_t i = 0; result == 0 && i < count; i++) {
        document->comparisons[i].discovery = found[i];
    }
    if (result == 0 && known > 0) {
        result = assay_common_cause(&common, &shift, directions, estimates, known, margin);
    }
    if (result == 0 && common) {
        result = name_cause(document, shift);
    }
    free(evidence);
    free(estimates);
    free(directions);
    free(found);
    return result == 0 ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory judging comparisons");
}
