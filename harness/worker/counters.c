/* One group, so that all are counted over the same time. A group that shared the counters with somebody else for part
 * of a batch is not scaled up: an extrapolated count is not a count. */
#include "worker/counters.h"

#include <linux/perf_event.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { COUNTERS = 4 };

static const struct {
    uint64_t config;
    size_t offset;
} events[COUNTERS] = {
    { PERF_COUNT_HW_CPU_CYCLES, offsetof(struct assay_counter_values, cycles) },
    { PERF_COUNT_HW_INSTRUCTIONS, offsetof(struct assay_counter_values, instructions) },
    { PERF_COUNT_HW_BRANCH_MISSES, offsetof(struct assay_counter_values, branch_misses) },
    { PERF_COUNT_HW_CACHE_MISSES, offsetof(struct assay_counter_values, cache_misses) },
};

static int open_event(uint64_t config, int group)
{
    struct perf_event_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.size = sizeof attributes;
    attributes.type = PERF_TYPE_HARDWARE;
    attributes.config = config;
    attributes.disabled = group < 0;
    attributes.exclude_kernel = 1;
    attributes.exclude_hv = 1;
    attributes.read_format = PERF_FORMAT_GROUP | PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, group, PERF_FLAG_FD_CLOEXEC);
}

bool assay_counters_open(struct assay_counters *counters)
{
    struct assay_counters opened = { { -1, -1, -1, -1 }, 0, 0 };
    opened.fds[0] = open_event(events[0].config, -1);
    if (opened.fds[0] < 0) {
        return false;
    }
    for (int i = 1; i < COUNTERS; i++) {
        opened.fds[i] = open_event(events[i].config, opened.fds[0]);
    }
    *counters = opened;
    return true;
}

void assay_counters_close(struct assay_counters *counters)
{
    for (int i = COUNTERS - 1; i >= 0; i--) {
        if (counters->fds[i] >= 0) {
            close(counters->fds[i]);
            counters->fds[i] = -1;
        }
    }
}

/* What a read of the group gives. */
struct group {
    uint64_t members, enabled_ns, running_ns, values[COUNTERS];
};

void assay_counters_start(struct assay_counters *counters)
{
    struct group group = { 0, 0, 0, { 0 } };
    ioctl(counters->fds[0], PERF_EVENT_IOC_RESET, PERF_IOC_FLAG_GROUP);
    if (read(counters->fds[0], &group, sizeof group) > 0) { /* the times are not reset */
        counters->enabled_ns = group.enabled_ns;
        counters->running_ns = group.running_ns;
    }
    ioctl(counters->fds[0], PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
}

void assay_counters_stop(struct assay_counter_values *out, const struct assay_counters *counters)
{
    struct group group = { 0, 0, 0, { 0 } };
    ioctl(counters->fds[0], PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
    ssize_t got = read(counters->fds[0], &group, sizeof group);
    uint64_t running = group.running_ns - counters->running_ns;
    bool whole = got > 0 && running > 0 && running == group.enabled_ns - counters->enabled_ns;
    size_t at = 0;
    for (int i = 0; i < COUNTERS; i++) {
        double value = NAN;
        if (counters->fds[i] >= 0 && whole && at < group.members) {
            value = (double)group.values[at++];
        }
        memcpy((char *)out + events[i].offset, &value, sizeof value);
    }
}
