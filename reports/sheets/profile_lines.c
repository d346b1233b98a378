/* The hottest source lines of a profile. Reads no source: a report shows what its document knows. */
#include "reports/sheets/sheets.h"

#include "base/text.h"
#include "reports/profiles/text.h"

#include <math.h>
#include <stdlib.h>

enum { LINES_MOST = 50 };
enum column { PLACE, SHARE, SAMPLES, EXECUTED };

static void put_line(struct assay_sheet *sheet, const struct assay_page *page, const struct assay_profile_line *line)
{
    struct assay_sheet_row *row = assay_sheet_add(sheet);
    assay_sheet_put_take(sheet, row, PLACE, assay_page_place(page, line), NAN, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, SHARE, assay_page_points(page, line->share), line->share, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, SAMPLES,
                         isfinite(line->samples) ? assay_formatted("%.0f", line->samples) : assay_copy(""),
                         line->samples, ASSAY_TONE_PLAIN);
    assay_sheet_put_take(sheet, row, EXECUTED, assay_page_calls(page, line->count, line->count), line->count,
                         ASSAY_TONE_PLAIN);
}

bool assay_sheets_lines(struct assay_section *section, const struct assay_page *page, size_t part)
{
    size_t count = page->document->profiles[page->index].line_count;
    const struct assay_profile_line **lines = count > 0 ? assay_page_hottest(page) : NULL;
    struct assay_sheet *sheet = lines ? assay_section_add(section, "lines", part, page->index) : NULL;
    if (!sheet) {
        free(lines);
        return count == 0;
    }
    assay_sheet_title_take(sheet, assay_formatted("%s: hot lines", page->benchmark->id));
    if (count > LINES_MOST) {
        assay_sheet_note_take(sheet, assay_formatted("The hottest %d of %zu lines.", LINES_MOST, count));
    }
    assay_sheet_column(sheet, "line", "file:line(function)", false);
    assay_sheet_column(sheet, "share", "of the wall time, by samples", true);
    assay_sheet_column(sheet, "samples", NULL, true);
    assay_sheet_column(sheet, "executed", "times an iteration, exact, by the coverage build", true);
    for (size_t i = 0; i < count && i < LINES_MOST; i++) {
        put_line(sheet, page, lines[i]);
    }
    assay_sheet_trim(sheet);
    free(lines);
    return true;
}
