/* A short cut for the two lines of the hot path. Inside protocol/ only (and for its fuzz target). */
#ifndef ASSAY_PROTOCOL_FAST_H
#define ASSAY_PROTOCOL_FAST_H

#include "protocol/message.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether the line was read. False says nothing of the line but that it is not of the plain shape: the caller
 * then reads it in full. What is accepted here, the full reader accepts with the same values. */
bool assay_fast_run_request(struct assay_request *out, const char *line, size_t length);
bool assay_fast_run_reply(struct assay_reply *out, const char *line, size_t length);

#endif
