/* Descriptions of workers in other languages: NAME.worker.yaml, as docs/worker-protocol.md defines them. */
#ifndef ASSAY_CATALOG_WORKER_H
#define ASSAY_CATALOG_WORKER_H

#include "base/error.h"

struct assay_worker_file {
    char *implementation;
    char **command;    /* argv, NULL-terminated; the program by its absolute path unless unavailable */
    char **required;   /* what else it needs, by absolute paths as far as it is there, NULL-terminated; NULL: nothing */
    char *unavailable; /* a program that it needs is not there; NULL: fine */
};
/* Reads the file at `path` (absolute). `workers` is the directory of assay's own workers, what ${assay} stands for.
 * Errors are `FILE:LINE:COLUMN: ...`. */
int assay_worker_file_read(struct assay_worker_file *out, const char *path, const char *workers, struct assay_error *error);
void assay_worker_file_release(struct assay_worker_file *file);

/* The absolute path of the program `word` (heap), found as the protocol's page says: an absolute path, python3 by its own
 * rule, else PATH. ASSAY_EUNAVAILABLE with the reason. */
int assay_program_find(char **out, const char *word, struct assay_error *error);

#endif
