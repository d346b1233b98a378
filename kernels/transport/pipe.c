/* transport=pipe: a pipe each way, as `perf bench sched pipe` has. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Descriptors: 2 * (side that sends) + end. */
enum { READ_END, WRITE_END };

/* A write never waits: both pipes hold all that can be under way. (That also keeps the driver from filling a pipe that
 * a dead server no longer reads.) */
static bool is_large(struct link *link, int fd)
{
    int bytes = (int)((link->depth + 1) * sizeof(uint64_t));
    return fcntl(fd, F_GETPIPE_SZ) >= bytes || fcntl(fd, F_SETPIPE_SZ, bytes) >= bytes ||
           link_refuse(link, "cannot make a pipe large enough for depth (fs.pipe-user-pages-soft)");
}

static bool pipe_open(struct link *link)
{
    for (int side = DRIVER; side <= SERVER; side++) {
        int *ends = &link->descriptors[2 * side];
        if (pipe2(ends, O_CLOEXEC) != 0) {
            ends[READ_END] = ends[WRITE_END] = -1;
            return link_refuse(link, "cannot make a pipe");
        }
        if (!is_large(link, ends[WRITE_END])) {
            return false;
        }
        if (link->waiting != BLOCK && fcntl(ends[READ_END], F_SETFL, O_NONBLOCK) != 0) {
            return link_refuse(link, "cannot read a pipe without blocking");
        }
    }
    return true;
}

/* The driver keeps the end that requests are read from: it never writes to a pipe that nobody could read, which would
 * be a SIGPIPE. That the server died is seen by the end of the answers. */
static void pipe_keep(struct link *link, enum side side)
{
    descriptor_close(&link->descriptors[2 * other_side(side) + WRITE_END]);
    if (side == SERVER) {
        descriptor_close(&link->descriptors[2 * SERVER + READ_END]);
    }
}

static enum moved pipe_send(struct link *link, enum side side, uint64_t word)
{
    ssize_t put;
    while ((put = write(link->descriptors[2 * side + WRITE_END], &word, sizeof word)) < 0 && errno == EINTR) {
    }
    return put == (ssize_t)sizeof word ? MOVED : BROKEN;
}

static int64_t try_read(int fd, enum waiting waiting, uint64_t *word)
{
    (void)waiting; /* the descriptor knows */
    return read(fd, word, sizeof *word);
}

static enum moved pipe_receive(struct link *link, enum side side, uint64_t *word)
{
    return descriptor_receive(link->descriptors[2 * other_side(side) + READ_END], link->waiting, try_read, word);
}

static void pipe_close(struct link *link, enum side side)
{
    descriptor_close(&link->descriptors[2 * side + WRITE_END]);
}

static size_t pipe_queued(struct link *link, enum side side)
{
    return descriptor_bytes(link->descriptors[2 * other_side(side) + READ_END]) / sizeof(uint64_t);
}

const struct transport transport_pipe = {
    .name = "pipe",
    .waits = 1u << BLOCK | 1u << SPIN | 1u << SPIN_THEN_BLOCK,
    .open = pipe_open,
    .keep = pipe_keep,
    .send = pipe_send,
    .receive = pipe_receive,
    .close = pipe_close,
    .queued = pipe_queued,
};
