/* Text from outside in the page, and the small elements that parts share. Knows no part. */
#include "reports/html/parts.h"

#include "reports/cells.h"

#include <stdlib.h>
#include <string.h>

char *assay_html_clean(const char *text)
{
    return assay_cell_clean(text, true);
}

void assay_html_take(struct assay_text *out, char *text)
{
    if (!text) {
        out->failed = true;
        return;
    }
    assay_html_text(out, text);
    free(text);
}

void assay_html_text(struct assay_text *out, const char *text)
{
    char *clean = assay_html_clean(text);
    if (!clean) {
        out->failed = true;
        return;
    }
    assay_svg_escape(out, clean);
    free(clean);
}

void assay_html_lower(struct assay_text *out, const char *text)
{
    char *copy = assay_copy(text ? text : "");
    for (char *at = copy; at && *at; at++) {
        if (*at >= 'A' && *at <= 'Z') {
            *at = (char)(*at - 'A' + 'a');
        }
    }
    assay_html_take(out, copy);
}

/* Texts of the report set commands in backquotes; an odd one is a backquote. */
void assay_html_words(struct assay_text *out, const char *text)
{
    size_t marks = 0;
    for (const char *at = text; at && *at; at++) {
        marks += *at == '`';
    }
    if (marks == 0 || marks % 2 != 0) {
        assay_html_text(out, text);
        return;
    }
    bool code = false;
    for (const char *at = text; at;) {
        const char *mark = strchr(at, '`');
        assay_html_take(out, mark ? assay_copy_bytes(at, (size_t)(mark - at)) : assay_copy(at));
        if (mark) {
            assay_text_append(out, code ? "</code>" : "<code>");
        }
        code = !code;
        at = mark ? mark + 1 : NULL;
    }
}

void assay_html_paragraph(struct assay_text *out, const char *class, const char *text)
{
    if (!text || !text[0]) {
        return;
    }
    if (class) {
        assay_text_format(out, "<p class=\"%s\">", class);
    } else {
        assay_text_append(out, "<p>");
    }
    assay_html_words(out, text);
    assay_text_append(out, "</p>\n");
}

void assay_html_heading(struct assay_text *out, const char *text)
{
    if (text && text[0]) {
        assay_text_append(out, "<h3>");
        assay_html_text(out, text);
        assay_text_append(out, "</h3>\n");
    }
}

void assay_html_figure_open(struct assay_text *out, const char *id, const char *kind)
{
    assay_text_format(out, "<figure class=\"chart %s\" id=\"%s\">", kind, id);
}

void assay_html_figure_close(struct assay_text *out, const char *summary)
{
    assay_text_append(out, "<figcaption>");
    assay_html_text(out, summary);
    assay_text_append(out, "</figcaption></figure>\n");
}

static void release_chart(struct assay_html_chart *chart)
{
    free(chart->svg);
    free(chart->title);
    free(chart->words);
}

static char *clean_take(char *text)
{
    char *clean = text ? assay_html_clean(text) : NULL;
    free(text);
    return clean;
}

bool assay_html_chart_open_take(struct assay_html_chart *chart, struct assay_text *out, const char *kind, char *id,
                                char *title, char *words)
{
    chart->svg = id ? assay_formatted("%s-svg", id) : NULL;
    chart->title = clean_take(title);
    chart->words = clean_take(words);
    chart->text = (struct assay_svg_text){ chart->svg, chart->title, chart->words };
    bool made = chart->svg && chart->title && chart->words;
    if (made) {
        assay_html_figure_open(out, id, kind);
    } else {
        release_chart(chart);
        out->failed = true;
    }
    free(id);
    return made;
}

void assay_html_chart_close(struct assay_html_chart *chart, struct assay_text *out)
{
    assay_html_figure_close(out, chart->words);
    release_chart(chart);
}

/* Where the file lay is nobody's business who reads the page. */
char *assay_html_part_name(const struct assay_report *report, size_t part)
{
    const char *name = report->parts[part].name ? report->parts[part].name : "";
    const char *slash = strrchr(name, '/');
    name = slash ? slash + 1 : name;
    return name[0] ? assay_html_clean(name) : assay_formatted("document %zu", part + 1);
}
