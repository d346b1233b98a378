/* Profiles to what people and other tools read. Reads documents; measures nothing. Each takes all profiles of a document, and refuses one
 * that has none. */
#ifndef ASSAY_REPORTS_PROFILES_H
#define ASSAY_REPORTS_PROFILES_H

#include "profile/table.h"
#include "reports/report.h"

/* How a profile is shown as text; NULL in struct assay_report_options: the table, all rows, by tottime. */
struct assay_profile_view {
    struct assay_selection selection;
    bool callers, callees; /* pstats' print_callers and print_callees instead of the table */
    bool lines;            /* hot source lines, after the table */
    const char *assembly;  /* text to show after the table as annotated instructions, made by the caller (cli/); NULL */
    size_t line_limit;     /* 0: 20 */
};

/* pstats.c: a file that Python's pstats opens (marshal, version 2): times in seconds, of one iteration. One profile only. */
int assay_report_pstats(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                        struct assay_error *error);
/* collapsed.c: Brendan Gregg's collapsed stacks, `a;b;c 123`, whole nanoseconds of an iteration (or the cost's unit). */
int assay_report_collapsed(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error);
/* pprof.c: profile.proto of github.com/google/pprof, gzip. Sample types calls/count, time/nanoseconds, samples/count. One profile only. */
int assay_report_pprof(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                       struct assay_error *error);
/* callgrind.c: callgrind's format, version 1. One profile only. */
int assay_report_callgrind(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error);
/* speedscope.c: speedscope's file format, one "sampled" profile each. */
int assay_report_speedscope(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                            struct assay_error *error);

#endif
