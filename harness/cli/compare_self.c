/* What assay compare --self found: false alarms and power on this kernel and machine. Reads a document; measures
 * nothing. */
#include "cli/compare.h"

#include "base/number.h"
#include "cli/wrap.h"
#include "stats/paired.h"
#include "stats/verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_sides(const struct assay_comparison *a, const struct assay_comparison *b)
{
    return a->base == b->base && a->head == b->head;
}

/* A comparison without a block says nothing of the test. */
static bool counts(const struct assay_comparison *comparison, const struct assay_comparison *like)
{
    return comparison->blocks.count > 0 && same_sides(comparison, like);
}

static void count_one(struct assay_self_row *row, const struct assay_comparison *comparison)
{
    if (comparison->injected > 0.0) {
        bool first = row->injected_runs++ == 0;
        row->injected_least = first ? comparison->injected : fmin(row->injected_least, comparison->injected);
        row->injected_most = fmax(row->injected_most, comparison->injected);
        row->found += comparison->direction > 0;
        row->wrong_direction += comparison->direction < 0;
    } else {
        row->same_runs++;
        row->false_alarms += comparison->direction != 0 || (comparison->verdict != ASSAY_VERDICT_SAME &&
                                                            comparison->verdict != ASSAY_VERDICT_INCONCLUSIVE);
    }
}

int assay_self_count(struct assay_self_row *row, const struct assay_document *document, size_t index)
{
    const struct assay_comparison *like = &document->comparisons[index];
    double *seconds = calloc(document->comparison_count + 1, sizeof(*seconds));
    size_t count = 0;
    if (!seconds) {
        return -1;
    }
    *row = (struct assay_self_row){ .id = document->benchmarks[like->base].id, .median_s = NAN };
    for (size_t i = index; i < document->comparison_count; i++) {
        const struct assay_comparison *comparison = &document->comparisons[i];
        if (counts(comparison, like)) {
            seconds[count++] = comparison->seconds;
            count_one(row, comparison);
        }
    }
    int code = count ? assay_stats_median(&row->median_s, seconds, count) : 0;
    free(seconds);
    return code;
}

static bool is_first(const struct assay_document *document, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (same_sides(&document->comparisons[i], &document->comparisons[index])) {
            return false;
        }
    }
    return true;
}

/* "2 of 50, so 0.5 to 13 %" */
static void append_share(struct assay_text *text, size_t hits, size_t n)
{
    struct assay_interval bounds;
    if (n == 0) {
        assay_text_append(text, "no run");
        return;
    }
    assay_wilson(&bounds, hits, n, 0.95);
    double low = bounds.low > 0.0 ? bounds.low : 0.0;
    assay_text_format(text, "%zu of %zu (%.2g to %.3g %%)", hits, n, low * 100.0, bounds.high * 100.0);
}

static void append_line(struct assay_text *text, const char *what, const struct assay_text *value, size_t width)
{
    assay_text_format(text, "  %s", what);
    assay_wrap_pad(text, 20 - (2 + strlen(what)));
    assay_wrap(text, value->bytes ? value->bytes : "", 20, 20, width);
}

static void append_injected(struct assay_text *text, const struct assay_self_row *row, size_t width)
{
    struct assay_text value = ASSAY_TEXT_INIT;
    if (row->injected_runs == 0) {
        assay_text_append(&value,
                          "not known: no work was added. It is added in whole iterations, of which a batch must have "
                          "enough for the margin");
        append_line(text, "found", &value, width);
        goto done;
    }
    append_share(&value, row->found, row->injected_runs);
    assay_text_format(&value, " with %.3g", row->injected_least * 100.0);
    if (row->injected_most > row->injected_least * 1.005) {
        assay_text_format(&value, " to %.3g", row->injected_most * 100.0);
    }
    assay_text_append(&value, " % of work added");
    append_line(text, "found", &value, width);
    assay_text_clear(&value);
    append_share(&value, row->wrong_direction, row->injected_runs);
    append_line(text, "wrong direction", &value, width);
done:
    text->failed = text->failed || value.failed;
    assay_text_release(&value);
}

static void append_row(struct assay_text *text, const struct assay_self_row *row, size_t width)
{
    char number[32];
    struct assay_text value = ASSAY_TEXT_INIT;
    assay_wrap(text, row->id, 0, 2, width);
    append_share(&value, row->false_alarms, row->same_runs);
    append_line(text, "false alarms", &value, width);
    assay_text_clear(&value);
    append_injected(text, row, width);
    assay_text_append(&value, isnan(row->median_s) ? "not known" : assay_format_duration(number, row->median_s));
    append_line(text, "median time", &value, width);
    text->failed = text->failed || value.failed;
    assay_text_release(&value);
}

bool assay_self_text(struct assay_text *text, const struct assay_document *document, size_t width)
{
    for (size_t i = 0; i < document->comparison_count; i++) {
        struct assay_self_row row;
        if (!is_first(document, i)) {
            continue;
        }
        if (assay_self_count(&row, document, i)) {
            return false;
        }
        append_row(text, &row, width);
    }
    assay_wrap(text, "In brackets what the true share is, with 95 % confidence (Wilson).", 0, 0, width);
    return !text->failed;
}
