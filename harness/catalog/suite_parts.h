/* Parts of a suite, between the files that read them. For catalog/suite*.c alone. */
#ifndef ASSAY_CATALOG_SUITE_PARTS_H
#define ASSAY_CATALOG_SUITE_PARTS_H

#include "catalog/suite.h"
#include "catalog/yaml.h"

/* `into` is a struct assay_protocol that is unset; see assay_key_fn. */
int assay_suite_read_protocol(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);
/* `into` is a struct assay_requirement_list that is empty; see assay_key_fn. */
struct assay_requirement_list {
    struct assay_suite_requirement *items;
    size_t count;
};
int assay_suite_read_environment(void *into, const char *key, const struct assay_yaml *node, struct assay_error *error);
/* Fills *out with the benchmark of the `which`-th kernel that the mapping lists; *more says whether there is another. On failure
 * nothing is left in *out. */
int assay_suite_read_benchmark(struct assay_suite_entry *out, bool *more, size_t which, const struct assay_yaml *node,
                               struct assay_error *error);
void assay_suite_entry_release(struct assay_suite_entry *entry);

#endif
