/* Options x kernels x parameters -> an ordered list of benchmarks and how to measure them, frozen before anything
 * runs. Pure apart from reading the catalog. */
#ifndef ASSAY_PLAN_PLAN_H
#define ASSAY_PLAN_PLAN_H

#include "base/error.h"
#include "base/text.h"
#include "catalog/catalog.h"
#include "catalog/suite.h"
#include "protocol/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A benchmark's name as people write it, parsed: [PATH.so:]KERNEL[:NAME=VALUE,...][@IMPLEMENTATION].
 * Values with , : = @ are quoted: 'x' or "x", a quote inside doubled. Parts are heap. */
struct assay_name {
    char *path;           /* NULL: none */
    char *kernel;
    struct assay_message_argument *arguments; /* as written */
    size_t argument_count;
    char *implementation; /* NULL: none said */
};
int assay_name_parse(struct assay_name *out, const char *text, struct assay_error *error);
void assay_name_release(struct assay_name *name);
/* The id: kernel, every parameter in order, quoted where needed, @implementation unless "c". Heap; NULL: no memory. */
char *assay_name_id(const char *kernel, const struct assay_message_argument *arguments, size_t count,
                    const char *implementation);

struct assay_planned {
    char *id;
    const struct assay_source *source;              /* borrowed from the catalog; NULL when unavailable */
    const struct assay_kernel_description *kernel;  /* likewise */
    const struct assay_source *oracle;              /* whose worker is asked what the answer must be and how much work it
                                                       is: `source` itself, or the C implementation of the same kernel where a
                                                       worker in another language has no oracle; NULL: nobody */
    char *kernel_name;
    char *implementation;
    struct assay_message_argument *arguments;       /* every declared parameter, canonical */
    size_t argument_count;
    char *group;
    char *mode;            /* "warm", "first", "flushed" */
    uint32_t threads;
    uint32_t jobs;         /* benchmarks that run at the same time, this one included; 1: alone */
    bool baseline;         /* its group is compared with it */
    bool has_expected;     /* from the suite or data/reference */
    struct assay_message_answer expected;
    bool by_user;          /* named on the command line */
    char *unavailable;     /* why it will not run; NULL: it will */
};
struct assay_plan {
    struct assay_planned *items;
    size_t count;
    struct assay_protocol protocol; /* resolved: nothing unset but samples and budget */
    uint64_t seed;
    char *suite, *suite_version;
    uint64_t memory_bytes;  /* limit for each worker's resident size; 0: none (what is available is not known) */
    uint32_t jobs;          /* what the command line said, else 1; each item has its own */
    struct assay_suite_requirement *requirements; /* of the suite; owned */
    size_t requirement_count;
    char *processors;       /* the list as text; NULL: chosen by default; "all": not pinned */
    bool want_counters, want_allocations, want_operations;
    bool layouts;           /* use layouts where there are any */
};

/* What the command line says; all borrowed. */
struct assay_plan_options {
    const char *const *benchmarks; /* NULL-terminated names; empty: the suite */
    const struct assay_source *const *sources; /* NULL-terminated: every kernel of these plug-ins at its defaults, or those that
                                      the suite names; one that several have comes from the first. NULL: none */
    const char *suite;             /* NULL: "quick" when nothing else is named */
    const char *const *grid;       /* "NAME=V1,V2" texts, NULL-terminated */
    const char *filter;            /* extended regular expression over ids; NULL: all */
    struct assay_protocol protocol; /* set fields win */
    bool has_seed;
    uint64_t seed;
    uint64_t memory_bytes;         /* 0: 80 % of what is available */
    uint32_t threads;              /* 0: the suite's, or 1 */
    uint32_t jobs;                 /* 0: the suite's, or 1 */
    const char *processors;
    bool cold;
    bool want_counters, want_allocations, want_operations;
    bool no_layouts;
    bool may_be_empty;             /* a filter that leaves nothing is no mistake: another plan may have what it means */
};
/* Order: the named ones, then those of `sources`, then the suite's; of each, the grid with the last declared parameter changing first. Duplicates
 * (same id, mode, threads, jobs and source) are dropped. A name's own value wins over the grid, the grid over the suite. */
int assay_plan_new(struct assay_plan **out, struct assay_catalog *catalog, const struct assay_references *references,
                   const char *suites, const struct assay_plan_options *options, struct assay_error *error);
void assay_plan_free(struct assay_plan *plan);
/* To JSON and back, for the journal: what is needed to go on with a run. Reading looks kernels up again: one that cannot
 * run any more becomes `unavailable`; a plug-in that was built anew or takes other parameters is ASSAY_EINPUT. */
void assay_plan_write(struct assay_text *json, const struct assay_plan *plan);
struct json_t;
int assay_plan_read(struct assay_plan **out, struct assay_catalog *catalog, const struct json_t *object,
                    struct assay_error *error);

#endif
