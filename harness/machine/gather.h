/* The groups of facts, a function each. Internal to this folder. */
#ifndef ASSAY_MACHINE_GATHER_H
#define ASSAY_MACHINE_GATHER_H

#include "base/facts.h"
#include "machine/cpuid.h"
#include "machine/parse.h"

struct assay_gathering {
    const struct assay_cpuid *cpuid;
    const struct assay_cpuinfo *cpuinfo;
};

void assay_gather_cpu(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_caches(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_topology(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_memory(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_kernel(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_virtualization(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_frequency(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_clock(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_counters(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_libraries(struct assay_facts *facts, const struct assay_gathering *from);
void assay_gather_git(struct assay_facts *facts, const struct assay_gathering *from);
/* From the facts of the other groups: comes last. */
void assay_gather_fingerprint(struct assay_facts *facts, const struct assay_gathering *from);

/* Facts that the kernel (from `path`) and libcpuid both tell: the kernel's word, and in its source whether libcpuid
 * agrees. Empty texts and negative numbers: not told; neither: none. */
void assay_fact_two_texts(struct assay_facts *facts, const char *group, const char *name, const char *kernel,
                          const char *path, const char *cpuid, const struct assay_cpuid *library);
void assay_fact_two_numbers(struct assay_facts *facts, const char *group, const char *name, int64_t kernel,
                            const char *path, int64_t cpuid, const struct assay_cpuid *library);
/* The first line of `path` as text, or none with the reason `missing`. */
void assay_fact_line(struct assay_facts *facts, const char *group, const char *name, const char *path,
                     const char *missing);
/* The number in `path`, or none. */
void assay_fact_number(struct assay_facts *facts, const char *group, const char *name, const char *path,
                       const char *missing);

#endif
