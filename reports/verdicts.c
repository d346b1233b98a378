/* Verdicts, ratios and intervals as words. */
#include "reports/verdicts.h"

#include "base/number.h"
#include "base/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DECIMALS 6
#define A_DAY_S 86400

char *assay_words_odds(double log_evidence)
{
    double tens = log_evidence / log(10);
    if (tens >= 6) {
        return assay_formatted("10^%.0f to 1", floor(tens + 1e-9));
    }
    double scale = pow(10, fmax(0, floor(tens + 1e-9) - 2)); /* three figures are enough */
    return assay_formatted("%.0f to 1", floor(exp(log_evidence) / scale * (1 + 1e-9)) * scale);
}

char *assay_words_effect(double fraction)
{
    double percent = fraction * 100;
    return assay_formatted("%.*f %%", percent < 0.995 ? 2 : percent < 9.95 ? 1 : 0, percent);
}

char *assay_words_seconds(double seconds)
{
    char buffer[32];
    if (seconds >= 99.5) {
        return assay_copy(assay_format_duration(buffer, seconds));
    }
    return assay_formatted("%.*f s", seconds < 0.995 ? 2 : seconds < 9.95 ? 1 : 0, seconds);
}

/* Whether the number is printed as 1 and is not. */
static bool hides(double value, int decimals)
{
    double scale = pow(10, decimals);
    return isfinite(value) && value != 1 && round(value * scale) == scale;
}

/* Three beside 1, as many as it takes to see on which side of 1 the ends lie, and three figures of small ratios. */
static int decimals_of(const struct assay_comparison *comparison)
{
    double ratio = comparison->ratio;
    int decimals = ratio >= 99.95 ? 1 : ratio >= 9.995 ? 2 : 3;
    if (ratio > 0 && ratio < 0.1) {
        decimals = (int)fmin(MOST_DECIMALS, 2 - floor(log10(ratio)));
    }
    while (decimals < MOST_DECIMALS && (hides(comparison->low, decimals) || hides(comparison->high, decimals))) {
        decimals++;
    }
    return decimals;
}

char *assay_words_ratio(const struct assay_comparison *comparison)
{
    double ratio = comparison->ratio;
    return isfinite(ratio) ? assay_formatted("%.*f", decimals_of(comparison), ratio) : assay_copy("");
}

char *assay_words_interval(const struct assay_comparison *comparison)
{
    const double ends[] = { comparison->low, comparison->high };
    int decimals = decimals_of(comparison);
    struct assay_text text = ASSAY_TEXT_INIT;
    assay_text_append(&text, "");
    if (!isfinite(ends[0]) && !isfinite(ends[1])) {
        return assay_text_take(&text);
    }
    for (size_t i = 0; i < 2; i++) {
        assay_text_append(&text, i ? ", " : "[");
        if (isfinite(ends[i])) {
            assay_text_format(&text, "%.*f", decimals, ends[i]);
        } else {
            assay_text_append_char(&text, '?');
        }
    }
    assay_text_append_char(&text, ']');
    return assay_text_take(&text);
}

/* What a direction amounts to at least; rounded down, so that it is not promised more than was proven. */
static void append_least(struct assay_text *text, double excess)
{
    double percent = excess * 100 * (1 + 1e-12);
    int decimals = percent >= 9.95 ? 0 : percent >= 0.1 ? 1 : percent >= 0.01 ? 2 : 3;
    double scale = pow(10, decimals);
    double least = floor(percent * scale + 1e-6) / scale;
    if (least > 0) {
        assay_text_format(text, " by at least %.*f %%", decimals, least);
    }
}

char *assay_words_verdict(const struct assay_comparison *comparison)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    double margin = comparison->margin * 100;
    double nearest =
        comparison->verdict == ASSAY_VERDICT_FASTER ? 1 / comparison->high - 1 : comparison->low - 1; /* end to 1 */
    assay_text_append(&text, assay_verdict_word(comparison->verdict));
    switch (comparison->verdict) {
    case ASSAY_VERDICT_SAME:
        assay_text_format(&text, " within %.3g %%", margin);
        break;
    case ASSAY_VERDICT_SHIFTED:
        assay_text_format(&text, " by less than %.3g %%", margin);
        break;
    case ASSAY_VERDICT_SLOWER:
    case ASSAY_VERDICT_FASTER:
        if (comparison->beyond_margin) {
            assay_text_format(&text, " by more than %.3g %%", margin);
        } else if (isfinite(nearest)) {
            append_least(&text, nearest);
        }
        break;
    default:
        break;
    }
    return assay_text_take(&text);
}

/* "head takes 1.021 times base's time [1.017, 1.025]"; nothing where no ratio is known. */
static void append_times(struct assay_text *text, const char *lead, const struct assay_comparison *comparison)
{
    char *ratio = assay_words_ratio(comparison);
    char *interval = assay_words_interval(comparison);
    bool per_item = comparison->unit && strcmp(comparison->unit, "item") == 0;
    if (ratio && ratio[0]) {
        assay_text_format(text, "%shead takes %s times base's time%s", lead, ratio, per_item ? " an item" : "");
        assay_text_format(text, "%s%s", interval && interval[0] ? " " : ", with no bounds yet",
                          interval ? interval : "");
    }
    text->failed = text->failed || !ratio || !interval;
    free(ratio);
    free(interval);
}

