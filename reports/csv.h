/* Fields and rows of RFC 4180, for the tables that reports write so. */
#ifndef ASSAY_REPORTS_CSV_H
#define ASSAY_REPORTS_CSV_H

#include "base/text.h"
#include "reports/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct assay_csv {
    FILE *to;
    struct assay_text text;
    bool begun;      /* the row has a field */
    char **measures; /* names of all measures of the document, in the order met */
    size_t measure_count;
    int io_errno;
};
void assay_csv_field(struct assay_csv *csv, const char *text); /* NULL: empty */
void assay_csv_real(struct assay_csv *csv, double value);      /* NaN: empty */
void assay_csv_end_row(struct assay_csv *csv);
/* Writes what is left and frees the text. */
int assay_csv_end(struct assay_csv *csv, struct assay_error *error);
/* A row a function of every profile, in the order of the view; profiles/csv.c. */
int assay_csv_profiles(struct assay_csv *csv, const struct assay_document *document,
                       const struct assay_report_options *options, struct assay_error *error);

#endif
