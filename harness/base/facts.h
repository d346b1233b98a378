/* Facts about a machine or a process: each has a value and where it comes from, or no value and the reason.
 * A list grouped by name; what machine/ finds out, result/ keeps, and reports show. Knows no JSON. */
#ifndef ASSAY_BASE_FACTS_H
#define ASSAY_BASE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum assay_fact_kind { ASSAY_FACT_NONE, ASSAY_FACT_TEXT, ASSAY_FACT_INTEGER, ASSAY_FACT_REAL, ASSAY_FACT_BOOL };

struct assay_fact {
    char *group; /* "cpu", "memory", ...: [a-z_]+ */
    char *name;  /* "model", ...: [a-z0-9_]+ ; unique in its group */
    enum assay_fact_kind kind;
    char *text;      /* TEXT */
    int64_t integer; /* INTEGER */
    double real;     /* REAL; finite */
    bool truth;      /* BOOL */
    char *origin;    /* the source of a value ("/proc/cpuinfo", "libcpuid 0.6.2", ...), or the reason of NONE */
};

struct assay_facts {
    struct assay_fact *items;
    size_t count;
    size_t capacity;
    bool failed; /* an addition ran out of memory */
};
#define ASSAY_FACTS_INIT { NULL, 0, 0, false }

void assay_facts_release(struct assay_facts *facts);
/* Each adds a fact, or replaces the one of that group and name. Strings are copied (and cleaned to UTF-8). */
void assay_facts_text(struct assay_facts *facts, const char *group, const char *name, const char *text,
                      const char *source);
void assay_facts_integer(struct assay_facts *facts, const char *group, const char *name, int64_t value,
                         const char *source);
void assay_facts_real(struct assay_facts *facts, const char *group, const char *name, double value,
                      const char *source);
void assay_facts_bool(struct assay_facts *facts, const char *group, const char *name, bool value,
                      const char *source);
void assay_facts_none(struct assay_facts *facts, const char *group, const char *name, const char *reason);
/* Borrowed; NULL if there is none. */
const struct assay_fact *assay_facts_find(const struct assay_facts *facts, const char *group, const char *name);
/* Copies all of `from` into `to`. */
void assay_facts_copy(struct assay_facts *to, const struct assay_facts *from);
/* The value as text for people ("2.3", "true", "-" for none) into a heap string. */
char *assay_fact_show(const struct assay_fact *fact);

#endif
