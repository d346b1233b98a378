/* Lines over a descriptor: buffers what was read, gives out one line at a time, never more than the limit. */
#include "protocol/line.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define FIRST_CAPACITY ((size_t)4096)

void assay_line_reader_init(struct assay_line_reader *reader, int fd, size_t limit)
{
    assert(limit > 1);
    *reader = (struct assay_line_reader){ .fd = fd, .limit = limit };
}

void assay_line_reader_release(struct assay_line_reader *reader)
{
    free(reader->buffer);
    *reader = (struct assay_line_reader){ .fd = -1 };
}

/* Gives out what stands before the line feed at `feed`. */
static int give_line(char **line, size_t *length, struct assay_line_reader *reader, char *feed,
                     struct assay_error *error)
{
    char *begin = reader->buffer + reader->start;
    size_t size = (size_t)(feed - begin);

    reader->start += size + 1;
    reader->scanned = reader->start;
    if (reader->skipping) { /* it was reported when it passed the limit */
        reader->skipping = false;
        return ASSAY_LINE_AGAIN;
    }
    if (size + 1 > reader->limit) {
        return assay_fail(error, ASSAY_EINPUT, "line of %zu bytes: want at most %zu", size + 1,
                          reader->limit);
    }
    if (memchr(begin, '\0', size)) {
        return assay_fail(error, ASSAY_EINPUT, "line with a NUL byte: want JSON text");
    }
    *feed = '\0';
    *line = begin;
    *length = size;
    return ASSAY_LINE_READY;
}

/* Moves what is left to the front and makes sure that at least one byte can be read. */
static int make_room(struct assay_line_reader *reader, struct assay_error *error)
{
    size_t left = reader->end - reader->start;
    size_t capacity = reader->capacity ? reader->capacity : FIRST_CAPACITY;
    char *grown;

    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, left);
        reader->start = 0;
        reader->scanned = left;
        reader->end = left;
    }
    if (reader->end < reader->capacity) {
        return 0;
    }
    if (reader->capacity) {
        capacity = reader->capacity > reader->limit / 2 ? reader->limit : reader->capacity * 2;
    }
    grown = realloc(reader->buffer, capacity);
    if (!grown) {
        return assay_fail(error, ASSAY_ENOMEM, "out of memory for a line of %zu bytes", capacity);
    }
    reader->buffer = grown;
    reader->capacity = capacity;
    return 0;
}

/* One read(2): READY when bytes came. */
static int fill(struct assay_line_reader *reader, struct assay_error *error)
{
    ssize_t got = read(reader->fd, reader->buffer + reader->end, reader->capacity - reader->end);

    if (got > 0) {
        reader->end += (size_t)got;
        return ASSAY_LINE_READY;
    }
    if (got == 0) {
        return ASSAY_LINE_END;
    }
    if (errno == EINTR || errno == EAGAIN) {
        return ASSAY_LINE_AGAIN;
    }
    return assay_fail_errno(error, errno, "cannot read a line");
}

/* The next whole line that is buffered; AGAIN if there is none. */
static int next_buffered(char **line, size_t *length, struct assay_line_reader *reader, struct assay_error *error)
{
    int code = ASSAY_LINE_AGAIN;

    while (code == ASSAY_LINE_AGAIN && reader->end > reader->scanned) {
        char *feed = memchr(reader->buffer + reader->scanned, '\n', reader->end - reader->scanned);
        reader->scanned = reader->end;
        if (feed) {
            code = give_line(line, length, reader, feed, error);
        }
    }
    return code;
}

/* After a read that ended no line: keeps the piece, or throws it away once it is over the limit. */
static int keep_piece(struct assay_line_reader *reader, struct assay_error *error)
{
    bool over = reader->end - reader->start >= reader->limit;

    if (!reader->skipping && !over) {
        return ASSAY_LINE_AGAIN;
    }
    reader->start = reader->scanned = reader->end = 0;
    if (reader->skipping) {
        return ASSAY_LINE_AGAIN;
    }
    reader->skipping = true;
    return assay_fail(error, ASSAY_EINPUT, "line of more than %zu bytes: want at most that", reader->limit);
}

int assay_line_next(char **line, size_t *length, struct assay_line_reader *reader, struct assay_error *error)
{
    int code = next_buffered(line, length, reader, error);

    if (code != ASSAY_LINE_AGAIN) {
        return code;
    }
    code = make_room(reader, error);
    if (code < 0) {
        return code;
    }
    code = fill(reader, error);
    if (code != ASSAY_LINE_READY) {
        return code;
    }
    code = next_buffered(line, length, reader, error);
    return code == ASSAY_LINE_AGAIN ? keep_piece(reader, error) : code;
}

int assay_line_write(int fd, const char *line, size_t length, struct assay_error *error)
{
    static const char feed = '\n';
    size_t done = 0;

    assert(memchr(line, '\n', length) == NULL);
    while (done < length + 1) {
        size_t skip = done < length ? done : length;
        struct iovec parts[2] = { { (void *)(line + skip), length - skip }, { (void *)&feed, 1 } };
        ssize_t put = writev(fd, parts, 2);

        if (put >= 0) {
            done += (size_t)put;
        } else if (errno == EAGAIN) {
            struct pollfd wait = { fd, POLLOUT, 0 };
            (void)poll(&wait, 1, -1);
        } else if (errno != EINTR) {
            return assay_fail_errno(error, errno, "cannot write a line");
        }
    }
    return 0;
}
