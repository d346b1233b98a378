/* A table of a report as texts, made once, so that every renderer shows the same digits: HTML, Markdown and CSV walk it.
 * Knows no format and no terminal. */
#ifndef ASSAY_REPORTS_SHEET_H
#define ASSAY_REPORTS_SHEET_H

#include <stdbool.h>
#include <stddef.h>

/* What a cell, a row or a verdict means, beside its words; never the only sign. */
enum assay_tone {
    ASSAY_TONE_PLAIN,
    ASSAY_TONE_MUTED,
    ASSAY_TONE_GOOD, /* faster, agrees */
    ASSAY_TONE_WARN, /* inconclusive, a flag */
    ASSAY_TONE_BAD   /* slower, failed */
};
#define ASSAY_TONES 5
const char *assay_tone_word(enum assay_tone tone); /* "plain", "muted", "good", "warn", "bad" */

struct assay_sheet_cell {
    char *text;    /* UTF-8 without control characters; heap, or NULL: empty */
    double number; /* what it sorts by; NaN: by its text */
    enum assay_tone tone;
};
struct assay_sheet_column {
    char *title;         /* "ratio"; heap */
    const char *meaning; /* a phrase for people: "head's time over base's"; NULL: the title says it */
    bool numeric;        /* to the right */
};
struct assay_sheet_row {
    struct assay_sheet_cell *cells; /* as many as columns */
    const char *word; /* what rows are filtered by: a verdict or status word ("same", "crashed"); NULL */
    char *id;         /* of what the row leads to on a page: "b0-3"; heap; NULL */
    char *anchor;     /* its own id there: "c0-2"; heap; NULL */
};
struct assay_sheet {
    char *id;    /* unique on the page: "results0-1" */
    char *title; /* heap, ""; text from outside may be in it */
    char *note;  /* a sentence below it; NULL */
    size_t part; /* which document of the report, */
    size_t index; /* and which of its benchmarks, comparisons, groups, scalings, crossovers, profiles, differences or series; by section */
    struct assay_sheet_column columns[24];
    size_t column_count;
    struct assay_sheet_row *rows;
    size_t row_count, row_capacity;
    bool failed; /* out of memory */
};
void assay_sheet_release(struct assay_sheet *sheet);
/* Copies and cleans the title, which may come from outside; `meaning` is kept. */
void assay_sheet_column(struct assay_sheet *sheet, const char *title, const char *meaning, bool numeric);
/* Title and note; own the texts and clean them. NULL: the sheet has failed. */
void assay_sheet_title_take(struct assay_sheet *sheet, char *title);
void assay_sheet_note_take(struct assay_sheet *sheet, char *note);
/* A row of empty cells (numbers NaN), after all columns are there; borrowed until the next. NULL: out of memory, `failed`. */
struct assay_sheet_row *assay_sheet_add(struct assay_sheet *sheet);
/* Fills a cell; owns `text` (NULL: the sheet has failed) and cleans it: control and direction
 * characters and bad UTF-8 become U+FFFD. `row` NULL: frees it. */
void assay_sheet_put_take(struct assay_sheet *sheet, struct assay_sheet_row *row, size_t column, char *text, double number,
                          enum assay_tone tone);
/* Removes columns that are empty in all rows. */
void assay_sheet_trim(struct assay_sheet *sheet);

#endif
