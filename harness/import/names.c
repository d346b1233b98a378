/* Names and their numbers in the C library's balanced tree: no order of names makes it slow. */
#include "import/names.h"

#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct named {
    size_t number;
    char name[];
};

static int compare(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    return strcmp(x->name, y->name);
}

size_t *assay_import_names_get(struct assay_import_names *names, const char *name)
{
    size_t length = strlen(name) + 1;
    struct named *made = malloc(sizeof *made + length);
    if (!made) {
        return NULL;
    }
    made->number = SIZE_MAX;
    memcpy(made->name, name, length);
    struct named *const *found = tsearch(made, &names->root, compare);
    if (!found || *found != made) {
        free(made);
    }
    return found ? &(*found)->number : NULL;
}

void assay_import_names_release(struct assay_import_names *names)
{
    tdestroy(names->root, free);
    names->root = NULL;
}
