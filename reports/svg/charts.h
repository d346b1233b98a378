/* Charts as SVG, from plain numbers: each appends one whole <svg> element, well-formed XML, right without script and without
 * style sheet colours (a class says what a mark is: see html/chart.css). Knows no document and no page.
 *
 * Texts are UTF-8 from outside and escaped here. Numbers must be finite where NaN is not said to mean something. Marks that
 * have a tooltip carry data-tip. `id` is unique on the page: title and description are ID-title and ID-desc.
 *
 * What a style sheet may rely on: the drawing is 480 units wide and laid out for texts of 12 units in a sans serif font, so
 * that it is still read at 360 px; it has no width or height of its own. All that is drawn paints with `currentColor`, as
 * line or as area, by presentation attributes: a sheet sets `color` (and opacity, dashes) of the classes tone-*, series-*,
 * grid, axis, tick, label, band, interval, curve, density, median, drift, mark, change, accepted; it leaves `fill`, `stroke`
 * and `stroke-width` alone, for dots are lines of no length. A forest with links is a group, any other chart an image. */
#ifndef ASSAY_REPORTS_SVG_CHARTS_H
#define ASSAY_REPORTS_SVG_CHARTS_H

#include "base/text.h"
#include "reports/sheet.h"

#include <stdbool.h>
#include <stddef.h>

struct assay_svg_text { /* what every chart has */
    const char *id;
    const char *title;       /* "primes.below:limit=1000: distribution" */
    const char *description; /* what is to be seen, as a sentence or two: the text twin */
};

/* Ratios on one logarithmic axis with their intervals, the margin as a band about 1: a forest plot (Lewis and Clarke, 2001). */
struct assay_svg_ratio {
    const char *label;
    const char *link;        /* "#c0-2"; NULL */
    const char *value;       /* "1.12 [1.09, 1.15]": at the right end, and in the tooltip */
    const char *word;        /* verdict: "slower" */
    double ratio, low, high; /* NaN: not known; an unknown end is drawn as an arrow to the edge */
    enum assay_tone tone;
};
/* At most 200 rows are drawn, and the rest is said. Extreme ratios are clipped at the edge with an arrow. */
void assay_svg_forest(struct assay_text *out, const struct assay_svg_text *text, const struct assay_svg_ratio *rows,
                      size_t count, double margin);

/* One implementation, build or process of a distribution or time line. */
struct assay_svg_series {
    const char *label;
    const double *values; /* nanoseconds, in the order of time */
    const double *starts; /* nanoseconds since the run began; NULL: the index is the time */
    size_t count;
    double median, low, high; /* and its 95 % interval; NaN: not known */
    size_t points; /* that are drawn at most, 4 or more; 0: its share of 2,000 */
};
/* Density, raw points, median with interval, one band a series (raincloud: Allen et al., 2019). Over ten-fold ranges on a
 * logarithmic axis. A few samples (1 in 100) far beyond the rest are arrowheads at the edge, and the chart says how many and
 * how far. Density by a Gaussian kernel with Silverman's width, on at most 4096 bins. At most 2,000 points a
 * chart are drawn: beyond, every n-th and both extremes, and the chart says so. One value, or all equal: a line, no density. */
void assay_svg_distribution(struct assay_text *out, const struct assay_svg_text *text, const struct assay_svg_series *series,
                            size_t count);
/* The samples in the order of time with the running median, so that drift cannot hide. `breaks`: times at which a new process
 * began, `break_count` of them. */
void assay_svg_order(struct assay_text *out, const struct assay_svg_text *text, const struct assay_svg_series *series,
                     size_t count, const double *breaks, size_t break_count);

/* An upright axis whose title has the word "time" in it holds nanoseconds, and its ticks have units; one that begins with "ratio"
 * ratios; any other, and every parameter, plain numbers. */

/* Parameter against time, log-log where all is above 0. At most 16 curves. */
struct assay_svg_curve {
    const char *label;
    const double *x, *y, *low, *high; /* points; low and high NaN: not known */
    size_t count;
    double (*fit)(double x, const void *context); /* NULL: none */
    const void *context;
    const char *fit_label; /* "n log n" */
};
struct assay_svg_mark { /* a vertical line: where the data no longer fit a cache */
    double x;
    const char *label;
};
void assay_svg_scaling(struct assay_text *out, const struct assay_svg_text *text, const char *x_title, const char *y_title,
                       const struct assay_svg_curve *curves, size_t count, const struct assay_svg_mark *marks,
                       size_t mark_count);
/* Ratio (logarithmic) against a parameter (logarithmic where its range asks for it), 1 as a line, and bands where the faster one changes. */
struct assay_svg_crossing {
    const double *x, *ratio, *low, *high; /* NaN ends: not known */
    size_t count;
    const double *change_low, *change_high, *change_at;
    size_t change_count;
    double margin;
};
void assay_svg_crossover(struct assay_text *out, const struct assay_svg_text *text, const char *x_title,
                         const struct assay_svg_crossing *crossing);

/* A series over commits. */
struct assay_svg_point {
    double value, low, high; /* NaN ends: not known */
    const char *label;       /* commit, subject, date: the tooltip */
    bool change;             /* a change point begins here */
    bool accepted;           /* and was accepted */
};
void assay_svg_history(struct assay_text *out, const struct assay_svg_text *text, const char *y_title,
                       const struct assay_svg_point *points, size_t count, bool logarithmic);

/* Text for between tags and in attributes: < > & " ' as entities, control characters (but line feed and tab) and bad UTF-8 as
 * U+FFFD. */
void assay_svg_escape(struct assay_text *out, const char *text);

#endif
