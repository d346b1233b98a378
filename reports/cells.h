/* Numbers as a person reads them in a cell: uncertainty, ratios, spreads, a small histogram. All give heap texts (NULL:
 * no memory), in Unicode or ASCII. Knows no table. */
#ifndef ASSAY_REPORTS_CELLS_H
#define ASSAY_REPORTS_CELLS_H

#include "reports/model.h"

#include <stdbool.h>

/* Text from outside for a terminal: control and direction characters become U+FFFD, and in ASCII all else '?'. */
char *assay_cell_clean(const char *text, bool unicode);
/* A text of ours for a terminal that may show ASCII only: "+-" for the sign and its like. */
char *assay_cell_ascii(const char *text, bool unicode);
char *assay_cell_ns(double ns, bool unicode); /* "257.6 µs" */
/* The interval about its median: "±0.3 %", or "-0.1 +0.9 %" where the sides differ; a dash if not known. */
char *assay_cell_interval(double median, const struct assay_interval *interval, bool unicode);
char *assay_cell_percent(double fraction);                     /* "0.3 %" */
char *assay_cell_ratio(double ratio);                          /* "1.00", "49.0 ", "144   "; NaN: "" */
char *assay_cell_range(double low, double high, bool unicode); /* "1.95–1.99"; NaN: "" */
char *assay_cell_rate(const struct assay_report_row *row);     /* "4.77 M/s"; NaN: "" */
char *assay_cell_samples(const struct assay_statistics *statistics, bool unicode); /* "10×10", or "97 in 10" */
char *assay_cell_histogram(const struct assay_report_row *row, bool unicode);
char *assay_cell_flags(const struct assay_benchmark *benchmark, bool unicode); /* "drift, two modes" */
char *assay_cell_words(const char *dashed, bool unicode);                      /* "wrong-answer" -> "wrong answer" */

#endif
