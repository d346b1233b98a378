/* The group "memory", and what of it is free for use. */
#include "machine/gather.h"
#include "machine/machine.h"
#include "machine/read.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MEMINFO "/proc/meminfo"

static void gather_size(struct assay_facts *facts, const char *meminfo, const char *key, const char *name)
{
    int64_t bytes;
    if (assay_parse_meminfo(&bytes, meminfo, key)) {
        assay_facts_integer(facts, "memory", name, bytes, MEMINFO);
    } else {
        assay_facts_none(facts, "memory", name, "not in " MEMINFO);
    }
}

/* A limit or use of one directory of the memory control group; -1 where there is none ("max" too). */
static int64_t read_group(const char *root, const char *path, const char *file)
{
    char name[1024];
    int64_t number;
    int length = snprintf(name, sizeof name, "%s%s/%s", root, path, file);
    return length > 0 && (size_t)length < sizeof name && assay_read_number(&number, name) ? number : -1;
}

/* The least room left (limit less use) and the least limit on the way from this process's group to the root. */
static bool group_room(int64_t *room, int64_t *limit)
{
    char text[4096];
    char path[512];
    bool unified;
    if (!assay_read_small(text, sizeof text, "/proc/self/cgroup") ||
        !assay_parse_cgroup_path(path, sizeof path, &unified, text)) {
        return false;
    }
    const char *root = unified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    int64_t least_room = -1;
    int64_t least_limit = -1;
    for (;;) {
        int64_t most = read_group(root, path, unified ? "memory.max" : "memory.limit_in_bytes");
        int64_t used = read_group(root, path, unified ? "memory.current" : "memory.usage_in_bytes");
        /* version 1 says "no limit" by a number near 2^63 */
        if (most > 0 && most < (int64_t)1 << 60) {
            int64_t left = used < most ? most - (used > 0 ? used : 0) : 0;
            if (least_limit < 0 || most < least_limit) {
                least_limit = most;
            }
            if (least_room < 0 || left < least_room) {
                least_room = left;
            }
        }
        char *slash = strrchr(path, '/');
        if (!slash) {
            break;
        }
        *slash = 0;
    }
    if (least_limit < 0) {
        return false;
    }
    *room = least_room;
    *limit = least_limit;
    return true;
}

int64_t assay_machine_available_bytes(void)
{
    char meminfo[8192];
    int64_t bytes = -1;
    int64_t room;
    int64_t limit;
    if (assay_read_small(meminfo, sizeof meminfo, MEMINFO)) {
        assay_parse_meminfo(&bytes, meminfo, "MemAvailable");
    }
    if (group_room(&room, &limit) && (bytes < 0 || room < bytes)) {
        bytes = room;
    }
    return bytes;
}

void assay_gather_memory(struct assay_facts *facts, const struct assay_gathering *from)
{
    (void)from;
    char meminfo[8192];
    char text[256];
    char word[32];
    int64_t room;
    int64_t limit;
    if (!assay_read_small(meminfo, sizeof meminfo, MEMINFO)) {
        meminfo[0] = 0;
    }
    gather_size(facts, meminfo, "MemTotal", "total_bytes");
    gather_size(facts, meminfo, "MemAvailable", "available_bytes");
    gather_size(facts, meminfo, "SwapTotal", "swap_bytes");
    gather_size(facts, meminfo, "SwapFree", "swap_free_bytes");
    if (group_room(&room, &limit)) {
        assay_facts_integer(facts, "memory", "limit_bytes", limit, "control group of this process");
    } else {
        assay_facts_none(facts, "memory", "limit_bytes", "no control group limits this process, as far as is visible");
    }
    if (assay_read_small(text, sizeof text, "/sys/kernel/mm/transparent_hugepage/enabled") &&
        assay_parse_bracketed(word, sizeof word, text)) {
        assay_facts_text(facts, "memory", "transparent_hugepages", word, "/sys/kernel/mm/transparent_hugepage/enabled");
    } else {
        assay_facts_none(facts, "memory", "transparent_hugepages", "no /sys/kernel/mm/transparent_hugepage/enabled");
    }
    assay_facts_integer(facts, "memory", "page_bytes", sysconf(_SC_PAGESIZE), "sysconf");
}
