/* From an interval to a word, and when to stop. Knows no block, no clock and how no interval came about. */
#include "stats/verdict.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* A verdict is final when a second run would not take it back. From 0.4 to 0.8 of the margin, chance alone decides
 * whether the interval first fits the margin or first leaves 0, so neither is enough: `same` must fit this share of the
 * margin with 0 in the middle half of it, and a direction must be proven by at least that share. What lies between ends
 * as `shifted`. */
#define SAME_WITHIN 0.8
#define SAME_CENTERED 0.5
#define DIRECTION_BEYOND 0.5

static const char *const words[ASSAY_VERDICT_COUNT] = {
    [ASSAY_VERDICT_INCONCLUSIVE] = "inconclusive",
    [ASSAY_VERDICT_SAME] = "same",
    [ASSAY_VERDICT_SHIFTED] = "shifted",
    [ASSAY_VERDICT_SLOWER] = "slower",
    [ASSAY_VERDICT_FASTER] = "faster",
};

const char *assay_verdict_word(enum assay_verdict verdict)
{
    assert((unsigned)verdict < ASSAY_VERDICT_COUNT);
    return words[verdict];
}

bool assay_verdict_parse(enum assay_verdict *verdict, const char *word)
{
    for (unsigned i = 0; i < ASSAY_VERDICT_COUNT; i++) {
        if (strcmp(words[i], word) == 0) {
            *verdict = (enum assay_verdict)i;
            return true;
        }
    }
    return false;
}

/* False: the interval says nothing. Finite ends that are not known may be anything, such as zeros. */
static bool says_something(const struct assay_interval *interval)
{
    bool ordered = interval->low <= interval->high; /* false with NaN */
    return ordered && (interval->known || !isfinite(interval->low) || !isfinite(interval->high));
}

static int direction_of(const struct assay_interval *interval)
{
    if (!says_something(interval)) {
        return 0;
    }
    return (interval->low > 0) - (interval->high < 0);
}

enum assay_verdict assay_verdict_of(const struct assay_interval *interval, double margin)
{
    assert(margin >= 0 && isfinite(margin));
    double delta = log1p(margin);
    if (!says_something(interval)) {
        return ASSAY_VERDICT_INCONCLUSIVE;
    }
    int direction = direction_of(interval);
    if (interval->low >= -delta && interval->high <= delta) {
        return direction == 0 ? ASSAY_VERDICT_SAME : ASSAY_VERDICT_SHIFTED;
    }
    if (direction == 0) {
        return ASSAY_VERDICT_INCONCLUSIVE;
    }
    return direction > 0 ? ASSAY_VERDICT_SLOWER : ASSAY_VERDICT_FASTER;
}

/* Of an interval inside the margin with 0. */
static bool same_stands(const struct assay_interval *interval, double delta)
{
    double middle = fabs(interval->low + interval->high) / 2;
    double half = (interval->high - interval->low) / 2;
    return middle + half <= SAME_WITHIN * delta && middle <= SAME_CENTERED * half;
}

void assay_judgement_look(struct assay_judgement *judgement, const struct assay_interval *interval, double margin,
                          double elapsed_s)
{
    double delta = log1p(margin);
    int direction = direction_of(interval);
    judgement->verdict = assay_verdict_of(interval, margin);
    if (judgement->direction == 0 && direction != 0) {
        judgement->direction = direction;
        judgement->direction_at_s = elapsed_s;
    }
    double least = direction > 0 ? interval->low : -interval->high; /* of the effect, whichever way it goes */
    judgement->beyond_margin = direction != 0 && least > delta;
    switch (judgement->verdict) {
    case ASSAY_VERDICT_SAME:
        judgement->final = same_stands(interval, delta);
        break;
    case ASSAY_VERDICT_SHIFTED:
        judgement->final = true;
        break;
    case ASSAY_VERDICT_SLOWER:
    case ASSAY_VERDICT_FASTER:
        judgement->final = least > DIRECTION_BEYOND * delta;
        break;
    default:
        judgement->final = false;
    }
}

double assay_judgement_half_width(double log_ratio, double margin)
{
    double delta = log1p(margin);
    double middle = fabs(log_ratio);
    double shifted = fmin(middle, delta - middle);
    double beyond = middle - DIRECTION_BEYOND * delta;
    double same = SAME_WITHIN * delta - middle;
    same = middle <= SAME_CENTERED * same ? same : 0;
    return fmax(same, fmax(shifted, beyond));
}
