/* Names to kernels: by name before by alias, the first directory first, and an error that helps. */
#include "catalog/catalog.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* The first kernel of that name (or alias) of the implementation (NULL: any). */
static bool find_as(struct assay_found *found, const struct assay_catalog *catalog, const struct assay_source *only,
                    const char *name, const char *implementation, bool alias)
{
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        if (source->unavailable != NULL || (only != NULL && source != only) ||
            (implementation != NULL && strcmp(source->description.implementation, implementation) != 0)) {
            continue;
        }
        const struct assay_kernel_description *kernel = assay_description_find(&source->description, name);
        if (kernel != NULL && (strcmp(kernel->name, name) == 0) != alias) {
            *found = (struct assay_found){ source, kernel };
            return true;
        }
    }
    return false;
}

static bool find_in(struct assay_found *found, const struct assay_catalog *catalog, const struct assay_source *only,
                    const char *name, const char *implementation)
{
    /* A name before an alias: an alias of one plug-in must not hide another's kernel. */
    return find_as(found, catalog, only, name, implementation, false) ||
           find_as(found, catalog, only, name, implementation, true);
}

bool assay_catalog_find_any(struct assay_found *found, const struct assay_catalog *catalog, const char *name)
{
    return find_in(found, catalog, NULL, name, NULL);
}

static size_t name_count(const struct assay_catalog *catalog)
{
    size_t count = 0;
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_description *description = &assay_catalog_at(catalog, i)->description;
        for (size_t k = 0; k < description->kernel_count; k++) {
            count++;
            for (char **alias = description->kernels[k].aliases; *alias != NULL; alias++) {
                count++;
            }
        }
    }
    return count;
}

/* Every name and alias there is, NULL-terminated, borrowed in a heap array; of `only` if that is not NULL. */
static const char **all_names(const struct assay_catalog *catalog, const struct assay_source *only)
{
    const char **names = calloc(name_count(catalog) + 1, sizeof *names);
    size_t used = 0;
    for (size_t i = 0; names != NULL && i < assay_catalog_count(catalog); i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        for (size_t k = 0; k < source->description.kernel_count && (only == NULL || source == only); k++) {
            names[used++] = source->description.kernels[k].name;
            for (char **alias = source->description.kernels[k].aliases; *alias != NULL; alias++) {
                names[used++] = *alias;
            }
        }
    }
    return names;
}

static int fail_unknown(const struct assay_catalog *catalog, const struct assay_source *only, const char *name,
                        struct assay_error *error)
{
    const char **names = all_names(catalog, only);
    const char *nearest = names != NULL ? assay_nearest(name, names) : NULL;
    size_t broken = 0;
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        broken += assay_catalog_at(catalog, i)->unavailable != NULL;
    }
    int code;
    if (nearest != NULL) {
        code = assay_fail(error, ASSAY_EUSAGE, "unknown benchmark '%s'%s%s: did you mean '%s'?", name,
                          only != NULL ? " in " : "", only != NULL ? only->path : "", nearest);
    } else if (only != NULL) {
        code = assay_fail(error, ASSAY_EUSAGE, "unknown benchmark '%s' in %s: want %s", name, only->path,
                          names != NULL && names[0] != NULL ? names[0] : "a plug-in with kernels");
    } else if (broken > 0) {
        code = assay_fail(error, ASSAY_EUSAGE,
                          "unknown benchmark '%s': `assay list` shows those there are, and %zu plug-in%s that cannot be used",
                          name, broken, broken == 1 ? "" : "s");
    } else {
        code = assay_fail(error, ASSAY_EUSAGE, "unknown benchmark '%s': `assay list` shows those there are", name);
    }
    free(names);
    return code;
}

/* The kernel exists, but not in this implementation: names those there are. */
static int fail_implementation(const struct assay_catalog *catalog, const struct assay_source *only, const char *name,
                               const char *implementation, struct assay_error *error)
{
    struct assay_text there = ASSAY_TEXT_INIT;
    const char *seen[8] = { NULL };
    size_t count = 0;
    for (size_t i = 0; i < assay_catalog_count(catalog) && count < 8; i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        bool fits = source->unavailable == NULL && (only == NULL || source == only) &&
                    assay_description_find(&source->description, name) != NULL;
        for (size_t k = 0; fits && k < count; k++) {
            fits = strcmp(seen[k], source->description.implementation) != 0;
        }
        if (fits) {
            seen[count++] = source->description.implementation;
            assay_text_format(&there, "%s@%s", count > 1 ? ", " : "", source->description.implementation);
        }
    }
    int code = assay_fail(error, ASSAY_EUSAGE, "benchmark '%s' has no implementation '%s': want %s", name, implementation,
                          there.bytes != NULL ? there.bytes : "another");
    assay_text_release(&there);
    return code;
}

int assay_catalog_find(struct assay_found *found, const struct assay_catalog *catalog, const struct assay_source *only,
                       const char *name, const char *implementation, struct assay_error *error)
{
    const char *wanted = implementation != NULL ? implementation : "c";
    struct assay_found any;
    if (find_in(found, catalog, only, name, wanted)) {
        return 0;
    }
    bool known = find_in(&any, catalog, only, name, NULL);
    for (size_t i = 0; i < assay_catalog_count(catalog); i++) {
        const struct assay_source *source = assay_catalog_at(catalog, i);
        bool could = source->description.implementation != NULL && strcmp(source->description.implementation, wanted) == 0;
        if (source->unavailable != NULL && (source == only || (only == NULL && known && could))) {
            return assay_fail(error, ASSAY_EUNAVAILABLE, "%s", source->unavailable);
        }
    }
    return known ? fail_implementation(catalog, only, name, wanted, error) : fail_unknown(catalog, only, name, error);
}
