/* Pieces of an input, and errors that name where one stands. Knows no format. */
#ifndef ASSAY_IMPORT_PIECE_H
#define ASSAY_IMPORT_PIECE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct assay_piece { /* borrowed bytes, not ended by NUL */
    const char *at;
    size_t length;
};

bool assay_piece_is(struct assay_piece piece, const char *text);
/* Without blanks (space, tab, CR, VT, FF) at both ends. */
struct assay_piece assay_piece_trimmed(const char *begin, const char *end);
/* Digits alone, up to `most`; false, with *value as it was: anything else. */
bool assay_piece_whole(uint64_t *value, struct assay_piece digits, uint64_t most);
/* What of it is shown in an error: at most 40 bytes, whole characters. For "%.*s". */
int assay_piece_shown(struct assay_piece piece);

struct assay_import_source;
/* ASSAY_EINPUT, "NAME:LINE:COLUMN: ..."; `at` is in the input or at its end; columns count characters from 1. */
int assay_import_refuse(const struct assay_import_source *source, const char *at, struct assay_error *error,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
