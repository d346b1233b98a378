/* What the processor says of itself, by libcpuid: the one file that includes it. Draws no conclusion. */
#include "machine/cpuid.h"

#include "base/text.h"

#include <libcpuid/libcpuid.h>
#include <stdio.h>
#include <stdlib.h>

static const char *hypervisor_name(hypervisor_vendor_t vendor)
{
    static const struct {
        hypervisor_vendor_t vendor;
        const char *name;
    } names[] = {
        { HYPERVISOR_BHYVE, "bhyve" },   { HYPERVISOR_HYPERV, "Hyper-V" },
        { HYPERVISOR_KVM, "KVM" },       { HYPERVISOR_PARALLELS, "Parallels" },
        { HYPERVISOR_QEMU, "QEMU" },     { HYPERVISOR_VIRTUALBOX, "VirtualBox" },
        { HYPERVISOR_VMWARE, "VMware" }, { HYPERVISOR_XEN, "Xen" },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (names[i].vendor == vendor) {
            return names[i].name;
        }
    }
    return NULL;
}

static char *list_features(const struct cpu_id_t *data)
{
    struct assay_text text = ASSAY_TEXT_INIT;
    for (int i = 0; i < NUM_CPU_FEATURES; i++) {
        if (!data->flags[i]) {
            continue;
        }
        if (text.length > 0) {
            assay_text_append_char(&text, ' ');
        }
        assay_text_append(&text, cpu_feature_str((cpu_feature_t)i));
    }
    if (text.length > 0 && !text.failed) {
        return assay_text_take(&text);
    }
    assay_text_release(&text);
    return NULL;
}

/* libcpuid writes 0 or -1 for what it does not know. */
static int64_t size_or_unknown(int32_t size)
{
    return size > 0 ? size : -1;
}

void assay_cpuid_read(struct assay_cpuid *cpuid)
{
    *cpuid = (struct assay_cpuid){ .family = -1,
                                   .number = -1,
                                   .stepping = -1,
                                   .cores = -1,
                                   .l1d_kib = -1,
                                   .l1i_kib = -1,
                                   .l2_kib = -1,
                                   .l3_kib = -1 };
    snprintf(cpuid->library, sizeof cpuid->library, "libcpuid %s", cpuid_lib_version());
    struct cpu_raw_data_t *raw = calloc(1, sizeof *raw);
    struct cpu_id_t *data = calloc(1, sizeof *data);
    if (!raw || !data) {
        snprintf(cpuid->reason, sizeof cpuid->reason, "out of memory");
    } else if (!cpuid_present()) {
        snprintf(cpuid->reason, sizeof cpuid->reason, "this processor has no cpuid instruction");
    } else if (cpuid_get_raw_data(raw) < 0 || cpu_identify(raw, data) < 0) {
        snprintf(cpuid->reason, sizeof cpuid->reason, "%s: %s", cpuid->library, cpuid_error());
    } else {
        cpuid->known = true;
        snprintf(cpuid->vendor, sizeof cpuid->vendor, "%s", data->vendor_str);
        snprintf(cpuid->model, sizeof cpuid->model, "%s", data->brand_str);
        snprintf(cpuid->codename, sizeof cpuid->codename, "%s", data->cpu_codename);
        cpuid->family = data->ext_family;
        cpuid->number = data->ext_model;
        cpuid->stepping = data->stepping;
        cpuid->cores = size_or_unknown(data->num_cores);
        cpuid->l1d_kib = size_or_unknown(data->l1_data_cache);
        cpuid->l1i_kib = size_or_unknown(data->l1_instruction_cache);
        cpuid->l2_kib = size_or_unknown(data->l2_cache);
        cpuid->l3_kib = size_or_unknown(data->l3_cache);
        cpuid->hypervisor = hypervisor_name(cpuid_get_hypervisor(raw, data));
        cpuid->features = list_features(data);
    }
    free(data);
    free(raw);
}

void assay_cpuid_release(struct assay_cpuid *cpuid)
{
    free(cpuid->features);
    cpuid->features = NULL;
}
