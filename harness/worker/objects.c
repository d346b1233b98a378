/* The dynamic linker's own list, which names plug-ins by the path that they were loaded by. */
#include "worker/objects.h"

#include "base/text.h"
#include "base/vector.h"

#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATH_SIZE = 4096 };

/* No path of ours, so that messages stay lines: a file that is called so cannot be opened by its reader, and its
 * functions are then shown as addresses. */
static void make_line(char *path)
{
    for (char *at = path; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7f) {
            *at = '?';
        }
    }
}

/* Heap; NULL: out of memory. */
static char *path_of(const char *name)
{
    char buffer[PATH_SIZE];
    char *path;
    if (name[0] == '\0') { /* the program itself */
        ssize_t length = readlink("/proc/self/exe", buffer, sizeof buffer - 1);
        buffer[length > 0 ? length : 0] = '\0';
        path = assay_copy(buffer);
    } else if (name[0] != '/' && strchr(name, '/') != NULL && getcwd(buffer, sizeof buffer) != NULL) {
        path = assay_formatted("%s/%s", buffer, strncmp(name, "./", 2) == 0 ? name + 2 : name);
    } else {
        path = assay_copy(name);
    }
    if (path != NULL) {
        make_line(path);
    }
    return path;
}

static char *hexadecimal(const unsigned char *bytes, size_t length)
{
    char *text = malloc(2 * length + 1);
    if (text == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return text;
}

/* Notes are a header, a name and a descriptor, each padded to the segment's alignment of 4 or 8 (gABI, "Note Section"). */
static char *build_id_in(const unsigned char *notes, size_t size, size_t alignment)
{
    size_t at = 0;
    size_t mask = alignment == 8 ? 7 : 3;
    while (size - at >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) header;
        memcpy(&header, notes + at, sizeof header);
        size_t name = at + sizeof header;
        size_t text = (name + header.n_namesz + mask) & ~mask;
        size_t next = (text + header.n_descsz + mask) & ~mask;
        if (next < at || text + header.n_descsz > size) {
            return NULL;
        }
        if (header.n_type == NT_GNU_BUILD_ID && header.n_namesz == 4 && memcmp(notes + name, "GNU", 4) == 0) {
            return hexadecimal(notes + text, header.n_descsz);
        }
        if (next > size) {
            return NULL;
        }
        at = next;
    }
    return NULL;
}

static char *build_id_of(const struct dl_phdr_info *info)
{
    char *found = NULL;
    for (size_t i = 0; i < info->dlpi_phnum && found == NULL; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        if (header->p_type == PT_NOTE) {
            uintptr_t address = (uintptr_t)(info->dlpi_addr + header->p_vaddr);
            found = build_id_in((const unsigned char *)address, header->p_memsz, header->p_align);
        }
    }
    return found;
}

static const struct assay_object_range *range_at(const struct assay_objects *objects, uint64_t address)
{
    size_t low = 0, high = objects->range_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (objects->ranges[middle].end <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < objects->range_count && objects->ranges[low].start <= address;
    return found ? &objects->ranges[low] : NULL;
}

static int add_range(struct assay_objects *objects, const struct assay_object_range *range)
{
    if (!assay_reserve((void **)&objects->ranges, &objects->range_capacity, objects->range_count + 1,
                       sizeof *objects->ranges)) {
        return -1;
    }
    size_t at = objects->range_count++;
    for (; at > 0 && objects->ranges[at - 1].start > range->start; at--) {
        objects->ranges[at] = objects->ranges[at - 1];
    }
    objects->ranges[at] = *range;
    return 0;
}

static int add_file(struct assay_objects *objects, const struct dl_phdr_info *info)
{
    if (!assay_reserve((void **)&objects->files, &objects->file_capacity, objects->file_count + 1,
                       sizeof *objects->files)) {
        return -1;
    }
    struct assay_object_file *file = &objects->files[objects->file_count];
    *file = (struct assay_object_file){ path_of(info->dlpi_name), build_id_of(info), info->dlpi_addr };
    if (file->path == NULL) {
        free(file->build_id);
        return -1;
    }
    objects->file_count++;
    return 0;
}

/* One file of the linker's list; its first executable segment says whether it is known. */
static int visit(struct dl_phdr_info *info, size_t size, void *context)
{
    struct assay_objects *objects = context;
    bool added = false;
    (void)size;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *header = &info->dlpi_phdr[i];
        struct assay_object_range range = { .start = info->dlpi_addr + header->p_vaddr };
        range.end = range.start + header->p_memsz;
        if (header->p_type != PT_LOAD || (header->p_flags & PF_X) == 0 || range.end <= range.start ||
            range_at(objects, range.start) != NULL) {
            continue;
        }
        if (!added && add_file(objects, info) != 0) {
            return -1;
        }
        added = true;
        range.file = objects->file_count - 1;
        if (add_range(objects, &range) != 0) {
            return -1;
        }
    }
    return 0;
}

int assay_objects_refresh(struct assay_objects *objects)
{
    return dl_iterate_phdr(visit, objects);
}

void assay_objects_release(struct assay_objects *objects)
{
    for (size_t i = 0; i < objects->file_count; i++) {
        free(objects->files[i].path);
        free(objects->files[i].build_id);
    }
    free(objects->files);
    free(objects->ranges);
    *objects = (struct assay_objects){ NULL, 0, 0, NULL, 0, 0 };
}

long assay_objects_find(uint64_t *inside, const struct assay_objects *objects, uint64_t address)
{
    const struct assay_object_range *range = range_at(objects, address);
    *inside = range != NULL ? address - objects->files[range->file].bias : address;
    return range != NULL ? (long)range->file : -1;
}
