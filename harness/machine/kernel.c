/* The groups "kernel" and "libraries". The host's name is not recorded: documents are handed on. */
#include "machine/gather.h"
#include "machine/machine.h"
#include "machine/read.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define ASLR "/proc/sys/kernel/randomize_va_space"

static void gather_distribution(struct assay_facts *facts)
{
    char text[4096];
    const char *key = "PRETTY_NAME=";
    if (!assay_read_small(text, sizeof text, "/etc/os-release")) {
        assay_facts_none(facts, "kernel", "distribution", "no /etc/os-release");
        return;
    }
    char *at = strncmp(text, key, strlen(key)) == 0 ? text : strstr(text, "\nPRETTY_NAME=");
    if (!at) {
        assay_facts_none(facts, "kernel", "distribution", "no PRETTY_NAME in /etc/os-release");
        return;
    }
    at = strchr(at, '=') + 1;
    at += *at == '"';
    at[strcspn(at, "\"\n")] = 0;
    assay_facts_text(facts, "kernel", "distribution", at, "/etc/os-release");
}

void assay_gather_kernel(struct assay_facts *facts, const struct assay_gathering *from)
{
    (void)from;
    struct utsname names;
    if (uname(&names) == 0) {
        assay_facts_text(facts, "kernel", "name", names.sysname, "uname");
        assay_facts_text(facts, "kernel", "release", names.release, "uname");
        assay_facts_text(facts, "kernel", "version", names.version, "uname");
    } else {
        assay_facts_none(facts, "kernel", "release", "uname fails");
    }
    gather_distribution(facts);
    assay_fact_number(facts, "kernel", "aslr", ASLR, "no " ASLR);
}

void assay_machine_library(struct assay_facts *facts, const char *name, const char *version, const char *source)
{
    if (version && *version) {
        assay_facts_text(facts, "libraries", name, version, source);
    } else {
        assay_facts_none(facts, "libraries", name, "the library does not tell its version");
    }
}

void assay_gather_libraries(struct assay_facts *facts, const struct assay_gathering *from)
{
    const char *blank = strchr(from->cpuid->library, ' ');
    assay_machine_library(facts, "libc", gnu_get_libc_version(), "gnu_get_libc_version");
    assay_machine_library(facts, "libcpuid", blank ? blank + 1 : NULL, "cpuid_lib_version");
}
