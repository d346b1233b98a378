/* Documents to what people read. Reads result documents and nothing else; measures nothing. */
#ifndef ASSAY_REPORTS_REPORT_H
#define ASSAY_REPORTS_REPORT_H

#include "base/error.h"
#include "result/document.h"

#include <stdbool.h>
#include <stdio.h>

/* Columns that a text table shows only when asked. */
#define ASSAY_SHOW_CPU 1u         /* CPU time an iteration */
#define ASSAY_SHOW_ALLOCATIONS 2u /* allocations and bytes an iteration */
#define ASSAY_SHOW_MEMORY 4u      /* peak resident size */
#define ASSAY_SHOW_SWITCHES 8u    /* voluntary and involuntary context switches */
#define ASSAY_SHOW_FAULTS 16u
#define ASSAY_SHOW_COUNTERS 32u    /* cycles, instructions, branch and cache misses */
#define ASSAY_SHOW_OPERATIONS 64u  /* of the counts build, an iteration */
#define ASSAY_SHOW_MEASURES 128u   /* the kernel's own */
#define ASSAY_SHOW_BENCHMARKS 256u /* of a document with comparisons, the benchmarks' table too */

struct assay_profile_view; /* profiles.h */

struct assay_report_options {
    unsigned width; /* columns of the terminal; 0: as wide as it needs */
    bool color;
    bool unicode;     /* else ASCII only: "+-" for the sign, "#" for the histogram */
    unsigned columns; /* ASSAY_SHOW_... */
    bool hints;       /* a line or two below the table on what to do next */
    const struct assay_profile_view *profile; /* how profiles are shown; NULL: as usual */
};
#define ASSAY_REPORT_OPTIONS_INIT                                                                                      \
    {                                                                                                                  \
        0, false, true, 0, true, NULL                                                                                      \
    }

/* The table, one row a benchmark, then messages of failed ones, flags in words, and warnings. Of a document with
 * profiles: assay_report_profiles_text. Of one with comparisons: the verdict, then one row a comparison, then what must be known of each. */
int assay_report_text(const struct assay_document *document, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error);
/* RFC 4180: one row a sample, names and values of every column; of a document with comparisons one row a block, with
 * profiles one row a function. See
 * docs/result-document.md. */
int assay_report_csv(const struct assay_document *document, const struct assay_report_options *options, FILE *to,
                     struct assay_error *error);
/* The document itself. */
int assay_report_json(const struct assay_document *document, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error);
/* Lines of the prime-sieve drag race, of benchmarks that are ok, verified and warm: `label;passes;duration;threads` with the
 * id as label, all iterations as passes and all elapsed seconds as duration; tags where the kernel has them. */
int assay_report_drag_race(const struct assay_document *document, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error);
char *assay_report_drag_race_left_out(const struct assay_document *document);

struct assay_report_format {
    const char *name;   /* "text" */
    const char *suffix; /* ".txt": `-o x.txt` implies it */
    int (*render)(const struct assay_document *, const struct assay_report_options *, FILE *, struct assay_error *);
    bool of_profiles; /* only of documents with profiles */
    bool binary;      /* not for a terminal */
    bool single;      /* holds one profile only */
    /* What of the document the format has no room for, for people: "ID (reason), ..."; heap; NULL: nothing. The function is
     * NULL where the format has room for all. */
    char *(*left_out)(const struct assay_document *);
};
extern const struct assay_report_format assay_report_formats[];                  /* ended by a NULL name */
const struct assay_report_format *assay_report_format_find(const char *name);    /* NULL: none */
const struct assay_report_format *assay_report_format_of_path(const char *path); /* NULL: none implied */

#endif
