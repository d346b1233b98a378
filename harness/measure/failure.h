/* How a benchmark went wrong: a status of the document and one line of words. */
#ifndef ASSAY_MEASURE_FAILURE_H
#define ASSAY_MEASURE_FAILURE_H

#include "result/document.h"

struct assay_failure {
    enum assay_status status; /* OK: nothing went wrong yet */
    bool at_budget_end;       /* nobody's fault: time was up */
    char message[400];
};

/* Records the first failure; later ones are ignored. */
void assay_failure_set(struct assay_failure *failure, enum assay_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
