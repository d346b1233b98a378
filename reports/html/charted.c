/* Which benchmarks of the page have charts, where there are too many for all. Knows no chart. */
#include "reports/html/parts.h"

#include <stdlib.h>

/* What a reader looks for first, and therefore keeps its charts. */
enum wanted { FAILED_OR_CHANGED, FLAGGED, ALL, WISHES };

static bool is_flagged(const struct assay_benchmark *benchmark)
{
    return benchmark->flag_count > 0;
}

/* Marks both sides of comparisons that found a difference. */
static void mark_changed(bool *changed, const struct assay_document *document)
{
    for (size_t i = 0; i < document->comparison_count; i++) {
        const struct assay_comparison *comparison = &document->comparisons[i];
        bool differs = comparison->verdict == ASSAY_VERDICT_SLOWER || comparison->verdict == ASSAY_VERDICT_FASTER ||
                       comparison->verdict == ASSAY_VERDICT_SHIFTED;
        if (differs) {
            changed[comparison->base] = changed[comparison->head] = true;
        }
    }
}

static size_t choose_part(bool *charted, const bool *changed, const struct assay_document *document, enum wanted wanted,
                          size_t room)
{
    size_t chosen = 0;
    for (size_t i = 0; i < document->benchmark_count && chosen < room; i++) {
        const struct assay_benchmark *benchmark = &document->benchmarks[i];
        bool fits = wanted == ALL || (wanted == FLAGGED && is_flagged(benchmark)) ||
                    (wanted == FAILED_OR_CHANGED && (changed[i] || benchmark->status != ASSAY_STATUS_OK));
        if (fits && benchmark->samples.count > 0 && !charted[i]) {
            charted[i] = true;
            chosen++;
        }
    }
    return chosen;
}

static void choose(struct assay_html *page, bool *const *changed)
{
    size_t room = ASSAY_HTML_CHARTED;
    for (unsigned wanted = 0; wanted < WISHES; wanted++) {
        for (size_t i = 0; i < page->report->part_count; i++) {
            room -=
                choose_part(page->charted[i], changed[i], page->report->parts[i].document, (enum wanted)wanted, room);
        }
    }
}

static void release(bool **flags, size_t count)
{
    for (size_t i = 0; flags && i < count; i++) {
        free(flags[i]);
    }
    free(flags);
}

static bool **flags_new(const struct assay_report *report)
{
    bool **flags = calloc(report->part_count, sizeof *flags);
    for (size_t i = 0; flags && i < report->part_count; i++) {
        flags[i] = calloc(report->parts[i].document->benchmark_count + 1, sizeof **flags);
        if (!flags[i]) {
            release(flags, report->part_count);
            return NULL;
        }
    }
    return flags;
}

bool assay_html_choose(struct assay_html *page)
{
    const struct assay_report *report = page->report;
    bool **changed = flags_new(report);
    page->charted = flags_new(report);
    bool made = changed && page->charted;
    for (size_t i = 0; made && i < report->part_count; i++) {
        const struct assay_document *document = report->parts[i].document;
        mark_changed(changed[i], document);
        for (size_t k = 0; k < document->benchmark_count; k++) {
            page->with_samples += document->benchmarks[k].samples.count > 0;
        }
    }
    if (made) {
        size_t charts = 2 * (page->with_samples < ASSAY_HTML_CHARTED ? page->with_samples : ASSAY_HTML_CHARTED);
        size_t share = ASSAY_HTML_POINTS / (charts ? charts : 1);
        page->points = share < ASSAY_HTML_LEAST_POINTS ? ASSAY_HTML_LEAST_POINTS : share;
        choose(page, changed);
    }
    release(changed, report->part_count);
    return made;
}

size_t assay_html_points(const struct assay_html *page, size_t series)
{
    size_t share = page->points / (series ? series : 1);
    return share < ASSAY_HTML_LEAST_SHARE ? ASSAY_HTML_LEAST_SHARE : share;
}

void assay_html_unchoose(struct assay_html *page)
{
    release(page->charted, page->report->part_count);
    page->charted = NULL;
}
