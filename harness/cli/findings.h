/* What of a machine disturbs benchmarks, in words, graded, with what can be done about it. Pure: facts and readings in,
 * findings out. */
#ifndef ASSAY_CLI_FINDINGS_H
#define ASSAY_CLI_FINDINGS_H

#include "base/facts.h"
#include "result/environments.h"

#include <stdbool.h>
#include <stddef.h>

struct assay_observed {
    const struct assay_facts *facts; /* of assay_machine_collect */
    double load;                     /* processes that want to run, averaged over a minute; negative: not known */
    double steal_share;              /* of a processor's time while it was kept busy; negative: not known */
    unsigned processors;             /* that this process may use; 0: not known */
    double quota;                    /* processors' worth of time that is granted; negative: no limit */
    bool unoptimized;                /* assay itself was built without optimization, */
    bool sanitized;                  /* or with a sanitizer */
};

struct assay_finding {
    enum assay_grade grade;
    const char *name; /* "load": a word for scripts */
    char *text;
    const char *remedy; /* what can be done; NULL: nothing from here */
};
struct assay_findings {
    struct assay_finding *items; /* blocking first, then caution, then information */
    size_t count, capacity;
    bool failed; /* out of memory: some are missing */
};
void assay_findings_of(struct assay_findings *out, const struct assay_observed *observed);
/* Adds one at its place by grade. `name` and `remedy` are kept, not copied. */
void assay_findings_add(struct assay_findings *findings, enum assay_grade grade, const char *name, const char *remedy,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));
bool assay_findings_block(const struct assay_findings *findings);
void assay_findings_release(struct assay_findings *findings);

#endif
