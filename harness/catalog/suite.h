/* Suites: YAML files that name benchmarks and how to measure them (docs/suites.md). Reads, checks, resolves
 * includes; knows no kernel: names are checked against the catalog by plan/. libyaml is touched in yaml.c alone. */
#ifndef ASSAY_CATALOG_SUITE_H
#define ASSAY_CATALOG_SUITE_H

#include "base/error.h"
#include "protocol/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How to measure. Unset fields are negative or 0 (but for warmup_s and order, where 0 says something) and come from the
 * next layer: command line over suite over defaults. */
struct assay_protocol {
    double warmup_s;    /* each process runs batches this long before the first sample; <0: unset */
    double batch_s;     /* wanted length of a batch */
    double budget_s;
    double timeout_s;
    int64_t samples;    /* per benchmark; <0: unset */
    int64_t processes;  /* per benchmark, least */
    int order;          /* 0 interleaved, 1 sequential, -1 unset */
};
#define ASSAY_PROTOCOL_UNSET { -1.0, -1.0, -1.0, -1.0, -1, -1, -1 }
/* Whether every field that is set is one that can be measured by: the error names the field, its value and the bounds,
 * with `prefix` before the field's name ("--" for the command line, "" for a suite). */
int assay_protocol_check(const struct assay_protocol *protocol, const char *prefix, struct assay_error *error);

struct assay_suite_parameter {
    char *name;
    char **values; /* texts, NULL-terminated: a grid */
};
struct assay_suite_entry {
    char *kernel;            /* name or alias, as written */
    struct assay_suite_parameter *parameters;
    size_t parameter_count;
    char **implementations;  /* NULL-terminated; never empty */
    char *group;             /* NULL: none */
    char *baseline;          /* the implementation that its group is compared with; NULL: none of this entry */
    uint32_t threads;        /* 1 */
    uint32_t *jobs;          /* how many benchmarks run at the same time, this one included: a list, ended by 0; NULL: what
                                the command line says */
    bool has_expected;
    struct assay_message_answer expected;
    char *file;              /* where it stands, for errors */
    unsigned line;
};
/* What the machine must be like: a fact of the environment (docs/environment.md) and a condition on its value. */
struct assay_suite_requirement {
    char *fact;     /* "frequency.governor": group and name */
    char *wish;     /* "performance", ">=4", "<=0.5", "!=powersave": an operator (none: =) and a value, without blanks between */
    bool warn_only; /* written with a '?' at the end */
    unsigned line;
};
struct assay_suite {
    char *name;
    char *version;  /* x.y.z */
    char *summary;  /* "" when not said */
    char *file;     /* as opened */
    struct assay_protocol protocol;
    struct assay_suite_requirement *requirements; /* of this file, not of those that it includes */
    size_t requirement_count;
    struct assay_suite_entry *entries; /* of included suites too, before its own; a file gives its own once */
    size_t entry_count;
};
#define ASSAY_SUITE_JOBS_MAX 64u
#define ASSAY_SUITE_ENTRIES_MAX 10000u /* with those of included suites */
/* `name_or_file`: a suite's name (searched as DIRECTORY/NAME.yaml) or a path (has a '/' or ends in .yaml or .yml).
 * Errors give file:line:column, the unknown key and the nearest. */
int assay_suite_open(struct assay_suite **out, const char *directory, const char *name_or_file, struct assay_error *error);
/* The same from bytes, as if they stood in `file`. `directory` NULL: includes are refused. */
int assay_suite_parse(struct assay_suite **out, const char *directory, const char *file, const char *bytes, size_t length,
                      struct assay_error *error);
void assay_suite_close(struct assay_suite *suite);

/* ---- requirements ---- */
enum assay_relation {
    ASSAY_EQUAL, /* also where no operator is written */
    ASSAY_UNEQUAL,
    ASSAY_AT_LEAST,
    ASSAY_AT_MOST,
    ASSAY_BELOW,
    ASSAY_ABOVE
};
/* What a wish begins with; *value is what follows, in `wish`. */
enum assay_relation assay_relation_of(const char **value, const char *wish);
/* Whether these can stand in a requirement: a group, a dot and a name; a value that is there, and a number or a size ("4G") where
 * it is to be more or less than something. The error says what is wrong, without a place. */
int assay_requirement_check(const char *fact, const char *wish, struct assay_error *error);
void assay_requirements_free(struct assay_suite_requirement *requirements, size_t count);

/* All suites of a directory: names, sorted, heap; assay_names_free. */
int assay_suite_names(char ***names, size_t *count, const char *directory, struct assay_error *error);

#endif
