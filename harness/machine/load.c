/* The group "load": what else the machine did before and after a run. */
#include "machine/machine.h"
#include "machine/read.h"

#include <stdio.h>
#include <stdlib.h>

void assay_machine_collect_load(struct assay_facts *facts, const char *prefix)
{
    static const char *const spans[] = { "1m", "5m", "15m" };
    char name[64];
    double averages[3];
    int known = getloadavg(averages, 3);
    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "%s_%s", prefix, spans[i]);
        if (i < known) {
            assay_facts_real(facts, "load", name, averages[i], "/proc/loadavg");
        } else {
            assay_facts_none(facts, "load", name, "no /proc/loadavg");
        }
    }
    snprintf(name, sizeof name, "%s_steal_ns", prefix);
    int64_t steal_ns = assay_machine_steal_ns(-1);
    if (steal_ns >= 0) {
        assay_facts_integer(facts, "load", name, steal_ns, "/proc/stat");
    } else {
        assay_facts_none(facts, "load", name, "no steal column in /proc/stat");
    }
    snprintf(name, sizeof name, "%s_available_bytes", prefix);
    int64_t available = assay_machine_available_bytes();
    if (available >= 0) {
        assay_facts_integer(facts, "load", name, available, "/proc/meminfo and control groups");
    } else {
        assay_facts_none(facts, "load", name, "no MemAvailable in /proc/meminfo");
    }
}
