/* transport=ring: the words stand in shared memory, and who finds none looks again. With wait=spin the kernel has no
 * part in a round trip; with wait=spin_then_block who has looked in vain for long sleeps as transport=futex does. */
#include "box.h"

static enum moved ring_send(struct link *link, enum side side, uint64_t word)
{
    box_put(&link->boxes[side], word);
    if (link->waiting == SPIN_THEN_BLOCK) {
        box_wake(&link->boxes[side], link->crosses);
    }
    return MOVED;
}

static enum moved ring_receive(struct link *link, enum side side, uint64_t *word)
{
    struct box *box = &link->boxes[other_side(side)];
    enum moved moved;
    for (uint32_t looks = 0; (moved = box_take(box, word)) == NOTHING;) {
        if (link->waiting == SPIN_THEN_BLOCK && looks >= SPINS_BEFORE_BLOCKING) {
            box_sleep(box, link->crosses);
        } else {
            spin_once(looks);
            looks += looks < SPINS_BEFORE_YIELDING;
        }
    }
    return moved;
}

static void ring_close(struct link *link, enum side side)
{
    box_close(&link->boxes[side]);
    box_wake(&link->boxes[side], link->crosses);
}

static size_t ring_queued(struct link *link, enum side side)
{
    return box_queued(&link->boxes[other_side(side)]);
}

const struct transport transport_ring = {
    .name = "ring",
    .waits = 1u << SPIN | 1u << SPIN_THEN_BLOCK,
    .why_not = "who looks at memory spins, at least at first; transport=futex blocks on the same memory",
    .in_memory = true,
    .send = ring_send,
    .receive = ring_receive,
    .close = ring_close,
    .queued = ring_queued,
};
