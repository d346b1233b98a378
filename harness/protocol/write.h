/* Writing JSON by hand, fast: a round of request and reply is to cost a microsecond or two. Inside protocol/ only.
 * A `key` holds all that stands before the value, such as ",\"elapsed_ns\":". */
#ifndef ASSAY_PROTOCOL_WRITE_H
#define ASSAY_PROTOCOL_WRITE_H

#include "base/text.h"

#include <stdint.h>

void assay_write_integer(struct assay_text *text, const char *key, uint64_t value);
/* Nothing at all where the value is not finite. A time is written in steps of 0.001. */
void assay_write_number(struct assay_text *text, const char *key, double value);
void assay_write_time(struct assay_text *text, const char *key, double value_ns);
/* Nothing at all for NULL. */
void assay_write_string(struct assay_text *text, const char *key, const char *value);
void assay_write_strings(struct assay_text *text, const char *key, char *const *values);

#endif
