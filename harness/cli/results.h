/* Where the results of a measuring command go: the document to a file, the report to people. */
#ifndef ASSAY_CLI_RESULTS_H
#define ASSAY_CLI_RESULTS_H

#include "cli/option.h"
#include "reports/profiles/profiles.h"
#include "reports/report.h"
#include "result/document.h"

/* What a command's options say of it; part of the command's own values. Options that it does not have stay zero. */
struct assay_results_values {
    struct assay_option_value output, format, columns, append, quiet, color;
};

struct assay_results {
    const struct assay_results_values *values;
    const struct assay_report_format *format;
    char *document;     /* path, or a directory with '/' at its end: the name is made from the document's id */
    char *journal;      /* absolute, for the journal: where the document will go; NULL: not said (--append) */
    const char *render; /* the file that takes the report; NULL: standard output */
    const struct assay_report_format *shown; /* the report's format */
    struct assay_document *base;             /* --append: the document so far */
    bool made;                               /* the directory was made for this run, and is still empty */
    const struct assay_profile_view *view;   /* how profiles are shown; NULL: as usual */
};

/* Decides, and makes sure, before anything is measured, that files can be made there. `resumed` is where the journal's
 * run wanted its document; NULL: not said. */
int assay_results_open(struct assay_results *results, const struct assay_results_values *values, const char *resumed,
                       struct assay_error *error);
/* The same of a command whose documents hold profiles: their formats may be asked for, or implied by a file's name. A
 * document that is `stored` already is only shown: no other is written. Refuses a binary format on a terminal. */
int assay_results_open_profiles(struct assay_results *results, const struct assay_results_values *values, bool stored,
                                struct assay_error *error);
void assay_results_release(struct assay_results *results);
/* Saves the document (joined with that of --append); consumes it, and gives in *shown the one to be reported. *path is
 * where it is now; heap. */
int assay_results_save(struct assay_document **shown, char **path, struct assay_results *results,
                       struct assay_document *document, struct assay_error *error);
/* Writes the report to its file or to standard output; what its format leaves out, unless quiet, to standard error. */
int assay_results_report(const struct assay_results *results, const struct assay_document *document,
                         struct assay_error *error);
/* The same of any report: to the file, or with `path` NULL to standard output as wide and colourful as it is. */
struct assay_results_form {
    const struct assay_report_format *format;
    const char *path;
    const struct assay_option_value *quiet, *color;
    struct assay_report_options view; /* width, colour, hints and UTF-8 are set when it is written */
};
int assay_results_write(struct assay_results_form *form, const struct assay_report *report, struct assay_error *error);
/* "document: PATH (SIZE)" on standard error, if it is a file. */
void assay_results_say_where(const char *path);

#endif
