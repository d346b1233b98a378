/* The environment: what differs between columns first, then all that is known. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

#define OPEN_ROWS 12

/* Many facts are folded, so that differences stand out and the way to what follows is short. */
static void append_sheet(struct assay_text *out, const struct assay_sheet *sheet)
{
    bool folded = sheet->row_count > OPEN_ROWS;
    if (folded) {
        assay_text_format(out, "<details class=\"facts-of\" id=\"%s-all\"><summary>", sheet->id);
        assay_html_text(out, sheet->title && sheet->title[0] ? sheet->title : "All facts");
        assay_text_format(out, " (%zu)</summary>\n", sheet->row_count);
    }
    assay_html_sheet(out, sheet);
    assay_text_append(out, folded ? "</details>\n" : "");
}

void assay_html_environment(struct assay_html *page)
{
    const struct assay_section *section = &page->report->sections[ASSAY_SECTION_ENVIRONMENT];
    if (!assay_html_open(page, ASSAY_SECTION_ENVIRONMENT)) {
        return;
    }
    assay_html_columns(&page->text, &section->sheets[0]);
    for (size_t i = 0; i < section->sheet_count; i++) {
        append_sheet(&page->text, &section->sheets[i]);
        assay_html_flush(page);
    }
    assay_html_close(page);
}
