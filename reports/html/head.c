/* What comes before the verdict: policy, style, title, links and tools. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

#include <string.h>

static void append_policy(struct assay_text *out)
{
    char digest[52];
    assay_pack_digest(digest, assay_html_script, assay_html_script_length);
    /* Nothing is loaded: no address, no plug-in, no other script, whatever stands in a name. */
    assay_text_format(out,
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '%s'; "
                      "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\"/>\n",
                      digest);
}

static void append_head(struct assay_text *out, const struct assay_report *report)
{
    assay_text_append(out,
                      "<!DOCTYPE html>\n<!-- " ASSAY_PAGE_SCHEMA
                      "1: made by assay; `assay report PAGE.html -o result.json` reads the document back out of it "
                      "-->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
    append_policy(out);
    assay_text_append(out,
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
                      "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
                      "<meta name=\"generator\" content=\"assay\"/>\n<link rel=\"icon\" href=\"data:,\"/>\n<title>");
    assay_html_text(out, report->title);
    assay_text_append(out, " \xc2\xb7 assay</title>\n<style>\n");
    assay_text_append_bytes(out, assay_html_chart_style, assay_html_chart_style_length);
    assay_text_append_bytes(out, assay_html_style, assay_html_style_length);
    assay_text_append(out, "</style>\n</head>\n");
}

static void append_links(struct assay_text *out, const struct assay_report *report)
{
    assay_text_append(out, "<nav aria-label=\"Sections\"><ul><li><a href=\"#verdict\">Verdict</a></li>");
    for (size_t i = 0; i < ASSAY_SECTION_COUNT; i++) {
        const struct assay_section *section = &report->sections[i];
        if (section->sheet_count > 0) {
            assay_text_format(out, "<li><a href=\"#%s\">%s</a></li>", section->id, section->title);
        }
    }
    assay_text_append(out,
                      "<li><a href=\"#reading\">How to read</a></li><li><a href=\"#data\">Data</a></li></ul></nav>\n");
}

static bool has_same(const struct assay_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        const struct assay_report_comparisons *comparisons = report->parts[i].comparisons;
        if (comparisons && comparisons->counts[ASSAY_VERDICT_SAME] > 0) {
            return true;
        }
    }
    return false;
}

/* Hidden until the script is there to serve them. */
static void append_tools(struct assay_text *out, const struct assay_report *report)
{
    assay_text_append(out, "<div id=\"tools\" hidden=\"hidden\"><label for=\"search\">Search</label>"
                           "<input id=\"search\" type=\"search\" placeholder=\"name or word\" autocomplete=\"off\"/>");
    if (has_same(report)) {
        assay_text_append(out, "<label class=\"choice\"><input id=\"hide-same\" type=\"checkbox\"/> hide same</label>");
    }
    assay_text_append(out, "<button id=\"theme\" type=\"button\">Theme</button>"
                           "<button id=\"save\" type=\"button\">Save data</button></div>\n");
}

void assay_html_head(struct assay_html *page)
{
    struct assay_text *out = &page->text;
    append_head(out, page->report);
    assay_text_append(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header>\n"
                           "<div class=\"headline\"><h1 id=\"title\">");
    assay_html_text(out, page->report->title);
    assay_text_append(out, "</h1>\n");
    assay_html_paragraph(out, "origin", page->report->origin);
    assay_text_append(out, "</div>\n");
    append_links(out, page->report);
    append_tools(out, page->report);
    assay_text_append(out, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
    assay_html_flush(page);
}
