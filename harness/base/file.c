/* Whole files, in and out. Knows nothing of what is in them. */
#include "base/file.h"
#include "base/text.h"
#include "base/vector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(char **bytes, size_t *length, int fd, const char *path, size_t limit, struct assay_error *error)
{
    char *buffer = NULL;
    size_t used = 0, capacity = 0;
    for (;;) {
        void *items = buffer;
        if (!assay_reserve(&items, &capacity, used + 4096 + 1, 1)) {
            free(buffer);
            return assay_fail(error, ASSAY_ENOMEM, "out of memory reading '%s'", path);
        }
        buffer = items;
        ssize_t got = read(fd, buffer + used, capacity - used - 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            int problem = errno;
            free(buffer);
            return assay_fail_errno(error, problem, "cannot read '%s'", path);
        }
        used += (size_t)got;
        if (used > limit) {
            free(buffer);
            return assay_fail(error, ASSAY_EINPUT, "'%s' is over %zu bytes", path, limit);
        }
        if (got == 0) {
            break;
        }
    }
    buffer[used] = '\0';
    *bytes = buffer;
    *length = used;
    return 0;
}

int assay_file_read(char **bytes, size_t *length, const char *path, size_t limit, struct assay_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return assay_fail_errno(error, errno, "cannot open '%s'", path);
    }
    struct stat status;
    int result = 0;
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        result = assay_fail(error, ASSAY_EINPUT, "'%s' is a directory, want a file", path);
    } else {
        result = read_all(bytes, length, fd, path, limit, error);
    }
    close(fd);
    return result;
}

char *assay_file_line(const char *path)
{
    char *bytes = NULL;
    size_t length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return NULL;
    }
    int result = read_all(&bytes, &length, fd, path, 1 << 20, NULL);
    close(fd);
    if (result != 0 || length == 0) {
        free(bytes);
        return NULL;
    }
    bytes[strcspn(bytes, "\n")] = '\0';
    return bytes;
}

/* `temporary` is NULL while writing directly: to standard output or to what is not a regular file. */
struct assay_output {
    FILE *stream;
    char *path;
    char *temporary;
};

static void output_free(struct assay_output *output)
{
    free(output->path);
    free(output->temporary);
    free(output);
}

/* A file of a temporary name beside `path`, with the mode that a new file would have. */
static FILE *open_temporary(struct assay_output *output)
{
    output->temporary = assay_formatted("%s.XXXXXX", output->path);
    if (output->temporary == NULL) {
        errno = ENOMEM;
        return NULL;
    }
    int fd = mkostemp(output->temporary, O_CLOEXEC);
    if (fd < 0) {
        int problem = errno;
        free(output->temporary);
        output->temporary = NULL;
        errno = problem;
        return NULL;
    }
    mode_t mask = umask(0);
    umask(mask);
    (void)fchmod(fd, 0666 & ~mask);
    return fdopen(fd, "w");
}

int assay_output_open(struct assay_output **out, const char *path, struct assay_error *error)
{
    struct assay_output *output = calloc(1, sizeof *output);
    if (output == NULL || (output->path = assay_copy(path)) == NULL) {
        free(output);
        return assay_fail(error, ASSAY_ENOMEM, "out of memory");
    }
    struct stat status;
    if (strcmp(path, "-") == 0) {
        output->stream = stdout;
    } else if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        output_free(output);
        return assay_fail(error, ASSAY_EUSAGE, "'%s' is a directory, want a file", path);
    } else if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        output->stream = fopen(path, "we");
    } else {
        output->stream = open_temporary(output);
    }
    if (output->stream == NULL) {
        int problem = errno;
        output_free(output);
        return assay_fail_errno(error, problem, "cannot write '%s'", path);
    }
    *out = output;
    return 0;
}

FILE *assay_output_stream(struct assay_output *output)
{
    return output->stream;
}

int assay_output_commit(struct assay_output *output, struct assay_error *error)
{
    int result = 0;
    bool bad = ferror(output->stream) != 0 || fflush(output->stream) != 0;
    int problem = errno;
    if (!bad && output->temporary != NULL && fsync(fileno(output->stream)) != 0) {
        bad = true;
        problem = errno;
    }
    if (output->stream != stdout && fclose(output->stream) != 0 && !bad) {
        bad = true;
        problem = errno;
    }
    if (!bad && output->temporary != NULL && rename(output->temporary, output->path) != 0) {
        bad = true;
        problem = errno;
    }
    if (bad) {
        result = assay_fail_errno(error, problem, "cannot write '%s'", output->path);
        if (output->temporary != NULL) {
            (void)unlink(output->temporary);
        }
    }
    output_free(output);
    return result;
}

void assay_output_abort(struct assay_output *output)
{
    if (output->stream != stdout) {
        (void)fclose(output->stream);
    }
    if (output->temporary != NULL) {
        (void)unlink(output->temporary);
    }
    output_free(output);
}

int assay_file_write(const char *path, const char *bytes, size_t length, struct assay_error *error)
{
    struct assay_output *output = NULL;
    int result = assay_output_open(&output, path, error);
    if (result != 0) {
        return result;
    }
    (void)fwrite(bytes, 1, length, output->stream);
    return assay_output_commit(output, error);
}
