/* The parts of the text report of profiles, for its own files: one profile as it is shown, and its numbers as texts. */
#ifndef ASSAY_REPORTS_PROFILES_TEXT_H
#define ASSAY_REPORTS_PROFILES_TEXT_H

#include "base/text.h"
#include "reports/profiles/profiles.h"
#include "reports/text/table.h"

#include <stdbool.h>
#include <stddef.h>

enum assay_page_cost { ASSAY_PAGE_TIME, ASSAY_PAGE_INSTRUCTIONS, ASSAY_PAGE_ALLOCATIONS };

/* One profile of a document, with what of it is shown and in which order. Borrows the document. */
struct assay_page {
    const struct assay_document *document;
    size_t index; /* into its profiles */
    const struct assay_benchmark *benchmark;
    const struct assay_profile *profile; /* the document's, or `folded` */
    struct assay_profile *folded;        /* NULL: not asked for */
    const struct assay_profile_view *view;
    const struct assay_report_options *options;
    enum assay_page_cost cost;
    bool sampled; /* own costs come from samples */
    size_t *rows; /* indexes into profile->functions */
    size_t row_count;
    char *note;       /* what restrictions did; NULL */
    const char *unit; /* of amounts: "us"; "" for counts */
    double unit_size; /* nanoseconds; 1 for counts */
};
/* ASSAY_EUSAGE: what assay_profile_select refuses. */
int assay_page_open(struct assay_page *page, const struct assay_document *document, size_t index,
                    const struct assay_report_options *options, struct assay_error *error);
void assay_page_release(struct assay_page *page);
/* The view of the options, or the usual one. */
const struct assay_profile_view *assay_profile_view_of(const struct assay_report_options *options);
/* The names of sort keys as pstats says them: "internal time, call count". Heap; NULL: no memory. */
char *assay_page_order(const struct assay_page *page);

/* The unit in which the largest of a table's times has one to three digits before the point. */
const char *assay_time_unit(double *size, double largest_ns, bool unicode);

/* Cells; heap, NULL: no memory; NaN is a dash. */
char *assay_page_dash(const struct assay_page *page);
char *assay_page_amount(const struct assay_page *page, double value); /* "251.312" in the page's unit */
char *assay_page_half(const struct assay_page *page, double half);    /* "4.1" likewise, two digits; NaN: "" */
char *assay_page_each(const struct assay_page *page, double value, double count);      /* "204.3 ns" */
char *assay_page_calls(const struct assay_page *page, double calls, double primitive); /* "5/3"; NaN: "" */
char *assay_count_text(double count); /* "1230"; as many digits as it takes where it is a mean */
char *assay_page_points(const struct assay_page *page, double fraction);    /* "97.3 %", two digits at least */
char *assay_page_function(const struct assay_page *page, size_t function);  /* clean, a mark behind inlined ones */
const char *assay_mark_inlined(const struct assay_report_options *options); /* "[inlined]"; "*" where it is narrow */
/* What part of the profile's cost a function has by itself, as the table has it: "97.7 %"; where nothing was sampled, of the sum of
 * all functions. Heap; NULL: no memory. */
char *assay_page_share(const struct assay_page *page, size_t function);
/* The profile's source lines, the hottest first; heap, as many as the profile has; NULL: no memory. */
const struct assay_profile_line **assay_page_hottest(const struct assay_page *page);
/* "trial.c:44(trial_next)"; not cleaned; heap; NULL: no memory. */
char *assay_page_place(const struct assay_page *page, const struct assay_profile_line *line);
/* Half the interval about a value: the larger side; NaN: not known. */
double assay_half_of(double value, double low, double high);
/* "+-" and its like, as the terminal can show them. */
const char *assay_sign_plus_minus(bool unicode);
const char *assay_sign_at_most(bool unicode);

