/* The text report of profiles: what pstats prints above its table, the table, and what must be known below it; of two
 * profiles first how they differ. */
#include "reports/profiles/text.h"

#include "reports/cells.h"
#include "reports/text/lines.h"
#include "reports/text/text.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN 3 /* pstats' lines begin there */

void assay_page_append_line_take(struct assay_text *out, char *text, const struct assay_report_options *options)
{
    char *lead = assay_formatted("%*s", MARGIN, "");
    if (text && lead) {
        assay_line_append_led(out, lead, text, MARGIN + 2, options);
    }
    out->failed = out->failed || !text || !lead;
    free(lead);
    free(text);
}

/* ---- above the table ---- */

/* pstats prints three decimals; as many more as three digits need. */
static void append_seconds(struct assay_text *out, double seconds)
{
    double digits = seconds > 0 ? 2 - floor(log10(seconds)) : 3;
    assay_text_format(out, "%.*f seconds", (int)fmin(12, fmax(3, digits)), seconds);
}

/* "1232 function calls (1232 primitive calls) in 0.000258 seconds" */
static void append_calls(struct assay_text *out, const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    struct assay_text line = ASSAY_TEXT_INIT;
    double own = 0, bytes = 0;
    for (size_t i = 0; i < profile->function_count; i++) {
        own += isfinite(profile->functions[i].own) ? profile->functions[i].own : 0;
        bytes += isfinite(profile->functions[i].second) ? profile->functions[i].second : 0;
    }
    if (isfinite(profile->calls)) {
        char *calls = assay_count_text(profile->calls);
        char *primitive =
            assay_count_text(isfinite(profile->primitive_calls) ? profile->primitive_calls : profile->calls);
        assay_text_format(&line, "%s function calls (%s primitive calls)", calls ? calls : "",
                          primitive ? primitive : "");
        free(calls);
        free(primitive);
    } else {
        assay_text_append(&line, "function calls not counted");
    }
    if (page->cost == ASSAY_PAGE_TIME) {
        assay_text_append(&line, " in ");
        append_seconds(&line, profile->plain_ns * 1e-9);
    } else if (page->cost == ASSAY_PAGE_INSTRUCTIONS) {
        assay_text_format(&line, ", %.0f instructions", own);
    } else {
        assay_text_format(&line, ", %.0f allocations of %.0f bytes in all", own, bytes);
    }
    char *text = assay_text_take(&line);
    if (text) {
        assay_line_append_led(out, "         ", text, MARGIN + 2, page->options);
    }
    out->failed = out->failed || !text;
    free(text);
    assay_text_append_char(out, '\n');
}

static const char *source_words(const struct assay_page *page)
{
    static const char *const words[][2] = {
        { "samples", "own times by samples of the plain build" },
        { "hooks", "times by hooks, their own cost subtracted" },
        { "callgrind", "instructions by callgrind, exact" },
        { "cProfile", "times by cProfile, its own cost included" },
        { "allocations", "counted by calling context, exact" },
    };
    const char *source = page->profile->source;
    for (size_t i = 0; source && i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(source, words[i][0]) == 0) {
            return words[i][1];
        }
    }
    return source;
}

char *assay_page_what(const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    struct assay_text line = ASSAY_TEXT_INIT;
    const char *source = source_words(page);
    if (page->cost == ASSAY_PAGE_TIME) {
        assay_text_format(&line, "times in %s, of one iteration", page->unit);
    } else {
        assay_text_append(&line, "of one iteration");
    }
    if (source) {
        assay_text_format(&line, "; %s", source);
    }
    if (page->sampled && profile->round_count) {
        assay_text_format(&line, " in %zu process%s", profile->round_count, profile->round_count == 1 ? "" : "es");
    }
    if (isfinite(profile->iterations) && profile->iterations > 0) {
        assay_text_format(&line, "; %.0f iterations in all", profile->iterations);
    }
    return assay_text_take(&line);
}

static void append_plain(struct assay_text *out, const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    bool unicode = page->options->unicode;
    struct assay_text line = ASSAY_TEXT_INIT;
    if (!isfinite(profile->plain_ns)) {
        return;
    }
    char *time = assay_cell_ns(profile->plain_ns, unicode);
    assay_text_format(&line, "plain time %s", time ? time : "");
    free(time);
    if (isfinite(profile->plain_low) && isfinite(profile->plain_high)) {
        char *low = assay_cell_ns(profile->plain_low, unicode);
        char *high = assay_cell_ns(profile->plain_high, unicode);
        assay_text_format(&line, " [%s, %s]", low ? low : "", high ? high : "");
        free(low);
        free(high);
    }
    if (profile->items > 0) {
        char *each = assay_cell_ns(profile->plain_ns / profile->items, unicode);
        assay_text_format(&line, "; %.15g item%s an iteration: %s", profile->items, profile->items == 1 ? "" : "s",
                          each ? each : "");
        if (isfinite(profile->calls)) {
            assay_text_format(&line, " and %.3g calls", profile->calls / profile->items);
        }
        assay_text_append(&line, " an item");
        free(each);
    }
    assay_page_append_line_take(out, assay_text_take(&line), page->options);
}

