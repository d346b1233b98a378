/* Chooses among the allowed processors, by the topology that the kernel shows. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "placement.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The `index`th allowed processor. */
static int allowed(const struct placement *placement, uint32_t index)
{
    int processor = -1;
    for (uint32_t seen = 0; seen <= index % (uint32_t)placement->allowed_count; seen++) {
        do {
            processor++;
        } while (!CPU_ISSET((size_t)processor, &placement->allowed));
    }
    return processor;
}

/* A number in the kernel's description of a processor; -1 where it has none. */
static int topology(int processor, const char *what)
{
    char path[96];
    int value = -1;
    (void)snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/topology/%s", processor, what);
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fscanf(file, "%d", &value) != 1) {
            value = -1;
        }
        fclose(file);
    }
    return value;
}

static bool is_one_core(int a, int b)
{
    int core = topology(a, "core_id");
    return core >= 0 && core == topology(b, "core_id") &&
           topology(a, "physical_package_id") == topology(b, "physical_package_id");
}

static void choose_other(struct placement *placement, uint32_t number)
{
    placement->driver = allowed(placement, 2 * number);
    placement->server = allowed(placement, 2 * number + 1);
    for (uint32_t i = 1; i < (uint32_t)placement->allowed_count; i++) {
        int candidate = allowed(placement, 2 * number + i);
        if (!is_one_core(placement->driver, candidate)) {
            placement->server = candidate;
            return;
        }
    }
}

bool placement_choose(struct placement *placement, const char *name, uint32_t number, char *reason, size_t size)
{
    *placement = (struct placement){ .driver = -1, .server = -1 };
    if (sched_getaffinity(0, sizeof placement->allowed, &placement->allowed) != 0) {
        (void)snprintf(reason, size, "cannot tell which processors are allowed: %s", strerror(errno));
        return false;
    }
    placement->allowed_count = CPU_COUNT(&placement->allowed);
    if (strcmp(name, "same") == 0) {
        placement->driver = placement->server = allowed(placement, number);
    } else if (strcmp(name, "other") == 0) {
        if (placement->allowed_count < 2) {
            (void)snprintf(reason, size,
                           "placement=other needs two processors, and this process may use one: processor %d",
                           allowed(placement, 0));
            return false;
        }
        choose_other(placement, number);
    }
    return true;
}

bool placement_pin(int processor, pid_t pid)
{
    cpu_set_t set;
    if (processor < 0) {
        return true;
    }
    CPU_ZERO(&set);
    CPU_SET((size_t)processor, &set);
    return sched_setaffinity(pid, sizeof set, &set) == 0;
}

void placement_restore(const struct placement *placement)
{
    if (placement->driver >= 0) {
        (void)sched_setaffinity(0, sizeof placement->allowed, &placement->allowed);
    }
}
