/* Words of the protocol that both the writer and the reader of descriptions use. Inside protocol/ only. */
#ifndef ASSAY_PROTOCOL_WORDS_H
#define ASSAY_PROTOCOL_WORDS_H

#include "protocol/description.h"

#include <stddef.h>

/* By enum assay_value_type; [0] is NULL, and so is the last. */
extern const char *const assay_value_type_words[];

struct assay_kernel_flag {
    const char *word;
    size_t offset; /* of the bool in struct assay_kernel_description */
};
extern const struct assay_kernel_flag assay_kernel_flags[]; /* ended by a NULL word */

#endif
