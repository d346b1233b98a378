/* Copies a plug-in's structs into ours by the sizes they state, and checks what they say. Private to the loader. */
#ifndef ASSAY_WORKER_JUDGE_H
#define ASSAY_WORKER_JUDGE_H

#include "base/error.h"
#include "protocol/description.h"

#include <assay/kernel.h>

#include <stdbool.h>

/* Whose struct is judged, for the words. */
struct assay_judge {
    const char *plugin;
    const char *kernel; /* NULL: none yet */
    const char *part;   /* "parameter 'limit'", ...; NULL */
    struct assay_error *error;
};
/* "plug-in 'x.so': kernel 'k': parameter 'p': " and the words. Returns ASSAY_EINPUT. */
int assay_judge_refuse(const struct assay_judge *judge, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Copies `from`, whose own size stands in `claimed`, into the zeroed `to` of `ours` bytes. Refuses less than `least`.
 */
int assay_judge_copy(const struct assay_judge *judge, void *to, size_t ours, const void *from, uint32_t claimed,
                     size_t least, const char *what);

/* Copies and checks a kernel; fills its description (all but `unavailable`), which the caller releases also on failure.
 * `index` counts from 1. */
int assay_judge_kernel(struct assay_kernel *to, struct assay_kernel_description *description,
                       const struct assay_judge *plugin, const struct assay_kernel *from, size_t index);

/* A heap copy of one line of text: invalid UTF-8 becomes U+FFFD; a control character or NULL is refused. */
int assay_judge_line(char **out, const struct assay_judge *judge, const char *what, const char *text);

#endif
