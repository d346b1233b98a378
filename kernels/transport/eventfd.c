/* transport=eventfd: the words stand in shared memory; an eventfd each way counts how many there are to take. */
#include "box.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Descriptors: the side that sends. */

static bool eventfd_open(struct link *link)
{
    for (int side = DRIVER; side <= SERVER; side++) {
        int flags = EFD_CLOEXEC | EFD_SEMAPHORE | (link->waiting != BLOCK ? EFD_NONBLOCK : 0);
        link->descriptors[side] = eventfd(0, flags);
        if (link->descriptors[side] < 0) {
            return link_refuse(link, "cannot make an eventfd");
        }
    }
    return true;
}

static bool add(int fd, uint64_t count)
{
    ssize_t put;
    while ((put = write(fd, &count, sizeof count)) < 0 && errno == EINTR) {
    }
    return put == (ssize_t)sizeof count;
}

static enum moved eventfd_send(struct link *link, enum side side, uint64_t word)
{
    box_put(&link->boxes[side], word);
    return add(link->descriptors[side], 1) ? MOVED : BROKEN;
}

static int64_t try_one(int fd, enum waiting waiting, uint64_t *one)
{
    (void)waiting; /* the descriptor knows */
    return read(fd, one, sizeof *one);
}

static enum moved eventfd_receive(struct link *link, enum side side, uint64_t *word)
{
    uint64_t one;
    enum side sender = other_side(side);
    enum moved moved = descriptor_receive(link->descriptors[sender], link->waiting, try_one, &one);
    return moved == MOVED ? box_take(&link->boxes[sender], word) : moved;
}

/* More than any receiver will ever take: who died between a word and its count left one too few. */
static void eventfd_close(struct link *link, enum side side)
{
    box_close(&link->boxes[side]);
    (void)add(link->descriptors[side], BOX_ROOM);
}

static size_t eventfd_queued(struct link *link, enum side side)
{
    return box_queued(&link->boxes[other_side(side)]);
}

const struct transport transport_eventfd = {
    .name = "eventfd",
    .waits = 1u << BLOCK | 1u << SPIN | 1u << SPIN_THEN_BLOCK,
    .in_memory = true,
    .open = eventfd_open,
    .send = eventfd_send,
    .receive = eventfd_receive,
    .close = eventfd_close,
    .queued = eventfd_queued,
};
