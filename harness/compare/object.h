/* A relocatable object or a shared one as code.c reads it and differ.c compares it: sections with their relocations,
 * and symbols. Internal to compare/. */
#ifndef ASSAY_COMPARE_OBJECT_H
#define ASSAY_COMPARE_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ASSAY_OBJECT_NONE ((size_t)-1)

struct assay_object_relocation {
    uint64_t offset;
    int64_t addend;
    uint32_t type;
    size_t symbol; /* below symbol_count */
};
struct assay_object_section {
    const char *name;           /* "" if it has none */
    const unsigned char *bytes; /* NULL: of no bytes in the file */
    size_t size;
    bool code;       /* executable, with bytes */
    bool data;       /* loaded, not executable; with bytes or zeros */
    bool debug_like; /* loaded for unwinding and the like: not what code does */
    size_t merged;   /* size of an entry of a section whose equal entries are one; 0: not such a section */
    bool strings;    /* of a merged one: entries are strings that end by NUL */
    struct assay_object_relocation *relocations; /* ascending offset */
    size_t relocation_count;
};
struct assay_object_symbol {
    const char *name; /* "" if it has none */
    uint64_t value, size;
    size_t section; /* where it is defined; ASSAY_OBJECT_NONE: elsewhere */
    bool is_section, is_object, is_local;
};
struct assay_object {
    char *file;
    void *elf;
    unsigned machine; /* of the ELF header */
    unsigned type;
    struct assay_object_section *sections;
    size_t section_count;
    struct assay_object_symbol *symbols;
    size_t symbol_count;
    size_t *objects; /* symbols of data, ascending section, value and name */
    size_t object_count;
};

/* Appends the names of functions that differ (heap strings; unsorted). False: out of memory. differ.c */
bool assay_objects_differ(char ***names, size_t *count, const struct assay_object *base,
                          const struct assay_object *head);

#endif
