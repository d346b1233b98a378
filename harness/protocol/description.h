/* What a plug-in or a worker says of itself and its kernels: the answer to `describe`, also what the catalog
 * caches. Plain structs; strings are heap, valid UTF-8. */
#ifndef ASSAY_PROTOCOL_DESCRIPTION_H
#define ASSAY_PROTOCOL_DESCRIPTION_H

#include "base/error.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum assay_value_type { ASSAY_VALUE_INTEGER = 1, ASSAY_VALUE_REAL, ASSAY_VALUE_CHOICE, ASSAY_VALUE_TEXT, ASSAY_VALUE_FLAG };

struct assay_parameter_description {
    char *name;
    enum assay_value_type type;
    char *summary;
    char *fallback;       /* canonical text */
    char *least, *most;   /* NULL: none */
    char **choices;       /* NULL-terminated; NULL unless CHOICE */
};

struct assay_measure_description {
    char *name;
    char *unit;
    bool higher_is_better;
};

struct assay_kernel_description {
    char *name;
    char **aliases; /* NULL-terminated, never NULL; likewise tags */
    char *summary;
    char *version; /* NULL: not said */
    char **tags;
    struct assay_parameter_description *parameters;
    size_t parameter_count;
    struct assay_measure_description *measures;
    size_t measure_count;
    struct assay_measure_description *distributions;
    size_t distribution_count;
    bool makes_threads, forks, deterministic, one_iteration, shared_state;
    bool expects;       /* has an oracle of its own */
    char *unavailable;  /* the reason; NULL: can run */
};

struct assay_description {
    char *implementation;  /* "c", "cpython", ... */
    char *version;         /* of the worker's language or host, for people: "CPython 3.11.2 /usr/bin/python3"; NULL */
    unsigned abi_major, abi_minor; /* 0, 0 for a worker without the ABI */
    char *build;           /* compiler and flags; NULL: not said */
    char *build_id;        /* hexadecimal; NULL: none */
    struct assay_kernel_description *kernels;
    size_t kernel_count;
};

void assay_description_release(struct assay_description *description);
/* Appends the members of the reply ("implementation":..., "kernels":[...]) without braces. */
void assay_description_write(struct assay_text *text, const struct assay_description *description);
struct json_t;
/* Reads them from a reply object; checks every name, type, default, bound and duplicate (see docs/plugin-abi.md). */
int assay_description_read(struct assay_description *out, const struct json_t *object, struct assay_error *error);
/* The kernel of that name or alias; NULL if none. Borrowed. */
const struct assay_kernel_description *assay_description_find(const struct assay_description *description,
                                                              const char *name);

/* Checks `text` against a parameter and gives its canonical text (heap): 1e3 and 1_000 become 1000.
 * The error names the parameter, the text and the wish. */
int assay_value_canonical(char **canonical, const struct assay_parameter_description *parameter, const char *text,
                          struct assay_error *error);
/* [a-z][a-z0-9_]* and, with `dots` (kernels, aliases), further words [a-z0-9_]+ behind dots; at most 63 bytes. */
#define ASSAY_NAME_MAX ((size_t)63)
bool assay_name_valid(const char *name, bool dots);

#endif
