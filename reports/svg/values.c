/* Which samples are drawn, and how far their axis reaches. Knows no SVG. */
#include "reports/svg/values.h"

#include "base/text.h"
#include "reports/cells.h"
#include "stats/order.h"

#include <math.h>
#include <stdlib.h>

#define SPREADS 2
#define LOGARITHMIC_FROM 10 /* fold */

int assay_svg_pick(struct assay_svg_picks *picks, const double *values, size_t count, size_t most)
{
    size_t least = 0, greatest = 0;
    for (size_t i = 1; i < count; i++) {
        least = values[i] < values[least] ? i : least;
        greatest = values[i] > values[greatest] ? i : greatest;
    }
    picks->every = count <= most ? 1 : (count + most - 3) / (most - 2);
    picks->count = 0;
    picks->indexes = malloc((count / picks->every + 3) * sizeof *picks->indexes);
    if (!picks->indexes) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (i % picks->every == 0 || i == least || i == greatest) {
            picks->indexes[picks->count++] = i;
        }
    }
    return 0;
}

void assay_svg_picks_release(struct assay_svg_picks *picks)
{
    free(picks->indexes);
    *picks = (struct assay_svg_picks){ 0 };
}

/* The ends that one series wants. -1: no memory. */
static int widen_by(struct assay_svg_range *range, const struct assay_svg_picks *picks,
                    const struct assay_svg_series *series)
{
    double *sorted = malloc((picks->count + 1) * sizeof *sorted);
    if (!sorted) {
        return -1;
    }
    for (size_t i = 0; i < picks->count; i++) {
        sorted[i] = series->values[picks->indexes[i]];
    }
    assay_sort(sorted, picks->count);
    double first = sorted[0], last = sorted[picks->count - 1];
    double low = first, high = last;
    double p05 = assay_sorted_quantile(sorted, picks->count, 0.05),
           p95 = assay_sorted_quantile(sorted, picks->count, 0.95);
    if (p95 > p05) {
        size_t spared = picks->count / 100 + (picks->count >= 10);
        double fence_low = fmin(p05 - SPREADS * (p95 - p05), sorted[spared]);
        double fence_high = fmax(p95 + SPREADS * (p95 - p05), sorted[picks->count - 1 - spared]);
        low = last;
        high = first;
        for (size_t i = 0; i < series->count; i++) {
            bool within = series->values[i] >= fence_low && series->values[i] <= fence_high;
            low = within ? fmin(low, series->values[i]) : low;
            high = within ? fmax(high, series->values[i]) : high;
        }
    }
    free(sorted);
    range->low = fmin(range->low, low);
    range->high = fmax(range->high, high);
    range->least = fmin(range->least, first);
    range->most = fmax(range->most, last);
    if (isfinite(series->low) && isfinite(series->high)) {
        range->low = fmin(range->low, fmax(series->low, first));
        range->high = fmax(range->high, fmin(series->high, last));
    }
    return 0;
}

static void count_outside(struct assay_svg_range *range, const struct assay_svg_series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        range->below += series->values[i] < range->low;
        range->above += series->values[i] > range->high;
    }
}

/* The ends come from `share` picks, however few the caller wants drawn. -1: no memory. */
static int pick_and_widen(struct assay_svg_range *range, struct assay_svg_picks *picks,
                          const struct assay_svg_series *series, size_t share)
{
    if (assay_svg_pick(picks, series->values, series->count, share) || widen_by(range, picks, series)) {
        return -1;
    }
    if (series->points == 0 || series->points >= picks->count) {
        return 0;
    }
    assay_svg_picks_release(picks);
    return assay_svg_pick(picks, series->values, series->count, series->points > 4 ? series->points : 4);
}

bool assay_svg_range(struct assay_svg_range *range, struct assay_svg_picks *picks,
                     const struct assay_svg_series *series, size_t count, bool *failed)
{
    *range = (struct assay_svg_range){
        .low = INFINITY, .high = -INFINITY, .least = INFINITY, .most = -INFINITY, .every = 1
    };
    for (size_t i = 0; i < count && !*failed; i++) {
        range->drawn_of += series[i].count;
        if (series[i].count > 0) {
            *failed = pick_and_widen(range, &picks[i], &series[i], ASSAY_SVG_MOST_POINTS / count);
            range->every = picks[i].every > range->every ? picks[i].every : range->every;
        }
    }
    if (*failed || range->drawn_of == 0) {
        return false;
    }
    range->logarithmic = range->low > 0 && range->high > LOGARITHMIC_FROM * range->low;
    if (range->logarithmic) {
        range->low = range->least > 0 ? range->least : range->low;
        range->high = range->most;
    }
    for (size_t i = 0; i < count; i++) {
        count_outside(range, &series[i]);
    }
    return true;
}

static void say_outside(struct assay_text *out, size_t count, const char *where, const char *words, double extreme)
{
    if (count > 0) {
        char *value = assay_cell_ns(extreme, true);
        assay_text_format(out, "%s%zu %s the axis, %s %s", out->length ? "; " : "", count, where, words,
                          value ? value : "");
        out->failed = out->failed || !value;
        free(value);
    }
}

char *assay_svg_range_note(const struct assay_svg_range *range, size_t series_left_out)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    say_outside(&out, range->below, "below", "down to", range->least);
    say_outside(&out, range->above, "above", "up to", range->most);
    if (range->every > 1) {
        assay_text_format(&out, "%sdrawn: 1 in %zu of %zu samples, and the extremes", out.length ? "\n" : "",
                          range->every, range->drawn_of);
    }
    if (series_left_out > 0) {
        assay_text_format(&out, "%sand %zu more, which are not drawn", out.length ? "\n" : "", series_left_out);
    }
    return assay_text_take(&out);
}
