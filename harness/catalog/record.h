/* A description as one line of text that is quick to read back: the cache's own form. Fields are ended by tabs; \t, \n,
 * \\ are escaped and \N is no text at all, as in PostgreSQL's COPY. Not a format for others: it has no version of its own
 * and is read only by the program that wrote it (the cache's first line says which). */
#ifndef ASSAY_CATALOG_RECORD_H
#define ASSAY_CATALOG_RECORD_H

#include "base/text.h"
#include "protocol/description.h"

#include <stdbool.h>

/* Appends one field (NULL: no text) and its tab. */
void assay_record_field(struct assay_text *text, const char *value);
/* Takes the next field from *cursor, unescaped in place, and moves on; false at the end or on a bad escape. *value is
 * NULL for no text. */
bool assay_record_next(char **value, char **cursor);

/* Appends the fields of a description. */
void assay_record_write(struct assay_text *text, const struct assay_description *description);
/* Reads them from `cursor` (changed in place). False when they are not what assay_record_write wrote; *out is then
 * untouched. */
bool assay_record_read(struct assay_description *out, char *cursor);

#endif
