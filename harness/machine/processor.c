/* The group "cpu": which processor this is, from the kernel and from libcpuid. Never prints a guess as a fact. */
#include "machine/gather.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define CPUINFO "/proc/cpuinfo"

static void gather_codename(struct assay_facts *facts, const struct assay_gathering *from)
{
    const struct assay_cpuid *cpuid = from->cpuid;
    if (!cpuid->known) {
        assay_facts_none(facts, "cpu", "codename", cpuid->reason);
    } else if (assay_codename_known(cpuid->vendor, cpuid->family, cpuid->number, cpuid->stepping, cpuid->codename)) {
        assay_facts_text(facts, "cpu", "codename", cpuid->codename, cpuid->library);
    } else {
        char reason[192];
        snprintf(reason, sizeof reason,
                 "%s does not know family %" PRId64 " model %" PRId64 " stepping %" PRId64
                 ": its answer would be a guess",
                 cpuid->library, cpuid->family, cpuid->number, cpuid->stepping);
        assay_facts_none(facts, "cpu", "codename", reason);
    }
}

static bool names_feature(const char *features, const char *name, size_t length)
{
    for (const char *at = features; *at;) {
        size_t word = strcspn(at, " ");
        if (word == length && strncmp(at, name, length) == 0) {
            return true;
        }
        at += word;
        at += strspn(at, " ");
    }
    return false;
}

/* What the kernel names beside libcpuid's list. */
static void gather_more_features(struct assay_facts *facts, const struct assay_gathering *from)
{
    struct assay_text more = ASSAY_TEXT_INIT;
    for (const char *at = from->cpuinfo->features; *at;) {
        size_t length = strcspn(at, " ");
        if (length > 0 && !names_feature(from->cpuid->features, at, length)) {
            if (more.length > 0) {
                assay_text_append_char(&more, ' ');
            }
            assay_text_append_bytes(&more, at, length);
        }
        at += length;
        at += strspn(at, " ");
    }
    if (more.failed || more.length == 0) {
        assay_facts_none(facts, "cpu", "features_more", "libcpuid names all that " CPUINFO " does");
    } else {
        assay_facts_text(facts, "cpu", "features_more", more.bytes, CPUINFO);
    }
    assay_text_release(&more);
}

static void gather_features(struct assay_facts *facts, const struct assay_gathering *from)
{
    const char *by_cpuid = from->cpuid->features;
    const char *by_kernel = from->cpuinfo->features;
    if (by_cpuid) {
        assay_facts_text(facts, "cpu", "features", by_cpuid, from->cpuid->library);
    } else if (by_kernel) {
        assay_facts_text(facts, "cpu", "features", by_kernel, CPUINFO);
    } else {
        assay_facts_none(facts, "cpu", "features", "neither libcpuid nor " CPUINFO " lists any");
    }
    if (by_cpuid && by_kernel) {
        gather_more_features(facts, from);
    }
}

void assay_gather_cpu(struct assay_facts *facts, const struct assay_gathering *from)
{
    const struct assay_cpuinfo *kernel = from->cpuinfo;
    const struct assay_cpuid *cpuid = from->cpuid;
    struct utsname names;
    assay_fact_two_texts(facts, "cpu", "model", kernel->model, CPUINFO, cpuid->model, cpuid);
    assay_fact_two_texts(facts, "cpu", "vendor", kernel->vendor, CPUINFO, cpuid->vendor, cpuid);
    assay_fact_two_numbers(facts, "cpu", "family", kernel->family, CPUINFO, cpuid->family, cpuid);
    assay_fact_two_numbers(facts, "cpu", "model_number", kernel->number, CPUINFO, cpuid->number, cpuid);
    assay_fact_two_numbers(facts, "cpu", "stepping", kernel->stepping, CPUINFO, cpuid->stepping, cpuid);
    gather_codename(facts, from);
    gather_features(facts, from);
    if (kernel->microcode[0]) {
        assay_facts_text(facts, "cpu", "microcode", kernel->microcode, CPUINFO);
    } else {
        assay_facts_none(facts, "cpu", "microcode", CPUINFO " does not tell");
    }
    if (uname(&names) == 0) {
        assay_facts_text(facts, "cpu", "architecture", names.machine, "uname");
    } else {
        assay_facts_none(facts, "cpu", "architecture", "uname fails");
    }
}
