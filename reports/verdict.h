/* What a person reads first: sentence, counts, worst and best, and how far the machine can be trusted. For report.c. */
#ifndef ASSAY_REPORTS_VERDICT_H
#define ASSAY_REPORTS_VERDICT_H

#include "reports/report.h"

#include <stdbool.h>

/* Title, origin, verdict and warnings of a report whose parts are there. False: out of memory. */
bool assay_verdict_fill(struct assay_report *report);
/* Its trust, from the documents' environments, reference chains and flags; trust.c. */
bool assay_trust_fill(struct assay_report *report);

#endif
