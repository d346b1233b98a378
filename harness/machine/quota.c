/* How much processor time the control groups grant: a limit that no list of processors shows. */
#include "machine/machine.h"
#include "machine/parse.h"
#include "machine/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "50000 100000" to 0.5; negative where there is no limit. */
static double parse_quota(const char *text)
{
    char *end;
    double quota = strtod(text, &end);
    double period = end != text ? strtod(end, NULL) : 0.0;
    return end != text && quota > 0.0 && period > 0.0 ? quota / period : -1.0;
}

static double read_group(const char *path, bool unified)
{
    char text[128];
    int64_t quota, period;
    if (unified) {
        return assay_read_at(text, sizeof text, "/sys/fs/cgroup%s/cpu.max", path) ? parse_quota(text) : -1.0;
    }
    char name[1024];
    int length = snprintf(name, sizeof name, "/sys/fs/cgroup/cpu%s/cpu.cfs_quota_us", path);
    if (length < 0 || (size_t)length >= sizeof name || !assay_read_number(&quota, name)) {
        return -1.0; /* -1: no limit */
    }
    length = snprintf(name, sizeof name, "/sys/fs/cgroup/cpu%s/cpu.cfs_period_us", path);
    if (length < 0 || (size_t)length >= sizeof name || !assay_read_number(&period, name) || period <= 0 || quota <= 0) {
        return -1.0;
    }
    return (double)quota / (double)period;
}

double assay_machine_quota(void)
{
    char text[4096];
    char path[512];
    bool unified;
    double least = -1.0;
    if (!assay_read_small(text, sizeof text, "/proc/self/cgroup") ||
        !assay_parse_cgroup_path(path, sizeof path, &unified, text)) {
        return -1.0;
    }
    for (;;) { /* from this process's group to the root */
        double quota = read_group(path, unified);
        if (quota > 0.0 && (least < 0.0 || quota < least)) {
            least = quota;
        }
        char *slash = strrchr(path, '/');
        if (!slash) {
            return least;
        }
        *slash = '\0';
    }
}
