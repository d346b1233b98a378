/* The optional numbers of a batch, one table for writer and reader. Inside protocol/ only. */
#ifndef ASSAY_PROTOCOL_BATCH_H
#define ASSAY_PROTOCOL_BATCH_H

#include "protocol/fields.h"
#include "protocol/message.h"

struct assay_batch_number {
    struct assay_field field; /* a double in struct assay_batch; NaN: not known */
    const char *member;       /* the key as it stands before a value */
    size_t member_length;
    bool is_time;
};
extern const struct assay_batch_number assay_batch_numbers[]; /* ended by a NULL field.key */

#endif
