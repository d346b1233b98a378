/* Whether two environments may be compared: every fact that differs, graded. Pure. */
#ifndef ASSAY_RESULT_ENVIRONMENTS_H
#define ASSAY_RESULT_ENVIRONMENTS_H

#include "base/facts.h"

#include <stdbool.h>
#include <stddef.h>

enum assay_grade {
    ASSAY_GRADE_INFORMATION, /* cannot matter much: load, free memory, the work tree's commit */
    ASSAY_GRADE_CAUTION,     /* can move a time: kernel, governor, compiler of a plug-in, libc */
    ASSAY_GRADE_BLOCKING /* times cannot be compared: processor, number of processors, architecture, caches, hypervisor
                          */
};
const char *assay_grade_word(enum assay_grade grade); /* "blocking" */
/* What can be done about a difference of that fact: "compare on one machine". NULL: nothing need be done. */
const char *assay_environments_remedy(const char *group, const char *name);

struct assay_difference {
    enum assay_grade grade;
    char *group, *name; /* of the fact */
    char *base, *head;  /* as text; NULL: not known there */
};
struct assay_differences {
    struct assay_difference *items; /* blocking first, then caution, then information; in each by group and name */
    size_t count;
    size_t blocking, caution;
};
/* False: out of memory. A fact known on one side alone is a difference of at most caution. */
bool assay_environments_compare(struct assay_differences *out, const struct assay_facts *base,
                                const struct assay_facts *head);
void assay_differences_release(struct assay_differences *differences);

#endif
