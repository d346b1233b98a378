/* Documents to what people and other tools read: documents become a report once, and each renderer walks it. Reads
 * result documents and nothing else; measures nothing. docs/reports.md shows how the parts fit. */
#ifndef ASSAY_REPORTS_REPORT_H
#define ASSAY_REPORTS_REPORT_H

#include "base/error.h"
#include "reports/comparisons.h"
#include "reports/model.h"
#include "reports/sheet.h"
#include "result/document.h"

#include <stdbool.h>
#include <stdio.h>

/* ---- the report ---- */

struct assay_packing;

/* One document of a report. */
struct assay_report_part {
    const struct assay_document *document; /* borrowed */
    const char *name;                      /* "base.json": what people call it; borrowed; NULL: nothing */
    FILE *bytes; /* the document as it was read, seekable, borrowed: what a page carries; NULL: it is written anew */
    struct assay_packing *packing; /* begun of these bytes (html/page.h), borrowed; NULL: a page begins its own */
    struct assay_report_model *benchmarks;
    struct assay_report_comparisons *comparisons; /* NULL: the document has none */
};

enum assay_trust { ASSAY_TRUST_UNKNOWN, ASSAY_TRUST_POOR, ASSAY_TRUST_FAIR, ASSAY_TRUST_GOOD };
const char *assay_trust_word(enum assay_trust trust); /* "not known", "poor", "fair", "good" */

/* What a person reads in five seconds. All heap. */
struct assay_report_verdict {
    enum assay_tone tone;
    char *sentence;        /* "3 benchmarks are slower by more than 1 %." */
    char *counts;          /* "3 of 24 slower, 5 faster, 14 same within 1 %, 2 inconclusive" */
    char *worst, *best;    /* "primes.trial:limit=1000: head takes 1.12 times base's time [1.09, 1.15]"; NULL: none */
    char *worst_id, *best_id; /* of what they lead to: "c0-2"; NULL */
    enum assay_trust trust;
    char *trust_words;     /* "fair: a virtual machine; its speed moved by 12 % during the run" */
    char **reasons;        /* one line each, what can be done included; trust's, most grave first */
    size_t reason_count;
};

/* The parts of a report in the order of the page. Each has sheets where there is data, and else none. */
enum assay_section_kind {
    ASSAY_SECTION_COMPARISON,  /* a sheet for each document with comparisons (index 0), a row a comparison; of a document without:
                                  one for each group with ratios (index: of the group) */
    ASSAY_SECTION_BENCHMARKS,  /* a sheet a benchmark (index: into benchmarks[]): name and value of what is known of it */
    ASSAY_SECTION_SCALING,     /* a sheet a scaling: a row a value of the parameter; then its forms in a second, same index */
    ASSAY_SECTION_CROSSOVER,   /* a sheet a crossover: a row a value that was looked at */
    ASSAY_SECTION_HISTORY,     /* a sheet a series: a row a point */
    ASSAY_SECTION_PROFILE,     /* a sheet a profile: a row a function; then one a difference, id "difference0-0" */
    ASSAY_SECTION_LEADERBOARD, /* a sheet a group (index: of the group): ranks, times, and failed ones with their status */
    ASSAY_SECTION_ENVIRONMENT, /* differences, if there are several columns; then all facts, a column a document and session */
    ASSAY_SECTION_COUNT
};
struct assay_section {
    const char *id;    /* "comparison" */
    const char *title; /* "Comparison" */
    char *summary;     /* a sentence or two; heap */
    struct assay_sheet *sheets;
    size_t sheet_count, sheet_capacity;
};

struct assay_report {
    char *title;  /* "suite lab-timeit", "primes.below against ..." */
    char *origin; /* processor, time, assay's version: one line */
    struct assay_report_part *parts;
    size_t part_count;
    struct assay_report_verdict verdict;
    struct assay_section sections[ASSAY_SECTION_COUNT];
    char **warnings; /* of all documents, with what a document does not say: "no samples: ..." */
    size_t warning_count;
};
struct assay_report_input {
    const struct assay_document *document;
    const char *name;
    FILE *bytes;
    struct assay_packing *packing;
};
/* At least one input. ASSAY_EINPUT: comparisons of benchmarks that are not there. */
int assay_report_new(struct assay_report **out, const struct assay_report_input *inputs, size_t count,
                     struct assay_error *error);
