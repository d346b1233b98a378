/* Whether hardware counters can be opened, and the group "counters". Reads no counter. */
#include "machine/gather.h"
#include "machine/machine.h"
#include "machine/read.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PARANOID "/proc/sys/kernel/perf_event_paranoid"

/* User space only: that is what perf_event_paranoid 2, the usual setting, allows. 0 or an errno. */
static int try_counter(uint64_t config)
{
    struct perf_event_attr attributes = { .type = PERF_TYPE_HARDWARE,
                                          .size = sizeof attributes,
                                          .config = config,
                                          .disabled = 1,
                                          .exclude_kernel = 1,
                                          .exclude_hv = 1 };
    long file = syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    close((int)file);
    return 0;
}

static void explain(char *reason, size_t size, int code)
{
    char level[32];
    if (code == ENOENT || code == EOPNOTSUPP || code == ENODEV) {
        snprintf(reason, size, "the processor shows no hardware counters here (perf_event_open: %s)", strerror(code));
    } else if ((code == EACCES || code == EPERM) && assay_read_small(level, sizeof level, PARANOID)) {
        snprintf(reason, size, "not permitted (perf_event_open: %s; perf_event_paranoid is %s)", strerror(code), level);
    } else {
        snprintf(reason, size, "perf_event_open: %s", strerror(code));
    }
}

bool assay_machine_has_counters(char *reason, size_t size)
{
    int code = try_counter(PERF_COUNT_HW_CPU_CYCLES);
    if (code != 0) {
        explain(reason, size, code);
    }
    return code == 0;
}

void assay_gather_counters(struct assay_facts *facts, const struct assay_gathering *from)
{
    static const struct {
        const char *name;
        uint64_t config;
    } events[] = {
        { "cycles", PERF_COUNT_HW_CPU_CYCLES },
        { "instructions", PERF_COUNT_HW_INSTRUCTIONS },
        { "branch_misses", PERF_COUNT_HW_BRANCH_MISSES },
        { "cache_misses", PERF_COUNT_HW_CACHE_MISSES },
    };
    (void)from;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        char reason[192];
        int code = try_counter(events[i].config);
        if (code == 0) {
            assay_facts_bool(facts, "counters", events[i].name, true, "perf_event_open");
        } else {
            explain(reason, sizeof reason, code);
            assay_facts_none(facts, "counters", events[i].name, reason);
        }
    }
    char level[32];
    int value;
    if (assay_read_small(level, sizeof level, PARANOID) && sscanf(level, "%4d", &value) == 1) {
        assay_facts_integer(facts, "counters", "paranoid", value, PARANOID);
    } else {
        assay_facts_none(facts, "counters", "paranoid", "no " PARANOID);
    }
}
