/* Names that were met before, and the number that goes with each. Knows no format. */
#ifndef ASSAY_IMPORT_NAMES_H
#define ASSAY_IMPORT_NAMES_H

#include <stddef.h>

struct assay_import_names { /* zero it before use */
    void *root;
};
/* The number of that name, SIZE_MAX when it is new; borrowed, until release. NULL: out of memory. */
size_t *assay_import_names_get(struct assay_import_names *names, const char *name);
void assay_import_names_release(struct assay_import_names *names);

#endif
