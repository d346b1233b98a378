/* The group "topology": sockets, cores and processors. */
#include "machine/gather.h"
#include "machine/machine.h"
#include "machine/read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SYSFS "/sys/devices/system/cpu"
#define PROCESSORS_MOST 4096

struct place {
    int64_t socket;
    int64_t core;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;
    if (left->socket != right->socket) {
        return left->socket < right->socket ? -1 : 1;
    }
    return (left->core > right->core) - (left->core < right->core);
}

static bool read_place(struct place *place, unsigned processor)
{
    char path[128];
    snprintf(path, sizeof path, SYSFS "/cpu%u/topology/physical_package_id", processor);
    if (!assay_read_number(&place->socket, path)) {
        return false;
    }
    snprintf(path, sizeof path, SYSFS "/cpu%u/topology/core_id", processor);
    return assay_read_number(&place->core, path);
}

/* Different sockets and cores among the processors whose place is told; false if none is. */
static bool count_places(int64_t *sockets, int64_t *cores, int64_t possible)
{
    struct place *places = calloc(PROCESSORS_MOST, sizeof *places);
    if (!places) {
        return false;
    }
    size_t count = 0;
    for (unsigned i = 0; i < PROCESSORS_MOST && i < possible; i++) {
        if (read_place(&places[count], i)) {
            count++;
        }
    }
    qsort(places, count, sizeof *places, compare_places);
    int64_t distinct_sockets = 0;
    int64_t distinct_cores = 0;
    for (size_t i = 0; i < count; i++) {
        distinct_sockets += i == 0 || places[i].socket != places[i - 1].socket;
        distinct_cores += i == 0 || compare_places(&places[i], &places[i - 1]) != 0;
    }
    free(places);
    if (count > 0) {
        *sockets = distinct_sockets;
        *cores = distinct_cores;
    }
    return count > 0;
}

static void gather_smt(struct assay_facts *facts)
{
    int64_t active;
    if (assay_read_number(&active, SYSFS "/smt/active")) {
        assay_facts_bool(facts, "topology", "smt", active != 0, SYSFS "/smt/active");
    } else {
        assay_facts_none(facts, "topology", "smt", "no " SYSFS "/smt/active");
    }
    assay_fact_line(facts, "topology", "smt_control", SYSFS "/smt/control", "no " SYSFS "/smt/control");
}

static void gather_allowed(struct assay_facts *facts)
{
    bool *set = calloc(PROCESSORS_MOST, sizeof *set);
    unsigned count = set ? assay_machine_processors(set, PROCESSORS_MOST) : 0;
    if (count > 0) {
        assay_facts_integer(facts, "topology", "allowed", count, "sched_getaffinity");
    } else {
        assay_facts_none(facts, "topology", "allowed", "sched_getaffinity fails");
    }
    free(set);
}

void assay_gather_topology(struct assay_facts *facts, const struct assay_gathering *from)
{
    char list[512];
    int64_t online = -1;
    int64_t possible = PROCESSORS_MOST;
    int64_t sockets = -1;
    int64_t cores = -1;
    if (assay_read_small(list, sizeof list, SYSFS "/online")) {
        assay_parse_list_count(&online, list);
    }
    if (assay_read_small(list, sizeof list, SYSFS "/possible")) {
        assay_parse_list_count(&possible, list);
    }
    bool placed = count_places(&sockets, &cores, possible);
    if (placed) {
        assay_facts_integer(facts, "topology", "sockets", sockets, SYSFS);
    } else {
        assay_facts_none(facts, "topology", "sockets", "no topology in " SYSFS);
    }
    /* libcpuid counts the cores of one socket */
    int64_t by_cpuid = from->cpuid->cores > 0 && sockets > 0 ? from->cpuid->cores * sockets : from->cpuid->cores;
    assay_fact_two_numbers(facts, "topology", "cores", cores, SYSFS, by_cpuid, from->cpuid);
    if (online > 0) {
        assay_facts_integer(facts, "topology", "processors", online, SYSFS "/online");
    } else {
        assay_facts_none(facts, "topology", "processors", "no " SYSFS "/online");
    }
    gather_allowed(facts);
    gather_smt(facts);
    assay_fact_line(facts, "topology", "isolated", SYSFS "/isolated", "no processor is isolated");
    assay_fact_line(facts, "topology", "numa_nodes", "/sys/devices/system/node/online", "no NUMA in this kernel");
}
