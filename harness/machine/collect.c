/* Gathers all groups of facts, in the order in which a person wants to read them. */
#include "machine/machine.h"

#include "base/file.h"
#include "machine/gather.h"

#include <stdlib.h>

#define CPUINFO_LIMIT (8u << 20) /* about 2 KiB a processor */

void assay_machine_collect(struct assay_facts *facts)
{
    static void (*const groups[])(struct assay_facts *, const struct assay_gathering *) = {
        assay_gather_cpu,      assay_gather_caches,         assay_gather_topology,  assay_gather_memory,
        assay_gather_kernel,   assay_gather_virtualization, assay_gather_frequency, assay_gather_clock,
        assay_gather_counters, assay_gather_libraries,      assay_gather_git,       assay_gather_fingerprint,
    };
    struct assay_cpuid cpuid;
    struct assay_cpuinfo cpuinfo;
    char *text = NULL;
    size_t length;
    assay_cpuid_read(&cpuid);
    if (assay_file_read(&text, &length, "/proc/cpuinfo", CPUINFO_LIMIT, NULL) != 0) {
        text = NULL;
    }
    assay_cpuinfo_parse(&cpuinfo, text ? text : "");
    free(text);
    const struct assay_gathering from = { &cpuid, &cpuinfo };
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        groups[i](facts, &from);
    }
    assay_cpuinfo_release(&cpuinfo);
    assay_cpuid_release(&cpuid);
}