static void append_above(struct assay_text *out, const struct assay_page *page)
{
    const struct assay_report_options *options = page->options;
    append_calls(out, page);
    assay_page_append_line_take(out, assay_page_what(page), options);
    append_plain(out, page);
    if (page->benchmark->build) {
        assay_page_append_line_take(out, assay_formatted("build %s", page->benchmark->build), options);
    }
    assay_text_append_char(out, '\n');
    char *order = assay_page_order(page);
    assay_page_append_line_take(out, order ? assay_formatted("Ordered by: %s", order) : NULL, options);
    free(order);
    if (page->note) { /* a line for each restriction */
        char *copy = assay_copy(page->note);
        char *rest = copy;
        for (char *line = strsep(&rest, "\n"); line; line = strsep(&rest, "\n")) {
            if (line[strspn(line, " ")]) {
                assay_page_append_line_take(out, assay_copy(line + strspn(line, " ")), options);
            }
        }
        out->failed = out->failed || !copy;
        free(copy);
    }
    assay_text_append_char(out, '\n');
}

/* ---- one profile ---- */

static void append_title(struct assay_text *out, const struct assay_page *page)
{
    size_t column = 0;
    const struct assay_report_options *options = page->options;
    char *name = assay_cell_clean(page->benchmark->id, options->unicode);
    assay_style_append(out, name ? name : "", ASSAY_STYLE_BOLD, options->color);
    column = name ? assay_utf8_width(name) : 0;
    out->failed = out->failed || !name;
    free(name);
    assay_text_append_session(out, &column, page->document, options);
    assay_text_append(out, "\n\n");
}

static void append_assembly(struct assay_text *out, const struct assay_page *page)
{
    const char *at = page->view->assembly;
    if (!at) {
        return;
    }
    assay_line_append_title(out, "instructions", page->options);
    while (*at) {
        size_t length = strcspn(at, "\n");
        char *line = assay_copy_bytes(at, length);
        char *clean = line ? assay_cell_clean(line, page->options->unicode) : NULL;
        assay_text_format(out, "%s\n", clean ? clean : "");
        out->failed = out->failed || !clean;
        free(line);
        free(clean);
        at += length + (at[length] == '\n');
    }
}

static void append_page(struct assay_text *out, const struct assay_page *page)
{
    append_title(out, page);
    append_above(out, page);
    if (page->view->callers) {
        assay_page_append_edges(out, page, false);
    }
    if (page->view->callers && page->view->callees) {
        assay_text_append_char(out, '\n');
    }
    if (page->view->callees) {
        assay_page_append_edges(out, page, true);
    }
    if (!page->view->callers && !page->view->callees) {
        assay_page_append_table(out, page);
    }
    if (page->view->lines) {
        assay_page_append_lines(out, page);
    }
    if (page->index + 1 == page->document->profile_count) { /* it is of all of them */
        append_assembly(out, page);
    }
    assay_page_append_notes(out, page);
}

/* ---- the document ---- */

static int append_all(struct assay_text *out, const struct assay_document *document, const struct assay_page *pages,
                      struct assay_error *error)
{
    for (size_t i = 0; i < document->difference_count; i++) {
        const struct assay_profile_difference *difference = &document->differences[i];
        if (difference->base >= document->profile_count || difference->head >= document->profile_count) {
            return assay_fail(error, ASSAY_EINPUT, "difference %zu is of a profile that is not there", i);
        }
        assay_difference_append(out, difference, &pages[difference->base], &pages[difference->head]);
        assay_text_append_char(out, '\n');
    }
    for (size_t i = 0; i < document->profile_count; i++) {
        assay_text_append(out, i ? "\n" : "");
        append_page(out, &pages[i]);
    }
    return 0;
}

int assay_text_append_profiles(struct assay_text *out, const struct assay_report_model *model,
                               const struct assay_report_options *options, struct assay_error *error)
{
    const struct assay_document *document = model->document;
    struct assay_page *pages = calloc(document->profile_count, sizeof *pages);
    int result = pages ? 0 : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    for (size_t i = 0; i < document->profile_count && !result; i++) {
        result = assay_page_open(&pages[i], document, i, options, error);
    }
    if (!result) {
        result = append_all(out, document, pages, error);
    }
    if (!result) {
        assay_text_append_failures(out, model, options);
        assay_text_append_warnings(out, model, options);
    }
    for (size_t i = 0; pages && i < document->profile_count; i++) {
        assay_page_release(&pages[i]);
    }
    free(pages);
    return result;
}
