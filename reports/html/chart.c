/* One chart of the page as an SVG file: what is drawn there, cut out, with its colours. Draws nothing itself. */
#include "reports/html/page.h"

#include "reports/html/parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LABELLED " aria-labelledby=\""
#define NAMED_MOST 12 /* charts that a refusal names */

struct chart { /* pieces of the page */
    const char *element, *end;
    const char *id; /* as the page has it: its figure's */
    int id_length;
    double width, height;
};

/* The chart at or behind `at`; false: none. What has no title is no chart: marks of a legend, patterns. */
static bool next_chart(struct chart *chart, const char *at)
{
    for (const char *element; (element = strstr(at, "<svg ")) != NULL; at = element + 1) {
        const char *close = strchr(element, '>'), *label = strstr(element, LABELLED), *box = strstr(element, "viewBox=\"");
        const char *end = strstr(element, "</svg>");
        if (!close || !end || !label || label > close || !box || box > close) {
            continue;
        }
        *chart = (struct chart){ .element = element, .end = end, .id = label + strlen(LABELLED) };
        const char *title = strstr(chart->id, "-title");
        size_t length = title ? (size_t)(title - chart->id) : 0;
        length -= length > 4 && strncmp(chart->id + length - 4, "-svg", 4) == 0 ? 4 : 0;
        chart->id_length = (int)length;
        return sscanf(box, "viewBox=\"0 0 %lf %lf\"", &chart->width, &chart->height) == 2;
    }
    return false;
}

static int refuse(const char *page, const char *wanted, struct assay_error *error)
{
    struct assay_text names = ASSAY_TEXT_INIT;
    struct chart chart;
    size_t count = 0;
    for (const char *at = page; next_chart(&chart, at); at = chart.end, count++) {
        if (count < NAMED_MOST) {
            assay_text_format(&names, "%s%.*s", count ? ", " : "", chart.id_length, chart.id);
        }
    }
    if (count > NAMED_MOST) {
        assay_text_append(&names, ", ...");
    }
    char *list = assay_text_take(&names);
    int code = count == 0 ? assay_fail(error, ASSAY_EINPUT, "the report has no chart: no samples, comparison or profile")
               : list     ? assay_fail(error, ASSAY_EUSAGE, "no chart '%.80s' in the report: want %s", wanted, list)
                          : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    free(list);
    return code;
}

/* What frames of a flame graph are filled with stands beside it, once a page. */
static void append_patterns(struct assay_text *out, const char *page)
{
    const char *patterns = strstr(page, "<svg class=\"patterns\"");
    const char *begin = patterns ? strstr(patterns, "<defs>") : NULL, *end = begin ? strstr(begin, "</defs>") : NULL;
    if (end) {
        assay_text_append_bytes(out, begin, (size_t)(end - begin) + strlen("</defs>"));
    }
}

static void append_chart(struct assay_text *out, const struct chart *chart, const char *page)
{
    const char *attributes = chart->element + strlen("<svg "), *inside = strchr(chart->element, '>') + 1;
    double scale = chart->width < 500 ? 1.5 : 1; /* charts are laid out for a telephone */
    assay_text_format(out, "<svg%s width=\"%.0f\" height=\"%.0f\" ",
                      strncmp(attributes, "xmlns=", 6) == 0 ? "" : " xmlns=\"http://www.w3.org/2000/svg\"",
                      scale * chart->width, scale * chart->height);
    assay_text_append_bytes(out, attributes, (size_t)(inside - attributes));
    assay_text_append(out, "<style>");
    assay_text_append_bytes(out, assay_html_chart_style, assay_html_chart_style_length);
    assay_text_append(out, "svg { background: var(--card); color: var(--ink); font-family: system-ui, sans-serif; }\n"
                           ".frames { font: 11px monospace; }\n</style>\n");
    append_patterns(out, page);
    assay_text_append_bytes(out, inside, (size_t)(chart->end - inside));
    assay_text_append(out, "</svg>\n");
}

static int write_chart(const char *page, const char *wanted, FILE *to, struct assay_error *error)
{
    struct assay_text out = ASSAY_TEXT_INIT;
    struct chart chart;
    bool found = false;
    for (const char *at = page; !found && next_chart(&chart, at); at = chart.end) {
        found = !wanted || (strlen(wanted) == (size_t)chart.id_length &&
                            strncmp(wanted, chart.id, (size_t)chart.id_length) == 0);
    }
    if (!found) {
        return refuse(page, wanted ? wanted : "", error);
    }
    append_chart(&out, &chart, page);
    int code = out.failed ? assay_fail(error, ASSAY_ENOMEM, "out of memory") : 0;
    if (!code && fwrite(out.bytes, 1, out.length, to) != out.length) {
        code = assay_fail_errno(error, errno, "writing the chart");
    }
    assay_text_release(&out);
    return code;
}

int assay_report_svg(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                     struct assay_error *error)
{
    char *bytes = NULL;
    size_t length = 0;
    struct assay_html page = { .report = report, .text = ASSAY_TEXT_INIT, .to = open_memstream(&bytes, &length) };
    bool made = page.to && assay_html_choose(&page);
    if (made) {
        assay_html_drawn(&page);
        assay_html_flush(&page);
        made = !page.text.failed && !page.io_errno && fflush(page.to) == 0;
    }
    int code = made ? write_chart(bytes, options->chart, to, error) : assay_fail(error, ASSAY_ENOMEM, "out of memory");
    assay_html_unchoose(&page);
    assay_text_release(&page.text);
    if (page.to) {
        fclose(page.to);
    }
    free(bytes);
    return code;
}
