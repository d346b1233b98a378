/* Small files of the kernel. Knows none of them. */
#include "machine/read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

bool assay_read_small(char *buffer, size_t size, const char *path)
{
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return false;
    }
    size_t length = 0;
    ssize_t got = 0;
    while (length + 1 < size) {
        got = read(file, buffer + length, size - 1 - length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        length += (size_t)got;
    }
    close(file);
    if (got < 0) {
        return false;
    }
    if (length > 0 && buffer[length - 1] == '\n') {
        length--;
    }
    buffer[length] = 0;
    return true;
}

bool assay_read_at(char *buffer, size_t size, const char *format, ...)
{
    char path[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    return length > 0 && (size_t)length < sizeof path && assay_read_small(buffer, size, path);
}

bool assay_read_number(int64_t *number, const char *path)
{
    char text[32];
    char *end;
    if (!assay_read_small(text, sizeof text, path) || text[0] < '0' || text[0] > '9') {
        return false;
    }
    errno = 0;
    long long parsed = strtoll(text, &end, 10);
    if (errno != 0 || *end != 0) {
        return false;
    }
    *number = parsed;
    return true;
}
