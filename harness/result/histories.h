/* Histories on their way in and out of a document; internal to this folder. The reader's tables are in
 * history_fields.c. */
#ifndef ASSAY_RESULT_HISTORIES_H
#define ASSAY_RESULT_HISTORIES_H

#include "result/document.h"
#include "result/writer.h"

#include <stdbool.h>
#include <stddef.h>

/* `history`; nothing where there is none. */
void assay_history_write(struct assay_writer *writer, const struct assay_document *document);

/* The rules of history[index]: values above 0 with intervals around them, changes that grow and name points, acceptances
 * that name what they accept. 0, or ASSAY_EINPUT with the place and the wish. */
int assay_history_check(const struct assay_document *document, size_t index, struct assay_error *error);

/* Moves the series of `from` behind those of `to`: they point to nothing outside of themselves. False: out of memory. */
bool assay_history_take(struct assay_document *to, struct assay_document *from);

#endif
