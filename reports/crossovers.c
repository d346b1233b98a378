/* Crossovers as words: which one is faster where, between which values that changes, and what nobody looked at. */
#include "reports/crossovers.h"

#include "base/text.h"
#include "reports/cells.h"

#include <math.h>
#include <stdlib.h>

static int proven(const struct assay_document *document, const struct assay_crossover *crossover, size_t point)
{
    return assay_comparison_proven(&document->comparisons[crossover->comparisons[point]]);
}

static bool all_whole(const struct assay_crossover *crossover)
{
    bool whole = crossover->from == floor(crossover->from) && crossover->to == floor(crossover->to);
    for (size_t i = 0; i < crossover->point_count; i++) {
        whole = whole && crossover->values[i] == floor(crossover->values[i]);
    }
    return whole;
}

char *assay_words_value(const struct assay_crossover *crossover, double value)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    if (all_whole(crossover)) {
        return assay_formatted("%.0f", value);
    }
    for (size_t i = 0; i < crossover->point_count; i++) {
        if (crossover->values[i] == value) { /* as it was looked at */
            assay_text_append_real(&text, value);
            return assay_text_take(&text);
        }
    }
    return assay_formatted("%.4g", value);
}

/* "262 [250, 271]" */
static void append_change(struct assay_text *text, const struct assay_crossover *crossover,
                          const struct assay_crossover_change *change)
{
    char *low = assay_words_value(crossover, change->low);
    char *high = assay_words_value(crossover, change->high);
    char *at = isfinite(change->estimate) ? assay_words_value(crossover, change->estimate) : assay_copy("?");
    text->failed = text->failed || !low || !high || !at;
    assay_text_format(text, "%s [%s, %s]", at ? at : "", low ? low : "", high ? high : "");
    free(low);
    free(high);
    free(at);
}

/* The side that is faster above a change: that which is proven so at its high end. */
static const char *faster_above(const struct assay_document *document, const struct assay_crossover *crossover,
                                const struct assay_crossover_change *change, bool above)
{
    double value = above ? change->high : change->low;
    for (size_t i = 0; i < crossover->point_count; i++) {
        if (crossover->values[i] == value) {
            return proven(document, crossover, i) < 0 ? crossover->head : crossover->base;
        }
    }
    return "?";
}

static void append_one(struct assay_text *text, const struct assay_document *document,
                       const struct assay_crossover *crossover)
{
    const struct assay_crossover_change *change = &crossover->changes[0];
    assay_text_format(text, "%s is faster from %s ", faster_above(document, crossover, change, true),
                      crossover->parameter);
    append_change(text, crossover, change);
    assay_text_format(text, " on; below it %s is", faster_above(document, crossover, change, false));
}

static void append_several(struct assay_text *text, const struct assay_document *document,
                           const struct assay_crossover *crossover)
{
    char *from = assay_words_value(crossover, crossover->from);
    char *to = assay_words_value(crossover, crossover->to);
    assay_text_format(text, "the faster one changes %zu times between %s %s and %s: %s is faster at first",
                      crossover->change_count, crossover->parameter, from ? from : "", to ? to : "",
                      faster_above(document, crossover, &crossover->changes[0], false));
    for (size_t i = 0; i < crossover->change_count; i++) {
        assay_text_append(text, ", from ");
        append_change(text, crossover, &crossover->changes[i]);
        assay_text_format(text, " on %s", faster_above(document, crossover, &crossover->changes[i], true));
    }
    text->failed = text->failed || !from || !to;
    free(from);
    free(to);
}

/* "1.2", "3", "1.004": three figures, and more of what is near 1. */
static char *times(double ratio)
{
    return assay_formatted(ratio < 1.0995 ? "%.4g" : "%.3g", ratio);
}

static void append_none(struct assay_text *text, const struct assay_document *document,
                        const struct assay_crossover *crossover)
{
    double least = INFINITY, most = 1;
    for (size_t i = 0; i < crossover->point_count; i++) {
        double apart = exp(fabs(log(document->comparisons[crossover->comparisons[i]].ratio)));
        least = isfinite(apart) ? fmin(least, apart) : least;
        most = isfinite(apart) ? fmax(most, apart) : most;
    }
    char *from = assay_words_value(crossover, crossover->from);
    char *to = assay_words_value(crossover, crossover->to);
    char *low = times(fmin(least, most)), *high = times(most);
    bool good = from && to && low && high;
    if (good) {
        assay_text_format(text, "%s is faster at every %s that was looked at from %s to %s, by %s to %s times",
                          crossover->faster_at_from > 0 ? crossover->head : crossover->base, crossover->parameter, from,
                          to, low, high);
    }
    text->failed = text->failed || !good;
    free(from);
    free(to);
    free(low);
    free(high);
}

char *assay_words_crossover(const struct assay_document *document, size_t index)
{
    const struct assay_crossover *crossover = &document->crossovers[index];
    struct assay_text text = ASSAY_TEXT_INIT;
    switch (crossover->outcome) {
    case ASSAY_CROSSOVER_ONE:
        append_one(&text, document, crossover);
        break;
    case ASSAY_CROSSOVER_SEVERAL:
        append_several(&text, document, crossover);
        break;
    case ASSAY_CROSSOVER_NONE:
        append_none(&text, document, crossover);
        break;
    default:
        assay_text_format(&text, "undecided: %s", crossover->reason ? crossover->reason : "no reason is known");
        if (crossover->change_count > 0) {
            assay_text_append(&text, "; so far ");
            append_one(&text, document, crossover);
        }
    }
    char *words = assay_text_take(&text);
    char *clean = words ? assay_cell_clean(words, true) : NULL; /* names come from outside */
    free(words);
    return clean;
}

/* The widest factor between neighbours that are proven one way: what changes twice in between goes unseen. */
static double blind_factor(const struct assay_document *document, const struct assay_crossover *crossover)
{
    double widest = 1;
    for (size_t i = 1; i < crossover->point_count; i++) {
        int before = proven(document, crossover, i - 1);
        if (before != 0 && before == proven(document, crossover, i)) {
            widest = fmax(widest, crossover->values[i] / crossover->values[i - 1]);
        }
    }
    return widest;
}

char *assay_words_looked(const struct assay_document *document, size_t index)
{
    const struct assay_crossover *crossover = &document->crossovers[index];
    double factor = blind_factor(document, crossover);
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_format(&text, "looked at %zu value%s of %s", crossover->point_count,
                      crossover->point_count == 1 ? "" : "s", crossover->parameter);
    if (factor > 1) {
        assay_text_format(&text, "; two changes within a factor of %.3g of each other may go unseen", factor);
    }
    return assay_text_take(&text);
}

size_t assay_crossovers_count_others(const struct assay_document *document)
{
    size_t others = 0;
    for (size_t i = 0; i < document->comparison_count; i++) {
        bool own = false;
        for (size_t k = 0; k < document->crossover_count && !own; k++) {
            for (size_t p = 0; p < document->crossovers[k].point_count && !own; p++) {
                own = document->crossovers[k].comparisons[p] == i;
            }
        }
        others += !own;
    }
    return others;
}
