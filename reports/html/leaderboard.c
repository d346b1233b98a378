/* The leaderboard: a table a group, ranks as the report has them. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

void assay_html_leaderboard(struct assay_html *page)
{
    const struct assay_section *section = &page->report->sections[ASSAY_SECTION_LEADERBOARD];
    if (!assay_html_open(page, ASSAY_SECTION_LEADERBOARD)) {
        return;
    }
    assay_html_columns(&page->text, &section->sheets[0]);
    for (size_t i = 0; i < section->sheet_count; i++) {
        static char untitled[] = "Benchmarks of no group";
        struct assay_sheet sheet = section->sheets[i];
        sheet.title = sheet.title && sheet.title[0] ? sheet.title : untitled;
        assay_html_sheet(&page->text, &sheet);
        assay_html_flush(page);
    }
    assay_html_close(page);
}
