/* One axis of a chart: where a value is, and ticks with labels that do not touch. Pure; knows no SVG. */
#ifndef ASSAY_REPORTS_SVG_AXIS_H
#define ASSAY_REPORTS_SVG_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#define ASSAY_AXIS_TICKS 12
#define ASSAY_AXIS_LABEL 24

enum assay_axis_kind {
    ASSAY_AXIS_NUMBER, /* "250", "2.5k", "1M" */
    ASSAY_AXIS_TIME,   /* nanoseconds: "250 µs" */
    ASSAY_AXIS_RATIO   /* "0.98", "1" */
};
struct assay_axis {
    enum assay_axis_kind kind;
    bool logarithmic;
    bool whole; /* ticks at integers only: set before it is placed */
    double low, high;
    double from, to; /* units of the drawing at `low` and at `high`; from > to: upwards */
    double ticks[ASSAY_AXIS_TICKS];
    char labels[ASSAY_AXIS_TICKS][ASSAY_AXIS_LABEL]; /* UTF-8 */
    size_t count;
};

/* An axis that holds [low, high] with a little air; equal ends are widened. Logarithmic only where low is above 0. */
void assay_axis_init(struct assay_axis *axis, enum assay_axis_kind kind, double low, double high, bool logarithmic);
/* Places it from `from` to `to` and chooses ticks: round values, as many as fit, at most one in 24 units upwards. */
void assay_axis_place(struct assay_axis *axis, double from, double to, bool upwards);
/* Where a value is; values beyond the ends are at the ends. */
double assay_axis_at(const struct assay_axis *axis, double value);
/* The width of the widest label, in units of the drawing. */
double assay_axis_label_width(const struct assay_axis *axis);
/* An estimate of a text's width, in units: 12 units high, sans serif, rather too wide than too narrow. */
double assay_axis_text_width(const char *text);

#endif
