/* Facts from files, and facts that two sources tell. Knows no group. */
#include "machine/gather.h"

#include "machine/read.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void neither(struct assay_facts *facts, const char *group, const char *name, const char *path,
                    const struct assay_cpuid *library)
{
    char reason[256];
    snprintf(reason, sizeof reason, "not in %s; %s", path, library->known ? "libcpuid does not tell" : library->reason);
    assay_facts_none(facts, group, name, reason);
}

void assay_fact_two_texts(struct assay_facts *facts, const char *group, const char *name, const char *kernel,
                          const char *path, const char *cpuid, const struct assay_cpuid *library)
{
    char source[320];
    if (!*kernel && !*cpuid) {
        neither(facts, group, name, path, library);
        return;
    }
    if (!*kernel) {
        snprintf(source, sizeof source, "%s", library->library);
    } else if (!*cpuid) {
        snprintf(source, sizeof source, "%s", path);
    } else if (strcmp(kernel, cpuid) == 0) {
        snprintf(source, sizeof source, "%s, %s agrees", path, library->library);
    } else {
        snprintf(source, sizeof source, "%s, %s says '%s'", path, library->library, cpuid);
    }
    assay_facts_text(facts, group, name, *kernel ? kernel : cpuid, source);
}

void assay_fact_two_numbers(struct assay_facts *facts, const char *group, const char *name, int64_t kernel,
                            const char *path, int64_t cpuid, const struct assay_cpuid *library)
{
    char source[320];
    if (kernel < 0 && cpuid < 0) {
        neither(facts, group, name, path, library);
        return;
    }
    if (kernel < 0) {
        snprintf(source, sizeof source, "%s", library->library);
    } else if (cpuid < 0) {
        snprintf(source, sizeof source, "%s", path);
    } else if (kernel == cpuid) {
        snprintf(source, sizeof source, "%s, %s agrees", path, library->library);
    } else {
        snprintf(source, sizeof source, "%s, %s says %" PRId64, path, library->library, cpuid);
    }
    assay_facts_integer(facts, group, name, kernel >= 0 ? kernel : cpuid, source);
}

void assay_fact_line(struct assay_facts *facts, const char *group, const char *name, const char *path,
                     const char *missing)
{
    char line[512];
    if (!assay_read_small(line, sizeof line, path)) {
        assay_facts_none(facts, group, name, missing);
        return;
    }
    size_t length = strcspn(line, "\n");
    while (length > 0 && line[length - 1] == ' ') {
        length--;
    }
    line[length] = 0;
    if (length > 0) {
        assay_facts_text(facts, group, name, line, path);
    } else {
        assay_facts_none(facts, group, name, missing);
    }
}

void assay_fact_number(struct assay_facts *facts, const char *group, const char *name, const char *path,
                       const char *missing)
{
    int64_t number;
    if (assay_read_number(&number, path)) {
        assay_facts_integer(facts, group, name, number, path);
    } else {
        assay_facts_none(facts, group, name, missing);
    }
}
