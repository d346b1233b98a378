/* The state of a search for changes: made, kept and taken up again. Knows nothing of what is in it. */
#include "stats/changes_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define VERSION 1u
#define LEAST_POINTS 3 /* of a level: two odd points are none */

int assay_changes_new(struct assay_changes **out, const struct assay_changes_options *options)
{
    assert(options->margin >= 0 && options->creep >= 0 && options->rate > 0 && options->rate < 1);
    struct assay_changes *changes = calloc(1, sizeof *changes);
    if (!changes) {
        return -1;
    }
    changes->version = VERSION;
    changes->size = sizeof *changes;
    changes->options = *options;
    size_t *least = &changes->options.least;
    *least = *least < LEAST_POINTS ? LEAST_POINTS : *least > ASSAY_CHANGES_RING ? ASSAY_CHANGES_RING : *least;
    *out = changes;
    return 0;
}

void assay_changes_free(struct assay_changes *changes)
{
    free(changes);
}

const void *assay_changes_bytes(size_t *size, const struct assay_changes *changes)
{
    *size = sizeof *changes;
    return changes;
}

/* What is used as an index must be one, whatever a store gave back. */
static bool is_sound(const struct assay_changes *changes)
{
    const struct assay_changes_options *options = &changes->options;
    size_t learnt = changes->count < ASSAY_CHANGES_RING ? changes->count : ASSAY_CHANGES_RING;
    return changes->version == VERSION && changes->size == sizeof *changes &&
           changes->ring_count <= ASSAY_CHANGES_RING && changes->ring_count >= learnt &&
           options->least >= LEAST_POINTS && options->least <= ASSAY_CHANGES_RING && options->margin >= 0 &&
           options->creep >= 0 && options->rate > 0 && options->rate < 1;
}

int assay_changes_resume(struct assay_changes **out, const void *bytes, size_t size)
{
    if (size != sizeof **out) {
        return -2;
    }
    struct assay_changes *changes = malloc(sizeof *changes);
    if (!changes) {
        return -1;
    }
    memcpy(changes, bytes, sizeof *changes);
    if (!is_sound(changes)) {
        free(changes);
        return -2;
    }
    *out = changes;
    return 0;
}
