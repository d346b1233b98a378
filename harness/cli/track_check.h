/* What the files track_check*.c share: one check, from the command line to its exit status. */
#ifndef ASSAY_CLI_TRACK_CHECK_H
#define ASSAY_CLI_TRACK_CHECK_H

#include "cli/results.h"
#include "cli/track.h"
#include "cli/track_compare.h"
#include "cli/track_trees.h"

struct check_values {
    struct assay_option_value base, head, build, plugins, filter, parameter;
    struct assay_option_value margin, budget, strict;
    struct assay_option_value store, reference, against_history;
    struct assay_option_value repository, keep, timeout_build;
    struct assay_option_value summary;
    struct assay_results_values results;
};

struct assay_check {
    const struct assay_invocation *invocation;
    const struct check_values *values;
    struct assay_results results;
    struct assay_track_trees trees;
    const char *base_plugins, *head_plugins; /* borrowed from the trees */
    struct assay_commit base, head, reference; /* reference.id NULL: there is none */
    char *line;                                /* the user's whole command line */
    char **warnings; /* for the document; said on standard error as they come */
    size_t warning_count;
    struct assay_store *store; /* NULL: none */
    bool recordable;           /* it can be written */
    struct assay_document *document;
    int status;
    struct assay_text judged; /* lines below the report: who accepted what; --against-history: each verdict */
    struct assay_text news;   /* what recording found in the store's series, a paragraph an event */
};
/* Something that a reader of the result must know; owns `text`. */
int assay_check_warn_take(struct assay_check *check, char *text, struct assay_error *error);

/* ---- track_check_commits.c ---- */
/* Base and head from --base and --head, or as they are by default, and what is odd about them. */
int assay_check_find_commits(struct assay_check *check, struct assay_error *error);
/* The pinned reference build's commit: --reference, else the store's baseline, if this clone has it. */
int assay_check_find_reference(struct assay_check *check, struct assay_error *error);

/* ---- track_check_measure.c ---- */
int assay_check_open_store(struct assay_check *check, struct assay_error *error);
/* Builds both commits and compares them: document and status. A document of NULL: the child has said why. */
int assay_check_measure(struct assay_check *check, struct assay_error *error);
/* Compares head with the reference and records that. */
int assay_check_record(struct assay_check *check, struct assay_error *error);
/* Whether every regression is one that a person accepted: then it does not fail. */
int assay_check_accept(struct assay_check *check, struct assay_error *error);

/* ---- track_check_history.c ---- */
/* --against-history: RESULT, or head's build run, against the store's times. */
int assay_check_against_history(struct assay_check *check, struct assay_error *error);

/* ---- track_check_summary.c ---- */
/* --summary. */
int assay_check_summarize(const struct assay_check *check, struct assay_error *error);

#endif
