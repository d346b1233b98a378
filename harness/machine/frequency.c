/* The group "frequency": who decides how fast the clock goes, as far as the kernel lets it be seen. */
#include "machine/gather.h"
#include "machine/read.h"

#define POLICY "/sys/devices/system/cpu/cpu0/cpufreq"
#define HIDDEN "no " POLICY ": the kernel (or a hypervisor) does not show it"

/* Turbo is told by two drivers in two ways. */
static void gather_turbo(struct assay_facts *facts)
{
    int64_t value;
    if (assay_read_number(&value, "/sys/devices/system/cpu/intel_pstate/no_turbo")) {
        assay_facts_bool(facts, "frequency", "turbo", value == 0, "/sys/devices/system/cpu/intel_pstate/no_turbo");
    } else if (assay_read_number(&value, "/sys/devices/system/cpu/cpufreq/boost")) {
        assay_facts_bool(facts, "frequency", "turbo", value != 0, "/sys/devices/system/cpu/cpufreq/boost");
    } else if (assay_read_number(&value, POLICY "/boost")) {
        assay_facts_bool(facts, "frequency", "turbo", value != 0, POLICY "/boost");
    } else {
        assay_facts_none(facts, "frequency", "turbo", "neither intel_pstate/no_turbo nor cpufreq/boost is shown");
    }
}

void assay_gather_frequency(struct assay_facts *facts, const struct assay_gathering *from)
{
    (void)from;
    assay_fact_line(facts, "frequency", "driver", POLICY "/scaling_driver", HIDDEN);
    assay_fact_line(facts, "frequency", "governor", POLICY "/scaling_governor", HIDDEN);
    assay_fact_number(facts, "frequency", "least_khz", POLICY "/scaling_min_freq", HIDDEN);
    assay_fact_number(facts, "frequency", "most_khz", POLICY "/scaling_max_freq", HIDDEN);
    gather_turbo(facts);
}
