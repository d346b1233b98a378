/* The group "clock": what CLOCK_MONOTONIC is made of. */
#include "machine/gather.h"

#include <time.h>

#define SOURCE "/sys/devices/system/clocksource/clocksource0/"

void assay_gather_clock(struct assay_facts *facts, const struct assay_gathering *from)
{
    (void)from;
    struct timespec resolution;
    assay_fact_line(facts, "clock", "source", SOURCE "current_clocksource", "no " SOURCE "current_clocksource");
    assay_fact_line(facts, "clock", "available", SOURCE "available_clocksource", "no " SOURCE "available_clocksource");
    if (clock_getres(CLOCK_MONOTONIC, &resolution) == 0) {
        assay_facts_integer(facts, "clock", "resolution_ns", resolution.tv_sec * 1000000000LL + resolution.tv_nsec,
                            "clock_getres");
    } else {
        assay_facts_none(facts, "clock", "resolution_ns", "clock_getres fails");
    }
}
