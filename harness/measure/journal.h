/* The append-only record of a run: every finished batch at once, so that nothing is lost when the coordinator dies.
 * One JSON object a line; docs/journal.md. A torn last line is ignored by the reader, and cut off before more is written. */
#ifndef ASSAY_MEASURE_JOURNAL_H
#define ASSAY_MEASURE_JOURNAL_H

#include "base/error.h"
#include "base/text.h"
#include "plan/plan.h"
#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assay_journal_info {
    char *path;
    char *created;   /* RFC 3339, UTC */
    char *command;
    char *output;    /* where its document was to go; NULL: not said */
    size_t benchmarks;
    size_t samples;
    bool ended;      /* the run came to its end; only the document is missing */
    bool running;    /* its coordinator is still alive */
    char *problem;   /* why it cannot be resumed; NULL: it can */
};
/* All journals of a directory, newest first; none if there is no such directory. */
int assay_journal_list(struct assay_journal_info **out, size_t *count, const char *directory, struct assay_error *error);
void assay_journal_list_free(struct assay_journal_info *list, size_t count);
int assay_journal_remove(const char *path, struct assay_error *error);

/* ---- writing ---- */
struct assay_journal {
    int fd;                 /* -1: nothing is kept, and every line is well written */
    char *path;
    int64_t length;         /* of whole lines */
    struct assay_text line; /* kept to spare allocations */
};
struct assay_journal_head {
    const char *id;         /* of the document */
    const char *created;
    const char *command;
    const char *output;     /* may be NULL */
    int64_t realtime_ns;    /* CLOCK_REALTIME when the run began: a resumed run's start_ns go on from it */
};
/* Makes DIRECTORY/ID.journal, locked against a second resume, with its first line. */
int assay_journal_create(struct assay_journal *journal, const char *directory, const struct assay_journal_head *head,
                         const struct assay_plan *plan, struct assay_error *error);
/* Each appends one line by one write(). On failure what was written of it is cut off again. */
int assay_journal_benchmark(struct assay_journal *journal, size_t benchmark, const struct assay_answer *answer,
                            uint64_t iterations, struct assay_error *error);
int assay_journal_process(struct assay_journal *journal, size_t benchmark, size_t process,
                          const struct assay_process *from, struct assay_error *error);
/* The process's last sample, with the values that its batch gave to measures and distributions. */
int assay_journal_batch(struct assay_journal *journal, size_t benchmark, const double row[ASSAY_COLUMN_COUNT], int verified,
                        const struct assay_batch *batch, struct assay_error *error);
int assay_journal_failure(struct assay_journal *journal, size_t benchmark, enum assay_status status, const char *message,
                          struct assay_error *error);
int assay_journal_flag(struct assay_journal *journal, size_t benchmark, const char *word, struct assay_error *error);
int assay_journal_reference(struct assay_journal *journal, double start_ns, double elapsed_ns, struct assay_error *error);
/* The run goes on after a pause, at this time since it began. */
int assay_journal_resumed(struct assay_journal *journal, double start_ns, struct assay_error *error);
int assay_journal_end(struct assay_journal *journal, struct assay_error *error);
/* Closes the file; the journal stays. */
void assay_journal_release(struct assay_journal *journal);

/* ---- reading ---- */
/* Calls `take` for every whole line after the first, in order; `head` gets the first (jansson objects, borrowed). A line
 * that is not JSON ends the reading unless it is the last, which is ignored. `take` returns non-zero to stop with
 * `error`. *length is where whole lines end. */
struct json_t;
typedef int (*assay_journal_take_fn)(void *context, const struct json_t *line, struct assay_error *error);
int assay_journal_read(int64_t *length, const char *path, assay_journal_take_fn head, assay_journal_take_fn take,
                       void *context, struct assay_error *error);
/* Opens for going on, and locks it. Fails if its coordinator is alive. To be called before it is read: what is read
 * unlocked may grow meanwhile. */
int assay_journal_reopen(struct assay_journal *journal, const char *path, struct assay_error *error);
/* Cuts off what comes after `length`, a torn line; then `journal` takes lines. */
int assay_journal_mend(struct assay_journal *journal, int64_t length, struct assay_error *error);
/* The path of the newest journal that can be resumed; heap. */
int assay_journal_newest(char **path, const char *directory, struct assay_error *error);

#endif
