/* What libcpuid says, in plain fields, so that cpu.c alone includes it. Internal to this folder. */
#ifndef ASSAY_MACHINE_CPUID_H
#define ASSAY_MACHINE_CPUID_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers are -1 and texts empty where libcpuid does not say; sizes in KiB. */
struct assay_cpuid {
    bool known;
    char library[40]; /* "libcpuid 0.6.2" */
    char reason[96];  /* why not known */
    char vendor[32];
    char model[96];
    char codename[96]; /* its best guess, right or wrong */
    int64_t family;    /* with the extended bits, as the kernel counts them */
    int64_t number;
    int64_t stepping;
    int64_t cores; /* of a socket */
    int64_t l1d_kib, l1i_kib, l2_kib, l3_kib;
    const char *hypervisor; /* static; NULL: none seen */
    char *features;         /* heap: names with blanks between */
};
/* Executes the cpuid instruction some hundred times (8 us each under a hypervisor): once a program is enough. */
void assay_cpuid_read(struct assay_cpuid *cpuid);
void assay_cpuid_release(struct assay_cpuid *cpuid);

#endif
