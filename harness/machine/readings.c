/* Readings that a run takes while it goes on. Opens its files each time: no state is kept between calls. */
#include "machine/machine.h"

#include "machine/parse.h"
#include "machine/read.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* The processors' lines come first in /proc/stat; a hundred bytes each, for 256 of them. */
#define STAT_BYTES 32768

int64_t assay_machine_steal_ns(int processor)
{
    char text[STAT_BYTES];
    int64_t ticks;
    long tick_hz = sysconf(_SC_CLK_TCK);
    size_t size = processor < 0 ? 512 : sizeof text; /* the first line is the sum of all */
    if (tick_hz <= 0 || !assay_read_small(text, size, "/proc/stat") || !assay_parse_steal(&ticks, text, processor)) {
        return -1;
    }
    return ticks * (1000000000 / tick_hz);
}

int64_t assay_machine_resident_bytes(pid_t pid)
{
    char text[128];
    long long pages;
    if (!assay_read_at(text, sizeof text, "/proc/%d/statm", (int)pid) || sscanf(text, "%*u %18lld", &pages) != 1) {
        return -1;
    }
    return pages * sysconf(_SC_PAGESIZE);
}

int64_t assay_machine_group_resident_bytes(pid_t group)
{
    DIR *directory = opendir("/proc");
    if (!directory) {
        return -1;
    }
    int64_t pages = -1;
    const struct dirent *entry;
    while ((entry = readdir(directory)) != NULL) {
        char text[1024];
        int64_t its_group;
        int64_t its_pages;
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9' ||
            !assay_read_at(text, sizeof text, "/proc/%s/stat", entry->d_name) ||
            !assay_parse_process(&its_group, &its_pages, text) || its_group != group) {
            continue;
        }
        pages = (pages < 0 ? 0 : pages) + its_pages;
    }
    closedir(directory);
    return pages < 0 ? -1 : pages * sysconf(_SC_PAGESIZE);
}
