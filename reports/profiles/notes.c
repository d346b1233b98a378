/* What must be known of a profile's numbers, below its table: how far they add up, what the hooks cost, what the
 * samples did not see, and notes. */
#include "reports/profiles/text.h"

#include "reports/cells.h"
#include "reports/text/lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void append_led_take(struct assay_text *out, const char *lead, char *text,
                            const struct assay_report_options *options)
{
    if (text) {
        assay_line_append_led(out, lead, text, 2, options);
    }
    out->failed = out->failed || !text;
    free(text);
}

static bool is_source(const struct assay_page *page, const char *source)
{
    return page->profile->source && strcmp(page->profile->source, source) == 0;
}

/* Always printed. */
static char *closure_words(const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    double sum = 1 + profile->closure;
    if (page->cost == ASSAY_PAGE_INSTRUCTIONS) {
        return assay_copy("none is needed: instructions are counted, not timed");
    }
    if (page->cost == ASSAY_PAGE_ALLOCATIONS) {
        return assay_copy("none is needed: allocations are counted, not timed");
    }
    if (is_source(page, "cProfile")) {
        return isfinite(sum)
                   ? assay_formatted("cProfile's times sum to %.3g times the plain time, its own cost included", sum)
                   : assay_copy("not known: no plain time to hold cProfile's against");
    }
    if (!isfinite(sum)) {
        return assay_copy("not known: no times by hooks");
    }
    char *apart = assay_page_points(page, fabs(profile->closure));
    char *text = !apart ? NULL
                        : assay_formatted("the hooks' corrected times sum to %.3f of the plain time, %s %s", sum, apart,
                                          profile->closure < 0 ? "too little" : "too much");
    free(apart);
    return text;
}

/* "18.2 +-0.3 ns" */
static void append_cost(struct assay_text *line, const struct assay_page *page, double cost, double spread)
{
    assay_text_format(line, "%.1f", cost);
    if (isfinite(spread)) {
        assay_text_format(line, " %s%.1f", assay_sign_plus_minus(page->options->unicode), spread);
    }
    assay_text_append(line, " ns");
}

static char *hooks_words(const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    struct assay_text line = ASSAY_TEXT_INIT;
    if (isfinite(profile->inside_ns)) {
        append_cost(&line, page, profile->inside_ns, profile->inside_spread_ns);
        assay_text_append(&line, " inside and ");
        append_cost(&line, page, profile->outside_ns, profile->outside_spread_ns);
        assay_text_append(&line, " outside a call, subtracted");
    }
    if (isfinite(profile->dilation)) {
        assay_text_format(&line, "%sthe run took %.3g times as long with them", line.length ? "; " : "",
                          profile->dilation);
    }
    if (profile->timed_share < 1) {
        char *share = assay_page_points(page, profile->timed_share);
        assay_text_format(&line, "%s%s of the calls timed, all counted", line.length ? "; " : "", share ? share : "");
        free(share);
    }
    if (profile->threads > 1) {
        assay_text_format(&line, "%s%.0f threads", line.length ? "; " : "", profile->threads);
    }
    assay_text_append(&line, "");
    return assay_text_take(&line);
}

/* What was lost, in words; "" where nothing was. */
static char *losses_words(const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    struct assay_text line = ASSAY_TEXT_INIT;
    assay_text_append(&line, "");
    if (profile->lost_calls > 0) {
        assay_text_format(&line, "%.0f calls were not counted", profile->lost_calls);
    }
    if (profile->folded_calls > 0) {
        assay_text_format(&line, "%s%.0f calls deeper than the tree goes are counted by function, not by context",
                          line.length ? "; " : "", profile->folded_calls);
    }
    if (profile->jumps > 0) {
        assay_text_format(&line, "%s%.0f frames were left without a return (longjmp, ends of threads)",
                          line.length ? "; " : "", profile->jumps);
    }
    return assay_text_take(&line);
}

static void append_share(struct assay_text *line, const struct assay_page *page, const char *lead, double share)
{
    if (isfinite(share)) {
        char *text = assay_page_points(page, share);
        assay_text_format(line, "%s %s", lead, text ? text : "");
        line->failed = line->failed || !text;
        free(text);
    }
}

static char *samples_words(const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    struct assay_text line = ASSAY_TEXT_INIT;
    if (!isfinite(profile->sample_count)) {
        return profile->sampler ? assay_formatted("none: %s", profile->sampler) : assay_copy("");
    }
    assay_text_format(&line, "%.0f", profile->sample_count);
    if (profile->sampler) {
        assay_text_format(&line, " by %s", profile->sampler);
    }
    if (isfinite(profile->period_ns)) {
        char *period = assay_cell_ns(profile->period_ns, page->options->unicode);
        assay_text_format(&line, ", %s apart", period ? period : "");
        free(period);
    }
    append_share(&line, page, "; not seen", profile->missing);
    append_share(&line, page, ", unresolved", profile->unresolved);
    append_share(&line, page, ", restored", profile->restored);
    if (isfinite(profile->precision)) {
        assay_text_format(&line, "; precision %s%.1f points", assay_sign_plus_minus(page->options->unicode),
                          profile->precision * 100);
    }
    if (isfinite(profile->sampled_slowdown)) {
        bool slower = profile->sampled_slowdown >= 0;
        append_share(&line, page, slower ? "; slowed by" : "; faster than plain by", fabs(profile->sampled_slowdown));
    }
    return assay_text_take(&line);
}

/* Lines on what stands in the rows that are shown. */
static void append_legend(struct assay_text *out, const struct assay_page *page)
{
    bool inlined = false, bounded = false;
    for (size_t i = 0; i < page->row_count; i++) {
        const struct assay_profile_function_row *row = &page->profile->functions[page->rows[i]];
        inlined = inlined || row->kind == ASSAY_FUNCTION_INLINED;
        bounded = bounded || (page->sampled && isfinite(row->at_most));
    }
    if (inlined) {
        char *lead = assay_formatted("%s: ", assay_mark_inlined(page->options));
        append_led_take(out, lead ? lead : "",
                        assay_copy(page->sampled
                                       ? "own time by line table; with its callers' it is the symbol's (--fold)"
                                       : "has no code of its own; --fold books it to its callers"),
                        page->options);
        free(lead);
    }
    if (bounded) {
        char *lead = assay_formatted("%s: ", assay_sign_at_most(page->options->unicode));
        append_led_take(out, lead ? lead : "", assay_copy("fewer than 30 samples ended there: an upper bound, at 95 %"),
                        page->options);
        free(lead);
    }
}

void assay_page_append_notes(struct assay_text *out, const struct assay_page *page)
{
    const struct assay_report_options *options = page->options;
    const struct {
        const char *lead;
        char *text;
    } lines[] = { { "closure: ", closure_words(page) },
                  { "hooks: ", hooks_words(page) },
                  { "samples: ", samples_words(page) },
                  { "lost: ", losses_words(page) } };
    assay_text_append_char(out, '\n');
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        if (lines[i].text && !lines[i].text[0]) {
            free(lines[i].text);
            continue;
        }
        append_led_take(out, lines[i].lead, lines[i].text, options);
    }
    append_legend(out, page);
    for (size_t i = 0; i < page->profile->note_count; i++) {
        append_led_take(out, "note: ", assay_copy(page->profile->notes[i]), options);
    }
}
