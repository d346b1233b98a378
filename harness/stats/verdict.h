/* From a confidence sequence to a verdict that a second run would not take back, and when a comparison may stop. Pure.
 * docs/statistics.md, "Verdicts". */
#ifndef ASSAY_STATS_VERDICT_H
#define ASSAY_STATS_VERDICT_H

#include "stats/stats.h"

#include <stdbool.h>

enum assay_verdict {
    ASSAY_VERDICT_INCONCLUSIVE, /* the interval says too little */
    ASSAY_VERDICT_SAME,         /* inside the margin, with 0 */
    ASSAY_VERDICT_SHIFTED,      /* inside the margin, without 0: real, but small */
    ASSAY_VERDICT_SLOWER,       /* head takes longer; its interval reaches beyond the margin and not to 0 */
    ASSAY_VERDICT_FASTER,
    ASSAY_VERDICT_COUNT
};
const char *assay_verdict_word(enum assay_verdict verdict); /* "same" */
bool assay_verdict_parse(enum assay_verdict *verdict, const char *word);

/* `interval` is of the log ratio; one end or both may be infinite (`known` false): the other still counts. Finite ends
 * that are not `known`, and NaN, say nothing. `margin` is a fraction (0.01): the band is +-ln(1 + margin), its edge
 * inside. */
enum assay_verdict assay_verdict_of(const struct assay_interval *interval, double margin);

/* One comparison while it goes on. Zero to begin with. */
struct assay_judgement {
    enum assay_verdict verdict;
    bool final;    /* measuring may end: a second run would not take the verdict back. `same`: the interval fits 0.8 of
                      the band, with 0 in its middle half; `shifted`: always; `slower`, `faster`: proven by more
                      than half the margin (docs/statistics.md says why) */
    int direction; /* 1: head slower, -1: head faster, 0: not proven; once proven it stays */
    double direction_at_s; /* when it was first proven; meaningless with direction 0 */
    bool beyond_margin;    /* slower or faster by more than the margin: the whole interval lies outside the band */
};
/* One look, `elapsed_s` after the comparison began. Between a proven direction and its final size lies a limit of time
 * that is the caller's: the budget. A direction that was proven is kept in `direction` even if a later look is wider;
 * the verdict is always that of the present interval. */
void assay_judgement_look(struct assay_judgement *judgement, const struct assay_interval *interval, double margin,
                          double elapsed_s);
/* How narrow an interval about `log_ratio` must be, to each side, for a final verdict: what assay_sequence_blocks_for
 * is to be asked for, to say when a comparison will end. */
double assay_judgement_half_width(double log_ratio, double margin);

#endif
