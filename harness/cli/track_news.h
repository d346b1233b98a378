/* What is told when results were recorded: events of the series that they touched, each once. For track_record*.c. */
#ifndef ASSAY_CLI_TRACK_NEWS_H
#define ASSAY_CLI_TRACK_NEWS_H

#include "base/error.h"
#include "base/text.h"
#include "history/store.h"

#include <stddef.h>

/* Benchmarks on a machine that got a new result. */
struct assay_track_touched {
    struct assay_track_touch {
        char *benchmark, *fingerprint; /* NULL: the machine is not known */
    } *items;
    size_t count, capacity;
};
/* Adds those of a run. False: out of memory. */
bool assay_track_touch(struct assay_track_touched *touched, const struct assay_store_run *run);
void assay_track_touched_release(struct assay_track_touched *touched);
/* Appends a paragraph an event that nobody was told and nobody accepted, and marks it in the store as reported. */
int assay_track_news(struct assay_text *said, struct assay_store *store, struct assay_track_touched *touched,
                     struct assay_error *error);
/* Appends a word for sh, quoted where it must be. */
void assay_track_quote(struct assay_text *text, const char *word);
/* "+5.2 % [4.1, 6.3]" of a change. */
void assay_track_effect(struct assay_text *text, const struct assay_history_change *change);

#endif
