/* transport=mqueue: a POSIX message queue each way. Their names are gone again before anybody uses them: both sides
 * have the descriptors, and nothing is left when these are closed, however the processes end. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "link.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Descriptors: the side that sends. A message without a byte says that the side has closed. */

static const char *hint(int code)
{
    switch (code) {
    case EMFILE:
        return "no more bytes in message queues (ulimit -q), or no more open files (ulimit -n)";
    case ENOSPC:
        return "no more message queues on this system (fs.mqueue.queues_max)";
    case ENOSYS:
        return "this system has no message queues";
    default:
        return strerror(code);
    }
}

/* How many messages the system lets a queue hold; 0 if it does not tell. */
static uint32_t messages_most(void)
{
    uint32_t most = 0;
    FILE *file = fopen("/proc/sys/fs/mqueue/msg_max", "re");
    if (file != NULL) {
        if (fscanf(file, "%u", &most) != 1) {
            most = 0;
        }
        fclose(file);
    }
    return most;
}

/* Why there is no queue, in words. Always false. */
static bool refuse(struct link *link, int code)
{
    uint32_t most = code == EINVAL ? messages_most() : 0;
    if (most > 1 && link->depth >= most) {
        (void)snprintf(
            link->reason, sizeof link->reason,
            "transport=mqueue: depth=%u is too much for a message queue (fs.mqueue.msg_max): want at most %u",
            link->depth, most - 1);
    } else {
        (void)snprintf(link->reason, sizeof link->reason, "transport=mqueue: cannot make a message queue: %s",
                       hint(code));
    }
    errno = code;
    return false;
}

/* -1: errno. A name that is there already is of a process that had our number, and was killed between the two calls. */
static int open_unnamed(uint32_t depth)
{
    static atomic_uint made;
    struct mq_attr attributes = { .mq_maxmsg = (long)depth + 1, .mq_msgsize = (long)sizeof(uint64_t) };
    char name[64];
    (void)snprintf(name, sizeof name, "/assay.square.%d.%u", (int)getpid(), atomic_fetch_add(&made, 1));
    (void)mq_unlink(name);
    int fd = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600, &attributes);
    int kept = errno;
    if (fd >= 0) {
        (void)mq_unlink(name);
    }
    errno = kept;
    return fd;
}

static bool mqueue_open(struct link *link)
{
    for (int side = DRIVER; side <= SERVER; side++) {
        link->descriptors[side] = open_unnamed(link->depth);
        if (link->descriptors[side] < 0) {
            return refuse(link, errno);
        }
    }
    return true;
}

static enum moved mqueue_send(struct link *link, enum side side, uint64_t word)
{
    int code;
    while ((code = mq_send(link->descriptors[side], (const char *)&word, sizeof word, 0)) != 0 && errno == EINTR) {
    }
    return code == 0 ? MOVED : BROKEN;
}

static int64_t try_message(int fd, enum waiting waiting, uint64_t *word)
{
    static const struct timespec long_ago = { 0, 0 };
    if (waiting == BLOCK) {
        return mq_receive(fd, (char *)word, sizeof *word, NULL);
    }
    ssize_t got = mq_timedreceive(fd, (char *)word, sizeof *word, NULL, &long_ago);
    if (got < 0 && errno == ETIMEDOUT) {
        errno = EAGAIN;
    }
    return got;
}

static enum moved mqueue_receive(struct link *link, enum side side, uint64_t *word)
{
    return descriptor_receive(link->descriptors[other_side(side)], link->waiting, try_message, word);
}

/* There is room: depth leaves one over. If there is none, it has been closed before. */
static void mqueue_close(struct link *link, enum side side)
{
    static const struct timespec long_ago = { 0, 0 };
    (void)mq_timedsend(link->descriptors[side], "", 0, 0, &long_ago);
}

static size_t mqueue_queued(struct link *link, enum side side)
{
    struct mq_attr attributes = { .mq_curmsgs = 0 };
    (void)mq_getattr(link->descriptors[other_side(side)], &attributes);
    return (size_t)attributes.mq_curmsgs;
}

const struct transport transport_mqueue = {
    .name = "mqueue",
    .waits = 1u << BLOCK | 1u << SPIN | 1u << SPIN_THEN_BLOCK,
    .open = mqueue_open,
    .send = mqueue_send,
    .receive = mqueue_receive,
    .close = mqueue_close,
    .queued = mqueue_queued,
};
