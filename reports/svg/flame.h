/* A tree of costs as an icicle: a flame graph with its root at the top (Gregg, 2011). Knows no profile and no page. */
#ifndef ASSAY_REPORTS_SVG_FLAME_H
#define ASSAY_REPORTS_SVG_FLAME_H

#include "reports/svg/charts.h"

/* What is drawn is at least this much of the whole, at most so many frames, at most so deep. */
#define ASSAY_FLAME_LEAST 0.002
#define ASSAY_FLAME_FRAMES 700
#define ASSAY_FLAME_DEPTH 128

struct assay_svg_frame { /* how a node looks; heap, but for the last two */
    char *label;      /* as much of it as there is room for */
    char *words;      /* its tooltip: name, cost, share */
    char *id;         /* NULL: none */
    const char *look; /* class: "function", "more" */
    const char *pattern; /* id of what it is filled with; NULL: the class says it */
};
struct assay_svg_flame {
    const double *parent; /* of each node; before the node; -1: a root */
    const double *own;    /* what is below 0 or NaN counts as 0 */
    size_t count;
    const char *all; /* label of the frame above all roots: "all 257.6 us" */
    /* Describes a node of which `total` is its cost with all below it. False: no memory. */
    bool (*describe)(struct assay_svg_frame *frame, size_t node, double total, void *context);
    void *context;
};
struct assay_svg_flame_drawn { /* what became of it */
    double whole;  /* cost of all roots */
    size_t frames; /* that are drawn, */
    size_t left_out; /* and that cost something, but are not */
    size_t depth;  /* of the tree: rows below "all" */
};

/* Totals of all nodes; heap, `count` of them; NULL: no memory. *whole: of all roots. */
double *assay_svg_flame_totals(double *whole, const double *parent, const double *own, size_t count);
/* Siblings from left to right by cost ("left heavy"). Draws nothing, and appends nothing, where all costs are 0. */
void assay_svg_flame(struct assay_text *out, struct assay_svg_flame_drawn *drawn, const struct assay_svg_text *text,
                     const struct assay_svg_flame *flame);

#endif
