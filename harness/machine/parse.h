/* What the kernel's text files say, taken from text so that any machine's can be tried. Pure; internal to this
 * folder and its tests. All parsers leave their output untouched on failure. */
#ifndef ASSAY_MACHINE_PARSE_H
#define ASSAY_MACHINE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first processor of /proc/cpuinfo. Empty or -1: the file does not say. */
struct assay_cpuinfo {
    char vendor[32];
    char model[128];
    char microcode[32];
    int64_t family;
    int64_t number; /* "model" there */
    int64_t stepping;
    char *features; /* heap, or NULL */
};
void assay_cpuinfo_parse(struct assay_cpuinfo *info, const char *text);
void assay_cpuinfo_release(struct assay_cpuinfo *info);

/* The value behind "KEY:" or "KEY<tabs>:" at the start of a line, without blanks around it. */
bool assay_parse_key(char *value, size_t size, const char *text, const char *key);
/* "MemTotal:   24684096 kB" in /proc/meminfo as bytes. */
bool assay_parse_meminfo(int64_t *bytes, const char *text, const char *key);
/* "32K", "1024K", "32M" of /sys/devices/system/cpu/cpuN/cache/indexN/size as bytes. */
bool assay_parse_cache_size(int64_t *bytes, const char *text);
/* The chosen word of "always [madvise] never". */
bool assay_parse_bracketed(char *word, size_t size, const char *text);
/* Stolen ticks in /proc/stat, of one processor or of all (-1). */
bool assay_parse_steal(int64_t *ticks, const char *text, int processor);
/* Process group and resident pages in /proc/PID/stat, whose second field may hold anything. */
bool assay_parse_process(int64_t *group, int64_t *resident_pages, const char *text);
/* How many processors a list such as "0-3,8" names. */
bool assay_parse_list_count(int64_t *count, const char *text);
/* The container that the lines of /proc/1/cgroup tell of ("docker", "kubernetes", "lxc", "podman", ...); static, or
 * NULL. */
const char *assay_parse_container(const char *cgroup);
/* The path of this process in the memory hierarchy of /proc/self/cgroup; *unified tells version 2. */
bool assay_parse_cgroup_path(char *path, size_t size, bool *unified, const char *text);

/* Whether libcpuid 0.6.2 knows this model, so that its codename is more than the nearest entry of its table. It
 * never rejects an entry, it only counts matches: "Xeon (Conroe/2M)" is its answer to an Emerald Rapids. */
bool assay_codename_known(const char *vendor, int64_t family, int64_t number, int64_t stepping, const char *codename);

#endif
