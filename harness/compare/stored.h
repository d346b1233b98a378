/* Two stored documents against each other: the parts, for the files stored*.c only. Knows no worker and no clock but
 * the date. */
#ifndef ASSAY_COMPARE_STORED_H
#define ASSAY_COMPARE_STORED_H

#include "result/document.h"

#include <stdbool.h>
#include <stddef.h>

/* The units of one benchmark, as logarithms of nanoseconds per iteration. */
struct assay_stored_units {
    double *processes; /* medians of processes that gave a sample */
    size_t process_count;
    double *sessions; /* medians of those, of each session */
    size_t session_count;
    double process_median; /* of the processes' medians, as a logarithm */
    double session_median;
};
/* False: out of memory. A median of 0 ns becomes minus infinity. */
bool assay_stored_units_init(struct assay_stored_units *units, const struct assay_benchmark *benchmark,
                             size_t sessions);
void assay_stored_units_release(struct assay_stored_units *units);

/* ln(ns per operation of the reference chain), median over sessions of medians; *log NaN: not measured. False: out of
 * memory. */
bool assay_stored_reference(double *log, const struct assay_document *document);

/* Copies into `to`, which is empty but for what assay_document_add and _add_session put there; `first_session` is added
 * to the processes' sessions. Of the samples only iterations, elapsed_ns and process. False: out of memory. */
bool assay_stored_copy_benchmark(struct assay_benchmark *to, const struct assay_benchmark *from, size_t first_session);
bool assay_stored_copy_session(struct assay_session *to, const struct assay_session *from);

/* What all comparisons of two documents have in common. */
struct assay_stored_terms {
    double margin;
    double machine_shift; /* ln of head's reference chain over base's; NaN: not known */
    size_t sessions;      /* of the new document */
    bool force;           /* other versions of a kernel are compared all the same */
    char *unlike;         /* the blocking differences that were forced, one line; NULL: none */
    char *suites;         /* likewise: other versions of the suite */
};
/* Fills an empty comparison of two benchmarks of `document`. False: out of memory. */
bool assay_stored_judge(struct assay_comparison *comparison, const struct assay_document *document, size_t base,
                        size_t head, const struct assay_stored_terms *terms);

#endif
