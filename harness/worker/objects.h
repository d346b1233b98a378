/* Which file an address of this process belongs to, and which address of the file that is. Knows no symbol. */
#ifndef ASSAY_WORKER_OBJECTS_H
#define ASSAY_WORKER_OBJECTS_H

#include <stddef.h>
#include <stdint.h>

struct assay_object_range {
    uint64_t start, end; /* of executable memory in this process */
    size_t file;
};
struct assay_object_file {
    char *path;     /* absolute where it names a file; /proc/self/fd/N keeps its name */
    char *build_id; /* hexadecimal; NULL: none */
    uint64_t bias;  /* what loading added to its addresses */
};
/* Zero it before use. Files and ranges are only added. */
struct assay_objects {
    struct assay_object_file *files;
    size_t file_count, file_capacity;
    struct assay_object_range *ranges; /* sorted by start */
    size_t range_count, range_capacity;
};

/* Adds what is mapped now and was not known. 0, or -1: out of memory. */
int assay_objects_refresh(struct assay_objects *objects);
void assay_objects_release(struct assay_objects *objects);

/* The file that holds executable memory at `address`, and the address in it; -1: none, and *inside is `address`. */
long assay_objects_find(uint64_t *inside, const struct assay_objects *objects, uint64_t address);

#endif
