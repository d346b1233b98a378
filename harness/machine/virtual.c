/* The group "virtualization": whether a hypervisor or a container stands between the program and the machine. */
#include "machine/gather.h"
#include "machine/read.h"

#include <string.h>
#include <unistd.h>

#define DMI "/sys/class/dmi/id/"

/* DMI product or vendor names that are a hypervisor's; a cloud's own name says nothing of its hypervisor. */
static const char *hypervisor_by_dmi(const char **source)
{
    static const char *const files[] = { DMI "product_name", DMI "sys_vendor", DMI "bios_vendor" };
    static const struct {
        const char *sign;
        const char *name;
    } signs[] = {
        { "KVM", "KVM" },
        { "QEMU", "QEMU" },
        { "VMware", "VMware" },
        { "VirtualBox", "VirtualBox" },
        { "innotek", "VirtualBox" },
        { "Xen", "Xen" },
        { "Bochs", "Bochs" },
        { "Parallels", "Parallels" },
        { "BHYVE", "bhyve" },
        { "Google Compute Engine", "KVM" },
        { "Virtual Machine", "Hyper-V" },
    };
    char text[256];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!assay_read_small(text, sizeof text, files[i])) {
            continue;
        }
        for (size_t j = 0; j < sizeof signs / sizeof *signs; j++) {
            if (strstr(text, signs[j].sign)) {
                *source = files[i];
                return signs[j].name;
            }
        }
    }
    return NULL;
}

static bool kernel_sees_hypervisor(const struct assay_cpuinfo *cpuinfo)
{
    return cpuinfo->features && strstr(cpuinfo->features, "hypervisor");
}

static void gather_hypervisor(struct assay_facts *facts, const struct assay_gathering *from)
{
    const char *source = NULL;
    const char *by_dmi = hypervisor_by_dmi(&source);
    char type[64];
    if (from->cpuid->hypervisor) {
        assay_facts_text(facts, "virtualization", "hypervisor", from->cpuid->hypervisor, from->cpuid->library);
    } else if (assay_read_small(type, sizeof type, "/sys/hypervisor/type") && type[0]) {
        assay_facts_text(facts, "virtualization", "hypervisor", type, "/sys/hypervisor/type");
    } else if (by_dmi) {
        assay_facts_text(facts, "virtualization", "hypervisor", by_dmi, source);
    } else if (kernel_sees_hypervisor(from->cpuinfo)) {
        assay_facts_none(facts, "virtualization", "hypervisor",
                         "there is one (/proc/cpuinfo), but it does not say which");
    } else if (from->cpuinfo->features) {
        assay_facts_text(facts, "virtualization", "hypervisor", "none",
                         "no sign in cpuid, /sys/hypervisor, DMI or /proc/cpuinfo");
    } else {
        assay_facts_none(facts, "virtualization", "hypervisor", "nothing here would tell");
    }
}

static void gather_container(struct assay_facts *facts)
{
    char text[4096];
    const char *name;
    if (assay_read_small(text, sizeof text, "/run/systemd/container") && text[0]) {
        assay_facts_text(facts, "virtualization", "container", text, "/run/systemd/container");
    } else if (access("/run/.containerenv", F_OK) == 0) {
        assay_facts_text(facts, "virtualization", "container", "podman", "/run/.containerenv");
    } else if (access("/.dockerenv", F_OK) == 0) {
        assay_facts_text(facts, "virtualization", "container", "docker", "/.dockerenv");
    } else if (assay_read_small(text, sizeof text, "/proc/1/cgroup") && (name = assay_parse_container(text)) != NULL) {
        assay_facts_text(facts, "virtualization", "container", name, "/proc/1/cgroup");
    } else {
        assay_facts_text(facts, "virtualization", "container", "none",
                         "no /run/systemd/container, /run/.containerenv, /.dockerenv, nothing in /proc/1/cgroup");
    }
}

void assay_gather_virtualization(struct assay_facts *facts, const struct assay_gathering *from)
{
    gather_hypervisor(facts, from);
    assay_fact_line(facts, "virtualization", "product", DMI "product_name", "no " DMI "product_name");
    gather_container(facts);
}
