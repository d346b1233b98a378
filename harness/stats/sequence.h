/* A sequential test of paired log ratios that may be looked at after every block, and the confidence sequence that it
 * inverts to. Betting on signs: while nothing differs, each block's difference is as likely up as down, because a coin
 * chose which side was which, so the product of bets is a martingale and passes 2/alpha at most with probability
 * alpha/2 (Ville, 1939). Scores are clipped, so that a spike bets no more than any large difference. Pure.
 * docs/statistics.md, "Comparisons". */
#ifndef ASSAY_STATS_SEQUENCE_H
#define ASSAY_STATS_SEQUENCE_H

#include "stats/stats.h"

#include <stdbool.h>
#include <stddef.h>

/* What no statistics removes: half-width added to both ends of a confidence sequence, as a log ratio. */
#define ASSAY_SEQUENCE_FLOOR 0.0002
/* Blocks at the beginning that score by their sign alone, while the scale is learnt; with fewer nothing is said. */
#define ASSAY_SEQUENCE_LEARN 6

struct assay_sequence {
    double confidence; /* 0.999 */
    double *values;    /* log ratios of the blocks, in the order of time */
    double *scales;    /* of the blocks before it: 1.4826 x median |d - median|; NaN for the first LEARN */
    double *sorted;    /* `values`, ascending */
    size_t count, capacity;
};
void assay_sequence_init(struct assay_sequence *sequence, double confidence);
void assay_sequence_release(struct assay_sequence *sequence);
/* -1, with the sequence as it was: out of memory, or not finite. */
int assay_sequence_add(struct assay_sequence *sequence, double log_ratio);
/* ln E of the bets that the true log ratio lies above `theta` (`up`), or below it: mean over
 * lambda in {.15, .3, .5, .8, 1.2, 1.8, 2.7} of the product of 2 / (1 + exp(-2 lambda psi)),
 * psi = clamp((d - theta) / s, +-2.5), for the first LEARN blocks +-.67 by sign and 0 at a tie. 0 without blocks. */
double assay_sequence_log_evidence(const struct assay_sequence *sequence, double theta, bool up);
/* The range of theta that neither bet rejects at 2 / (1 - confidence), widened by `floor`; an end that nothing bounds
 * yet is infinite, and `known` is false while any is. Ends are found to 1e-9 and lie on the outer side. Linear in the
 * number of blocks. */
void assay_sequence_interval(struct assay_interval *interval, const struct assay_sequence *sequence, double floor);

/* What the test can do, from simulation (tests/trust/simulate.c): at 0.999 with the floor above,
 * n = 13 + 37 r^2 + r^4 / 8 with r = spread / (effect - floor), at least 17; other confidences times
 * (ln(2 / alpha) + 2.4) / (ln 2000 + 2.4). `spread` is 1.4826 x MAD of blocks. Blocks until a true log ratio `effect`
 * is proven with probability 0.9 (0.8 with heavy tails, 0.97 at most); infinite for effects within the floor. */
double assay_sequence_blocks_for(double effect, double spread, double confidence);
/* The smallest true log ratio that `blocks` would have proven with that probability; infinite for too few. The inverse
 * of the above. */
double assay_sequence_detectable(double blocks, double spread, double confidence);

#endif
