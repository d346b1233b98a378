/* What a report shows of a document, computed once, for every renderer to walk: rows in their order, ranks, ratios, and
 * what the notes below say. Borrows the document. Knows no format. */
#ifndef ASSAY_REPORTS_MODEL_H
#define ASSAY_REPORTS_MODEL_H

#include "base/error.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_REPORT_BINS 8

struct assay_report_row {
    const struct assay_benchmark *benchmark;
    char *name;       /* the id, with mode and threads where they are not the usual: "primes.trial:limit=10 (first)" */
    char *short_name; /* the same without the parameters that all rows of the group share */
    bool timed;       /* has a time to show: statistics, and status ok or interrupted */
    uint32_t rank;    /* in the group, from 1; 0: none */
    double ratio;     /* time over that of the group's baseline, or else its fastest; NaN: none */
    double ratio_low, ratio_high; /* from both intervals, so wider than needed; NaN: not known */
    double rate;                  /* items, or else bytes, a second; NaN: not known */
    bool rate_is_bytes;
    uint32_t bins[ASSAY_REPORT_BINS]; /* histogram of the samples; all 0 without samples */
};

struct assay_report_group {
    const char *name; /* NULL: benchmarks of no group */
    const char *mode; /* of all rows */
    uint32_t jobs;    /* of all rows */
    char *shared;     /* parameters that all rows share: "limit=10000"; "": none */
    size_t first;     /* rows */
    size_t count;
    bool ranked; /* some row has a rank */
};

struct assay_report_model {
    const struct assay_document *document;
    struct assay_report_row *rows; /* groups as planned; in each, by rank, then without rank, then failed */
    size_t row_count;
    struct assay_report_group *groups;
    size_t group_count;
    double reference_shift; /* largest over smallest time of the reference chain, less 1; NaN: not measured */
};
int assay_report_model_new(struct assay_report_model **out, const struct assay_document *document,
                           struct assay_error *error);
void assay_report_model_free(struct assay_report_model *model);

/* A sentence that explains a flag; NULL: none is known. */
const char *assay_report_flag_words(const char *flag);
/* Median over a counter's or measure's known values; NaN: none. */
double assay_report_typical(const double *values, size_t count);
/* Of one of the benchmark's counters by name; NaN: none. */
double assay_report_counter(const struct assay_benchmark *benchmark, const char *name);

#endif
