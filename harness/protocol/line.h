/* Lines over a descriptor, with a limit: the carrier of the worker protocol. Knows no JSON. */
#ifndef ASSAY_PROTOCOL_LINE_H
#define ASSAY_PROTOCOL_LINE_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* The longest line in each direction, line feed included. */
#define ASSAY_REQUEST_LINE_MAX ((size_t)1 << 20)
#define ASSAY_REPLY_LINE_MAX ((size_t)1 << 24)

struct assay_line_reader {
    int fd;
    size_t limit;
    char *buffer;
    size_t start;   /* of what is not yet given out */
    size_t scanned; /* no line feed before here */
    size_t end;
    size_t capacity;
    bool skipping;  /* the rest of a line over the limit is thrown away */
};
void assay_line_reader_init(struct assay_line_reader *reader, int fd, size_t limit);
void assay_line_reader_release(struct assay_line_reader *reader);

enum assay_line { ASSAY_LINE_READY, ASSAY_LINE_AGAIN, ASSAY_LINE_END };

/* Gives the next line without its line feed, NUL-terminated, valid until the next call. Reads at most once from the
 * descriptor if no whole line is buffered: with a blocking descriptor call again on AGAIN, with poll() when readable.
 * END: end of file (a last piece without line feed is discarded). Negative: a line over the limit, a NUL
 * in a line (ASSAY_EINPUT), a read error (ASSAY_EIO). After ASSAY_EINPUT the caller may go on: the rest of the line
 * at fault is skipped. */
int assay_line_next(char **line, size_t *length, struct assay_line_reader *reader, struct assay_error *error);
/* Writes `line` and a line feed whole, through short writes, EINTR and a full non-blocking pipe (it waits). `line` must
 * not hold one. The caller ignores SIGPIPE. */
int assay_line_write(int fd, const char *line, size_t length, struct assay_error *error);

#endif
