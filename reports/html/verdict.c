/* What a person reads first, as the top of the page. All its words are the report's. */
#include "reports/html/parts.h"

#include <string.h>

/* One of the two ends: "Worst" and the words, a link where there is something to see. */
static void append_end(struct assay_text *out, const char *id, const char *label, const char *words, const char *leads)
{
    if (!words || !words[0]) {
        return;
    }
    assay_text_format(out, "<p class=\"fact\" id=\"%s\"><span class=\"label\">%s</span> ", id, label);
    if (leads) {
        assay_text_append(out, "<a href=\"#");
        assay_html_text(out, leads);
        assay_text_append(out, "\">");
    }
    assay_html_text(out, words);
    assay_text_append(out, leads ? "</a></p>\n" : "</p>\n");
}

static void append_trust(struct assay_text *out, const struct assay_report_verdict *verdict)
{
    static const char *const tokens[] = { "not-known", "poor", "fair", "good" };
    assay_text_format(out, "<p class=\"fact\" id=\"trust\" data-trust=\"%s\"><span class=\"label\">Trust</span> ",
                      tokens[(unsigned)verdict->trust < 4 ? verdict->trust : 0]);
    assay_html_text(out, verdict->trust_words);
    assay_text_append(out, "</p>\n");
}

/* Lines, folded: their number stands beside the title. */
static void append_lines(struct assay_text *out, const char *id, const char *title, char *const *lines, size_t count)
{
    if (count == 0) {
        return;
    }
    assay_text_format(out, "<details id=\"%s\"><summary>%s (%zu)</summary><ul>\n", id, title, count);
    for (size_t i = 0; i < count; i++) {
        assay_text_append(out, "<li>");
        assay_html_words(out, lines[i]);
        assay_text_append(out, "</li>\n");
    }
    assay_text_append(out, "</ul></details>\n");
}

void assay_html_verdict(struct assay_html *page)
{
    const struct assay_report *report = page->report;
    const struct assay_report_verdict *verdict = &report->verdict;
    struct assay_text *out = &page->text;
    /* The report's tones are those of a cell: what is muted there is plain here. */
    enum assay_tone tone = verdict->tone == ASSAY_TONE_MUTED ? ASSAY_TONE_PLAIN : verdict->tone;
    assay_text_format(out, "<section id=\"verdict\" data-tone=\"%s\"><h2>Verdict</h2>\n<p id=\"sentence\">",
                      assay_tone_word(tone));
    assay_html_text(out, verdict->sentence);
    assay_text_append(out, "</p>\n<p id=\"counts\">");
    assay_html_text(out, verdict->counts);
    assay_text_append(out, "</p>\n<div class=\"facts\">\n");
    append_end(out, "worst", "Worst", verdict->worst, verdict->worst_id);
    append_end(out, "best", "Best", verdict->best, verdict->best_id);
    append_trust(out, verdict);
    assay_text_append(out, "</div>\n");
    append_lines(out, "reasons", "Why, and what can be done", verdict->reasons, verdict->reason_count);
    append_lines(out, "warnings", "Warnings", report->warnings, report->warning_count);
    assay_text_append(out, "</section>\n");
    assay_html_flush(page);
}
