/* What layouts need of an ELF file: the names of its code sections, and its build-id. Knows no linker. */
#ifndef ASSAY_CATALOG_SECTIONS_H
#define ASSAY_CATALOG_SECTIONS_H

#include "base/error.h"

#include <stddef.h>

struct assay_sections {
    char **functions; /* NAME of every section .text.NAME that holds code: sorted, each once; heap */
    size_t count;
    char *build_id; /* lower-case hexadecimal; NULL: none */
};

/* Reads a 64-bit ELF file of this machine's byte order. Every offset in it is checked. Errors (ASSAY_EINPUT) name the
 * path; a name that is more than letters, digits, '_', '.' and '$' is left out: no linker script could say it. */
int assay_sections_read(struct assay_sections *out, const char *path, struct assay_error *error);
void assay_sections_release(struct assay_sections *sections);

#endif
