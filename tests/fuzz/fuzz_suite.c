/* The reader of suite files, fed with anything: it refuses with one line or gives a suite that can be walked. */
// links: catalog protocol machine base
#include "catalog/suite.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct assay_error error = { 0 };
    struct assay_suite *suite = NULL;
    /* Without a directory, so that no input makes it read other files. */
    int code = assay_suite_parse(&suite, NULL, "fuzz.yaml", (const char *)data, size, &error);
    if (code != 0) {
        if (suite != NULL || error.text[0] == '\0' || strchr(error.text, '\n') != NULL) {
            abort();
        }
        return 0;
    }
    size_t length = strlen(suite->name) + strlen(suite->version) + strlen(suite->summary);
    for (size_t i = 0; i < suite->entry_count; i++) {
        const struct assay_suite_entry *entry = &suite->entries[i];
        length += strlen(entry->kernel) + strlen(entry->implementations[0]) + strlen(entry->file);
        for (size_t k = 0; k < entry->parameter_count; k++) {
            length += strlen(entry->parameters[k].name) + strlen(entry->parameters[k].values[0]);
        }
        if ((entry->has_expected && entry->expected.source == NULL) || (entry->baseline != NULL && entry->group == NULL)) {
            abort();
        }
        for (const uint32_t *jobs = entry->jobs; jobs != NULL && *jobs != 0; jobs++) {
            length += *jobs;
        }
    }
    for (size_t i = 0; i < suite->requirement_count; i++) {
        const struct assay_suite_requirement *requirement = &suite->requirements[i];
        const char *value = NULL;
        (void)assay_relation_of(&value, requirement->wish);
        if (strchr(requirement->fact, '.') == NULL || value[0] == '\0' ||
            assay_requirement_check(requirement->fact, requirement->wish, &error) != 0) {
            abort();
        }
    }
    if (suite->entry_count == 0 || length == 0) {
        abort();
    }
    assay_suite_close(suite);
    return 0;
}
