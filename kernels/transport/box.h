/* One direction of a link in shared memory: a ring of words with one sender and one receiver. It never fills: it has
 * more room than a link has words under way. Says when there is nothing; how to wait then is the transport's business.
 */
#ifndef ASSAY_TRANSPORT_BOX_H
#define ASSAY_TRANSPORT_BOX_H

#include "link.h"

#include <pthread.h>
#include <stdatomic.h>

/* A power of two; more than depth and the one more that link.h speaks of. */
enum { BOX_ROOM = 2 * DEPTH_MOST };
/* In `sent`: no more will come. One variable says both, so that a receiver that goes to sleep on it misses neither. */
#define BOX_CLOSED UINT32_C(0x80000000)

/* Each side writes to cache lines of its own. */
struct box {
    _Alignas(64) _Atomic uint32_t sent;   /* how many, modulo 2^31 */
    _Alignas(64) _Atomic uint32_t asleep; /* whether the receiver may be asleep on `sent` */
    uint32_t taken;                       /* the receiver's */
    _Alignas(64) pthread_mutex_t mutex;   /* of transport=condition alone */
    pthread_cond_t filled;                /* the same, between threads */
    _Alignas(64) uint64_t words[BOX_ROOM];
};

/* Two, shared with processes forked later, and gone with the last of them. NULL: errno. */
struct box *boxes_new(void);
void boxes_free(struct box *boxes);

void box_put(struct box *box, uint64_t word);
/* MOVED, ENDED or NOTHING. */
UNSEEN enum moved box_take(struct box *box, uint64_t *word);
void box_close(struct box *box);
size_t box_queued(const struct box *box);

/* Waits until there is something to take, or somebody closed; may return earlier. `crosses` as in struct link. */
void box_sleep(struct box *box, bool crosses);
/* After box_put() or box_close(): wakes a receiver that is in box_sleep(). Costs a system call only if there is one. */
void box_wake(struct box *box, bool crosses);

#endif
