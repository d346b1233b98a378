/* Whether a file can be a plug-in at all, found by reading it: before dlopen, whose words are for programmers.
 * Knows ELF and nothing of the ABI. */
#ifndef ASSAY_WORKER_ELF_FILE_H
#define ASSAY_WORKER_ELF_FILE_H

#include "base/error.h"

/* The build-id in hexadecimal; empty if the file has none. */
#define ASSAY_BUILD_ID_SIZE 129

/* Checks that `path` is a whole ELF shared object for this machine. On success `build_id` is filled. The error is one
 * line that begins "plug-in 'NAME'" (the last part of the path). */
int assay_elf_check(char build_id[ASSAY_BUILD_ID_SIZE], const char *path, struct assay_error *error);

#endif
