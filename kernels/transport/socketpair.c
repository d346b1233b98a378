/* transport=socketpair: a pair of connected stream sockets of the local domain, one for each side and both directions.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "link.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

/* What a small message takes of a socket's buffer: the kernel's own structures, a multiple of the eight bytes. */
enum { MESSAGE_BYTES = 1024 };

/* How many words one direction takes without a reader; as far as `most`. Leaves it empty. */
static uint32_t capacity(struct link *link, uint32_t most)
{
    uint64_t word = 0;
    uint32_t count = 0;
    while (count < most && send(link->descriptors[DRIVER], &word, sizeof word, MSG_DONTWAIT) == (ssize_t)sizeof word) {
        count++;
    }
    while (recv(link->descriptors[SERVER], &word, sizeof word, MSG_DONTWAIT) > 0) {
    }
    return count;
}

/* A send may wait for room. Where the two directions hold together what can be under way, they are never both full, and
 * one side always gets on. */
static bool holds_all(struct link *link)
{
    int bytes = (int)(link->depth + 1) * MESSAGE_BYTES;
    for (int side = DRIVER; side <= SERVER; side++) {
        int now = 0;
        socklen_t size = sizeof now;
        (void)getsockopt(link->descriptors[side], SOL_SOCKET, SO_SNDBUF, &now, &size);
        if (now < bytes) { /* it takes what the system's limit lets it have, and says nothing */
            (void)setsockopt(link->descriptors[side], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        }
    }
    uint32_t held = capacity(link, link->depth + 1);
    if (2 * held >= link->depth + 1) {
        return true;
    }
    (void)snprintf(
        link->reason, sizeof link->reason,
        "transport=socketpair: depth=%u is too much for a socket's buffer (net.core.wmem_max): want at most %u",
        link->depth, 2 * held - 1);
    return false;
}

static bool socketpair_open(struct link *link)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return link_refuse(link, "cannot make a pair of sockets");
    }
    link->descriptors[DRIVER] = pair[0];
    link->descriptors[SERVER] = pair[1];
    return holds_all(link);
}

static void socketpair_keep(struct link *link, enum side side)
{
    descriptor_close(&link->descriptors[other_side(side)]);
}

static enum moved socketpair_send(struct link *link, enum side side, uint64_t word)
{
    ssize_t put;
    while ((put = send(link->descriptors[side], &word, sizeof word, MSG_NOSIGNAL)) < 0 && errno == EINTR) {
    }
    if (put == (ssize_t)sizeof word) {
        return MOVED;
    }
    return put < 0 && (errno == EPIPE || errno == ECONNRESET) ? ENDED : BROKEN;
}

static int64_t try_receive(int fd, enum waiting waiting, uint64_t *word)
{
    return recv(fd, word, sizeof *word, waiting == BLOCK ? 0 : MSG_DONTWAIT);
}

static enum moved socketpair_receive(struct link *link, enum side side, uint64_t *word)
{
    return descriptor_receive(link->descriptors[side], link->waiting, try_receive, word);
}

static void socketpair_close(struct link *link, enum side side)
{
    if (link->descriptors[side] >= 0) {
        (void)shutdown(link->descriptors[side], SHUT_WR);
    }
}

static size_t socketpair_queued(struct link *link, enum side side)
{
    return descriptor_bytes(link->descriptors[side]) / sizeof(uint64_t);
}

const struct transport transport_socketpair = {
    .name = "socketpair",
    .waits = 1u << BLOCK | 1u << SPIN | 1u << SPIN_THEN_BLOCK,
    .open = socketpair_open,
    .keep = socketpair_keep,
    .send = socketpair_send,
    .receive = socketpair_receive,
    .close = socketpair_close,
    .queued = socketpair_queued,
};
