/* transport=condition: a queue in memory under a mutex, and a condition variable for who waits for it to fill: what a
 * queue of a language's library is underneath.
 *
 * Between processes one side may be killed at any instruction, and the other must not wait for it. So there the mutexes are
 * robust, and the condition is not pthread's, which has a lock of its own inside that nobody gives back, but the plainest
 * one there is: wait on the queue's counter without the mutex (box_sleep), and look again. */
#include "box.h"

#include <errno.h>

static int box_init(struct box *box, bool crosses)
{
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    if (crosses) {
        pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
        pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    }
    int code = pthread_mutex_init(&box->mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return code == 0 ? pthread_cond_init(&box->filled, NULL) : code;
}

/* Neither is ever destroyed: they are memory and nothing else. */
static bool condition_open(struct link *link)
{
    for (int side = DRIVER; side <= SERVER; side++) {
        errno = box_init(&link->boxes[side], link->crosses);
        if (errno != 0) {
            return link_refuse(link, "cannot make a mutex and a condition variable");
        }
    }
    return true;
}

/* Who died with the mutex had put a word in whole, or not counted it: the queue is as it should be. */
static bool lock(struct box *box)
{
    int code = pthread_mutex_lock(&box->mutex);
    if (code == EOWNERDEAD) {
        code = pthread_mutex_consistent(&box->mutex);
    }
    errno = code;
    return code == 0;
}

/* Without the mutex, which who is woken takes first. */
static void wake(struct box *box, bool crosses)
{
    if (crosses) {
        box_wake(box, true);
    } else {
        pthread_cond_signal(&box->filled);
    }
}

/* With the mutex, before and, if it is true, after. */
static bool wait_for_more(struct box *box, bool crosses)
{
    if (!crosses) {
        errno = pthread_cond_wait(&box->filled, &box->mutex);
        return errno == 0;
    }
    pthread_mutex_unlock(&box->mutex);
    box_sleep(box, true);
    return lock(box);
}

static enum moved condition_send(struct link *link, enum side side, uint64_t word)
{
    struct box *box = &link->boxes[side];
    if (!lock(box)) {
        return BROKEN;
    }
    box_put(box, word);
    pthread_mutex_unlock(&box->mutex);
    wake(box, link->crosses);
    return MOVED;
}

static enum moved condition_receive(struct link *link, enum side side, uint64_t *word)
{
    struct box *box = &link->boxes[other_side(side)];
    enum moved moved;
    if (!lock(box)) {
        return BROKEN;
    }
    while ((moved = box_take(box, word)) == NOTHING) {
        if (!wait_for_more(box, link->crosses)) {
            return BROKEN;
        }
    }
    pthread_mutex_unlock(&box->mutex);
    return moved;
}

static void condition_close(struct link *link, enum side side)
{
    struct box *box = &link->boxes[side];
    if (lock(box)) {
        box_close(box);
        pthread_mutex_unlock(&box->mutex);
        wake(box, link->crosses);
    }
}

static size_t condition_queued(struct link *link, enum side side)
{
    return box_queued(&link->boxes[other_side(side)]);
}

const struct transport transport_condition = {
    .name = "condition",
    .waits = 1u << BLOCK,
    .why_not = "a condition variable blocks",
    .in_memory = true,
    .open = condition_open,
    .send = condition_send,
    .receive = condition_receive,
    .close = condition_close,
    .queued = condition_queued,
};