char *assay_words_wanted(const struct assay_comparison *comparison)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    double margin = comparison->margin * 100;
    double more = comparison->seconds_needed - comparison->seconds;
    char *effect = assay_words_effect(comparison->minimum_detectable_effect);
    char *seconds = assay_words_seconds(fmax(1, ceil(more)));
    assay_text_append(&text, "");
    text.failed = text.failed || !effect || !seconds;
    if (isfinite(comparison->minimum_detectable_effect)) {
        assay_text_format(&text, "the smallest difference that had a 90 %% chance to be found is %s",
                          effect ? effect : "");
    }
    const char *lead = text.length > 0 ? "; " : "";
    if (more > A_DAY_S) {
        assay_text_format(&text, "%sto decide at %.3g %% takes more than a day", lead, margin);
    } else if (more > 0) {
        assay_text_format(&text, "%sabout %s more would decide at %.3g %%", lead, seconds ? seconds : "", margin);
    }
    free(effect);
    free(seconds);
    return assay_text_take(&text);
}

char *assay_words_sentence(const struct assay_comparison *comparison)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    char *verdict = assay_words_verdict(comparison);
    bool open = comparison->verdict == ASSAY_VERDICT_INCONCLUSIVE;
    assay_text_append(&text, verdict);
    text.failed = text.failed || !verdict;
    if (open && comparison->reason) {
        assay_text_format(&text, ": %s", comparison->reason);
    }
    append_times(&text, open && comparison->reason ? "; " : ": ", comparison);
    if (open) {
        char *wanted = assay_words_wanted(comparison);
        assay_text_format(&text, "%s%s", wanted && wanted[0] ? "; " : "", wanted ? wanted : "");
        text.failed = text.failed || !wanted;
        free(wanted);
    } else if (comparison->verdict == ASSAY_VERDICT_SHIFTED) {
        assay_text_format(&text, ", real but smaller than the margin of %.3g %%", comparison->margin * 100);
    }
    free(verdict);
    return assay_text_take(&text);
}

static void append_status(struct assay_text *text, const char *side, enum assay_status status)
{
    bool begun = text->length > 0;
    if (status == ASSAY_STATUS_OK) {
        return;
    }
    assay_text_format(text, "%s%s: ", begun ? ", " : "", side);
    for (const char *at = assay_status_word(status); *at; at++) {
        assay_text_append_char(text, *at == '-' ? ' ' : *at);
    }
}

char *assay_words_failure(const struct assay_benchmark *base, const struct assay_benchmark *head)
{
    struct assay_text sides = ASSAY_TEXT_INIT;
    append_status(&sides, head == base ? "both" : "base", base->status);
    if (head != base) {
        append_status(&sides, "head", head->status);
    }
    char *failed = assay_text_take(&sides);
    char *words = failed ? assay_formatted("%s (%s)", assay_verdict_word(ASSAY_VERDICT_INCONCLUSIVE), failed) : NULL;
    free(failed);
    return words;
}

char *assay_words_counts(const size_t counts[ASSAY_VERDICT_COUNT], size_t failed, double margin)
{
    static const enum assay_verdict order[] = { ASSAY_VERDICT_SLOWER, ASSAY_VERDICT_FASTER, ASSAY_VERDICT_SHIFTED,
                                                ASSAY_VERDICT_INCONCLUSIVE, ASSAY_VERDICT_SAME };
    struct assay_text text = ASSAY_TEXT_INIT;
    size_t total = failed;
    for (size_t i = 0; i < ASSAY_VERDICT_COUNT; i++) {
        total += counts[i];
    }
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        size_t count = counts[order[i]];
        if (count == 0) {
            continue;
        }
        if (text.length > 0) {
            assay_text_format(&text, ", %zu", count);
        } else if (count == total) {
            assay_text_format(&text, total == 1 ? "%zu" : "all %zu", total);
        } else {
            assay_text_format(&text, "%zu of %zu", count, total);
        }
        assay_text_format(&text, " %s", assay_verdict_word(order[i]));
        if (order[i] == ASSAY_VERDICT_SAME && isfinite(margin)) {
            assay_text_format(&text, " within %.3g %%", margin * 100);
        }
    }
    if (failed > 0) {
        assay_text_format(&text, text.length > 0 ? ", %zu could not be compared" : "%zu could not be compared", failed);
    }
    return assay_text_take(&text);
}

char *assay_words_witness(const struct assay_comparison *comparison)
{
    double change = comparison->head_instructions / comparison->base_instructions - 1;
    if (comparison->same_code == 1 && !(fabs(change) > 0)) {
        return assay_copy("same code");
    }
    return isfinite(change) ? assay_formatted("%+.2f %%", change * 100) : assay_copy("");
}

char *assay_words_direction(const struct assay_comparison *comparison)
{
    enum assay_verdict way = comparison->direction > 0 ? ASSAY_VERDICT_SLOWER : ASSAY_VERDICT_FASTER;
    if (comparison->direction == 0 || !isfinite(comparison->direction_at_s)) {
        return assay_copy("");
    }
    char *at = assay_words_seconds(comparison->direction_at_s);
    char *all = assay_words_seconds(comparison->seconds);
    char *words = at && all ? assay_formatted("proven %s after %s%s%s", assay_verdict_word(way), at,
                                              isfinite(comparison->seconds) ? " of " : "",
                                              isfinite(comparison->seconds) ? all : "")
                            : NULL;
    free(at);
    free(all);
    return words;
}
