/* Small files of the kernel, read without the heap. Internal to this folder. */
#ifndef ASSAY_MACHINE_READ_H
#define ASSAY_MACHINE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Up to size-1 bytes of the file at `path`, NUL-terminated, without a line feed at the end. False if it cannot be read.
 */
bool assay_read_small(char *buffer, size_t size, const char *path);
/* The same of a path that a format makes. */
bool assay_read_at(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* A file that is one non-negative decimal number. */
bool assay_read_number(int64_t *number, const char *path);

#endif
