/* What a shared object takes from others: the libraries that it names, and the versioned symbols that it is bound to.
 * For the linker's stand-ins of layouts. Internal to catalog/. */
#ifndef ASSAY_CATALOG_IMPORTS_H
#define ASSAY_CATALOG_IMPORTS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct assay_import {
    char *symbol;
    char *library; /* "libc.so.6"; NULL: the symbol has no version, and nobody knows whose it is */
    char *version; /* "GLIBC_2.2.5"; NULL likewise */
    bool function; /* or of no type; else data */
    bool weak;
};
struct assay_imports {
    char **libraries; /* in the order in which the file names them */
    size_t library_count;
    struct assay_import *items; /* sorted by symbol, library, version */
    size_t count;
    bool odd; /* holds what stand-ins cannot stand in for: a thread's variables, names that cannot be said */
};
/* Reads a 64-bit shared object. Every offset in it is checked. Errors (ASSAY_EINPUT) name the path. */
int assay_imports_read(struct assay_imports *out, const char *path, struct assay_error *error);
void assay_imports_release(struct assay_imports *imports);
bool assay_imports_equal(const struct assay_imports *a, const struct assay_imports *b);

#endif
