/* Whether a file can be a plug-in at all, found by reading it: before dlopen, whose words are for programmers.
 * Knows ELF and nothing of the ABI. */
#ifndef ASSAY_WORKER_ELF_FILE_H
#define ASSAY_WORKER_ELF_FILE_H

#include "base/error.h"

/* The build-id in hexadecimal; empty if the file has none. */
#define ASSAY_BUILD_ID_SIZE 129

/* What a plug-in is called in messages: the last part of its path; of a path /proc/self/fd/N (a copy that was handed
 * over as a descriptor) the last part of what stands behind it, which for a memfd is the name that it was made with. */
#define ASSAY_PLUGIN_NAME_SIZE 256
void assay_plugin_name(char name[ASSAY_PLUGIN_NAME_SIZE], const char *path);

/* The N of a path /proc/self/fd/N; -1: it is another path. */
int assay_descriptor_of_path(const char *path);

/* Checks that `path` is a whole ELF shared object for this machine. On success `build_id` is filled. The error is one
 * line that begins "plug-in 'NAME'" (assay_plugin_name), or says that the path cannot be read. */
int assay_elf_check(char build_id[ASSAY_BUILD_ID_SIZE], const char *path, struct assay_error *error);

#endif
