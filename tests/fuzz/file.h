/* The bytes of an input as a file that is nowhere on the disk, for readers that take a path. */
#ifndef ASSAY_TESTS_FUZZ_FILE_H
#define ASSAY_TESTS_FUZZ_FILE_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

/* A descriptor of our choice, so that a path can name it before there is an input. */
#define FUZZ_FD 200
#define FUZZ_PATH "/proc/self/fd/200"

static inline void fuzz_file_set(const uint8_t *data, size_t size)
{
    static int made;
    if (!made) {
        int fd = memfd_create("fuzz", MFD_CLOEXEC);
        if (fd < 0 || dup2(fd, FUZZ_FD) < 0) {
            abort();
        }
        close(fd);
        made = 1;
    }
    if (ftruncate(FUZZ_FD, 0) != 0 || pwrite(FUZZ_FD, data, size, 0) != (ssize_t)size) {
        abort();
    }
}

#endif
