/* An answer or expectation inside a message. Inside protocol/ only. */
#ifndef ASSAY_PROTOCOL_ANSWER_H
#define ASSAY_PROTOCOL_ANSWER_H

#include "protocol/message.h"

#include <jansson.h>

/* `key` as in write.h; the parts that are known. */
void assay_answer_write(struct assay_text *line, const char *key, const struct assay_message_answer *answer);
/* Reads the member `key` of `object`: *has says whether it is there. */
int assay_answer_read(struct assay_message_answer *out, bool *has, const json_t *object, const char *key,
                      struct assay_error *error);

#endif
