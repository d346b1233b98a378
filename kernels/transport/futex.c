/* transport=futex: the words stand in shared memory, and who finds none sleeps in the kernel on their very counter. */
#include "box.h"

static enum moved futex_send(struct link *link, enum side side, uint64_t word)
{
    box_put(&link->boxes[side], word);
    box_wake(&link->boxes[side], link->crosses);
    return MOVED;
}

static enum moved futex_receive(struct link *link, enum side side, uint64_t *word)
{
    struct box *box = &link->boxes[other_side(side)];
    enum moved moved;
    while ((moved = box_take(box, word)) == NOTHING) {
        box_sleep(box, link->crosses);
    }
    return moved;
}

static void futex_close(struct link *link, enum side side)
{
    box_close(&link->boxes[side]);
    box_wake(&link->boxes[side], link->crosses);
}

static size_t futex_queued(struct link *link, enum side side)
{
    return box_queued(&link->boxes[other_side(side)]);
}

const struct transport transport_futex = {
    .name = "futex",
    .waits = 1u << BLOCK,
    .why_not = "a futex blocks; transport=ring spins on the same memory",
    .in_memory = true,
    .send = futex_send,
    .receive = futex_receive,
    .close = futex_close,
    .queued = futex_queued,
};