void assay_report_free(struct assay_report *report);

/* ---- renderers ---- */

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
    bool verdict;     /* text: the verdict first, and how environments differ at the end */
    const char *chart; /* SVG: its id on the page, "distribution0-2"; NULL: the first */
    size_t reserved;    /* Markdown: bytes that stand beside it in the same comment */
};
#define ASSAY_REPORT_OPTIONS_INIT                                                                                      \
    {                                                                                                                  \
        0, false, true, 0, true, NULL, false, NULL, 0                                                                  \
    }

/* The table, one row a benchmark, then messages of failed ones, flags in words, and warnings. Of a document with
 * profiles: the table as pstats prints it, with plus-minus, share and witness, and below it what must be known. Of one with comparisons: the verdict, then one row a comparison, then what must be known of each. */
int assay_report_text(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error);
/* RFC 4180: one row a sample, names and values of every column; of a document with comparisons one row a block, with
 * profiles one row a function. See
 * docs/result-document.md. */
int assay_report_csv(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                     struct assay_error *error);
/* The document itself. */
int assay_report_json(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error);
/* Lines of the prime-sieve drag race, of benchmarks that are ok, verified and warm: `label;passes;duration;threads` with the
 * id as label, all iterations as passes and all elapsed seconds as duration; tags where the kernel has them. */
int assay_report_drag_race(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error);
char *assay_report_drag_race_left_out(const struct assay_document *document);

/* One self-contained page; docs/reports.md has its parts, and what its script may rely on. html/page.c. */
int assay_report_html(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error);
/* One chart of the page as a file of its own, with its colours: for a document or a comment. ASSAY_EUSAGE: no such chart, with
 * those that there are. html/chart.c. */
int assay_report_svg(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                     struct assay_error *error);
/* For pull requests: the verdict, the ten worst rows, the rest folded; at most 65,536 characters. markdown.c. */
int assay_report_markdown(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                          struct assay_error *error);
/* A test case a comparison, and a benchmark that is compared with none. junit.c. */
int assay_report_junit(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                       struct assay_error *error);
/* Every sheet of the report as RFC 4180: section, sheet, row, column, text, number. csv_rows.c. */
int assay_report_rows(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                      struct assay_error *error);
/* Formats of other tools, of benchmarks that have a time; tools/. docs/reports.md says what each cannot hold. */
int assay_report_google_benchmark(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                                  struct assay_error *error);
int assay_report_bencher(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                         struct assay_error *error);
int assay_report_smaller_is_better(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                                   struct assay_error *error);
int assay_report_benchfmt(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                          struct assay_error *error);
int assay_report_hyperfine(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                           struct assay_error *error);
int assay_report_pyperf(const struct assay_report *report, const struct assay_report_options *options, FILE *to,
                        struct assay_error *error);
char *assay_report_pyperf_left_out(const struct assay_document *document);

struct assay_report_format {
    const char *name;   /* "text" */
    const char *suffix; /* ".txt": `-o x.txt` implies it */
    int (*render)(const struct assay_report *, const struct assay_report_options *, FILE *, struct assay_error *);
    bool of_profiles; /* only of documents with profiles */
    bool binary;      /* not for a terminal */
    bool single;      /* holds one profile only */
    bool one_document; /* of a report of one document only */
    /* What of the document the format has no room for, for people: "ID (reason), ..."; heap; NULL: nothing. The function is
     * NULL where the format has room for all. */
    char *(*left_out)(const struct assay_document *);
};
extern const struct assay_report_format assay_report_formats[];                  /* ended by a NULL name */
const struct assay_report_format *assay_report_format_find(const char *name);    /* NULL: none */
const struct assay_report_format *assay_report_format_of_path(const char *path); /* NULL: none implied */
/* A report of one document, rendered: what commands that measure need. */
int assay_report_render(const struct assay_report_format *format, const struct assay_document *document,
                        const struct assay_report_options *options, FILE *to, struct assay_error *error);

#endif