/* The table's columns, in its order. Not every cost has all of them. */
enum assay_page_column {
    ASSAY_COLUMN_NCALLS,
    ASSAY_COLUMN_TOTTIME,
    ASSAY_COLUMN_TOTTIME_HALF,
    ASSAY_COLUMN_PERCALL,
    ASSAY_COLUMN_SECOND, /* bytes */
    ASSAY_COLUMN_CUMTIME,
    ASSAY_COLUMN_CUMTIME_HALF,
    ASSAY_COLUMN_CUMULATIVE_PERCALL,
    ASSAY_COLUMN_SECOND_TOTAL,
    ASSAY_COLUMN_SHARE,
    ASSAY_COLUMN_HOOKS,
    ASSAY_COLUMN_ITEM_COST,
    ASSAY_COLUMN_ITEM_CALLS,
    ASSAY_COLUMN_NAME,
    ASSAY_PAGE_COLUMNS
};
/* The title in text, "+-" for both halves; NULL: the profile's cost has no such column. */
const char *assay_page_title(const struct assay_page *page, enum assay_page_column column);
/* A cell, as every form of the report shows it. */
char *assay_page_cell(const struct assay_page *page, size_t function, enum assay_page_column column);
/* "times in us, of one iteration; own times by samples of the plain build, in 12 processes; 241000 iterations in all" */
char *assay_page_what(const struct assay_page *page);

/* Cells of a difference, likewise. */
enum assay_change_column {
    ASSAY_CHANGE_BASE,
    ASSAY_CHANGE_HEAD,
    ASSAY_CHANGE_BY,
    ASSAY_CHANGE_INTERVAL,
    ASSAY_CHANGE_SAID, /* "slower", "new", ...; "": nothing is proven */
    ASSAY_CHANGE_BASE_CALLS,
    ASSAY_CHANGE_HEAD_CALLS,
    ASSAY_CHANGE_NAME,
    ASSAY_CHANGE_COLUMNS
};
extern const char *const assay_change_titles[ASSAY_CHANGE_COLUMNS];
struct assay_difference_pages { /* base and head: of the difference's profiles; borrowed */
    const struct assay_page *base, *head;
    struct assay_page unit; /* amounts of the difference are in its unit; borrows of base */
};
void assay_difference_pages_init(struct assay_difference_pages *pages, const struct assay_profile_difference *difference,
                                 const struct assay_page *base, const struct assay_page *head);
/* The changes, the largest first; heap, NULL: no memory. */
const struct assay_profile_change **assay_difference_order(const struct assay_profile_difference *difference);
char *assay_difference_cell(const struct assay_difference_pages *pages, const struct assay_profile_change *change,
                            enum assay_change_column column);
/* "own times in us, of one item; head less base, from 12 rounds ...", and "3 of 9 functions changed". */
char *assay_difference_what(const struct assay_profile_difference *difference, const struct assay_page *unit);
char *assay_difference_count(const struct assay_profile_difference *difference);

/* Cuts every cell of the table's last column, which holds names, to what `width` leaves, from the left; columns with a
 * drop go, the lowest first, rather than that names become shorter than NAMES_LEAST. 0: no bound. */
void assay_names_fit(struct assay_table *table, size_t width, bool unicode);
/* The end of a text, in `width` columns. Heap; NULL: no memory. */
char *assay_cut_left(const char *text, size_t width, bool unicode);

/* ---- the sections ---- */
void assay_page_append_table(struct assay_text *out, const struct assay_page *page);
/* What stands below the table: closure, the hooks' cost, the samples, notes. */
void assay_page_append_notes(struct assay_text *out, const struct assay_page *page);
/* pstats' print_callers, or print_callees. */
void assay_page_append_edges(struct assay_text *out, const struct assay_page *page, bool callees);
void assay_page_append_lines(struct assay_text *out, const struct assay_page *page);
/* Base and head are the pages of the difference's profiles. */
void assay_difference_append(struct assay_text *out, const struct assay_profile_difference *difference,
                             const struct assay_page *base, const struct assay_page *head);
/* A line of words behind pstats' three blanks; owns `text`. */
void assay_page_append_line_take(struct assay_text *out, char *text, const struct assay_report_options *options);

#endif
