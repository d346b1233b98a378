/* getrusage and sched_getcpu: the two that cost well under a microsecond. /proc would cost ten. */
#include "worker/usage.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static int64_t cpu_ns(const struct rusage *usage)
{
    return ((int64_t)usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000 +
           ((int64_t)usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000;
}

static void take(struct assay_usage *out, const struct rusage *usage)
{
    out->voluntary_switches += usage->ru_nvcsw;
    out->involuntary_switches += usage->ru_nivcsw;
    out->faults += usage->ru_minflt + usage->ru_majflt;
}

void assay_usage_read(struct assay_usage *out, unsigned scope)
{
    struct rusage usage;
    *out = (struct assay_usage){ .processor = sched_getcpu() };
    if (getrusage((scope & ASSAY_USAGE_PROCESS) != 0 ? RUSAGE_SELF : RUSAGE_THREAD, &usage) == 0) {
        take(out, &usage);
    }
    if ((scope & ASSAY_USAGE_CHILDREN) != 0 && getrusage(RUSAGE_CHILDREN, &usage) == 0) {
        take(out, &usage);
        out->children_cpu_ns = cpu_ns(&usage);
    }
}

void assay_usage_add(struct assay_usage *sum, const struct assay_usage *before, const struct assay_usage *after)
{
    sum->voluntary_switches += after->voluntary_switches - before->voluntary_switches;
    sum->involuntary_switches += after->involuntary_switches - before->involuntary_switches;
    sum->faults += after->faults - before->faults;
    sum->children_cpu_ns += after->children_cpu_ns - before->children_cpu_ns;
    sum->migrations += after->processor != before->processor;
}

/* Not ru_maxrss: that is inherited through exec, so it holds the peak of the coordinator when it forked. */
int64_t assay_usage_peak_bytes(void)
{
    char line[256];
    long long kibibytes = -1;
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL) {
        return -1;
    }
    while (fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kibibytes = atoll(line + 6);
            break;
        }
    }
    fclose(status);
    return kibibytes < 0 ? -1 : (int64_t)kibibytes * 1024;
}
