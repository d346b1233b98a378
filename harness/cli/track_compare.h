/* A comparison of two commits, measured by a child, and the document of it. For the files track_check*.c and track_bisect*.c. */
#ifndef ASSAY_CLI_TRACK_COMPARE_H
#define ASSAY_CLI_TRACK_COMPARE_H

#include "cli/track.h"
#include "cli/track_trees.h"

struct assay_track_sides {
    const struct assay_commit *base, *head;
    const char *base_plugins, *head_plugins; /* directories that were compared */
    const char *place;                       /* where the work trees stand; they will be gone */
    const char *command;                     /* the user's whole line */
};
/* Says in the document what only we know: which commits the sides are, what was added or removed between them. */
int assay_track_label(struct assay_document *document, const struct assay_track_sides *sides, struct assay_error *error);

#endif
