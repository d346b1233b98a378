/* The hottest source lines of a profile as a table. Reads no source: a page shows what its document knows. */
#include "reports/html/page.h"
#include "reports/html/profile_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LINES_MOST = 50 };
enum column { PLACE, SHARE, SAMPLES, EXECUTED };

static double known(double value)
{
    return isfinite(value) ? value : 0;
}

static int hotter_first(const void *a, const void *b)
{
    const struct assay_profile_line *x = *(const struct assay_profile_line *const *)a;
    const struct assay_profile_line *y = *(const struct assay_profile_line *const *)b;
    double first = known(x->samples) - known(y->samples);
    first = first != 0 ? first : known(x->count) - known(y->count);
    return first > 0 ? -1 : first < 0 ? 1 : x < y ? -1 : x > y;
}

static void put_line(struct assay_sheet *sheet, const struct assay_page *page, const struct assay_profile_line *line)
{
    const char *slash = line->file ? strrchr(line->file, '/') : NULL;
    const char *file = slash ? slash + 1 : line->file ? line->file : "?";
    const struct assay_profile *profile = page->profile;
    const char *name = line->function < profile->function_count ? profile->functions[line->function].name : "?";
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    assay_sheet_put_take(sheet, row, PLACE, assay_formatted("%s:%u(%s)", file, line->line, name), NAN,
                         ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, SHARE, assay_page_points(page, line->share), line->share, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, SAMPLES,
                         isfinite(line->samples) ? assay_formatted("%.0f", line->samples) : assay_copy(""),
                         line->samples, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, EXECUTED, assay_page_calls(page, line->count, line->count), line->count,
                         ASSAY_TONE_PLAIN);
}

static void fill(struct assay_sheet *sheet, const struct assay_page *page)
{
    const struct assay_profile *profile = page->profile;
    const struct assay_profile_line **lines = calloc(profile->line_count + 1, sizeof(void *));
    assay_sheet_column(sheet, "line", "file:line(function)", false);
    assay_sheet_column(sheet, "share", "of the wall time, by samples", true);
    assay_sheet_column(sheet, "samples", NULL, true);
    assay_sheet_column(sheet, "executed", "times an iteration, exact, by the coverage build", true);
    for (size_t i = 0; lines && i < profile->line_count; i++) {
        lines[i] = &profile->lines[i];
    }
    if (lines) {
        qsort(lines, profile->line_count, sizeof(void *), hotter_first);
    }
    for (size_t i = 0; lines && i < profile->line_count && i < LINES_MOST; i++) {
        put_line(sheet, page, lines[i]);
    }
    sheet->failed = sheet->failed || !lines;
    free(lines);
}

void assay_html_lines(struct assay_text *out, const struct assay_page *page, size_t part)
{
    struct assay_sheet sheet = { .part = part, .index = page->index };
    size_t count = page->profile->line_count;
    if (count == 0) {
        return;
    }
    sheet.id = assay_formatted("lines%zu-%zu", part, page->index);
    sheet.title = assay_formatted("%s: hot lines", page->benchmark->id);
    sheet.note = count > LINES_MOST ? assay_formatted("The hottest %d of %zu lines.", LINES_MOST, count) : NULL;
    fill(&sheet, page);
    assay_sheet_trim(&sheet);
    sheet.failed = sheet.failed || !sheet.id || !sheet.title || (count > LINES_MOST && !sheet.note);
    out->failed = out->failed || sheet.failed;
    if (!out->failed) {
        assay_html_sheet(out, &sheet);
    }
    assay_sheet_release(&sheet);
}
