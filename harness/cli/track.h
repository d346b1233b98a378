/* What the files of the commands track ... share. */
#ifndef ASSAY_CLI_TRACK_H
#define ASSAY_CLI_TRACK_H

#include "base/error.h"
#include "base/text.h"
#include "cli/command.h"
#include "history/judge.h"
#include "history/repository.h"
#include "history/store.h"
#include "result/document.h"

/* ---- track.c: options that all of them have, and the store ---- */
#define ASSAY_TRACK_STORE                                                                                              \
    .name = "store", .kind = ASSAY_OPTION_TEXT, .value = "STORE", .group = "History",                                  \
    .summary = "a file (made if it is not there), or postgresql://...", .wish = "a file or an address",                 \
    .fallback = "$ASSAY_STORE, or history.db", .completion = ASSAY_COMPLETE_FILE
#define ASSAY_TRACK_STORE_MADE /* by another command */                                                               \
    .name = "store", .kind = ASSAY_OPTION_TEXT, .value = "STORE", .group = "History",                                  \
    .summary = "a file, or postgresql://...", .wish = "a file or an address", .fallback = "$ASSAY_STORE, or history.db", \
    .completion = ASSAY_COMPLETE_FILE
#define ASSAY_TRACK_REPOSITORY                                                                                         \
    .name = "repository", .kind = ASSAY_OPTION_TEXT, .value = "DIR", .summary = "the git work tree that commits are of", \
    .wish = "a directory", .fallback = "the current directory", .completion = ASSAY_COMPLETE_FILE
/* What --store says, else $ASSAY_STORE, else "history.db". Borrowed. */
const char *assay_track_address(const struct assay_option_value *store);
/* Appends " --store 'ADDRESS'", without a password, where a command that does not say it would take another store. */
void assay_track_append_store(struct assay_text *text, const struct assay_store *store);

/* ---- track_record.c ---- */
struct assay_track_origin { /* of a document that is recorded */
    const struct assay_commit *commit;
    const char *reference; /* commit of the pinned reference build that base of every comparison is; NULL: there is none */
    const char *source;    /* "assay", or another tool's name */
};
/* Records one document, searches the series it touched, and appends to `said` what is news, an event a paragraph, marking it as reported; on
 * failure the document is kept beside: its path is in the error's words. *added false: it was there already. */
int assay_track_record(struct assay_text *said, bool *added, struct assay_store *store, const struct assay_document *document,
                       const struct assay_track_origin *origin, struct assay_error *error);

/* ---- track_commit.c: which commit a document is of ---- */
struct assay_track_wish { /* what the command line says of it; NULL: nothing */
    const char *commit, *branch, *date;
    const char *repository; /* of commits; NULL: the current directory, where that is one */
};
/* --commit as git resolves it, or as it stands where there is no repository; else what the document says of its work tree. Order and
 * subject come from the repository where it has the commit. ASSAY_EINPUT: not known, or measured with changes that no commit has. */
int assay_track_commit_of(struct assay_commit *out, const struct assay_document *document, const char *name,
                          const struct assay_track_wish *wish, struct assay_error *error);
/* A commit by its reference, as above. */
int assay_track_commit_named(struct assay_commit *out, const char *reference, const char *repository, struct assay_error *error);

/* ---- track_check.c: what check and bisect share ---- */
/* Runs `assay compare BASE HEAD ...` as a child, its progress on this standard error; *document: what it wrote; *status: its exit status. */
struct assay_track_compare {
    const char *base, *head;      /* directories of plug-ins */
    const char *const *arguments; /* more of them, ended by NULL */
};
int assay_track_compare(struct assay_document **document, int *status, const struct assay_track_compare *compare, struct assay_error *error);

extern const struct assay_command assay_command_track_record, assay_command_track_check, assay_command_track_log, assay_command_track_accept,
    assay_command_track_bisect, assay_command_track_export, assay_command_track_init;

#endif
