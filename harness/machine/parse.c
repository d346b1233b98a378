/* Parsers of the kernel's text files. Open no file. */
#include "machine/parse.h"

#include "base/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text behind the colon of the first line whose key is `key`; *length without blanks at its end. */
static const char *find_value(size_t *length, const char *text, const char *key)
{
    size_t key_length = strlen(key);
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, key_length) != 0) {
            continue;
        }
        const char *at = line + key_length;
        at += strspn(at, " \t");
        if (*at != ':') {
            continue;
        }
        at++;
        at += strspn(at, " \t");
        *length = strcspn(at, "\n");
        while (*length > 0 && (at[*length - 1] == ' ' || at[*length - 1] == '\t')) {
            --*length;
        }
        return at;
    }
    return NULL;
}

bool assay_parse_key(char *value, size_t size, const char *text, const char *key)
{
    size_t length;
    const char *found = find_value(&length, text, key);
    if (!found || length == 0 || length >= size) {
        return false;
    }
    memcpy(value, found, length);
    value[length] = 0;
    return true;
}

static int64_t key_number(const char *text, const char *key)
{
    char value[32];
    char *end;
    if (!assay_parse_key(value, sizeof value, text, key)) {
        return -1;
    }
    errno = 0;
    long number = strtol(value, &end, 0);
    return errno == 0 && end != value && *end == 0 && number >= 0 ? number : -1;
}

void assay_cpuinfo_parse(struct assay_cpuinfo *info, const char *text)
{
    *info = (struct assay_cpuinfo){ .family = key_number(text, "cpu family"),
                                    .number = key_number(text, "model"),
                                    .stepping = key_number(text, "stepping") };
    assay_parse_key(info->vendor, sizeof info->vendor, text, "vendor_id");
    assay_parse_key(info->model, sizeof info->model, text, "model name");
    assay_parse_key(info->microcode, sizeof info->microcode, text, "microcode");
    if (strcmp(info->model, "unknown") == 0) {
        info->model[0] = 0;
    }
    size_t length;
    const char *features = find_value(&length, text, "flags");
    if (!features) {
        features = find_value(&length, text, "Features"); /* ARM's word */
    }
    if (features) {
        info->features = assay_copy_bytes(features, length);
    }
}

void assay_cpuinfo_release(struct assay_cpuinfo *info)
{
    free(info->features);
    info->features = NULL;
}

bool assay_parse_meminfo(int64_t *bytes, const char *text, const char *key)
{
    char value[64];
    int64_t kib;
    int used = 0;
    if (!assay_parse_key(value, sizeof value, text, key) || sscanf(value, "%18" SCNd64 " kB%n", &kib, &used) != 1) {
        return false;
    }
    if (used == 0 || value[used] || kib < 0 || kib > INT64_MAX / 1024) {
        return false;
    }
    *bytes = kib * 1024;
    return true;
}

bool assay_parse_cache_size(int64_t *bytes, const char *text)
{
    int64_t number;
    int used = 0;
    if (sscanf(text, "%12" SCNd64 "%n", &number, &used) != 1 || number <= 0) {
        return false;
    }
    int64_t unit = text[used] == 'K' ? 1024 : text[used] == 'M' ? 1024 * 1024 : 0;
    if (unit == 0 || (text[used + 1] && text[used + 1] != '\n')) {
        return false;
    }
    *bytes = number * unit;
    return true;
}

bool assay_parse_bracketed(char *word, size_t size, const char *text)
{
    const char *open = strchr(text, '[');
    const char *close = open ? strchr(open, ']') : NULL;
    if (!close || close == open + 1 || (size_t)(close - open) > size) {
        return false;
    }
    memcpy(word, open + 1, (size_t)(close - open - 1));
    word[close - open - 1] = 0;
    return true;
}

bool assay_parse_steal(int64_t *ticks, const char *text, int processor)
{
    char name[32];
    if (processor < 0) {
        snprintf(name, sizeof name, "cpu ");
    } else {
        snprintf(name, sizeof name, "cpu%d ", processor);
    }
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, strlen(name)) != 0) {
            continue;
        }
        int64_t found; /* user nice system idle iowait irq softirq steal */
        if (sscanf(line, "%*s %*u %*u %*u %*u %*u %*u %*u %18" SCNd64, &found) != 1) {
            return false;
        }
        *ticks = found;
        return true;
    }
    return false;
}

bool assay_parse_process(int64_t *group, int64_t *resident_pages, const char *text)
{
    const char *after = strrchr(text, ')'); /* the name may hold blanks and brackets */
    int64_t parsed_group;
    int64_t parsed_pages;
    if (!after) {
        return false;
    }
    /* state ppid pgrp session tty tpgid flags 4 faults 4 times priority nice threads itrealvalue start vsize rss */
    if (sscanf(after + 1,
               " %*c %*d %18" SCNd64
               " %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %*u %*u %18" SCNd64,
               &parsed_group, &parsed_pages) != 2) {
        return false;
    }
    *group = parsed_group;
    *resident_pages = parsed_pages;
    return true;
}

bool assay_parse_list_count(int64_t *count, const char *text)
{
    int64_t total = 0;
    for (const char *at = text;; at++) {
        unsigned first;
        unsigned last;
        int used = 0;
        if (sscanf(at, "%6u%n", &first, &used) != 1) {
            return false;
        }
        at += used;
        last = first;
        if (*at == '-') {
            if (sscanf(at + 1, "%6u%n", &last, &used) != 1 || last < first) {
                return false;
            }
            at += 1 + used;
        }
        total += last - first + 1;
        if (*at == 0 || *at == '\n') {
            break;
        }
        if (*at != ',') {
            return false;
        }
    }
    *count = total;
    return true;
}

const char *assay_parse_container(const char *cgroup)
{
    static const struct {
        const char *sign;
        const char *name;
    } signs[] = {
        { "kubepods", "kubernetes" },   { "/docker", "docker" }, { "docker-", "docker" },
        { "libpod", "podman" },         { "/lxc", "lxc" },       { "machine.slice/machine-", "systemd-nspawn" },
        { "containerd", "containerd" },
    };
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (strstr(cgroup, signs[i].sign)) {
            return signs[i].name;
        }
    }
    return NULL;
}

/* Whether "memory" is one of the comma-separated words before the colon at `end`. */
static bool names_memory(const char *from, const char *end)
{
    for (const char *word = from; word < end;) {
        size_t length = strcspn(word, ",:");
        if (length == strlen("memory") && strncmp(word, "memory", length) == 0) {
            return true;
        }
        word += length + 1;
    }
    return false;
}

bool assay_parse_cgroup_path(char *path, size_t size, bool *unified, const char *text)
{
    bool found = false;
    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *controllers = strchr(line, ':');
        const char *colon = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!colon) {
            break;
        }
        bool memory = names_memory(controllers + 1, colon);
        bool second = colon == controllers + 1;
        size_t length = strcspn(colon + 1, "\n");
        if ((!memory && (!second || found)) || length >= size) {
            continue;
        }
        memcpy(path, colon + 1, length);
        path[length] = 0;
        *unified = second;
        found = true;
    }
    return found;
}
