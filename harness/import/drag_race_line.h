/* The grammar of a line of the prime-sieve drag race: bytes to a result. Knows no document. */
#ifndef ASSAY_IMPORT_DRAG_RACE_LINE_H
#define ASSAY_IMPORT_DRAG_RACE_LINE_H

#include "import/piece.h"

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_DRAG_RACE_TAGS 32u

struct assay_drag_race_line {
    struct assay_piece label;                      /* any bytes but ';' and line feed; never empty */
    struct assay_piece tags[ASSAY_DRAG_RACE_TAGS]; /* NAME=VALUE in plain ASCII, each name once */
    size_t tag_count;
    uint64_t passes;   /* of all threads together: 1 to 2^53 */
    double elapsed_ns; /* above 0, at most 10^18 */
    uint64_t threads;  /* 1 to 1024 */
};

/* Where the reader is in its input. Begin with `rest` the whole of it and `number` 0. */
struct assay_drag_race_place {
    const char *name; /* of the input, for errors */
    size_t number;    /* of the line, from 1 */
    struct assay_piece line, rest;
};

enum assay_drag_race_found {
    ASSAY_DRAG_RACE_END,
    ASSAY_DRAG_RACE_EMPTY,
    ASSAY_DRAG_RACE_OTHER,
    ASSAY_DRAG_RACE_RESULT
};

/* Takes the next line. A line with fewer than three ';' is what a program says besides: OTHER. */
enum assay_drag_race_found assay_drag_race_next(struct assay_drag_race_place *place);
/* Reads the line that was taken, a RESULT. ASSAY_EINPUT, "NAME:LINE:COLUMN: bad ...": it is none; columns count
 * characters from 1. */
int assay_drag_race_read(struct assay_drag_race_line *read, const struct assay_drag_race_place *place,
                         struct assay_error *error);

#endif
