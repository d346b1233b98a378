/* The parts of the page and what they share: for the files of html/ only. Each part appends to `page->text`; what is
 * done is flushed to the file, so that a page of a million samples needs no more memory than its largest benchmark. */
#ifndef ASSAY_REPORTS_HTML_PARTS_H
#define ASSAY_REPORTS_HTML_PARTS_H

#include "base/text.h"
#include "reports/report.h"
#include "reports/svg/charts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* What makes a page one of assay's, within its first bytes; the version of the page's form follows. */
#define ASSAY_PAGE_SCHEMA "assay.page/"
/* How a data element begins, and how its content is packed; read.c finds it again. */
#define ASSAY_PAGE_DOCUMENT "<script type=\"application/octet-stream\" id=\"document-"
#define ASSAY_PAGE_ENCODING "base64 raw-deflate"

/* Of the style sheets of reports/html/ and of script/, by embed.cmake: what charts look like, the rest of the page, what it does. */
extern const char assay_html_chart_style[], assay_html_style[], assay_html_script[];
extern const size_t assay_html_chart_style_length, assay_html_style_length, assay_html_script_length;

/* Benchmarks that have charts: at most so many of a page, failed and changed ones first. */
#define ASSAY_HTML_CHARTED 200
/* Samples that all charts of a page draw together, the least that one does, and the least of a series where several share a
 * chart: an outline needs no more, and the document has them all. */
#define ASSAY_HTML_POINTS 3000
#define ASSAY_HTML_LEAST_POINTS 50
#define ASSAY_HTML_LEAST_SHARE 20

struct assay_html {
    const struct assay_report *report;
    struct assay_text text; /* not yet written */
    FILE *to;
    int io_errno;
    bool **charted;      /* [part][benchmark]: is to have charts */
    size_t with_samples; /* benchmarks that could have charts */
    size_t points;       /* samples that a chart draws */
    struct assay_html_carried *carried; /* one a part; data.c */
};
/* How many of a chart's samples one of its series draws. charted.c */
size_t assay_html_points(const struct assay_html *page, size_t series);
/* Writes what is there, and forgets it. */
void assay_html_flush(struct assay_html *page);
/* Fills `charted`; false: out of memory. charted.c */
bool assay_html_choose(struct assay_html *page);
void assay_html_unchoose(struct assay_html *page);

/* ---- text ---- */

/* Text from outside, for between tags and in attributes: cleaned of control and direction characters, escaped. NULL:
 * nothing. */
void assay_html_text(struct assay_text *out, const char *text);
/* The same of a heap text that it frees; NULL: memory is out. */
void assay_html_take(struct assay_text *out, char *text);
/* In lower case (of ASCII), for what the page's search looks at. */
void assay_html_lower(struct assay_text *out, const char *text);
/* The same as assay_html_text, with `commands` as code. */
void assay_html_words(struct assay_text *out, const char *text);
/* "<p class="CLASS">text</p>"; nothing for NULL and "". `class` NULL: none. */
void assay_html_paragraph(struct assay_text *out, const char *class, const char *text);
/* What the columns of a sheet mean, folded; nothing where none has a meaning. */
void assay_html_columns(struct assay_text *out, const struct assay_sheet *sheet);
/* A figure around the chart that follows, and its caption. */
void assay_html_figure_open(struct assay_text *out, const char *id, const char *kind);
void assay_html_figure_close(struct assay_text *out, const char *summary);
/* The same with the chart's texts: open, draw with `text`, close. */
struct assay_html_chart {
    struct assay_svg_text text; /* of the chart */
    char *svg, *title, *words;
};
/* Owns the three texts; `words` become the chart's description and the figure's caption. False, with nothing open and
 * out->failed: a text is NULL, or memory is out. */
bool assay_html_chart_open_take(struct assay_html_chart *chart, struct assay_text *out, const char *kind, char *id,
                                char *title, char *words);
void assay_html_chart_close(struct assay_html_chart *chart, struct assay_text *out);
/* A heading of a document or a group within a section; nothing for NULL and "". */
void assay_html_heading(struct assay_text *out, const char *text);
/* What a document is called: its file without the folder, or "document 2"; heap. */
char *assay_html_part_name(const struct assay_report *report, size_t part);
/* A copy without what a chart must not draw; heap, never NULL but for lack of memory. */
char *assay_html_clean(const char *text);

/* ---- samples as series ---- */

/* A benchmark's samples as a chart wants them; owns its arrays. */
struct assay_html_series {
    struct assay_svg_series series;
    double *values, *starts;
    char *label;
};
/* False: memory is out. A benchmark without samples has a count of 0. `timed`: starts too, where they can be compared.
 * `points`: how many of them are drawn. */
bool assay_html_series_fill(struct assay_html_series *out, const struct assay_document *document, size_t benchmark,
                            const char *label, bool timed, size_t points);
void assay_html_series_release(struct assay_html_series *series);
/* Where processes began, in the units of the series' order; heap, *count of them; NULL: none, or too many to draw. */
double *assay_html_breaks(size_t *count, const struct assay_benchmark *benchmark,
                          const struct assay_svg_series *series);

/* ---- parts, in the order of the page ---- */

void assay_html_head(struct assay_html *page); /* to the opening of <main> */
void assay_html_verdict(struct assay_html *page);
/* Each opens and closes its section, and does nothing where the report has no sheets of it. */
void assay_html_comparison(struct assay_html *page);
void assay_html_benchmarks(struct assay_html *page);
void assay_html_scaling(struct assay_html *page);
void assay_html_crossover(struct assay_html *page);
void assay_html_leaderboard(struct assay_html *page);
void assay_html_environment(struct assay_html *page);
void assay_html_reading(struct assay_html *page);
void assay_html_drawn(struct assay_html *page); /* those that have charts: from the comparison to the profile */
/* The data section; then, behind the script, the documents themselves: a browser need not read them to be ready. */
int assay_html_data(struct assay_html *page, struct assay_error *error);
int assay_html_documents(struct assay_html *page, struct assay_error *error);
void assay_html_data_release(struct assay_html *page);

/* <section id=..><h2>, the summary below it; false, and nothing written: there are no sheets. */
bool assay_html_open(struct assay_html *page, enum assay_section_kind kind);
void assay_html_close(struct assay_html *page);
/* The charts of a benchmark's samples, and of a group's over each other (nothing for one); samples.c */
void assay_html_samples(struct assay_html *page, size_t part, const struct assay_report_row *row);
void assay_html_together(struct assay_html *page, size_t part, size_t group_index);
/* What the comparisons say of which the benchmark is the head; pair.c */
void assay_html_pairs(struct assay_text *out, const struct assay_report_comparisons *comparisons, size_t part,
                      size_t benchmark);
/* The one benchmark that it is compared with; SIZE_MAX: none, itself, or several. */
size_t assay_html_base_of(const struct assay_report_comparisons *comparisons, size_t benchmark);

#endif
